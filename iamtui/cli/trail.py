"""`iamtui trail`: what happened, who did it, who was refused, what changed (B5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from iamtui.analysis.denials.agreement import Agreement
from iamtui.analysis.replay import Replay, replay
from iamtui.cli.errors import InputError
from iamtui.cli.options import OnceEach
from iamtui.cli.output import write_bytes, write_text, write_tree
from iamtui.cli.packing import pack as write_pack_of
from iamtui.cli.packing import pack_option, relative, requests_of_rows
from iamtui.cli.paths import FilePath
from iamtui.cli.trail_options import Given, filter_of, filter_options, moment, read_paths, window_of
from iamtui.evaluation.decide import decide
from iamtui.evaluation.request.request import RequestError
from iamtui.reports.decision_data import decision_data
from iamtui.reports.markdown import block
from iamtui.reports.replay import replay_data, replay_lines
from iamtui.reports.serial import Data, json_bytes
from iamtui.reports.trail.data import event_card_data, trail_data
from iamtui.reports.trail.rows import as_csv, as_json_lines, as_markdown, views_of
from iamtui.reports.trail.text import card_lines, trail_lines
from iamtui.reports.tree_text import plain_text
from iamtui.trail.reading import require_events
from iamtui.trail.requests import recorded_call
from iamtui.trail.selecting import Filter, FilterError, moment_of, select
from iamtui.trail.sql import Dialect, select_statement
from iamtui.trail.trail import GoneError, TrailError
from iamtui.trail.views.answer import Views, answer
from iamtui.trail.views.changes import change_rows, changes_of
from iamtui.trail.views.denials import denied_rows, refusal_of
from iamtui.trail.views.sessions import Lineage

_EXAMPLES = """\b
iamtui trail logs/ account.json --denials --who dana
iamtui trail logs/ --changes --from -36h --format csv
iamtui trail logs/ account.json --replay --fail-on aws-refused-we-allow
iamtui trail logs/ --event 3038ebd2-c98a-4c65-9b6e-e22506292313
"""
_FORMATS = ("text", "json", "jsonl", "csv", "markdown")
_CLASSES = [agreement.value for agreement in Agreement]
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
@click.option("--fail-on", multiple=True, type=click.Choice(_CLASSES), help="With --replay: exit with 1 at such a one.")
@filter_options
@click.option(
    "--sql", type=click.Choice([one.value for one in Dialect]), help="Read nothing; print the filters as SQL."
)
@click.option("--table", metavar="NAME", help="With --sql: the table, the event data store, or the files.")
@pack_option
@click.option("--format", "form", type=click.Choice(_FORMATS), default="text", show_default=True)
@click.option("--full", is_flag=True, help="Unfold everything in text.")
@click.option("--limit", type=click.IntRange(min=0), default=50, show_default=True, help="Rows a list; 0 for all.")
def trail(  # noqa: PLR0913 - one for each option
    *,
    paths: tuple[Path, ...],
    event_id: str | None,
    baseline: str | None,
    replays: bool,
    snapshot_time: str | None,
    fail_on: tuple[str, ...],
    start: str | None,
    end: str | None,
    sql: str | None,
    table: str | None,
    pack: Path | None,
    form: str,
    full: bool,
    limit: int,
    **given: bool | tuple[str, ...],
) -> int:
    """Show what CloudTrail events in files and folders say happened.

    A PATH is a file with events, an export, or a folder of both; without a view the summary is shown. Filters hold
    together; the same one given twice means either.

    Exit status: 0 done, also where some files are damaged; 1 a class of --fail-on was found; 2 nothing could be read.
    """
    views = {name: bool(given.pop(name)) for name in _VIEWS}
    filters = {name: value for name, value in given.items() if isinstance(value, tuple)}
    if sql is not None:
        return _print_sql(sql, table, paths, start, end, filters)
    if not paths:
        raise InputError("trail: expected PATH with CloudTrail events; nothing is read")
    paths = relative(paths) if pack is not None else paths
    if baseline is not None and not views["first_seen"]:
        raise InputError("--baseline: expected beside --first-seen")
    if (snapshot_time is not None or fail_on) and not replays:
        raise InputError("--snapshot-time and --fail-on: expected beside --replay")
    try:
        if event_id is not None:
            return _card(paths, event_id, form, pack, full=full)
        found = read_paths(paths, window_of(start, end))
        require_events(found.trail)
        rows = select(found.trail, filter_of(found.trail, start, end, **filters))
        asked = Views(**views, baseline=moment(baseline, "--baseline", found.trail))
        data = trail_data(answer(found.trail, rows, asked, found.snapshot))
        replayed = _replayed(found, rows, moment(snapshot_time, "--snapshot-time", found.trail)) if replays else None
        if replayed is not None:
            data = {**data, "replay": replay_data(replayed)}
        if pack is not None:
            _pack(pack, paths, found, data, rows, views, replayed)
        _write(data, replayed, form, limit, full=full)
    except TrailError as error:
        raise InputError.of(error.problems) from error
    except (FilterError, GoneError) as error:
        raise InputError(str(error)) from error
    return 1 if replayed is not None and any(replayed.classes[Agreement(name)] for name in fail_on) else 0


def _print_sql(
    dialect: str,
    table: str | None,
    paths: Sequence[Path],
    start: str | None,
    end: str | None,
    filters: dict[str, Any],
) -> int:
    """The SELECT of the filters; it reads nothing, so a time cannot count back from the newest event."""
    if paths:
        raise InputError("--sql: expected no PATH: nothing is read")
    try:
        asked = Filter(start=_time("--from", start), end=_time("--to", end), **filters)
        write_text(select_statement(Dialect(dialect), table, asked))
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
    replayed: Replay | None,
) -> None:
    """The pack of a question: the events of its views; what was refused, changed or replayed is decided."""
    asked = [f"--{name.replace('_', '-')}" for name, wanted in views.items() if wanted]
    asked += [] if replayed is None else ["--replay"]
    wanted = set(denied_rows(found.trail, rows) if views["denials"] else ())
    wanted.update(change_rows(found.trail, rows) if views["changes"] else ())
    wanted.update(call.event.row for call in (replayed.calls if replayed is not None else ()))
    decided = [row for row in rows if row in wanted]
    rests_on = list(rows) if views["events"] or not decided else decided
    words = ("trail", *map(str, paths), *asked)
    requests = requests_of_rows(found, decided)
    write_pack_of(folder, words, paths, found, data, as_markdown(views_of(data)), rests_on, requests)


def _replayed(found: Given, rows: Sequence[int], at: datetime | None) -> Replay:
    if found.snapshot is None:
        raise InputError("--replay: expected an export among the paths, whose policies are compared with the events")
    return replay(found.trail, found.snapshot, rows, moment=at)


def _write(data: dict[str, Data], replayed: Replay | None, form: str, limit: int, *, full: bool) -> None:
    if form == "json":
        write_bytes(json_bytes(data))
    elif form == "text":
        lines = [] if replayed is None else [*replay_lines(replayed, limit=limit)]
        write_tree([*trail_lines(data, limit), *lines], full=full)
    elif form == "markdown":
        write_text(as_markdown(views_of(data)))
    else:
        views = [view for view in views_of(data) if view.name != "callers"] or views_of(data)
        if len(views) != 1:
            raise InputError(f"--format {form}: expected one view, got {', '.join(view.name for view in views)}")
        write_text(as_csv(views[0])) if form == "csv" else write_bytes(as_json_lines(views[0]))


def _card(paths: Sequence[Path], event_id: str, form: str, pack: Path | None, *, full: bool) -> int:
    """One event; only files that hold its id are read."""
    if form not in ("text", "json"):
        raise InputError(f"--format {form}: expected text or json with --event")
    found = read_paths(paths, containing=(event_id.encode(),))
    rows = found.trail.rows_of(event_id)
    if len(rows) != 1:
        raise InputError(f"--event {event_id}: expected the id of one event, {len(rows) or 'no'} event begins so")
    data = _card_data(found, rows[0])
    if pack is not None:
        words = ("trail", *map(str, paths), "--event", event_id)
        report = block(plain_text(card_lines(data), full=True))
        requests = requests_of_rows(found, rows)
        write_pack_of(pack, words, paths, found, {"version": 1, "event": data}, report, rows, requests)
    if form == "json":
        write_bytes(json_bytes({"version": 1, "event": data}))
    else:
        write_tree(card_lines(data), full=full)
    return 0


def _card_data(found: Given, row: int) -> dict[str, Data]:
    changed = change_rows(found.trail, (row,))
    change = changes_of(found.trail, changed, found.snapshot)[0] if changed else None
    data = event_card_data(found.trail, row, found.snapshot, change)
    return {**data, "requests": _decisions(found, row)}


def _decisions(found: Given, row: int) -> list[Data]:
    """Each part of the event decided against the exports; nothing where there are none."""
    if found.snapshot is None:
        return []
    record, lineage = found.trail.record(row), Lineage(found.trail)

    def issuing(key: str) -> dict[str, object] | None:
        place = lineage.issuing_row(key)
        return found.trail.record(place) if place is not None else None

    call = recorded_call(record, found.snapshot, refusal_of(record), issuing)
    decisions: list[Data] = []
    for _, request in call.requests():
        try:
            decisions.append(decision_data(decide(found.snapshot, request)))
        except RequestError as error:
            decisions.append({"decision": None, "decided_by": None, "error": str(error)})
    return decisions
