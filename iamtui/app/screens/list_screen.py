"""A list above the workbench: problems, changes, earlier requests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from iamtui.content.nodes import ChildrenOf, Node
from iamtui.widgets.plain_text import PlainText
from iamtui.widgets.tree_list import TreeList


class ListScreen(ModalScreen[str | None]):
    """Shows nodes under a heading; gives the key of the one that was opened, or nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss(None)", "Close", id="list.close"),
        Binding("question_mark,f1", "app.toggle_help", "Help", show=False, id="list.help"),
        Binding("E", "app.explain", "Rules of this row", show=False, id="list.explain"),
    ]

    def __init__(
        self,
        heading: str,
        nodes: Sequence[Node],
        *,
        empty: str,
        children_of: ChildrenOf | None = None,
        footer: str = "",
        expanded: frozenset[str] = frozenset(),
    ) -> None:
        """Show `nodes`, those in `expanded` unfolded; `empty` is said where there are none, `footer` below them all."""
        super().__init__()
        self._heading_text = heading
        self._shown_nodes = nodes
        self._empty = empty
        self._children_of = children_of
        self._footer = footer
        self._expanded = expanded

    def compose(self) -> ComposeResult:
        """Heading, list, a line of help."""
        with Vertical(classes="dialog -large"):
            yield PlainText(self._heading_text, classes="dialog--heading")
            yield TreeList(self._children_of, empty=self._empty)
            yield PlainText(self._footer or "Enter opens, Escape closes", classes="dialog--help")

    def on_mount(self) -> None:
        """Fill the list."""
        tree = self.query_one(TreeList)
        tree.set_roots(self._shown_nodes, expanded=self._expanded)
        tree.focus()

    @on(TreeList.Opened)
    def _opened(self, event: TreeList.Opened) -> None:
        event.stop()
        if event.node.has_children:
            self.query_one(TreeList).action_toggle_fold()
        else:
            self.dismiss(event.node.key)
