"""Two texts compared line by line: side by side where there is room, unified where there is not."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.reactive import reactive

from iamtui.widgets.line_cursor import LineCursor


class DiffView(LineCursor):
    """Two versions of a text with equal lines aligned; `]` and `[` hop between changes, `u` turns the layout."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right_square_bracket", "hop(1)", "Next change", id="diff.next"),
        Binding("left_square_bracket", "hop(-1)", "Previous change", show=False, id="diff.previous"),
    ]

    change_count: reactive[int] = reactive(0)
    """How many runs of lines differ."""

    def compare(self, old: str, new: str, *, old_title: str = "", new_title: str = "") -> None:
        """Show how `new` differs from `old`, each under its title."""
