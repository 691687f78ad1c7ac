"""Separation of duties through a path: who may do one half and becomes another who may do the other (FI91)."""

from __future__ import annotations

from collections.abc import Iterator

from iamtui.analysis.findings.asking.able import Able
from iamtui.analysis.findings.by_rule.duties import halves, pairs_of
from iamtui.analysis.findings.review.hygiene_case import AccountCase
from iamtui.analysis.findings.review.hygiene_results import Answer, Found
from iamtui.analysis.findings.review.pairs import Pair
from iamtui.analysis.overlay.placing import MissingThingError
from iamtui.analysis.paths.answer.question import PathQuestion
from iamtui.analysis.paths.answer.results import Path
from iamtui.analysis.paths.requests.steps import SURENESS
from iamtui.analysis.paths.searching.search import find_paths
from iamtui.evaluation.request.request import RequestError
from iamtui.snapshot.model import Role, User

Half = tuple[str, Able]
"""An action of a half, and how surely on what."""


class Holdings:
    """Who of everybody holds which halves, administrators left out: they hold all, and are told once (FI90)."""

    def __init__(self, cases: list[AccountCase]) -> None:
        self._cases = cases
        self._pairs = pairs_of(cases[0]) if cases else ()
        self.held: dict[str, dict[tuple[str, int], Half]] = {}
        self._paths: dict[tuple[str, str, int], list[Path]] = {}

    def look(self) -> Iterator[None]:
        """Find them, one principal after the other, then the paths between them."""
        for case in self._cases:
            entities: tuple[User | Role, ...] = (
                *(case.account.users or {}).values(),
                *(case.account.roles or {}).values(),
            )
            for one in entities:
                yield
                if case.administrator(one) is None:
                    found = {
                        (pair.title, which): half for pair in self._pairs for which, half in _held(case, one, pair)
                    }
                    if found:
                        self.held[one.arn] = found
        for pair in self._pairs:
            for which in (0, 1):
                yield
                self._find_paths(pair, which)

    def _find_paths(self, pair: Pair, which: int) -> None:
        """The paths from who may do one half of a pair only to who may do the other, the surest and shortest first."""
        mine, theirs = (pair.title, which), (pair.title, 1 - which)
        starts = tuple(arn for arn, own in self.held.items() if mine in own and theirs not in own)
        ends = tuple(arn for arn, own in self.held.items() if theirs in own and mine not in own)
        if not starts or not ends:
            return
        case = self._cases[0]
        try:
            found = find_paths(case.snapshot, PathQuestion(starts, ends, outcome="all", most_ends=None, at=case.at))
        except (RequestError, MissingThingError):
            return  # somebody has a name that AWS does not allow
        for path in sorted(found.paths, key=lambda one: (SURENESS.index(one.verdict), len(one.edges))):
            self._paths.setdefault((path.start, *mine), []).append(path)

    def of(self, arn: str) -> Iterator[Answer]:
        """Each pair of which one holds a half, and a path leads to who holds the other."""
        own = self.held.get(arn, {})
        for pair in self._pairs:
            for which in (0, 1):
                mine, wanted = own.get((pair.title, which)), (pair.title, 1 - which)
                if mine is None or wanted in own:
                    continue  # both halves of one's own are told by FI90
                found = next(
                    (
                        one
                        for one in self._paths.get((arn, pair.title, which), ())
                        if self._fits(pair, mine, wanted, one)
                    ),
                    None,
                )
                if found is not None:
                    yield _told(arn, pair, mine, self.held[found.end][wanted], found)
                    break

    def _fits(self, pair: Pair, mine: Half, wanted: tuple[str, int], path: Path) -> bool:
        theirs = self.held.get(path.end, {}).get(wanted)
        return (
            path.end != path.start and theirs is not None and not (pair.same and theirs[1].resource != mine[1].resource)
        )


def _held(case: AccountCase, principal: User | Role, pair: Pair) -> Iterator[tuple[int, Half]]:
    """The halves of a pair that one may do by an Allow of its own."""
    for which, actions in enumerate((pair.first, pair.second)):
        granted = [one for one in actions if case.everybody.is_granted(principal.arn, one)]
        found = [one for one in halves(case, principal.arn, granted) if one.able.label != "possible"]
        if found:
            yield which, (found[0].action, found[0].able)


def _told(arn: str, pair: Pair, mine: Half, theirs: Half, path: Path) -> Found:
    ways = ", then ".join(edge.way.name for edge in path.edges)
    where = (
        ""
        if path.verdict == "proven" and "conditional" not in (mine[1].label, theirs[1].label)
        else ", where conditions hold"
    )
    steps = tuple(
        f"{step.principal} {step.action} {step.resource}{''.join(f' {key} {when}' for key, when in step.conditions)}"
        for edge in path.edges
        for step in edge.steps
    )
    rows = (mine[1].row(arn, mine[0]), *steps, theirs[1].row(path.end, theirs[0]))
    end = path.end.rpartition("/")[2]
    return Found(f"may {pair.title}{where}: the other half as {end}, which it becomes ({ways})", rows)
