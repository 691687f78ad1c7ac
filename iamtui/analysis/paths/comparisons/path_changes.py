"""Which paths to administrators are new and which are gone from one snapshot to another (EP55)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from iamtui.analysis.changes.effect_results import PathChange
from iamtui.analysis.changes.results import Changes
from iamtui.analysis.overlay.placing import MissingThingError
from iamtui.analysis.paths.answer.question import PathQuestion
from iamtui.analysis.paths.answer.results import Path, PathKey, Paths
from iamtui.analysis.paths.comparisons.comparable import comparable
from iamtui.analysis.paths.requests.steps import SURENESS, Sureness
from iamtui.analysis.paths.searching.search import find_paths
from iamtui.evaluation.request.request import RequestError
from iamtui.snapshot.model import Snapshot

MOST_PRINCIPALS = 500
"""Of so many users and roles paths are looked for on both sides; of more `iamtui paths` does, which takes longer."""


def with_path_changes(
    changes: Changes,
    old: Snapshot,
    new: Snapshot,
    progress: Callable[[int, int], None] | None = None,
    *,
    at: datetime | None = None,
) -> Changes:
    """The changes with the paths that are new, surer, less sure or gone; of many principals it is said that not."""
    if not changes.objects:
        return replace(changes, paths=())
    if max(_principals(old), _principals(new)) > MOST_PRINCIPALS:
        said = f"paths to administrators, of more than {MOST_PRINCIPALS} users and roles: ask iamtui paths of both"
        return replace(changes, not_compared=(*changes.not_compared, said))
    question = PathQuestion(most_ends=None, most_paths=None, at=at)
    old, new, lacking = comparable(old, new)
    changes = replace(changes, not_compared=(*changes.not_compared, *lacking))
    try:
        before, after = find_paths(old, question, progress), find_paths(new, question, progress)
    except (RequestError, MissingThingError) as error:  # somebody has a name that AWS does not allow
        return replace(changes, not_compared=(*changes.not_compared, f"paths to administrators: {error}"))
    return replace(changes, paths=(*_gained(before, after), *_lost(before, after)))


def _gained(before: Paths, after: Paths) -> Iterator[PathChange]:
    known, was = _surest(before), _administrators(before)
    for key, path in _surest(after).items():
        other = known.get(key)
        if other is None:
            yield _change("gained", path, _being("was", was.get(path.start)))
        elif _level(path) < _level(other):
            yield _change("gained", path, f"was {other.verdict}")


def _lost(before: Paths, after: Paths) -> Iterator[PathChange]:
    known, now = _surest(after), _administrators(after)
    for key, path in _surest(before).items():
        other = known.get(key)
        if other is None:
            yield _change("lost", path, _being("now is", now.get(path.start)))
        elif _level(path) < _level(other):
            yield _change("lost", path, f"is {other.verdict} now")


def _surest(found: Paths) -> Mapping[PathKey, Path]:
    """By source, way and target the surest path; paths come the surest first."""
    kept: dict[PathKey, Path] = {}
    for path in found.paths:
        kept.setdefault(path.key, path)
    return kept


def _administrators(found: Paths) -> Mapping[str, Sureness]:
    return {one.arn: one.verdict for one in found.administrators}


def _being(verb: str, verdict: Sureness | None) -> str:
    """That its source was, or is, an administrator, which has no need of a path."""
    sure = {"conditional": ", under conditions", "possible": ", possibly"}
    return "" if verdict is None else f"{verb} an administrator{sure.get(verdict, '')}"


def _level(path: Path) -> int:
    return SURENESS.index(path.verdict)


def _change(change: str, path: Path, why: str) -> PathChange:
    name = "; then ".join(edge.way.name for edge in path.edges)
    conditions = tuple(dict.fromkeys(f"{one.key} {one.when}" for one in path.conditions))
    return PathChange(change, path.start, path.edges[0].way.id, name, path.end, path.verdict, conditions, why)


def _principals(snapshot: Snapshot) -> int:
    return sum(len(account.users or ()) + len(account.roles or ()) for account in snapshot.accounts.values())
