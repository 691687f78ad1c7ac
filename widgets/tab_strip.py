"""Names in one line, one of them in front: of panes, of trees, of views of a subject.

Textual's own tabs take two lines, a widget each, and an animation at each turn; this one draws a line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from iamtui.widgets.text import part_style

Name = tuple[str, str]
"""The key of a tab, and what is drawn."""


class TabStrip(Widget):
    """Draws `names`; a click on one posts `Chosen`. Its owner decides what follows."""

    COMPONENT_CLASSES = {"tab-strip--front", "tab-strip--other"}  # noqa: RUF012 - so declared by Textual
    DEFAULT_CSS = """
    TabStrip {
        height: 1; width: 1fr;
        .tab-strip--front { color: $text-accent; text-style: bold underline; }
        .tab-strip--other { color: $text-muted; }
    }
    """

    names: reactive[tuple[Name, ...]] = reactive[tuple[Name, ...]](())
    """The tabs, in their order."""
    front: reactive[str] = reactive("")
    """The key of the tab in front."""

    @dataclass
    class Chosen(Message):
        """The user clicked on a name."""

        strip: TabStrip
        key: str

        @property
        def control(self) -> TabStrip:
            """The strip."""
            return self.strip

    def __init__(self, names: tuple[Name, ...] = (), *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.set_reactive(TabStrip.names, names)

    def _places(self) -> Iterator[tuple[int, int, Name]]:
        """From which cell to which each name is drawn; where there is no room for all, the one in front is seen."""
        widths = [Segment(f" {label} ").cell_length for _, label in self.names]
        at = next((index for index, (key, _) in enumerate(self.names) if key == self.front), 0)
        start = min(0, self.size.width - sum(widths[: at + 1]))
        for name, width in zip(self.names, widths, strict=True):
            yield start, start + width, name
            start += width

    def render_line(self, y: int) -> Strip:
        """Draw the names."""
        front, other = part_style(self, "tab-strip--front"), part_style(self, "tab-strip--other")
        segments, cut = [], 0
        for start, _, (key, label) in self._places():
            cut = min(cut, start)
            segments += [Segment(" "), Segment(label, front if key == self.front else other), Segment(" ")]
        strip = Strip(segments).crop(-cut).apply_style(self.rich_style)
        return strip.adjust_cell_length(self.size.width, self.rich_style)

    def on_click(self, event: events.Click) -> None:
        """Ask for the tab under the mouse."""
        event.stop()
        for start, end, (key, _) in self._places():
            if start <= event.x < end:
                self.post_message(self.Chosen(self, key))
