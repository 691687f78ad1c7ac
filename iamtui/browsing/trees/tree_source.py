"""What a tab of the explorer is made of: nodes, asked for as they open, and entries for the filter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Protocol

from iamtui.analysis.relations import Relations
from iamtui.content.nodes import Node
from iamtui.snapshot.model import Snapshot, Tags

CHANGED = "●"
"""Stands before what changed on disk and was not acknowledged yet."""
INSIDE = "\x1f"
"""Parts the key of a node from those of the nodes above it where the same thing stands in several places."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that the filter can find: the key of the subject, what matches, and how it is shown."""

    key: str
    haystack: str  # casefolded; fields parted by line feeds
    label: str
    detail: str
    tags: Tags = ()


class TreeSource(Protocol):
    """A tree over one snapshot. Node keys are the keys of subjects, alone or after `INSIDE`; folders have others."""

    LABEL: ClassVar[str]
    """The name of the tab."""
    EMPTY: ClassVar[str]
    """What is shown where there are no nodes."""

    def __init__(self, snapshot: Snapshot, relations: Relations | None, changed: frozenset[str]) -> None:
        """Make a tree; `relations` come later than the snapshot, `changed` holds keys of subjects."""

    def updated(self, relations: Relations | None, changed: frozenset[str]) -> TreeSource:
        """The tree of the same snapshot with other relations and changes; what was sorted already is kept."""
        ...

    def roots(self) -> Sequence[Node]:
        """The nodes of the top level."""
        ...

    def children(self, key: str) -> Sequence[Node]:
        """The nodes below a node."""
        ...

    def open_at_first(self) -> frozenset[str]:
        """The keys of the nodes that are open when the tree is first shown."""
        ...

    def path_to(self, subject: str) -> Sequence[str]:
        """The keys of the nodes from the top down to a subject, that node included; empty if it is not here."""
        ...

    def entries(self) -> Iterator[Entry]:
        """All that the filter can find."""
        ...


def subject_of(node_key: str) -> str | None:
    """The subject that a node stands for; `None` for a folder."""
    key = node_key.rpartition(INSIDE)[2]
    return None if key.startswith("folder:") else key


def folder(*parts: str) -> str:
    """The key of a node that only holds others."""
    return f"folder:{'/'.join(parts)}"


def haystack(arn: str, unique_id: str, tags: Iterable[tuple[str, str]] = ()) -> str:
    """What the filter searches: name and path stand in the ARN."""
    fields = [arn, unique_id, *(f"{key}={value}" for key, value in tags)]
    return "\n".join(fields).casefold()


class Marks:
    """Which nodes bear the sign that they, or something below them, changed."""

    def __init__(self, changed: frozenset[str], path_to: Callable[[str], Sequence[str]]) -> None:
        self._nodes = frozenset(node for key in changed for node in path_to(key)) if changed else frozenset()
        self._changed = changed

    def of(self, node_key: str) -> str:
        """The sign of a node, or nothing."""
        if node_key in self._nodes or (self._changed and subject_of(node_key) in self._changed):
            return CHANGED
        return ""

    def on(self, nodes: Sequence[Node]) -> list[Node]:
        """Nodes that have no sign yet, with theirs."""
        if not self._changed:
            return [*nodes]
        return [replace(node, mark=mark) if (mark := self.of(node.key)) else node for node in nodes]
