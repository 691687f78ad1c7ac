"""Leaves at once when the user quits: nobody looks at what threads that still ask would find."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

from textual.app import App

from iamtui.visible import shown

if TYPE_CHECKING:
    from iamtui.app.saving import Writing

_GRACE_SECONDS = 1.0
"""How long threads may take to see that they are not wanted, or to write to the end what they write."""
_GIVING_UP_SECONDS = 0.5
"""How long one that has not may take to remove what it wrote by then."""


class _Threads(ThreadPoolExecutor):
    """Threads for whose end the event loop does not wait when it is closed."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - as it is overridden
        """Take nothing more."""
        super().shutdown(wait=False, cancel_futures=True)


def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    loop.set_default_executor(_Threads())
    return loop


def run_app(app: App[None]) -> None:
    """Run an app until the user leaves it."""
    with asyncio.Runner(loop_factory=_loop) as runner:
        app.run(loop=runner.get_loop())


def end(status: int, writings: Sequence[Writing] = ()) -> None:
    """End the process with `status` if a thread goes on asking, which Python would wait for; else return.

    Files that are being written then are not saved, and that is said.
    """
    asking = [one for one in threading.enumerate() if one is not threading.current_thread() and not one.daemon]
    _join(asking, _GRACE_SECONDS)
    for writing in writings:
        writing.give_up()
    if writings:
        _join(asking, _GIVING_UP_SECONDS)
    for writing in writings:
        if writing.trouble:
            with suppress(OSError):  # the terminal may be gone
                sys.stderr.write(f"iamtui: {shown(writing.said)}\n")
    if any(thread.is_alive() for thread in asking):
        with suppress(OSError):  # the terminal may be gone
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


def _join(threads: Sequence[threading.Thread], seconds: float) -> None:
    due = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, due - time.monotonic()))
