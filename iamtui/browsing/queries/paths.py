"""Paths to administrators, as the rows of a list: the lines of the report, paths grouped by verdict (EP60)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from iamtui.analysis.paths.results import SURENESS, Paths
from iamtui.content.nodes import Node
from iamtui.content.requests import ContextField, RequestFields
from iamtui.reports.lines import SEPARATOR, Line, find
from iamtui.reports.paths.ladder import (
    SURENESS_WORDS,
    administrator_lines,
    choke_lines,
    closing_lines,
    namer,
    path_line,
)


class PathRows(NamedTuple):
    """An answer as rows: made where it was found, for there may be thousands."""

    found: Paths
    nodes: Sequence[Node]
    children: Callable[[str], Sequence[Node]]


def path_rows(answer: Paths) -> PathRows:
    """A node for the administrators, the paths of each verdict and the choke points; last what was not asked."""
    name = namer(answer)
    heading, *administrators = administrator_lines(answer.administrators, name)
    lines: dict[str, Line] = {}
    groups: dict[str, list[Node]] = {}
    nodes: list[Node] = []

    def add(node: Node, several: Sequence[Line]) -> None:
        lines.update((line.key, line) for line in several)
        groups[node.key] = [_node(line) for line in several]
        nodes.append(node)

    add(Node(heading.key, heading.text, tone="accent", has_children=bool(administrators)), administrators)
    for verdict in SURENESS:
        words = SURENESS_WORDS[verdict]
        several = [path_line(place, path, name) for place, path in enumerate(answer.paths) if path.verdict == verdict]
        if several:
            label, count = f"Paths, {words.word}", f"{len(several):,}"
            add(Node(verdict, label, count, words.tone, words.glyph, has_children=True), several)
    chokes = choke_lines(answer, name)
    if chokes:
        add(Node("chokes", "Choke points", f"{len(chokes):,}", "accent", has_children=True), chokes)
    nodes += [_node(line) for line in closing_lines(answer)]

    def children(key: str) -> Sequence[Node]:
        if key in groups:
            return groups[key]
        top = lines.get(key.partition(SEPARATOR)[0])
        line = None if top is None else find((top,), key)
        return () if line is None else [_node(one) for one in line.children]

    return PathRows(answer, nodes, children)


def step_request(answer: Paths, key: str) -> tuple[RequestFields, str] | None:
    """The request of a step, and the actions before it whose changes its decision assumes; None for other nodes."""
    path, *places = key.removeprefix("path").split(SEPARATOR)
    if not key.startswith("path") or len(places) != 2 or not places[1].isdecimal():  # edge and step
        return None
    steps = answer.paths[int(path)].edges[int(places[0])].steps
    step = steps[int(places[1]) - 1]
    context = tuple(ContextField(name, "value", values) for name, values in step.context.items())
    resource = "" if step.resource == "*" else step.resource
    assumed = ", ".join(one.action for one in steps[: int(places[1]) - 1] if one.changes is not None)
    return RequestFields(step.principal, step.action, resource, context), assumed


def _node(line: Line) -> Node:
    return Node(line.key, line.text, line.detail, line.tone, line.glyph, has_children=line.has_children)
