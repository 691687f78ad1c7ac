"""A histogram in one line, with a cursor: how much there was when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import clamp
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from iamtui.widgets.text import shown

_BARS = "▁▂▃▄▅▆▇█"


class HistogramBar(Widget, can_focus=True):
    """Counts as bars; the one under the cursor is named beside them. Enter or a click chooses it."""

    BINDING_GROUP_TITLE = "the histogram"
    DEFAULT_CSS = """
    HistogramBar {
        height: 1;
        color: $text-accent;
        &:focus { text-style: bold; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "step(-1)", "Earlier", id="histogram.earlier"),
        Binding("right,l", "step(1)", "Later", id="histogram.later"),
        Binding("enter", "choose", "Only this span", id="histogram.choose"),
        Binding("backspace", "widen", "All times", id="histogram.widen"),
    ]

    bar: reactive[int] = reactive(0)
    """The bar under the cursor."""

    @dataclass
    class Chosen(Message):
        """A bar was chosen; None: all of them again."""

        bar: int | None

    def __init__(self) -> None:
        super().__init__()
        self._counts: Sequence[int] = ()
        self._name_of: Callable[[int], str] = str

    def set_counts(self, counts: Sequence[int], name_of: Callable[[int], str]) -> None:
        """Show other counts; `name_of` says what a bar stands for."""
        self._counts, self._name_of = counts, name_of
        self.bar = self.validate_bar(self.bar)
        self.refresh()

    def validate_bar(self, bar: int) -> int:
        """Keep the cursor on a bar."""
        return clamp(bar, 0, max(0, len(self._counts) - 1))

    def render(self) -> Text:
        """Draw the bars: none for nothing, the highest for the most."""
        if not self._counts:
            return Text("no events")
        most = max(self._counts)
        text = Text(no_wrap=True, overflow="ellipsis")
        for place, count in enumerate(self._counts):
            sign = _BARS[(count * len(_BARS) - 1) // most] if count else "·"
            text.append(sign, "reverse" if place == self.bar and self.has_focus else "")
        count = self._counts[self.bar]
        text.append(f" {count:,} · {shown(self._name_of(self.bar))}" if self.has_focus else "  tab: narrow the time")
        return text

    def action_step(self, step: int) -> None:
        """Go to an earlier or later bar."""
        self.bar += step

    def action_choose(self) -> None:
        """Choose the bar under the cursor."""
        if self._counts:
            self.post_message(self.Chosen(self.bar))

    def action_widen(self) -> None:
        """Take the choice back."""
        self.post_message(self.Chosen(None))

    def on_click(self, event: events.Click) -> None:
        """Choose the bar that was clicked."""
        if event.x < len(self._counts):
            self.bar = event.x
            self.action_choose()
