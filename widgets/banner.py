"""One line that tells of a problem with the source, there only while there is one."""

from __future__ import annotations

from textual.reactive import reactive
from textual.widget import Widget

from iamtui.widgets.text import Tone


class Banner(Widget):
    """A line of text with a tone; hidden while the text is empty."""

    text: reactive[str] = reactive("")
    """What it says."""
    tone: reactive[Tone] = reactive("warn")
    """How bad it is: warn, bad, good or muted."""
