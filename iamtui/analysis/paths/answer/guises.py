"""As what somebody acts to whom a path comes: as the export has it, in the console, or with what was changed of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from iamtui.analysis.overlay.laying import Edit


@dataclass(frozen=True, slots=True)
class Guise:
    """In the console, because one came by a password (EP21); or with what an edge changed of one, `kept` (EP33).

    Such a guise is that of one principal alone, `arn`.
    """

    in_console: bool = False
    arn: str = ""
    kept: tuple[Edit, ...] = ()


CONSOLE = Guise(in_console=True)

Node: TypeAlias = str | tuple[str, Guise]
"""A principal by its ARN, or with its guise, where that is not how the export has it."""


def node_of(arn: str, guise: Guise | None) -> Node:
    """A principal in a guise; None: as the export has it."""
    return arn if guise is None else (arn, guise)


def as_told(arn: str, guise: Guise | None) -> Node:
    """The same, whatever the session."""
    return arn if guise is None or guise.in_console else (arn, guise)
