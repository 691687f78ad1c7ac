"""Reading scenario files: strictly, so that a slip of the pen never makes a case weaker (scenarios.md)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Literal, TypeAlias, TypeVar

import msgspec
from msgspec import UNSET, Raw, UnsetType

from iamtui.arn import is_account_id
from iamtui.evaluation.applicable import CasePolicies, Level
from iamtui.evaluation.request import NamedPolicy, Request, Unstated
from iamtui.policy.document import Document, DocumentTable
from iamtui.policy.keys import ABSENT, KeyValue
from iamtui.policy.statement import InvalidDocument

VERSION = 1
LARGEST = 256 * 1024 * 1024
"""Bytes; a scenario file that is larger is not read."""

T = TypeVar("T")


class ScenarioError(Exception):
    """A scenario file that cannot be used at all; the message names the file, the place and what was expected."""


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
    """What one case asks and expects; `policies` is None for a case that is decided against the snapshot."""

    name: str
    request: Request
    policies: CasePolicies | None
    expect: Expectation
    decided_by: str | None = None
    matched: tuple[str, ...] = ()
    missing_context: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnusableCase:
    """A case that cannot be evaluated, with as much of it as could be read, and why."""

    name: str
    expect: str | None
    error: str


@dataclass(frozen=True, slots=True)
class ScenarioFile:
    """One file: the snapshot that it names, resolved against its own place, and its cases in order."""

    path: Path
    snapshot: Path | None
    cases: tuple[Case | UnusableCase, ...]


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


class _File(msgspec.Struct, forbid_unknown_fields=True):
    version: Raw
    cases: list[Raw]
    snapshot: str | UnsetType = UNSET


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


class _Label(msgspec.Struct):
    """What of a malformed case may still be readable."""

    name: object = None
    expect: object = None


_FILES = msgspec.json.Decoder(_File)
_CASES = msgspec.json.Decoder(_Case)
_LABELS = msgspec.json.Decoder(_Label)
_VALUES = msgspec.json.Decoder(list[Raw])
_TEXT = msgspec.json.Decoder(str)


def read_scenarios(path: Path, documents: DocumentTable) -> ScenarioFile:
    """Read a file; a malformed case costs only that case.

    Args:
        path: the file.
        documents: where equal documents of the cases become one.

    Raises:
        ScenarioError: the file cannot be read, is no JSON, or not a scenario file of version 1.
    """
    try:
        file = _FILES.decode(_read(path))
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise ScenarioError(f"{path}: expected a scenario file: {error}; none of its cases is checked") from error
    if bytes(file.version) != b"%d" % VERSION:
        raise ScenarioError(f"{path}: expected version {VERSION}; none of its cases is checked")
    snapshot = None if isinstance(file.snapshot, UnsetType) else path.parent / file.snapshot
    reader = _Reader(documents)
    return ScenarioFile(path, snapshot, tuple(reader.case(index, raw) for index, raw in enumerate(file.cases)))


def _read(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise ScenarioError(f"{path}: expected at most {LARGEST:,} bytes, found {size:,}; it is not read")
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise ScenarioError(f"{path}: expected a scenario file: {reason}; none of its cases is checked") from error


class _Reader:
    """Makes cases of JSON; equal documents of one run are one object."""

    def __init__(self, documents: DocumentTable) -> None:
        self._documents = documents

    def case(self, index: int, raw: Raw) -> Case | UnusableCase:
        try:
            return self._case(_CASES.decode(raw))
        except (msgspec.DecodeError, RecursionError, CaseError, UnicodeDecodeError) as error:
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
        )

    def _policies(self, given: _Policies) -> CasePolicies:
        for account in given.management_account:
            _account(account)
        resource = given.resource
        return CasePolicies(
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

    def _levels(self, place: str, given: list[_Level] | UnsetType) -> tuple[Level, ...] | None:
        if isinstance(given, UnsetType):
            return None
        return tuple(
            Level(level.target, self._named(f"{place}[{index}].policies", level.policies))
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
        if isinstance(document.policy, InvalidDocument):
            raise CaseError(f"{place}: not a valid policy document: {document.policy}")
        return document


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
    """The keys that a case states: null is absent, a list is a multivalued key (C20)."""
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
    if raw.startswith(b"["):
        return KeyValue.listing(tuple(_scalar(key, bytes(item).strip()) for item in _VALUES.decode(raw)))
    return KeyValue.of(_scalar(key, raw))


def _scalar(key: str, raw: bytes) -> str:
    """The text of a string, number or boolean; a number keeps its spelling."""
    if raw.startswith(b'"'):
        return _TEXT.decode(raw)
    if raw.startswith((b"{", b"[")) or raw == b"null":
        raise CaseError(f"the context key {key!r} takes a string, number or boolean, or a list of these")
    return raw.decode("ascii")
