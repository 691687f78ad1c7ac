"""One tree for everything that is a tree or a list: principals, policies, traces, findings, history, problems."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.message import Message

from iamtui.content.nodes import ChildrenOf, Node
from iamtui.widgets.line_cursor import LineCursor
from iamtui.widgets.pieces import Pieces
from iamtui.widgets.text import shown
from iamtui.widgets.tree_rows import Budget, TreeRows

__all__ = ["ChildrenOf", "Node", "TreeList"]


class TreeList(LineCursor):
    """Rows of a tree, folded and unfolded in place; children are asked for when their parent is opened."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"tree-list--fold", "tree-list--mark"}
    DEFAULT_CSS = """
    TreeList {
        .tree-list--fold { color: $text-muted; }
        .tree-list--mark { color: $text-warning; }
    }
    """
    UNFOLDS = True
    SECOND_CLICK_OPENS = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,l", "unfold", "Unfold", show=False, id="tree.unfold"),
        Binding("left,h", "fold", "Fold", show=False, id="tree.fold"),
        Binding("space", "toggle_fold", "Fold/unfold", show=False, id="tree.toggle"),
        Binding("asterisk", "unfold_all", "Unfold all below", show=False, id="tree.unfold-all"),
        Binding("enter", "open", "Open", id="tree.open"),
    ]

    @dataclass
    class Highlighted(Message):
        """The cursor came to another node, or to none (an empty tree)."""

        tree: TreeList
        node: Node | None

        @property
        def control(self) -> TreeList:
            """The tree."""
            return self.tree

    @dataclass
    class Opened(Message):
        """The user opened a node: Enter, a double click, or a click on the row under the cursor."""

        tree: TreeList
        node: Node

        @property
        def control(self) -> TreeList:
            """The tree."""
            return self.tree

    def __init__(
        self,
        children_of: ChildrenOf | None = None,
        *,
        empty: str = "",
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
    ) -> None:
        """Make an empty tree; `empty` is the line that is shown, muted, while there are no rows."""
        super().__init__(empty=empty, id=id, classes=classes)
        self._tree = TreeRows(children_of or (lambda key: ()))
        self._highlighted: str | None = None

    @property
    def children_of(self) -> ChildrenOf:
        """What gives the children of a key; the owner may set it at any time, it is asked at the next unfolding."""
        return self._tree.children_of

    @children_of.setter
    def children_of(self, children_of: ChildrenOf) -> None:
        self._tree.children_of = children_of

    # Content

    def set_roots(self, nodes: Sequence[Node], *, expanded: frozenset[str] | None = None) -> None:
        """Show these nodes at the top level, in place of all that was shown.

        Args:
            nodes: The new roots.
            expanded: The keys of the nodes that are open; `None` (a reload) keeps those that are open now. The
                cursor stays on its key or goes to the nearest sibling or ancestor that survived, and stays at its
                height on the screen. `Highlighted` is posted only if the cursor's key changed.
        """
        if expanded is not None:
            self._tree.open_keys = set(expanded)
        was_empty, height = not self._tree.rows, self.cursor - self.scroll_offset.y
        found = self._tree.replace(nodes, self.cursor)
        if found is not None or was_empty:
            self.set_reactive(TreeList.cursor, found or 0)
        self.rows_changed()
        if 0 <= height < self.content_height:
            self.scroll_to(y=self.cursor - height, animate=False, force=True)
        self.scroll_to_cursor()
        self._announce()

    @property
    def cursor_node(self) -> Node | None:
        """The node under the cursor, `None` in an empty tree."""
        return self._tree.rows[self.cursor].node if self._tree.rows else None

    @property
    def cursor_path(self) -> tuple[str, ...]:
        """The keys from the outermost node that the cursor stands in to its own; none in an empty tree."""
        return self._tree.path_to(self.cursor) if self._tree.rows else ()

    @property
    def holds_folded(self) -> bool:
        """Whether a node that is on show has children that are not."""
        return self._tree.rows.holds_folded

    @property
    def open_keys(self) -> frozenset[str]:
        """The keys of all open nodes, those inside closed ones included."""
        return frozenset(self._tree.open_keys)

    @property
    def shown_keys(self) -> list[str]:
        """The keys of all rows from top to bottom, on screen or not."""
        return [node.key for node in self._tree.rows.nodes]

    def unfold(self, key: str) -> None:
        """Open a node that is on show; any other key is ignored."""
        index = self._tree.place_of(key)
        if index is not None:
            self._unfold_at(index)

    def fold(self, key: str) -> None:
        """Close a node that is on show; the cursor, if inside, goes to it."""
        index = self._tree.place_of(key)
        if index is not None:
            self._fold_at(index)

    def unfold_all_below(self, key: str, limit: int = 5000) -> bool:
        """Open a node and all below it until `limit` rows were added; tell whether all of them were opened.

        The node itself is opened however many children it has.
        """
        index = self._tree.place_of(key)
        if index is None:
            return False
        self._fold_at(index)
        budget = Budget(limit)
        self._unfold_at(index, budget)
        return not budget.exceeded

    def select_key(self, key: str, ancestors: Sequence[str] = ()) -> bool:
        """Open the ancestors (outermost first) and put the cursor on a key; `False` if it is not there."""
        for ancestor in ancestors:
            self.unfold(ancestor)
        index = self._tree.place_of(key)
        if index is None:
            return False
        self.cursor = index
        return True

    def step_on_level(self, step: int) -> None:
        """Put the cursor on the next (1) or previous (-1) node of its level, also below another parent; that opens."""
        rows = self._tree.rows
        if not rows:
            return
        depth, place = rows[self.cursor].depth, self.cursor + step
        while 0 <= place < len(rows):
            row = rows[place]
            if row.depth < depth and row.node.has_children and not row.is_open:
                before = len(rows)
                self._unfold_at(place)
                rows = self._tree.rows
                place += len(rows) - before if step < 0 else 0
            elif row.depth == depth:
                self.cursor = place
                return
            place += step

    def _unfold_at(self, index: int, budget: Budget | None = None) -> None:
        came = self._tree.unfold(index, budget)
        if self.cursor > index:
            self.set_reactive(TreeList.cursor, self.cursor + came)
        self.rows_changed()

    def _fold_at(self, index: int) -> None:
        went = self._tree.fold(index)
        if self.cursor > index:
            self.set_reactive(TreeList.cursor, max(index, self.cursor - went))
        self.rows_changed()
        self.scroll_to_cursor()
        self._announce()

    # Telling the owner

    def watch_cursor(self) -> None:
        """Bring the cursor's row on screen and tell the owner."""
        super().watch_cursor()
        self._announce()

    def _announce(self) -> None:
        node = self.cursor_node
        key = node.key if node else None
        if key != self._highlighted:
            self._highlighted = key
            self.post_message(self.Highlighted(self, node))

    def open_row(self, index: int) -> None:
        """Tell the owner that a node was opened."""
        self.post_message(self.Opened(self, self._tree.rows[index].node))

    # Drawing

    @property
    def row_count(self) -> int:
        """How many rows are unfolded."""
        return len(self._tree.rows)

    def row_text(self, index: int) -> str:
        """Give label and detail, as they are drawn."""
        return self._tree.rows[index].text

    def row_texts(self) -> Iterator[str]:
        """Give the texts of all rows; each is made when it is asked for."""
        return (row.text for row in self._tree.rows.copy())

    def row_pieces(self, index: int) -> tuple[Pieces, Pieces]:
        """Draw fold marker, glyph, mark, label and detail."""
        node, depth, is_open = self._tree.rows[index]
        fold = ("▾ " if is_open else "▸ ") if node.has_children else "  "
        tone = self.tone_style(node.tone)
        pieces: Pieces = [Segment("  " * depth), Segment(fold, self.part_style("tree-list--fold"))]
        if node.glyph:
            pieces.append(Segment(f"{shown(node.glyph)} ", tone))
        if node.mark:
            pieces.append(Segment(f"{shown(node.mark)} ", self.part_style("tree-list--mark")))
        pieces.append(Segment(shown(node.label), tone))
        if node.detail:
            pieces += [Segment("  "), Segment(shown(node.detail), self.part_style("tone--muted"))]
        return [], pieces

    def row_hang(self, index: int) -> int:
        """Stand a little to the right of where label or glyph begins."""
        return 2 * self._tree.rows[index].depth + 4

    # Keys and mouse

    def action_unfold(self) -> None:
        """Open the node under the cursor, or go to its first child if it is open."""
        if not self._tree.rows:
            return
        if self._tree.rows[self.cursor].is_open and self._tree.end_of(self.cursor) > self.cursor + 1:
            self.cursor += 1
        else:
            self._unfold_at(self.cursor)

    def action_fold(self) -> None:
        """Close the node under the cursor, or go to its parent if it is closed."""
        if not self._tree.rows:
            return
        if self._tree.rows[self.cursor].is_open:
            self._fold_at(self.cursor)
        elif (parent := self._tree.parent_of(self.cursor)) is not None:
            self.cursor = parent

    def action_toggle_fold(self) -> None:
        """Open or close the node under the cursor."""
        if self._tree.rows:
            self._toggle_at(self.cursor)

    def _toggle_at(self, index: int) -> None:
        if self._tree.rows[index].is_open:
            self._fold_at(index)
        else:
            self._unfold_at(index)

    def action_unfold_all(self) -> None:
        """Open all below the cursor, up to a bound, and say so where it was reached."""
        node = self.cursor_node
        if node is not None and node.has_children and not self.unfold_all_below(node.key):
            self.notify("Too much to unfold at once: some nodes stay closed.", markup=False)

    def row_clicked(self, index: int, column: int, chain: int) -> None:
        """Fold on the marker; elsewhere move the cursor, and open the row that has it already."""
        row = self._tree.rows[index]
        marker = 1 + 2 * row.depth - self.shift
        if row.node.has_children and marker <= column < marker + 2:
            self._toggle_at(index)
        else:
            super().row_clicked(index, column, chain)
