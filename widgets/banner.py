"""One line that tells of a problem with the source, there only while there is one."""

from __future__ import annotations

from typing import ClassVar, Final

from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget

from iamtui.widgets.text import TONE_CLASSES, TONE_CSS, Tone, fitted, part_style, shown

_GLYPHS: Final[dict[Tone, str]] = {"plain": "", "good": "✔ ", "bad": "✖ ", "warn": "! ", "muted": "· ", "accent": "● "}


class Banner(Widget):
    """A line of text with a tone; hidden while the text is empty."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {*TONE_CLASSES}
    DEFAULT_CSS = f"""
    Banner {{
        width: 1fr;
        height: 1;
        padding: 0 1;
        background: $panel;
        display: none;
        &.-shown {{ display: block; }}
        {TONE_CSS}
    }}
    """

    text: reactive[str] = reactive("")
    """What it says."""
    tone: reactive[Tone] = reactive[Tone]("warn")
    """How bad it is."""

    def watch_text(self, text: str) -> None:
        """Take up the line only while there is something to say."""
        self.set_class(bool(text), "-shown")

    def render(self) -> Text:
        """Draw glyph and text, cut to the line."""
        style = "" if self.tone == "plain" else part_style(self, f"tone--{self.tone}")
        return Text(fitted(_GLYPHS[self.tone] + shown(self.text), self.size.width), style, no_wrap=True)
