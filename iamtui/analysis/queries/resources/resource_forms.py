"""The forms that the resources of an action can have: a type, in an account and a Region (WC17, WC18)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from iamtui import catalog
from iamtui.patterns import Part, glob

_ACCOUNT = re.compile(r"\d{12}")

REGIONS = {
    "aws": (
        *("us-east-1", "us-east-2", "us-west-1", "us-west-2", "eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1"),
        *("eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2", "ap-northeast-1", "ap-northeast-2"),
        *("ap-northeast-3", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-south-1"),
        *("ap-south-2", "ap-east-1", "ca-central-1", "ca-west-1", "sa-east-1", "me-south-1", "me-central-1"),
        *("af-south-1", "il-central-1", "mx-central-1"),
    ),
    "aws-cn": ("cn-north-1", "cn-northwest-1"),
    "aws-us-gov": ("us-gov-west-1", "us-gov-east-1"),
}
"""Regions that stand for all: patterns of policies tell them apart by name."""


class Form(NamedTuple):
    """The resources of one type in one account and Region; `account` is empty where the ARN says none."""

    kind: str
    account: str
    parts: tuple[Part, ...]

    @property
    def service(self) -> str:
        """Whose resources these are, as their ARNs say."""
        head = self.parts[0]
        return head.split(":", 3)[2] if isinstance(head, str) else ""


def forms_of(action: catalog.Action, partition: str, accounts: Sequence[str], regions: Sequence[str]) -> Iterator[Form]:
    """The forms of all types that an action takes.

    Of recovery points, which AWS lists for any vendor, only Backup's own: nearly every ARN of others would be one, too.
    """
    for part in action.resource_types:
        found = catalog.resource_type(action.service, part.name)
        segments = [] if found is None else found.arn_template.split(":", 5)
        if len(segments) == 6:
            service = action.service if "$" in segments[2] else segments[2]
            for region in _each(segments[3], regions):
                for account in _each(segments[4], accounts):
                    head = f"arn:{partition}:{service}:{region}:{account}:"
                    named = account if _ACCOUNT.fullmatch(account) else ""
                    yield Form(f"{action.service}:{part.name}", named, (head, *catalog.parts_of(segments[5])))


def _each(segment: str, known: Sequence[str]) -> Sequence[str]:
    """What stands for a Region or an account: `*` may be none, too."""
    if segment == "*":
        return (*known, "")
    return known if "$" in segment else (segment,)


def regions_told_apart(partition: str, written: Iterable[str], among: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """One Region, of all or of some, for all that the same of some patterns of Regions match."""
    patterns = sorted({text for text in written if text})
    found: dict[tuple[bool, ...], str] = {}
    for region in REGIONS.get(partition, REGIONS["aws"]):
        if not among or region in among:
            found.setdefault(tuple(glob(pattern)(region) for pattern in patterns), region)
    return tuple(found.values())
