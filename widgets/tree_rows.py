"""A tree as the list of its unfolded rows: what folding, unfolding and replacing do to that list."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple, overload

from iamtui.content.nodes import ChildrenOf, Node
from iamtui.widgets.text import shown


class Row(NamedTuple):
    """A node on show: how deep it stands, and whether its children follow."""

    node: Node
    depth: int
    is_open: bool

    @property
    def text(self) -> str:
        """Label and detail, as they are drawn."""
        label, detail = self.node.label, self.node.detail
        return f"{shown(label)}  {shown(detail)}" if detail else shown(label)


class Rows(Sequence[Row]):
    """Rows from top to bottom, kept as columns: many siblings come and go at once, without an object for each."""

    __slots__ = ("_are_open", "_depths", "nodes")

    def __init__(self) -> None:
        """Begin with none."""
        self.nodes: list[Node] = []
        self._depths = array("L")
        self._are_open = bytearray()

    def __len__(self) -> int:
        """How many there are."""
        return len(self.nodes)

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        """A row, or some."""
        if isinstance(place, slice):
            return [self[index] for index in range(*place.indices(len(self)))]
        return Row(self.nodes[place], self._depths[place], bool(self._are_open[place]))

    def end_below(self, place: int) -> int:
        """The place after all rows that stand below a row."""
        depths, depth = self._depths, self._depths[place]
        for end in range(place + 1, len(depths)):
            if depths[end] <= depth:
                return end
        return len(depths)

    def above(self, place: int) -> int | None:
        """The place of a row's parent."""
        depths, depth = self._depths, self._depths[place]
        for parent in range(place - 1, -1, -1):
            if depths[parent] < depth:
                return parent
        return None

    def siblings_from(self, place: int, step: int) -> Iterator[str]:
        """The keys of a row's siblings below it (1) or above it (-1), the nearest first."""
        depths, depth = self._depths, self._depths[place]
        for other in range(place + step, len(depths) if step > 0 else -1, step):
            if depths[other] == depth:
                yield self.nodes[other].key
            elif depths[other] < depth:
                return

    def mark(self, place: int, *, is_open: bool) -> None:
        """Note whether the children of a row follow."""
        self._are_open[place] = is_open

    def add(self, siblings: Sequence[Node], depth: int) -> None:
        """Add closed rows at the end."""
        self.nodes.extend(siblings)
        self._depths.extend(array("L", (depth,)) * len(siblings))
        self._are_open.extend(bytes(len(siblings)))

    def insert(self, place: int, others: Rows) -> None:
        """Let others stand before a row."""
        self.nodes[place:place] = others.nodes
        self._depths[place:place] = others._depths
        self._are_open[place:place] = others._are_open

    def remove(self, begin: int, end: int) -> None:
        """Take rows away."""
        for column in (self.nodes, self._depths, self._are_open):
            del column[begin:end]

    def copy(self) -> Rows:
        """The same rows, whatever becomes of these."""
        found = Rows()
        found.insert(0, self)
        return found

    @property
    def holds_folded(self) -> bool:
        """Whether a row has children that do not follow."""
        return any(node.has_children and not is_open for node, is_open in zip(self.nodes, self._are_open, strict=True))


class _Siblings:
    """Some siblings, as far as they were gone through."""

    def __init__(self, nodes: Sequence[Node], places: Iterator[int]) -> None:
        """`places` are those of the nodes that may have to be opened."""
        self.nodes = nodes
        self.places = places
        self.done = 0

    def up_to(self, place: int | None = None) -> Sequence[Node]:
        """Those that come next, up to one and with it, or all that are left."""
        begun, self.done = self.done, len(self.nodes) if place is None else place + 1
        return self.nodes[begun : self.done]


class Budget:
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


class TreeRows:
    """The unfolded rows of a tree from top to bottom, and the keys of its open nodes.

    Children are asked for each time that their parent opens; what was open inside a folded node is remembered. A
    node inside itself (data may go in a circle) stays closed until it is unfolded by its row.
    """

    def __init__(self, children_of: ChildrenOf) -> None:
        self.children_of = children_of
        self.rows = Rows()
        self.open_keys: set[str] = set()

    def replace(self, nodes: Sequence[Node], place: int) -> int | None:
        """Show other roots; the same keys stay open.

        Args:
            nodes: The new roots.
            place: The row to find again.

        Returns:
            The new place of that row, of its nearest sibling that is still there, else of the nearest of its
            parent's siblings and so on; `None` if nothing of all that is left.
        """
        old, self.rows = self.rows, self._flattened(nodes, 0, ())
        if not old:
            return None
        own, nodes = old.nodes[place].key, self.rows.nodes
        if place < len(nodes) and nodes[place].key == own:  # of several alike, too, the one that it was
            return place
        if (found := self.place_of(own)) is not None:
            return found
        there = {node.key for node in nodes}
        nearest = next((key for key in _by_nearness(old, place) if key in there), None)
        return None if nearest is None else self.place_of(nearest)

    def unfold(self, place: int, budget: Budget | None = None) -> int:
        """Open a node, with a budget all below it too; tell how many rows came."""
        row = self.rows[place]
        if row.is_open or not row.node.has_children:
            return 0
        self.open_keys.add(row.node.key)
        children = self.children_of(row.node.key)
        if budget is not None:
            budget.allows(len(children))
        below = self._flattened(children, row.depth + 1, self.path_to(place), budget)
        self.rows.mark(place, is_open=True)
        self.rows.insert(place + 1, below)
        return len(below)

    def fold(self, place: int) -> int:
        """Close a node; tell how many rows went."""
        row = self.rows[place]
        self.open_keys.discard(row.node.key)
        if not row.is_open:
            return 0
        end = self.end_of(place)
        self.rows.mark(place, is_open=False)
        self.rows.remove(place + 1, end)
        return end - place - 1

    def place_of(self, key: str) -> int | None:
        """Find the row of a key."""
        return next((place for place, node in enumerate(self.rows.nodes) if node.key == key), None)

    def end_of(self, place: int) -> int:
        """Find the row after all that stand below a row."""
        return self.rows.end_below(place)

    def parent_of(self, place: int) -> int | None:
        """Find the row of a node's parent."""
        return self.rows.above(place)

    def path_to(self, place: int) -> tuple[str, ...]:
        """Give the keys from the outermost node that a row stands in to its own."""
        path: list[str] = []
        above: int | None = place
        while above is not None:
            path.append(self.rows.nodes[above].key)
            above = self.parent_of(above)
        return tuple(reversed(path))

    def _flattened(
        self, nodes: Sequence[Node], depth: int, path: tuple[str, ...], budget: Budget | None = None
    ) -> Rows:
        """Walk nodes and what is open, or may be opened, below them."""
        rows = Rows()
        inside = list(path)
        levels = [self._siblings(nodes, budget)]
        while levels:
            siblings = levels[-1]
            level = depth + len(levels) - 1
            for place in siblings.places:
                node = siblings.nodes[place]
                children = self._children_to_show(node, inside, budget)
                if children is not None:
                    rows.add(siblings.up_to(place), level)
                    rows.mark(-1, is_open=True)
                    inside.append(node.key)
                    levels.append(self._siblings(children, budget))
                    break
            else:
                rows.add(siblings.up_to(), level)
                levels.pop()
                if levels:
                    inside.pop()
        return rows

    def _siblings(self, nodes: Sequence[Node], budget: Budget | None) -> _Siblings:
        """Siblings with those that may have to be opened: of a hundred thousand most have no children."""
        places = [
            place
            for place, node in enumerate(nodes)
            if node.has_children and (budget is not None or node.key in self.open_keys)
        ]
        return _Siblings(nodes, iter(places))

    def _children_to_show(self, node: Node, inside: list[str], budget: Budget | None) -> Sequence[Node] | None:
        """Give the children of a node that has some and is open, or that the budget lets open; `None` if closed."""
        if (budget is None and node.key not in self.open_keys) or node.key in inside:
            return None
        if budget is not None and budget.exceeded:  # nobody need make what will not be shown
            return None
        children = self.children_of(node.key)
        if budget is not None and not budget.allows(len(children)):
            return None
        self.open_keys.add(node.key)
        return children


def _by_nearness(rows: Rows, place: int) -> Iterator[str]:
    """Give a row's own key, its siblings' by distance, then its ancestors' alike."""
    level: int | None = place if rows else None
    while level is not None:
        yield rows.nodes[level].key
        pairs = zip_longest(rows.siblings_from(level, 1), rows.siblings_from(level, -1))
        yield from (key for pair in pairs for key in pair if key is not None)
        level = rows.above(level)
