"""`iamtui trail --event ID`: one event with its record, and what the exports decide on it (B5)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from iamtui.cli.errors import InputError
from iamtui.cli.output import write_bytes, write_tree
from iamtui.cli.packing import pack as write_pack_of
from iamtui.cli.packing import requests_of_rows
from iamtui.cli.trail_options import Given, read_paths
from iamtui.evaluation.decide import decide
from iamtui.evaluation.request.request import RequestError
from iamtui.reports.decision_data import decision_data
from iamtui.reports.markdown import block
from iamtui.reports.serial import Data, json_bytes
from iamtui.reports.trail.data import event_card_data
from iamtui.reports.trail.text import card_lines
from iamtui.reports.tree_text import plain_text
from iamtui.trail.requests import recorded_call
from iamtui.trail.views.changes import change_rows, changes_of
from iamtui.trail.views.denials import refusal_of
from iamtui.trail.views.lineage import Lineage


def write_event_card(paths: Sequence[Path], event_id: str, form: str, pack: Path | None, *, full: bool) -> int:
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
    if call.reason is not None:
        decisions.append({"decision": None, "decided_by": None, "error": call.reason})
    for _, request in call.requests():
        try:
            decisions.append(decision_data(decide(found.snapshot, request)))
        except RequestError as error:
            decisions.append({"decision": None, "decided_by": None, "error": str(error)})
    return decisions
