"""What a search tries ways with, and what comes of one that was tried."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from iamtui.analysis.paths.administrators import Administrators, Judged
from iamtui.analysis.paths.asking import Desk
from iamtui.analysis.paths.holding import Holding
from iamtui.analysis.paths.likeness import Likeness
from iamtui.analysis.paths.results import OutcomeWord
from iamtui.analysis.paths.steps import Sureness
from iamtui.analysis.paths.telling import Gist
from iamtui.analysis.paths.walker import Walker
from iamtui.analysis.paths.walking import Walk


class Tried(NamedTuple):
    """A way that was gone to its end, and how sure it is that an administrator is there."""

    walk: Walk
    judged: Judged | None


Tries = Callable[[Holding, str], Tried | None]
"""Goes a way as one actor to one end."""


@dataclass(frozen=True, slots=True)
class Trying:
    """What a search tries ways with.

    `admins` are the administrators of the export; `to_ends` says that the question names the ends, whoever they are.
    """

    desk: Desk
    likeness: Likeness
    judge: Administrators
    admins: Mapping[str, Judged]
    walker: Walker
    to_ends: bool

    @classmethod
    def of(
        cls, desk: Desk, likeness: Likeness, judge: Administrators, admins: Mapping[str, Judged], *, to_ends: bool
    ) -> Trying:
        """What asks at one desk, each request once for all who are alike."""
        likeness.given_all = judge.given_all
        desk.alike, desk.alike_let_in = likeness.of_request, likeness.of_let_in
        walker = Walker(desk, {} if to_ends else _needed(admins), likeness.chooses_freely)
        return cls(desk, likeness, judge, admins, walker, to_ends)

    def is_nothing_new(self, holding: Holding, gist: Gist) -> bool:
        """Whether an edge hangs on all that makes its start an administrator anyway (EP8, EP9)."""
        own = self.admins.get(holding.arn)
        if own is None or self.to_ends:
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


def _needed(admins: Mapping[str, Judged]) -> Mapping[str, frozenset[tuple[str, str]]]:
    """What makes those administrators that are ones under conditions alone."""
    return {
        arn: frozenset((condition.key, condition.when) for condition in one.conditions)
        for arn, one in admins.items()
        if one.conditions and not one.needs
    }
