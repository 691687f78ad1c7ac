"""What a principal can do, as the rows of a list: service, then action, then how (WP1-WP3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

from iamtui.analysis.queries.can_results import ActionReach, Can
from iamtui.content.nodes import Node
from iamtui.content.requests import RequestFields
from iamtui.reports.who_can import condition_text
from iamtui.visible import Tone

_BAR: Final = 12
_TONES: Final[dict[str, tuple[str, Tone]]] = {
    "everywhere": ("✔", "good"),
    "somewhere": ("✔", "plain"),
    "conditional": ("?", "warn"),
}
_WRITES: Final = ("Write", "Permissions management", "Tagging")


def reach_rows(answer: Can) -> tuple[list[Node], Callable[[str], Sequence[Node]]]:
    """A node for each service with a bar of how much of it is in reach, and one for what was taken away."""
    most = max((len(actions) for actions in answer.services.values()), default=1)
    nodes = [_service(service, actions, most) for service, actions in answer.services.items()]
    by_layer = Counter(one.by for one in answer.taken_away)
    nodes += [
        Node(f"taken {by}", f"{by.replace('_', ' ')} takes away", f"{count:,} actions", "bad", "✖", has_children=True)
        for by, count in by_layer.items()
    ]
    nodes += [Node(f"leans {text}", "could change this", text, "warn", "⚠") for text in answer.leans_on]
    actions = {one.action: one for several in answer.services.values() for one in several}

    def children(key: str) -> Sequence[Node]:
        kind, _, name = key.partition(" ")
        match kind:
            case "service":
                return [_action(one) for one in answer.services.get(name, ())]
            case "taken":
                return [
                    Node(f"lost {one.action}", one.action, one.statement or "", "muted")
                    for one in answer.taken_away
                    if one.by == name
                ]
            case "action" if name in actions:
                return _how(actions[name], answer)
            case _:
                return ()

    return nodes, children


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


def _service(service: str, actions: Sequence[ActionReach], most: int) -> Node:
    levels = Counter(level for one in actions for level in one.level.split(", "))
    counts = "  ".join(f"{level} {count:,}" for level, count in sorted(levels.items()))
    bar = "▇" * max(1, round(_BAR * len(actions) / most))
    writes = any(level in _WRITES for level in levels)
    detail = f"{bar:<{_BAR}}  {counts}"
    return Node(f"service {service}", f"{service:<22}", detail, "warn" if writes else "plain", has_children=True)


def _action(reach: ActionReach) -> Node:
    glyph, tone = _TONES[reach.extent]
    return Node(
        f"action {reach.action}", reach.action, f"{reach.extent}  {reach.level}", tone, glyph, has_children=True
    )


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
