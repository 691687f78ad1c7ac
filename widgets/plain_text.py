"""Text as it stands: the one widget through which a string becomes content of the screen."""

from __future__ import annotations

from rich.text import Text
from textual.content import Content
from textual.visual import VisualType
from textual.widgets import Static

from iamtui.widgets.text import shown


class PlainText(Static):
    """A line of text or a few. Nothing in it is markup: Textual's own `Static` would take a string for that."""

    def __init__(self, text: str | Text = "", *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        """Show `text`."""
        super().__init__(_drawn(text), id=id, classes=classes, markup=False)

    def update(self, content: VisualType = "", *, layout: bool = True) -> None:
        """Show another text."""
        super().update(_drawn(content), layout=layout)


def _drawn(content: VisualType) -> VisualType:
    return Content(shown(content)) if isinstance(content, str) else content
