"""Paths to administrators, as two lists: whose there are, and the ladders of one of them (EP60-EP62)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Literal, NamedTuple, TypeAlias

from iamtui.analysis.overlay.laying import Edit, laid_over
from iamtui.analysis.paths.answer.edge import Edge
from iamtui.analysis.paths.answer.question import PathQuestion
from iamtui.analysis.paths.answer.results import Administrator, ChokeStatement, Path, Paths
from iamtui.analysis.paths.requests.steps import SURENESS, StepTaken
from iamtui.browsing.queries.leaning import leaning_nodes
from iamtui.browsing.queries.path_news import News
from iamtui.content.nodes import Node
from iamtui.content.requests import ContextField, RequestFields
from iamtui.evaluation.decide import decide
from iamtui.reports.edits import said_of
from iamtui.reports.lines import SEPARATOR, Line
from iamtui.reports.outline import outline
from iamtui.reports.paths.folding import folded
from iamtui.reports.paths.ladder import (
    SURENESS_WORDS,
    Namer,
    administrator_lines,
    bound_lines,
    choke_lines,
    cost_text,
    held_lines,
    namer,
    namer_among,
    path_line,
)
from iamtui.snapshot.model import Snapshot

Tab: TypeAlias = Literal["paths", "chokes", "held"]
NEW = "●"
"""Stands before what was not there before (EP63)."""
_MOST_TOLD = 20
_ADMINISTRATORS = "administrators"
_WHO = {
    "proven": "who can",
    "conditional": "who can if a condition holds",
    "possible": "who can if what was not exported allows it",
}
"""What the sources of a verdict have in common."""


class EarlyRows(NamedTuple):
    """The administrators, before paths are looked for: rows that the answer has too."""

    nodes: Sequence[Node]
    below: Callable[[str], Sequence[Node]]

    @classmethod
    def of(cls, administrators: Sequence[Administrator]) -> EarlyRows:
        """A heading, and a row for each below it."""
        heading, *lines = administrator_lines(administrators, namer_among(administrators))
        below = {_ADMINISTRATORS: [_node(f"admin{SEPARATOR}", line) for line in lines]}
        return cls([_administrators(heading.text, below[_ADMINISTRATORS])], lambda key: below.get(key, ()))


class StepTrace(NamedTuple):
    """A step as `decide` answers it in the picture that the steps before it leave, and what that picture assumes."""

    heading: str
    lines: Sequence[Line]
    fields: RequestFields
    assumed: tuple[Edit, ...]


@dataclass
class PathBook:
    """An answer; `before` is what was there when the user last took note."""

    snapshot: Snapshot
    found: Paths
    before: Paths | None = None
    question: PathQuestion = field(default_factory=PathQuestion)

    @cached_property
    def name(self) -> Namer:
        """What principals are called."""
        return namer(self.found)

    @cached_property
    def _of_source(self) -> Mapping[str, Sequence[tuple[int, Path]]]:
        """The paths of each source with their places, the surest and shortest first."""
        held: dict[str, list[tuple[int, Path]]] = defaultdict(list)
        for place, path in enumerate(self.found.paths):
            held[path.start].append((place, path))
        return held

    def looked_for(self, tab: Tab) -> bool:
        """Whether what a tab shows was looked for: statements that cut most, what guardrails hold back."""
        looked: Mapping[Tab, object] = {"chokes": self.found.choke_statements, "held": self.found.held}
        return tab == "paths" or looked[tab] is not None

    @property
    def _statements(self) -> Sequence[ChokeStatement]:
        return self.found.choke_statements or ()

    @cached_property
    def _new(self) -> News:
        return News.of(self.before, self.found)

    def is_new(self, path: Path) -> bool:
        """Whether a path was not there before."""
        return path.key in self._new.paths

    # One side: whose paths there are, and what would cut most

    @cached_property
    def groups(self) -> Mapping[str, Sequence[Node]]:
        """What stands below each node of the first list."""
        _, *administrators = administrator_lines(self.found.administrators, self.name)
        marks = [NEW if line.key in self._new.administrators else "" for line in administrators]
        nodes = [_node(f"admin{SEPARATOR}", line, mark) for line, mark in zip(administrators, marks, strict=True)]
        groups = {_ADMINISTRATORS: nodes}
        for start, paths in self._of_source.items():
            groups.setdefault(paths[0][1].verdict, []).append(self._source(start, [path for _, path in paths]))
        return groups

    def _source(self, start: str, paths: Sequence[Path]) -> Node:
        words = SURENESS_WORDS[paths[0].verdict]
        ways = "1 way" if len(paths) == 1 else f"{len(paths):,} ways"
        steps = len(paths[0].edges)
        mark = NEW if any(self.is_new(path) for path in paths) else ""
        detail = f"{ways}, {'1 step' if steps == 1 else f'{steps} steps'}"
        return Node(f"source{SEPARATOR}{start}", self.name(start), detail, words.tone, words.glyph, mark=mark)

    def nodes(self, tab: Tab) -> Sequence[Node]:
        """Administrators, sources by verdict, what was not asked; what would cut most; or what is held back."""
        if tab == "chokes":
            return [_node("", line) for line in choke_lines(self.found, self.name)]
        if tab == "held":
            return [_node("", line) for line in held_lines(self.found, self.name)]
        heading = next(iter(administrator_lines(self.found.administrators, self.name)))
        nodes = [_administrators(heading.text, self.groups[_ADMINISTRATORS])]
        for verdict in SURENESS:
            held = self.groups.get(verdict, ())
            words = SURENESS_WORDS[verdict]
            if held:
                mark = NEW if any(node.mark for node in held) else ""
                label = f"{len(held):,} {words.word}"
                nodes.append(Node(verdict, label, _WHO[verdict], words.tone, words.glyph, has_children=True, mark=mark))
        return [*nodes, *leaning_nodes(self.found.leans_on), *(_node("", line) for line in bound_lines(self.found))]

    @property
    def title(self) -> str:
        """What was asked, in a few words."""
        reads = [one.rpartition(":")[2] for one in self.question.reads]
        return f"Who can read {', '.join(reads)}" if reads else "Paths"

    def place_of(self, arn: str) -> tuple[str, ...] | None:
        """A source with the group that it is in, of nobody the first of all; None where it is none."""
        for verdict in SURENESS:
            for node in self.groups.get(verdict, ()):
                if arn in ("", node.key.partition(SEPARATOR)[2]):
                    return (node.key, verdict)
        return None

    def below(self, key: str) -> Sequence[Node]:
        """The nodes below one of the first list."""
        return self.groups.get(key, ())

    # The other side: ladders, or what is left

    def lines(self, key: str) -> Sequence[Line]:
        """What there is to see of a row, made in a thread: the steps of its first paths are asked."""
        kind, _, arn = key.partition(SEPARATOR)
        if kind == "source":
            return self._ladders(arn, self._of_source.get(arn, ()))
        if kind == "admin":
            return self._ladders(arn, [each for each in enumerate(self.found.paths) if each[1].end == arn])
        if kind.startswith(("choke", "statement")):
            return list(self._left_without(kind))
        return list(self._held_at(kind)) if kind.startswith("held") else ()

    def _held_at(self, key: str) -> Iterator[Line]:
        """By what a path is held back (EP54)."""
        one = (self.found.held or ())[int(key.removeprefix("held"))]
        yield Line("who", one.start, f"{self.name(one.start)} → {self.name(one.end)}", "accent")
        yield Line("way", f"{one.way.name} [{one.way.id}]", f"would be {SURENESS_WORDS[one.verdict].word}")
        yield Line("by", f"{one.layer} alone", one.statement or "it only does not allow this", "good", "■")

    def _ladders(self, arn: str, paths: Sequence[tuple[int, Path]]) -> Sequence[Line]:
        for _, path in paths[:_MOST_TOLD]:
            for edge in path.edges:
                edge.tell()
        said = "" if paths else "no path leads here"
        marked = [(told, f"{NEW} new, " if self.is_new(told.path) else "") for told in folded(paths)]
        return [
            Line("who", arn, said, "accent"),
            *(path_line(told, self.name, self.found.gains, mark) for told, mark in marked),
        ]

    def _left_without(self, key: str) -> Iterator[Line]:
        """Who loses every proven path without an edge or a statement, who keeps one, and what else it costs (EP62)."""
        before = self.found.graph.starts()
        kind, place = key.rstrip("0123456789"), int(key.lstrip("abcdefghijklmnopqrstuvwxyz"))
        if kind == "choke":
            left = frozenset(self.found.graph.starts(self.found.choke_points[place].edge))
            cut = [arn for arn in before if arn not in left]
        else:
            cut = list(self._statements[place].cut)
        kept = [arn for arn in before if arn not in cut]
        yield self._names("cut", f"{len(cut)} of {len(before)} lose every proven path", "good", cut)
        yield self._names("kept", f"{len(kept)} keep one", "bad" if kept else "plain", kept)
        if kind == "statement":
            one = self._statements[place]
            yield self._names("cost", cost_text(one), "warn" if one.also_lose else "plain", one.also_lose or ())
            yield Line("edit", "W tries it", said_of(one.edit), "muted")

    def _names(self, key: str, text: str, tone: Literal["good", "bad", "warn", "plain"], arns: Sequence[str]) -> Line:
        grow = partial(_each, key, [self.name(arn) for arn in arns]) if arns else None
        return Line(key, text, "", tone, open=len(arns) < _MOST_TOLD, grow=grow)

    # Steps

    def _step_at(self, key: str) -> tuple[Edge, int] | None:
        """The edge of a step, and its place there, by the key of its line."""
        head, *parts = key.split(SEPARATOR)
        if not head.startswith("path") or not parts or not parts[-1].isdecimal():
            return None
        path = self.found.paths[int(head.removeprefix("path"))]
        edges = path.edges
        if not parts[0].isdecimal():  # another form of the path
            variants = (told.variants for told in folded(self._of_source[path.start]) if told.path is path)
            edges = next(one.edges for several in variants for one in several if one.edges[0].way.id == parts[0])
            parts = parts[1:]
        if len(parts) != 2:
            return None
        edge = edges[int(parts[0])]
        return edge, int(parts[1]) - 1

    def edits_at(self, key: str) -> tuple[Edit, ...]:
        """What is changed by the edge of a row, up to its step; on a choke point what takes it out."""
        head, *parts = key.split(SEPARATOR)
        if head.startswith("statement"):
            return (self._statements[int(head.removeprefix("statement"))].edit,)
        step = self._step_at(key)
        if step is not None:
            edge, place = step
            return (*edge.kept, *_edits(edge.steps[: place + 1]))
        if head.startswith("path"):
            edges = self.found.paths[int(head.removeprefix("path"))].edges
            place = int(parts[0]) if parts and parts[0].isdecimal() else 0
            return (*edges[place].kept, *_edits(edges[place].steps))
        return ()

    def is_step(self, key: str) -> bool:
        """Whether a row is a step."""
        return self._step_at(key) is not None

    def trace(self, key: str) -> StepTrace | None:
        """The trace of a step, in the picture that it was decided in; None for other rows."""
        found = self._step_at(key)
        if found is None:
            return None
        edge, place = found
        step, assumed = edge.steps[place], (*edge.kept, *_edits(edge.steps[:place]))
        request = step.request
        if request is None:
            return None
        lines = [Line(f"assumed{at}", "assumes", said_of(edit), "warn", "≠") for at, edit in enumerate(assumed)]
        lines += outline(decide(laid_over(self.snapshot, assumed), request))
        heading = f"{step.action} by {self.name(step.principal)}"
        return StepTrace(heading, lines, fields_of(step), assumed)


def fields_of(step: StepTaken) -> RequestFields:
    """The request of a step as the form holds it."""
    context = tuple(ContextField(name, "value", values) for name, values in step.context.items())
    return RequestFields(step.principal, step.action, "" if step.resource == "*" else step.resource, context)


def _edits(steps: Sequence[StepTaken]) -> tuple[Edit, ...]:
    return tuple(step.edit for step in steps if step.edit is not None)


def _each(key: str, names: Sequence[str]) -> Iterator[Line]:
    for place, name in enumerate(names):
        yield Line(f"{key}{SEPARATOR}{place}", name)


def _administrators(heading: str, held: Sequence[Node]) -> Node:
    mark = NEW if any(node.mark for node in held) else ""
    return Node(_ADMINISTRATORS, heading, tone="accent", has_children=bool(held), mark=mark)


def _node(before: str, line: Line, mark: str = "") -> Node:
    key = f"{before}{line.key}"
    return Node(key, line.text, line.detail, line.tone, line.glyph, has_children=line.has_children, mark=mark)
