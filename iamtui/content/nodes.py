"""The nodes of a tree."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from iamtui.visible import Tone


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


ChildrenOf = Callable[[str], Sequence[Node]]


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row of a grid: its name, and what its cells say, by column; a column without a cell is empty."""

    key: str
    name: str
    cells: Mapping[str, str]
    tones: Mapping[str, Tone]
