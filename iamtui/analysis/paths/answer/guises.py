"""As what somebody acts to whom a path comes: as the export has it, in the console, or with what was changed of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from iamtui.analysis.overlay.laying import Edit


@dataclass(frozen=True, slots=True)
class Guise:
    """In the console, because one came by a password (EP21); or as `kept` says, which an edge changed (EP33)."""

    in_console: bool = False
    kept: tuple[Edit, ...] = ()


CONSOLE = Guise(in_console=True)

Node: TypeAlias = str | tuple[str, Guise]
"""A principal by its ARN, or with its guise, where that is not how the export has it."""


def node_of(arn: str, guise: Guise | None) -> Node:
    """A principal in a guise; None: as the export has it."""
    return arn if guise is None else (arn, guise)
