"""The rows of one action on one resource: what holds for all in the same situation is said once for all of them."""

from __future__ import annotations

from iamtui.analysis.queries.deciding.answers import Answer, Cell
from iamtui.analysis.queries.deciding.asking import Alike, Answers
from iamtui.analysis.queries.deciding.ways import denying_statement
from iamtui.analysis.queries.everybody.results import Row
from iamtui.analysis.queries.everybody.row_details import Said, said_of
from iamtui.analysis.queries.everybody.row_ways import Ways
from iamtui.analysis.queries.everybody.targets import Found, OneResource


class AlikeRows:
    """Makes the row of each place; `places` are those of which there are rows, in order."""

    def __init__(self, target: OneResource, answers: Answers, ways: Ways, *, show_denied: bool) -> None:
        self._target = target
        self._answers = answers
        self._ways = ways
        self._alike: dict[int, Alike] = {}
        for one in answers.alike:
            if one.label != "denied" or show_denied:
                self._alike.update(dict.fromkeys(one.places, one))
        self._said: dict[int, Said] = {}
        self.places = sorted((*self._alike, *answers.with_sessions))

    def row(self, place: int) -> Row:
        """The row of one who stands for itself, not for sessions that a policy names."""
        alike = self._alike[place]
        holders, label = self._answers.holders, alike.label
        holder = holders.all[place]
        answer = Answer(holder, alike.situation, self._answers.matches)
        said = self._said.get(id(alike))
        if said is None:
            found = Found.of(self._target, (Cell(self._target.resource, answer),))
            said = self._said[id(alike)] = said_of([found], found, several=False)
        is_denied = label == "denied"
        return Row(
            arn=holder.arn,
            kind=holder.kind,
            account=holder.frame.account,
            decision=label,
            decided_by=said.decided_by,
            conditions=said.conditions,
            unknown_data=said.unknown_data,
            ways=() if is_denied else self._ways.of_one(answer),
            statement=denying_statement(answer) if is_denied else None,
            mark=holders.mark_of(place),
        )
