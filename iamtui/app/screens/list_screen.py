"""A list above the workbench: findings, problems, changes, earlier requests, help."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from iamtui.app.saving import Format
from iamtui.app.screens.taking import TAKING, Takes
from iamtui.content.nodes import ChildrenOf, Node
from iamtui.widgets.filter_box import FilterBox
from iamtui.widgets.key_bar import KeyBar
from iamtui.widgets.plain_text import PlainText
from iamtui.widgets.tree_list import TreeList


@dataclass(slots=True)
class ListPlace:
    """Where the user was in a list: it opens there again."""

    filter: str = ""
    cursor: str = ""
    above: tuple[str, ...] = ()
    unfolded: frozenset[str] | None = None
    begun: frozenset[str] = frozenset()
    """The keys of what was unfolded without being asked to, once: what the user folds stays so."""


class ToBeRead(TreeList):
    """Rows that neither unfold nor lead anywhere: no key says that it opens one."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer all keys but that which opens."""
        return action != "open" and super().check_action(action, parameters)


class ListScreen(Takes, ModalScreen[str | None]):
    """Shows nodes under a heading; gives the key of the one that was opened, or nothing."""

    HELP: ClassVar[str] = """\
# The list
`/` keeps the rows that hold every word. → and ← unfold and fold a row that has ▸ before it, `*` unfolds all below; `]`
and `[` go to the next and previous row of the same kind. `enter` opens what a row leads to. The row under the cursor is
shown whole.
"""
    IS_MENU: ClassVar[bool] = True
    """Whether Enter chooses a row that has none below it; elsewhere such a row leads nowhere, and the list stays."""

    LIST: ClassVar[type[TreeList]] = TreeList
    """What shows the rows."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss(None)", "Close", id="list.close"),
        Binding("slash", "filter", "Filter", id="list.filter", priority=True),
        Binding("right_square_bracket", "step(1)", "Next", id="list.next"),
        Binding("left_square_bracket", "step(-1)", "Previous", show=False, id="list.previous"),
        *TAKING,
        Binding("question_mark,f1", "app.toggle_help", "Help", id="list.help"),
        Binding("E", "app.explain", "Rules of this row", show=False, id="list.explain"),
    ]

    _tree = getters.query_one(TreeList)
    _box = getters.query_one(FilterBox)

    def __init__(
        self,
        heading: str,
        nodes: Sequence[Node],
        *,
        empty: str,
        children_of: ChildrenOf | None = None,
        footer: str = "",
        expanded: frozenset[str] = frozenset(),
        place: ListPlace | None = None,
    ) -> None:
        """Show `nodes`, those in `expanded` unfolded; `empty` is said where there are none, `footer` below them all.

        `place` is where the user was when the list was last open; it is kept up to date.
        """
        super().__init__()
        self._heading_text = heading
        self._shown_nodes = nodes
        self._empty = empty
        self._children_of = children_of
        self._footer = footer
        self._expanded = expanded
        self._place = place or ListPlace()
        self._unfiltered: frozenset[str] | None = None  # what is unfolded but for the filter, while there is one

    def compose(self) -> ComposeResult:
        """Heading, filter, list, a line of help, the keys."""
        with Vertical(classes="dialog -large"):
            yield PlainText(self._heading_text, classes="dialog--heading")
            yield FilterBox("/ filter")
            yield self.LIST(self._children_of, empty=self._empty)
            if self._footer:
                yield PlainText(self._footer, classes="dialog--help")
        yield KeyBar()

    def on_mount(self) -> None:
        """Fill the list, and go to where the user was."""
        was = replace(self._place)
        if was.filter:
            self._box.set_text(was.filter)
        self._narrow(was.filter, self._expanded if was.unfolded is None else was.unfolded)
        if was.cursor:
            self._tree.select_key(was.cursor, was.above)
        self._tree.focus()

    @on(TreeList.Highlighted)
    def _highlighted(self, event: TreeList.Highlighted) -> None:
        """Note where the user is."""
        if event.node is None:
            self._place.cursor = ""
        self._note_place()

    def _note_place(self) -> None:
        place, node = self._place, self._tree.cursor_node
        place.filter, place.unfolded = self._box.text, self._unfolded_keys
        if node is not None:
            place.cursor, place.above = node.key, self._tree.cursor_path[:-1]

    def dismiss(self, result: Any = None) -> AwaitComplete:
        """Leave; what was unfolded since the cursor moved counts too."""
        if self.is_mounted and self.app.screen is self:
            self._note_place()
        return super().dismiss(result)

    @property
    def _unfolded_keys(self) -> frozenset[str]:
        """What is unfolded, or will be again without the filter."""
        return self._tree.open_keys if self._unfiltered is None else self._unfiltered

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer no key that a line under the cursor would take as text."""
        return not (action in ("filter", "copy", "choose_copy", "save", "step") and isinstance(self.focused, Input))

    def set_nodes(
        self,
        nodes: Sequence[Node],
        children_of: ChildrenOf | None = None,
        expanded: frozenset[str] | None = None,
    ) -> None:
        """Show other nodes; the filter and the cursor stay, and what is unfolded unless `expanded` says what is."""
        self._shown_nodes = nodes
        self._children_of = children_of or self._children_of
        self._narrow(self._box.text, expanded)

    def with_new(self, at_first: Iterable[str]) -> frozenset[str]:
        """What is unfolded, and what is to be at first and was not on show before."""
        new = frozenset(at_first) - self._place.begun
        self._place.begun |= new
        return self._unfolded_keys | new

    def set_heading(self, text: str) -> None:
        """Show another heading."""
        self._heading_text = text
        self.query_one(".dialog--heading", PlainText).update(text)

    # The filter

    @on(FilterBox.Changed)
    def _typed(self, event: FilterBox.Changed) -> None:
        event.stop()
        self._place.filter = event.text
        self._narrow(event.text, None)

    @on(FilterBox.Left)
    def _left(self, event: FilterBox.Left) -> None:
        event.stop()
        self._tree.focus()

    def _narrow(self, text: str, expanded: frozenset[str] | None) -> None:
        """Keep the nodes that hold every word, or whose children do; a node that matches keeps all its children."""
        words = text.casefold().split()
        if not words:
            if self._unfiltered is not None and expanded is None:  # the cursor stays on what the filter has found
                expanded = self._unfiltered.union(self._tree.cursor_path[:-1])
            self._unfiltered = None
            self._tree.children_of = self._children_under
            self._tree.set_roots(self._shown_nodes, expanded=expanded)
            self._box.counts = None
            return
        self._unfiltered = self._unfolded_keys if expanded is None else expanded
        kept: dict[str, list[Node]] = {}
        for node in self._shown_nodes:
            children = self._children_under(node.key) if node.has_children else []
            if not _holding([node], words):
                children = _holding(children, words)
                if not children:
                    continue
            kept[node.key] = list(children)
        self._tree.children_of = lambda key: kept[key] if key in kept else self._children_under(key)
        roots = [node for node in self._shown_nodes if node.key in kept]
        self._tree.empty = "nothing matches" if self._shown_nodes else self._empty
        self._tree.set_roots(roots, expanded=frozenset(key for key, children in kept.items() if len(children) > 1))
        self._box.counts = (len(roots), len(self._shown_nodes))

    def _children_under(self, key: str) -> Sequence[Node]:
        return () if self._children_of is None else self._children_of(key)

    def action_filter(self) -> None:
        """Type into the filter."""
        self._box.focus()

    # Opening

    @on(TreeList.Opened)
    def _opened(self, event: TreeList.Opened) -> None:
        event.stop()
        if event.node.has_children:
            self._tree.action_toggle_fold()
        elif self.IS_MENU:
            self.dismiss(event.node.key)

    def action_step(self, step: int) -> None:
        """Go to the next or previous row that can be unfolded or opened on the level of the cursor."""
        self._tree.step_on_level(step)

    # What is taken along

    @property
    def stem(self) -> str:
        """The first word of the heading."""
        return self._heading_text.partition(" ")[0].lower()

    @property
    def rows(self) -> TreeList:
        """The list."""
        return self._tree

    def exported(self, form: Format) -> Iterable[str]:
        """The heading and the rows that are unfolded."""
        return chain((f"{self._heading_text}\n",), super().exported(form))


def _holding(nodes: Sequence[Node], words: Sequence[str]) -> Sequence[Node]:
    """The nodes that hold every word: word after word, for there may be a hundred thousand of them."""
    for word in words:
        nodes = [node for node in nodes if word in f"{node.label} {node.detail}".casefold()]
    return nodes
