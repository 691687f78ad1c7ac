"""The rows of a view of a trail, one line each: for text, CSV, JSON lines and Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import orjson

from iamtui.reports.csv_rows import csv_text
from iamtui.reports.markdown import cell
from iamtui.reports.serial import Data
from iamtui.trail.callers import CallerKind

VIEWS = ("callers", "denials", "changes", "sessions", "first_seen", "events", "replay")
"""The views that have rows."""


@dataclass(frozen=True, slots=True)
class View:
    """One view as rows: its name, the titles of its columns, and the cells of each row."""

    name: str
    titles: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    data: tuple[Mapping[str, Data], ...]


def views_of(data: Mapping[str, Data]) -> list[View]:
    """The views of an answer (`trail_data`) as rows, in the order of `VIEWS`."""
    found = []
    for name in VIEWS:
        if name in data:
            rows = _ROWS[name](data[name])
            titles, cells = _TITLES[name], tuple(_CELLS[name](row) for row in rows)
            found.append(View(name, titles, cells, tuple(rows)))
    return found


def as_csv(view: View) -> str:
    """The rows as CSV; what a spreadsheet would compute is text."""
    return csv_text((view.titles, *view.cells))


def as_json_lines(view: View) -> bytes:
    """The rows as they stand in the JSON, a line each."""
    return b"".join(orjson.dumps(row) + b"\n" for row in view.data)


def as_markdown(views: Iterable[View]) -> str:
    """A table for each view."""
    lines: list[str] = []
    for view in views:
        lines += [f"## {view.name.replace('_', ' ').capitalize()}", "", f"| {' | '.join(view.titles)} |"]
        lines += [f"|{' --- |' * len(view.titles)}"]
        lines += [f"| {' | '.join(cell(one) if one else '' for one in row)} |" for row in view.cells]
        lines.append("")
    return "\n".join(lines)


def _list(value: Data) -> list[Mapping[str, Data]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, (list, tuple)) else []


def _denial_rows(value: Data) -> list[Mapping[str, Data]]:
    held = value if isinstance(value, Mapping) else {}
    return [*_list(held.get("events")), *_list(held.get("folded"))]


def _change_rows(value: Data) -> list[Mapping[str, Data]]:
    held = value if isinstance(value, Mapping) else {}
    return sorted(
        [*_list(held.get("events")), *_list(held.get("attempts"))], key=lambda row: (str(row["time"]), str(row["id"]))
    )


def _replay_rows(value: Data) -> list[Mapping[str, Data]]:
    return _list(value.get("rows")) if isinstance(value, Mapping) else []


_ROWS = {
    "callers": _list,
    "denials": _denial_rows,
    "changes": _change_rows,
    "sessions": _list,
    "first_seen": _list,
    "events": _list,
    "replay": _replay_rows,
}
_TITLES = {
    "callers": ("who", "kind", "account", "events", "denied", "changes", "addresses", "first", "last"),
    "denials": ("time", "who", "action", "resource", "result", "layer", "why folded", "events", "event"),
    "changes": ("time", "who", "kind", "call", "target", "outcome", "snapshot", "event"),
    "sessions": ("issued", "key", "principal", "by", "from key", "until", "uses", "last", "event"),
    "first_seen": ("time", "who", "what", "value", "event"),
    "events": ("time", "who", "action", "resource", "outcome", "address", "event"),
    "replay": ("class", "aws", "layer", "action", "resource", "decision", "decided by", "cause", "events", "event"),
}


def who(value: Data) -> str:
    """A caller in one line: its principal without the words that all ARNs share."""
    caller = value if isinstance(value, Mapping) else {}
    name = caller.get("principal") or caller.get("session") or caller.get("key") or caller.get("account")
    kind = caller.get("kind")
    unnamed = "the record does not say" if kind == CallerKind.UNKNOWN.value else f"unknown ({kind})"
    text = str(name) if name is not None else unnamed
    parts = text.split(":", 5)
    return f"{parts[5]} @{parts[4]}" if len(parts) == 6 and parts[4] else text


def short(value: Data) -> str:
    """A time as people read it."""
    return str(value or "").replace("T", " ").removesuffix("Z")


def _text(value: Data) -> str:
    return "" if value is None else str(value)


def _callers(row: Mapping[str, Data]) -> tuple[str, ...]:
    caller = row["caller"]
    kind, account = (caller.get("kind"), caller.get("account")) if isinstance(caller, Mapping) else ("", "")
    counts = tuple(_text(row[name]) for name in ("events", "denied", "changes", "ips"))
    return (entity(caller), _text(kind), _text(account), *counts, short(row["first"]), short(row["last"]))


def entity(value: Data) -> str:
    """The user or role behind a caller in one line."""
    caller = value if isinstance(value, Mapping) else {}
    return who({**caller, "principal": caller.get("role") or caller.get("principal")})


def _denials(row: Mapping[str, Data]) -> tuple[str, ...]:
    if "why" in row:
        return (
            short(row["from"]),
            who(row["caller"]),
            _text(row["action"]),
            _text(row["resource"]),
            "",
            "",
            _text(row["why"]),
            _text(row["events"]),
            _text(row["example"]),
        )
    denial = row["denial"] if isinstance(row["denial"], Mapping) else {}
    action, resource = first_action(row)
    return (
        short(row["time"]),
        who(row["caller"]),
        _text(denial.get("action")) or action,
        _text(denial.get("resource")) or resource,
        _text(denial.get("result")),
        _text(denial.get("layer")),
        "",
        "1",
        _text(row["id"]),
    )


def first_action(row: Mapping[str, Data]) -> tuple[str, str]:
    """The action and resource of an event's first part; the call's name where no action is known."""
    name = f"{_text(row['source']).removesuffix('.amazonaws.com')}:{row['name']}"
    for part in _list(row["actions"]):
        return _text(part["action"]) or name, _text(part["resource"])
    return name, ""


def outcome(row: Mapping[str, Data]) -> str:
    """What came of a call, in a word."""
    error = row["error"]
    if not isinstance(error, Mapping):
        return "done"
    return "refused" if row["denial"] is not None else _text(error.get("code"))


def _changes(row: Mapping[str, Data]) -> tuple[str, ...]:
    change = row["change"] if isinstance(row["change"], Mapping) else {}
    return (
        short(row["time"]),
        who(row["caller"]),
        _text(change.get("kind")),
        _text(row["name"]),
        _text(change.get("target")),
        outcome(row),
        _text(change.get("snapshot")),
        _text(row["id"]),
    )


def _sessions(row: Mapping[str, Data]) -> tuple[str, ...]:
    return (
        short(row["issued"]),
        _text(row["key"]),
        _text(row["principal"]),
        who(row["by"]) if row["by"] is not None else "",
        _text(row["from_key"]),
        short(row["until"]),
        _text(row["uses"]),
        short(row["last"]),
        _text(row["issued_by"]),
    )


def _first_seen(row: Mapping[str, Data]) -> tuple[str, ...]:
    return short(row["time"]), entity(row["caller"]), _text(row["what"]), _text(row["value"]), _text(row["event"])


def _events(row: Mapping[str, Data]) -> tuple[str, ...]:
    action, resource = first_action(row)
    return (
        short(row["time"]),
        who(row["caller"]),
        action,
        resource,
        outcome(row),
        _text(row["ip"]),
        _text(row["id"]),
    )


def _replay(row: Mapping[str, Data]) -> tuple[str, ...]:
    aws = row["aws"] if isinstance(row["aws"], Mapping) else {}
    parts = _list(row["parts"])
    each = [
        " + ".join(_text(part[name]) for part in parts) for name in ("action", "resource", "decision", "decided_by")
    ]
    causes = "; ".join(f"{cause['cause']}: {cause['evidence']}" for cause in _list(row["causes"]))
    said = (_text(row["class"]), _text(aws.get("result")), _text(aws.get("layer")))
    return (*said, *each, causes, _text(row["events"]), _text(row["event"]))


_CELLS = {
    "callers": _callers,
    "denials": _denials,
    "changes": _changes,
    "sessions": _sessions,
    "first_seen": _first_seen,
    "events": _events,
    "replay": _replay,
}
