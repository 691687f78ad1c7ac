"""Ends that an actor reaches through another: a role that it passes on, a provider that it rewrites (EP56)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from iamtui.analysis.paths.alike.likeness import Likeness
from iamtui.analysis.paths.ends.narrowing import Answers, Narrowing, named_in
from iamtui.analysis.paths.privileges.administrators import context_of
from iamtui.analysis.paths.requests.binding import candidates, roles_for
from iamtui.analysis.paths.requests.holding import Holding
from iamtui.analysis.paths.walks.filters import Filters
from iamtui.analysis.paths.ways.catalogue import Step, Way


class Between:
    """Finds whom those may take whom an actor may use: others need not be tried as ends."""

    def __init__(self, likeness: Likeness, narrowing: Narrowing, filters: Filters) -> None:
        """Ask single steps as `narrowing` does."""
        self._likeness = likeness
        self._narrowing = narrowing
        self._filters = filters
        self._taken: dict[Hashable, Answers] = {}
        self._taken_by_any: dict[Hashable, Answers] = {}

    def left(self, way: Way, holding: Holding, ends: int) -> int:
        """Those of some ends that somebody may take whom an actor may use; all where a way leads through nobody."""
        step = next((one for one in way.steps if one.by.strip("{}") in way.bind), None)
        changes = any(one.changes is not None for one in way.steps)
        if not ends or step is None or changes or not self._likeness.parts(way):
            return ends
        name = step.by.strip("{}")
        match way.bind[name].kind:
            case "provider":
                return self._by_any(step, holding, tuple(candidates(way, name, holding, {})), ends)
            case "role":
                return self._by_any(step, holding, self.passed(way, name, holding), ends)
        return ends

    def passed(self, way: Way, name: str, holding: Holding) -> int:
        """The roles that may be what a variable is, and on which no step of an actor that stands alone is denied."""
        found = self._likeness.places.of(role.arn for role in roles_for(way.bind[name], holding, {}, way))
        for step in way.steps:
            if step.is_own and step.on == (name,) and not _names_any(step):
                found &= self._narrowing.answers(step, holding, found).possible
        return found

    def _by_any(self, step: Step, holding: Holding, those: int | tuple[str, ...], ends: int) -> int:
        """Those of some roles that some may take."""
        key = (step.ask, holding.account.account_id, those)
        answers = self._taken_by_any.setdefault(key, Answers())
        new = answers.new(ends)
        arns: Iterable[str] = self._likeness.places.each(those) if isinstance(those, int) else those
        for arn in arns if new else ():
            answers.note(self._by(step, holding, arn, new), "allowed")
        return answers.allowed & ends

    def _by(self, step: Step, holding: Holding, who: str, ends: int) -> int:
        """Those of some roles that a role or provider may take."""
        key = (step.ask, holding.account.account_id, who)
        answers = self._taken.setdefault(key, Answers())
        new = answers.new(ends)
        if new:
            is_role = self._likeness.snapshot.role(who) is not None
            taken = self._by_role(step, who, new) if is_role else self._by_provider(step, holding, who, new)
            answers.note(taken, "allowed")
        return answers.allowed & ends

    def _by_role(self, step: Step, arn: str, ends: int) -> int:
        taker = self._likeness.holding(arn)
        ends &= self._filters.trusting(taker)
        itself = ends & self._likeness.places.one(arn)  # nobody is asked on itself there
        return itself | (self._narrowing.answers(step, taker, ends).possible & ends)

    def _by_provider(self, step: Step, holding: Holding, arn: str, ends: int) -> int:
        places, desk = self._likeness.places, self._likeness.desk
        context, found = context_of(step, named_in(holding.account)), 0
        ends &= places.of_kind("role") & places.held_by(holding.account.account_id)
        for group in self._likeness.trusted.taken_alike(ends):
            asked = desk.ask(desk.snapshot, arn, step.ask, places.first(group), context)
            found |= group if asked.label != "denied" else 0
        return found


def _names_any(step: Step) -> bool:
    """Whether a variable counts for the keys of a step."""
    return any("{" in value for values in step.context.values() for value in values)
