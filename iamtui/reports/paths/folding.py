"""Ways that are other forms of one another, folded where they lead from the same source to the same target (EP23)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from iamtui.analysis.paths.answer.results import Path
from iamtui.analysis.paths.requests.steps import SURENESS

_Key: TypeAlias = tuple[str, str, tuple[str, ...]]
"""Source, id of the first way, and where each edge ends."""


class Told(NamedTuple):
    """A path with its place in the answer, and the other forms of it, which are no surer."""

    place: int
    path: Path
    variants: tuple[Path, ...]


def folded(paths: Iterable[tuple[int, Path]]) -> Sequence[Told]:
    """The paths in their order, each form of another under that."""
    given = list(paths)
    known = {_key(path): path for _, path in given}
    under: dict[_Key, list[Path]] = {}
    for _, path in given:
        parent = _parent(path, known)
        if parent is not None:
            under.setdefault(parent, []).append(path)
    return [
        Told(place, path, tuple(under.get(_key(path), ()))) for place, path in given if _parent(path, known) is None
    ]


def _key(path: Path, way: str | None = None) -> _Key:
    return (path.start, way or path.edges[0].way.id, tuple(edge.end for edge in path.edges))


def _parent(path: Path, known: Mapping[_Key, Path]) -> _Key | None:
    """The path of which one is another form; None where that is less sure: it would hide the surer one."""
    variant_of = path.edges[0].way.variant_of
    if variant_of is None:
        return None
    key = _key(path, variant_of)
    parent = known.get(key)
    if parent is None or parent.edges[0].way.variant_of is not None:
        return None
    return key if SURENESS.index(parent.verdict) <= SURENESS.index(path.verdict) else None
