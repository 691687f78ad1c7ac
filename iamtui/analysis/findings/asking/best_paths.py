"""Of the paths of each principal the one to tell of (FI41)."""

from __future__ import annotations

from iamtui.analysis.paths.answer.results import Path, Paths
from iamtui.analysis.paths.requests.steps import SURENESS


def best_paths(found: Paths) -> dict[str, Path]:
    """For each principal that has one, the surest and shortest path to an administrator."""
    best: dict[str, Path] = {}
    for path in found.paths:
        if path.outcome == "admin" and (path.start not in best or _order(path) < _order(best[path.start])):
            best[path.start] = path
    return best


def _order(path: Path) -> tuple[int, int]:
    return SURENESS.index(path.verdict), len(path.edges)
