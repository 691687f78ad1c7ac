"""Which temporary key came from which, and how each was used (Y7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, reduce

from iamtui.trail.callers import Caller
from iamtui.trail.credentials import ISSUING_CALLS
from iamtui.trail.records import Record, members_at, text_at
from iamtui.trail.times import from_milliseconds
from iamtui.trail.trail import Trail

_MOST_IN_CHAIN = 32
_OF_TOKENS = ("AssumeRoleWithWebIdentity", "GetWebIdentityToken")
_NEVER = (datetime.max.replace(tzinfo=UTC), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """How a key was used."""

    caller: Caller
    uses: int
    first: datetime
    last: datetime


class Lineage:
    """Which key came from which: reads the issuing events of a trail once, when first asked (Y7)."""

    def __init__(self, trail: Trail) -> None:
        self._trail = trail

    @cached_property
    def _issuing(self) -> Mapping[str, int]:
        """The row that issued each key; other keys of the same session were issued with it."""
        columns = self._trail.columns
        found = {key: row for row, key in self._trail.issued.items() if columns.call(row).name in ISSUING_CALLS}
        for keys in self._together.values():
            row = next((found[key] for key in keys if key in found), None)
            if row is not None:
                found.update((key, row) for key in keys if key not in found)
        return found

    @cached_property
    def _together(self) -> Mapping[tuple[str, str, str], list[str]]:
        """The keys of each session: one role, session name and creation date are one, as the console's are (Y7)."""
        found: dict[tuple[str, str, str], list[str]] = {}
        for caller in self._trail.columns.callers.in_order:
            session = _session(caller)
            if session is not None and caller.key is not None:
                found.setdefault(session, []).append(caller.key)
        return {session: [*dict.fromkeys(keys)] for session, keys in found.items()}

    def keys_of_session(self, key: str) -> tuple[str, ...]:
        """The keys of the session that a key is of, the one that its issuing event shows, or that was used, first."""
        row = self._issuing.get(key)
        first = None if row is None else self._trail.issued[row]
        use = self.uses.get(first or key) or self.uses.get(key)
        session = None if use is None else _session(use.caller)
        if session is None or len(self._together[session]) == 1:
            return (first or key,)
        keys = [one for one in self._together[session] if self._issuing.get(one) == row]
        ordered = sorted(keys, key=lambda one: (self.uses[one].first, one) if one in self.uses else _NEVER)
        return tuple(dict.fromkeys(ordered if first is None else (first, *ordered)))

    def use_of_session(self, key: str) -> Use | None:
        """How all keys of the session of a key were used; None if none was."""
        keys = self.keys_of_session(key)
        if len(keys) == 1:
            return self.uses.get(keys[0])
        return reduce(_together, uses) if (uses := [*self._uses(keys)]) else None

    def _uses(self, keys: Iterable[str]) -> Iterator[Use]:
        return (use for key in keys if (use := self.uses.get(key)) is not None)

    def issuing_row(self, key: str) -> int | None:
        """The row of the event that issued a temporary key."""
        return self._issuing.get(key)

    def _above(self, row: int) -> str | None:
        """The key that asked for a session: a web identity's is the one that fetched its token."""
        key = self._trail.columns.caller(row).key
        if key is None and self._trail.columns.call(row).name == "AssumeRoleWithWebIdentity":
            return self._fetched.get(row)
        return key

    @cached_property
    def _fetched(self) -> Mapping[int, str]:
        """By the row of a web identity's session the key that fetched its token, by the id of the token (Y7)."""
        columns = self._trail.columns
        names = {row: columns.call(row).name for row in self._trail.order if columns.call(row).name in _OF_TOKENS}
        if "GetWebIdentityToken" not in names.values():
            return {}
        tokens = {row: _token_id(record) for row, record in self._trail.records(names)}
        fetched = {tokens[row]: columns.caller(row).key for row, name in names.items() if name == "GetWebIdentityToken"}
        keys = ((row, fetched.get(tokens[row])) for row in names if tokens[row] is not None)
        return {row: key for row, key in keys if key is not None and names[row] != "GetWebIdentityToken"}

    def chain(self, key: str) -> tuple[str, ...]:
        """The keys from the first that is known down to `key`, oldest first."""
        chain = [key]
        while (row := self._issuing.get(chain[0])) is not None and len(chain) < _MOST_IN_CHAIN:
            above = self._above(row)
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
            above = self._above(row)
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


def _session(caller: Caller) -> tuple[str, str, str] | None:
    """What the keys of one session of a role have in common; None for what is no session of a role."""
    if caller.role is None or caller.session is None or caller.issued is None:
        return None
    return caller.role, caller.session, caller.issued


def _token_id(record: Record) -> str | None:
    """The id of a web identity token, wherever the record has it."""
    places = ("responseElements", "requestParameters", "additionalEventData")
    found = (text_at(members_at(record, place), "webIdentityTokenId") for place in places)
    return next((token for token in found if token is not None), None)
