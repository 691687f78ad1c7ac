"""The answer to a question to a trail as lines of text: what was read, then each view, a row a line (B4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from iamtui.reports.lines import Keys, Line
from iamtui.reports.serial import Data
from iamtui.reports.trail.rows import View, short, views_of
from iamtui.visible import Tone

_WIDEST = 64
_TITLES = {
    "callers": "Callers",
    "denials": "Refused",
    "changes": "Changes",
    "sessions": "Sessions",
    "first_seen": "First seen",
    "events": "Events",
}
_COLUMNS = {
    "callers": ("who", "events", "denied", "changes", "addresses", "first", "last"),
    "denials": ("time", "who", "action", "resource", "result", "layer", "why folded", "events", "event"),
    "changes": ("time", "who", "call", "target", "outcome", "snapshot", "event"),
    "sessions": ("issued", "key", "principal", "by", "until", "uses", "last"),
    "first_seen": ("time", "who", "what", "value", "event"),
    "events": ("time", "who", "action", "resource", "outcome", "address", "event"),
}
"""The columns that a reader of text gets; CSV and Markdown have all."""

_ID = 8  # so many characters of an event's id are shown: enough for --event


def trail_lines(data: Mapping[str, Data], limit: int, totals: Mapping[str, int]) -> list[Line]:
    """The lines of an answer (`trail_data`): of each view at most `limit` rows, 0 for all, and how many there are."""
    keys = Keys("trail")
    lines = [_read(data, keys), _coverage(data, keys)]
    accounts = {one["account"] for one in _items(data["coverage"])}
    only = f" @{next(iter(accounts))}" if len(accounts) == 1 else ""
    lines += [_view(view, limit, totals[view.name], only, keys) for view in views_of(data) if view.name in _TITLES]
    return [*lines, *_unseen(data, limit, keys)]


def _unseen(data: Mapping[str, Data], limit: int, keys: Keys) -> Iterator[Line]:
    """What the exports have, and no event made (H5)."""
    changes = data.get("changes")
    found = _items(changes.get("unseen")) if isinstance(changes, Mapping) else []
    if found:
        shown = found[:limit] if limit else found
        lines = tuple(
            Line(keys.of("unseen", str(one["target"])), f"{short(one['created'])}  {one['what']}", str(one["target"]))
            for one in shown
        )
        title = "In the export, and no event made it"
        yield Line(keys.of("unseen"), title, f"{len(found):,}", "warn", "?", grow=lambda: lines, open=True)


def _read(data: Mapping[str, Data], keys: Keys) -> Line:
    read = data["read"] if isinstance(data["read"], Mapping) else {}
    facts = [
        f"{short(read['from'])} to {short(read['to'])} UTC",
        _count(read["files"], "file"),
        _count(read["duplicates"], "duplicate"),
    ]
    skipped, failed = read["skipped"], read["failed"]
    if isinstance(skipped, Sequence) and skipped:
        facts.append(f"{len(skipped):,} skipped")
    if isinstance(failed, Sequence) and failed:
        facts.append(_count(len(failed), "problem"))
    return Line(keys.of("read"), _count(read["distinct"], "event"), " · ".join(facts), "accent", "●")


def _count(number: Data, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _coverage(data: Mapping[str, Data], keys: Keys) -> Line:
    covered = _items(data["coverage"])
    lines = tuple(_place(one, keys) for one in covered)
    return Line(
        keys.of("coverage"), "Covered", _count(len(covered), "account and Region"), grow=lambda: lines, open=True
    )


def _place(one: Mapping[str, Data], keys: Keys) -> Line:
    gaps = _items(one["gaps"])
    facts = [f"{short(one['from'])} to {short(one['to'])}"]
    facts.append("management and data events" if one["data_events"] else "no data events")
    facts += [] if one["read_events"] else ["no read-only events"]
    if gaps:
        facts.append(_count(len(gaps), "silence") + " of an hour or more")
    facts += [f"{change['name']} at {short(change['time'])}" for change in _items(one["logging_changes"])]
    where = f"{one['account'] or 'unknown account'} {one['region'] or 'no Region'}"
    below = tuple(
        Line(keys.of("gap", str(gap["from"])), f"{short(gap['from'])} to {short(gap['to'])}", str(gap["why"]), "muted")
        for gap in gaps
    )
    return Line(keys.of("place", where), where, " · ".join(facts), grow=(lambda: below) if below else None)


def _items(value: Data) -> list[Mapping[str, Data]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, (list, tuple)) else []


def _view(view: View, limit: int, total: int, only: str, keys: Keys) -> Line:
    lines = tuple(_rows(view, limit, total, only, keys))
    title = _TITLES[view.name]
    return Line(keys.of(view.name), title, f"{total:,}", grow=(lambda: lines) if lines else None, open=True)


def _rows(view: View, limit: int, total: int, only: str, keys: Keys) -> Iterator[Line]:
    """The titles, then a line a row; the account is left out where all events are of one."""
    numbers = [view.titles.index(title) for title in _COLUMNS[view.name]]
    kept = view.cells[:limit] if limit else view.cells
    rows = [
        [row[number][:_ID] if view.titles[number] == "event" else row[number].removesuffix(only) for number in numbers]
        for row in kept
    ]
    titles = list(_COLUMNS[view.name])
    used = [place for place in range(len(titles)) if any(row[place] for row in rows)]
    widest = {place: min(_WIDEST, max(len(row[place]) for row in (*rows, titles))) for place in used}

    def joined(row: Sequence[str]) -> str:
        return "  ".join(f"{row[place]:<{widest[place]}}" for place in used).rstrip()

    if rows:
        yield Line(keys.of(view.name, "titles"), joined(titles), tone="muted")
    for row in rows:
        tone: Tone = "bad" if "refused" in row else "plain"
        yield Line(keys.of(view.name, *row), joined(row), tone=tone)
    if len(kept) < total:
        left = total - len(kept)
        yield Line(keys.of(view.name, "more"), f"{left:,} more", "--limit 0 shows all", "muted")


def card_lines(data: Mapping[str, Data]) -> list[Line]:
    """One event with its record (`event_card_data`)."""
    keys = Keys("event")
    lines = [Line(keys.of("name"), f"{data['source']} {data['name']}", f"{short(data['time'])} UTC", "accent", "●")]
    plain = ("id", "account", "region", "type", "read_only", "ip", "agent", "delegate", "noise")
    told = [(name, data[name]) for name in plain if data.get(name) is not None]
    lines += [Line(keys.of(name), name.replace("_", " "), str(value)) for name, value in told]
    grouped = ("caller", "error", "denial", "change")
    lines += [_facts(keys, name, data[name]) for name in grouped if isinstance(data[name], Mapping)]
    for number, part in enumerate(_items(data["actions"])):
        lines.append(_facts(keys, f"authorization {number + 1}", part))
    for number, decision in enumerate(_items(data.get("requests"))):
        found = f"{decision['decision']} by {decision['decided_by'] or 'what is unknown'}"
        found = f"not decided: {decision['error']}" if decision["decision"] is None else found
        lines.append(Line(keys.of("decision", str(number)), "by the snapshot", found))
    written = msgspec.json.format(msgspec.json.encode(data["record"])).decode().splitlines()
    record = tuple(Line(keys.of("json", str(number)), text) for number, text in enumerate(written))
    lines.append(Line(keys.of("record"), "record", grow=lambda: record, open=True))
    return lines


def _facts(keys: Keys, name: str, value: Data) -> Line:
    members = value if isinstance(value, Mapping) else {}
    known = [(key, held) for key, held in members.items() if held not in (None, False, [], {})]
    below = tuple(
        Line(keys.of(name, key), key.replace("_", " "), held if isinstance(held, str) else _json(held))
        for key, held in known
    )
    return Line(keys.of(name), name, grow=(lambda: below) if below else None, open=True)


def _json(value: Data) -> str:
    return msgspec.json.encode(value).decode()
