"""What the policies of single principals say, and what statements read of a principal itself."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from datetime import datetime
from weakref import proxy

from iamtui.analysis.findings.asking.able import MFA_KEYS
from iamtui.analysis.findings.asking.alike_resources import can_be_of
from iamtui.analysis.findings.asking.taking_documents import TakingDocuments
from iamtui.analysis.queries.index.holders import Holder, Holders
from iamtui.analysis.queries.index.situations import Marks
from iamtui.analysis.queries.index.taking import keys_named, own_keys
from iamtui.evaluation.applicable.from_snapshot import FromSnapshot, managed_policy
from iamtui.evaluation.applicable.policies import AppliedPolicy
from iamtui.evaluation.preparing import context_of
from iamtui.evaluation.request.request import Request, RequestError
from iamtui.policy.document import Document
from iamtui.policy.keys import Context
from iamtui.policy.statement import Effect, PolicyDocument, Statement
from iamtui.policy.truth import Truth

NAME = "aws:username"
"""The key of a principal that patterns of resources read most, in lower case."""


class Taking:
    """The statements of one's identity policies and of one's boundary that take an action.

    One stands for all principals and actions of which they say the same, so that what is found of it is found once.

    Attributes:
        layers: those of the identity policies, and those of the boundary.
        allows: those of the identity policies that allow.
        readers: those that read something of the principal itself.
        said: equal for those that say the same, in whatever order.
        asks_for_mfa: whether one asks for MFA.
    """

    __slots__ = ("allows", "asks_for_mfa", "layers", "readers", "said")

    def __init__(self, layers: _Layers, readers: tuple[Statement, ...], said: int) -> None:
        self.layers = layers
        self.allows = tuple([one for one in layers[0] if one.effect is Effect.ALLOW])
        self.readers = readers
        self.said = said
        self.asks_for_mfa = any(map(asks_for_mfa, (*layers[0], *layers[1])))


_Layers = tuple[tuple[Statement, ...], tuple[Statement, ...]]


def asks_for_mfa(statement: Statement) -> bool:
    """Whether a statement reads how its caller signed in."""
    return any(key in MFA_KEYS for key in keys_named(statement))


class Own:
    """A user or role with its policies.

    Attributes:
        is_read: whether all that its identity policies say is known.
        frame: equal for those of an equal frame, in which of a boundary that can be read counts only that there is one.
        documents: those of the identity policies, and that of the boundary.
    """

    def __init__(self, place: int, holder: Holder, bounding: Document | None, words: OwnWords) -> None:
        self.place = place
        self.holder = holder
        self._words: OwnWords = proxy(words)  # it keeps this one: a circle would outlive its snapshot
        documents = [policy.document for policy in holder.policies]
        self._identity = _read(documents)
        self._bounding = _read([bounding])
        self.is_read = holder.entity is not None and len(self._identity) == len(documents)
        is_bounded = holder.frame.boundary is not None
        self.frame = words.number(
            holder.frame._replace(boundary="read") if is_bounded and self._bounding else holder.frame
        )
        self.documents = ([one for one in documents if one is not None], [] if bounding is None else [bounding])
        self._taking: dict[str, Taking] = {}

    @property
    def unread(self) -> tuple[AppliedPolicy, ...]:
        """The identity policies of which it is not known what they say."""
        documents = ((one, one.document) for one in self.holder.policies)
        return tuple(one for one, held in documents if held is None or not isinstance(held.policy, PolicyDocument))

    def taking(self, action: str) -> Taking:
        """The statements that take an action."""
        found = self._taking.get(action)
        if found is None:
            found = self._taking[action] = self._words.taken((self._of_identity(action), self._of_boundary(action)))
        return found

    def _of_boundary(self, action: str) -> tuple[Statement, ...]:
        everybody = self._words.taking
        return tuple([one for document in self.documents[1] for one in everybody.of_boundary(document, action)])

    def _of_identity(self, action: str) -> tuple[Statement, ...]:
        known = self._words.taking.known(action)
        if known is None:
            return _taking(self._identity, action)
        return tuple([one for document in self.documents[0] for one in known.get(id(document), ())])


class OwnWords:
    """The principals of a snapshot, one after the other: rules ask of one what they ask, then of the next."""

    def __init__(self, holders: Holders, at: datetime | None) -> None:
        self.holders = holders
        self.taking = TakingDocuments(holders)
        self._at = at
        self._last: Own | None = None
        self._keys: dict[int, tuple[str, ...]] = {}
        self._said: dict[int, int] = {}
        self._contents: dict[int, int] = {}
        self._numbers: dict[Hashable, int] = {}
        self._takings: dict[Hashable, Taking] = {}
        self._about: dict[tuple[Taking, frozenset[str]], Taking] = {}
        self._readings: dict[tuple[int, ...], tuple[tuple[str, ...], Marks]] = {}
        self._contexts: dict[int, Context | None] = {}
        self._source = FromSnapshot(holders.snapshot)

    def of(self, principal: str) -> Own | None:
        """A user, role or root user; None for somebody else."""
        last = self._last
        if last is None or last.holder.arn != principal:
            place = self.holders.places.get(principal)
            if place is None:
                return None
            holder = self.holders.all[place]
            last = self._last = Own(place, holder, self._boundary_of(holder), self)
        return last

    def _boundary_of(self, holder: Holder) -> Document | None:
        arn, account = holder.frame.boundary, holder.frame.account
        return None if arn is None else managed_policy(self.holders.snapshot, account, arn, "boundary", None).document

    def taken(self, layers: _Layers) -> Taking:
        """The one that stands for all that say the same."""
        written = tuple([tuple(map(id, layer)) for layer in layers])
        found = self._takings.get(written)
        if found is None:
            contents = [tuple(map(self.content, layer)) for layer in layers]
            found = self._takings.get(self.number(*contents))
            if found is None:
                readers = tuple([one for layer in layers for one in layer if self.keys(one)])
                found = Taking(layers, readers, self.number(*map(frozenset, contents)))
                self._takings[self.number(*contents)] = found
            self._takings[written] = found
        return found

    def about(self, taking: Taking, services: frozenset[str]) -> Taking:
        """Those of them whose resources can be of some services: the others match none of these."""
        key = (taking, services)
        found = self._about.get(key)
        if found is None:
            identity, bounding = (
                tuple([one for one in layer if can_be_of(one.resource, services)]) for layer in taking.layers
            )
            found = self._about[key] = self.taken((identity, bounding))
        return found

    def keys(self, statement: Statement) -> tuple[str, ...]:
        """The keys of the principal itself that a statement reads."""
        found = self._keys.get(id(statement))
        if found is None:
            found = self._keys[id(statement)] = own_keys(statement)
        return found

    def means_others(self, statement: Statement, resource: str, place: int) -> bool:
        """Whether one's own name keeps the patterns of a statement from matching a resource.

        They are matched as a decision does it; where they read more than the name, that is not told.
        """
        element = statement.resource
        if element is None or element.negated or not self.keys(statement):
            return False
        variables = [variable.folded for pattern in element.patterns for variable in pattern.variables]
        context = self._context(place) if set(variables) == {NAME} else None
        if context is None:
            return False
        matched = (one.match(resource, context, completes_short=True) for one in element.patterns)
        return all(truth is Truth.FALSE for truth in matched)

    def said(self, statement: Statement) -> int:
        """A number for what a statement says of a resource that it matches, whoever wrote it."""
        found = self._said.get(id(statement))
        if found is None:
            found = self._said[id(statement)] = self.number(*_effect_of(statement))
        return found

    def content(self, statement: Statement) -> int:
        """A number for what a statement says where it takes the action, whoever wrote it."""
        found = self._contents.get(id(statement))
        if found is None:
            element = statement.resource
            resource = None if element is None else (element.negated, element.texts, element.variables)
            found = self._contents[id(statement)] = self.number(resource, *_effect_of(statement))
        return found

    def number(self, *said: Hashable) -> int:
        """Equal for what is equal, and soon compared."""
        return self._numbers.setdefault(said, len(self._numbers))

    def read(self, place: int, readers: Sequence[Statement]) -> Hashable:
        """What some statements read of a principal: how their tests turn out, or the value itself."""
        if not readers:
            return None
        key = tuple(map(id, readers))
        reading = self._readings.get(key)
        if reading is None:
            names = tuple(dict.fromkeys(name for one in readers for name in self.keys(one)))
            reading = self._readings[key] = (names, Marks(readers))
        names, marks = reading
        context = self._context(place)
        return place if context is None else tuple([marks.of(name, context) for name in names])

    def _context(self, place: int) -> Context | None:
        """The keys of what a principal asks, whatever it is; None for one with a name that AWS does not allow."""
        if place not in self._contexts:
            request = Request(self.holders.all[place].arn, "iam:GetUser", "*", at=self._at)
            try:
                self._contexts[place] = context_of(request, self.holders.caller(place), self._source)
            except RequestError:
                self._contexts[place] = None
        return self._contexts[place]


def _effect_of(statement: Statement) -> Iterator[Hashable]:
    """All of a statement but its actions and resources; of one that names principals it is the statement itself."""
    yield from (statement.effect, statement.conditions, statement.invalid is None, statement.resource is None)
    yield None if statement.principal is None else id(statement)


def _taking(policies: Iterable[PolicyDocument], action: str) -> tuple[Statement, ...]:
    folded = action.lower()
    service = folded.partition(":")[0]
    return tuple([one for policy in policies for one in policy.taking(folded, service)])


def _read(documents: Iterable[Document | None]) -> list[PolicyDocument]:
    """What those of some documents say that can be read."""
    contents = (one.policy for one in documents if one is not None)
    return [one for one in contents if isinstance(one, PolicyDocument)]
