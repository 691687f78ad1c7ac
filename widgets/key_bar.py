"""The last line of the screen: the keys that count where the focus is, each of which can be clicked.

Textual's own footer makes a widget for each key at each change of focus, which costs more than all else that a key
does here; this one draws a line.
"""

from __future__ import annotations

from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from iamtui.widgets.text import part_style

_ALWAYS = ("quit", "toggle_help", "app.toggle_help")
"""The actions whose keys are never left out: the way out, and that to all others."""

_DIM = Style(dim=True)


class _Key(NamedTuple):
    """A key, what is drawn for it, and what it does."""

    key: str
    drawn: str
    what: str
    is_enabled: bool = True


def _width(key: _Key) -> int:
    return cell_len(f" {key.drawn} {key.what} ")


class KeyBar(Widget):
    """As many keys as there is room for, with what they do; those that do nothing now are dim."""

    COMPONENT_CLASSES = {"key-bar--key"}  # noqa: RUF012 - so declared by Textual
    DEFAULT_CSS = """
    KeyBar {
        height: 1; width: 1fr; dock: bottom;
        background: $footer-background; color: $footer-description-foreground;
        .key-bar--key { color: $footer-key-foreground; text-style: bold; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._keys: list[_Key] = []
        self._kept = 1

    def on_mount(self) -> None:
        """Follow the focus."""
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_changed)

    def _bindings_changed(self, screen: Screen[object]) -> None:
        if self.is_attached and screen is self.screen:
            keys = self._shown_keys(screen)
            if keys != self._keys:
                self._keys = keys
                self.refresh()

    def _shown_keys(self, screen: Screen[object]) -> list[_Key]:
        shown: dict[str, _Key] = {}
        for active in screen.active_bindings.values():
            binding = active.binding
            if binding.show:
                key = _Key(binding.key, self.app.get_key_display(binding), binding.description, active.enabled)
                shown.setdefault(binding.action, key)
        always = [shown.pop(action) for action in _ALWAYS if action in shown]
        self._kept = len(always) + 1
        return [*shown.values(), *always, _Key("ctrl+p", "^p", "Commands")]

    def _placed(self) -> list[tuple[int, int, _Key]]:
        """The keys for which there is room, each with the cells where it begins and ends; the last ones come first."""
        first, last = self._keys[: -self._kept], self._keys[-self._kept :]
        room = self.size.width - sum(_width(key) for key in last)
        placed: list[tuple[int, int, _Key]] = []
        start = 0
        for key in (*first, *last):
            end = start + _width(key)
            if end <= room or key in last:
                placed.append((start, end, key))
                start = end
        return placed

    def render_line(self, y: int) -> Strip:
        """Draw the keys as far as there is room."""
        base, key_style = self.rich_style, part_style(self, "key-bar--key")
        segments = []
        for _, _, key in self._placed():
            style = key_style if key.is_enabled else _DIM
            segments += [Segment(f" {key.drawn}", style), Segment(f" {key.what} ", None if key.is_enabled else _DIM)]
        return Strip(segments).apply_style(base).adjust_cell_length(self.size.width, base)

    def on_click(self, event: events.Click) -> None:
        """Press the key under the mouse."""
        for start, end, key in self._placed():
            if start <= event.x < end:
                self.app.simulate_key(key.key)
                return
