"""Writing what is on the screen to a file, in a thread: there may be a hundred megabytes of it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from iamtui.files.reading import reason_of
from iamtui.files.writing import write_parts

Format = Literal["svg", "txt", "json", "md", "sh"]
"""In which form something is saved; the ending of its name."""

_LEFT: Final = "iamtui was left before all was written"


@dataclass(frozen=True, slots=True)
class Target:
    """Where to save, in which form, and whether a file that is there may be replaced."""

    path: Path
    format: Format
    replaces: bool = False


class _GivenUpError(Exception):
    """Nobody waits for the file any more."""


class Writing:
    """One file on its way to the disk; what was there before is there until all is written."""

    def __init__(self, target: Target, parts: Iterable[str]) -> None:
        """Write `parts` to the target, each when it is asked for."""
        self.path = target.path
        self.trouble = _LEFT
        """Why the file is not there; empty as soon as it is."""
        self.size = 0
        """How many bytes were written by now."""
        self._parts = parts
        self._replaces = target.replaces
        self._is_given_up = False

    def run(self) -> None:
        """Write, in a thread."""
        try:
            write_parts(self.path, self._encoded(), replaces=self._replaces)
        except _GivenUpError:
            return
        except OSError as error:
            self.trouble = reason_of(error)
        else:
            self.trouble = ""

    def _encoded(self) -> Iterator[bytes]:
        for part in self._parts:
            if self._is_given_up:
                raise _GivenUpError
            encoded = part.encode("utf-8", "backslashreplace")  # a document may hold half of a character
            self.size += len(encoded)
            yield encoded

    def give_up(self) -> None:
        """Let the thread end with the part that it is at, and leave nothing behind."""
        self._is_given_up = True

    @property
    def said(self) -> str:
        """What became of it."""
        return f"not saved: {self.path}: {self.trouble}" if self.trouble else f"saved: {self.path}"


def late(make: Callable[[], str | bytes]) -> Iterator[str]:
    """A content of one part, which is made when it is asked for."""
    made = make()
    yield made.decode() if isinstance(made, bytes) else made


def suggested_name(folder: Path, stem: str, ending: str) -> str:
    """A name that is not taken yet, made of what is safe in a file name."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", stem)[:60].strip("-.") or "iamtui"
    names = (f"{plain}.{ending}" if number == 1 else f"{plain}-{number}.{ending}" for number in range(1, 1000))
    return next((name for name in names if not os.path.lexists(folder / name)), f"{plain}.{ending}")
