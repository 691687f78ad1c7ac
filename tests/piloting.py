"""Keys for a headless app, and waiting until they have done what they do: Textual's pilot waits for an idle process."""

import asyncio
import time
import unicodedata
from typing import Any

from textual._queue import Queue
from textual.app import App
from textual.events import Key
from textual.keys import REPLACED_KEYS, _character_to_key, _get_unicode_name_from_key
from textual.message import Message
from textual.message_pump import MessagePump

_TURNS = 4
"""Turns of the event loop without a message, after which none is under way."""
_AT_ONCE = 100
"""Turns after which we only look from time to time."""
_PATIENCE = 30.0
"""Seconds after which something hangs."""


def as_key(name: str) -> Key:
    """A key as the terminal sends it, named as bindings name it or by its character."""
    key = _character_to_key(name) if len(name) == 1 and not name.isalnum() else name
    character: str | None
    try:
        character = unicodedata.lookup(_get_unicode_name_from_key(REPLACED_KEYS.get(key, key)))
    except KeyError:
        character = name if len(name) == 1 else None
    return Key(key, character)


async def settled(app: App[Any]) -> None:
    """Wait until no message is under way, also of what is laid out anew."""
    await quiet(app)
    await app.animator.wait_until_complete()
    app.screen._on_timer_update()
    await quiet(app)


async def quiet(app: App[Any]) -> None:
    """Wait until every widget waits for its next message, for some turns of the event loop."""
    began, turns, resting = time.monotonic(), 0, 0
    busy: MessagePump | None = None
    while resting < _TURNS and app.is_running:
        await asyncio.sleep(0 if turns < _AT_ONCE else 0.005)
        turns += 1
        if busy is None or _rests(busy):
            busy = next((node for node in _nodes(app) if not _rests(node)), None)
        resting = resting + 1 if busy is None else 0
        if time.monotonic() - began > _PATIENCE:
            raise TimeoutError(f"{busy} does not end what it is about")


def _nodes(app: App[Any]) -> list[MessagePump]:
    """All there are, also those of a screen that is about to go."""
    return [app, *app._registry]


def _rests(node: MessagePump) -> bool:
    queue: Queue[Message | None] = node._message_queue
    return not node.is_running or (not queue.qsize() and bool(queue.ready_event._waiters))
