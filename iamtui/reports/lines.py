"""The lines of which a trace is made, with keys that survive the next decision."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from iamtui.visible import Tone, visible

if TYPE_CHECKING:
    from iamtui.evaluation.decision import PolicyTrace

SEPARATOR = "\x1f"
"""Stands between the parts of a key; a key begins with the key of the line above it."""


@dataclass(frozen=True, slots=True)
class StatementRef:
    """The statement that a line is about: a policy of the trace, and an index into its document."""

    policy: PolicyTrace
    index: int


Grow: TypeAlias = "Callable[[], Iterable[Line]]"
"""Makes the children of a line."""


@dataclass(frozen=True)
class Line:
    """One line of the tree.

    Attributes:
        key: unique in the tree, and the same for the same thing in the next decision.
        text: what the line is about.
        detail: what is to be said of it, shown after it.
        tone: what it means; glyph and words say the same.
        glyph: one character that stands before the text.
        statement: the statement that the line is about or lies in.
        open: whether it is unfolded until the reader says otherwise.
        grow: makes the children; None if there are none.
    """

    key: str
    text: str
    detail: str = ""
    tone: Tone = "plain"
    glyph: str = ""
    statement: StatementRef | None = None
    open: bool = False
    grow: Grow | None = field(default=None, repr=False, compare=False)

    @property
    def has_children(self) -> bool:
        """Whether there is something below; asking makes no children."""
        return self.grow is not None

    @cached_property
    def children(self) -> tuple[Line, ...]:
        """The lines below, made when first asked for."""
        return () if self.grow is None else tuple(self.grow())


class Keys:
    """Makes the keys of the lines below one line; what comes twice gets a number."""

    def __init__(self, above: str) -> None:
        self._above = above
        self._seen: dict[str, int] = {}

    def of(self, *parts: str | None) -> str:
        """The key of what `parts` name."""
        key = SEPARATOR.join((self._above, *(visible(part) for part in parts if part)))
        times = self._seen[key] = self._seen.get(key, 0) + 1
        return key if times == 1 else f"{key}~{times}"


def find(lines: Iterable[Line], key: str) -> Line | None:
    """The line with this key, at any depth; makes only the children on the way to it."""
    for line in lines:
        if line.key == key:
            return line
        if key.startswith(line.key + SEPARATOR) and (found := find(line.children, key)) is not None:
            return found
    return None


def open_keys(lines: Iterable[Line]) -> Iterator[str]:
    """The keys of all lines that are unfolded until the reader says otherwise."""
    for line in lines:
        if line.open and line.has_children:
            yield line.key
            yield from open_keys(line.children)
