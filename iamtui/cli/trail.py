"""`iamtui trail`: what happened, who did it, who was refused, what changed (B5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from iamtui.cli.arguments import OnceEach
from iamtui.cli.errors import InputError
from iamtui.cli.file_paths import FilePath
from iamtui.cli.output import write_bytes, write_text, write_tree
from iamtui.cli.trail_options import (
    Given,
    filter_of,
    filter_options,
    moment,
    pack_option,
    read_paths,
    relative,
    window_of,
)
from iamtui.reports.lines import Line
from iamtui.reports.serial import Data, json_bytes
from iamtui.reports.trail.data import totals, trail_data
from iamtui.reports.trail.rows import as_csv, as_json_lines, as_markdown, views_of
from iamtui.reports.trail.text import trail_lines
from iamtui.trail.selecting import Filter, FilterError, moment_of, select
from iamtui.trail.sql import Dialect, select_statement
from iamtui.trail.trail import GoneError
from iamtui.trail.views.answer import Views, answer, records_for
from iamtui.trail.views.changes import change_rows
from iamtui.trail.views.denials import denied_rows

if TYPE_CHECKING:
    from iamtui.cli.replayed import Replayed

_EXAMPLES = """\b
iamtui trail logs/ account.json --denials --who dana
iamtui trail logs/ --changes --from -36h --format csv
iamtui trail logs/ account.json --replay --fail-on aws-refused-we-allow
iamtui trail logs/ --event 3038ebd2-c98a-4c65-9b6e-e22506292313
"""
_FORMATS = ("text", "json", "jsonl", "csv", "markdown")
_FILTERS = ("who", "actions", "resources", "networks", "agents", "regions", "accounts", "errors")
_VIEWS = ("denials", "changes", "sessions", "first_seen", "events")


@click.command(cls=OnceEach, epilog=_EXAMPLES, short_help="Show what happened, who did it, and what came of it.")
@click.argument("paths", metavar="PATH...", nargs=-1, type=FilePath())
@click.option("--denials", is_flag=True, help="What was refused, people first.")
@click.option("--changes", is_flag=True, help="What changed access, and whether it still does.")
@click.option("--sessions", is_flag=True, help="Who issued which temporary key to whom.")
@click.option("--first-seen", is_flag=True, help="What callers did for the first time.")
@click.option("--baseline", metavar="TIME", help="With --first-seen: what was before is known.")
@click.option("--events", is_flag=True, help="Every event.")
@click.option("--event", "event_id", metavar="ID", help="One event with its record.")
@click.option("--replay", "replays", is_flag=True, help="Whether the logs and the exported policies agree.")
@click.option("--snapshot-time", metavar="TIME", help="With --replay: when the export was made.")
@click.option("--fail-on", multiple=True, metavar="CLASS", help="With --replay: exit with 1 at such a one.")
@filter_options
@click.option(
    "--sql", type=click.Choice([one.value for one in Dialect]), help="Read nothing; print the filters as SQL."
)
@click.option("--table", metavar="NAME", help="With --sql: the table, the event data store, or the files.")
@pack_option
@click.option("--format", "form", type=click.Choice(_FORMATS), default="text", show_default=True)
@click.option("--full", is_flag=True, help="Unfold everything in text.")
@click.option("--limit", type=click.IntRange(min=0), default=50, show_default=True, help="Rows a list; 0 for all.")
def trail(*, paths: tuple[Path, ...], event_id: str | None, sql: str | None, table: str | None, **given: Any) -> int:
    """Show what CloudTrail events in files and folders say happened.

    A PATH is a file with events, an export, or a folder of both; without a view the summary is shown. Filters hold
    together; the same one given twice means either.

    Exit status: 0 done, also where some files are damaged; 1 a class of --fail-on was found; 2 nothing could be read.
    """
    views = {name: given.pop(name) for name in _VIEWS}
    filters = {name: given.pop(name) for name in _FILTERS}
    asked = _Asked(paths=paths, views=views, filters=filters, **given)
    if sql is not None:
        return _print_sql(sql, table, asked)
    asked.check()
    if asked.pack is not None:
        asked = replace(asked, paths=relative(paths))
    try:
        if event_id is None:
            return _shown(asked)
        from iamtui.cli.event_card import write_event_card  # noqa: PLC0415 - only a card is decided

        return write_event_card(asked.paths, event_id, asked.form, asked.pack, full=asked.full)
    except (FilterError, GoneError) as error:
        raise InputError(str(error)) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """The options: which events, which views of them, and how these are written."""

    paths: tuple[Path, ...]
    views: dict[str, bool]
    filters: dict[str, Any]
    start: str | None
    end: str | None
    baseline: str | None
    replays: bool
    snapshot_time: str | None
    fail_on: tuple[str, ...]
    pack: Path | None
    form: str
    full: bool
    limit: int

    def check(self) -> None:
        """Refuse what does not go together."""
        if not self.paths:
            raise InputError("trail: expected PATH with CloudTrail events; nothing is read")
        if self.baseline is not None and not self.views["first_seen"]:
            raise InputError("--baseline: expected beside --first-seen")
        if (self.snapshot_time is not None or self.fail_on) and not self.replays:
            raise InputError("--snapshot-time and --fail-on: expected beside --replay")


def _shown(asked: _Asked) -> int:
    """Read the events, and write what the views say of them."""
    views = Views(baseline=None, **asked.views)
    window = window_of(asked.start, asked.end)
    found = read_paths(asked.paths, window, holds=records_for(views), needs_events=True)
    rows = select(found.trail, filter_of(found.trail, asked.start, asked.end, **asked.filters))
    views = replace(views, baseline=moment(asked.baseline, "--baseline", found.trail))
    answered = answer(found.trail, rows, views, found.snapshot)
    is_cut = asked.form == "text" and asked.limit and asked.pack is None
    data = trail_data(answered, asked.limit if is_cut else None)
    at = moment(asked.snapshot_time, "--snapshot-time", found.trail)
    replayed = _replayed(found, rows, at, asked.fail_on) if asked.replays else None
    data = data if replayed is None else {**data, "replay": replayed.data}
    if asked.pack is not None:
        _pack(asked.pack, asked.paths, found, data, rows, asked.views, replayed)
    lines = replayed.lines(asked.limit) if replayed is not None else []
    _write(data, totals(answered), lines, asked.form, asked.limit, full=asked.full)
    return int(replayed is not None and replayed.fails)


def _print_sql(dialect: str, table: str | None, asked: _Asked) -> int:
    """The SELECT of the filters; it reads nothing, so a time cannot count back from the newest event."""
    if asked.paths:
        raise InputError("--sql: expected no PATH: nothing is read")
    try:
        wanted = Filter(start=_time("--from", asked.start), end=_time("--to", asked.end), **asked.filters)
        write_text(select_statement(Dialect(dialect), table, wanted))
    except FilterError as error:
        raise InputError(str(error)) from error
    return 0


def _time(option: str, text: str | None) -> datetime | None:
    try:
        return moment_of(text, None) if text is not None else None
    except FilterError as error:
        raise InputError(f"{option} {error}") from error


def _pack(
    folder: Path,
    paths: Sequence[Path],
    found: Given,
    data: dict[str, Data],
    rows: Sequence[int],
    views: dict[str, bool],
    replayed: Replayed | None,
) -> None:
    """The pack of a question: the events of its views; what was refused, changed or replayed is decided."""
    from iamtui.cli.packing import pack, requests_of_rows  # noqa: PLC0415 - only a pack decides

    asked = [f"--{name.replace('_', '-')}" for name, wanted in views.items() if wanted]
    asked += [] if replayed is None else ["--replay"]
    wanted = set(denied_rows(found.trail, rows) if views["denials"] else ())
    wanted.update(change_rows(found.trail, rows) if views["changes"] else ())
    wanted.update(replayed.rows if replayed is not None else ())
    decided = [row for row in rows if row in wanted]
    rests_on = list(rows) if views["events"] or not decided else decided
    words = ("trail", *map(str, paths), *asked)
    requests = requests_of_rows(found, decided)
    pack(folder, words, paths, found, data, as_markdown(views_of(data)), rests_on, requests)


def _replayed(found: Given, rows: Sequence[int], at: datetime | None, fail_on: Sequence[str]) -> Replayed:
    from iamtui.cli.replayed import replayed  # noqa: PLC0415 - only a replay decides

    return replayed(found, rows, at, fail_on)


def _write(
    data: dict[str, Data], counts: dict[str, int], lines: list[Line], form: str, limit: int, *, full: bool
) -> None:
    if form == "json":
        write_bytes(json_bytes(data))
    elif form == "text":
        write_tree([*trail_lines(data, limit, counts), *lines], full=full)
    elif form == "markdown":
        write_text(as_markdown(views_of(data)))
    else:
        views = [view for view in views_of(data) if view.name != "callers"] or views_of(data)
        if len(views) != 1:
            raise InputError(f"--format {form}: expected one view, got {', '.join(view.name for view in views)}")
        write_text(as_csv(views[0])) if form == "csv" else write_bytes(as_json_lines(views[0]))
