"""The lines of a report as nodes of a tree."""

from __future__ import annotations

from collections.abc import Iterable

from iamtui.content.nodes import Node
from iamtui.reports.lines import Line


class LineNodes:
    """Nodes for the lines that are shown so far, and the line behind each node."""

    def __init__(self) -> None:
        self._lines: dict[str, Line] = {}

    def of(self, lines: Iterable[Line]) -> list[Node]:
        """A node for each line, under the line's key."""
        shown = tuple(lines)
        self._lines.update((line.key, line) for line in shown)
        return [
            Node(line.key, line.text, line.detail, line.tone, line.glyph, has_children=line.has_children)
            for line in shown
        ]

    def clear(self) -> None:
        """Forget all lines: others are shown."""
        self._lines.clear()

    def below(self, key: str) -> list[Node]:
        """The nodes below a node: none where no line has its key."""
        line = self._lines.get(key)
        return [] if line is None else self.of(line.children)

    def line(self, key: str) -> Line | None:
        """The line of a node."""
        return self._lines.get(key)
