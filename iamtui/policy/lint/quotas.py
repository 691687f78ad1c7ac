"""How long a policy document may be (Q23, Q40-Q52)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from iamtui.policy.document import Document
from iamtui.policy.lint.finding import Finding, warning
from iamtui.policy.statement import PolicyKind


class PolicyHolder(StrEnum):
    """Where an identity policy lives."""

    AWS = "AWS managed policy"
    MANAGED = "managed policy"
    USER = "inline policy of a user"
    GROUP = "inline policy of a group"
    ROLE = "inline policy of a role"


@dataclass(frozen=True, slots=True)
class _Quota:
    rule: str
    limit: int
    unit: str = "characters"
    counts_white_space: bool = False
    soft_limit: int | None = None
    note: str = ""


_OF_HOLDER = {
    PolicyHolder.MANAGED: _Quota("Q40", 6_144),
    PolicyHolder.USER: _Quota("Q41", 2_048),
    PolicyHolder.GROUP: _Quota("Q41", 5_120),
    PolicyHolder.ROLE: _Quota("Q41", 10_240),
}
_OF_NOBODY = _Quota("Q40", 6_144, note=" for a managed policy, and 10,240 for the inline policies of a role (Q41)")
# Q47: 10,240 since 2026-05-15, 5,120 before. Q52 is UNCONFIRMED.
_OF_KIND = {
    PolicyKind.BOUNDARY: _Quota("Q40", 6_144),
    PolicyKind.TRUST: _Quota("Q42", 4_096, soft_limit=2_048),
    PolicyKind.SESSION: _Quota("Q43", 2_048, counts_white_space=True),
    PolicyKind.SCP: _Quota("Q47", 10_240, counts_white_space=True),
    PolicyKind.RCP: _Quota("Q49", 5_120, counts_white_space=True),
    PolicyKind.VPC_ENDPOINT: _Quota("Q51", 20_480, counts_white_space=True),
    PolicyKind.RESOURCE: _Quota("Q52", 20_480, "bytes", counts_white_space=True),
    PolicyKind.KMS_KEY: _Quota("Q52", 32_768, "bytes", counts_white_space=True),
}


def inline_quota(holder: PolicyHolder) -> int:
    """How many characters all inline policies of one user, group or role may have together (Q41)."""
    return _OF_HOLDER[holder].limit


def size_without_white_space(document: Document) -> int:
    """The characters of a document that count against IAM's quotas (Q40, Q41)."""
    return len("".join(document.text.split()))


def check_size(
    document: Document, kind: PolicyKind, holder: PolicyHolder | None, raised_to: int | None = None
) -> Iterator[Finding]:
    """Q23: a document longer than AWS stores; of one that is in force, the quota was raised or the text reformatted.

    AWS's own documents may be longer. `holder` says where an identity policy lives, None that this is not known.
    `raised_to` is the quota of the account, where it is known (I23).
    """
    if holder is PolicyHolder.AWS:
        return
    quota = _OF_KIND.get(kind) or (_OF_NOBODY if holder is None else _OF_HOLDER[holder])
    if raised_to is not None:
        quota = replace(quota, limit=raised_to, soft_limit=None)
    text = document.text if quota.counts_white_space else "".join(document.text.split())
    size = len(text.encode()) if quota.unit == "bytes" else len(text)
    white_space = "" if quota.counts_white_space else " without white space"
    if size > quota.limit:
        yield warning(
            "Q23",
            "",
            f"{size:,} {quota.unit}{white_space}; the quota is {quota.limit:,} ({quota.rule}){quota.note}",
            "Shorten the policy with wildcards, or split it.",
        )
    elif quota.soft_limit is not None and size > quota.soft_limit:
        yield warning(
            "Q23",
            "",
            f"{size:,} {quota.unit}{white_space}; the quota is {quota.soft_limit:,} "
            f"unless it was raised to {quota.limit:,} ({quota.rule})",
            "Shorten the policy, or ask AWS for the higher quota.",
        )
