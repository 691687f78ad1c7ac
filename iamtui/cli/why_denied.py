"""`iamtui why-denied`: why AWS refused a call, by its own word and by the export."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import click

from iamtui.analysis.denials.explaining import WhyDenied, explain_denial
from iamtui.analysis.denials.inputs import Denial, denial_of_record, read_denial
from iamtui.cli.errors import InputError
from iamtui.cli.options import OnceEach, context_of
from iamtui.cli.output import terminal_width, wants_colour, write_bytes, write_coloured, write_text
from iamtui.cli.paths import FilePath
from iamtui.cli.snapshots import require_paths, snapshot_of
from iamtui.reports.tree_text import styled_text
from iamtui.reports.why_denied import why_as_json, why_as_markdown, why_as_plain_text, why_lines
from iamtui.snapshot.model import Snapshot
from iamtui.trail.reading import read_trail, require_events
from iamtui.trail.records import Record
from iamtui.trail.refusals import NotARefusalError
from iamtui.trail.trail import GoneError, Trail, TrailError

_FILE = FilePath()
_EXAMPLES = """\b
iamtui why-denied account.json --message 'User: arn:aws:iam::111122223333:user/dana is not authorized to perform: ...'
aws s3 cp s3://ledger/q3.csv . 2>&1 | iamtui why-denied account.json --file -
"""


@click.command(cls=OnceEach, epilog=_EXAMPLES, short_help="Say why AWS refused a call, by its word and by the export.")
@click.argument("exports", metavar="[PATH]...", nargs=-1, type=_FILE)
@click.option("--message", metavar="TEXT", help="The error as it was printed.")
@click.option(
    "--file", "file", metavar="FILE", help="An error, an event, a decoded message, authorization details; - is stdin."
)
@click.option("--event", metavar="ID", help="The event with this id among PATH.")
@click.option("--context", multiple=True, metavar="KEY=VALUE", help="A condition key that the input does not state.")
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
@click.option("--full", is_flag=True, help="Unfold everything in text and Markdown.")
def why_denied(
    *,
    exports: tuple[Path, ...],
    message: str | None,
    file: str | None,
    event: str | None,
    context: tuple[str, ...],
    form: str,
    full: bool,
) -> int:
    """Read an AWS error, and compare what it says with what the export PATH says of the same request.

    The two agree (explained), differ, or it cannot be told, with the reason. Without PATH the error alone is read.

    Exit status: 0 done, 2 bad input.
    """
    if (message, file, event).count(None) != 2:
        raise InputError("why-denied: expected one of --message TEXT, --file FILE and --event ID")
    if event is not None:
        denial, exports = _of_event(exports, event)
    else:
        denial = _denial(message, file)
    snapshot = snapshot_of(exports) if exports else None
    why = explain_denial(denial, snapshot, context=context_of(context))
    if snapshot is not None:
        _require_account(why, snapshot)
    _write(why, form, full=full)
    return 0


def _denial(message: str | None, file: str | None) -> Denial:
    place = "--message" if file is None else "standard input" if file == "-" else file
    try:
        return read_denial(_read(file) if file is not None else message or "")
    except NotARefusalError as error:
        raise InputError(f"{place}: {error}; nothing is explained") from error


def _of_event(paths: tuple[Path, ...], event: str) -> tuple[Denial, tuple[Path, ...]]:
    """The denial of an event of a trail, and the files beside it that may be exports."""
    if not paths:
        raise InputError("--event: expected PATH with CloudTrail events; nothing is explained")
    require_paths(paths)
    try:
        trail = require_events(read_trail(paths))
        row = trail.row_of(event)
        if row is None:
            raise InputError(f"--event {event}: {len(trail):,} events were read, and none has this id")
        return denial_of_record(trail.record(row), partial(_issuing, trail)), trail.others
    except TrailError as error:
        raise InputError.of(error.problems) from error
    except (GoneError, NotARefusalError) as error:
        raise InputError(f"--event {event}: {error}; nothing is explained") from error


def _issuing(trail: Trail, key: str) -> Record | None:
    """The record of the event that handed out an access key id (Y7)."""
    row = next((row for row, issued in trail.issued.items() if issued == key), None)
    return None if row is None else trail.record(row)


def _read(file: str) -> str:
    data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    return data.decode("utf-8", "replace")


def _require_account(why: WhyDenied, snapshot: Snapshot) -> None:
    """Refuse an export of other accounts only: it could say nothing of this call."""
    request = why.first.request
    if request is None:
        return
    named = {text.split(":")[4] for text in (request.principal, request.resource) if text.count(":") >= 5}
    named |= {request.resource_account or ""}
    accounts = {account for account in named if account.isdigit()}
    if accounts and accounts.isdisjoint(snapshot.accounts):
        held = ", ".join(sorted(snapshot.accounts)) or "no account"
        raise InputError(f"the call is about account {', '.join(sorted(accounts))}, and the export holds {held}")


def _write(why: WhyDenied, form: str, *, full: bool) -> None:
    if form == "json":
        write_bytes(why_as_json(why))
    elif form == "markdown":
        write_bytes(why_as_markdown(why, full=full).encode("utf-8", "backslashreplace"))
    elif wants_colour():
        for facts, tree in why_lines(why):
            write_coloured(styled_text(facts, terminal_width()))
            write_text("\n")
            write_coloured(styled_text(tree, terminal_width(), full=full))
    else:
        write_text(why_as_plain_text(why, full=full))
