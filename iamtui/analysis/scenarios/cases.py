"""The cases of scenario files: what each asks and expects, and reading one from its JSON."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Literal, TypeAlias

import msgspec
from msgspec import UNSET, Raw, UnsetType

from iamtui.analysis.requests.context import key_value
from iamtui.arn import is_account_id
from iamtui.evaluation.applicable.policies import GivenLevel, GivenPolicies
from iamtui.evaluation.request.request import NamedPolicy, Request, RequestError, Unstated
from iamtui.policy.document import Document, DocumentTable
from iamtui.policy.keys import ABSENT, KeyValue
from iamtui.policy.statement import InvalidDocument


class CaseError(Exception):
    """A case that cannot be used; the message says why."""


class Expectation(StrEnum):
    """The decisions that a case can expect."""

    ALLOWED = "allowed"
    EXPLICIT_DENY = "explicitDeny"
    IMPLICIT_DENY = "implicitDeny"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class Case:
    """What one case asks and expects.

    `policies` is None for a case that is decided against the snapshot. `as_written` says that its action, keys and
    values are meant as they stand, though AWS knows no such.
    """

    name: str
    request: Request
    policies: GivenPolicies | None
    expect: Expectation
    decided_by: str | None = None
    matched: tuple[str, ...] = ()
    missing_context: tuple[str, ...] = ()
    as_written: bool = False


@dataclass(frozen=True, slots=True)
class UnusableCase:
    """A case that cannot be evaluated, with as much of it as could be read, and why."""

    name: str
    expect: str | None
    error: str


_DecidedBy: TypeAlias = Literal[
    "identity",
    "resource",
    "permissions_boundary",
    "session",
    "scp",
    "rcp",
    "vpc_endpoint",
    "trust",
    "s3_block_public_access",
    "none",
]


class _Request(msgspec.Struct, forbid_unknown_fields=True):
    principal: str
    action: str
    resource: str = "*"
    resource_account: str | UnsetType = UNSET
    context: dict[str, Raw] = msgspec.field(default_factory=dict)


class _Named(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    document: Raw


class _Level(msgspec.Struct, forbid_unknown_fields=True):
    target: str
    policies: list[_Named]


class _Policies(msgspec.Struct, forbid_unknown_fields=True):
    identity: list[_Named] = msgspec.field(default_factory=list)
    permissions_boundary: list[_Named] | UnsetType = UNSET
    session: list[_Named] | UnsetType = UNSET
    resource: Raw | UnsetType = UNSET
    scps: list[_Level] | UnsetType = UNSET
    rcps: list[_Level] | UnsetType = UNSET
    vpc_endpoint: list[_Named] | UnsetType = UNSET
    s3_block_public_access: bool = False
    s3_abac: bool = True
    management_account: list[str] = msgspec.field(default_factory=list)


class _Case(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    request: _Request
    expect: Literal["allowed", "explicitDeny", "implicitDeny", "denied"]
    policies: _Policies | UnsetType = UNSET
    session_policies: list[_Named] | UnsetType = UNSET
    decided_by: _DecidedBy | UnsetType = UNSET
    matched: list[str] = msgspec.field(default_factory=list)
    missing_context: list[str] = msgspec.field(default_factory=list)
    as_written: bool = False


class _Label(msgspec.Struct):
    """What of a malformed case may still be readable."""

    name: object = None
    expect: object = None


_CASES = msgspec.json.Decoder(_Case)
_LABELS = msgspec.json.Decoder(_Label)
_VALUES = msgspec.json.Decoder(list[Raw])
_TEXT = msgspec.json.Decoder(str)


class CaseReader:
    """Makes cases of JSON; equal documents of one run are one object."""

    def __init__(self, documents: DocumentTable) -> None:
        self._documents = documents

    def case(self, index: int, raw: Raw) -> Case | UnusableCase:
        """Read the case at `index` of a file; a malformed one says what is wrong with it."""
        try:
            return self._case(_CASES.decode(raw))
        except (msgspec.DecodeError, RecursionError, CaseError, RequestError, UnicodeDecodeError) as error:
            name, expect = _label(raw)
            return UnusableCase(name, expect, f'case {index} "{name}": {error}')

    def _case(self, case: _Case) -> Case:
        if not isinstance(case.policies, UnsetType) and not isinstance(case.session_policies, UnsetType):
            raise CaseError("`session_policies` goes with a snapshot; beside `policies` write `policies.session`")
        request = Request(
            case.request.principal,
            case.request.action,
            case.request.resource,
            _account(case.request.resource_account),
            MappingProxyType(_context(case.request.context)),
            self._given("session_policies", case.session_policies),
            Unstated.ABSENT,
        )
        return Case(
            case.name,
            request,
            None if isinstance(case.policies, UnsetType) else self._policies(case.policies),
            Expectation(case.expect),
            None if isinstance(case.decided_by, UnsetType) else case.decided_by,
            tuple(case.matched),
            tuple(case.missing_context),
            case.as_written,
        )

    def _policies(self, given: _Policies) -> GivenPolicies:
        for account in given.management_account:
            _account(account)
        resource = given.resource
        return GivenPolicies(
            identity=self._given("policies.identity", given.identity) or (),
            permissions_boundary=self._given("policies.permissions_boundary", given.permissions_boundary),
            session=self._given("policies.session", given.session),
            resource=None
            if isinstance(resource, UnsetType)
            else NamedPolicy("resource", self._document("policies.resource", resource)),
            scps=self._levels("policies.scps", given.scps),
            rcps=self._levels("policies.rcps", given.rcps),
            vpc_endpoint=self._given("policies.vpc_endpoint", given.vpc_endpoint),
            s3_block_public_access=given.s3_block_public_access,
            s3_abac=given.s3_abac,
            management_accounts=frozenset(given.management_account),
        )

    def _levels(self, place: str, given: list[_Level] | UnsetType) -> tuple[GivenLevel, ...] | None:
        if isinstance(given, UnsetType):
            return None
        return tuple(
            GivenLevel(level.target, self._named(f"{place}[{index}].policies", level.policies))
            for index, level in enumerate(given)
        )

    def _given(self, place: str, given: list[_Named] | UnsetType) -> tuple[NamedPolicy, ...] | None:
        return None if isinstance(given, UnsetType) else self._named(place, given)

    def _named(self, place: str, given: list[_Named]) -> tuple[NamedPolicy, ...]:
        return tuple(
            NamedPolicy(policy.name, self._document(f"{place}[{index}].document", policy.document))
            for index, policy in enumerate(given)
        )

    def _document(self, place: str, raw: Raw) -> Document:
        document = self._documents.intern(bytes(raw))
        wrong = _refused(document)
        if wrong is not None:
            raise CaseError(f"{place}: not a valid policy document: {wrong}")
        return document


def _refused(document: Document) -> str | None:
    """Why no policy of any kind can be this document, if none can (L1-L6); what one kind refuses is ignored (L7)."""
    content = document.policy
    if isinstance(content, InvalidDocument):
        return str(content)
    for statement in content.statements:
        if statement.invalid is not None:
            return f"/Statement/{statement.index}: {statement.invalid}"
    return None


def _label(raw: Raw) -> tuple[str, str | None]:
    """The name and the expectation of a case that cannot be read, as far as they can."""
    try:
        label = _LABELS.decode(raw)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return "", None
    name = label.name if isinstance(label.name, str) else ""
    return name, label.expect if isinstance(label.expect, str) else None


def _account(given: str | UnsetType) -> str | None:
    if isinstance(given, UnsetType):
        return None
    if not is_account_id(given):
        raise CaseError(f"expected an account id of twelve digits, got {given!r}")
    return given


def _context(given: dict[str, Raw]) -> dict[str, KeyValue]:
    """The keys that a case states: null is absent, a list several values."""
    context: dict[str, KeyValue] = {}
    seen: set[str] = set()
    for key, raw in given.items():
        if key.lower() in seen:
            raise CaseError(f"the context key {key!r} is stated twice: names are compared without letter case")
        seen.add(key.lower())
        context[key] = _key_value(key, bytes(raw).strip())
    return context


def _key_value(key: str, raw: bytes) -> KeyValue:
    if raw == b"null":
        return ABSENT
    is_list = raw.startswith(b"[")
    members = [bytes(item).strip() for item in _VALUES.decode(raw)] if is_list else [raw]
    return key_value(key, tuple(_scalar(key, member) for member in members), is_list=is_list)


def _scalar(key: str, raw: bytes) -> str:
    """The text of a string, number or boolean; a number keeps its spelling."""
    if raw.startswith(b'"'):
        return _TEXT.decode(raw)
    if raw.startswith((b"{", b"[")) or raw == b"null":
        raise CaseError(f"the context key {key!r} takes a string, number or boolean, or a list of these")
    return raw.decode("ascii")
