"""One tree for everything that is a tree or a list: principals, policies, traces, findings, history, problems."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import ClassVar, NamedTuple

from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.message import Message

from iamtui.widgets.line_cursor import LineCursor, Pieces
from iamtui.widgets.text import Tone, shown

ChildrenOf = Callable[[str], "Sequence[Node]"]


@dataclass(frozen=True, slots=True)
class Node:
    """One row: plain text of any kind, however long or hostile; nothing in it is read as markup.

    Keys are unique in the tree. `glyph` and `mark` (a sign such as `●` changed or `⚠`) are drawn before the label,
    `detail` muted after it; `tone` colours glyph and label.
    """

    key: str
    label: str
    detail: str = ""
    tone: Tone = "plain"
    glyph: str = ""
    has_children: bool = False
    mark: str = ""


class _Row(NamedTuple):
    """A node on show: how deep it stands, and whether its children follow."""

    node: Node
    depth: int
    is_open: bool


class TreeList(LineCursor):
    """Rows of a tree, folded and unfolded in place; children are asked for when their parent is opened."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"tree-list--fold", "tree-list--mark"}
    DEFAULT_CSS = """
    TreeList {
        .tree-list--fold { color: $text-muted; }
        .tree-list--mark { color: $text-warning; }
    }
    """
    SECOND_CLICK_OPENS = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,l", "unfold", "Unfold", show=False, id="tree.unfold"),
        Binding("left,h", "fold", "Fold", show=False, id="tree.fold"),
        Binding("space", "toggle_fold", "Fold/unfold", show=False, id="tree.toggle"),
        Binding("asterisk", "unfold_all", "Unfold all below", show=False, id="tree.unfold-all"),
        Binding("enter", "open", "Open", id="tree.open"),
    ]

    children_of: ChildrenOf
    """Gives the children of a key; the owner sets it before the first node is opened."""

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
        self.children_of = children_of or (lambda key: ())
        self._rows: list[_Row] = []
        self._open: set[str] = set()
        self._highlighted: str | None = None

    # Content

    def set_roots(self, nodes: Sequence[Node], *, expanded: frozenset[str] | None = None) -> None:
        """Show these nodes at the top level, in place of all that was shown.

        Args:
            nodes: The new roots.
            expanded: The keys of the nodes that are open; `None` (a reload) keeps those that are open now. The
                cursor stays on its key or goes to the nearest sibling or ancestor that survived, and stays at its
                height on the screen.
        """
        if expanded is not None:
            self._open = set(expanded)
        old, height = self._rows, self.cursor - self.scroll_offset.y
        self._rows = self._flattened(nodes, 0, ())
        places = {row.node.key: index for index, row in enumerate(self._rows)}
        kept = next((key for key in _by_nearness(old, self.cursor) if key in places), None)
        self.set_reactive(TreeList.cursor, self.cursor if kept is None and old else places.get(kept or "", 0))
        self.rows_changed()
        if 0 <= height < self.content_height:
            self.scroll_to(y=self.cursor - height, animate=False, force=True)
        self.scroll_to_cursor()
        self._announce()

    @property
    def cursor_node(self) -> Node | None:
        """The node under the cursor, `None` in an empty tree."""
        return self._rows[self.cursor].node if self._rows else None

    @property
    def open_keys(self) -> frozenset[str]:
        """The keys of all open nodes, those inside closed ones included."""
        return frozenset(self._open)

    @property
    def shown_keys(self) -> list[str]:
        """The keys of all rows from top to bottom, on screen or not."""
        return [row.node.key for row in self._rows]

    def unfold(self, key: str) -> None:
        """Open a node that is on show; any other key is ignored."""
        index = self._index_of(key)
        if index is not None:
            self._unfold_at(index)

    def fold(self, key: str) -> None:
        """Close a node that is on show; the cursor, if inside, goes to it."""
        index = self._index_of(key)
        if index is not None:
            self._fold_at(index)

    def unfold_all_below(self, key: str, limit: int = 5000) -> bool:
        """Open a node and all below it until `limit` rows were added; tell whether all of them were opened.

        The node itself is opened however many children it has.
        """
        index = self._index_of(key)
        if index is None:
            return False
        self._fold_at(index)
        budget = _Budget(limit)
        self._unfold_at(index, budget)
        return not budget.exceeded

    def select_key(self, key: str, ancestors: Sequence[str] = ()) -> bool:
        """Open the ancestors (outermost first) and put the cursor on a key; `False` if it is not there."""
        for ancestor in ancestors:
            self.unfold(ancestor)
        index = self._index_of(key)
        if index is None:
            return False
        self.cursor = index
        return True

    # Folding

    def _index_of(self, key: str) -> int | None:
        return next((index for index, row in enumerate(self._rows) if row.node.key == key), None)

    def _end_of(self, index: int) -> int:
        """Find the row after all that stand below a row."""
        depth = self._rows[index].depth
        after = range(index + 1, len(self._rows))
        return next((end for end in after if self._rows[end].depth <= depth), len(self._rows))

    def _parent_of(self, index: int) -> int | None:
        depth = self._rows[index].depth
        return next((above for above in range(index - 1, -1, -1) if self._rows[above].depth < depth), None)

    def _path_to(self, index: int) -> tuple[str, ...]:
        path: list[str] = []
        place: int | None = index
        while place is not None:
            path.append(self._rows[place].node.key)
            place = self._parent_of(place)
        return tuple(reversed(path))

    def _flattened(
        self, nodes: Sequence[Node], depth: int, path: tuple[str, ...], budget: _Budget | None = None
    ) -> list[_Row]:
        """Walk nodes and what is open below them; a node inside itself (data may be a circle) stays closed."""
        rows: list[_Row] = []
        inside = list(path)
        levels = [iter(nodes)]
        while levels:
            for node in levels[-1]:
                children = self._children_to_show(node, inside, budget)
                rows.append(_Row(node, depth + len(levels) - 1, children is not None))
                if children is not None:
                    inside.append(node.key)
                    levels.append(iter(children))
                    break
            else:
                levels.pop()
                if levels:
                    inside.pop()
        return rows

    def _children_to_show(self, node: Node, inside: list[str], budget: _Budget | None) -> Sequence[Node] | None:
        """Give the children of a node that is open, or that the budget lets open; `None` if it is closed."""
        if not node.has_children or (budget is None and node.key not in self._open) or node.key in inside:
            return None
        children = self.children_of(node.key)
        if budget is not None and not budget.allows(len(children)):
            return None
        self._open.add(node.key)
        return children

    def _unfold_at(self, index: int, budget: _Budget | None = None) -> None:
        row = self._rows[index]
        if row.is_open or not row.node.has_children:
            return
        self._open.add(row.node.key)
        children = self.children_of(row.node.key)
        if budget is not None:
            budget.allows(len(children))
        below = self._flattened(children, row.depth + 1, self._path_to(index), budget)
        self._rows[index] = row._replace(is_open=True)
        self._rows[index + 1 : index + 1] = below
        if self.cursor > index:
            self.set_reactive(TreeList.cursor, self.cursor + len(below))
        self.rows_changed()

    def _fold_at(self, index: int) -> None:
        row = self._rows[index]
        self._open.discard(row.node.key)
        if not row.is_open:
            return
        end = self._end_of(index)
        self._rows[index] = row._replace(is_open=False)
        del self._rows[index + 1 : end]
        if self.cursor > index:
            self.set_reactive(TreeList.cursor, max(index, self.cursor - (end - index - 1)))
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
        self.post_message(self.Opened(self, self._rows[index].node))

    # Drawing

    @property
    def row_count(self) -> int:
        """How many rows are unfolded."""
        return len(self._rows)

    def row_text(self, index: int) -> str:
        """Give label and detail, as they are drawn."""
        node = self._rows[index].node
        return f"{shown(node.label)}  {shown(node.detail)}" if node.detail else shown(node.label)

    def row_pieces(self, index: int) -> tuple[Pieces, Pieces]:
        """Draw fold marker, glyph, mark, label and detail."""
        node, depth, is_open = self._rows[index]
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

    # Keys and mouse

    def action_unfold(self) -> None:
        """Open the node under the cursor, or go to its first child if it is open."""
        if not self._rows:
            return
        if self._rows[self.cursor].is_open and self._end_of(self.cursor) > self.cursor + 1:
            self.cursor += 1
        else:
            self._unfold_at(self.cursor)

    def action_fold(self) -> None:
        """Close the node under the cursor, or go to its parent if it is closed."""
        if not self._rows:
            return
        if self._rows[self.cursor].is_open:
            self._fold_at(self.cursor)
        elif (parent := self._parent_of(self.cursor)) is not None:
            self.cursor = parent

    def action_toggle_fold(self) -> None:
        """Open or close the node under the cursor."""
        if self._rows:
            self._toggle_at(self.cursor)

    def _toggle_at(self, index: int) -> None:
        if self._rows[index].is_open:
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
        row = self._rows[index]
        marker = 1 + 2 * row.depth - self.shift
        if row.node.has_children and marker <= column < marker + 2:
            self._toggle_at(index)
        else:
            super().row_clicked(index, column, chain)


class _Budget:
    """How many rows may still be unfolded."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self.exceeded = False

    def allows(self, rows: int) -> bool:
        """Spend `rows`, or note that there were too many."""
        if rows > self._rows:
            self.exceeded = True
            return False
        self._rows -= rows
        return True


def _by_nearness(rows: Sequence[_Row], cursor: int) -> Iterable[str]:
    """Give the keys to look for in a new tree: the row's own, its siblings' by distance, then its ancestors' alike."""
    while rows:
        node, depth, _ = rows[cursor]
        yield node.key
        below = _siblings(rows, range(cursor + 1, len(rows)), depth)
        above = _siblings(rows, range(cursor - 1, -1, -1), depth)
        yield from (key for pair in zip_longest(below, above) for key in pair if key is not None)
        parent = next((place for place in range(cursor - 1, -1, -1) if rows[place].depth < depth), None)
        if parent is None:
            return
        cursor = parent


def _siblings(rows: Sequence[_Row], places: range, depth: int) -> Iterator[str]:
    for place in places:
        if rows[place].depth < depth:
            return
        if rows[place].depth == depth:
            yield rows[place].node.key
