"""What is asked of everybody: one action on one resource, or on a set of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from iamtui.analysis.queries.deciding.answers import Answer, Cell, Situation
from iamtui.analysis.queries.deciding.asking import Answers, Asking
from iamtui.analysis.queries.everybody.results import LABELS, Examples
from iamtui.analysis.queries.index.holders import Holders
from iamtui.evaluation.request.request import Request


class Cells(NamedTuple):
    """For each place the answers that there are, or the situation of one who is denied."""

    cells: Mapping[int, tuple[Cell, ...]]
    denied: Mapping[int, Situation | None]


class Target(Protocol):
    """An action on what it is asked about."""

    action: str
    is_set: bool

    def cells(self) -> Cells:
        """The answers for everybody."""
        ...

    def denied_cell(self, place: int, situation: Situation | None) -> Cell:
        """The answer for one who is denied."""
        ...

    def requests(self) -> Sequence[Request]:
        """The requests that those are asked whom the export does not hold."""
        ...

    @property
    def has_others(self) -> bool:
        """Whether there may be resources beside those of the requests."""
        ...

    @property
    def complete(self) -> bool:
        """Whether no limit was met."""
        ...


class OneResource:
    """An action on one resource, or one that takes none."""

    is_set = False
    has_others = False
    complete = True

    def __init__(self, holders: Holders, request: Request) -> None:
        self.action = request.action
        self.resource = request.resource
        self._request = request
        self._holders = holders
        self._asking = Asking(holders, request)

    def answers(self) -> Answers:
        """The answers for everybody, by situation."""
        return self._asking.answers()

    def cells(self) -> Cells:
        """The answers for everybody."""
        answers = self.answers()
        resource = self.resource
        return Cells({place: (Cell(resource, one),) for place, one in answers.able.items()}, answers.denied)

    def denied_cell(self, place: int, situation: Situation | None) -> Cell:
        """The answer for one who is denied."""
        answer = Answer(self._holders.all[place], situation, self._asking.matches)
        return Cell(self._request.resource, answer)

    def requests(self) -> Sequence[Request]:
        """The request itself."""
        return (self._request,)


@dataclass(frozen=True, slots=True)
class Found:
    """What one principal can do of one action: the best label of any cell, and whether all have it (WC17)."""

    action: str
    label: str
    cells: tuple[Cell, ...]
    is_set: bool
    is_part: bool = False

    @classmethod
    def of(cls, target: Target, cells: tuple[Cell, ...], *, is_part: bool = False) -> Found:
        """What follows from all cells, or from `is_part` of them."""
        best = max((LABELS.index(cell.answer.label) for cell in cells), default=0)
        return cls(target.action, LABELS[best], cells, target.is_set, is_part)

    @property
    def best(self) -> Answer | None:
        """An answer with the label."""
        return next((cell.answer for cell in self.cells if cell.answer.label == self.label), None)

    @property
    def extent(self) -> str | None:
        """`every` or `some` of a set."""
        if not self.is_set:
            return None
        whole = not self.is_part and all(cell.answer.label == self.label for cell in self.cells)
        return "every" if whole else "some"

    @property
    def examples(self) -> Examples | None:
        """A resource of each side of a set."""
        if not self.is_set:
            return None
        having = next((cell.resource for cell in self.cells if cell.answer.label == self.label), None)
        lesser = next((cell.resource for cell in self.cells if cell.answer.label != self.label), None)
        return Examples(having, lesser)
