"""The card of one event: who, what, from where, AWS's word beside ours, the record; and what it leads to (B12)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from iamtui.analysis.denials.explaining import explain_denial
from iamtui.analysis.denials.inputs import RecordedDenial
from iamtui.analysis.denials.issuing import IssuingRecords
from iamtui.browsing.pasted import fields_of
from iamtui.browsing.trail.recorded import Recorded
from iamtui.content.requests import RequestFields
from iamtui.evaluation.decide import decide
from iamtui.evaluation.request.request import Request, RequestError
from iamtui.policy.keys import KeyState
from iamtui.reports.lines import SEPARATOR, Line
from iamtui.reports.outline import outline
from iamtui.reports.trail.data import event_card_data
from iamtui.reports.trail.masked_lines import masked_lines
from iamtui.reports.trail.text import card_lines
from iamtui.reports.why_denied import why_lines
from iamtui.snapshot.model import Snapshot
from iamtui.trail.masking import mask_record, mask_text
from iamtui.trail.records import Record
from iamtui.trail.refusals import Refusal
from iamtui.trail.requests import RecordedCall, recorded_call
from iamtui.trail.trail import GoneError, Trail
from iamtui.trail.views.changes import change_rows, changes_of
from iamtui.trail.views.denials import refusal_of
from iamtui.trail.views.lineage import Lineage


@dataclass(frozen=True, slots=True)
class EventCard:
    """What is shown of one event.

    Attributes:
        heading: what was called.
        lines: the card.
        same: filters that find events of the same caller, session, address and resource, by these words.
        fields: the request behind it, to be simulated; None where there is none that can be shown.
        key: the access key that signed it; None where the record has none.
        who: the user or role behind it; None where the record does not say.
        event_id: the id of the event; empty where the record has none.
        recorded: what was read when the card was made.
        row: the row of the event in it.
    """

    heading: str
    lines: tuple[Line, ...]
    same: Mapping[str, str]
    fields: RequestFields | None
    key: str | None
    who: str | None
    event_id: str
    recorded: Recorded
    row: int


def card_beside(recorded: Recorded, card: EventCard, step: int) -> EventCard:
    """The card of the event so many places later in what was read by now; not on the event loop.

    Raises:
        GoneError: the event of the card, or the file of the other, is gone.
    """
    row = card.row if recorded.trail is card.recorded.trail else recorded.trail.row_of(card.event_id)
    if row is None:
        raise GoneError(f"event {card.event_id} is gone with its file")
    row = recorded.trail.neighbour(row, step)
    return card if recorded is card.recorded and row == card.row else event_card(recorded, row)


def event_card(recorded: Recorded, row: int) -> EventCard:
    """Read one event again and decide its parts; not on the event loop.

    Raises:
        GoneError: its file changed since it was read.
    """
    trail, snapshot = recorded.trail, recorded.snapshot
    record = trail.record(row)
    changed = change_rows(trail, (row,))
    change = changes_of(trail, changed, snapshot)[0] if changed else None
    data = event_card_data(trail, row, snapshot, change)
    refusal, issuing = refusal_of(record), IssuingRecords(trail)
    call = recorded_call(record, snapshot, refusal, issuing)
    requests = [request for _, request in call.requests()]
    lines = [*_lineage(trail, row), *_word(record, refusal, snapshot, issuing)]
    if refusal is None and snapshot is not None:
        lines += _decided(call, requests, snapshot)
    return EventCard(
        f"Event {data['name']} · {data['id']}",
        tuple(masked_lines((*card_lines(data)[:1], *lines, *_context(requests), *card_lines(data)[1:]))),
        _same(trail, row, call),
        _unless_secret(fields_of(requests[0], None)) if requests else None,
        trail.columns.caller(row).key,
        trail.columns.caller(row).entity,
        str(data["id"] or ""),
        recorded,
        row,
    )


def _context(requests: list[Request]) -> Iterator[Line]:
    """The condition keys that the record states, each with where its value comes from; the parts of a call share it."""
    stated = {name: value for request in requests for name, value in request.context.items()}
    known = sorted((name, value) for name, value in stated.items() if value.state is not KeyState.UNKNOWN)
    rows = tuple(
        Line(
            f"context{SEPARATOR}{name}",
            name,
            f"{', '.join(value.values) if value.state is KeyState.PRESENT else 'absent'} · {value.source}",
            glyph="=" if value.state is KeyState.PRESENT else "∅",
        )
        for name, value in known
    )
    if rows:
        text = f"{len(rows)} condition keys that the record states; all others are unknown"
        yield Line("context", "context", text, grow=lambda: rows)


def _lineage(trail: Trail, row: int) -> Iterator[Line]:
    """From the first key that is known down to the one that signed."""
    key = trail.columns.caller(row).key
    chain = Lineage(trail).chain(key) if key is not None else ()
    if len(chain) > 1:
        lineage = Lineage(trail)
        issued = [place for one in chain if (place := lineage.issuing_row(one)) is not None]
        human = trail.columns.caller(issued[0]).label if issued else ""
        yield Line("lineage", "lineage", " → ".join((human, *chain)), "accent", "→")


def _word(
    record: Record, refusal: Refusal | None, snapshot: Snapshot | None, issuing: IssuingRecords
) -> Iterator[Line]:
    """Of a refused call what `why-denied` says: AWS's word beside ours, the trace, the cause."""
    if refusal is None:
        return
    denial = RecordedDenial(refusal, mask_record(record).record, issuing)
    for number, (facts, tree) in enumerate(why_lines(explain_denial(denial, snapshot))):
        yield from (_under(f"why {number}", line) for line in (*facts, *tree))


def _decided(call: RecordedCall, requests: list[Request], snapshot: Snapshot) -> Iterator[Line]:
    """Of a call that AWS allowed, our decision on each part as a trace."""
    if call.reason is not None:
        yield Line("reason", "not decided", call.reason, "muted", "·")
    for number, request in enumerate(requests):
        try:
            trace = outline(decide(snapshot, request))
        except RequestError as error:
            yield Line(f"part {number}", request.action, str(error), "warn", "?")
            continue
        first = trace[0]
        yield Line(
            f"part {number}",
            f"AWS allowed, iamtui says {first.text}",
            f"{request.action} · {request.resource}",
            first.tone,
            first.glyph,
            grow=lambda trace=trace, number=number: tuple(_under(f"part {number}", line) for line in trace),  # type: ignore[misc]
        )


def _under(above: str, line: Line) -> Line:
    """A line whose key, and those below, begin with another."""
    grow = line.grow
    return replace(
        line,
        key=f"{above}{SEPARATOR}{line.key}",
        grow=None if grow is None else lambda: tuple(_under(above, child) for child in line.children),
    )


def _same(trail: Trail, row: int, call: RecordedCall) -> dict[str, str]:
    caller = trail.columns.caller(row)
    address = trail.columns.addresses.in_order[trail.columns.addresses_of[row]]
    resource = next((part.resource for part in call.parts if part.resource not in ("", "*")), None)
    meant = caller.entity or caller.name or caller.account
    found = {"caller": meant, "session": caller.key, "address": address, "resource": resource}
    names = {"caller": "who", "session": "who", "address": "ip", "resource": "resource"}
    return {word: f"{names[word]}={value}" for word, value in found.items() if value and mask_text(value) == value}


def _unless_secret(fields: RequestFields) -> RequestFields | None:
    """A request is filled in where anybody may read all of it."""
    return fields if mask_text(str(fields)) == str(fields) else None
