"""A grid of short cells under column names: the first column stays in place, the others scroll sideways."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import clamp
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from iamtui.content.nodes import GridRow
from iamtui.widgets.line_cursor import LineCursor
from iamtui.widgets.pieces import Pieces, cut
from iamtui.widgets.text import fitted_within, shown

_NAME: Final = 28
"""Cells of the first column at least; it takes more where there is room and a name needs them."""
_HERE: Final = Style(reverse=True, bold=True)


class MatrixView(LineCursor):
    """Rows with a cell for each column; the cursor is a row and a column. Any number of rows is drawn as it is seen."""

    BINDING_GROUP_TITLE = "the matrix"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "step(-1)", "Column left", show=False, id="matrix.left"),
        Binding("right,l", "step(1)", "Column right", show=False, id="matrix.right"),
        Binding("enter", "open", "Actions", id="matrix.open"),
    ]

    column: reactive[int] = reactive(0)
    """The column under the cursor."""

    @dataclass
    class Opened(Message):
        """The user opened a cell."""

        view: MatrixView
        row: GridRow
        column: str

        @property
        def control(self) -> MatrixView:
            """The view."""
            return self.view

    def __init__(self, *, empty: str = "") -> None:
        super().__init__(empty=empty)
        self.columns: tuple[str, ...] = ()
        self._rows: Sequence[GridRow] = ()
        self._starts = [0]
        self._longest = 0

    def set_rows(self, columns: tuple[str, ...], rows: Sequence[GridRow]) -> None:
        """Show other rows; the cursor stays on its cell, if it was moved and the cell is still there."""
        key = self._rows[self.cursor].key if self.cursor and self._rows else None
        column = self.columns[self.column] if self.column and self.columns else None
        self.columns, self._rows = columns, rows
        self._starts = [0, *accumulate(len(one) + 1 for one in columns)]
        self._longest = max((len(row.name) for row in rows), default=0)
        place = columns.index(column) if column in columns else clamp(self.column, 0, max(0, len(columns) - 1))
        self.set_reactive(MatrixView.column, place)
        found = None if key is None else next((index for index, row in enumerate(rows) if row.key == key), None)
        self.cursor = clamp(self.cursor, 0, max(0, len(rows) - 1)) if found is None else found
        self.rows_changed()

    @property
    def row_count(self) -> int:
        """One row a principal."""
        return len(self._rows)

    def row_text(self, index: int) -> str:
        """Name and filled cells."""
        return _text_of(self._rows[index], self.columns)

    def row_texts(self) -> Iterator[str]:
        """Give the texts of all rows; each is made when it is asked for."""
        rows, columns = self._rows, self.columns
        return (_text_of(row, columns) for row in rows)

    def row_pieces(self, index: int) -> tuple[Pieces, Pieces]:
        """The name, which stays in place, and the cells."""
        row, starts = self._rows[index], self._starts
        first = max(0, bisect_right(starts, self.shift) - 1)
        last = min(len(self.columns), bisect_right(starts, self.shift + self.row_width))
        styles = {tone: self.tone_style(tone) for tone in {"muted", *row.tones.values()}}
        pieces: Pieces = [Segment(" " * starts[first])]  # what is not seen is blank: it only keeps its place
        for place, column in enumerate(self.columns[first:last], first):
            is_here = index == self.cursor and place == self.column
            style = _HERE if is_here else styles[row.tones.get(column, "muted")]
            pieces += [Segment(row.cells.get(column, "·"), style), Segment(" " * len(column))]
        pieces.append(Segment(" " * (starts[-1] - starts[last])))
        return [Segment(f"{fitted_within(shown(row.name), self._name_width)} ")], pieces

    @property
    def _name_width(self) -> int:
        return max(_NAME, min(self._longest, self.row_width * 2 // 5))

    @property
    def header(self) -> Strip:
        """The names of the columns, as far sideways as the rows are."""
        names: Pieces = []
        for place, column in enumerate(self.columns):
            names += [Segment(column, _HERE if place == self.column else None), Segment(" ")]
        width = max(0, self.row_width - self._name_width - 1)
        return Strip([Segment(" " * (self._name_width + 1)), *cut(names, self.shift, width)])

    def watch_column(self) -> None:
        """Bring the column on screen."""
        start = self._starts[self.column]
        width = max(1, self.row_width - self._name_width - 1)
        end = start + len(self.columns[self.column]) + 1 if self.columns else 0
        if start < self.shift:
            self.shift = start
        elif end > self.shift + width:
            self.shift = end - width
        self.refresh()

    def action_step(self, step: int) -> None:
        """Go to the next column."""
        self.column = clamp(self.column + step, 0, max(0, len(self.columns) - 1))

    @property
    def cell(self) -> tuple[GridRow, str] | None:
        """Row and column under the cursor."""
        return (self._rows[self.cursor], self.columns[self.column]) if self._rows and self.columns else None

    def open_row(self, index: int) -> None:
        """Tell the owner that the cell under the cursor was opened."""
        if self.columns:
            self.post_message(self.Opened(self, self._rows[index], self.columns[self.column]))


def _text_of(row: GridRow, columns: Sequence[str]) -> str:
    return f"{row.name}  " + " ".join(f"{column}:{row.cells[column]}" for column in columns if column in row.cells)


class MatrixHeader(Widget):
    """The names of the columns of a matrix."""

    DEFAULT_CSS = """
    MatrixHeader { height: 1; color: $text-accent; }
    """

    def __init__(self, view: MatrixView) -> None:
        super().__init__()
        self._view = view

    def on_mount(self) -> None:
        """Follow the view."""
        for name in ("column", "shift"):
            self.watch(self._view, name, self._follow, init=False)

    def _follow(self) -> None:
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw the names."""
        return self._view.header.apply_style(self.rich_style).adjust_cell_length(self.size.width, self.rich_style)
