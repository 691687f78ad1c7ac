"""What a guardrail holds back: the paths that would be there without one layer, and are not (EP54)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TypeVar

from iamtui.analysis.paths.question import PathQuestion
from iamtui.analysis.paths.results import Held, HoldingLayer, Paths
from iamtui.analysis.paths.search import Progress, find_paths
from iamtui.snapshot.model import Account, Role, Snapshot, User

E = TypeVar("E", User, Role)

LAYERS: tuple[HoldingLayer, ...] = ("scp", "rcp", "boundary")


def held_back(snapshot: Snapshot, question: PathQuestion, found: Paths, progress: Progress | None = None) -> Paths:
    """The answer with the first edges of all paths that one layer alone holds back.

    The question is asked again in the picture without the layer, so that removing it makes exactly these.

    Raises:
        PathError: a principal or a way of the question does not exist.
    """
    known = {(path.start, path.edges[0].way.id, path.end) for path in found.paths}
    held: dict[tuple[str, str, str, str], Held] = {}
    for layer in LAYERS:
        for path in find_paths(_without(snapshot, layer), question, progress).paths:
            first = path.edges[0]
            key = (path.start, first.way.id, path.end)
            if key not in known:
                held.setdefault((*key, layer), Held(first.way, path.start, path.end, layer, path.verdict))
    return replace(found, held=tuple(held.values()))


def _without(snapshot: Snapshot, layer: HoldingLayer) -> Snapshot:
    """The picture as if a layer were not; whatever else the export says stays."""
    if layer == "boundary":
        accounts = {number: _unbounded(account) for number, account in snapshot.accounts.items()}
        return replace(snapshot, accounts=MappingProxyType(accounts))
    off: dict[str, bool] = {f"{layer}s_enabled": False}
    organizations = {name: replace(one, **off) for name, one in snapshot.organizations.items()}  # type: ignore[arg-type]
    return replace(snapshot, organizations=MappingProxyType(organizations))


def _unbounded(account: Account) -> Account:
    return replace(account, users=_freed(account.users), roles=_freed(account.roles))


def _freed(held: Mapping[str, E] | None) -> Mapping[str, E] | None:
    return None if held is None else MappingProxyType(dict(_each(held)))


def _each(held: Mapping[str, E]) -> Iterator[tuple[str, E]]:
    for name, entity in held.items():
        yield name, entity if entity.boundary is None else replace(entity, boundary=None)
