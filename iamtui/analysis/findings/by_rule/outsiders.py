"""Who outside is let in, by decision and not by reading (FI60-FI62, FI66, FI70).

How strangers ask says `strangers`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from iamtui import catalog
from iamtui.analysis.external_access import ExternalAccess, external_access
from iamtui.analysis.findings.asking.strangers import (
    asked,
    foreign_sources,
    people_of,
    row_of,
    stranger_of,
    strangers_of,
    way_in,
)
from iamtui.analysis.findings.by_rule.becoming import is_asked
from iamtui.analysis.findings.review.hygiene_case import AccountCase
from iamtui.analysis.findings.review.hygiene_results import Answer, Found, Unknown
from iamtui.analysis.findings.review.rule_table import EXPORTS
from iamtui.analysis.paths.requests.steps import Sureness
from iamtui.evaluation.request.request import Request, Unstated
from iamtui.policy.keys import KeyValue
from iamtui.policy.lint import FindingSeverity
from iamtui.policy.principals import EntryKind
from iamtui.policy.statement import PolicyKind, Statement
from iamtui.snapshot.model import Exported, Resource, Role, Snapshot

_ASSUME = "sts:AssumeRole"
_FREELY: tuple[tuple[str, dict[str, KeyValue]], ...] = (
    ("with no condition in the way", {}),
    ("with whatever external id", {"sts:ExternalId": KeyValue.of("iamtui-stranger")}),
)
"""How an account takes a role that keeps nobody of it from that."""
_MOST_NAMED = 6
_MOST_ACTIONS = 40
_POWERFUL: Mapping[Sureness, str] = {
    "proven": ", and the role is an administrator",
    "conditional": ", and the role is an administrator where conditions hold",
    "possible": ", and whether the role is an administrator was not exported",
}
_WITH_SAML = "sts:AssumeRoleWithSAML"
_OTHER_CONSUMER = "https://iamtui-stranger.example/saml"


def public_role(case: AccountCase, role: Role) -> Iterator[Answer]:
    """A role that principals of any account may take (FI62)."""
    if role.trust is None:
        yield Unknown()
        return
    entries = external_access(role.trust, case.account.account_id, PolicyKind.TRUST)
    open_ones = [entry.statement for entry in entries if entry.is_everybody]
    if not open_ones:
        return
    for statement in open_ones:
        for who in strangers_of(case.snapshot, case.account.partition, statement):
            found = way_in(case.snapshot, Request(who, _ASSUME, role.arn, unstated=Unstated.ABSENT), statement)
            if found is not None:
                yield Found("can be taken from any AWS account", (row_of(found),), fix="Name who is trusted.")
                return


def foreign_accounts(case: AccountCase) -> Iterator[Answer]:
    """Accounts outside the organization, each with all roles and resource policies that let it in (FI60)."""
    let_in: dict[str, dict[str, Role | Resource]] = {}
    own = [one for one in case.snapshot.resources.values() if one.account == case.account.account_id]
    if not own or any(one.policy_state is Exported.UNKNOWN for one in own):
        yield Unknown((EXPORTS["RP"],))
    if case.account.roles is None:
        yield Unknown((EXPORTS["GA"],))
    for role in (case.account.roles or {}).values():
        if role.trust is None:
            yield Unknown()
        for account, _ in _foreign(case, role):
            let_in.setdefault(account, {})[role.name] = role
    for resource in own:
        for account in _foreign_to(case, _let_in(resource)):
            let_in.setdefault(account, {})[resource.arn] = resource
    for account, doors in let_in.items():
        yield _let_in_by(case, account, doors)


def _let_in_by(case: AccountCase, account: str, doors: Mapping[str, Role | Resource]) -> Found:
    """An account, with roles and resources by which it comes: new where the roles are, for no policy has a date."""
    roles = [one for one in doors.values() if isinstance(one, Role)]
    others = [one.arn for one in doors.values() if isinstance(one, Resource)]
    ages = [case.days_since(role.created) for role in roles]
    is_new = bool(roles) and all(age is not None and age < case.limits.new for age in ages)
    since = f", made within {case.limits.new} days" if is_new else ""
    said = []
    if roles:
        said.append(f"{'the role' if len(roles) == 1 else 'roles'} {_listed([role.name for role in roles])}{since}")
    if others:
        said.append(f"the polic{'y' if len(others) == 1 else 'ies'} of {_listed(others)}")
    severity = FindingSeverity.WARNING if is_new else None
    return Found(f"lets the account {account} in by {' and '.join(said)}", (account, *doors), severity)


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def free_role(case: AccountCase, role: Role) -> Iterator[Answer]:
    """A role that an outside account takes with no external id, organization, principal ARN or MFA (FI61)."""
    if role.trust is None:
        yield Unknown()
        return
    told: set[str] = set()
    for account, access in _foreign(case, role):
        taken = None if account in told else _taken_freely(case, role, account, access)
        if taken is not None:
            told.add(account)
            how, request = taken
            powerful, severity = _power_of(case, role)
            message = f"can be taken from the account {account} {how}{powerful}{_doubt(case)}"
            yield Found(message, (row_of(request),), severity)


def _taken_freely(case: AccountCase, role: Role, account: str, access: ExternalAccess) -> tuple[str, Request] | None:
    """How somebody of an account takes a role with nothing in the way; any external id at all is nothing."""
    named = access.entry.kind in (EntryKind.USER, EntryKind.ROLE)
    people = (access.entry.text,) if named else people_of(account, case.account.partition)
    for how, context in _FREELY:
        for who in people:
            request = Request(who, _ASSUME, role.arn, context=context, unstated=Unstated.ABSENT)
            found = way_in(case.snapshot, request, access.statement)
            if found is not None:
                return how, found
    return None


def _power_of(case: AccountCase, role: Role) -> tuple[str, FindingSeverity | None]:
    """What makes it graver that a role can be taken: that it is an administrator, or becomes one."""
    judged = case.administrator(role)
    if judged is not None and judged.verdict == "proven":
        return _POWERFUL["proven"], FindingSeverity.SECURITY
    path = (case.everybody.paths or {}).get(role.arn) if is_asked(case.snapshot) else None
    if path is not None and path.verdict == "proven":
        return ", and the role can become an administrator", FindingSeverity.SECURITY
    return ("" if judged is None else _POWERFUL[judged.verdict]), None


def _doubt(case: AccountCase) -> str:
    """Why an account that counts as foreign may be one's own after all."""
    account = case.account
    is_told = case.snapshot.organization_of(account.account_id) is not None or account.in_organization is False
    return "" if is_told else "; which accounts are of one's own organization was not exported"


def _foreign(case: AccountCase, role: Role) -> Iterator[tuple[str, ExternalAccess]]:
    """Accounts neither exported nor of the organization that a trust lets in, each with what does."""
    if role.trust is not None:
        entries = external_access(role.trust, case.account.account_id, PolicyKind.TRUST)
        foreign = _foreign_to(case, entries)
        yield from ((account, one) for one in entries for account in one.accounts if account in foreign)


def _foreign_to(case: AccountCase, entries: Iterable[ExternalAccess]) -> list[str]:
    """The accounts of entries that are neither exported nor of the organization."""
    organization = case.snapshot.organization_of(case.account.account_id)
    inside = {"", *case.snapshot.accounts, *(() if organization is None else organization.targets)}
    named = (account for one in entries for account in one.accounts)
    return [one for one in dict.fromkeys(named) if one not in inside]


def saml_audience(case: AccountCase, role: Role) -> Iterator[Answer]:
    """A trust in a SAML provider that takes an assertion which was made for another consumer (FI70)."""
    if role.trust is None:
        yield Unknown()
        return
    for access in external_access(role.trust, "", PolicyKind.TRUST):
        is_saml = access.entry.kind is EntryKind.PROVIDER and ":saml-provider/" in access.entry.text
        context = {"SAML:aud": KeyValue.of(_OTHER_CONSUMER)}
        request = Request(access.entry.text, _WITH_SAML, role.arn, context=context, unstated=Unstated.UNKNOWN)
        if is_saml and asked(case.snapshot, request) == "allowed":
            row = f"{access.entry.text} {_WITH_SAML} {role.arn} SAML:aud {_OTHER_CONSUMER}"
            yield Found(f"trusts {access.entry.text} whatever the audience", (row,))


def public_resource(snapshot: Snapshot, resource: Resource) -> Iterator[Answer]:
    """A resource whose policy lets strangers in (FI62)."""
    if resource.policy_state is Exported.UNKNOWN:
        yield Unknown()
        return
    partition = resource.arn.split(":", 2)[1]
    for access in _let_in(resource):
        for who in (*strangers_of(snapshot, partition, access.statement), "anonymous") if access.is_everybody else ():
            found = _first_open(snapshot, resource, access.statement, who)
            if found is not None:
                yield Found(f"lets anybody do {found.action}", (row_of(found),))
                return


def deputy(snapshot: Snapshot, resource: Resource) -> Iterator[Answer]:
    """A resource that a service reaches for strangers' accounts too (FI66)."""
    if resource.policy_state is Exported.UNKNOWN:
        yield Unknown()
        return
    stranger = stranger_of(snapshot)
    for access in _let_in(resource):
        if access.entry.kind is EntryKind.SERVICE and not access.negated:
            service = access.entry.text
            for source in foreign_sources(access.statement, stranger):
                found = _first_open(snapshot, resource, access.statement, service, source)
                if found is not None:
                    yield Found(f"lets {service} do {found.action} for any account", (row_of(found),))
                    break


def _let_in(resource: Resource) -> tuple[ExternalAccess, ...]:
    if resource.policy is None:
        return ()
    kind = PolicyKind.KMS_KEY if resource.kind == "kms:key" else PolicyKind.RESOURCE
    return external_access(resource.policy, resource.account, kind)


def _first_open(
    snapshot: Snapshot,
    resource: Resource,
    statement: Statement,
    who: str,
    context: dict[str, KeyValue] | None = None,
) -> Request | None:
    """A request of the statement's that is allowed on the resource, or on something in it; None if none is."""
    service = resource.arn.split(":", 3)[2].lower()
    names = (f"{service}:{name}" for name in catalog.actions(service))
    actions = [name for name in names if statement.action.matches(name.lower(), service)][:_MOST_ACTIONS]
    targets = tuple(dict.fromkeys((resource.arn, *_witnesses(statement, resource.arn))))
    for action in actions:
        taken = catalog.action(action)
        fitting = [one for one in targets if taken is not None and catalog.fits(taken, one)]
        for target in fitting or targets:
            request = Request(who, action, target, resource.account, context=context or {}, unstated=Unstated.ABSENT)
            found = way_in(snapshot, request, statement)
            if found is not None:
                return found
    return None


def _witnesses(statement: Statement, arn: str) -> Iterator[str]:
    """Things that the statement's patterns name in a resource."""
    if statement.resource is None or statement.resource.negated:
        yield f"{arn}/witness"
        return
    for pattern in statement.resource.patterns:
        if pattern.text.startswith(arn):
            yield pattern.text.replace("*", "witness").replace("?", "w")
        elif pattern.text == "*":
            yield f"{arn}/witness"
