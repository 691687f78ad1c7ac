"""Keys for a headless app, and waiting until they have done what they do: Textual's pilot waits for an idle process."""

import asyncio
import unicodedata
from typing import Any

from textual.app import App
from textual.events import Callback, Key
from textual.keys import REPLACED_KEYS, _character_to_key, _get_unicode_name_from_key
from textual.message_pump import MessagePump

_TURNS = 4
"""Turns of the event loop without a message, after which none is under way."""
_AT_ONCE = 100
"""Turns after which we only look from time to time."""


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
    """Wait until no message is under way."""
    await _drained(app)
    while True:
        await _handled(app)
        if await _drained(app):
            return


def _nodes(app: App[Any]) -> list[MessagePump]:
    return [app, *(node for screen in app.screen_stack for node in screen.walk_children(with_self=True))]


async def _drained(app: App[Any]) -> bool:
    """Let messages pass until none is in a queue for some turns of the loop; whether there was none at all."""
    nodes = _nodes(app)
    turns = empty = 0
    while empty < _TURNS:
        await asyncio.sleep(0 if turns < _AT_ONCE else 0.005)
        turns += 1
        empty = 0 if any(node.message_queue_size for node in nodes) else empty + 1
    return turns == _TURNS


async def _handled(app: App[Any]) -> None:
    """Wait until each node has ended what it was about, also where it waits for something else."""
    waiting, done = 1, asyncio.Event()

    def count() -> None:
        nonlocal waiting
        waiting -= 1
        if not waiting:
            done.set()

    for node in _nodes(app):
        waiting += node.post_message(Callback(callback=count))
    count()
    ways_on = [asyncio.create_task(event.wait()) for event in (done, app._exception_event)]
    ended, pending = await asyncio.wait(ways_on, timeout=30, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    assert ended, "a widget does not end what it is about"
