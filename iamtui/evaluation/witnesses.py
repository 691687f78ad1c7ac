"""Values that an unknown condition key could have, one for each way that the policies tell values apart (T30).

A key's tests divide all its possible states into classes; a state of each class is enough to try them all.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import combinations

from iamtui import catalog
from iamtui.policy.conditions import ConditionTest
from iamtui.policy.keys import ABSENT, Context, KeyState, KeyValue
from iamtui.policy.operators import PolicyValue, read_date, read_network, read_number
from iamtui.policy.patterns import Part, Wild
from iamtui.policy.truth import Truth

_OTHER = "some-other-value"
_MOST_LIST_VALUES = 5
_ADDRESSES = ("198.51.100.77", "203.0.113.77", "8.8.8.8", "100.64.0.7", "2001:db8::77", "2600::77")


@dataclass(frozen=True, slots=True)
class State:
    """One way that a key can be, in words and as a value."""

    words: str
    value: KeyValue


_EITHER = (State("true", KeyValue.of("true")), State("false", KeyValue.of("false")))


@dataclass(frozen=True, slots=True)
class States:
    """The states of one key that matter; `complete` if every possible state is like one of them."""

    key: str
    states: tuple[State, ...]
    complete: bool


def states_of(key: str, tests: Sequence[ConditionTest], context: Context, *, used_as_variable: bool) -> States:
    """The states that `tests`, all on `key`, tell apart, absence first."""
    may_be_absent = context.lookup(key.lower()).state is KeyState.UNKNOWN
    values = list(_values(key, tests, context))
    if not used_as_variable:
        values = _distinct(values, tests, context)
    complete = not used_as_variable and sum(_is_wild(policy) for test in tests for policy in test.values) <= 1
    if _is_multivalued(key, tests):
        complete = complete and len(values) <= _MOST_LIST_VALUES
        values = _distinct(_lists(values[:_MOST_LIST_VALUES]), tests, context)
    absent = [State("absent", ABSENT)] if may_be_absent else []
    return States(key, (*absent, *values), complete)


def _is_multivalued(key: str, tests: Sequence[ConditionTest]) -> bool:
    """What the catalogue says; for a key that it does not know, whether a test treats it so (C20)."""
    known = catalog.condition_key(key)
    return known.multivalued if known is not None else any(test.set_operator is not None for test in tests)


def _is_wild(policy: PolicyValue) -> bool:
    return policy.template is not None and any(isinstance(piece, Wild) for piece in policy.template.pieces)


def _distinct(states: Iterable[State], tests: Sequence[ConditionTest], context: Context) -> list[State]:
    """One state for each combination of answers that the tests give."""
    seen: dict[tuple[Truth, ...], State] = {}
    for state in states:
        varied = _Varied(context, tests[0].folded_key if tests else "", state.value)
        seen.setdefault(tuple(test.judge(varied).truth for test in tests), state)
    return list(seen.values())


class _Varied:
    """A context in which one key has another state."""

    def __init__(self, context: Context, key: str, value: KeyValue) -> None:
        self._context, self._key, self._value = context, key, value

    def lookup(self, key: str) -> KeyValue:
        """The state of `key`."""
        return self._value if key == self._key else self._context.lookup(key)


def _lists(values: Sequence[State]) -> Iterator[State]:
    for count in range(len(values) + 1):
        for chosen in combinations(values, count):
            texts = tuple(state.value.values[0] for state in chosen)
            yield State(f"[{', '.join(texts)}]" if texts else "an empty list", KeyValue.listing(texts))


def _values(key: str, tests: Sequence[ConditionTest], context: Context) -> Iterator[State]:
    known = catalog.condition_key(key)
    if known is not None and known.type == "Bool":
        yield from _EITHER
    for test in tests:
        for policy in test.values:
            yield from _like(test, policy, context)
    names = {test.operator.name for test in tests if test.operator is not None}
    if names != {"Bool"} and not (known is not None and known.type == "Bool"):
        networks = [read_network(policy.text) for test in tests for policy in test.values]
        yield from _elsewhere([network for network in networks if network is not None])
        yield State("anything else", KeyValue.of(_OTHER))


def _elsewhere(networks: Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> Iterator[State]:
    """An address outside all ranges, in either version."""
    for text in _ADDRESSES if networks else ():
        address = ipaddress.ip_address(text)
        if all(address.version != network.version or address not in network for network in networks):
            yield State("any other address", KeyValue.of(text))


def _like(test: ConditionTest, policy: PolicyValue, context: Context) -> Iterator[State]:
    """States around one policy value: equal to it, matching it, below or above it."""
    name = test.operator.name if test.operator is not None else ""
    if name.startswith("Numeric"):
        yield from _around_number(policy.text)
    elif name.startswith("Date"):
        yield from _around_date(policy.text)
    elif name == "Bool":
        yield from _EITHER
    elif name.endswith("IpAddress"):
        yield from _around_network(policy.text)
    elif policy.template is not None:
        resolved = policy.template.resolve_parts(context)
        if resolved is not None and not resolved[2]:
            wild = _is_wild(policy)
            words = f"like {resolved[1]}" if wild else resolved[1] or "the empty text"
            for filling in ("", "x") if wild else ("",):
                yield State(words, KeyValue.of(_filled(resolved[0], filling)))
    elif name == "BinaryEquals":
        yield State(policy.text, KeyValue.of(policy.text))


def _filled(parts: tuple[Part, ...], filling: str) -> str:
    return "".join(part if isinstance(part, str) else "x" if part is Wild.ONE else filling for part in parts)


def _around_number(text: str) -> Iterator[State]:
    number = read_number(text)
    if number is not None:
        for words, near in ((text, number), (f"below {text}", number - Decimal(1)), (f"above {text}", number + 1)):
            yield State(words, KeyValue.of(f"{near:f}"))


def _around_date(text: str) -> Iterator[State]:
    instant = read_date(text)
    if instant is None:
        return
    for words, seconds in ((text, 0), (f"before {text}", -1), (f"after {text}", 1)):
        try:
            near = instant + timedelta(seconds=seconds)
        except OverflowError:
            continue
        yield State(words, KeyValue.of(near.strftime("%Y-%m-%dT%H:%M:%S+00:00").rjust(25, "0")))


def _around_network(text: str) -> Iterator[State]:
    network = read_network(text)
    if network is None:
        return
    first, last = network.network_address, network.broadcast_address
    for address in (first, last):
        yield State(f"in {text}", KeyValue.of(str(address)))
    if int(first) > 0:
        yield State("any other address", KeyValue.of(str(type(first)(int(first) - 1))))
    if int(last) < 2**network.max_prefixlen - 1:
        yield State("any other address", KeyValue.of(str(type(first)(int(last) + 1))))
