"""Ends the app when its process is told to end, or when its terminal is gone (POSIX only).

Textual leaves both to the operating system: a signal leaves the alternate screen and the mouse on, and at the end of
input its driver asks the terminal again and again.
"""

from __future__ import annotations

import os
import select
import signal
import termios
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

from textual.app import App
from textual.drivers import linux_driver
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from iamtui.app.clipboard import for_terminal
from iamtui.app.escape_keys import EscapeParser

_GRACE_SECONDS = 0.6
"""How long the app may take to end in its own way before the process ends without it."""
_RESTORING_SECONDS = 0.2
"""How long a terminal may take what makes it fit for a shell: one that is stopped takes nothing."""
_POLL_MS = 200
"""How often the terminal is asked whether it is still there; where the system says so of itself, it is at once."""

_INPUT, _OUTPUT = 0, 2
"""The descriptors that Textual's driver uses."""
_STATUS_OF_SIGNAL = 128
"""What shells add to the number of the signal that ended a process."""
HANGUP_STATUS = _STATUS_OF_SIGNAL + signal.SIGHUP
"""Exit status after the terminal is gone."""
_RESTORE = (
    b"\x1b[?2004l\x1b[?7h\x1b[?2048l"  # pasting in brackets, wrapping of lines, reports of the size
    b"\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1016l"  # the mouse
    b"\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?1004l"  # the keyboard, the alternate screen, the cursor, the focus
)


class TerminalDriver(LinuxDriver):
    """Textual's driver; a terminal that cannot be read any more is news to the app, not a fault of it."""

    class InputLost(Message):
        """Nothing can be read from the terminal: it is gone, or a shell has taken it back."""

    def write(self, data: str) -> None:
        """Write to the terminal."""
        super().write(for_terminal(data))

    def run_input_thread(self) -> None:
        """Read what the user does until the end of the input."""
        linux_driver.XTermParser = EscapeParser  # type: ignore[attr-defined] # by this name the driver makes one
        try:
            super().run_input_thread()
        except OSError:
            self.send_message(self.InputLost())


@contextmanager
def ends_with_terminal(app: App[None]) -> Iterator[None]:
    """While this is open, SIGTERM, SIGHUP and the loss of the terminal end `app`.

    The app leaves its screen as it does when the user quits. Where something holds it up, such as a thread that still
    reads, the process ends without it. A signal that the parent had set to be ignored stays so.
    """
    told, teller = os.pipe()
    os.set_blocking(teller, False)  # a handler must not wait

    def tell(number: int, _: FrameType | None) -> None:
        with suppress(OSError):
            os.write(teller, bytes([number]))

    heeded = [one for one in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(one) is not signal.SIG_IGN]
    before = {number: signal.signal(number, tell) for number in heeded}
    threading.Thread(target=_end_when_told, args=(app, told, _attributes()), name="ending", daemon=True).start()
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end_when_told(app: App[None], told: int, attributes: list[Any] | None) -> None:
    poll = select.poll()
    poll.register(told, select.POLLIN)
    poll.register(_INPUT, 0)  # asks for nothing: what is gone is said unasked
    while not (events := dict(poll.poll(_POLL_MS))):
        pass
    status = _STATUS_OF_SIGNAL + os.read(told, 1)[0] if told in events else HANGUP_STATUS
    app.exit(return_code=status)
    threading.Event().wait(_GRACE_SECONDS)
    restoring = threading.Thread(target=_restore, args=(attributes,), daemon=True)
    restoring.start()
    restoring.join(_RESTORING_SECONDS)
    os._exit(status)


def _attributes() -> list[Any] | None:
    try:
        return termios.tcgetattr(_INPUT)
    except termios.error:
        return None


def _restore(attributes: list[Any] | None) -> None:
    """Make the terminal fit for a shell again, as far as it is there."""
    with suppress(OSError, termios.error):
        os.write(_OUTPUT, _RESTORE)
        if attributes is not None:
            termios.tcsetattr(_INPUT, termios.TCSANOW, attributes)
