"""Which events of a trail are meant: the filters of the commands and of the timeline (B3, B5)."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from iamtui.patterns import glob
from iamtui.trail.callers import Caller
from iamtui.trail.columns import Call
from iamtui.trail.records import strings_in
from iamtui.trail.refusals.codes import is_denial
from iamtui.trail.requests import parts_of
from iamtui.trail.requests.actions import named_actions
from iamtui.trail.times import milliseconds, parse_time
from iamtui.trail.trail import Trail

_SPAN = re.compile(r"-(\d+)([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class FilterError(ValueError):
    """A filter that says nothing; the message names it and what was expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What is asked of events: each member must hold, and of the values of one member any; an empty one holds.

    Attributes:
        who: ARNs, names, unique ids, access key ids, accounts, services or addresses; a role means its sessions.
        actions: patterns of actions, or of `source:EventName`.
        resources: patterns of ARNs that a record names.
        networks: addresses that called.
        agents: texts in the user agent, in any letter case.
        errors: error codes, or `any`, `none`, `denied`.
        start: the first moment; end: the last.
    """

    who: Sequence[str] = ()
    actions: Sequence[str] = ()
    resources: Sequence[str] = ()
    networks: Sequence[str] = ()
    agents: Sequence[str] = ()
    regions: Sequence[str] = ()
    accounts: Sequence[str] = ()
    errors: Sequence[str] = ()
    start: datetime | None = None
    end: datetime | None = None


def moment_of(text: str, newest: datetime | None) -> datetime:
    """A moment as ISO 8601, or `-36h`, `-7d` before the newest event (B3).

    Raises:
        FilterError: neither, or a span before a newest event that is not known.
    """
    span = _SPAN.fullmatch(text)
    if span is not None:
        if newest is None:
            raise FilterError(f"{text}: expected a date and time: there is no newest event to count back from")
        try:
            return newest - timedelta(**{_UNITS[span[2]]: int(span[1])})
        except OverflowError as error:
            raise FilterError(f"{text}: expected a span of time within the calendar") from error
    try:
        return parse_time(text)
    except ValueError as error:
        raise FilterError(f"{text}: expected a date and time such as 2026-11-23T14:00:00Z, or -36h") from error


def select(trail: Trail, asked: Filter) -> array[int]:
    """The rows of the events that are meant, in order.

    Raises:
        FilterError: an address that is none.
        GoneError: a file changed, where records must be read again for their resources.
    """
    rows: Iterable[int] = _within(trail, asked)
    if asked.who:
        rows = _by_who(trail, rows, asked.who)
    for column, allowed in _by_column(trail, asked):
        rows = _keep(rows, column, allowed)
    found = array("I", rows)
    return _with_resources(trail, found, asked.resources) if asked.resources else found


def _keep(rows: Iterable[int], column: array[int], allowed: set[int]) -> Iterator[int]:
    return (row for row in rows if column[row] in allowed)


def _within(trail: Trail, asked: Filter) -> array[int]:
    order, time_of = trail.order, trail.columns.times.__getitem__
    start = 0 if asked.start is None else bisect_left(order, milliseconds(asked.start), key=time_of)
    end = len(order) if asked.end is None else bisect_right(order, milliseconds(asked.end), key=time_of)
    return order[start:end]


def _by_who(trail: Trail, rows: Iterable[int], who: Sequence[str]) -> Iterator[int]:
    """Those whose caller is meant, or the address that they came from (B3)."""
    columns = trail.columns
    by_address, others = split_addresses(who)
    addresses = _numbers(columns.addresses.in_order, _in_networks(by_address))
    callers = _numbers(columns.callers.in_order, _is_who(others))
    return (row for row in rows if columns.callers_of[row] in callers or columns.addresses_of[row] in addresses)


def _by_column(trail: Trail, asked: Filter) -> Iterator[tuple[array[int], set[int]]]:
    """For each filter that a column decides: the column, and the numbers of the values that pass."""
    columns = trail.columns
    if asked.actions:
        yield columns.calls_of, _numbers(columns.calls.in_order, _is_action(asked.actions))
    if asked.networks:
        yield columns.addresses_of, _numbers(columns.addresses.in_order, _in_networks(asked.networks))
    if asked.agents:
        wanted = [text.lower() for text in asked.agents]
        yield (
            columns.agents_of,
            _numbers(columns.agents.in_order, lambda agent: any(text in (agent or "").lower() for text in wanted)),
        )
    if asked.regions:
        yield columns.places_of, _numbers(columns.places.in_order, lambda place: place[0] in asked.regions)
    if asked.accounts:
        yield columns.places_of, _numbers(columns.places.in_order, lambda place: place[1] in asked.accounts)
    if asked.errors:
        yield columns.errors_of, _numbers(columns.errors.in_order, _is_error(asked.errors))


def _numbers(values: Sequence[object], passes: Callable[..., bool]) -> set[int]:
    return {number for number, value in enumerate(values) if passes(value)}


def split_addresses(who: Sequence[str]) -> tuple[list[str], list[str]]:
    """Which texts are addresses or networks, and which are not."""
    addresses = [text for text in who if _network(text) is not None and not text.isdecimal()]
    return addresses, [text for text in who if text not in addresses]


def _network(text: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def _in_networks(written: Sequence[str]) -> Callable[[str | None], bool]:
    networks = []
    for text in written:
        network = _network(text)
        if network is None:
            raise FilterError(f"{text}: expected an address or a network such as 203.0.113.0/24")
        networks.append(network)

    def passes(address: str | None) -> bool:
        try:
            found = ip_address(address or "")
        except ValueError:
            return False
        return any(found in network for network in networks)

    return passes


def is_caller(caller: Caller, who: str) -> bool:
    """Whether `who` means this caller: by ARN, name, unique id, access key id, account or service (B3)."""
    names = (
        caller.principal,
        caller.role,
        caller.session,
        caller.key,
        caller.account,
        caller.name,
        caller.unique_id,
        (caller.unique_id or "").partition(":")[0],
        (caller.role or "").rpartition("/")[2],
        (caller.principal or "").rpartition("/")[2] if caller.role is None else None,
    )
    if who in names:
        return True
    parts = who.split(":", 5)  # a role's ARN without the path that sessions do not show
    if len(parts) == 6 and parts[5].startswith("role/") and caller.role is None:
        session = f"{':'.join(parts[:2])}:sts::{parts[4]}:assumed-role/{parts[5].rpartition('/')[2]}/"
        return (caller.principal or "").startswith(session)
    kind, _, name = who.partition("/")
    return kind in ("user", "role") and (caller.entity or "").endswith(f":{kind}/{name}")


def _is_who(who: Sequence[str]) -> Callable[[Caller], bool]:
    return lambda caller: any(is_caller(caller, text) for text in who)


def _is_action(patterns: Sequence[str]) -> Callable[[Call], bool]:
    matchers = [glob(pattern.lower()) for pattern in patterns]

    def passes(call: Call) -> bool:
        names = [f"{call[0].removesuffix('.amazonaws.com')}:{call[1]}", call[1]]
        names += [named.action for named in named_actions(call[0], call[1]) if named.action is not None]
        return any(matches(name.lower()) for matches in matchers for name in names)

    return passes


def _is_error(wanted: Sequence[str]) -> Callable[[str | None], bool]:
    def passes(code: str | None) -> bool:
        return any(
            (code is None if text == "none" else code is not None)
            if text in ("any", "none")
            else (code is not None and is_denial(code) if text == "denied" else code == text)
            for text in wanted
        )

    return passes


def _with_resources(trail: Trail, rows: Sequence[int], patterns: Sequence[str]) -> array[int]:
    """Those that name a resource that fits: as the part of a request, or as an ARN anywhere in the record."""
    matchers = [glob(pattern) for pattern in patterns]
    kept = set()
    for row, record in trail.records(rows):
        named = [part.resource for part in parts_of(record)]
        named += [text for text in strings_in(record) if text.startswith("arn:") and len(text) <= 2048]
        if any(matches(name) for matches in matchers for name in named):
            kept.add(row)
    return array("I", (row for row in rows if row in kept))
