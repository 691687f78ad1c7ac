"""A tree as the list of its unfolded rows: what folding, unfolding and replacing do to that list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

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
        self.rows: list[Row] = []
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
        own = old[place].node.key
        if place < len(self.rows) and self.rows[place].node.key == own:  # of several alike, too, the one that it was
            return place
        if (found := self.place_of(own)) is not None:
            return found
        places = {row.node.key: index for index, row in enumerate(self.rows)}
        return next((places[key] for key in _by_nearness(old, place) if key in places), None)

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
        self.rows[place] = row._replace(is_open=True)
        self.rows[place + 1 : place + 1] = below
        return len(below)

    def fold(self, place: int) -> int:
        """Close a node; tell how many rows went."""
        row = self.rows[place]
        self.open_keys.discard(row.node.key)
        if not row.is_open:
            return 0
        end = self.end_of(place)
        self.rows[place] = row._replace(is_open=False)
        del self.rows[place + 1 : end]
        return end - place - 1

    def place_of(self, key: str) -> int | None:
        """Find the row of a key."""
        return next((place for place, row in enumerate(self.rows) if row.node.key == key), None)

    def end_of(self, place: int) -> int:
        """Find the row after all that stand below a row."""
        depth = self.rows[place].depth
        after = range(place + 1, len(self.rows))
        return next((end for end in after if self.rows[end].depth <= depth), len(self.rows))

    def parent_of(self, place: int) -> int | None:
        """Find the row of a node's parent."""
        return _parent_of(self.rows, place)

    def path_to(self, place: int) -> tuple[str, ...]:
        """Give the keys from the outermost node that a row stands in to its own."""
        path: list[str] = []
        above: int | None = place
        while above is not None:
            path.append(self.rows[above].node.key)
            above = self.parent_of(above)
        return tuple(reversed(path))

    def _flattened(
        self, nodes: Sequence[Node], depth: int, path: tuple[str, ...], budget: Budget | None = None
    ) -> list[Row]:
        """Walk nodes and what is open, or may be opened, below them."""
        rows: list[Row] = []
        inside = list(path)
        levels = [iter(nodes)]
        while levels:
            level = depth + len(levels) - 1
            for node in levels[-1]:
                if not node.has_children:  # asked here, for most have none and there may be a hundred thousand
                    rows.append(Row(node, level, is_open=False))
                    continue
                children = self._children_to_show(node, inside, budget)
                rows.append(Row(node, level, is_open=children is not None))
                if children is not None:
                    inside.append(node.key)
                    levels.append(iter(children))
                    break
            else:
                levels.pop()
                if levels:
                    inside.pop()
        return rows

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


def _parent_of(rows: Sequence[Row], place: int) -> int | None:
    depth = rows[place].depth
    return next((above for above in range(place - 1, -1, -1) if rows[above].depth < depth), None)


def _by_nearness(rows: Sequence[Row], place: int) -> Iterator[str]:
    """Give a row's own key, its siblings' by distance, then its ancestors' alike."""
    level: int | None = place if rows else None
    while level is not None:
        yield rows[level].node.key
        depth = rows[level].depth
        below = _siblings(rows, range(level + 1, len(rows)), depth)
        above = _siblings(rows, range(level - 1, -1, -1), depth)
        yield from (key for pair in zip_longest(below, above) for key in pair if key is not None)
        level = _parent_of(rows, level)


def _siblings(rows: Sequence[Row], places: range, depth: int) -> Iterator[str]:
    for place in places:
        if rows[place].depth < depth:
            return
        if rows[place].depth == depth:
            yield rows[place].node.key
