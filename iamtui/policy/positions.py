"""Where in the text of a JSON document each value stands: JSON pointers to lines and columns."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from dataclasses import dataclass

_TOKEN = re.compile(r'[{}\[\],:]|"[^"\\]*(?:\\.[^"\\]*)*"|[^\s{}\[\],:"]+', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a text; lines and columns count from 1, columns in characters."""

    line: int
    column: int


def position(text: str, offset: int) -> Position:
    """The place of the character at `offset`."""
    return Position(text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))


def first_word(text: str, word: str) -> Position | None:
    """Where `word` first stands outside of strings."""
    return next((position(text, match.start()) for match in _TOKEN.finditer(text) if match.group() == word), None)


def first_beyond(text: str, depth: int) -> Position | None:
    """Where the first object or list is opened that lies inside of `depth` others."""
    opened = 0
    for match in _TOKEN.finditer(text):
        if match.group() in "{[":
            opened += 1
            if opened > depth:
                return position(text, match.start())
        elif match.group() in "}]":
            opened -= 1
    return None


class _Node:
    """A value of the text: where it begins, where its name does, and what it holds."""

    __slots__ = ("children", "is_object", "name", "value", "waiting")

    def __init__(self, value: int, name: int, *, is_object: bool) -> None:
        self.value = value
        self.name = name
        self.is_object = is_object
        self.children: dict[str, _Node] = {}
        self.waiting: tuple[str, int] | None = None
        """The name that waits for its value, and its place."""


class Positions:
    """The places of all values and member names of one JSON text.

    The text is read once, in time and space linear in its length, without recursion. It should be valid JSON; of
    a text that is not, the places up to the error are known.
    """

    __slots__ = ("_lines", "_root", "duplicate")

    duplicate: str | None
    """The first member whose name stands twice in its object; its place is that of the second (L1)."""

    def __init__(self, text: str) -> None:
        self._lines = [0, *(match.end() for match in re.finditer("\n", text))]
        self._root, self.duplicate = _read(text)

    def value(self, pointer: str) -> Position | None:
        """Where the value begins that `pointer` names; `None` if the text has no such value."""
        node = self._find(pointer)
        return None if node is None else self._position(node.value)

    def name(self, pointer: str) -> Position | None:
        """Where the name of the member begins that `pointer` names; of a list's item, the item itself."""
        node = self._find(pointer)
        return None if node is None else self._position(node.name)

    def _find(self, pointer: str) -> _Node | None:
        node = self._root
        for segment in pointer.split("/")[1:]:
            if node is None:
                return None
            node = node.children.get(segment.replace("~1", "/").replace("~0", "~"))
        return node

    def _position(self, offset: int) -> Position:
        line = bisect_right(self._lines, offset)
        return Position(line, offset - self._lines[line - 1] + 1)


def escape(name: str) -> str:
    """A member name as a segment of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def _read(text: str) -> tuple[_Node | None, str | None]:
    """The root of the text, and the pointer of the first repeated name."""
    root: _Node | None = None
    duplicate: str | None = None
    opened: list[tuple[str, _Node]] = []
    for match in _TOKEN.finditer(text):
        mark, offset = match.group(), match.start()
        if mark in ",:":
            continue
        if mark in "}]":
            if opened:
                opened.pop()
            continue
        inside = opened[-1][1] if opened else None
        if inside is not None and inside.is_object and inside.waiting is None:
            name = _unquoted(mark)
            if duplicate is None and name in inside.children:
                duplicate = "".join(f"/{escape(segment)}" for segment, _ in (*opened[1:], (name, inside)))
            inside.waiting = name, offset
            continue
        segment, node = _add(inside, mark, offset)
        root = root or node
        if mark in "{[":
            opened.append((segment, node))
    return root, duplicate


def _add(inside: _Node | None, mark: str, offset: int) -> tuple[str, _Node]:
    """Put a value into the container that is open, under the name that waits or the next index."""
    if inside is None:
        return "", _Node(offset, offset, is_object=mark == "{")
    segment, name = inside.waiting or (str(len(inside.children)), offset)
    inside.waiting = None
    node = _Node(offset, name, is_object=mark == "{")
    inside.children[segment] = node
    return segment, node


def _unquoted(mark: str) -> str:
    """The name that a string token spells; what is no string is taken as it stands."""
    if "\\" not in mark:
        return mark.strip('"')
    try:
        name: str = json.loads(mark, strict=False)
    except ValueError:
        return mark[1:-1]
    return name
