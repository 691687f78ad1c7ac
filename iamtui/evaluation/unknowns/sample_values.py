"""Values around those that policies compare a key with: at, between and beyond numbers, dates and address ranges."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal, localcontext
from itertools import chain, pairwise
from math import floor

from iamtui.catalog import KeyType
from iamtui.patterns import Part, Wild
from iamtui.policy.conditions import ConditionTest
from iamtui.policy.keys import Context
from iamtui.policy.policy_values import PolicyValue
from iamtui.policy.values import EPOCH, read_instant, read_network, read_number
from iamtui.policy.variables import Template

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_ADDRESSES = ("198.51.100.77", "203.0.113.77", "8.8.8.8", "100.64.0.7", "2001:db8::77", "2600::77")
_LETTERS = "xyzwvqkj0123456789\u2603\u2604"
_LONGEST_FILLING = 1_000


@dataclass(frozen=True, slots=True)
class SampleValue:
    """A value that a key could have, and what it stands for."""

    words: str
    text: str


def is_wild(policy: PolicyValue) -> bool:
    """Whether a policy value has wildcards."""
    return policy.template is not None and any(isinstance(piece, Wild) for piece in policy.template.pieces)


def family(test: ConditionTest) -> KeyType | None:
    """The type of value that a test's operator compares; None for what tests presence only."""
    name = test.operator.name if test.operator is not None else "Null"
    if name == "Null":
        return None
    if name.endswith("IpAddress"):
        return KeyType.IP_ADDRESS
    return next((type_ for start, type_ in _FAMILIES.items() if name.startswith(start)), KeyType.STRING)


_FAMILIES = {"Numeric": KeyType.NUMERIC, "Date": KeyType.DATE, "Bool": KeyType.BOOL, "Arn": KeyType.ARN}


def sample_values(tests: Sequence[ConditionTest], key_type: KeyType | None, context: Context) -> Iterator[SampleValue]:
    """At least one value for each way that `tests` can tell the values of their key apart.

    Args:
        tests: all on one key.
        key_type: what type the key is known to have; values of other types are then not possible.
        context: the request, for variables.
    """
    texts: dict[KeyType | None, list[str]] = {}
    for test in tests:
        texts.setdefault(family(test), []).extend(policy.text for policy in test.values)
    found = list(_typed(texts, key_type))
    yield from found
    compared = [policy for test in tests if family(test) in _TEXTS for policy in test.values]
    if compared or not found:
        letter = _fresh_letter([policy.text for policy in compared])
        yield from _like(compared, letter, context)
        equal_in_any_case = [policy for test in tests if _ignores_case(test) for policy in test.values]
        yield from _in_other_case(_like(equal_in_any_case, letter, context))
        yield from _anything_else(
            compared, letter, key_type, arns_only=KeyType.ARN in texts and KeyType.STRING not in texts
        )
    if None in texts and key_type in (None, KeyType.STRING):
        yield SampleValue("the empty text", "")  # counts as null (C25)


_TEXTS = (KeyType.STRING, KeyType.ARN)


def _typed(texts: Mapping[KeyType | None, Iterable[str]], key_type: KeyType | None) -> Iterator[SampleValue]:
    if KeyType.BOOL in texts or key_type is KeyType.BOOL:
        yield from (SampleValue("true", "true"), SampleValue("false", "false"))
    yield from _around_numbers(texts.get(KeyType.NUMERIC, ()))
    yield from _around_dates(texts.get(KeyType.DATE, ()))
    yield from _around_networks(texts.get(KeyType.IP_ADDRESS, ()))


def _around_numbers(texts: Iterable[str]) -> Iterator[SampleValue]:
    numbers = {number: text for text in texts if (number := read_number(text)) is not None}
    yield from _around(numbers, Decimal(1), ("below", "above"), lambda number: f"{number:f}")


def _around_dates(texts: Iterable[str]) -> Iterator[SampleValue]:
    instants = {instant: text for text in texts if (instant := read_instant(text)) is not None}
    yield from _around(instants, Decimal(1), ("before", "after"), _written_date)


def _written_date(seconds: Decimal) -> str:
    """As an instant in UTC; after 9999 as seconds since 1970, before the year 1 empty."""
    whole = floor(seconds)
    try:
        written = (EPOCH + timedelta(seconds=whole)).isoformat().removesuffix("+00:00")
    except OverflowError:
        return f"{seconds:f}" if seconds > 0 else ""
    fraction = f"{seconds - whole:f}".removeprefix("0").rstrip("0").rstrip(".")
    return f"{written}{fraction}Z"


def _around(
    found: Mapping[Decimal, str], step: Decimal, words: tuple[str, str], write: Callable[[Decimal], str]
) -> Iterator[SampleValue]:
    """Every value found, one below all, one above all, and one between each two neighbours."""
    ordered = sorted(found)
    if not ordered:
        return
    below, above = words
    lowest, highest = ordered[0], ordered[-1]
    with localcontext() as exact:
        exact.prec = 4_000
        candidates = [*((found[value], value) for value in ordered), (f"{below} {found[lowest]}", lowest - step)]
        candidates += [(f"between {found[a]} and {found[b]}", (a + b) / 2) for a, b in pairwise(ordered)]
        candidates.append((f"{above} {found[highest]}", highest + step))
        written = [SampleValue(told, write(value)) for told, value in candidates]
    yield from (witness for witness in written if witness.text)


def _around_networks(texts: Iterable[str]) -> Iterator[SampleValue]:
    """An address of every range that no narrower one takes, and one of none: ranges are nested or apart."""
    networks = {text: network for text in texts if (network := read_network(text)) is not None}
    places = [_Place(text, network) for text, network in networks.items()]
    outside: list[_Place] = []
    for version, everything in _EVERYTHING.items():
        outermost = _Place("", everything)
        _nest(outermost, [place for place in places if place.version == version])
        outside.append(outermost)
    for place in places:
        if (address := place.own_address()) is not None:
            yield SampleValue(f"{'elsewhere ' if place.holds_others else ''}in {place.text}", address)
    usual = (text for text in _ADDRESSES if all(ipaddress.ip_address(text) not in one for one in networks.values()))
    others = chain(usual, (address for place in outside if (address := place.own_address()) is not None))
    if networks and (other := next(others, None)) is not None:
        yield SampleValue("any other address", other)


_EVERYTHING: dict[int, Network] = {4: ipaddress.IPv4Network("0.0.0.0/0"), 6: ipaddress.IPv6Network("::/0")}


class _Place:
    """A range, with the first of its addresses that no narrower range is seen to take."""

    __slots__ = ("_is_settled", "_network", "first", "free", "holds_others", "last", "text")

    def __init__(self, text: str, network: Network) -> None:
        self.text, self._network = text, network
        self.first, self.last = int(network.network_address), int(network.broadcast_address)
        self.free, self.holds_others, self._is_settled = self.first, False, False

    @property
    def version(self) -> int:
        """4 or 6."""
        return self._network.version

    def hold(self, inner: _Place) -> None:
        """Take in a narrower range; the ranges that it holds come in the order of their addresses."""
        self.holds_others = True
        self._is_settled = self._is_settled or self.free < inner.first
        if not self._is_settled:
            self.free = inner.last + 1

    def own_address(self) -> str | None:
        """An address that no narrower range takes, if there is one."""
        return str(type(self._network.network_address)(self.free)) if self.free <= self.last else None


def _nest(outermost: _Place, places: Sequence[_Place]) -> None:
    """Let every range hold those just below it; of two equal ones the earlier holds the later."""
    around = [outermost]
    for place in sorted(places, key=lambda place: (place.first, -place.last)):
        while around[-1].last < place.first:
            around.pop()
        around[-1].hold(place)
        around.append(place)


def _like(policies: Iterable[PolicyValue], letter: str, context: Context) -> Iterator[SampleValue]:
    """Texts that equal or match a policy value; what fills its wildcards occurs in no policy value."""
    for policy in policies:
        resolved = policy.template.resolve_parts(context) if policy.template is not None else None
        if resolved is None:
            if policy.template is None:
                yield SampleValue(policy.text, policy.text)  # base64
            continue
        parts, text, is_unknown = resolved
        if is_unknown:
            continue
        if is_wild(policy):
            yield SampleValue(f"like {text}", _filled(parts, letter, letter))
            yield SampleValue(f"like {text}", _filled(parts, letter, ""))
        else:
            yield SampleValue(text or "the empty text", text)


def _ignores_case(test: ConditionTest) -> bool:
    return test.operator is not None and test.operator.name.endswith("IgnoreCase")


def _in_other_case(found: Iterable[SampleValue]) -> Iterator[SampleValue]:
    for witness in found:
        if (other := witness.text.swapcase()) != witness.text:
            yield SampleValue(f"{witness.words} in other letter case", other)


def _fresh_letter(texts: Sequence[str]) -> str:
    return next((letter for letter in _LETTERS if not any(letter in text for text in texts)), _LETTERS[-1])


def _filled(parts: tuple[Part, ...], one: str, many: str) -> str:
    return "".join(part if isinstance(part, str) else one if part is Wild.ONE else many for part in parts)


def _anything_else(
    policies: Sequence[PolicyValue], letter: str, key_type: KeyType | None, *, arns_only: bool
) -> Iterator[SampleValue]:
    """A text, and where ARNs are compared an ARN, that no policy value has; longer than any run of `?` can take."""
    longest = max((len(policy.text) for policy in policies), default=0)
    filling = letter * (min(_LONGEST_FILLING, longest) + 1)
    is_arn = key_type is KeyType.ARN or (key_type is None and arns_only)
    if is_arn or arns_only:
        yield SampleValue("any other ARN", f"arn:aws:{filling}:::{filling}")
    if not is_arn:
        yield SampleValue("anything else", filling)
        if any(policy.template is not None and _takes_all_but_nothing(policy.template) for policy in policies):
            yield SampleValue("the empty text", "")


def _takes_all_but_nothing(template: Template) -> bool:
    """Whether it is made of wildcards only, among them a `?`: then it excludes short texts alone."""
    return Wild.ONE in template.pieces and all(isinstance(piece, Wild) for piece in template.pieces)
