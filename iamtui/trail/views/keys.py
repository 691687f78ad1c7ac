"""What exports and events say of an access key or unique id: owner, state, use, lineage (Y5-Y7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from iamtui.snapshot.model import Account, Role, Snapshot, User
from iamtui.trail.records import members_at, text_at
from iamtui.trail.refusals.codes import is_denial
from iamtui.trail.times import from_milliseconds
from iamtui.trail.trail import Trail

_STATES = {"Active": "active", "Inactive": "inactive"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose an id is: the ARN, the state as far as it is known, when it was made, and what says so."""

    principal: str
    state: str | None
    created: datetime | None
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyUse:
    """What was done with a key: counts, span, addresses, agents, services with their events."""

    events: int
    denied: int
    first: datetime
    last: datetime
    addresses: tuple[str, ...]
    agents: tuple[str, ...]
    services: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyEvent:
    """An event that made, changed or deleted a long-term key: `state` is what it left."""

    row: int
    key: str
    user: str | None
    state: str


def key_events(trail: Trail) -> list[KeyEvent]:
    """The events that made, changed and deleted access keys, in order."""
    columns = trail.columns
    names = ("CreateAccessKey", "UpdateAccessKey", "DeleteAccessKey")
    calls = {number for number, call in enumerate(columns.calls.in_order) if call[1] in names}
    rows = [row for row in trail.order if columns.calls_of[row] in calls and columns.error(row) is None]
    records = dict(trail.records(rows))
    found = []
    for row in rows:
        parameters = members_at(records[row], "requestParameters")
        made = members_at(records[row], "responseElements", "accessKey")
        key = text_at(made, "accessKeyId") or text_at(parameters, "accessKeyId")
        user = text_at(made, "userName") or text_at(parameters, "userName") or columns.caller(row).name
        name = columns.call(row).name
        state = {"CreateAccessKey": "active", "DeleteAccessKey": "deleted"}.get(name)
        state = state or _STATES.get(text_at(parameters, "status") or "", "unknown")
        if key is not None:
            found.append(KeyEvent(row=row, key=key, user=user, state=state))
    return found


def owner_of(key: str, trail: Trail | None, snapshot: Snapshot | None) -> Owner | None:
    """Whose an access key or unique id is; a later event beats the export on its state (Z1)."""
    owner = _of_snapshot(key, snapshot)
    if trail is None:
        return owner
    events = [event for event in key_events(trail) if event.key == key]
    signed = _signed(key, trail)
    if owner is None and events:
        owner = _of_event(events[0], trail, snapshot)
    if owner is None and signed is not None:
        owner = Owner(principal=signed, state=None, created=None, how="an event that it signed")
    if owner is None or not events:
        return owner
    state, how = events[-1].state, owner.how
    reported = state_by_second(entity_of(owner.principal, snapshot), trail, events[-1])
    if reported is not None:
        state, how = reported, f"{how}, its state by the second of its making in the credential report"
    return Owner(principal=owner.principal, state=state, created=owner.created, how=how)


def state_by_second(entity: User | Role | None, trail: Trail, event: KeyEvent) -> str | None:
    """The state of a key that an event made, by the report, which names keys by the second of their making only (Y5).

    None where the newest event of the key is another, which says the state itself, or no report tells.
    """
    if not isinstance(entity, User) or trail.columns.call(event.row).name != "CreateAccessKey":
        return None
    made = trail.event(event.row).time.replace(microsecond=0)
    for listed in (entity.credentials.access_keys if entity.credentials is not None else None) or ():
        is_it = listed.created is not None and listed.created.replace(microsecond=0) == made
        if listed.key_id is None and is_it and listed.active is not None:
            return "active" if listed.active else "inactive"
    return None


def _of_snapshot(key: str, snapshot: Snapshot | None) -> Owner | None:
    for account in snapshot.accounts.values() if snapshot is not None else ():
        for user in (account.users or {}).values():
            if user.unique_id == key:
                return Owner(principal=user.arn, state=None, created=user.created, how="its unique id in the export")
            for listed in (user.credentials.access_keys if user.credentials is not None else None) or ():
                if listed.key_id == key:
                    state = {True: "active", False: "inactive", None: None}[listed.active]
                    return Owner(principal=user.arn, state=state, created=listed.created, how="list-access-keys")
        for role in (account.roles or {}).values():
            if role.unique_id == key:
                return Owner(principal=role.arn, state=None, created=role.created, how="its unique id in the export")
    return None


def _of_event(event: KeyEvent, trail: Trail, snapshot: Snapshot | None) -> Owner | None:
    """The user of the event that made a key."""
    found = trail.event(event.row)
    if event.user is None or found.place.account is None:
        return None
    account = snapshot.accounts.get(found.place.account) if snapshot is not None else None
    known = (account.users or {}).get(event.user.lower()) if account is not None else None
    arn = known.arn if known is not None else f"arn:aws:iam::{found.place.account}:user/{event.user}"
    made = found.time if found.call.name == "CreateAccessKey" else None
    return Owner(principal=arn, state=event.state, created=made, how=found.call.name)


def _signed(key: str, trail: Trail) -> str | None:
    for caller in trail.columns.callers.in_order:
        if caller.key == key or (caller.unique_id or "").partition(":")[0] == key:
            return caller.entity
    return None


def rows_of_keys(trail: Trail, keys: Iterable[str]) -> list[int]:
    """The rows of the events that keys signed, or that a unique id made, in order."""
    wanted = set(keys)
    columns = trail.columns
    numbers = {
        number
        for number, caller in enumerate(columns.callers.in_order)
        if caller.key in wanted or (caller.unique_id or "").partition(":")[0] in wanted
    }
    return [row for row in trail.order if columns.callers_of[row] in numbers]


def uses_by_key(trail: Trail, sessions: Mapping[str, Iterable[str]]) -> dict[str, KeyUse]:
    """What was done with the keys of each session, those left out with which nothing was; by the first key.

    The trail is gone through once.
    """
    first = {key: name for name, keys in sessions.items() for key in keys}
    callers = trail.columns.callers.in_order
    of_key = {number: first[caller.key] for number, caller in enumerate(callers) if caller.key in first and caller.key}
    rows: dict[str, list[int]] = {}
    for row in trail.order if of_key else ():
        if (key := of_key.get(trail.columns.callers_of[row])) is not None:
            rows.setdefault(key, []).append(row)
    return {key: use for key, of_one in rows.items() if (use := use_of(trail, of_one)) is not None}


def use_of(trail: Trail, rows: Sequence[int]) -> KeyUse | None:
    """What rows did; None for no rows."""
    if not rows:
        return None
    columns = trail.columns
    services = Counter(columns.call(row).source for row in rows)
    return KeyUse(
        events=len(rows),
        denied=sum(1 for row in rows if is_denial(columns.error(row) or "")),
        first=from_milliseconds(columns.times[rows[0]]),
        last=from_milliseconds(columns.times[rows[-1]]),
        addresses=_distinct(columns.addresses.in_order[columns.addresses_of[row]] for row in rows),
        agents=_distinct(columns.agents.in_order[columns.agents_of[row]] for row in rows),
        services=dict(sorted(services.items(), key=lambda item: (-item[1], item[0]))),
    )


def _distinct(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value is not None))


def entity_of(arn: str, snapshot: Snapshot | None) -> User | Role | None:
    """The user or role behind an ARN, that of a session too."""
    if snapshot is None:
        return None
    found = snapshot.user(arn) or snapshot.role(arn)
    if found is not None:
        return found
    parts = arn.split(":", 5)
    if len(parts) == 6 and parts[5].startswith("assumed-role/"):
        return snapshot.role_of_session(parts[1], parts[4], parts[5].split("/")[1])
    return None


def account_of(arn: str, snapshot: Snapshot | None) -> Account | None:
    """The exported account of an ARN."""
    parts = arn.split(":", 5)
    return snapshot.accounts.get(parts[4]) if snapshot is not None and len(parts) == 6 else None
