"""What goes wrong on the command line through no fault of ours."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from iamtui.visible import shown

if TYPE_CHECKING:
    from iamtui.snapshot.model import SourceProblem

BAD_INPUT = 2
"""Exit status: an argument or a file cannot be used."""


class InputError(Exception):
    """Arguments or files that cannot be used: a line for each problem."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines

    @classmethod
    def of(cls, problems: Iterable[SourceProblem]) -> InputError:
        """An error of what is wrong with files, each said as beside an answer."""
        return cls(*(f"{problem.severity.value}: {problem}" for problem in problems))


class ReaderGoneError(Exception):
    """Nobody reads standard output any more."""


@contextlib.contextmanager
def writing() -> Iterator[None]:
    """Says in our own words that standard output takes no more: click would take the system's as a failure of its own.

    Raises:
        ReaderGoneError: nobody reads it any more.
        InputError: it cannot be written, such as to a full disk.
    """
    try:
        yield
    except BrokenPipeError as error:
        raise ReaderGoneError from error
    except OSError as error:
        raise InputError(f"standard output: {error.strerror or error}") from error


def say(line: str) -> None:
    """Write a line to standard error; what becomes of it must not cost the result.

    A name in it may be of any length: what is beyond a screen is cut.
    """
    with contextlib.suppress(OSError):
        print(f"iamtui: {shown(line)}", file=sys.stderr)
