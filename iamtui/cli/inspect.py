"""`iamtui inspect`: what an export holds, and what it lacks."""

from __future__ import annotations

from pathlib import Path

import click

from iamtui.cli.arguments import OnceEach
from iamtui.cli.errors import InputError
from iamtui.cli.file_paths import FilePath
from iamtui.cli.output import write_bytes, write_tree
from iamtui.reports.inventory import inventory_as_json, inventory_lines
from iamtui.snapshot.inventory import inventory
from iamtui.snapshot.opening import SnapshotError, open_snapshot


@click.command(cls=OnceEach)
@click.argument("exports", metavar="EXPORT...", nargs=-1, required=True, type=FilePath())
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--full", is_flag=True, help="List every file.")
def inspect(exports: tuple[Path, ...], form: str, *, full: bool) -> int:
    """Show what exports hold, what they lack and which answers that weakens, and what became of each file.

    Exit status: 0 something is usable, 2 nothing is.
    """
    nothing: SnapshotError | None = None
    try:
        found = inventory(open_snapshot(exports))
    except SnapshotError as error:
        nothing, found = error, inventory(error.snapshot)
    if form == "json":
        write_bytes(inventory_as_json(found))
    else:
        write_tree(inventory_lines(found), full=full)
    if nothing is not None:
        raise InputError.of(nothing.problems)
    return 0
