"""What goes wrong on the command line through no fault of ours."""

from __future__ import annotations

from collections.abc import Iterable

BAD_INPUT = 2
"""Exit status: an argument or a file cannot be used."""


class InputError(Exception):
    """Arguments or files that cannot be used: a line for each problem."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines

    @classmethod
    def of(cls, problems: Iterable[object]) -> InputError:
        """An error of several problems."""
        return cls(*(str(problem) for problem in problems))


class ReaderGoneError(Exception):
    """Nobody reads standard output any more."""
