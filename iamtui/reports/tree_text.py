"""Lines of a tree as text with guides, plain or coloured, as wide as it may be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from iamtui.reports.lines import Line
from iamtui.visible import Tone, shown

if TYPE_CHECKING:
    from rich.text import Text

_STYLES: dict[Tone, str] = {
    "plain": "",
    "good": "green",
    "bad": "red",
    "warn": "yellow",
    "muted": "dim",
    "accent": "cyan",
}


class Row(NamedTuple):
    """A line with the guides that stand before it, and before what of it is wrapped."""

    guide: str
    hanging: str
    line: Line
    is_folded: bool


def rows(lines: Iterable[Line], *, full: bool = False) -> Iterator[Row]:
    """The rows of a tree: what is open, or with `full` everything."""
    for line in lines:
        yield from _row(line, "", "", "", full=full)


def _row(line: Line, guide: str, hanging: str, below: str, *, full: bool) -> Iterator[Row]:
    unfolds = line.has_children and (full or line.open)
    children = line.children if unfolds else ()
    bar = "│ " if children else "  "
    yield Row(guide, f"{hanging}{bar}  ", line, line.has_children and not unfolds)
    for child in children:
        is_last = child is children[-1]
        further = below + ("  " if is_last else "│ ")
        yield from _row(child, below + ("└ " if is_last else "├ "), further, further, full=full)


def plain_text(lines: Iterable[Line], *, full: bool = False) -> str:
    """The tree without colours, a line of it on each line, however long."""
    return "".join(f"{row.guide}{_said(row)}\n" for row in rows(lines, full=full))


def _said(row: Row) -> str:
    line = row.line
    parts = (shown(line.glyph), shown(line.text))
    said = " ".join(part for part in parts if part)
    said = f"{said}  {shown(line.detail)}" if line.detail else said
    return f"{said}  …" if row.is_folded else said


def styled_text(lines: Iterable[Line], width: int, *, full: bool = False) -> Text:
    """The tree in colours, wrapped below itself so that it is no wider than `width` cells."""
    from rich.console import Console  # noqa: PLC0415 - only a terminal needs it
    from rich.text import Text  # noqa: PLC0415

    console = Console(width=width)
    text = Text()
    for row in rows(lines, full=full):
        line = row.line
        said = Text()
        style = _STYLES[line.tone]
        said.append(f"{shown(line.glyph)} " if line.glyph else "", style)
        said.append(shown(line.text), style)
        said.append(f"  {shown(line.detail)}" if line.detail else "", "dim" if line.tone in ("plain", "muted") else "")
        said.append("  …" if row.is_folded else "", "dim")
        guide = row.guide
        for piece in said.wrap(console, max(20, width - len(row.hanging))):
            text.append(guide, "dim")
            text.append_text(piece)
            text.append("\n")
            guide = row.hanging
    return text
