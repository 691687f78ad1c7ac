"""The commands: each parses arguments, calls one function below, and renders.

Importing this package loads nothing but the standard library; a command loads what it needs.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

__all__ = ["main", "run"]

INTERRUPTED = 130
"""Exit status after Ctrl+C."""


def main() -> None:
    """The program: runs the command of the process and exits with its status."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status; errors are a line on stderr, never a stack trace."""
    try:
        from iamtui.cli.running import run_safely  # noqa: PLC0415 - what takes long must be where an interrupt is heard
    except KeyboardInterrupt:
        print("iamtui: interrupted", file=sys.stderr)
        return INTERRUPTED
    return run_safely(arguments)
