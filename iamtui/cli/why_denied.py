"""`iamtui why-denied`: why AWS refused a call, by its own word and by the export."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from iamtui.analysis.denials.explaining import WhyDenied, explain_denial
from iamtui.analysis.denials.inputs import Denial, denial_of_record
from iamtui.analysis.denials.issuing import IssuingRecords
from iamtui.cli.arguments import OnceEach
from iamtui.cli.denial_files import denial_of_file, denial_of_text
from iamtui.cli.errors import InputError
from iamtui.cli.file_paths import FilePath
from iamtui.cli.options import context_of
from iamtui.cli.output import terminal_width, wants_colour, write_bytes, write_coloured, write_text
from iamtui.cli.packing import pack as write_pack_of
from iamtui.cli.snapshots import snapshot_of
from iamtui.cli.trail_options import Given, pack_option, read_paths, relative
from iamtui.reports.tree_text import styled_text
from iamtui.reports.why_denied import why_as_json, why_as_markdown, why_as_plain_text, why_data, why_lines
from iamtui.snapshot.model import Snapshot
from iamtui.trail.masking import mask_text
from iamtui.trail.refusals import NotARefusalError
from iamtui.trail.trail import GoneError

_FILE = FilePath()
_EXAMPLES = """\b
iamtui why-denied account.json --message 'User: arn:aws:iam::111122223333:user/dana is not authorized to perform: ...'
aws s3 cp s3://ledger/q3.csv . 2>&1 | iamtui why-denied account.json --file -
"""


@click.command(cls=OnceEach, epilog=_EXAMPLES, short_help="Say why AWS refused a call, by its word and by the export.")
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=_FILE)
@click.option("--message", metavar="TEXT", help="The error as it was printed.")
@click.option(
    "--file",
    "file",
    metavar="FILE",
    help="An error, an event, a decoded message, authorization details, a folder of these; - is stdin.",
)
@click.option("--event", metavar="ID", help="The event with this id among PATH.")
@click.option("--context", multiple=True, metavar="KEY=VALUE", help="A condition key that the input does not state.")
@pack_option
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
@click.option("--full", is_flag=True, help="Unfold everything in text and Markdown.")
def why_denied(
    *,
    paths: tuple[Path, ...],
    message: str | None,
    file: str | None,
    event: str | None,
    context: tuple[str, ...],
    pack: Path | None,
    form: str,
    full: bool,
) -> int:
    """Read an AWS error, and compare what it says with what the export PATH says of the same request.

    The two agree (explained), differ, or it cannot be told, with the reason. Without PATH the error alone is read.

    Exit status: 0 done, 2 bad input.
    """
    if (message, file, event).count(None) != 2:
        raise InputError("why-denied: expected one of --message TEXT, --file FILE and --event ID")
    if event is not None and not paths:
        raise InputError("--event: expected PATH with CloudTrail events; nothing is explained")
    paths = relative(paths) if pack is not None else paths
    given = read_paths(paths, needs_events=event is not None) if event is not None or pack is not None else None
    rows: list[int] = []
    if event is not None and given is not None:
        rows = _rows_of(given, event)
        denial, snapshot = _denial_of_row(given, rows[0], event), given.snapshot
    else:
        denial = denial_of_text(message, "--message") if message is not None else denial_of_file(file or "-")
        snapshot = given.snapshot if given is not None else snapshot_of(paths) if paths else None
    why = explain_denial(denial, snapshot, context=context_of(context))
    if snapshot is not None:
        _require_account(why, snapshot)
    if pack is not None and given is not None:
        asked = [(name, text) for name, text in (("--message", message), ("--file", file), ("--event", event)) if text]
        _pack(pack, ("why-denied", *map(str, paths), *map(mask_text, asked[0])), paths, given, why, rows)
    _write(why, form, full=full)
    return 0


def _rows_of(given: Given, event: str) -> list[int]:
    """The row of the event that is meant."""
    rows = given.trail.rows_of(event)
    if len(rows) != 1:
        raise InputError(f"--event {event}: expected the id of one event, {len(rows) or 'no'} event begins so")
    return rows


def _denial_of_row(given: Given, row: int, event: str) -> Denial:
    try:
        return denial_of_record(given.trail.record(row), IssuingRecords(given.trail))
    except (GoneError, NotARefusalError) as error:
        raise InputError(f"--event {event}: {error}; nothing is explained") from error


def _pack(
    folder: Path, words: Sequence[str], paths: Sequence[Path], given: Given, why: WhyDenied, rows: Sequence[int]
) -> None:
    """The pack of an answer: the event if it was one, and a case for each part that was decided (AT26, B20)."""
    requests = [
        (f"{part.request.action} of {part.request.principal}", part.request)
        for part in why.parts
        if part.request is not None and part.decision is not None
    ]
    write_pack_of(folder, words, paths, given, why_data(why), why_as_markdown(why), rows, requests)


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
