"""Who is an administrator of those who were looked at: each is judged when somebody first asks (EP3-EP5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from iamtui.analysis.paths.alike.places import Places
from iamtui.analysis.paths.answer.results import Administrator
from iamtui.analysis.paths.privileges.administrators import Administrators, Judged, kind_of
from iamtui.analysis.paths.requests.steps import Sureness


class Standing:
    """How sure it is of each of some principals that it is an administrator."""

    def __init__(self, judge: Administrators, places: Places) -> None:
        """Judge nobody yet."""
        self._judge, self.places = judge, places
        self._asked = 0
        self.administrators = 0
        """The administrators among those who were looked at."""
        self._marked: dict[Judged, int] = {}
        self._judged: dict[str, Judged] = {}

    def of(self, arn: str) -> Judged | None:
        """How sure it is that one is an administrator; None of who is none."""
        self._ask(self.places.one(arn))
        return self._judged.get(arn)

    def parted(self, those: int) -> Iterator[tuple[Judged | None, int]]:
        """Some principals, those together that are administrators as surely, those that are none at last."""
        self._ask(those)
        for judged, marked in self._marked.items():
            if those & marked:
                yield judged, those & marked
        others = those & ~self.administrators
        if others:
            yield None, others

    def as_sure(self, verdict: Sureness) -> int:
        """The administrators among those who were looked at of whom it is as sure."""
        return sum(marked for judged, marked in self._marked.items() if judged.verdict == verdict)

    @property
    def count(self) -> int:
        """How many were looked at."""
        return self._asked.bit_count()

    def administrators_in(self, those: int) -> int:
        """The administrators among some principals."""
        self._ask(those)
        return those & self.administrators

    def know(self, everybody: Iterable[Administrator]) -> None:
        """Take over all administrators of the snapshot."""
        self._asked = self.places.all
        for one in everybody:
            self._note(one.arn, Judged(one.verdict, one.conditions, one.needs))

    def told(self) -> Iterator[Administrator]:
        """The administrators among those who were looked at, as an answer tells them."""
        for arn in self.places.each(self.administrators):
            held = self.places.entity(arn)
            if held is not None:
                yield Administrator(arn, kind_of(held[1]), *self._judged[arn])

    def _ask(self, those: int) -> None:
        new = those & ~self._asked
        if not new:
            return
        self._asked |= new
        for arn in self.places.each(new):
            held = self.places.entity(arn)
            judged = None if held is None else self._judge.one(*held)
            if judged is not None:
                self._note(arn, judged)

    def _note(self, arn: str, judged: Judged) -> None:
        place = self.places.one(arn)
        if place:  # root is none of the principals
            self._judged[arn] = judged
            self._marked[judged] = self._marked.get(judged, 0) | place
            self.administrators |= place
