"""From labels on both sides to what was gained and lost, actions that are alike under one pattern (CH5)."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from iamtui import catalog
from iamtui.analysis.changes.effect_results import Share
from iamtui.analysis.changes.labels import CONDITIONAL, Labelled
from iamtui.analysis.queries.everybody.results import Condition
from iamtui.analysis.queries.index.action_sets import all_actions
from iamtui.patterns import matcher_of
from iamtui.policy.elements import ANY_RESOURCE, ResourcePattern
from iamtui.policy.statement import Effect as StatementEffect
from iamtui.policy.statement import Statement

_VERB = re.compile(r"[A-Z][a-z]+")
LEVELS = ("Permissions management", "Write", "Tagging", "Read", "List")
"""Access levels, the weightiest first."""


class Asked(NamedTuple):
    """One resource with the labels of both sides; `alike` is the same for actions and resources decided alike."""

    resource: str
    old: Labelled
    new: Labelled
    alike: Hashable


@dataclass(frozen=True, slots=True)
class ClassLabels:
    """The labels of a class of actions; the first action was asked.

    Attributes:
        asked: all resources that stand for cells; where it `is_part`, only those that differ.
        statements: those by which the sides are told apart.
        account: of the principal.
    """

    actions: tuple[str, ...]
    asked: tuple[Asked, ...]
    statements: tuple[Statement, ...]
    is_part: bool = False
    account: str = ""

    @property
    def is_changed(self) -> bool:
        """Whether it is not all the same on both sides."""
        return any(one.new.label != one.old.label for one in self.asked)

    def changed(self, *, gained: bool) -> tuple[Asked, ...]:
        """Where the label rose, or else where it fell; the best of the side that has it first."""
        found = [
            one for one in self.asked if (one.new.label > one.old.label if gained else one.new.label < one.old.label)
        ]
        return tuple(sorted(found, key=lambda one: -(one.new if gained else one.old).label))


class Alike(NamedTuple):
    """All that a share says but its action."""

    extent: str
    resources: tuple[str, ...]
    conditions: tuple[Condition, ...]


def alike_of(found: ClassLabels, *, gained: bool) -> Alike:
    """How far, on what, and under which conditions the side has it that has more of a class; there is some of it."""
    changed = found.changed(gained=gained)
    best = (changed[0].new if gained else changed[0].old).label
    having = [one for one in found.asked if (one.new if gained else one.old).label >= best]
    conditions = (changed[0].new if gained else changed[0].old).conditions if best == CONDITIONAL else ()
    if not found.is_part and all(one in having for one in found.asked if _is_own(one.resource, found.account)):
        return Alike("conditional" if best == CONDITIONAL else "everywhere", (ANY_RESOURCE,), conditions)
    extent = "conditional" if best == CONDITIONAL else "somewhere"
    return Alike(extent, tuple(_resources(found, having)), conditions)


def _is_own(resource: str, account: str) -> bool:
    """Whether it is of the principal's account, or of an owner that its ARN does not tell (WP1)."""
    return resource.split(":", 5)[4:5] in ([], [""], [account])


def _resources(found: ClassLabels, having: Sequence[Asked]) -> Iterator[str]:
    """The patterns of the statements that tell the sides apart, then what else was asked."""
    left = [one.resource for one in having]
    others = [one.resource for one in found.asked if one not in having]
    for pattern in _patterns(found):
        matches = matcher_of(pattern.widest)
        if any(map(matches, left)) and not any(map(matches, others)):
            yield pattern.text
            left = [resource for resource in left if not matches(resource)]
    yield from left


def _patterns(found: ClassLabels) -> Iterator[ResourcePattern]:
    folded = found.actions[0].lower()
    service = folded.partition(":")[0]
    for statement in found.statements:
        is_telling = statement.effect is StatementEffect.ALLOW or found.is_part
        element = statement.resource
        if is_telling and element is not None and not element.negated and statement.action.matches(folded, service):
            yield from (one for one in element.patterns if one.text != ANY_RESOURCE)


def shares_of(alike: Alike, actions: Iterable[str]) -> Iterator[Share]:
    """The shares of actions that are alike: `*`, a service whole, or the actions one by one."""
    for pattern in patterns_of(actions):
        yield Share(pattern, *alike)


def patterns_of(actions: Iterable[str]) -> tuple[str, ...]:
    """Patterns that stand for exactly these actions: all, a service, all that begin alike; the weightiest first."""
    return _patterns_of(frozenset(actions))


@lru_cache(maxsize=1_024)
def _patterns_of(left: frozenset[str]) -> tuple[str, ...]:
    if len(left) == all_actions().bit_count():
        return ("*",)
    services: dict[str, set[str]] = {}
    for action in left:
        service, _, name = action.partition(":")
        services.setdefault(service, set()).add(name)
    found = [f"{service}:{one}" for service, names in services.items() for one in _of_service(service, names)]
    return tuple(sorted(found, key=lambda pattern: (level_of(pattern), pattern)))


def _of_service(service: str, names: set[str]) -> Iterator[str]:
    every = catalog.actions(service)
    if 1 < len(every) == len(names):
        yield "*"
        return
    verbs: dict[str, list[str]] = {}
    for name in every:
        found = _VERB.match(name)
        verbs.setdefault(found[0] if found else name, []).append(name)
    for verb, alike in verbs.items():
        is_whole = len(alike) > 1 and names.issuperset(alike)
        if is_whole and sum(one.startswith(verb) for one in every) == len(alike):
            yield f"{verb}*"
        else:
            yield from (name for name in alike if name in names)


def level_of(pattern: str) -> int:
    """The place in `LEVELS` of the weightiest action that a pattern matches."""
    return min((_level_of_action(action) for action in catalog.matching(pattern)), default=len(LEVELS))


@cache
def _level_of_action(action: str) -> int:
    details = catalog.action(action)
    words = "" if details is None else details.access_level
    return next((place for place, level in enumerate(LEVELS) if level in words), len(LEVELS))
