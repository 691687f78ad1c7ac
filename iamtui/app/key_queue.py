"""Keys that are typed ahead, as over a slow line, handed on one by one."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from textual import events
from textual.app import App
from textual.message_pump import MessagePump

from iamtui.app.escape_keys import apart

_PATIENCE = 1.0
"""Seconds after which the next key is handed on though what handles the one before has not ended."""

_ROUNDS = 5
"""How often a widget is waited for that sends itself messages without end."""


_TIMELINE = "app.timeline"
_AT_ONCE = frozenset({"app.quit", "app.help", _TIMELINE})
"""The bindings that need nothing that is read, so that they count at once, unless something was typed before them."""


class KeyQueue:
    """Holds each key back until the one before has done all that it does, and all until `release`.

    Textual hands a key to what has the focus when it comes in. A key that moves the focus, by a message that passes
    from widget to widget or by another screen, would then be overtaken by those that were typed after it.
    """

    def __init__(self, app: App[None], hand_on: Callable[[events.Key], Awaitable[None]]) -> None:
        """Hand keys on to `app` by `hand_on`."""
        self._app = app
        self._hand_on = hand_on
        self._keys: deque[events.Key] = deque()
        self._task: asyncio.Task[None] | None = None
        self._held: deque[events.Key] | None = deque()  # what was typed before there is anything to be used

    def put(self, key: events.Key) -> None:
        """Take a key that came in; with Alt it is Escape and the key, unless it means something with Alt."""
        bound = key.key in self._app.screen.active_bindings
        for one in (key,) if bound else apart(key):
            self._put(one)

    def _put(self, key: events.Key) -> None:
        if self._held is not None:
            if key.key == "escape":
                self._held.clear()
            elif key.key == "ctrl+j":  # Enter, as a terminal sends it that no application has taken over yet
                key = events.Key("enter", "\r")
        if self._held is not None and not self._counts_at_once(key, is_first=not self._held):
            self._held.append(key)
            return
        if self._held is not None and self._means(key) == _TIMELINE:
            self._held = None  # what is typed after it is for the timeline
        self._keys.append(key)
        self._start()

    def look_again(self, then: Callable[[], object]) -> None:
        """Hand on what counts on another screen though nothing was read yet, and call `then` after it."""
        if self._held is not None:
            held, self._held = self._held, deque()
            for key in held:
                self._put(key)
        if self._task is None or self._task.done():
            then()
        else:
            self._task.add_done_callback(lambda _: then())

    def release(self) -> None:
        """Hand on what was typed before there was anything to be used."""
        if self._held is not None:
            self._keys.extend(self._held)
            self._held = None
            self._start()

    def _counts_at_once(self, key: events.Key, *, is_first: bool) -> bool:
        """Whether a key needs nothing that is read: those with Ctrl, and some where nothing was typed before."""
        if key.key == "escape" or key.key.startswith("ctrl+"):
            return True
        return is_first and self._means(key) in _AT_ONCE

    def _means(self, key: events.Key) -> str | None:
        """The id of the binding that a key has on the screen."""
        active = self._app.screen.active_bindings.get(key.key)
        return None if active is None else active.binding.id

    def _start(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="keys")

    async def _run(self) -> None:
        while self._keys and self._app.is_running:
            key = self._keys.popleft()
            before = self._app.focused or self._app.screen
            await self._hand_on(key)
            # The messages of the key pass upwards from the widget that had the focus; a focus is moved by the app; a
            # new screen gives the focus to one of its own.
            for node in (*before.ancestors_with_self, self._app, self._app.screen, self._app):
                await _handled(node)


async def _handled(node: MessagePump) -> None:
    """Wait until a node has handled what it was sent, and what it sent itself meanwhile."""
    for _ in range(_ROUNDS):
        done = asyncio.Event()
        if not node.is_running or not node.call_later(done.set):
            return
        try:
            await asyncio.wait_for(done.wait(), _PATIENCE)
        except TimeoutError:
            return
        if not node.message_queue_size:
            return
