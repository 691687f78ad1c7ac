"""The filter of a tree: a plain substring search over text that was folded once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import islice, pairwise

from iamtui.browsing.trees.tree_source import CHANGED, Entry, TreeSource
from iamtui.content.nodes import Node

SHOWN = 500
"""So many matches are listed; more are counted."""


class FilterIndex:
    """All entries of a tree. Every word of a query must occur in an entry, letter case aside."""

    def __init__(self, entries: Iterable[Entry], stop: Callable[[], bool] = lambda: False) -> None:
        self._entries: list[Entry] = []
        for done, entry in enumerate(entries):
            if done % 512 == 0 and stop():
                return
            self._entries.append(entry)
        self._last: tuple[str, list[Entry]] = ("", self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def matches(self, text: str) -> list[Entry]:
        """The entries that match, in the order of the tree; typing on searches only what matched before."""
        folded = text.casefold()
        known, among = self._last
        if not known or not folded.startswith(known):
            among = self._entries
        for word in folded.split():
            among = [entry for entry in among if word in entry.haystack]
        self._last = (folded, among)
        return among


def match_nodes(matches: list[Entry], text: str, changed: frozenset[str] = frozenset()) -> list[Node]:
    """A node for each match; where only a tag or the ARN matches, that is shown."""
    words = text.casefold().split()
    nodes = [
        Node(entry.key, entry.label, _context(entry, words), mark=CHANGED if entry.key in changed else "")
        for entry in islice(matches, SHOWN)
    ]
    if len(matches) > SHOWN:
        nodes.append(Node("folder:more", f"{len(matches) - SHOWN:,} more", "type on to narrow them down", "muted"))
    return nodes


class MatchTree:
    """The matches of a filter below the nodes that they stand in, in the order of the tree."""

    def __init__(self, source: TreeSource, hits: Sequence[Node]) -> None:
        """Place `hits`, made by `match_nodes` of the entries of `source`; what has no place stands at the top."""
        self._source = source
        self._hits: dict[str, Node] = {}
        self._below: dict[str, dict[str, None]] = {"": {}}
        for hit in hits:
            path = source.path_to(hit.key) or (hit.key,)
            self._hits[path[-1]] = replace(hit, key=path[-1])
            for above, key in pairwise(("", *path)):
                self._below.setdefault(above, {})[key] = None

    @property
    def open_keys(self) -> frozenset[str]:
        """The keys of all nodes with matches below them."""
        return frozenset(self._below) - {""}

    def is_hit(self, key: str) -> bool:
        """Whether a node matches itself."""
        return key in self._hits

    def path_to_first(self) -> tuple[str, ...]:
        """The keys from the top down to the first match, that included; empty where nothing matches."""
        path: list[str] = []
        nodes = self.roots()
        while nodes:
            path.append(nodes[0].key)
            nodes = () if self.is_hit(path[-1]) else self.children(path[-1])
        return tuple(path)

    def roots(self) -> Sequence[Node]:
        """The nodes of the top level."""
        return self.children("")

    def children(self, key: str) -> Sequence[Node]:
        """The matches below a node, and the nodes that hold others."""
        keys = self._below.get(key, {})
        known: dict[str, Node] = {}
        if not keys.keys() <= self._hits.keys():  # else nobody need make the nodes of a large folder
            known = {node.key: node for node in (self._source.children(key) if key else self._source.roots())}
        order = {node: place for place, node in enumerate(known)}
        nodes = [replace(self._hits.get(one) or known[one], has_children=one in self._below) for one in keys]
        return sorted(nodes, key=lambda node: (order.get(node.key, len(order)), node.label.casefold()))


def _context(entry: Entry, words: list[str]) -> str:
    plain = f"{entry.label}\n{entry.detail}".casefold()
    hidden = [word for word in words if word not in plain]
    if not hidden:
        return entry.detail
    tags = [
        f"{key}={value}" for key, value in entry.tags if any(word in f"{key}={value}".casefold() for word in hidden)
    ]
    return " · ".join((entry.detail, *(tags or [entry.haystack.partition("\n")[0]])))
