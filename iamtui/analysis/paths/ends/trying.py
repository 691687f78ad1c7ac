"""What a search tries ways with, and the result of one that was tried."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from iamtui.analysis.paths.alike.likeness import Likeness
from iamtui.analysis.paths.answer.edge import OutcomeWord
from iamtui.analysis.paths.ends.rewriting import Rewriting
from iamtui.analysis.paths.privileges.administrators import Administrators, Judged
from iamtui.analysis.paths.privileges.standing import Standing
from iamtui.analysis.paths.requests.asking import Desk
from iamtui.analysis.paths.requests.holding import Holding
from iamtui.analysis.paths.requests.steps import Sureness
from iamtui.analysis.paths.walks.telling import Gist
from iamtui.analysis.paths.walks.walker import Walker
from iamtui.analysis.paths.walks.walking import Walk
from iamtui.analysis.paths.ways.catalogue import Way


class Tried(NamedTuple):
    """A way that was gone to its end, and how sure it is that an administrator is there."""

    walk: Walk
    judged: Judged | None


Tries = Callable[[Holding, str], Tried | None]
"""Goes a way as one actor to one end."""


@dataclass(frozen=True, slots=True)
class Trying:
    """What a search tries ways with.

    `standing` says who is an administrator; `to_ends` that the question names the ends, whoever they are; `passes`
    that ends are only gone on from, so that it does not count what they are.
    """

    desk: Desk
    likeness: Likeness
    judge: Administrators
    standing: Standing
    walker: Walker
    rewriting: Rewriting
    to_ends: bool
    passes: bool = False

    @classmethod
    def of(cls, desk: Desk, likeness: Likeness, judge: Administrators, standing: Standing, *, to_ends: bool) -> Trying:
        """What asks at one desk."""
        likeness.given_all = judge.given_all
        walker = Walker(desk, None if to_ends else partial(_needed, standing), likeness.chooses_freely)
        return cls(desk, likeness, judge, standing, walker, Rewriting(likeness, walker.needed), to_ends)

    def let_go(self) -> None:
        """Take apart what knows each other in circles, where nobody asks any more: only so it dies at once (EP58)."""
        self.desk.alike = self.desk.alike_let_in = None
        self.judge.let_go()
        self.likeness.let_go()

    def own(self, holding: Holding) -> Judged | None:
        """How sure it is that an actor is an administrator itself."""
        return self.standing.of(holding.arn)

    @property
    def judges(self) -> bool:
        """Whether it counts how sure it is that an end is an administrator."""
        return not (self.to_ends or self.passes)

    def judged(self, end: str) -> Judged | None:
        """How sure it is that an end is an administrator, where that counts."""
        return self.standing.of(end) if self.judges else None

    def is_nothing_new(self, holding: Holding, gist: Gist) -> bool:
        """Whether an edge depends on all that makes its start an administrator anyway (EP8, EP9)."""
        own = None if self.to_ends else self.own(holding)
        if own is None:
            return False
        needed = {(one.key, one.when) for one in own.conditions}
        return needed <= {(one.key, one.when) for one in gist.conditions} and set(own.needs) <= set(gist.needs)


class Found(NamedTuple):
    """What came of a way for ends that are reached alike; with how many they are."""

    verdict: Sureness
    outcome: OutcomeWord
    size: int


def outcome_of(judged: Judged | None) -> OutcomeWord:
    """What is at the end of a way: an administrator, or somebody else."""
    return "lateral" if judged is None else "admin"


def end_elsewhere(way: Way) -> tuple[str, OutcomeWord]:
    """The variable at which a way ends, and what is there where that is no principal of the export."""
    ending = way.outcome
    if ending.reads is not None:
        return ending.reads, "data"
    if ending.becomes in way.bind:
        return ending.becomes or "", "admin"
    return ("set", "admin") if "set" in way.bind else (next(iter(way.bind), ""), "lateral")


def _needed(standing: Standing, arn: str) -> frozenset[tuple[str, str]] | None:
    """What makes one an administrator that is one under conditions alone."""
    one = standing.of(arn)
    if one is None or one.needs or not one.conditions:
        return None
    return frozenset((condition.key, condition.when) for condition in one.conditions)
