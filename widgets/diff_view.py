"""Two texts compared line by line: side by side where there is room, unified where there is not."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from typing import ClassVar, Final, Literal, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.strip import Strip

from iamtui.widgets.document_view import lines_of, shown_line
from iamtui.widgets.line_cursor import LineCursor
from iamtui.widgets.pieces import Pieces, cut
from iamtui.widgets.syntax import SYNTAX_CLASSES, SYNTAX_CSS, coloured
from iamtui.widgets.text import shown

SIDE_BY_SIDE: Final = 100
"""Cells from which on two columns are drawn."""
MOST_COMPARISONS: Final = 4_000_000
"""Lines times lines that are compared; beyond, the differing middle is shown as wholly replaced."""

Change = Literal["equal", "changed", "heading"]


class Pair(NamedTuple):
    """A row: a line of either side, from 1; 0 where that side has none."""

    old: int
    new: int
    change: Change


class DiffView(LineCursor):
    """Two versions of a text, equal lines aligned. `]` and `[` hop between changes, `u` turns the layout."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {*SYNTAX_CLASSES, "diff-view--added", "diff-view--removed"}
    DEFAULT_CSS = f"""
    DiffView {{
        .diff-view--added {{ background: $success-muted; color: $text; }}
        .diff-view--removed {{ background: $error-muted; color: $text; }}
        &:ansi {{
            .diff-view--added {{ background: ansi_default; color: $text-success; }}
            .diff-view--removed {{ background: ansi_default; color: $text-error; }}
        }}
        {SYNTAX_CSS}
    }}
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right_square_bracket", "hop(1)", "Next change", id="diff.next"),
        Binding("left_square_bracket", "hop(-1)", "Previous change", show=False, id="diff.previous"),
        Binding("u", "turn", "Unified/side by side", show=False, id="diff.layout"),
        Binding("left,h", "scroll_sideways(-8)", "Left", show=False, id="diff.left"),
        Binding("right,l", "scroll_sideways(8)", "Right", show=False, id="diff.right"),
    ]

    change_count: reactive[int] = reactive(0, repaint=False)
    """How many runs of lines differ."""
    unified: reactive[bool | None] = reactive[bool | None](None, init=False)
    """Which layout is drawn; `None` lets the width decide."""

    def __init__(
        self,
        *,
        empty: str = "",
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
    ) -> None:
        """Make a view of nothing; `empty` is shown, muted, until `compare` is called."""
        super().__init__(empty=empty, id=id, classes=classes)
        self._old: list[str] = []
        self._new: list[str] = []
        self._titles = ("", "")
        self._pairs: list[Pair] = []
        self._rows: list[Pair] = []
        self._is_unified = False

    def compare(self, old: str, new: str, *, old_title: str = "", new_title: str = "") -> None:
        """Show how `new` differs from `old`, each under its title, with the cursor on the first change."""
        self._old, self._new, self._titles = lines_of(old), lines_of(new), (old_title, new_title)
        self._pairs = list(aligned(self._old, self._new))
        self._lay_out()
        self.shift, self.cursor = 0, 0
        self.change_count = len(self._changes())
        if self.change_count:
            self.action_hop(1)

    def on_resize(self) -> None:
        """Take the layout that the new width asks for."""
        self._lay_out()
        super().on_resize()

    def watch_unified(self) -> None:
        """Draw the layout that was asked for."""
        self._lay_out()

    def _lay_out(self) -> None:
        """Make the rows of the layout; the cursor stays on its line."""
        here = self._rows[self.cursor] if self._rows else None
        self._is_unified = self.size.width < SIDE_BY_SIDE if self.unified is None else self.unified
        heading = [Pair(0, 0, "heading")] if any(self._titles) and self._pairs else []
        self._rows = heading + (list(unified(self._pairs)) if self._is_unified else self._pairs)
        self.rows_changed()
        if here is not None:
            self.cursor = next((place for place, row in enumerate(self._rows) if _same_line(row, here)), self.cursor)

    @property
    def row_count(self) -> int:
        """How many rows the layout has."""
        return len(self._rows)

    def row_text(self, index: int) -> str:
        """Give the text of both sides."""
        old, new, change = self._rows[index]
        if change == "heading":
            return "  ".join(shown(title) for title in self._titles)
        texts = [self._old[old - 1]] if old else []
        if new and not (old and change == "equal"):
            texts.append(self._new[new - 1])
        return "  ".join(shown_line(text) for text in texts)

    def row_pieces(self, index: int) -> tuple[Pieces, Pieces]:
        """Draw a row of the unified layout."""
        old, new, change = self._rows[index]
        if change == "heading":
            return [], [
                Segment(f"- {shown(self._titles[0])}", self.part_style("syntax--removed")),
                Segment("   "),
                Segment(f"+ {shown(self._titles[1])}", self.part_style("syntax--added")),
            ]
        numbers = f"{self._number(old)} {self._number(new)} "
        sign, style = self._sign(old, new, change, is_new=not old)
        text = self._new[new - 1] if new else self._old[old - 1]
        return [Segment(numbers, self.part_style("tone--muted")), Segment(sign, style)], self._coloured(text, style)

    def draw_row(self, index: int, width: int) -> Strip:
        """Draw one row: in the unified layout as any row, side by side as two halves."""
        if self._is_unified:
            return super().draw_row(index, width)
        half = max(0, width - 2) // 2
        cursor = self.cursor_style(index)
        strip = Strip.join(
            [
                Strip([Segment("▌" if cursor else " ")], 1),
                self._half(index, half, is_new=False),
                Strip([Segment("│", self.part_style("tone--muted"))], 1),
                self._half(index, width - 2 - half, is_new=True),
            ]
        )
        strip = strip.adjust_cell_length(width)
        return Strip(Segment.apply_style(strip, None, cursor), width) if cursor else strip

    def _half(self, index: int, width: int, *, is_new: bool) -> Strip:
        old, new, change = self._rows[index]
        if change == "heading":
            title = Segment(f" {shown(self._titles[is_new])}", self.part_style("tone--accent"))
            return cut([title], 0, width)
        line = new if is_new else old
        sign, style = self._sign(old, new, change, is_new=is_new)
        gutter = Strip([Segment(f"{self._number(line)} ", self.part_style("tone--muted")), Segment(sign, style)])
        if not line:
            return cut([], 0, width)
        text = self._coloured((self._new if is_new else self._old)[line - 1], style)
        body = cut(self.with_matches(text), self.shift, width - gutter.cell_length)
        return Strip.join([gutter, body.apply_style(style)]).crop(0, width)

    def _number(self, line: int) -> str:
        digits = len(str(max(len(self._old), len(self._new))))
        return f"{line:>{digits}}" if line else " " * digits

    def _sign(self, old: int, new: int, change: Change, *, is_new: bool) -> tuple[str, Style]:
        if change == "equal":
            return "  ", Style.null()
        if is_new:
            return ("+ " if new else "  "), self.part_style("diff-view--added")
        return ("- " if old else "  "), self.part_style("diff-view--removed")

    def _coloured(self, text: str, back: Style) -> Pieces:
        if back:
            return [Segment(shown_line(text), back)]
        return [
            Segment(part, self.part_style(name) if name else None) for part, name in coloured(shown_line(text), "json")
        ]

    def _changes(self) -> list[int]:
        """Find the first row of every run of changed rows."""
        rows = self._rows
        return [
            place
            for place, row in enumerate(rows)
            if row.change == "changed" and (place == 0 or rows[place - 1].change != "changed")
        ]

    def action_hop(self, step: int) -> None:
        """Go to the next (1) or previous (-1) change, around the end if need be."""
        changes = self._changes()
        if not changes:
            return
        if step > 0:
            self.cursor = next((place for place in changes if place > self.cursor), changes[0])
        else:
            self.cursor = next((place for place in reversed(changes) if place < self.cursor), changes[-1])
        if self.size:  # else the first size brings it on screen
            self.scroll_to(y=max(0, self.cursor - self.content_height // 3), animate=False, force=True)

    def action_turn(self) -> None:
        """Change between the two layouts."""
        self.unified = not self._is_unified


def _same_line(row: Pair, other: Pair) -> bool:
    """Tell whether two rows, perhaps of different layouts, show the same line."""
    if row.change != other.change:
        return False
    return bool(row.old and row.old == other.old) or (not other.old and row.new == other.new)


def aligned(old: Sequence[str], new: Sequence[str]) -> Iterator[Pair]:
    """Pair the lines of two texts; a run of changed lines is padded on its shorter side."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    for line in range(1, start + 1):
        yield Pair(line, line, "equal")
    for same, i1, i2, j1, j2 in _runs(old[start : len(old) - end], new[start : len(new) - end]):
        for offset in range(max(i2 - i1, j2 - j1)):
            i, j = i1 + offset, j1 + offset
            yield Pair(start + i + 1 if i < i2 else 0, start + j + 1 if j < j2 else 0, "equal" if same else "changed")
    for back in range(end, 0, -1):
        yield Pair(len(old) - back + 1, len(new) - back + 1, "equal")


def _runs(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[bool, int, int, int, int]]:
    if len(old) * len(new) > MOST_COMPARISONS:
        yield False, 0, len(old), 0, len(new)
        return
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield tag == "equal", i1, i2, j1, j2


def unified(pairs: Sequence[Pair]) -> Iterator[Pair]:
    """Turn aligned rows into unified ones: of each run of changes the old lines, then the new."""
    added: list[Pair] = []
    for pair in pairs:
        if pair.change == "equal":
            yield from added
            added = []
            yield pair
            continue
        if pair.old:
            yield Pair(pair.old, 0, "changed")
        if pair.new:
            added.append(Pair(0, pair.new, "changed"))
    yield from added
