"""A list of the lines that a report has too: what unfolds there unfolds here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from iamtui.app.screens.list_screen import ListScreen
from iamtui.browsing.copies import Copy, statement_copies
from iamtui.browsing.line_nodes import LineNodes
from iamtui.reports.lines import Line, open_keys


class LinesScreen(ListScreen):
    """Shows `Line`s below a heading."""

    IS_MENU = False

    def __init__(self, heading: str, lines: Iterable[Line], *, footer: str = "", empty: str = "") -> None:
        """Show `lines`, those unfolded that are open."""
        self._lines = LineNodes()
        shown = tuple(lines)
        super().__init__(
            heading,
            self._lines.of(shown),
            empty=empty,
            children_of=self._lines.below,
            footer=footer,
            expanded=frozenset(open_keys(shown)),
        )

    def set_lines(self, lines: Iterable[Line]) -> None:
        """Show other lines."""
        shown = tuple(lines)
        self.set_nodes(self._lines.of(shown), self._lines.below, frozenset(open_keys(shown)))

    def copies_here(self) -> Sequence[Copy]:
        """The statement that the row is about."""
        node = self._tree.cursor_node
        line = None if node is None else self.line(node.key)
        at = None if line is None else line.statement
        return () if at is None else statement_copies(at.policy.document, at.index)

    def line(self, key: str) -> Line | None:
        """The line of a row."""
        return self._lines.line(key)
