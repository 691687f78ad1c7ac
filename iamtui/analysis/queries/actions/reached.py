"""Which actions a statement can say anything of, by what its Resource element may match (WP1).

Of an action that takes buckets a statement about tables says nothing, though it may name it. So statements divide the
catalogue by fewer actions than they take, and what is left of them is the same for many principals.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache, lru_cache, reduce
from operator import or_

from iamtui import catalog
from iamtui.analysis.queries.actions.shapes import actions_on, may_match, services_of_arns, types_met
from iamtui.analysis.queries.actions.type_names import without_names
from iamtui.analysis.queries.index.action_sets import all_actions, of_service, taken_by, without_types
from iamtui.policy.elements import ANY_RESOURCE
from iamtui.policy.statement import Statement

_VARIABLE = re.compile(r"\$\{[^}]*\}?")
_SEGMENTS = 6
_WILD = frozenset("*?")


def spoken_of(statement: Statement) -> int:
    """The actions that a statement takes, and that are asked about something which it may match."""
    taken, element = taken_by(statement.action), statement.resource
    if element is None or element.negated:
        return taken
    return taken & _asked_about(element.texts)


@lru_cache(maxsize=4_096)
def _asked_about(patterns: tuple[str, ...]) -> int:
    """The actions that are asked about something which one of some patterns may match."""
    return all_actions() if ANY_RESOURCE in patterns else reduce(or_, map(_asked_about_one, patterns), 0)


@lru_cache(maxsize=4_096)
def _asked_about_one(pattern: str) -> int:
    segments = pattern.split(":", _SEGMENTS - 1)
    if len(segments) < _SEGMENTS or "${" in "".join(segments[:-1]):
        return all_actions()
    segments[-1] = _VARIABLE.sub("*", segments[-1])  # a value may be anything
    widest = ":".join(segments)
    is_told = _WILD.isdisjoint("".join(segments[:3]))
    services = _services_with(segments[2]) if is_told else catalog.services()
    return reduce(or_, (_asked_in(service, widest) for service in services), 0)


def _asked_in(service: str, written: str) -> int:
    """The actions of one service; those without types may be asked about any ARN of it (L36)."""
    pattern = without_names(written, service)  # what else it names tells no types apart
    types = types_met(pattern, service)
    others = without_types() & of_service(service) if may_match(pattern, service, ()) else 0
    return others | (actions_on(service, types) if types else 0)


def _services_with(name: str) -> frozenset[str]:
    """The services whose actions are asked about ARNs of one service."""
    found = _by_arns()
    return found[name] | found[None] if name in found else found[None]


@cache
def _by_arns() -> dict[str | None, frozenset[str]]:
    found: defaultdict[str | None, set[str]] = defaultdict(set, {None: set()})
    for service in catalog.services():
        for name in (service, *services_of_arns(service)):
            found[name].add(service)
    return {name: frozenset(services) for name, services in found.items()}
