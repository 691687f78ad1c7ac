"""Sessions: who issued which temporary key, to whom, how long it lives, what used it (H3, Y7, Y8)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from iamtui.trail.callers import Caller, CallerKind
from iamtui.trail.credentials import SESSION_CALLS
from iamtui.trail.records import Record, members_at, text_at
from iamtui.trail.times import from_milliseconds, later, parse_time
from iamtui.trail.trail import Trail
from iamtui.trail.views.lineage import Lineage, Use, uses_of

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
        more_keys: other keys of the same session, as the console has many (Y7).
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
    more_keys: tuple[str, ...] = ()


def issuing_rows(trail: Trail, rows: Iterable[int]) -> list[int]:
    """The rows of the calls that began a session (H3)."""
    columns = trail.columns
    starting = {number for number, call in enumerate(columns.calls.in_order) if call[1] in SESSION_CALLS}
    fine = columns.errors.get(None)
    return [row for row in rows if columns.calls_of[row] in starting and columns.errors_of[row] == fine]


def all_sessions(trail: Trail, rows: Sequence[int], issued: Sequence[Session], lineage: Lineage) -> list[Session]:
    """The sessions that rows issued, in their order, then those that rows used, by their first use."""
    known = {key for session in issued for key in (session.key, *session.more_keys)}
    found = list(issued)
    uses = lineage.uses if len(rows) == len(trail) else uses_of(trail, rows)
    for key, use in sorted(uses.items(), key=lambda item: (item[1].first, item[0])):
        if key not in known and use.caller.has_session:
            session = session_of(trail, key, lineage)
            known.update((key, session.key, *session.more_keys))
            found.append(session)
    return found


def session_of(trail: Trail, key: str, lineage: Lineage) -> Session:
    """The session of one temporary key, with what all its keys did."""
    row = lineage.issuing_row(key)
    if row is not None:
        return issued_session(trail, row, trail.record(row), lineage)
    first, *more = lineage.keys_of_session(key)
    use = lineage.use_of_session(key)
    caller = use.caller if use is not None else None
    issued = _moment(caller.issued) if caller is not None else None
    return Session(
        key=first,
        principal=caller.principal if caller is not None else None,
        issued_by=None,
        by=None,
        from_key=None,
        issued=issued,
        until=_end_of_unseen(caller, issued),
        use=use,
        chain=(first,),
        more_keys=tuple(more),
    )


def issued_session(trail: Trail, row: int, record: Record, lineage: Lineage) -> Session:
    """The session that the call of a record began."""
    key = trail.issued.get(row)
    caller, name = trail.columns.caller(row), trail.columns.call(row).name
    issued = from_milliseconds(trail.columns.times[row])
    chain = lineage.chain(key) if key is not None else ()
    return Session(
        key=key,
        principal=_principal(record),
        issued_by=row,
        by=caller,
        from_key=chain[-2] if len(chain) > 1 else caller.key,
        issued=issued,
        until=_end(record, name, caller, issued),
        use=lineage.use_of_session(key) if key is not None else None,
        chain=chain,
        more_keys=lineage.keys_of_session(key)[1:] if key is not None else (),
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
