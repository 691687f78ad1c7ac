"""What a guardrail holds back: the paths that would be there without one layer, and are not (EP54)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TypeVar

from iamtui.analysis.overlay.laying import Edit, laid_over
from iamtui.analysis.paths.answer.edge import Edge
from iamtui.analysis.paths.answer.pace import Progress
from iamtui.analysis.paths.answer.question import PathQuestion
from iamtui.analysis.paths.answer.results import Held, HoldingLayer, Path, PathKey, Paths
from iamtui.analysis.paths.searching.search import find_paths
from iamtui.evaluation.decide import decide
from iamtui.evaluation.decision import Decision, Layer
from iamtui.policy.statement import Effect
from iamtui.snapshot.model import Account, Role, Snapshot, User

E = TypeVar("E", User, Role)

LAYERS: tuple[HoldingLayer, ...] = ("scp", "rcp", "boundary")
_LAYERS: Mapping[HoldingLayer, Layer] = {
    "scp": Layer.SCP,
    "rcp": Layer.RCP,
    "boundary": Layer.PERMISSIONS_BOUNDARY,
}

MOST_PRINCIPALS = 500
"""Of so many users and roles it is counted what guardrails hold back without being asked for."""


def held_back(snapshot: Snapshot, question: PathQuestion, found: Paths, progress: Progress | None = None) -> Paths:
    """The answer with the first edges of all paths that one layer alone holds back.

    The question is asked again in the picture without the layer, so that removing it makes exactly these.

    Raises:
        PathError: a principal or a way of the question does not exist.
    """
    known = {path.key for path in found.paths}
    every = replace(question, most_ends=None, most_paths=None)
    if known and found.more:  # what is there and not told is not held
        known = {path.key for path in find_paths(snapshot, every, progress).paths}
    held: dict[tuple[PathKey, HoldingLayer], Held] = {}
    for layer in LAYERS:
        if _is_there(snapshot, layer):
            picture = _without(snapshot, layer)
            for path in find_paths(picture, every, progress).paths:
                if path.key not in known:
                    held.setdefault((path.key, layer), _held(snapshot, path, layer))
    return replace(found, held=tuple(held.values()))


def is_counted(snapshot: Snapshot) -> bool:
    """Whether what is held back is counted without being asked for: of many principals it takes long."""
    held = (len(account.users or ()) + len(account.roles or ()) for account in snapshot.accounts.values())
    return sum(held) <= MOST_PRINCIPALS


def _held(snapshot: Snapshot, path: Path, layer: HoldingLayer) -> Held:
    first = path.edges[0]
    return Held(first.way, path.start, path.end, layer, path.verdict, lambda: _statement(snapshot, first, layer))


def _statement(snapshot: Snapshot, edge: Edge, layer: HoldingLayer) -> str | None:
    """The Deny that holds an edge back; None where the layer only does not allow it."""
    edits: list[Edit] = []
    for step in edge.steps:
        if step.request is not None:
            decision = decide(laid_over(snapshot, edits), step.request)
            if decision.word not in ("allowed", "conditional"):
                return next(_denies(decision, layer), None)
        edits += [] if step.edit is None else [step.edit]
    return None


def _denies(decision: Decision, layer: HoldingLayer) -> Iterator[str]:
    for one in decision.layers:
        statements = (each for policy in one.policies for each in policy.statements)
        if one.layer is _LAYERS[layer]:
            yield from (each.reference for each in statements if each.decisive and each.effect is Effect.DENY)


def _is_there(snapshot: Snapshot, layer: HoldingLayer) -> bool:
    """Whether a snapshot has anything of a layer; without that it holds nothing back."""
    if layer == "boundary":
        accounts = snapshot.accounts.values()
        users = (one for account in accounts for one in (account.users or {}).values())
        roles = (one for account in accounts for one in (account.roles or {}).values())
        return any(one.boundary is not None for one in users) or any(one.boundary is not None for one in roles)
    organizations = snapshot.organizations.values()
    return any(one.scps_enabled if layer == "scp" else one.rcps_enabled for one in organizations)


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
