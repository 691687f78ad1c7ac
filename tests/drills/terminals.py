"""A terminal with a process in it, to be taken away."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PATIENCE = 60.0
"""Seconds after which a process that should have said something counts as hung; a loaded machine is slow."""
ALTERNATE_SCREEN, MAIN_SCREEN = b"\x1b[?1049h", b"\x1b[?1049l"


class Terminal:
    """A pseudo terminal of 80 x 24 and the process that it controls; with `has_parent` it has a shell above it."""

    def __init__(self, command: Sequence[str], *, has_parent: bool = False, ignores_hangup: bool = False) -> None:
        self.output = b""
        self._master, self._slave = pty.openpty()
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self._before = termios.tcgetattr(self._slave)
        started = ["/bin/sh", "-c", '"$@"; true', "sh", *command] if has_parent else list(command)

        def take_terminal() -> None:
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
            if ignores_hangup:
                signal.signal(signal.SIGHUP, signal.SIG_IGN)

        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "TERM": "xterm-256color"}
        stream = self._slave
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            started,
            stdin=stream,
            stdout=stream,
            stderr=stream,
            env=environment,
            preexec_fn=take_terminal,  # noqa: PLW1509 - nothing else can make it the terminal of a session
        )

    @property
    def child(self) -> int:
        """The process below the shell."""
        number = self.process.pid
        return int(Path(f"/proc/{number}/task/{number}/children").read_text())

    def read_until(self, text: bytes) -> None:
        """Read what the process writes until `text` was among it."""
        while text not in self.output:
            assert self._read(PATIENCE), f"no {text!r} in {self.output[-500:]!r}"

    def read_rest(self) -> None:
        """Read what is there."""
        while self._read(0.0):
            pass

    def _read(self, patience: float) -> bytes:
        if not select.select([self._master], [], [], patience)[0]:
            return b""
        chunk = os.read(self._master, 1 << 16)
        self.output += chunk
        return chunk

    def type(self, keys: bytes) -> None:
        """Press keys, once the screen stands still."""
        while self._read(0.5):
            pass
        os.write(self._master, keys)

    def take_away(self) -> None:
        """Close the terminal, as a killed terminal program does."""
        os.close(self._slave)
        os.close(self._master)
        self._master = -1

    def status(self) -> int:
        """Wait for the end of the process, reading what it writes."""
        assert self.ended(os.pidfd_open(self.process.pid))
        return int(self.process.wait(PATIENCE))

    def ended(self, pidfd: int) -> bool:
        """Wait for the end of a process, reading what it writes."""
        sources = [pidfd] if self._master < 0 else [pidfd, self._master]
        while ready := select.select(sources, [], [], PATIENCE)[0]:
            if pidfd in ready:
                os.close(pidfd)
                return True
            try:
                self._read(0.0)
            except OSError:  # no process has it open any more
                sources.remove(self._master)
        return False

    @property
    def is_restored(self) -> bool:
        """Whether screen, mouse and line discipline are those of a shell again."""
        self.read_rest()
        after = self.output.rpartition(ALTERNATE_SCREEN)[2]
        modes: list[Any] = termios.tcgetattr(self._slave)
        return MAIN_SCREEN in after and b"\x1b[?1003l" in after and modes == self._before

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self._master >= 0:
            os.close(self._slave)
            os.close(self._master)


def app_command(path: Path) -> list[str]:
    return [sys.executable, "-m", "iamtui", str(path)]
