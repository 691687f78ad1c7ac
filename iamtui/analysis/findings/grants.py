"""What is granted, to whom, and what nobody uses (FI40, FI47, FI48, FI50, FI52-FI54)."""

from __future__ import annotations

from collections.abc import Iterator

from iamtui.analysis.findings.hygiene_case import AccountCase
from iamtui.analysis.findings.hygiene_results import Answer, Clear, Found, Unknown
from iamtui.analysis.findings.root_user import days_ago
from iamtui.analysis.paths.asking import FRESH
from iamtui.policy.lint import FindingSeverity
from iamtui.snapshot.model import Group, ManagedPolicy, Role, User


def administrator(case: AccountCase, principal: User | Role) -> Iterator[Answer]:
    """Who controls the account, by what is allowed (FI40, EP3)."""
    if isinstance(principal, Role) and principal.is_service_linked:
        yield Clear("a service owns it")
        return
    judged = case.administrator(principal)
    if judged is None:
        return
    policies = (*principal.attached, *(policy.name for policy in principal.inline))
    through = f", through {', '.join(arn.rpartition('/')[2] for arn in policies)}" if policies else ""
    match judged.verdict:
        case "proven":
            yield Found(f"is an administrator{through}", policies)
        case "conditional":
            keys = ", ".join(dict.fromkeys(condition.key for condition in judged.conditions))
            yield Found(f"is an administrator where conditions hold ({keys}){through}", policies)
        case _:
            yield Unknown(tuple(dict.fromkeys(call for need in judged.needs for call in need.exports)))


def own_policies(_: AccountCase, user: User) -> Iterator[Answer]:
    """Policies on the user itself; a boundary is none (FI47)."""
    names = (*(arn.rpartition("/")[2] for arn in user.attached), *(policy.name for policy in user.inline))
    if names:
        yield Found(f"has policies of its own: {', '.join(names)}", names)


def inline_policy(case: AccountCase, entity: User | Group | Role) -> Iterator[Answer]:
    """Inline policies; where others hold the same text, a managed one would serve all (FI48)."""
    if isinstance(entity, Role) and entity.is_made_by_aws:
        yield Clear("AWS made it")
        return
    for policy in entity.inline:
        others = case.holders_of(policy.document) - 1
        shared = f"; {others:,} other{'s have' if others > 1 else ' has'} the same" if others else ""
        severity = FindingSeverity.SUGGESTION if others else None
        yield Found(f"has the inline policy {policy.name}{shared}", (policy.name,), severity)


def unused_role(case: AccountCase, role: Role) -> Iterator[Answer]:
    """A role without use within the limit, and older than it (FI50)."""
    age = case.days_since(role.created)
    if role.is_made_by_aws:
        yield Clear("AWS made it")
    elif role.last_used is None or age is None:
        yield Unknown()
    elif age > case.limits.role_unused:
        idle = case.days_since(role.last_used.at)
        if idle is None:
            yield Found(f"was made {days_ago(age)} and not used in the 400 days that AWS keeps", ("RoleLastUsed {}",))
        elif idle > case.limits.role_unused:
            yield Found(f"was last used {days_ago(idle)}", (f"RoleLastUsed {role.last_used.at}",))


def idle_group(case: AccountCase, group: Group) -> Iterator[Answer]:
    """A group without policies, or without members (FI52)."""
    if not group.attached and not group.inline:
        yield Found("has no policies", ("AttachedManagedPolicies []", "GroupPolicyList []"))
    if group.name.lower() not in case.members:
        if case.account.users is None or not case.account.is_complete:
            yield Unknown()
        else:
            yield Found("has no members", ("no GroupList names it",))


def unattached_policy(case: AccountCase, policy: ManagedPolicy) -> Iterator[Answer]:
    """A customer policy that nobody has and that bounds nobody (FI53); where IAM counts otherwise, unknown."""
    if case.attachments[policy.arn]:
        return
    counted = (policy.attachment_count or 0) + (policy.boundary_count or 0)
    is_told = case.has_every_entity or policy.attachment_count is not None
    if counted or not is_told:
        yield Unknown()
    else:
        yield Found("is attached nowhere and bounds nobody", (f"AttachmentCount {policy.attachment_count}",))


def dangerous_unattached(case: AccountCase, policy: ManagedPolicy) -> Iterator[Answer]:
    """The same, where its holder would be an administrator: decided on a fresh role that holds it alone (FI54)."""
    if not any(isinstance(answer, Found) for answer in unattached_policy(case, policy)):
        yield from unattached_policy(case, policy)
        return
    account = case.account
    arn = f"arn:{account.partition}:iam::{account.account_id}:role/{FRESH}-holder"
    holder = Role(arn, f"{FRESH}-holder", "/", "AROAHOLDER", None, attached=(policy.arn,))
    judged = case.everybody.judge.judge(case.with_role(holder), arn, account.account_id)
    if judged is not None and judged.verdict == "proven":
        yield Found("is attached nowhere, and would make its holder an administrator", (policy.arn,))
