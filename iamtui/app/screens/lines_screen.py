"""A list of the lines that a report has too: what unfolds there unfolds here."""

from __future__ import annotations

from collections.abc import Iterable

from iamtui.app.screens.list_screen import ListScreen
from iamtui.content.nodes import Node
from iamtui.reports.lines import Line, open_keys


class LinesScreen(ListScreen):
    """Shows `Line`s below a heading."""

    def __init__(self, heading: str, lines: Iterable[Line], *, footer: str = "", empty: str = "") -> None:
        """Show `lines`, those unfolded that are open."""
        self._lines: dict[str, Line] = {}
        shown = tuple(lines)
        super().__init__(
            heading,
            self._rows(shown),
            empty=empty,
            children_of=self._below,
            footer=footer,
            expanded=frozenset(open_keys(shown)),
        )

    def set_lines(self, lines: Iterable[Line]) -> None:
        """Show other lines."""
        shown = tuple(lines)
        self.set_nodes(self._rows(shown), self._below, frozenset(open_keys(shown)))

    def line(self, key: str) -> Line | None:
        """The line of a row."""
        return self._lines.get(key)

    def _below(self, key: str) -> list[Node]:
        line = self._lines.get(key)
        return [] if line is None else self._rows(line.children)

    def _rows(self, lines: Iterable[Line]) -> list[Node]:
        nodes = []
        for line in lines:
            self._lines[line.key] = line
            nodes.append(Node(line.key, line.text, line.detail, line.tone, line.glyph, has_children=line.has_children))
        return nodes
