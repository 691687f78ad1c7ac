"""The condition operators: how one value of a policy compares with one value of a request (C30-C48)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from operator import eq, ge, gt, le, lt

from iamtui.patterns import Matcher, Part, Wild, compile_parts
from iamtui.policy.keys import Context
from iamtui.policy.policy_values import Compare, PolicyValue, Together, any_equal, any_network, any_ordered, any_text
from iamtui.policy.truth import Truth
from iamtui.policy.values import (
    read_base64,
    read_epoch_time,
    read_instant,
    read_network,
    read_number,
    simple_fold,
)
from iamtui.policy.variables import Template, template


@dataclass(frozen=True, slots=True)
class Operator:
    """A base operator. `negated` ones hold when no policy value matches (C2).

    `together` makes one comparison of many values, where there is a better way than one after another.
    `reads` gives None for a value of the request that cannot be compared (C47); it is None where any text can.
    """

    name: str
    prepare: Callable[[str, bool], PolicyValue]  # (text, variables are on) -> value
    negated: bool = False
    arn: bool = False  # a request value that is no ARN fails even the negated form (C48)
    reads: Callable[[str], object] | None = None
    together: Together | None = None


def _string(text: str, variables_on: bool) -> PolicyValue:  # noqa: FBT001
    literal = template(text, wildcards=False, variables=variables_on)
    return PolicyValue(text, _template_compare(literal), literal)


def _string_like(text: str, variables_on: bool) -> PolicyValue:  # noqa: FBT001
    pattern = template(text, wildcards=True, variables=variables_on)
    return PolicyValue(text, _template_compare(pattern), pattern)


def _template_compare(pattern: Template) -> Compare:
    if pattern.static is not None and (matcher := pattern.static.matcher) is not None:
        return lambda value, _: Truth.TRUE if matcher(value) else Truth.FALSE
    return lambda value, context: pattern.resolve(context).match(value)


def _string_ignore_case(text: str, variables_on: bool) -> PolicyValue:  # noqa: FBT001
    literal = template(text, wildcards=False, variables=variables_on)

    def compare(value: str, context: Context) -> Truth:
        resolved = literal.resolve_parts(context)
        if resolved is None:
            return Truth.FALSE
        parts, _, unknown = resolved
        folded = [simple_fold(part) if isinstance(part, str) else part for part in parts]
        if not compile_parts(folded)(simple_fold(value)):
            return Truth.FALSE
        return Truth.UNKNOWN if unknown else Truth.TRUE

    return PolicyValue(text, compare, literal)


def _ordered(
    read: Callable[[str], Decimal | None], relation: Callable[[Decimal, Decimal], bool]
) -> Callable[[str, bool], PolicyValue]:
    """An operator that reads both sides as numbers or instants; an unreadable side never holds (C46, C47)."""

    def prepare(text: str, _: bool) -> PolicyValue:  # noqa: FBT001
        wanted = read(text)
        if wanted is None:
            return PolicyValue(text, None)

        def compare(value: str, _: Context) -> Truth:
            got = read(value)
            return Truth.TRUE if got is not None and relation(got, wanted) else Truth.FALSE

        return PolicyValue(text, compare)

    return prepare


def _bool(text: str, variables_on: bool) -> PolicyValue:  # noqa: FBT001
    """Any request value other than `true` counts as false; variables are taken, and reported (C35)."""
    literal = template(text, wildcards=False, variables=variables_on)
    if literal.static is not None and text.lower() not in ("true", "false"):
        return PolicyValue(text, None)

    def compare(value: str, context: Context) -> Truth:
        resolved = literal.resolve(context)
        if resolved.unknown:
            return Truth.UNKNOWN
        wanted = (resolved.text or "").lower()
        if wanted not in ("true", "false"):
            return Truth.FALSE
        return Truth.TRUE if (value.lower() == "true") == (wanted == "true") else Truth.FALSE

    return PolicyValue(text, compare, literal)


def _binary(text: str, _: bool) -> PolicyValue:  # noqa: FBT001
    wanted = read_base64(text)
    if wanted is None:
        return PolicyValue(text, None)
    return PolicyValue(text, lambda value, _: Truth.TRUE if read_base64(value) == wanted else Truth.FALSE)


def _ip_address(text: str, _: bool) -> PolicyValue:  # noqa: FBT001
    network = read_network(text)
    if network is None:
        return PolicyValue(text, None)

    def compare(value: str, _: Context) -> Truth:
        got = read_network(value)
        if got is None or got.version != network.version or got.prefixlen != got.max_prefixlen:
            return Truth.FALSE
        return Truth.TRUE if got.network_address in network else Truth.FALSE

    return PolicyValue(text, compare)


def _read_address(text: str) -> object:
    found = read_network(text)
    return found if found is not None and found.num_addresses == 1 else None


def _arn(text: str, variables_on: bool) -> PolicyValue:  # noqa: FBT001
    """Six segments, each matched on its own once the variables are in place; `*` alone takes any ARN (C38, C48)."""
    pattern = template(text, wildcards=True, variables=variables_on)
    if pattern.static is not None:
        matchers = _segment_matchers(pattern.parts)
        if matchers is None:
            return PolicyValue(text, None, pattern)
        return PolicyValue(
            text, lambda value, _: Truth.TRUE if _segments_match(matchers, value) else Truth.FALSE, pattern
        )

    def compare(value: str, context: Context) -> Truth:
        resolved = pattern.resolve_parts(context)
        if resolved is None:
            return Truth.FALSE
        parts, _, unknown = resolved
        if unknown:  # the value may hold colons, so that no segment has its place
            return Truth.UNKNOWN if compile_parts(parts)(value) else Truth.FALSE
        return Truth.TRUE if _matches_once(parts, value) else Truth.FALSE

    return PolicyValue(text, compare, pattern)


def _segment_matchers(parts: Sequence[Part]) -> tuple[tuple[int, Matcher], ...] | None:
    """A matcher for each of the six segments by its place, the last first, which tells most apart.

    None for a pattern that has fewer.
    """
    segments = [list(parts)] * 6 if tuple(parts) == (Wild.ANY,) else _segments(parts)
    if len(segments) != 6:
        return None
    return tuple((place, compile_parts(segments[place])) for place in reversed(range(6)))


def _segments(parts: Sequence[Part]) -> list[list[Part]]:
    """The parts cut at the first five colons of their texts."""
    segments: list[list[Part]] = [[]]
    for part in parts:
        if isinstance(part, str) and ":" in part and len(segments) < 6:
            first, *others = part.split(":", 6 - len(segments))
            segments[-1].append(first)
            segments.extend([piece] for piece in others)
        else:
            segments[-1].append(part)
    return segments


def _segments_match(matchers: tuple[tuple[int, Matcher], ...], value: str) -> bool:
    parts = value.split(":", 5)
    return len(parts) == 6 and all(matcher(parts[place]) for place, matcher in matchers)


def _matches_once(parts: Sequence[Part], value: str) -> bool:
    """What `_segments_match` says, without making matchers that are used no more."""
    segments, pieces = _segments(parts), value.split(":", 5)
    return len(segments) == len(pieces) == 6 and all(map(_segment_matches, segments, pieces))


def _segment_matches(segment: list[Part], piece: str) -> bool:
    if all(isinstance(part, str) for part in segment):
        return "".join(map(str, segment)) == piece
    return compile_parts(segment)(piece)


def _null(text: str, _: bool) -> PolicyValue:  # noqa: FBT001
    return PolicyValue(text, None)


_RELATIONS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "Equals": eq,
    "NotEquals": eq,
    "LessThan": lt,
    "LessThanEquals": le,
    "GreaterThan": gt,
    "GreaterThanEquals": ge,
}
"""How numbers and dates compare, by the end of the operator's name."""


def of_epoch_time(operator: Operator) -> Operator:
    """The operator as it compares `aws:EpochTime`: a numeric one reads dates too (C42)."""
    if not operator.name.startswith("Numeric"):
        return operator
    relation = _RELATIONS[operator.name.removeprefix("Numeric")]
    return _ordered_operator(operator.name, read_epoch_time, relation, negated=operator.negated)


def _ordered_operator(
    name: str, read: Callable[[str], Decimal | None], relation: Callable[[Decimal, Decimal], bool], *, negated: bool
) -> Operator:
    together = partial(any_ordered, read=read, relation=relation)
    return Operator(name, _ordered(read, relation), negated=negated, reads=read, together=together)


def _operators() -> dict[str, Operator]:
    in_any_case = partial(any_text, fold=simple_fold)
    bytes_of = partial(any_equal, read=read_base64)
    table = [
        Operator("StringEquals", _string, together=any_text),
        Operator("StringNotEquals", _string, negated=True, together=any_text),
        Operator("StringEqualsIgnoreCase", _string_ignore_case, together=in_any_case),
        Operator("StringNotEqualsIgnoreCase", _string_ignore_case, negated=True, together=in_any_case),
        Operator("StringLike", _string_like, together=any_text),
        Operator("StringNotLike", _string_like, negated=True, together=any_text),
        *(
            _ordered_operator(name, read, relation, negated=name.endswith("NotEquals"))
            for kind, read in (("Numeric", read_number), ("Date", read_instant))
            for name, relation in ((f"{kind}{ending}", relation) for ending, relation in _RELATIONS.items())
        ),
        Operator("Bool", _bool),
        Operator("BinaryEquals", _binary, reads=read_base64, together=bytes_of),
        Operator("IpAddress", _ip_address, reads=_read_address, together=any_network),
        Operator("NotIpAddress", _ip_address, negated=True, reads=_read_address, together=any_network),
        Operator("ArnEquals", _arn, arn=True, together=any_text),
        Operator("ArnLike", _arn, arn=True, together=any_text),
        Operator("ArnNotEquals", _arn, negated=True, arn=True, together=any_text),
        Operator("ArnNotLike", _arn, negated=True, arn=True, together=any_text),
        Operator("Null", _null),
    ]
    return {operator.name.lower(): operator for operator in table}


OPERATORS = _operators()
"""Every base operator by its name in lower case (C4)."""
