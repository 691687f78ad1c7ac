"""Whom the policies of a resource let in and the export does not hold, and how each is asked (WC10, WC13)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from iamtui.analysis.external_access import EQUAL_OR_LIKE
from iamtui.analysis.queries.deciding.answers import Answer, Cell, no_matches, situation_of
from iamtui.analysis.queries.everybody.results import Grants
from iamtui.analysis.queries.everybody.strangers import SOMEBODY, Called, called_by, stranger, unused_account
from iamtui.analysis.queries.index.holders import Frame, Holder
from iamtui.analysis.queries.index.statements import entries_in_play
from iamtui.evaluation.decide import prepare_for
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.evaluation.request.request import Request, RequestError
from iamtui.policy.conditions import ConditionTest
from iamtui.policy.keys import ABSENT, KeyValue
from iamtui.policy.principals import EntryKind, PrincipalEntry
from iamtui.policy.statement import Effect, Statement
from iamtui.snapshot.model import Snapshot

_NAMED = {"user": "user", "role": "role", "root": "account", "*": "account"}
"""What the ARNs of principals begin with, and what kind of row each makes."""


@dataclass(frozen=True, slots=True)
class Outsider:
    """One that is let in.

    Attributes:
        arn: as the policy names it.
        request: the request that stands for it; of everyone the unsigned one.
        signed: of everyone that of somebody of another account: most calls must be signed (E68).
    """

    arn: str
    kind: str
    account: str | None
    request: Request
    signed: Request | None = None

    @property
    def requests(self) -> tuple[Request, ...]:
        """What is asked for it; the first that is not denied tells."""
        return (self.request,) if self.signed is None else (self.request, self.signed)


def let_in(snapshot: Snapshot, request: Request) -> tuple[tuple[Outsider, ...], Grants]:
    """Whom the policies in play for a request let in, of those that no exported account holds."""
    somebody = stranger(partition_of_accounts(snapshot), unused_account(snapshot), ())
    try:
        question = prepare_for(snapshot, replace(request, principal=somebody))
    except RequestError:  # the resource is in another partition
        return (), Grants()
    return outsiders_of(question, request)


def asked_by(snapshot: Snapshot, outsider: Outsider, request: Request) -> Iterator[Cell]:
    """The answer for an outsider; none where it cannot make such a request."""
    answers = []
    for own in outsider.requests:
        try:
            asked = prepare_for(snapshot, replace(request, principal=own.principal, context=own.context))
        except RequestError:
            continue
        holder = Holder(outsider.arn, Frame(asked.subject.caller.kind, outsider.account or ""), None)
        answers.append(Answer(holder, situation_of(asked), no_matches))
        if answers[-1].label != "denied":
            break
    if answers:
        yield Cell(request.resource, answers[-1])


@dataclass(slots=True)
class _Found:
    """Outsiders by ARN, and the lists of `grants`, each in the order of the policies."""

    outsiders: dict[str, Outsider] = field(default_factory=dict)
    accounts: dict[str, None] = field(default_factory=dict)
    organizations: dict[str, None] = field(default_factory=dict)
    units: dict[str, None] = field(default_factory=dict)
    principals: dict[str, None] = field(default_factory=dict)
    services: dict[str, None] = field(default_factory=dict)


def outsiders_of(question: PreparedRequest, request: Request) -> tuple[tuple[Outsider, ...], Grants]:
    """Everybody whom the policies in play let in and that no exported account holds."""
    snapshot = question.subject.snapshot
    found = _Found()
    if snapshot is not None:
        naming = _Naming(snapshot, request, question.subject.caller.partition or "aws", found)
        for statement, entry in entries_in_play(question):
            if statement.effect is Effect.ALLOW and statement.invalid is None:
                naming.add(statement, entry)
    grants = Grants(*map(tuple, (found.accounts, found.organizations, found.units, found.principals, found.services)))
    return tuple(found.outsiders.values()), grants


class _Naming:
    def __init__(self, snapshot: Snapshot, request: Request, partition: str, found: _Found) -> None:
        self._snapshot = snapshot
        self._request = request
        self._partition = partition
        self._found = found
        self._called: tuple[Called, ...] = ()  # whom the statement means by their names

    def add(self, statement: Statement, entry: PrincipalEntry) -> None:
        """Note whom one entry of an Allow lets in."""
        self._called = tuple(called_by(statement))
        if statement.principal is not None and statement.principal.negated:
            self._everyone(statement)
            return
        match entry.kind:
            case EntryKind.EVERYONE:
                self._everyone(statement)
            case EntryKind.ACCOUNT:
                self._account(entry.partition or self._partition, entry.account)
            case EntryKind.USER | EntryKind.ROLE | EntryKind.ROLE_SESSION | EntryKind.FEDERATED_USER:
                self._principal(entry)
            case EntryKind.UNIQUE_ID if not self._holds_id(entry.text):
                self._found.principals[entry.text] = None
            case EntryKind.OTHER:
                self._found.principals[entry.text] = None
            case EntryKind.SERVICE:
                self._service(entry.text)
            case EntryKind.PROVIDER:
                self._found.principals[entry.text] = None
                account = entry.text.split(":")[4] if entry.text.startswith("arn:") else None
                self._ask(entry.text, "provider", account, entry.text)
            case EntryKind.CANONICAL_USER:
                self._found.principals[entry.text] = None
                self._ask(entry.text, "canonical_user", None, self._stranger)

    @property
    def _stranger(self) -> str:
        """Somebody of an account of which nothing was exported."""
        return stranger(self._partition, unused_account(self._snapshot), self._called)

    def _ask(self, arn: str, kind: str, account: str | None, principal: str, **context: KeyValue) -> None:
        request = self._request_of(principal, **context)
        self._found.outsiders.setdefault(arn, Outsider(arn, kind, account, request))

    def _request_of(self, principal: str, **context: KeyValue) -> Request:
        stated = {**context_keys(context), **self._request.context}
        return replace(self._request, principal=principal, context=stated)

    def _everyone(self, statement: Statement) -> None:
        """Anybody; where a condition asks for accounts, principals, names or organizations, these too."""
        anyone = stranger(self._partition, unused_account(self._snapshot), ())
        signed = self._request_of(anyone, org_id=ABSENT, org_paths=ABSENT)
        anybody = Outsider("*", "everyone", None, self._request_of("anonymous"), signed)
        self._found.outsiders.setdefault("*", anybody)
        for one in (called for called in self._called if not called.names_account):
            somebody = stranger(self._partition, unused_account(self._snapshot), (one,))
            self._ask(one.text, "user" if ":user/" in somebody else "role", None, somebody)
        for test in statement.conditions:
            if test.operator is None or test.operator.name not in EQUAL_OR_LIKE:
                continue
            match test.folded_key:
                case "aws:principalaccount":
                    self._accounts(test)
                case "aws:principalarn":
                    self._principals(test)
                case "aws:principalorgid":
                    self._organizations(test)
                case "aws:principalorgpaths":
                    self._units(test)
                case "aws:principalservicename":
                    for service in _plain(test):
                        self._service(service)
                case "aws:sourcearn":
                    for value in test.values:
                        self._service_of(value.text)

    def _service(self, service: str) -> None:
        self._found.services[service] = None
        self._ask(service, "service", None, service)

    def _service_of(self, source: str) -> None:
        """The service that comes on behalf of such a thing (E64, E65): by AWS's custom its prefix names it."""
        service = [*source.split(":"), "", "", ""][2]
        if service.isalnum():
            self._service(f"{service}.amazonaws.com")

    def _accounts(self, test: ConditionTest) -> None:
        for value in _plain(test):
            if value.isdecimal():
                self._account(self._partition, value)

    def _account(self, partition: str, account: str) -> None:
        if account not in self._snapshot.accounts:
            self._found.accounts[account] = None
            root = f"arn:{partition}:iam::{account}:root"
            self._ask(root, "account", account, stranger(partition, account, self._called))

    def _principals(self, test: ConditionTest) -> None:
        """Whom ARNs mean: asked as one with such an ARN; those of exported accounts are asked themselves."""
        for text in (value.text for value in test.values):
            _, partition, _, _, account, name = [*text.split(":", 5), "", "", "", "", ""][:6]
            kind = name.partition("/")[0]
            of_any = "*" in account
            if account in self._snapshot.accounts or kind not in (("user", "role") if of_any else _NAMED):
                continue
            owner = unused_account(self._snapshot) if of_any else account
            somebody = f"user/{SOMEBODY}" if name == "*" else name.replace("*", SOMEBODY).replace("?", "x")
            principal = f"arn:{self._partition if '*' in partition else partition}:iam::{owner}:{somebody}"
            self._found.principals[text] = None
            self._ask(text, _NAMED[kind], None if of_any else account, principal)

    def _organizations(self, test: ConditionTest) -> None:
        for value in _plain(test):
            named = "o-*" if value == "*" else value
            self._found.organizations[named] = None
            self._ask(named, "organization", None, self._stranger, org_id=KeyValue.of(named))

    def _units(self, test: ConditionTest) -> None:
        for value in _plain(test):
            parts = [part for part in value.rstrip("*").split("/") if part]
            if not parts:
                continue
            unit = parts[-1]
            (self._found.organizations if len(parts) == 1 else self._found.units)[unit] = None
            kind = "organization" if len(parts) == 1 else "organizational_unit"
            paths = KeyValue.listing(("/".join((*parts, "")),))
            self._ask(unit, kind, None, self._stranger, org_id=KeyValue.of(parts[0]), org_paths=paths)

    def _principal(self, entry: PrincipalEntry) -> None:
        """One that is named itself: asked itself where its account was not exported."""
        account = self._snapshot.accounts.get(entry.account)
        session = entry.kind is EntryKind.ROLE_SESSION
        if account is not None and entry.kind is not EntryKind.FEDERATED_USER:
            name = entry.text.split(":", 5)[5].split("/")[1] if session else ""
            role = self._snapshot.role_of_session(entry.partition, entry.account, name) if session else None
            held = role or self._snapshot.user(entry.text) or self._snapshot.role(entry.text)
            if held is not None:
                return
            if account.is_complete and None not in (account.users, account.roles):
                self._found.principals[entry.text] = None
                return
        self._found.principals[entry.text] = None
        kind = "role" if entry.kind in (EntryKind.ROLE, EntryKind.ROLE_SESSION) else "user"
        self._ask(entry.text, kind, entry.account, entry.text)

    def _holds_id(self, unique_id: str) -> bool:
        for account in self._snapshot.accounts.values():
            for principals in (account.users, account.roles):
                if any(principal.unique_id == unique_id for principal in (principals or {}).values()):
                    return True
        return False


def context_keys(given: dict[str, KeyValue]) -> dict[str, KeyValue]:
    """The condition keys behind the short names."""
    names = {"org_id": "aws:PrincipalOrgID", "org_paths": "aws:PrincipalOrgPaths"}
    return {names[name]: value for name, value in given.items()}


def _plain(test: ConditionTest) -> Iterator[str]:
    """The values that name one thing each; a star at the end of a path is its whole subtree."""
    for value in test.values:
        text = value.text
        if text and not any(mark in text.rstrip("*") for mark in ("*", "?", "${")):
            yield text


def partition_of_accounts(snapshot: Snapshot) -> str:
    """The partition of the exported accounts."""
    return next((account.partition for account in snapshot.accounts.values()), "aws")
