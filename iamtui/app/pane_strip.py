"""The names of the panes in one line, where only one of them has room."""

from __future__ import annotations

from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.events import Click
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static


class _Name(Static):
    """A name that can be clicked."""

    def on_click(self, event: Click) -> None:
        """Ask for the pane."""
        event.stop()
        self.post_message(PaneStrip.Chosen((self.id or "").removeprefix("strip-")))


class PaneStrip(Horizontal):
    """`1 Explorer  2 Subject  3 Simulate`, the one in front marked."""

    DEFAULT_CSS = """
    PaneStrip {
        height: 1; display: none;
        _Name { width: auto; padding: 0 1; color: $text-muted; }
        _Name.-front { color: $foreground; text-style: bold underline; }
    }
    """

    front: reactive[str] = reactive("explorer")
    """The key of the pane in front."""

    @dataclass
    class Chosen(Message):
        """The user clicked on a name."""

        pane: str

    def __init__(self, panes: tuple[tuple[str, str], ...]) -> None:
        """Show `panes`, pairs of key and title, numbered from 1."""
        super().__init__()
        self._panes = panes

    def compose(self) -> ComposeResult:
        """One name a pane."""
        for number, (pane, title) in enumerate(self._panes, start=1):
            yield _Name(f"{number} {title}", id=f"strip-{pane}", markup=False)

    def watch_front(self, front: str) -> None:
        """Mark the pane in front."""
        for name in self.query(_Name):
            name.set_class(name.id == f"strip-{front}", "-front")
