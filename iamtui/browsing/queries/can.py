"""What a principal can do, as the rows of a list: service, then action, then how (WP1-WP3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from iamtui.analysis.queries.one_principal.can_results import ActionReach, ActionWay, Can, TakenAway
from iamtui.browsing.queries.leaning import leaning_nodes
from iamtui.content.nodes import Node
from iamtui.content.numbers import number_of
from iamtui.content.requests import RequestFields
from iamtui.evaluation.decision import Layer
from iamtui.reports.can import detail_of
from iamtui.reports.who_can import condition_text
from iamtui.reports.words import what_denies
from iamtui.visible import Tone

_BAR: Final = 8
_TONES: Final[dict[str, tuple[str, Tone]]] = {
    "everywhere": ("✔", "good"),
    "somewhere": ("◐", "good"),
    "conditional": ("?", "warn"),
}
_LEVELS: Final = {
    "Permissions management": "Permissions",
    "Write": "Write",
    "Tagging": "Tagging",
    "Read": "Read",
    "List": "List",
}
"""The access levels, those that change most first, and how they are called where there is little room."""


def reach_rows(answer: Can) -> tuple[list[Node], Callable[[str], Sequence[Node]]]:
    """A node for each service with a bar of how much of it is in reach, then what was taken away, by what.

    A service unfolds to its access levels, these to actions, an action to what grants it and on what.
    """
    rows = _ReachRows(answer)
    return rows.roots(), rows.children


def summary(answer: Can) -> str:
    """How many actions in how many services, how many of them not surely, and how many were taken away."""
    reached = [one for actions in answer.services.values() for one in actions]
    services = number_of(len(answer.services), "service")
    said = f"{number_of(len(reached), 'action')} in {services}{_under_conditions(reached)}"
    return f"{said}, {len(answer.taken_away):,} taken away"


def _under_conditions(actions: Sequence[ActionReach]) -> str:
    """How many are allowed under conditions alone, or if something is so that was not exported; empty if none is."""
    count = sum(one.extent == "conditional" for one in actions)
    return f" ({count:,} under conditions)" if count else ""


class _ReachRows:
    """The nodes of an answer; a key says which they are.

    Thousands of actions may be taken away: they are sorted by what takes them and by service once, not for each node.
    """

    def __init__(self, answer: Can) -> None:
        self._answer = answer
        self._reached = {one.action: one for actions in answer.services.values() for one in actions}
        self._taken: dict[str, _Taken] = {}
        for one in answer.taken_away:
            by = f"{one.by} {one.statement or ''}"
            if by not in self._taken:
                self._taken[by] = _Taken(one)
            self._taken[by].actions.setdefault(one.action.partition(":")[0], []).append(one.action)

    def roots(self) -> list[Node]:
        services = self._answer.services
        most = max(map(len, services.values()), default=1)
        width = max(map(len, services), default=0)
        nodes = [_service(service, actions, most, width) for service, actions in services.items()]
        nodes += [_taken_by(key, taken) for key, taken in sorted(self._taken.items(), key=lambda one: -one[1].count)]
        nodes += leaning_nodes(self._answer.leans_on)
        if not self._answer.complete:
            nodes.append(Node("incomplete", "there may be more: a limit was met", "", "warn", "⚠"))
        return nodes

    def children(self, key: str) -> Sequence[Node]:
        """What is below a node."""
        kind, _, name = key.partition(" ")
        match kind:
            case "service":
                return _levels(name, self._answer.services.get(name, ()))
            case "level":
                service, _, level = name.partition(" ")
                return [_action(one) for one in self._answer.services.get(service, ()) if _level_of(one) == level]
            case "taken":
                return [
                    Node(f"lost-of {service} {name}", service, number_of(len(lost), "action"), has_children=True)
                    for service, lost in self._lost(name).items()
                ]
            case "lost-of":
                service, _, by = name.partition(" ")
                return [Node(f"lost {one}", one, "", "muted", "✖") for one in self._lost(by).get(service, ())]
            case "action":
                return _how(self._reached[name], self._answer) if name in self._reached else []
            case _:
                return ()

    def _lost(self, by: str) -> Mapping[str, Sequence[str]]:
        """By service what something takes away."""
        return self._taken[by].actions if by in self._taken else {}


@dataclass(frozen=True, slots=True)
class _Taken:
    """The actions that one thing takes away, by service; `first` is one of them."""

    first: TakenAway
    actions: dict[str, list[str]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return sum(map(len, self.actions.values()))


def request_fields(answer: Can, key: str) -> RequestFields | None:
    """The request whose trace explains an action; None for other nodes."""
    kind, _, name = key.partition(" ")
    if kind == "lost":
        return RequestFields(answer.principal, name)
    found = [one for several in answer.services.values() for one in several if one.action == name]
    if kind != "action" or not found:
        return None
    resource = found[0].examples.allowed or ""
    return RequestFields(answer.principal, name, "" if resource == "*" else resource)


def way_of(answer: Can, key: str) -> ActionWay | None:
    """The way that a line below an action names; None for other nodes."""
    kind, _, rest = key.partition(" ")
    number, _, name = rest.partition(" ")
    if kind != "how" or not number.isdecimal():
        return None
    found = (one for one in answer.services.get(name.partition(":")[0], ()) if one.action == name)
    ways = next((one.ways for one in found), ())
    return answer.ways[ways[int(number)]] if int(number) < len(ways) else None


def _service(service: str, actions: Sequence[ActionReach], most: int, width: int) -> Node:
    levels = Counter(map(_level_of, actions))
    counts = "  ".join(f"{short} {levels[level]:,}" for level, short in _LEVELS.items() if levels[level])
    counts += _under_conditions(actions)
    bar = "▇" * max(1, round(_BAR * len(actions) / most))
    tone: Tone = "warn" if levels["Permissions management"] or levels["Write"] else "plain"
    return Node(f"service {service}", f"{service:<{width}}", f"{bar:<{_BAR}}  {counts}", tone, has_children=True)


def _levels(service: str, actions: Sequence[ActionReach]) -> list[Node]:
    levels = Counter(map(_level_of, actions))
    ordered = (*_LEVELS, *(one for one in levels if one not in _LEVELS))
    return [
        Node(f"level {service} {level}", level or "no level", number_of(levels[level], "action"), has_children=True)
        for level in ordered
        if levels[level]
    ]


def _level_of(reach: ActionReach) -> str:
    return reach.level.partition(",")[0]


def _taken_by(key: str, taken: _Taken) -> Node:
    """`312 actions in 40 services taken away  by permissions boundary`."""
    first = taken.first
    by = what_denies(first.by) + (f" {first.statement}" if first.statement else "")
    said = by if first.by == Layer.NONE.value else f"by {by}"
    count = f"{number_of(taken.count, 'action')} in {number_of(len(taken.actions), 'service')}"
    return Node(f"taken {key}", f"{count} taken away", said, "bad", "✖", has_children=True)


def _action(reach: ActionReach) -> Node:
    glyph, tone = _TONES[reach.extent]
    return Node(f"action {reach.action}", reach.action, detail_of(reach), tone, glyph, has_children=True)


def _how(reach: ActionReach, answer: Can) -> list[Node]:
    ways = [answer.ways[place] for place in reach.ways]
    lines = [
        *(f"by {way.origin} {way.policy}#{way.statement}" for way in ways),
        *(f"on {resource}" for resource in reach.resources),
        *(f"if {condition_text(one)}" for one in reach.conditions),
    ]
    if reach.examples.denied is not None:
        lines.append(f"but not on {reach.examples.denied}")
    return [Node(f"how {number} {reach.action}", line, tone="muted") for number, line in enumerate(lines)]
