"""A few lines that tell of a problem with the source, there only while there is one."""

from __future__ import annotations

from typing import ClassVar, Final

from rich.segment import Segment
from rich.text import Text
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

from iamtui.widgets.pieces import folded
from iamtui.widgets.text import TONE_CLASSES, TONE_CSS, Tone, part_style, shown

_GLYPHS: Final[dict[Tone, str]] = {"plain": "", "good": "✔ ", "bad": "✖ ", "warn": "! ", "muted": "· ", "accent": "● "}
_MOST_LINES: Final = 3


class Banner(Widget):
    """A text with a tone; hidden while it is empty."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {*TONE_CLASSES}
    DEFAULT_CSS = f"""
    Banner {{
        width: 1fr;
        height: auto;
        padding: 0 1;
        background: $panel;
        display: none;
        &.-shown {{ display: block; }}
        {TONE_CSS}
    }}
    """

    text: reactive[str] = reactive("", layout=True)
    """What it says."""
    tone: reactive[Tone] = reactive[Tone]("warn")
    """How bad it is."""

    def watch_text(self, text: str) -> None:
        """Take up the line only while there is something to say."""
        self.set_class(bool(text), "-shown")

    def render(self) -> Text:
        """Draw glyph and text, as far as the lines reach."""
        style = "" if self.tone == "plain" else part_style(self, f"tone--{self.tone}")
        return Text("\n".join(self._lines(self.size.width)), style, no_wrap=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Take the lines that the text needs."""
        return len(self._lines(width))

    def _lines(self, width: int) -> list[str]:
        text = Segment(_GLYPHS[self.tone] + shown(self.text))
        return [line.text for line in folded([text], width, width, _MOST_LINES)]
