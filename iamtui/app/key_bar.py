"""The last line of the screen: the keys that count where the focus is, each of which can be clicked.

Textual's own footer makes a widget for each key at each change of focus, which costs more than all else that a key
does here; this one draws a line.
"""

from __future__ import annotations

from rich.segment import Segment
from textual import events
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from iamtui.widgets.text import part_style

_MOST = 7


class KeyBar(Widget):
    """At most seven keys with what they do."""

    COMPONENT_CLASSES = {"key-bar--key"}  # noqa: RUF012 - so declared by Textual
    DEFAULT_CSS = """
    KeyBar {
        height: 1; width: 1fr; dock: bottom;
        background: $footer-background; color: $footer-foreground;
        .key-bar--key { color: $footer-key-foreground; text-style: bold; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._keys: list[tuple[str, str, str]] = []  # key, what is drawn for it, what it does

    def on_mount(self) -> None:
        """Follow the focus."""
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_changed)

    def _bindings_changed(self, screen: Screen[object]) -> None:
        if self.is_attached and screen is self.screen:
            keys = self._shown_keys(screen)
            if keys != self._keys:
                self._keys = keys
                self.refresh()

    def _shown_keys(self, screen: Screen[object]) -> list[tuple[str, str, str]]:
        shown: dict[str, tuple[str, str, str]] = {}
        for active in screen.active_bindings.values():
            binding = active.binding
            if binding.show and active.enabled:
                key = (binding.key, self.app.get_key_display(binding), binding.description)
                shown.setdefault(binding.action, key)
        return [*list(shown.values())[: _MOST - 1], ("ctrl+p", "^p", "Commands")]

    def render_line(self, y: int) -> Strip:
        """Draw the keys as far as there is room."""
        base, key_style = self.rich_style, part_style(self, "key-bar--key")
        segments = []
        for _, drawn, what in self._keys:
            segments += [Segment(f" {drawn}", key_style), Segment(f" {what} ")]
        return Strip(segments).apply_style(base).adjust_cell_length(self.size.width, base)

    def on_click(self, event: events.Click) -> None:
        """Press the key under the mouse."""
        start = 0
        for key, drawn, what in self._keys:
            end = start + Segment(f" {drawn} {what} ").cell_length
            if start <= event.x < end:
                self.app.simulate_key(key)
                return
            start = end
