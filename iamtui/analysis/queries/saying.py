"""What the documents of one layer say to the members of a side, as sets of places, so that many are told apart at once.

A set is the bits of an integer, counted from the first of the side.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import NamedTuple

from iamtui.analysis.queries.statements import Relevance
from iamtui.analysis.queries.taking import Taken
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


def split(
    parts: Iterable[tuple[int, tuple[Statement, ...]]], one: Undecided
) -> Iterator[tuple[int, tuple[Statement, ...]]]:
    """Divide parts by whether a statement is open for their members."""
    for members, statements in parts:
        inside = members & one.members
        if inside:
            yield inside, (*statements, one.statement)
        if inside != members:
            yield members ^ inside, statements


class Hearing:
    """Gathers what the documents of one layer say to the members of a side, document by document."""

    def __init__(self) -> None:
        self.denies = 0
        self.allows = 0
        self.undecided: dict[Hashable, Undecided] = {}
        self.varying: dict[int, tuple[Taken, int]] = {}
        self.by_name: dict[int, tuple[Taken, int]] = {}

    def add(self, known: Relevance, members: int, question: PreparedRequest) -> None:
        """Take in what a document says to those who carry it."""
        if known.denying:
            self.denies |= members
        if known.allowing:
            self.allows |= members
        for statement in known.unknown:
            self.note(Truth.UNKNOWN, statement, members, question)
        for found, statements in ((self.varying, known.varying), (self.by_name, known.by_name)):
            for taken in statements:
                before = found.get(id(taken.statement), (taken, 0))[1]
                found[id(taken.statement)] = (taken, before | members)

    def note(self, truth: Truth, statement: Statement, members: int, question: PreparedRequest) -> None:
        """What a statement says to some."""
        if truth is Truth.UNKNOWN:
            self._leave_open(_content_of(statement, question), Undecided(statement, members))
        elif truth and statement.effect is Effect.DENY:
            self.denies |= members
        elif truth:
            self.allows |= members

    def join(self, heard: Heard) -> None:
        """Take in what is open in another document of the same layer."""
        for content, one in heard.undecided.items():
            self._leave_open(content, one)

    def _leave_open(self, content: Hashable, one: Undecided) -> None:
        before = self.undecided.get(content, one)
        self.undecided[content] = before._replace(members=before.members | one.members)

    def heard(self) -> Heard:
        """What they say in all."""
        return Heard(self.denies, self.allows, self.undecided)


def _content_of(statement: Statement, question: PreparedRequest) -> Hashable:
    """What of an open statement can matter: effect and conditions, where nothing else can be open."""
    if question.asked.unlisted is None and _has_fixed_resources(statement):
        return (statement.effect, *map(id, statement.conditions))
    return id(statement)


def _has_fixed_resources(statement: Statement) -> bool:
    """Whether the Resource element matches or not whoever asks: a statement that is open then does match by it."""
    element = statement.resource
    return element is None or not any(pattern.variables for pattern in element.patterns)
