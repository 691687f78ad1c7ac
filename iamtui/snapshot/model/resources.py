"""Resources with their policies, VPC endpoints and S3 Block Public Access."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from iamtui.policy.document import Document
from iamtui.snapshot.model.policies import Tags

_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d")


@dataclass(frozen=True, slots=True)
class PublicAccessBlock:
    """The four settings of S3 Block Public Access (I31)."""

    block_public_acls: bool = False
    ignore_public_acls: bool = False
    block_public_policy: bool = False
    restrict_public_buckets: bool = False


class Exported(StrEnum):
    """What an export says about one aspect of a thing."""

    PRESENT = "present"
    NONE = "none"  # known to have none
    UNKNOWN = "unknown"  # not exported


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource with what the export says of its policy.

    `policy` counts only if `policy_state` is present. `tags` is `None` where tags were not exported (S32).
    """

    arn: str
    account: str
    kind: str  # "s3:bucket", "s3:accesspoint", "kms:key", "sqs:queue", "sns:topic", "lambda:function", …
    policy: Document | None = None
    policy_state: Exported = Exported.UNKNOWN
    region: str | None = None
    tags: Tags | None = None
    public_access_block: PublicAccessBlock | None = None
    is_public: bool | None = None  # GetBucketPolicyStatus, overrides our own judgement (I33)
    aliases: tuple[str, ...] = ()
    grants: int | None = None  # KMS grants: shown, never evaluated (S22)
    account_is_certain: bool = True
    bucket: str | None = None  # the name of the bucket behind an S3 access point (S17)
    bucket_account: str | None = None  # its owner, who need not own the access point
    network_origin: str | None = None  # of an access point: VPC or Internet (S17)
    vpc_id: str | None = None  # the only VPC that an access point of that origin admits
    abac: bool | None = None  # whether a bucket's tags count in decisions (S32)
    role: str | None = None  # with which it runs: the ARN of a role or of an instance profile (EP41)


@dataclass(frozen=True, slots=True)
class VpcEndpoint:
    """A VPC endpoint (I39); without a policy the default allows all (E37)."""

    endpoint_id: str
    vpc_id: str | None
    service_name: str
    endpoint_type: str  # Gateway, Interface, …
    owner: str | None
    policy: Document | None = None

    @property
    def region(self) -> str:
        """The Region in the name of its service, `com.amazonaws.eu-west-1.s3`; empty where that names none."""
        return next((part for part in self.service_name.split(".") if _REGION.fullmatch(part)), "")
