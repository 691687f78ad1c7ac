"""Whether names, paths and tags are such as IAM allows (Q53, Q54), and tags such as conditions can tell apart (S31)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from iamtui.policy.lint import Finding
from iamtui.policy.lint.finding import error, quoted, warning
from iamtui.snapshot.model import InlinePolicy, ManagedPolicy, Tags

_NAME = re.compile(r"[A-Za-z0-9+=,.@_-]+")
_LONGEST = {"UserName": 64, "RoleName": 64, "GroupName": 128, "PolicyName": 128}
_LONGEST_PATH = 512
_LONGEST_TAG_KEY = 128
_LONGEST_TAG_VALUE = 256


def check_name(member: str, name: str, path: str = "/") -> Iterator[Finding]:
    """Length and characters of a name, `member` being what IAM calls it, and the length of its path (Q53, Q54)."""
    pointer = f"/{member}"
    yield from _too_long(pointer, "the name", name, _LONGEST[member])
    if not _NAME.fullmatch(name):
        yield error(
            "Q54",
            pointer,
            f"IAM does not allow the name {quoted(name)}: letters, digits and +=,.@_- only",
            "Correct the name; if the export was edited, export it again.",
        )
    yield from _too_long("/Path", "the path", path, _LONGEST_PATH)


def check_inline_names(member: str, policies: Iterable[InlinePolicy]) -> Iterator[Finding]:
    """The names of the inline policies of an entity, in the list `member`."""
    for index, policy in enumerate(policies):
        pointer = f"/{member}/{index}"
        for finding in check_name("PolicyName", policy.name):
            yield Finding(finding.rule, finding.severity, finding.message, finding.fix, f"{pointer}/PolicyName")


def _too_long(pointer: str, what: str, text: str, longest: int) -> Iterator[Finding]:
    if len(text) > longest:
        yield error(
            "Q53",
            pointer,
            f"{what} has {len(text):,} characters; the quota is {longest:,}",
            "Shorten it; if the export was edited, export it again.",
        )


def check_tags(tags: Tags) -> Iterator[Finding]:
    """Lengths of keys and values (Q53); keys that differ only in case, which conditions cannot tell apart (S31)."""
    spelled: dict[str, list[str]] = defaultdict(list)
    for index, (key, value) in enumerate(tags):
        spelled[key.lower()].append(key)
        yield from _too_long(f"/Tags/{index}/Key", "the tag key", key, _LONGEST_TAG_KEY)
        yield from _too_long(f"/Tags/{index}/Value", "the tag value", value, _LONGEST_TAG_VALUE)
    if len(spelled) == len(tags):
        return
    for keys in spelled.values():
        if len(keys) > 1:
            yield warning(
                "S31",
                "/Tags",
                f"the tag keys {', '.join(quoted(key) for key in keys)} differ at most in case: "
                "which value a condition on the tag sees is undefined",
                "Keep one of the tags and remove the others.",
            )


def names_twice(policies: Iterable[ManagedPolicy]) -> Iterator[tuple[str, ...]]:
    """The ARNs of each group of customer managed policies whose names differ at most in case (Q54)."""
    by_name: dict[str, list[str]] = defaultdict(list)
    for policy in policies:
        if not policy.is_aws_managed:
            by_name[policy.name.lower()].append(policy.arn)
    return (tuple(arns) for arns in by_name.values() if len(arns) > 1)
