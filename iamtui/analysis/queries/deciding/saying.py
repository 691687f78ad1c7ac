"""What the documents of one layer say to those who carry them, as sets of places, so that many are told apart at once.

A set is the bits of an integer.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import NamedTuple

from iamtui.analysis.queries.index.statements import Relevance
from iamtui.analysis.queries.index.taking import Taken
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.policy.statement import Effect, Statement
from iamtui.policy.truth import Truth


class Undecided(NamedTuple):
    """A statement that is open for a set of members."""

    statement: Statement
    members: int


class Heard(NamedTuple):
    """What a layer says: to whom it certainly denies or allows, and which statements are open for whom, by content."""

    denies: int
    allows: int
    undecided: dict[Hashable, Undecided]

    def words(self, members: int) -> Iterator[tuple[tuple[Truth, Truth], int]]:
        """Some members by what is said to them: whether it denies, and whether it allows."""
        for denies, those in _by_truth(self.denies, self._open(Effect.DENY), members):
            for allows, these in _by_truth(self.allows, self._open(Effect.ALLOW), those):
                yield (denies, allows), these

    def _open(self, effect: Effect) -> int:
        found = 0
        for one in self.undecided.values():
            if one.statement.effect is effect:
                found |= one.members
        return found


SILENCE = Heard(0, 0, {})
"""What a layer says that does not apply."""


def _by_truth(certain: int, possible: int, members: int) -> Iterator[tuple[Truth, int]]:
    unknown = possible & ~certain
    for truth, part in (
        (Truth.TRUE, members & certain),
        (Truth.UNKNOWN, members & unknown),
        (Truth.FALSE, members & ~(certain | unknown)),
    ):
        if part:
            yield truth, part


class Hearing:
    """Gathers what the documents of one layer say to those who carry them, document by document."""

    def __init__(self) -> None:
        self.varying: dict[Hashable, tuple[Taken, Hashable, list[int]]] = {}
        self.by_name: dict[Hashable, tuple[Taken, Hashable, list[int]]] = {}
        self._denies: list[int] = []
        self._allows: list[int] = []
        self._undecided: dict[Hashable, tuple[Statement, list[int]]] = {}

    def add(self, known: Relevance, places: Sequence[int], voice: Hashable, question: PreparedRequest) -> None:
        """Take in what a document says to those who carry it, all of one voice."""
        if known.denying:
            self._denies.extend(places)
        if known.allowing:
            self._allows.extend(places)
        for statement in known.unknown:
            self.note(Truth.UNKNOWN, statement, places, question)
        for found, statements in ((self.varying, known.varying), (self.by_name, known.by_name)):
            for taken in statements:
                found.setdefault((id(taken.statement), voice), (taken, voice, []))[2].extend(places)

    def note(self, truth: Truth, statement: Statement, places: Sequence[int], question: PreparedRequest) -> None:
        """What a statement says to some."""
        if truth is Truth.UNKNOWN:
            self._undecided.setdefault(content_of_open(statement, question), (statement, []))[1].extend(places)
        elif truth and statement.effect is Effect.DENY:
            self._denies.extend(places)
        elif truth:
            self._allows.extend(places)

    def heard(self, bits_of: Callable[[Iterable[int]], int]) -> Heard:
        """What they say in all."""
        undecided = (Undecided(statement, bits_of(places)) for statement, places in self._undecided.values())
        return Heard(bits_of(self._denies), bits_of(self._allows), dict(zip(self._undecided, undecided, strict=True)))


def content_of_open(statement: Statement, question: PreparedRequest) -> Hashable:
    """What of an open statement can matter: effect and conditions, where nothing else can be open."""
    if question.asked.left_open is None and _has_fixed_resources(statement):
        return (statement.effect, *map(id, statement.conditions))
    return id(statement)


def _has_fixed_resources(statement: Statement) -> bool:
    """Whether the Resource element matches or not whoever asks: a statement that is open then does match by it."""
    element = statement.resource
    return element is None or not any(pattern.variables for pattern in element.patterns)
