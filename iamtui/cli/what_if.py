"""`iamtui what-if`: what edits would do, before anything is written; iamtui itself changes nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from iamtui.analysis.overlay.placing import MissingThingError
from iamtui.analysis.what_if import WhatIf
from iamtui.analysis.what_if import what_if as ask
from iamtui.cli.arguments import OnceEach
from iamtui.cli.edit_options import edit_options, edits_of
from iamtui.cli.errors import InputError
from iamtui.cli.file_paths import FilePath
from iamtui.cli.fix_option import fix_option, fixes_of
from iamtui.cli.output import progress_of, write_bytes, write_text, write_tree
from iamtui.cli.snapshots import snapshot_of
from iamtui.reports.serial import json_bytes
from iamtui.reports.what_if import script_text, what_if_as_markdown, what_if_data, what_if_lines

_EXAMPLES = """\b
iamtui what-if account.json --detach dana=AdministratorAccess
iamtui what-if account.json --policy DeveloperAccess=edited.json --format commands > change.sh
iamtui what-if exports/ --trust role/deploy=trust.json --boundary role/deploy=Edge --format patch > change.json
iamtui what-if exports/ --patch change.json
iamtui what-if exports/ --fix FI43=alice --format commands
"""
_FORMS = ("text", "json", "markdown", "patch", "commands", "undo")


@click.command(
    "what-if",
    cls=OnceEach,
    epilog=_EXAMPLES,
    short_help="What an edit would do: who gains and loses what, and the way back.",
)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=FilePath())
@edit_options
@fix_option
@click.option("--format", "form", type=click.Choice(_FORMS), default="text", show_default=True)
@click.option("--full", is_flag=True, help="Unfold everything in text.")
def what_if(
    *,
    paths: tuple[Path, ...],
    patch: tuple[str, ...],
    fixes: tuple[str, ...],
    form: str,
    full: bool,
    **given: tuple[str, ...],
) -> int:
    """Lay edits over an export and say what they would do: who gains and who loses what, and why.

    WHO is an ARN or a name, as in simulate, or group/NAME; POLICY an ARN, a name, or the id of an SCP or RCP. Nothing
    is written: --format commands prints lines of the AWS CLI that make the edits, undo those that take them back,
    patch a JSON Patch that --patch takes. --fix tries a remedy on a copy of the picture, and says whether the finding
    is clear there.

    Exit status: 0 no effect, 1 somebody gains or loses something, 2 bad input.
    """
    snapshot = snapshot_of(paths)
    mending = fixes_of(snapshot, fixes)
    edits = edits_of(snapshot, patch, given, *(edit for fix in mending for edit in fix.edits))
    try:
        with progress_of("Comparing") as progress:
            found = replace(ask(snapshot, edits, progress), mended=tuple(fix.tried for fix in mending))
    except MissingThingError as error:
        raise InputError(f"{error}; nothing is decided") from error
    _write(found, form, full=full)
    return 1 if found.has_effect else 0


def _write(found: WhatIf, form: str, *, full: bool) -> None:
    match form:
        case "json":
            write_bytes(json_bytes(what_if_data(found)))
        case "patch":
            write_bytes(json_bytes(list(found.patch)))
        case "commands":
            write_text(script_text(found.commands))
        case "undo":
            write_text(script_text(found.undo))
        case "markdown":
            write_bytes(what_if_as_markdown(found).encode("utf-8", "backslashreplace"))
        case _:
            write_tree(what_if_lines(found), full=full)
