"""The filter of a tree: a plain substring search over text that was folded once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice

from iamtui.browsing.trees.tree_source import CHANGED, Entry
from iamtui.content.nodes import Node

SHOWN = 1000
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
    """A flat list of matches; where only a tag or the ARN matches, that is shown."""
    words = text.casefold().split()
    nodes = [
        Node(entry.key, entry.label, _context(entry, words), mark=CHANGED if entry.key in changed else "")
        for entry in islice(matches, SHOWN)
    ]
    if len(matches) > SHOWN:
        nodes.append(Node("folder:more", f"{len(matches) - SHOWN:,} more", "type on to narrow them down", "muted"))
    return nodes


def _context(entry: Entry, words: list[str]) -> str:
    plain = f"{entry.label}\n{entry.detail}".casefold()
    hidden = [word for word in words if word not in plain]
    if not hidden:
        return entry.detail
    tags = [
        f"{key}={value}" for key, value in entry.tags if any(word in f"{key}={value}".casefold() for word in hidden)
    ]
    return " · ".join((entry.detail, *(tags or [entry.haystack.partition("\n")[0]])))
