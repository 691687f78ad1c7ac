"""One event as plain data, in the shape of incident.md section 2: every string is masked (M)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from iamtui.reports.serial import Data
from iamtui.snapshot.model import Snapshot
from iamtui.trail.callers import Caller
from iamtui.trail.credentials import ANSWER_WITH_KEYS
from iamtui.trail.masking import mask_record, mask_text
from iamtui.trail.records import Record, members_at, text_at
from iamtui.trail.refusals import Refusal
from iamtui.trail.requests import parts_of
from iamtui.trail.requests.parts import Part
from iamtui.trail.times import parse_time, written
from iamtui.trail.trail import Trail
from iamtui.trail.views.changes import Change
from iamtui.trail.views.denials import noise_of, refusal_of


def caller_data(caller: Caller) -> dict[str, Data]:
    """`{"kind", "principal", "account", …}`; `delegate` only where a vendor acted."""
    return {
        "kind": caller.kind.value,
        "principal": caller.principal or caller.name,
        "account": caller.account,
        "role": caller.role,
        "session": caller.session,
        "key": caller.key,
        "via": caller.via,
        "console": caller.console,
        "source_identity": caller.source_identity,
        **({"delegate": caller.delegate} if caller.delegate is not None else {}),
    }


def denial_data(refusal: Refusal) -> dict[str, Data]:
    """`{"principal", "action", "resource", "result", …}`: what AWS says of a refused call."""
    return {
        "principal": refusal.principal,
        "action": refusal.action,
        "resource": refusal.resource,
        "result": refusal.result.value,
        "layer": refusal.layer.value if refusal.layer is not None else None,
        "policy": refusal.policy,
        "authorization_id": refusal.authorization_id,
        "encoded": refusal.encoded_message is not None,
        "about": refusal.about.value,
    }


def change_data(change: Change) -> dict[str, Data]:
    """`{"kind", "target", "before", "after", "snapshot"}`."""
    return {
        "kind": change.kind.value,
        "target": change.target,
        "before": change.before,
        "after": change.after,
        "snapshot": change.kept.value,
    }


def events_data(
    trail: Trail, rows: Iterable[int], snapshot: Snapshot | None = None, changes: Mapping[int, Change] | None = None
) -> Iterator[dict[str, Data]]:
    """The events of rows in their order, not masked yet; each file is read once more.

    Raises:
        GoneError: a file changed since it was read.
    """
    wanted = list(rows)
    found = {row: event_data(trail, row, record, snapshot, changes) for row, record in trail.records(wanted)}
    return (found[row] for row in wanted)


def event_data(
    trail: Trail,
    row: int,
    record: Record,
    snapshot: Snapshot | None = None,
    changes: Mapping[int, Change] | None = None,
) -> dict[str, Data]:
    """One event; what is made of it is masked as a whole by `masked`."""
    event, refusal = trail.event(row), refusal_of(record)
    call, change = event.call, (changes or {}).get(row)
    return {
        "id": event.event_id,
        "time": written(event.time),
        "account": event.place.account,
        "region": event.place.region,
        "source": call.source,
        "name": call.name,
        "type": call.type,
        "category": call.category,
        "read_only": call.read_only,
        "caller": caller_data(event.caller),
        "ip": event.address,
        "agent": event.agent,
        "error": None if event.error is None else {"code": event.error, "message": _message(record)},
        "denial": denial_data(refusal) if refusal is not None else None,
        "actions": [_action_data(part) for part in parts_of(record, snapshot, refusal)],
        "change": change_data(change) if change is not None else None,
        "issued": _issued(trail, row, record),
        "noise": noise_of(event.caller),
        "masked": list(mask_record(record).places),  # of the record; `masked` hides what is left by its shape
        "copies": event.copies,
        "shared_with": list(event.shared_with),
        "file": str(event.path),
        "index": event.index,
    }


def _message(record: Record) -> str | None:
    return text_at(record, "errorMessage") or text_at(record, "responseElements", "message")


def _action_data(part: Part) -> dict[str, Data]:
    return {
        "action": part.action,
        "resource": part.resource,
        "resource_account": part.owner,
        "how": part.how.value,
    }


def masked(data: dict[str, Data]) -> dict[str, Data]:
    """The same with secrets hidden in every string, by their shape (M2)."""
    return {name: _masked(value) for name, value in data.items()}


def _masked(value: Data) -> Data:
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, Mapping):
        return {name: _masked(held) for name, held in value.items()}
    if isinstance(value, (list, tuple)):
        return [_masked(held) for held in value]
    return value


def _issued(trail: Trail, row: int, record: Record) -> list[Data]:
    key = trail.issued.get(row)
    if key is None or record.get("eventName") not in ANSWER_WITH_KEYS:
        return []
    response = members_at(record, "responseElements")
    expiration = text_at(response, "credentials", "expiration")
    principal = (
        text_at(response, "assumedRoleUser", "arn")
        or text_at(response, "federatedUser", "arn")
        or text_at(response, "accessKey", "userName")
        or text_at(record, "userIdentity", "arn")
    )
    return [{"key": key, "principal": principal, "until": _time(expiration)}]


def _time(text: str | None) -> str | None:
    try:
        return written(parse_time(text)) if text is not None else None
    except ValueError:
        return text
