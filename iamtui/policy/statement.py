"""What a policy says: its statements, compiled for matching, and what AWS would refuse in them (L1-L9)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeAlias

from iamtui.policy.conditions import ConditionTest
from iamtui.policy.elements import ActionElement, ActionIndex, ResourceElement, index_of, places_of
from iamtui.policy.principals import PrincipalElement
from iamtui.policy.strict_json import JsonValue


class Effect(StrEnum):
    """Allow or Deny."""

    ALLOW = "Allow"
    DENY = "Deny"


class PolicyKind(StrEnum):
    """The kinds of policy that take different elements (L7)."""

    IDENTITY = "identity-based policy"
    BOUNDARY = "permissions boundary"
    SESSION = "session policy"
    RESOURCE = "resource-based policy"
    TRUST = "role trust policy"
    KMS_KEY = "key policy"
    VPC_ENDPOINT = "VPC endpoint policy"
    SCP = "service control policy"
    RCP = "resource control policy"

    @property
    def with_article(self) -> str:
        """The kind as a message begins with it."""
        return f"{'an' if self is PolicyKind.IDENTITY else 'a'} {self}"


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. `invalid` says why AWS would refuse it; such a statement is never matched (L6, L7)."""

    index: int
    sid: str | None
    effect: Effect
    principal: PrincipalElement | None
    action: ActionElement
    resource: ResourceElement | None
    conditions: tuple[ConditionTest, ...]
    invalid: str | None = None

    @property
    def label(self) -> str:
        """The Sid, or the index counted from 0 (samples/scenarios/README.md)."""
        return self.sid or str(self.index)


Written: TypeAlias = "Mapping[str, JsonValue]"
"""A statement as it is written, not read yet."""


class Reader(Protocol):
    """Reads statements."""

    def read(self, index: int, written: Written, actions: tuple[str, ...]) -> Statement:
        """The statement that is written at a place; `actions` are the patterns of its Action."""

    def resource(self, written: Written) -> tuple[str, ...] | None:
        """The patterns of its Resource alone; None where it may be about any resource."""

    def label(self, index: int, written: Written) -> str:
        """What it is called (see `Statement.label`)."""

    def content(self, written: Written) -> Hashable:
        """Equal for statements that read alike, whatever they are called and whichever actions they name."""


class PolicyDocument:
    """What a document says.

    Of each statement the Action is read at once, and the rest when a request first reaches it: of most documents that a
    request meets, no statement takes its action.
    """

    __slots__ = ("_excluding", "_index", "_lists", "_reader", "_statements", "policy_id", "version")

    version: str
    policy_id: str | None

    def __init__(
        self,
        version: str,
        policy_id: str | None,
        actions: Sequence[tuple[tuple[str, ...], bool]],
        statements: Iterable[Statement | Written],
        reader: Reader,
    ) -> None:
        """Take the Action of each statement, whether it is a NotAction, and the statements, read or as written."""
        self.version = version
        self.policy_id = policy_id
        self._lists = tuple([patterns for patterns, _ in actions])
        self._excluding = sum([1 << place for place, (_, negated) in enumerate(actions) if negated])
        self._reader = reader
        self._statements = list(statements)
        self._index: ActionIndex | None = None

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The statements, read to the end."""
        return tuple(map(self._statement, range(len(self._statements))))

    def _statement(self, place: int) -> Statement:
        found = self._statements[place]
        if not isinstance(found, Statement):
            found = self._statements[place] = self._reader.read(place, found, self._lists[place])
        return found

    def taking(self, folded_action: str, service: str) -> Sequence[Statement]:
        """The statements whose Action takes an action, in their order; it and its service are given in lower case.

        The index behind it is made when first asked for. A document is one for all who carry it, and so is its index.
        """
        bits = self.index().taking(folded_action, service) ^ self._excluding
        return self.at(places_of(bits)) if bits else ()

    def at(self, places: Iterable[int]) -> Sequence[Statement]:
        """The statements at some places, counted from 0."""
        return [self._statement(place) for place in places]

    def resource_at(self, place: int) -> tuple[str, ...] | None:
        """The Resource patterns of the statement at a place, as written; None where it may be about any resource."""
        found = self._statements[place]
        return _named_by(found) if isinstance(found, Statement) else self._reader.resource(found)

    def label_at(self, place: int) -> str:
        """What the statement at a place is called."""
        found = self._statements[place]
        return found.label if isinstance(found, Statement) else self._reader.label(place, found)

    def written_at(self, places: Iterable[int]) -> Hashable | None:
        """Equal for documents whose statements at some places read alike; None where one of these is read already."""
        found: list[Hashable] = []
        for place in places:
            statement = self._statements[place]
            if isinstance(statement, Statement):
                return None
            found.append(self._reader.content(statement))
        return tuple(found)

    def speaks_of(self, service: str) -> bool:
        """Whether some statement may take an action of a service, given in lower case."""
        return self.has_not_action or self.index().speaks_of(service)

    @property
    def action_patterns(self) -> Sequence[tuple[str, ...]]:
        """The patterns of each statement's Action or NotAction as written; none of one that cannot be read."""
        return self._lists

    @property
    def has_not_action(self) -> bool:
        """Whether a statement takes all actions but some."""
        return bool(self._excluding)

    def excludes(self, place: int) -> bool:
        """Whether the statement at a place takes all actions but some."""
        return bool(self._excluding >> place & 1)

    def index(self) -> ActionIndex:
        """The Actions of the statements, as they are looked up."""
        if self._index is None:
            is_one = len(self._lists) == 1  # as that of most trust policies, which is the same in all of them
            self._index = index_of(self._lists[0]) if is_one else ActionIndex(self._lists)
        return self._index

    def without(self, index: int) -> PolicyDocument:
        """What would be left of it without one statement; the others keep their index."""
        return self._of([one for one in self.statements if one.index != index])

    def only(self, index: int) -> PolicyDocument:
        """What one of its statements says alone."""
        return self._of([one for one in self.statements if one.index == index])

    def saying(self, statement: Statement) -> PolicyDocument:
        """What it would say with nothing but one statement."""
        return self._of([statement])

    def _of(self, left: Sequence[Statement]) -> PolicyDocument:
        actions = [(one.action.patterns, one.action.negated) for one in left]
        return PolicyDocument(self.version, self.policy_id, actions, left, self._reader)

    @property
    def has_variables(self) -> bool:
        """Whether `${…}` means a variable (V2)."""
        return self.version == "2012-10-17"


def _named_by(statement: Statement) -> tuple[str, ...] | None:
    """The patterns of its Resource; None where there is none, or it excludes."""
    element = statement.resource
    return None if element is None or element.negated else element.texts


@dataclass(frozen=True, slots=True)
class InvalidDocument:
    """A document that cannot be read: what it allows or denies is not known.

    `line` and `column` count from 1; `pointer` is a JSON pointer where the JSON itself is sound.
    """

    message: str
    line: int | None = None
    column: int | None = None
    pointer: str = ""

    def __str__(self) -> str:
        place = (
            f"line {self.line}, column {self.column}: " if self.line else f"{self.pointer}: " if self.pointer else ""
        )
        return place + self.message


def forbidden_element(statement: Statement, kind: PolicyKind) -> str | None:
    """Why a statement may not stand in a policy of this kind; it is then ignored (L7)."""
    if statement.invalid is not None:
        return statement.invalid
    match kind:
        case PolicyKind.IDENTITY | PolicyKind.BOUNDARY | PolicyKind.SESSION | PolicyKind.SCP:
            if statement.principal is not None:
                return f"{kind.with_article} takes no Principal or NotPrincipal"
            return _NO_RESOURCE if statement.resource is None else None
        case PolicyKind.TRUST:
            return _forbidden_in_trust_policy(statement)
        case PolicyKind.RCP:
            return _forbidden_in_rcp(statement)
        case PolicyKind.RESOURCE | PolicyKind.KMS_KEY | PolicyKind.VPC_ENDPOINT:
            if statement.principal is None:
                return f"{kind.with_article} needs a Principal or NotPrincipal"
            return _NO_RESOURCE if statement.resource is None and kind is not PolicyKind.RESOURCE else None


_NO_RESOURCE = "neither Resource nor NotResource"


def _forbidden_in_trust_policy(statement: Statement) -> str | None:
    """S3: the resource is the role, and who is trusted must be said."""
    if statement.principal is None or statement.principal.negated:
        return "a role trust policy needs a Principal, and takes no NotPrincipal"
    if statement.resource is not None:
        return "a role trust policy takes no Resource or NotResource"
    return None


def _forbidden_in_rcp(statement: Statement) -> str | None:
    """E36: Principal `*`, no NotPrincipal, no NotAction, no bare `*`, no Allow but that of RCPFullAWSAccess."""
    principal = statement.principal
    if principal is None or principal.negated or not principal.names_everyone:
        return 'a resource control policy needs Principal "*"'
    if statement.effect is Effect.ALLOW:
        is_full_access = statement.action.patterns == ("*",) and not statement.action.negated
        return None if is_full_access else "a resource control policy of one's own only denies"
    if statement.action.negated or "*" in statement.action.patterns:
        return "a resource control policy takes neither NotAction nor the bare action *"
    if statement.resource is None:
        return _NO_RESOURCE
    return None
