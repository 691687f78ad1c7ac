"""Why a call was refused, above the workbench: AWS's word beside our decision, down to the element (AT22, AT23)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from textual import on

from iamtui.analysis.denials.explaining import WhyDenied
from iamtui.app.screens.list_screen import ListScreen
from iamtui.content.nodes import Node
from iamtui.reports.lines import Line, StatementRef, open_keys
from iamtui.reports.why_denied import why_lines
from iamtui.widgets.tree_list import TreeList


class DenialScreen(ListScreen):
    """Shows the parts of a refused call one below the other; what unfolds is what `why-denied` prints."""

    IS_MENU = False

    def __init__(self, why: WhyDenied) -> None:
        """Show `why`."""
        self._lines: dict[str, Line] = {}
        roots: list[Node] = []
        expanded: set[str] = set()
        for number, (facts, tree) in enumerate(why_lines(why)):
            roots += [replace(node, tone="plain") for node in self._rows(number, facts)]
            roots += self._rows(number, tree)
            expanded |= {f"{number} {key}" for key in open_keys(tree)}
        super().__init__(
            "Why it was refused",
            roots,
            empty="",
            children_of=self._children,
            footer="Enter unfolds, or opens the policy of a statement; Escape closes",
            expanded=frozenset(expanded),
        )

    def statement(self, key: str) -> StatementRef | None:
        """The statement that a row is about."""
        line = self._lines.get(key)
        return None if line is None else line.statement

    def _children(self, key: str) -> list[Node]:
        line = self._lines.get(key)
        return [] if line is None else self._rows(int(key.partition(" ")[0]), line.children)

    def _rows(self, number: int, lines: Iterable[Line]) -> list[Node]:
        nodes = []
        for line in lines:
            key = f"{number} {line.key}"
            self._lines[key] = line
            nodes.append(Node(key, line.text, line.detail, line.tone, line.glyph, has_children=line.has_children))
        return nodes

    @on(TreeList.Opened)
    def _statement_opened(self, event: TreeList.Opened) -> None:
        """Leave with a statement; everything else unfolds."""
        line = self._lines.get(event.node.key)
        if line is not None and line.statement is not None:
            event.prevent_default()
            event.stop()
            self.dismiss(event.node.key)
