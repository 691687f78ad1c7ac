"""Who did and who tried, among the rows of who can (B14)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from iamtui.analysis.queries.everybody.questions import Question
from iamtui.analysis.queries.everybody.who_did import Calls, WhoDid
from iamtui.browsing.queries.who_can import WhoCanRows
from iamtui.browsing.trail.rows import when
from iamtui.content.nodes import Node
from iamtui.reports.who_did import coverage_lines, standing_text
from iamtui.trail.masking import mask_text

_OTHERS = "group did, and could not"
_MOST = 8

ChildrenOf = Callable[[str], Sequence[Node]]


def with_calls(
    nodes: Sequence[Node], children_of: ChildrenOf, rows: WhoCanRows, found: WhoDid
) -> tuple[list[Node], ChildrenOf]:
    """Grouped rows with columns for did and tried, and below them who did or tried and could not."""

    def children(key: str) -> Sequence[Node]:
        if key == _OTHERS:
            return [_other(number, found) for number in range(len(found.others))]
        if key.startswith("other "):
            return _events(key, found.others[int(key[6:])].calls, found)
        below = [_with_columns(node, rows, found) for node in children_of(key)]
        row = rows.row_of(key) if key.startswith("row ") else None
        return below if row is None else [*_events(key, found.calls_of(row), found), *below]

    columns = "columns: did, tried"
    detail = f"{len(found.others):,} · {columns}"
    others = [Node(_OTHERS, "did or tried, and could not", detail, "bad", has_children=True)]
    nodes = [replace(one, detail=f"{one.detail} · {columns}") if one.has_children else one for one in nodes]
    said = [Node(f"leans {line.text}", line.text, line.detail, line.tone, line.glyph) for line in coverage_lines(found)]
    return [*nodes, *(others if found.others else []), *said], children


def _with_columns(node: Node, rows: WhoCanRows, found: WhoDid) -> Node:
    row = rows.row_of(node.key) if node.key.startswith("row ") else None
    if row is None or "\x1f" in node.key:
        return node
    calls = found.calls_of(row)
    opens = node.has_children or bool(calls.did or calls.tried)
    return replace(node, label=f"{_columns(calls)}  {node.label}", has_children=opens)


def _columns(calls: Calls) -> str:
    did, tried = (f"{len(ids):,}" if ids else "-" for ids in (calls.did, calls.tried))
    return f"{did:>4} {tried:>5}"


def _other(number: int, found: WhoDid) -> Node:
    other = found.others[number]
    name = mask_text(other.caller.entity or other.caller.label)
    label = f"{_columns(other.calls)}  {name}"
    return Node(f"other {number}", label, standing_text(other.standing), "bad", "✖", has_children=True)


def _events(key: str, calls: Calls, found: WhoDid) -> list[Node]:
    """The newest events of a row, newest first."""
    trail, ids = found.trail, {**dict.fromkeys(calls.did, "did"), **dict.fromkeys(calls.tried, "tried")}
    rows = [row for row in trail.order if trail.columns.event_id(row) in ids] if ids else []
    nodes = []
    for row in reversed(rows[-_MOST:]):
        event_id = trail.columns.event_id(row)
        error = trail.columns.error(row)
        label = f"{ids[event_id]} {when(trail, row)}"
        said = (trail.columns.call(row).name, error or "", event_id)
        nodes.append(Node(f"{key}\x1fevent {row}", label, mask_text(" · ".join(filter(None, said))), "muted"))
    if len(rows) > _MOST:
        nodes.append(Node(f"{key}\x1fmore", f"{len(rows) - _MOST:,} older events", "e shows all", "muted"))
    return nodes


def is_event(key: str) -> bool:
    """Whether a row stands for recorded events."""
    return key.partition("\x1f")[2].startswith(("event ", "more"))


def filter_of(key: str, question: Question, rows: WhoCanRows, found: WhoDid | None) -> str | None:
    """The filter of the timeline for the calls of a row: who, and the actions that are asked."""
    row = rows.row_of(key) if key.startswith("row ") else None
    if row is not None:
        who = row.via[-1] if row.via else row.arn
    elif found is not None and key.startswith("other "):
        caller = found.others[int(key.partition("\x1f")[0][6:])].caller
        who = caller.entity or caller.name or caller.account or ""
    else:
        return None
    return " ".join([f"who={who}", *(f"action={action}" for action in question.actions)])
