"""What principals may do that few should (FI42-FI44), by decision."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

import msgspec

from iamtui import catalog
from iamtui.analysis.findings.asking.able import Able
from iamtui.analysis.findings.asking.own_statements import is_aws_managed, whole_services
from iamtui.analysis.findings.review.hygiene_case import AccountCase
from iamtui.analysis.findings.review.hygiene_results import Answer, Clear, Found, Unknown
from iamtui.analysis.queries.index.holders import can_be_named
from iamtui.policy.document import Document, statements_written
from iamtui.policy.lint import FindingSeverity
from iamtui.snapshot.model import Role, User

_DATA = Path(__file__).parent / "data" / "powers.toml"
_MOST_NAMED = 6
_READING = ("iam:GetAccountAuthorizationDetails", "cloudtrail:LookupEvents")
_CHANGING = ("iam:AttachRolePolicy", "s3:DeleteBucket", "ec2:TerminateInstances")


class _Power(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    actions: tuple[str, ...]


@cache
def powers() -> Mapping[str, tuple[str, ...]]:
    """The sensitive powers, each with actions that stand for it."""
    rows = msgspec.toml.decode(_DATA.read_bytes(), type=dict[str, _Power])
    return {title: row.actions for title, row in rows.items()}


def told_elsewhere(case: AccountCase, principal: User | Role) -> Clear | None:
    """Why a rule about powers does not look at a principal: it has them all, or only AWS can mend it (FI8)."""
    if isinstance(principal, Role) and principal.is_made_by_aws:
        return Clear("AWS made it")
    judged = case.administrator(principal)
    return Clear("an administrator: FI40") if judged is not None and judged.verdict != "possible" else None


def sensitive_powers(case: AccountCase, principal: User | Role) -> Iterator[Answer]:
    """What it may do of what few should: stop trails, open keys, buy, close the account (FI43)."""
    elsewhere = told_elsewhere(case, principal)
    if elsewhere is not None:
        yield elsewhere
        return
    held: dict[str, dict[str, Able]] = defaultdict(dict)
    is_open = False
    asked = (
        (title, actions) for title, actions in powers().items() if case.everybody.is_asked(principal.arn, *actions)
    )
    for title, actions in asked:
        for action in actions:
            able = case.everybody.able(case.account, principal.arn, action)
            if able is not None and able.label != "possible":
                held[title][action] = able
            is_open |= able is not None
    if held:
        rows = tuple(able.row(principal.arn, action) for found in held.values() for action, able in found.items())
        sure = all(able.label == "allowed" for found in held.values() for able in found.values())
        yield Found(f"{', '.join(held)}{'' if sure else ', partly where conditions hold'}", rows)
    elif is_open:
        yield Unknown()


def whole_service(case: AccountCase, principal: User | Role) -> Iterator[Answer]:
    """Every action of a service on everything, by a policy of the customer (FI42)."""
    elsewhere = told_elsewhere(case, principal)
    if elsewhere is not None:
        yield elsewhere
        return
    found: dict[str, str] = {}
    for policy in case.everybody.policies(principal.arn):
        services = () if policy.document is None else case.once(_services_in, policy.document)
        if services and not is_aws_managed(policy):
            for service in services:
                found.setdefault(service, policy.name)
    whole = {
        service: policy
        for service, policy in found.items()
        if case.everybody.has_whole(case.account, principal.arn, service)
    }
    if whole:
        named = ", ".join(list(whole)[:_MOST_NAMED]) + (
            f" and {len(whole) - _MOST_NAMED} more" if len(whole) > _MOST_NAMED else ""
        )
        is_weak = all(not _writes(service) for service in whole)
        policies = tuple(dict.fromkeys(whole.values()))
        rows = (*(f"{service}:* on *" for service in whole), *policies)
        message = f"is allowed every action of {named}, by {', '.join(policies)}"
        yield Found(message, rows, FindingSeverity.INFO if is_weak else None)
    elif not all(map(is_aws_managed, case.everybody.unread(principal.arn))):
        yield Unknown()


def _services_in(_: AccountCase, document: Document) -> tuple[str, ...]:
    return tuple(whole_services(statements_written(document)))


@cache
def _writes(service: str) -> bool:
    found = (catalog.action(f"{service}:{name}") for name in catalog.actions(service))
    return any(one is not None and one.access_level not in ("Read", "List") for one in found)


def support_and_audit(case: AccountCase) -> Iterator[Answer | None]:
    """Nobody but administrators who may open support cases; no role that only reads IAM and trails (FI44).

    None between roles: there may be thousands that read something, and each is asked about all that changes.
    """
    if not case.has_every_entity:
        yield Unknown()
        return
    administrators = case.everybody.administrators
    others = (arn for arn in case.everybody.who(case.account, "support:CreateCase") if arn not in administrators)
    if not any(_may(case, arn, "support:CreateCase") for arn in others):
        lacks = Found("nobody but administrators may open support cases", ("support:CreateCase",))
        yield _unless_unread(case, (*(case.account.users or {}).values(), *(case.account.roles or {}).values()), lacks)
    roles = (arn for arn in case.everybody.who(case.account, _READING[0]) if ":role/" in arn)
    for arn in roles:
        yield None
        if _only_reads(case, arn):
            return
    lacks = Found("has no role that may read IAM and trails and change nothing", _READING)
    yield _unless_unread(case, tuple((case.account.roles or {}).values()), lacks)


def _unless_unread(case: AccountCase, principals: Iterable[User | Role], lacks: Found) -> Answer:
    """That nobody may do something; unknown where one of some has a policy of which no document was exported."""
    named = filter(can_be_named, principals)
    return Unknown() if any(case.everybody.unread(one.arn) for one in named) else lacks


def _only_reads(case: AccountCase, arn: str) -> bool:
    return all(_may(case, arn, one) for one in _READING) and not any(_may(case, arn, one) for one in _CHANGING)


def _may(case: AccountCase, arn: str, action: str) -> bool:
    return case.everybody.able(case.account, arn, action) is not None
