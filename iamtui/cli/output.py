"""Writing results to standard output: in colours on a terminal, plain anywhere else."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import click

from iamtui.cli.errors import writing
from iamtui.reports.lines import Line
from iamtui.reports.tree_text import plain_text, styled_text

if TYPE_CHECKING:
    from rich.console import RenderableType

T = TypeVar("T")


def wants_colour() -> bool:
    """Whether to write colours: what `--color` says, else NO_COLOR, else FORCE_COLOR, else whether a terminal reads.

    The variables are those of https://no-color.org and https://force-color.org.
    """
    context = click.get_current_context(silent=True)
    if context is not None and context.color is not None:
        return context.color
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def terminal_width() -> int:
    """The columns of the terminal."""
    return max(40, shutil.get_terminal_size().columns)


def write_text(text: str) -> None:
    """Write plain text."""
    with writing():
        sys.stdout.write(text)
        sys.stdout.flush()


def write_bytes(data: bytes) -> None:
    """Write UTF-8 as it is, whatever the encoding of the terminal."""
    with writing():
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


def write_parts(parts: Iterable[bytes]) -> None:
    """Write UTF-8 as it is made, part by part, so that the whole is never held."""
    with writing():
        sys.stdout.flush()
        sys.stdout.buffer.writelines(parts)
        sys.stdout.buffer.flush()


def write_coloured(renderable: RenderableType) -> None:
    """Write in colours, whoever reads it; nothing in it is read as markup."""
    from rich.console import Console  # noqa: PLC0415 - only colours need it

    console = Console(
        force_terminal=True,
        no_color=False,
        color_system="standard" if os.environ.get("TERM") in ("dumb", "unknown") else "auto",
        highlight=False,
        markup=False,
        emoji=False,
        width=terminal_width(),
    )
    with writing():
        console.print(renderable, end="")


def write_tree(lines: Sequence[Line], *, full: bool) -> None:
    """Write the lines of a tree, in colours where they are wanted."""
    if wants_colour():
        write_coloured(styled_text(lines, terminal_width(), full=full))
    else:
        write_text(plain_text(lines, full=full))


def with_progress(items: Iterable[T], count: int, label: str, *, least: int = 0) -> Iterator[T]:
    """The items, with a bar on the terminal of standard error that shows how far they are, from `least` of them on."""
    if count < least or not sys.stderr.isatty():
        yield from items
        return
    with click.progressbar(items, count, label, file=sys.stderr) as bar:
        yield from bar


@contextmanager
def progress_of(label: str) -> Iterator[Callable[[int, int], None]]:
    """Takes how many of how many steps are done, and moves a bar on the terminal of standard error, if it can move."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield lambda done, count: None
        return
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def moved(done: int, count: int) -> None:
            bar.length = max(count, 1)
            bar.update(done - bar.pos)

        yield moved
