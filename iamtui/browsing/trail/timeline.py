"""The timeline of a trail: its events as rows, by view, with what each row leads to (B11)."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

from iamtui.browsing.trail.filter_words import rows_meant
from iamtui.browsing.trail.histogram import Histogram, histogram_of
from iamtui.browsing.trail.rows import EventRows, when
from iamtui.content.nodes import Node
from iamtui.content.numbers import number_of
from iamtui.reports.trail.event_data import caller_data
from iamtui.reports.trail.rows import entity, who
from iamtui.snapshot.model import Snapshot
from iamtui.trail.masking import mask_text
from iamtui.trail.trail import Trail
from iamtui.trail.views.changes import Change, change_rows, changes_of
from iamtui.trail.views.denials import Denials, denials_of, noise_of
from iamtui.trail.views.lineage import Lineage
from iamtui.trail.views.sessions import Session, all_sessions, issued_session, issuing_rows
from iamtui.trail.views.summary import CallerRow, callers_of
from iamtui.trail.views.unseen import Unseen, unseen_of

VIEWS = ("all", "changes", "denials", "sessions", "callers")
CHUNK = 500
"""Rows that stand below one row where there are more: what is folded costs nothing."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """One view of the events that a filter means.

    Attributes:
        nodes: the rows at the top.
        children_of: what is below a row.
        expanded: the rows that are unfolded at first.
        leads: by the key of a row that is no event, the filter that it leads to.
        events: how many events there are.
        histogram: of them all.
        newest: the rows of events that are shown first, to be decided again.
    """

    nodes: Sequence[Node]
    children_of: Callable[[str], Sequence[Node]]
    events: int
    histogram: Histogram
    expanded: frozenset[str] = frozenset()
    leads: Mapping[str, str] = field(default_factory=dict)
    newest: Sequence[int] = ()


def row_of_key(key: str) -> int | None:
    """The row of an event by the key of its node."""
    kind, _, number = key.partition(" ")
    return int(number) if kind == "event" and number.isdecimal() else None


def timeline(
    trail: Trail,
    snapshot: Snapshot | None,
    text: str,
    view: str,
    firsts: Mapping[int, str],
    disagreeing: Set[int] = frozenset(),
) -> Timeline:
    """The view `view` of the events that the filter `text` means; reads files, so not on the event loop.

    Args:
        trail: the events.
        snapshot: says whether changes are still there.
        text: the filter, as typed.
        view: one of `VIEWS`.
        firsts: what was seen first, by row.
        disagreeing: the rows of which AWS and the exports say different things, as far as they were decided.

    Raises:
        FilterError: the filter has a value that is none.
        GoneError: a file changed since it was read.
    """
    rows = rows_meant(trail, text)
    shown = EventRows(trail, firsts, disagreeing)
    histogram = histogram_of(trail, rows)
    if view == "changes":
        changes = changes_of(trail, change_rows(trail, rows), snapshot)
        unseen = unseen_of(trail, snapshot) if snapshot is not None and len(rows) == len(trail) else []
        return Timeline([*_unseen(unseen), *_changed(changes, shown)], _nothing, len(changes), histogram)
    if view == "denials":
        return _denials(denials_of(trail, rows), shown, histogram)
    if view == "sessions":
        return _sessions(trail, rows, histogram)
    if view == "callers":
        return _callers(callers_of(trail, rows), len(rows), histogram)
    return _all(rows, shown, histogram)


def _nothing(key: str) -> Sequence[Node]:
    return ()


def _all(rows: array[int], shown: EventRows, histogram: Histogram) -> Timeline:
    """Newest last; all but the newest rows are folded into spans, and noise into rows that open."""
    spans = range(0, len(rows), CHUNK)
    shown.read_resources(rows[-CHUNK:])

    def children(key: str) -> Sequence[Node]:
        kind, _, place = key.partition(" ")
        start, _, end = place.partition(" ")
        if kind == "span":
            return list(_runs(rows, int(start), min(int(start) + CHUNK, len(rows)), shown))
        return [shown.node(rows[index]) for index in range(int(start), int(end))] if kind == "noise" else ()

    if len(rows) <= CHUNK:
        return Timeline(list(_runs(rows, 0, len(rows), shown)), children, len(rows), histogram, newest=rows)
    nodes = []
    for start in spans:
        end = min(start + CHUNK, len(rows)) - 1
        label = f"{when(shown.trail, rows[start])} to {when(shown.trail, rows[end])}"
        nodes.append(Node(f"span {start}", label, number_of(end - start + 1, "event"), has_children=True))
    return Timeline(nodes, children, len(rows), histogram, frozenset({f"span {spans[-1]}"}), newest=rows[-CHUNK:])


def _runs(rows: Sequence[int], start: int, end: int, shown: EventRows) -> Iterator[Node]:
    """A row an event; those of one service one after the other are one row (N10)."""
    columns = shown.trail.columns
    while start < end:
        row, stop = rows[start], start + 1
        noise = noise_of(columns.caller(row))
        while noise is not None and stop < end and columns.callers_of[rows[stop]] == columns.callers_of[row]:
            stop += 1
        if stop - start > 1:
            name = mask_text(who(caller_data(columns.caller(row))))
            label = f"{when(shown.trail, row)}  {name}"
            yield Node(f"noise {start} {stop}", label, f"{stop - start} events of {noise}", "muted", has_children=True)
        else:
            yield shown.node(row)
        start = stop


def _changed(changes: Sequence[Change], shown: EventRows) -> list[Node]:
    said = []
    for change in changes:
        state = f"snapshot: {change.kept.value}" if change.succeeded else ""
        said.append(shown.node(change.row, (shown.short(change.row, change.target or ""), state)))
    return said


def _unseen(found: Iterable[Unseen]) -> Iterator[Node]:
    """What the export has, and no event made (H5)."""
    for one in found:
        label = f"{one.created:%m-%d %H:%M:%S}  {one.what}"
        yield Node(f"unseen {one.target}", label, f"{one.target} · in the export, and no event made it", "warn", "?")


def _denials(denials: Denials, shown: EventRows, histogram: Histogram) -> Timeline:
    """People first; what is folded opens onto its events."""
    nodes = []
    for denial in denials.alone:
        refusal = denial.refusal
        by = f" by {refusal.layer.value}" if refusal.layer is not None else ""
        said = (shown.short(denial.row, refusal.resource or ""), f"{refusal.result.value}{by}")
        nodes.append(shown.node(denial.row, said))
    folds = {f"fold {fold.rows[0]}": fold for fold in denials.folded}
    for key, fold in folds.items():
        label = f"{when(shown.trail, fold.rows[0])}  {mask_text(who(caller_data(fold.caller)))}  {fold.action}"
        detail = f"{number_of(len(fold.rows), 'event')} · {fold.why}"
        nodes.append(Node(key, label, detail, "muted", "✖", has_children=True))

    def children(key: str) -> Sequence[Node]:
        return [shown.node(row) for row in folds[key].rows] if key in folds else ()

    return Timeline(nodes, children, denials.total, histogram)


def _sessions(trail: Trail, rows: Sequence[int], histogram: Histogram) -> Timeline:
    """Sessions below the keys that they were made with."""
    lineage, issuing = Lineage(trail), issuing_rows(trail, rows)
    records = dict(trail.records(issuing))
    issued = [issued_session(trail, row, records[row], lineage) for row in issuing]
    sessions = {one.key: one for one in all_sessions(trail, rows, issued, lineage)}
    below: dict[str | None, list[Session]] = {}
    for one in sessions.values():
        below.setdefault(one.from_key if one.from_key in sessions else None, []).append(one)

    def children(key: str) -> Sequence[Node]:
        return [_session(one, has_children=one.key in below) for one in below.get(key.removeprefix("session "), ())]

    roots = [_session(one, has_children=one.key in below) for one in below.get(None, ())]
    leads = {
        f"session {key}": " ".join(f"who={each}" for each in (key, *one.more_keys)) for key, one in sessions.items()
    }
    expanded = frozenset(f"session {key}" for key in below if key is not None)
    return Timeline(roots, children, len(sessions), histogram, expanded, leads)


def _session(one: Session, *, has_children: bool) -> Node:
    until = f" · until {one.until:%m-%d %H:%M:%S}" if one.until is not None else ""
    uses = one.use.uses if one.use is not None else 0
    by = f" · by {who(caller_data(one.by))}" if one.by is not None else ""
    label = f"{one.key}  {who({'principal': one.principal}) if one.principal else ''}"
    return Node(
        f"session {one.key}",
        mask_text(label),
        mask_text(f"used {number_of(uses, 'time')}{until}{by}"),
        "plain",
        "→",
        has_children=has_children,
    )


def _callers(found: Sequence[CallerRow], events: int, histogram: Histogram) -> Timeline:
    nodes: list[Node] = []
    leads: dict[str, str] = {}
    for number, one in enumerate(found):
        caller = one.caller
        did, addresses = number_of(one.events, "event"), number_of(one.addresses, "address", "addresses")
        detail = f"{did} · {one.denied:,} refused · {number_of(one.changes, 'change')} · {addresses}"
        node = Node(f"caller {number}", mask_text(entity(caller_data(caller))), detail, "plain", caller.kind.value[:1])
        nodes.append(node)
        meant = caller.entity or caller.key or caller.name or caller.account
        leads |= {node.key: f"who={meant}"} if meant is not None else {}
    return Timeline(nodes, _nothing, events, histogram, leads=leads)
