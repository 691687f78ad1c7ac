"""What an ARN is (L71, L72), and what the kinds of ARN that IAM uses say about their bearer."""

from __future__ import annotations

import re
from typing import NamedTuple

_PARTITION = re.compile(r"aws[-a-z]*")
_PARTITIONS_OF_REGIONS = {
    "cn-": "aws-cn",
    "eu-isoe-": "aws-iso-e",
    "eusc-": "aws-eusc",
    "us-gov-": "aws-us-gov",
    "us-iso-": "aws-iso",
    "us-isob-": "aws-iso-b",
    "us-isof-": "aws-iso-f",
}


class MalformedArnError(ValueError):
    """A text that should be an ARN and is not; the message says what is wrong with it."""


class Arn(NamedTuple):
    """The six segments of an ARN; `resource` holds all further colons and slashes."""

    partition: str
    service: str
    region: str
    account: str
    resource: str

    @classmethod
    def parse(cls, text: str) -> Arn:
        """Split `text` at its first five colons.

        Raises:
            MalformedArnError: fewer than six segments, no `arn:` in front, or no partition or service.
        """
        parts = text.split(":", 5)
        if len(parts) < 6 or parts[0] != "arn":
            raise MalformedArnError(f"not an ARN: {text!r} (expected arn:partition:service:region:account:resource)")
        _, partition, service, region, account, resource = parts
        if not _PARTITION.fullmatch(partition):
            raise MalformedArnError(f"unknown partition {partition!r} in {text!r}")
        if not service:
            raise MalformedArnError(f"no service in {text!r}")
        return cls(partition, service, region, account, resource)

    @property
    def resource_type(self) -> str:
        """The word before the first `/` or `:` of the resource: `role` of `role/path/name`."""
        head = self.resource.partition("/")[0].partition(":")[0]
        return head if head != self.resource else ""

    @property
    def path(self) -> str:
        """The IAM path: `/a/b/` of `role/a/b/name`, `/` without one."""
        middle = self.resource.split("/")[1:-1]
        return f"/{'/'.join(middle)}/" if middle else "/"

    @property
    def name(self) -> str:
        """What follows the last `/`: the name of an IAM entity without its path."""
        return self.resource.rpartition("/")[2]

    @property
    def access_point(self) -> str | None:
        """The ARN of the S3 access point that this is, or is an object behind (S17); None for anything else."""
        if self.service != "s3" or not self.account or self.resource_type != "accesspoint":
            return None
        return f"arn:{self.partition}:s3:{self.region}:{self.account}:accesspoint/{self.resource.split('/')[1]}"

    def __str__(self) -> str:
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account}:{self.resource}"


def is_account_id(text: str) -> bool:
    """Say whether `text` is the twelve digits of an AWS account."""
    return len(text) == 12 and text.isascii() and text.isdigit()


def account_of(arn: str) -> str:
    """The account in the fifth segment of an ARN; empty where there is none, or where it is no ARN."""
    parts = arn.split(":", 5)
    return parts[4] if len(parts) == 6 else ""


def partition_of_region(region: str) -> str:
    """The partition that a Region is in, as its name tells."""
    return next((name for start, name in _PARTITIONS_OF_REGIONS.items() if region.startswith(start)), "aws")
