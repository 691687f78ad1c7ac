"""An application around one widget, and the strings that a hostile export holds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot
from textual.widget import Widget

from tests.piloting import as_key, settled

M = TypeVar("M", bound=Message)

HOSTILE = {
    "markup": "[bold]x[/",
    "closing tag": "[/]",
    "clipboard escape": "\x1b]52;c;aGVsbG8=\x1b\\",
    "colour escape": "\x1b[31mred",
    "8-bit control": "\x9b31m",
    "right-to-left override": "\u202etxt.exe",
    "line feed": "one\ntwo\r\nthree",
    "nul": "a\0b",
    "lone surrogate": "\ud800",
    "wide": "漢字漢字漢字漢字漢字漢字漢字漢字",
    "combining": "e\u0301" * 50,
    "five megabytes": "M" * 5_000_000,
    "five megabytes of escapes": "\x1b" * 5_000_000,
    "empty": "",
}


class Host(App[None]):
    """Shows widgets below each other."""

    def __init__(self, *widgets: Widget) -> None:
        super().__init__()
        self._widgets = widgets

    def compose(self) -> ComposeResult:
        yield from self._widgets


class Stage:
    """A running host, and all messages that widgets posted."""

    def __init__(self, pilot: Pilot[None], messages: list[Message]) -> None:
        self.pilot = pilot
        self._messages = messages

    async def press(self, *keys: str) -> None:
        for key in keys:
            self.pilot.app.post_message(as_key(key))
            await self.settled()

    async def settled(self) -> None:
        """Wait until no message is under way."""
        await settled(self.pilot.app)

    def posted(self, kind: type[M]) -> list[M]:
        found: list[M] = []
        for message in self._messages:
            if isinstance(message, kind) and not any(message is other for other in found):
                found.append(message)
        return found

    def lines(self, widget: Widget) -> list[str]:
        """What a widget shows, line by line, as text."""
        strips = widget.render_lines(widget.outer_size.region)
        return [strip.text.rstrip() for strip in strips]


@asynccontextmanager
async def staged(*widgets: Widget, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Stage]:
    messages: list[Message] = []
    async with Host(*widgets).run_test(size=size, message_hook=messages.append) as pilot:
        widgets[0].focus()
        await settled(pilot.app)
        yield Stage(pilot, messages)


async def until(stage: Stage, condition: Callable[[], bool]) -> None:
    for _ in range(1000):  # a loaded machine is slow, and waiting costs nothing where all is well
        if condition():
            return
        await asyncio.sleep(0.02)
        await stage.settled()
    raise AssertionError("gave up waiting")


def acts_on_a_terminal(text: str) -> bool:
    return any(not character.isprintable() for character in text)
