"""The values of one line of a Condition, made ready to be compared: one, or many at once (C30-C48).

A value of a request is compared with a long list in about the time that one comparison takes: what begins otherwise, or
lies elsewhere, is not tried.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import eq, le, lt
from typing import TypeAlias

from iamtui.policy.keys import Context
from iamtui.policy.truth import Truth
from iamtui.policy.values import read_network
from iamtui.policy.variables import Template

Compare: TypeAlias = Callable[[str, Context], Truth]
"""Compares the request's value with one policy value, or with any of several."""


@dataclass(frozen=True, slots=True)
class PolicyValue:
    """One value of a condition, made ready for its operator.

    `compare` is None where the value cannot be read for the operator: it then matches nothing (C46).
    """

    text: str
    compare: Compare | None
    template: Template | None = None


Together: TypeAlias = Callable[[Sequence[PolicyValue]], Compare]
"""Makes one comparison of many: it is true where any of them is, else unknown where any of them is."""


_LONGEST_END = 8
"""Characters by which a pattern is found: many share their beginning, few the end of their longest text."""


def any_text(values: Sequence[PolicyValue], fold: Callable[[str], str] = str) -> Compare:
    """Texts and patterns: a text is looked up, and a pattern tried where the value holds the end of its longest text.

    `fold` keeps the number of characters, and is what the operator does to both sides.
    """
    whole: dict[str, list[Compare]] = {}
    ends: dict[int, dict[str, list[Compare]]] = {}
    others: list[Compare] = []
    for value in values:
        if value.compare is None:
            continue
        pieces = () if value.template is None else value.template.pieces
        longest = fold(max((piece for piece in pieces if isinstance(piece, str)), key=len, default=""))
        end = longest[-_LONGEST_END:]
        if len(pieces) == 1 and longest:
            whole.setdefault(longest, []).append(value.compare)
        elif longest:
            ends.setdefault(len(end), {}).setdefault(end, []).append(value.compare)
        else:
            others.append(value.compare)

    def candidates(text: str) -> Iterator[Compare]:
        yield from whole.get(text, ())
        yield from others
        for size, found in ends.items():
            for start in range(len(text) - size + 1):
                yield from found.get(text[start : start + size], ())

    def compare(value: str, context: Context) -> Truth:
        truth = Truth.FALSE
        for one in candidates(fold(value)):
            truth = max(truth, one(value, context))
            if truth is Truth.TRUE:
                break
        return truth

    return compare


def any_ordered(
    values: Sequence[PolicyValue],
    read: Callable[[str], Decimal | None],
    relation: Callable[[Decimal, Decimal], bool],
) -> Compare:
    """Numbers or instants: of all that a value may be below, or above, the furthest counts."""
    wanted = [found for value in values if (found := read(value.text)) is not None]
    if relation is eq:
        return any_equal(values, read)
    furthest = (max if relation in (lt, le) else min)(wanted, default=None)

    def compare(value: str, _: Context) -> Truth:
        got = read(value)
        return Truth.TRUE if got is not None and furthest is not None and relation(got, furthest) else Truth.FALSE

    return compare


def any_equal(values: Sequence[PolicyValue], read: Callable[[str], Hashable | None]) -> Compare:
    """Values that are read, and equal or not."""
    wanted = {found for value in values if (found := read(value.text)) is not None}
    return lambda value, _: Truth.TRUE if (got := read(value)) is not None and got in wanted else Truth.FALSE


def any_network(values: Sequence[PolicyValue]) -> Compare:
    """Ranges of addresses: one look for each length of their prefixes."""
    networks: dict[tuple[int, int], set[int]] = {}
    for value in values:
        found = read_network(value.text)
        if found is not None:
            shift = found.max_prefixlen - found.prefixlen
            networks.setdefault((found.version, shift), set()).add(int(found.network_address) >> shift)

    def compare(value: str, _: Context) -> Truth:
        got = read_network(value)
        if got is None or got.prefixlen != got.max_prefixlen:
            return Truth.FALSE
        address = int(got.network_address)
        held = (version == got.version and address >> shift in known for (version, shift), known in networks.items())
        return Truth.TRUE if any(held) else Truth.FALSE

    return compare
