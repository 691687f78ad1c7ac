"""Users and roles that resource policies name and that are gone (FI69)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import NamedTuple

from iamtui.analysis.external_access import EQUAL_OR_LIKE
from iamtui.analysis.findings.asking.everybody import Everybody
from iamtui.analysis.findings.asking.ways_in import asked, requests_on
from iamtui.analysis.findings.review.hygiene_results import Answer, Found, Unknown
from iamtui.analysis.findings.review.rule_table import EXPORTS
from iamtui.analysis.paths.requests.asking import FRESH
from iamtui.analysis.paths.requests.overlay import EVERYTHING
from iamtui.arn import Arn, MalformedArnError
from iamtui.evaluation.request.request import Request, Unstated
from iamtui.policy.principals import EntryKind
from iamtui.policy.statement import Effect, PolicyDocument, Statement
from iamtui.snapshot.model import Account, Exported, InlinePolicy, Resource, Role, Snapshot, User

_NAMED = (EntryKind.USER, EntryKind.ROLE, EntryKind.ROLE_SESSION)
_KINDS = ("user", "role", "assumed-role")


class _Named(NamedTuple):
    """Somebody of an exported account whom a statement names; `is_gone` is None where that was not exported."""

    arn: str
    is_gone: bool | None


def names_nobody(everybody: Everybody, resource: Resource) -> Iterator[Answer]:
    """An Allow for a user or role that its account, exported whole, does not have: one made anew is let in."""
    if resource.policy_state is Exported.UNKNOWN:
        yield Unknown()
        return
    policy = None if resource.policy is None else resource.policy.policy
    told: set[str] = set()
    for statement in policy.statements if isinstance(policy, PolicyDocument) else ():
        for arn, is_gone in _named_by(everybody.snapshot, statement):
            if is_gone is False or arn in told or not _would_be_let_in(everybody, resource, statement, arn):
                continue
            told.add(arn)
            if is_gone is None:
                yield Unknown((EXPORTS["GA"],))
            else:
                message = f"lets in {arn}, which is gone: whoever makes one of that name is let in"
                yield Found(message, (f"statement {statement.label}", arn))


def _named_by(snapshot: Snapshot, statement: Statement) -> Iterator[_Named]:
    """Those whom an Allow names, as its principal or by a condition on who that is."""
    element = statement.principal
    if statement.effect is not Effect.ALLOW or element is None or element.negated:
        return
    tests = [one for one in statement.conditions if one.folded_key == "aws:principalarn"]
    meaning = [one for one in tests if one.operator is not None and one.operator.name in EQUAL_OR_LIKE]
    conditions = (value.text for one in meaning for value in one.values)
    for text in (*(entry.text for entry in element.entries if entry.kind in _NAMED), *conditions):
        try:
            arn = Arn.parse(text)
        except MalformedArnError:
            continue
        account = snapshot.accounts.get(arn.account)
        kind, _, rest = arn.resource.partition("/")
        if account is not None and kind in _KINDS and rest and not {"*", "?", "$"} & set(text):
            yield _Named(text, _is_gone(account, kind, rest))


def _is_gone(account: Account, kind: str, rest: str) -> bool | None:
    """Whether nobody has that name: none can be made while somebody has it, whatever the path and the case."""
    name = rest.partition("/")[0] if kind == "assumed-role" else rest.rpartition("/")[2]
    held: Mapping[str, User | Role] | None = account.users if kind == "user" else account.roles
    if name.lower() in (held or {}):
        return False
    return True if account.is_complete and held is not None else None


def _would_be_let_in(everybody: Everybody, resource: Resource, statement: Statement, arn: str) -> bool:
    """Whether one of that name may do something, made anew; in another account its own policies must say so too."""
    policies = (InlinePolicy("all", EVERYTHING),) if Arn.parse(arn).account != resource.account else ()
    picture = _with(everybody.snapshot, arn, policies)
    requests = (
        Request(arn, action, target, resource.account, unstated=Unstated.UNKNOWN, at=everybody.at)
        for action, target in requests_on(resource, statement)
    )
    return any(asked(picture, one) == "allowed" for one in requests)


def _with(snapshot: Snapshot, text: str, policies: tuple[InlinePolicy, ...]) -> Snapshot:
    """The picture in which the user, or the role of the session, was made anew."""
    arn = Arn.parse(text)
    account = snapshot.accounts[arn.account]
    kind, _, rest = arn.resource.partition("/")
    if kind == "user":
        user = User(text, rest.rpartition("/")[2], "/", f"AIDA{FRESH}", policies)
        changed = replace(account, users=MappingProxyType({**(account.users or {}), user.name.lower(): user}))
    else:
        name = rest.partition("/")[0] if kind == "assumed-role" else rest.rpartition("/")[2]
        whole = f"arn:{arn.partition}:iam::{arn.account}:role/{name}" if kind == "assumed-role" else text
        role = Role(whole, name, "/", f"AROA{FRESH}", None, policies)
        changed = replace(account, roles=MappingProxyType({**(account.roles or {}), name.lower(): role}))
    return replace(snapshot, accounts=MappingProxyType({**snapshot.accounts, arn.account: changed}))
