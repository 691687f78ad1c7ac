"""The one-line input of every widget here."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.widgets import Input

from iamtui.widgets.text import shown

_WORDS_OF_A_SENTENCE = 8
"""From so many words on a text is a sentence; names, patterns and values that people type have fewer."""


class LineInput(Input, inherit_bindings=False):
    """An input that holds only what can be drawn: control characters put or pasted into it are spelt out.

    `true_value` remembers what the text stands for as long as nobody edits it, so that a hostile name that was
    filled in still means that name.
    """

    ALLOW_MAXIMIZE = False
    BINDINGS: ClassVar[list[BindingType]] = [*Input.BINDINGS]  # without those that scroll: they hide up and down
    DEFAULT_CSS = """
    LineInput { width: 1fr; height: 1; }
    """

    def __init__(
        self,
        *,
        placeholder: str = "",
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
    ) -> None:
        super().__init__(placeholder=placeholder, id=id, classes=classes, compact=True, select_on_focus=False)
        self._given = ""

    def _on_paste(self, event: events.Paste) -> None:
        """Leave to the screen what is no value of one line; Textual would keep its first line alone."""
        if "\n" in event.text.strip() or len(event.text.split()) >= _WORDS_OF_A_SENTENCE:
            event.prevent_default()

    def validate_value(self, value: str) -> str:
        """Spell out what must not reach the terminal."""
        return shown(value)

    @property
    def true_value(self) -> str:
        """The value that was put in if it was not edited since, else what is in the box."""
        return self._given if self.value == shown(self._given) else self.value

    def put(self, value: str) -> None:
        """Fill in a value, with the text cursor at its end; posts no `Changed`."""
        self._given = value
        with self.prevent(Input.Changed):
            self.value = value
        self.cursor_position = len(self.value)
