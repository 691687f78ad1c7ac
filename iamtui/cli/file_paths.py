"""Paths as arguments."""

from __future__ import annotations

import os
from pathlib import Path

import click


class FilePath(click.Path):
    """A path; an empty word, as an unset variable of a shell leaves it, is not the current folder."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(
        self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> str | bytes | os.PathLike[str]:
        """The path as it is written."""
        if not os.fspath(value):
            self.fail("expected a path, got an empty word", param, ctx)
        return super().convert(value, param, ctx)
