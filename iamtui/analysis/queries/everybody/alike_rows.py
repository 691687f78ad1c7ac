"""The rows of one action on one resource: what holds for all in the same situation is said once for all of them."""

from __future__ import annotations

from typing import NamedTuple

from iamtui.analysis.queries.deciding.answers import Answer, Cell, Situation
from iamtui.analysis.queries.deciding.asking import Alike, Answers
from iamtui.analysis.queries.deciding.ways import denying_statement
from iamtui.analysis.queries.everybody.results import Row
from iamtui.analysis.queries.everybody.row_details import Said, said_of
from iamtui.analysis.queries.everybody.row_ways import RestingIn, Ways
from iamtui.analysis.queries.everybody.targets import Found, OneResource


class _Alike(NamedTuple):
    """What the rows of all in one situation have in common; `resting` where only their own policies let them."""

    situation: Situation | None
    kind: str
    said: Said
    label: str
    resting: RestingIn | None


class AlikeRows:
    """Makes the row of each place; `places` are those of which there are rows, in order."""

    def __init__(self, target: OneResource, answers: Answers, ways: Ways, *, show_denied: bool) -> None:
        self._target = target
        self._answers = answers
        self._ways = ways
        self._everybody = answers.holders.all
        self._mark_of = answers.holders.mark_of
        self._alike: dict[int, _Alike] = {}
        for one in answers.alike:
            if one.label != "denied" or show_denied:
                self._alike.update(dict.fromkeys(one.places, self._in_common(one)))
        self._allows = answers.own.allows()
        self.places = sorted((*self._alike, *answers.with_sessions))

    def _in_common(self, alike: Alike) -> _Alike:
        holder = self._everybody[alike.places[0]]
        answer = Answer(holder, alike.situation, self._answers.matches)
        found = Found.of(self._target, (Cell(self._target.resource, answer),))
        said = said_of([found], found, several=False)
        resting = self._ways.resting_in(alike.situation) if self._ways.is_only_own(answer) else None
        return _Alike(alike.situation, holder.kind, said, alike.label, resting)

    def row(self, place: int) -> Row:
        """The row of one who stands for itself, not for sessions that a policy names."""
        _, kind, said, label, resting = self._alike[place]
        holder = self._everybody[place]
        ways: tuple[int, ...] = ()
        denying = None
        if resting is not None:
            ways = self._ways.of_own(resting, self._allows.of(place), self._answer, place)
        elif label != "denied":
            ways = self._ways.of_one(self._answer(place))
        else:
            denying = denying_statement(self._answer(place))
        return Row(
            holder.arn,
            kind,
            holder.frame.account,
            label,
            said.decided_by,
            None,
            None,
            None,
            said.conditions,
            said.unknown_data,
            ways,
            (),
            denying,
            self._mark_of(place) if kind == "role" else None,
        )

    def _answer(self, place: int) -> Answer:
        return Answer(self._everybody[place], self._alike[place].situation, self._answers.matches)
