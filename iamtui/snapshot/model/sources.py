"""What became of each file, and what of it could not be used."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Severity(StrEnum):
    """How much a problem costs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class SourceProblem:
    """Something in a file that could not be used: where it is, what was expected, what it costs."""

    path: Path
    place: str  # JSON pointer, or "line 12, column 8"; "" for the whole file
    expected: str
    consequence: str  # "this policy allows and denies nothing that we know", "the account is not shown"
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        where = f"{self.path}: {self.place}" if self.place else str(self.path)
        return f"{where}: {self.expected}; {self.consequence}"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that was looked at, what it was taken for and what became of it."""

    path: Path
    format: str
    status: str  # read, skipped, failed
    message: str = ""
    size: int = 0
    modified_ns: int = 0
