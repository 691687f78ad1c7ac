"""How strangers are let in: who asks, and what costs nothing to say when asking (FI60-FI62, FI66, FI72).

A stranger asks with every key of circumstance absent, or says what anybody can say: a name of the session, a browser,
an organization of his own, an address on the internet. What is then allowed, nothing keeps strangers from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Literal

from iamtui import catalog
from iamtui.analysis.external_access import ExternalAccess
from iamtui.analysis.findings.asking.addresses import addresses_let_in
from iamtui.analysis.findings.asking.row_requests import keys_row
from iamtui.analysis.paths.requests.asking import FRESH
from iamtui.analysis.queries.everybody.strangers import SOMEBODY, called_by, somebody_called, unused_account
from iamtui.evaluation.decide import judge
from iamtui.evaluation.decision import Verdict
from iamtui.evaluation.request.accepted_calls import URL_AUTH_TYPE, VIA_FUNCTION_URL
from iamtui.evaluation.request.request import Request, RequestError
from iamtui.policy.keys import KeyValue
from iamtui.policy.principals import EntryKind
from iamtui.policy.statement import Statement
from iamtui.snapshot.model import Resource, Snapshot

_SAID = frozenset(("sts:rolesessionname", "aws:useragent", "aws:referer"))
"""What whoever asks says as he likes, in lower case."""
_BY_URL = frozenset((URL_AUTH_TYPE.lower(), VIA_FUNCTION_URL.lower()))
"""What is so of whoever calls a function by its URL, if it has one of that type."""
_ORGANIZATION = {
    "aws:PrincipalOrgID": KeyValue.of("o-iamtui7c1f"),
    "aws:PrincipalOrgPaths": KeyValue.listing(("o-iamtui7c1f/r-1234/ou-1234-stranger/",)),
}
"""That of the stranger, which a pattern for any organization takes."""
_ONE = (
    EntryKind.USER,
    EntryKind.ROLE,
    EntryKind.ROLE_SESSION,
    EntryKind.FEDERATED_USER,
    EntryKind.PROVIDER,
)
_Answered = Literal["allowed", "denied", "unknown"]


def people_of(account: str, partition: str) -> tuple[str, str]:
    """A role and a user of an account: of a user with access keys MFA is absent, of a role it is false."""
    start = f"arn:{partition}:iam::{account}:"
    return f"{start}role/{SOMEBODY}", f"{start}user/{SOMEBODY}"


def strangers_of(snapshot: Snapshot, partition: str, statement: Statement) -> tuple[str, ...]:
    """Who may ask from an account of no export: somebody, and who is called as a condition wants it of any account."""
    return whoever_of(unused_account(snapshot), partition, statement)


def whoever_of(account: str, partition: str, statement: Statement) -> tuple[str, ...]:
    """People of an account, and who is called there as a statement wants it."""
    named = (somebody_called(partition, account, one) for one in called_by(statement))
    return tuple(dict.fromkeys((*people_of(account, partition), *(one for one in named if one is not None))))


def named_by(access: ExternalAccess) -> tuple[str, ...]:
    """The one principal that an entry means; nobody where it means an account or everybody."""
    return (access.entry.text,) if access.entry.kind in _ONE and not access.negated else ()


def asked(snapshot: Snapshot, request: Request) -> _Answered:
    """Whether AWS lets a stranger do it, whatever the stranger's own account says."""
    try:
        found = judge(snapshot, request)
    except RequestError:
        return "unknown"
    return "allowed" if found.best.verdict is Verdict.ALLOWED else "denied"


def way_in(snapshot: Snapshot, request: Request, statement: Statement) -> Request | None:
    """The request by which a stranger is let in, telling nothing, or telling what anybody can; None: there is none."""
    said = _said(statement)
    own = {**said, **_ORGANIZATION} if _reads(statement, *_ORGANIZATION) else said
    addresses = [{"aws:SourceIp": KeyValue.of(one)} for one in addresses_let_in(statement)]
    told = [{}, *([said] if said else ()), *([own] if own != said else ())]
    ways = ({**request.context, **facts, **there} for facts in told for there in ({}, *addresses))
    tried = (replace(request, context=way) for way in ways)
    return next((one for one in tried if asked(snapshot, one) == "allowed"), None)


def is_by_url(request: Request) -> bool:
    """Whether a function is called by its URL in a request."""
    return not _BY_URL.isdisjoint(key.lower() for key in request.context)


def row_of(request: Request) -> str:
    """The row of a finding that such a request proves, with its keys."""
    keys = {key: value.values[0] for key, value in request.context.items() if " " not in value.values[0]}
    return f"{request.principal} {request.action} {request.resource}{keys_row(keys)}"


def _said(statement: Statement) -> Mapping[str, KeyValue]:
    """What a statement wants to be told, and anybody can tell."""
    read = {test.folded_key for test in statement.conditions} & (_SAID | _BY_URL)
    return {key: KeyValue.of(_plain(values[0])) for key in sorted(read) if (values := _values(statement, key))}


def _reads(statement: Statement, *keys: str) -> bool:
    return not {test.folded_key for test in statement.conditions}.isdisjoint(map(str.lower, keys))


def _values(statement: Statement, key: str) -> list[str]:
    """What tests that are no exceptions want of a key."""
    tests = (test for test in statement.conditions if test.folded_key == key)
    wanted = (test for test in tests if test.operator is not None and not test.operator.negated)
    return [value.text for test in wanted for value in test.values if test.spelling != "Null"]


def foreign_sources(statement: Statement, account: str) -> Iterator[dict[str, KeyValue]]:
    """For whom a service may act: a stranger's account, and something there that a pattern of the statement takes."""
    stranger = {"aws:SourceAccount": KeyValue.of(account)}
    yield stranger
    for text in _values(statement, "aws:sourcearn"):
        parts = text.split(":", 5)
        parts += ["*"] * (6 - len(parts))
        if _is_wild(parts[4] or parts[5]):
            named = [account if _is_wild(parts[4]) else parts[4], _plain(parts[5])]
            source = ":".join([*(_plain(one, "x") for one in parts[:4]), *named])
            yield {**stranger, "aws:SourceArn": KeyValue.of(source)}


def _is_wild(text: str) -> bool:
    return "*" in text or "?" in text


def _plain(pattern: str, filling: str = FRESH) -> str:
    return pattern.replace("*", filling).replace("?", "x")


def requests_on(resource: Resource, statement: Statement) -> Iterator[tuple[str, str]]:
    """The actions that a statement takes, each with what it can be asked on of a resource and of what is in it."""
    service = resource.arn.split(":", 3)[2].lower()
    names = (f"{service}:{name}" for name in catalog.actions(service))
    targets = tuple(dict.fromkeys((resource.arn, *_witnesses(statement, resource.arn))))
    for action in names:
        if statement.action.matches(action.lower(), service):
            taken = catalog.action(action)
            fitting = [one for one in targets if taken is not None and catalog.fits(taken, one)]
            yield from ((action, target) for target in fitting or targets)


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
