"""What is granted, to whom, and what nobody uses (FI40, FI47, FI48, FI50, FI52-FI54)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from iamtui.analysis.findings.by_rule.root_user import days_ago
from iamtui.analysis.findings.review.hygiene_case import AccountCase
from iamtui.analysis.findings.review.hygiene_results import Answer, Clear, Found, Unknown
from iamtui.analysis.overlay.laying import laid_over
from iamtui.analysis.overlay.principal_edits import SetAttachment
from iamtui.analysis.paths.privileges.administrators import Judged
from iamtui.analysis.paths.requests.asking import FRESH, fresh_arn
from iamtui.analysis.paths.ways.catalogue import control_actions
from iamtui.analysis.queries.actions.denied import takes_all_resources
from iamtui.analysis.queries.index.action_sets import of_names, taken_by
from iamtui.evaluation.applicable.policies import AppliedPolicy
from iamtui.patterns import matcher_of
from iamtui.policy.document import Document, statements_written
from iamtui.policy.lint import FindingSeverity
from iamtui.policy.statement import Effect, Statement
from iamtui.snapshot.model import Group, ManagedPolicy, Role, User


def administrator(case: AccountCase, principal: User | Role) -> Iterator[Answer]:
    """Who controls the account, by what is allowed (FI40, EP3)."""
    if isinstance(principal, Role) and principal.is_service_linked:
        yield Clear("a service owns it")
        return
    judged = case.administrator(principal)
    if judged is None:
        return
    giving = [one for one in case.everybody.policies(principal.arn) if one.document and case.once(_gives, one.document)]
    through = f", through {' and '.join(dict.fromkeys(_placed(one, principal) for one in giving))}" if giving else ""
    unread = () if judged.verdict != "possible" else _unread(case, principal)
    at_best = _without(case, principal, unread) if unread else judged
    if at_best is None or at_best.verdict == "possible":
        lacking = ", ".join(dict.fromkeys(need.of for need in judged.needs))
        calls = dict.fromkeys(call for need in judged.needs for call in need.exports)
        yield Unknown(tuple(f"{call}: {lacking}" for call in calls))
        return
    keys = ", ".join(dict.fromkeys(condition.key for condition in at_best.conditions))
    where = f" where conditions hold ({keys})" if keys else ""
    unless = f", unless {_named(unread)} denies it, of which no document was exported" if unread else ""
    yield Found(f"is an administrator{where}{through}{unless}", tuple(one.arn or one.name for one in giving))


def _gives(case: AccountCase, document: Document) -> bool:
    """Whether an Allow takes a control request on what is called anyhow."""
    allows = (one for one in statements_written(document) if one.effect is Effect.ALLOW and _takes_any(case, one))
    return any(taken_by(one.action) & of_names(control_actions()) for one in allows)


def _takes_any(case: AccountCase, statement: Statement) -> bool:
    """Whether it takes users, groups, roles or policies of the account, whatever their names and whoever asks."""
    element = statement.resource
    if element is None or takes_all_resources(statement):
        return element is not None
    fresh = [fresh_arn(case.account, kind) for kind in ("user", "group", "role", "policy")]
    matches = [matcher_of(pattern.widest) for pattern in element.patterns if not pattern.variables]
    return any(any(one(arn) for one in matches) is not element.negated for arn in fresh)


def _placed(policy: AppliedPolicy, principal: User | Role) -> str:
    """`AdministratorAccess of the group Administrators`."""
    is_own = policy.owner in (None, principal.arn)
    return policy.name if is_own else f"{policy.name} of the group {(policy.owner or '').rpartition('/')[2]}"


def _unread(case: AccountCase, principal: User | Role) -> tuple[AppliedPolicy, ...]:
    """The managed policies of one, its own and its groups', of which no document was exported."""
    return tuple(one for one in case.everybody.unread(principal.arn) if one.arn is not None)


def _without(case: AccountCase, principal: User | Role, unread: Sequence[AppliedPolicy]) -> Judged | None:
    """Whether one is an administrator by its other policies: these can then only take that away."""
    edits = (SetAttachment(one.owner or principal.arn, one.arn, attached=False) for one in unread if one.arn)
    picture = laid_over(case.snapshot, edits)
    return case.everybody.judge.judge(picture, principal.arn, case.account.account_id)


def _named(policies: Sequence[AppliedPolicy]) -> str:
    return " or ".join(dict.fromkeys(one.name for one in policies))


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
