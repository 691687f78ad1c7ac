"""Sessions: who issued which temporary key, to whom, how long it lives, what used it (H3, Y7, Y8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from iamtui.trail.callers import Caller, CallerKind
from iamtui.trail.credentials import ISSUING_CALLS, SESSION_CALLS
from iamtui.trail.records import Record, members_at, text_at
from iamtui.trail.times import from_milliseconds, later, parse_time
from iamtui.trail.trail import Trail

_LONGEST = {
    "AssumeRole": timedelta(hours=12),
    "AssumeRoleWithSAML": timedelta(hours=12),
    "AssumeRoleWithWebIdentity": timedelta(hours=12),
    "AssumeRoot": timedelta(minutes=15),
    "ConsoleLogin": timedelta(hours=12),
    "GetFederationToken": timedelta(hours=36),
    "GetRoleCredentials": timedelta(hours=12),
    "GetSessionToken": timedelta(hours=36),
}
"""How long credentials can live at most, by the call that made them (Y8)."""

_CHAINED = timedelta(hours=1)
_OF_ROOT = timedelta(hours=1)
_MOST_IN_CHAIN = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """How a key was used."""

    caller: Caller
    uses: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One session.

    Attributes:
        key: its access key id; None for a sign-in to the console whose key no event shows.
        principal: what it is a session of, the ARN of the session where an event shows it.
        issued_by: the row of the event that issued it; None where it was not read.
        by: who asked for it.
        from_key: the key that asked for it.
        issued: when it was made.
        until: when it ends at the latest (Y8); None where that cannot be told.
        use: what was done with it; None if nothing was read.
        chain: keys from the first that is known down to this one.
    """

    key: str | None
    principal: str | None
    issued_by: int | None
    by: Caller | None
    from_key: str | None
    issued: datetime | None
    until: datetime | None
    use: Use | None
    chain: tuple[str, ...]


class Lineage:
    """Which key came from which: reads the issuing events of a trail once, when first asked (Y7)."""

    def __init__(self, trail: Trail) -> None:
        self._trail = trail
        self._issuing = {key: row for row, key in trail.issued.items() if trail.columns.call(row).name in ISSUING_CALLS}

    def issuing_row(self, key: str) -> int | None:
        """The row of the event that issued a temporary key."""
        return self._issuing.get(key)

    def chain(self, key: str) -> tuple[str, ...]:
        """The keys from the first that is known down to `key`, oldest first."""
        chain = [key]
        while (row := self._issuing.get(chain[0])) is not None and len(chain) < _MOST_IN_CHAIN:
            above = self._trail.columns.caller(row).key
            if above is None or above in chain:
                break
            chain.insert(0, above)
        return tuple(chain)

    def makers(self, key: str | None) -> tuple[Caller, ...]:
        """Who asked for a temporary key, and for those that it came of, the first that is known first."""
        rows = (self._issuing.get(one) for one in (self.chain(key) if key is not None else ()))
        return tuple(self._trail.columns.caller(row) for row in rows if row is not None)

    def below(self, keys: Iterable[str]) -> tuple[str, ...]:
        """The keys that were issued to any of `keys`, transitively, without themselves."""
        found: dict[str, None] = {}
        pending = list(keys)
        while pending:
            above = pending.pop()
            for key in self._issued_to.get(above, ()):
                if key not in found:
                    found[key] = None
                    pending.append(key)
        return tuple(found)

    @cached_property
    def _issued_to(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for key, row in self._issuing.items():
            above = self._trail.columns.caller(row).key
            if above is not None:
                found.setdefault(above, []).append(key)
        return found

    @cached_property
    def uses(self) -> Mapping[str, Use]:
        """How each key was used."""
        return uses_of(self._trail)


def uses_of(trail: Trail, rows: Iterable[int] | None = None) -> dict[str, Use]:
    """How each access key was used in some rows, or all."""
    columns = trail.columns
    spans: dict[int, list[int]] = {}
    for row in trail.order if rows is None else rows:
        caller = columns.callers_of[row]
        span = spans.get(caller)
        if span is None:
            spans[caller] = [1, columns.times[row], columns.times[row]]
        else:
            span[0] += 1
            span[2] = columns.times[row]
    found: dict[str, Use] = {}
    for number, (count, first, last) in spans.items():
        who = columns.callers.in_order[number]
        if who.key is None:
            continue
        use = Use(caller=who, uses=count, first=from_milliseconds(first), last=from_milliseconds(last))
        known = found.get(who.key)
        found[who.key] = use if known is None else _together(known, use)
    return found


def _together(one: Use, other: Use) -> Use:
    return Use(
        caller=one.caller,
        uses=one.uses + other.uses,
        first=min(one.first, other.first),
        last=max(one.last, other.last),
    )


def issuing_rows(trail: Trail, rows: Iterable[int]) -> list[int]:
    """The rows of the calls that began a session (H3)."""
    columns = trail.columns
    starting = {number for number, call in enumerate(columns.calls.in_order) if call[1] in SESSION_CALLS}
    fine = columns.errors.get(None)
    return [row for row in rows if columns.calls_of[row] in starting and columns.errors_of[row] == fine]


def all_sessions(trail: Trail, rows: Sequence[int], issued: Sequence[Session], lineage: Lineage) -> list[Session]:
    """The sessions that rows issued, in their order, then those that rows used, by their first use."""
    known = {session.key for session in issued}
    found = list(issued)
    uses = lineage.uses if len(rows) == len(trail) else uses_of(trail, rows)
    for key, use in sorted(uses.items(), key=lambda item: (item[1].first, item[0])):
        if key not in known and use.caller.has_session:
            found.append(session_of(trail, key, use, lineage))
    return found


def session_of(trail: Trail, key: str, use: Use | None, lineage: Lineage) -> Session:
    """The session of one temporary key."""
    row = lineage.issuing_row(key)
    if row is not None:
        return issued_session(trail, row, trail.record(row), lineage)
    caller = use.caller if use is not None else None
    issued = _moment(caller.issued) if caller is not None else None
    return Session(
        key=key,
        principal=caller.principal if caller is not None else None,
        issued_by=None,
        by=None,
        from_key=None,
        issued=issued,
        until=_end_of_unseen(caller, issued),
        use=use,
        chain=(key,),
    )


def issued_session(trail: Trail, row: int, record: Record, lineage: Lineage) -> Session:
    """The session that the call of a record began."""
    key = trail.issued.get(row)
    caller, name = trail.columns.caller(row), trail.columns.call(row).name
    issued = from_milliseconds(trail.columns.times[row])
    return Session(
        key=key,
        principal=_principal(record),
        issued_by=row,
        by=caller,
        from_key=caller.key,
        issued=issued,
        until=_end(record, name, caller, issued),
        use=lineage.uses.get(key) if key is not None else None,
        chain=lineage.chain(key) if key is not None else (),
    )


def _principal(record: Record) -> str | None:
    """Whose session it is: the ARN that the answer shows, else the role that was asked for, else the caller."""
    response = members_at(record, "responseElements")
    for way in (("assumedRoleUser", "arn"), ("federatedUser", "arn")):
        if (arn := text_at(response, *way)) is not None:
            return arn
    parameters = members_at(record, "requestParameters")
    return (
        text_at(parameters, "roleArn")
        or text_at(parameters, "targetPrincipal")
        or text_at(record, "userIdentity", "arn")
    )


def _end(record: Record, name: str, caller: Caller, issued: datetime) -> datetime | None:
    """Its expiration, as the answer shows it, else the longest that is possible (Y8)."""
    response = members_at(record, "responseElements")
    written = text_at(response, "credentials", "expiration")
    if written is not None and (moment := _moment(written)) is not None:
        return moment
    longest = _LONGEST.get(name)
    if name == "AssumeRole" and caller.kind in (CallerKind.ROLE_SESSION, CallerKind.ROLE):
        longest = _CHAINED
    if name in ("GetSessionToken", "GetFederationToken") and caller.kind is CallerKind.ROOT:
        longest = _OF_ROOT
    return later(issued, longest) if longest is not None else None


def _end_of_unseen(caller: Caller | None, issued: datetime | None) -> datetime | None:
    if caller is None or issued is None:
        return None
    hours = 36 if caller.kind in (CallerKind.USER, CallerKind.FEDERATED) else 12
    return later(issued, timedelta(hours=hours))


def _moment(text: str | None) -> datetime | None:
    try:
        return parse_time(text) if text is not None else None
    except ValueError:
        return None
