"""Who outside is let in, by decision and not by reading (FI61, FI62, FI66, FI70).

How strangers ask says `ways_in`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from iamtui.analysis.external_access import ExternalAccess, external_access
from iamtui.analysis.findings.asking.everybody import Everybody
from iamtui.analysis.findings.asking.ways_in import (
    asked,
    foreign_sources,
    is_by_url,
    named_by,
    people_of,
    requests_on,
    row_of,
    strangers_of,
    way_in,
)
from iamtui.analysis.findings.by_rule.becoming import is_asked
from iamtui.analysis.findings.by_rule.foreign_accounts import foreign_to_role, let_in
from iamtui.analysis.findings.review.hygiene_case import AccountCase
from iamtui.analysis.findings.review.hygiene_results import Answer, Found, Unknown
from iamtui.analysis.paths.requests.steps import Sureness
from iamtui.analysis.queries.everybody.strangers import unused_account
from iamtui.evaluation.request.request import Request, Unstated
from iamtui.policy.keys import KeyValue
from iamtui.policy.lint import FindingSeverity
from iamtui.policy.principals import EntryKind
from iamtui.policy.statement import PolicyKind, Statement
from iamtui.snapshot.model import ACCOUNT, Exported, Resource, Role

_ASSUME = "sts:AssumeRole"
_FREELY: tuple[tuple[str, dict[str, KeyValue]], ...] = (
    ("with no condition in the way", {}),
    ("with whatever external id", {"sts:ExternalId": KeyValue.of("iamtui-stranger")}),
)
"""How an account takes a role that keeps nobody of it from that."""
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
            request = Request(who, _ASSUME, role.arn, unstated=Unstated.ABSENT, at=case.at)
            found = way_in(case.snapshot, request, statement)
            if found is not None:
                yield Found("can be taken from any AWS account", (row_of(found),), fix="Name who is trusted.")
                return


def free_role(case: AccountCase, role: Role) -> Iterator[Answer]:
    """A role that an outside account takes with no external id, organization, principal ARN or MFA (FI61)."""
    if role.trust is None:
        yield Unknown()
        return
    told: set[str] = set()
    for account, access in foreign_to_role(case, role):
        taken = None if account in told else _taken_freely(case, role, account, access)
        if taken is not None:
            told.add(account)
            how, request = taken
            powerful, severity = _power_of(case, role)
            message = f"can be taken from the account {account} {how}{powerful}{_doubt(case)}"
            yield Found(message, (row_of(request),), severity)


def _taken_freely(case: AccountCase, role: Role, account: str, access: ExternalAccess) -> tuple[str, Request] | None:
    """How somebody of an account takes a role with nothing in the way; any external id at all is nothing."""
    people = named_by(access) or people_of(account, case.account.partition)
    for how, context in _FREELY:
        for who in people:
            request = Request(who, _ASSUME, role.arn, context=context, unstated=Unstated.ABSENT, at=case.at)
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
    organization = case.snapshot.organization_of(case.account.account_id)
    is_told = case.account.in_organization is False if organization is None else organization.lists_all(ACCOUNT)
    return "" if is_told else "; which accounts are of one's own organization was not exported"


def saml_audience(case: AccountCase, role: Role) -> Iterator[Answer]:
    """A trust in a SAML provider that takes an assertion which was made for another consumer (FI70)."""
    if role.trust is None:
        yield Unknown()
        return
    for access in external_access(role.trust, "", PolicyKind.TRUST):
        is_saml = access.entry.kind is EntryKind.PROVIDER and ":saml-provider/" in access.entry.text
        context = {"SAML:aud": KeyValue.of(_OTHER_CONSUMER)}
        provider = access.entry.text
        request = Request(provider, _WITH_SAML, role.arn, context=context, unstated=Unstated.UNKNOWN, at=case.at)
        if is_saml and asked(case.snapshot, request) == "allowed":
            row = f"{access.entry.text} {_WITH_SAML} {role.arn} SAML:aud {_OTHER_CONSUMER}"
            yield Found(f"trusts {access.entry.text} whatever the audience", (row,))


def public_resource(everybody: Everybody, resource: Resource) -> Iterator[Answer]:
    """A resource whose policy lets strangers in (FI62)."""
    if resource.policy_state is Exported.UNKNOWN:
        yield Unknown()
        return
    partition = resource.arn.split(":", 2)[1]
    for access in let_in(resource):
        if not access.is_everybody:
            continue
        for who in (*strangers_of(everybody.snapshot, partition, access.statement), "anonymous"):
            found = _first_open(everybody, resource, access.statement, who)
            if found is not None:
                by_url = " by its URL, if it has one of that type" if is_by_url(found) else ""
                yield Found(f"lets anybody do {found.action}{by_url}", (row_of(found),))
                return


def deputy(everybody: Everybody, resource: Resource) -> Iterator[Answer]:
    """A resource that a service reaches for strangers' accounts too (FI66)."""
    if resource.policy_state is Exported.UNKNOWN:
        yield Unknown()
        return
    stranger = unused_account(everybody.snapshot)
    for access in let_in(resource):
        if access.entry.kind is EntryKind.SERVICE and not access.negated:
            service = access.entry.text
            for source in foreign_sources(access.statement, stranger):
                found = _first_open(everybody, resource, access.statement, service, source)
                if found is not None:
                    yield Found(f"lets {service} do {found.action} for any account", (row_of(found),))
                    break


def _first_open(
    everybody: Everybody,
    resource: Resource,
    statement: Statement,
    who: str,
    context: dict[str, KeyValue] | None = None,
) -> Request | None:
    """A request of the statement's that is allowed on the resource, or on something in it; None if none is."""
    for action, target in requests_on(resource, statement):
        request = Request(
            who, action, target, resource.account, context or {}, unstated=Unstated.ABSENT, at=everybody.at
        )
        found = way_in(everybody.snapshot, request, statement)
        if found is not None:
            return found
    return None
