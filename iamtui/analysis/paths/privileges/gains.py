"""What an edge gains: what its end may do and its start may not (EP8); who may do all that an account allows (EP5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from iamtui.analysis.overlay.laying import laid_over
from iamtui.analysis.paths.answer.edge import Edge, EdgeKey
from iamtui.analysis.paths.answer.question import PathQuestion
from iamtui.analysis.paths.answer.results import Administrator, Gains, Paths
from iamtui.analysis.paths.privileges.administrators import with_ideal
from iamtui.analysis.paths.requests.asking import session_keys
from iamtui.analysis.paths.requests.steps import DOCUMENT
from iamtui.analysis.queries.one_principal.can import CanQuestion, can
from iamtui.analysis.queries.one_principal.ground import ground_of
from iamtui.snapshot.model import Snapshot

Progress = Callable[[int, int], None]
Allowed = Mapping[str, str]
"""The actions that one is allowed on something, each with its access levels as AWS writes them."""


class Counting:
    """Counts what edges gain in one picture; what a principal may do is found once."""

    def __init__(self, snapshot: Snapshot, question: PathQuestion) -> None:
        """Count in `snapshot`, under the circumstances of `question`."""
        self._snapshot = snapshot
        self._question = question
        self._known: dict[tuple[str, tuple[str, ...]], Allowed] = {}
        self._ideal: dict[str, Allowed] = {}

    def of(self, edge: Edge, actions: tuple[str, ...] = ()) -> Gains | None:
        """What an edge gains, of some patterns of actions if they are given.

        None where an end is no principal of the export, or one not all of whose policies were exported.
        """
        if any(need.fact == DOCUMENT for need in edge.needs):
            return None
        kept, edits = edge.kept, edge.edits
        held = laid_over(self._snapshot, kept) if kept else self._snapshot
        picture = laid_over(held, edits) if edits else self._snapshot
        if not _holds(held, edge.start) or not _holds(picture, edge.end):
            return None
        before = self._allowed_in(held, edge.start, actions) if kept else self._allowed(edge.start, actions)
        after = self._allowed_in(picture, edge.end, actions) if edits else self._allowed(edge.end, actions)
        gained = [level for action, level in after.items() if action not in before]
        return Gains(len(gained), tuple(sorted(Counter(gained).items())))

    def is_full(self, one: Administrator) -> bool | None:
        """Whether an administrator is allowed every action that an ideal one of its account is (EP5)."""
        account = self._snapshot.accounts.get(self._snapshot.account_of(one.arn))
        if account is None or one.kind == "root" or one.needs:
            return None
        if account.account_id not in self._ideal:
            self._ideal[account.account_id] = self._allowed_in(*with_ideal(self._snapshot, account), ())
        return self._ideal[account.account_id].keys() <= self._allowed(one.arn, ()).keys()

    def _allowed(self, arn: str, actions: tuple[str, ...]) -> Allowed:
        """What one may do in the picture as it is."""
        if (arn, actions) not in self._known:
            self._known[arn, actions] = self._allowed_in(self._snapshot, arn, actions)
        return self._known[arn, actions]

    def _allowed_in(self, picture: Snapshot, arn: str, actions: tuple[str, ...]) -> Allowed:
        at = self._question.at
        context = {**session_keys(arn, at), **self._question.context}
        with ground_of(picture) as ground:
            found = can(picture, CanQuestion(principal=arn, actions=actions, context=context, at=at), ground=ground)
        reaches = (one for service in found.services.values() for one in service)
        return {one.action: one.level for one in reaches if one.extent != "conditional"}


def with_gains(snapshot: Snapshot, question: PathQuestion, found: Paths, progress: Progress | None = None) -> Paths:
    """The answer with what every edge gains, and whether administrators may do all that their account allows."""
    told = progress or (lambda done, count: None)
    counting = Counting(snapshot, question)
    count = len(found.administrators) + len(found.edges)
    administrators = []
    for place, one in enumerate(found.administrators):
        told(place, count)
        administrators.append(replace(one, full=counting.is_full(one)))
    gains = dict(_each(counting, found.edges, lambda place: told(len(administrators) + place, count)))
    return replace(found, administrators=tuple(administrators), gains=gains)


def _each(counting: Counting, edges: Iterable[Edge], told: Callable[[int], None]) -> Iterable[tuple[EdgeKey, Gains]]:
    for place, edge in enumerate(edges):
        told(place)
        gains = counting.of(edge)
        if gains is not None:
            yield edge.key, gains


def _holds(picture: Snapshot, arn: str) -> bool:
    return picture.user(arn) is not None or picture.role(arn) is not None
