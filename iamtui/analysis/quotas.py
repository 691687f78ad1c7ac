"""The quotas of one account: those that its summary states (I23), else AWS's defaults (Q41-Q46)."""

from __future__ import annotations

from dataclasses import dataclass

from iamtui.policy.lint import PolicyHolder
from iamtui.policy.lint.quotas import inline_quota
from iamtui.snapshot.model import Account, Group, Role, User

_SIZES = {
    PolicyHolder.MANAGED: "PolicySizeQuota",
    PolicyHolder.USER: "UserPolicySizeQuota",
    PolicyHolder.GROUP: "GroupPolicySizeQuota",
    PolicyHolder.ROLE: "RolePolicySizeQuota",
    None: "AssumeRolePolicySizeQuota",
}


@dataclass(frozen=True, slots=True)
class CountQuota:
    """How many of something there may be: what AWS allows at first, and what it can be raised to."""

    rule: str
    summary: str  # its name in the account summary
    default: int
    highest: int


_ATTACHED = {
    User: CountQuota("Q44", "AttachedPoliciesPerUserQuota", 10, 20),
    Group: CountQuota("Q44", "AttachedPoliciesPerGroupQuota", 10, 20),
    Role: CountQuota("Q44", "AttachedPoliciesPerRoleQuota", 10, 20),
}
_HOLDERS = {User: PolicyHolder.USER, Group: PolicyHolder.GROUP, Role: PolicyHolder.ROLE}
VERSIONS = CountQuota("Q45", "VersionsPerPolicyQuota", 5, 5)
GROUPS = CountQuota("Q46", "GroupsPerUserQuota", 10, 10)


def attached_quota(entity: User | Group | Role) -> CountQuota:
    """How many managed policies may be attached to an entity of this kind (Q44)."""
    return _ATTACHED[type(entity)]


def size_quota(account: Account, holder: PolicyHolder | None) -> int | None:
    """The characters that the account's summary allows a policy, None standing for a trust policy; None if unsaid."""
    return None if account.summary is None else account.summary.get(_SIZES[holder])


def inline_total(account: Account, entity: User | Group | Role) -> int:
    """The characters that all inline policies of an entity may have together (Q41)."""
    holder = _HOLDERS[type(entity)]
    said = size_quota(account, holder)
    return inline_quota(holder) if said is None else said


def over_quota(account: Account, quota: CountQuota, count: int) -> str | None:
    """What is to be said of more things than the account may have: `the quota is 10 (Q44)`; None within the quota."""
    said = None if account.summary is None else account.summary.get(quota.summary)
    limit = quota.default if said is None else said
    if count <= limit:
        return None
    if said is None and limit < quota.highest and count <= quota.highest:
        return f"the quota is {limit:,} unless it was raised, to {quota.highest:,} at most"
    return f"the quota is {limit if said is not None else quota.highest:,}"
