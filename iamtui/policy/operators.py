"""The condition operators: how one value of a policy compares with one value of a request (C30-C48)."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from operator import eq, ge, gt, le, lt
from typing import TypeAlias, TypeVar

from iamtui.policy.keys import Context
from iamtui.policy.patterns import Matcher, compile_parts, split_wildcards
from iamtui.policy.truth import Truth
from iamtui.policy.variables import VARIABLE, Template, template

T = TypeVar("T")
Compare: TypeAlias = Callable[[str, Context], Truth]
"""Compares the request's value with one policy value."""


@dataclass(frozen=True, slots=True)
class PolicyValue:
    """One value of a condition, made ready for its operator.

    `compare` is None where the value cannot be read for the operator: it then matches nothing (C46).
    """

    text: str
    compare: Compare | None
    template: Template | None = None


@dataclass(frozen=True, slots=True)
class Operator:
    """A base operator. `negated` ones hold when no policy value matches (C2)."""

    name: str
    prepare: Callable[[str, bool], PolicyValue]  # (text, variables are on) -> value
    negated: bool = False
    arn: bool = False  # a request value that is no ARN fails even the negated form (C48)


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


def simple_fold(text: str) -> str:
    """Unicode simple case folding: one character stays one character (C31)."""
    return "".join(folded if len(folded := c.casefold()) == 1 else c.lower() for c in text)


def _string_ignore_case(text: str, variables_on: bool) -> PolicyValue:  # noqa: FBT001
    literal = template(text, wildcards=False, variables=variables_on)

    def compare(value: str, context: Context) -> Truth:
        resolved = literal.resolve(context)
        if resolved.text is None:
            return Truth.FALSE
        if resolved.unknown:
            return Truth.UNKNOWN
        return Truth.TRUE if simple_fold(resolved.text) == simple_fold(value) else Truth.FALSE

    return PolicyValue(text, compare, literal)


def _ordered(read: Callable[[str], T | None], relation: Callable[[T, T], bool]) -> Callable[[str, bool], PolicyValue]:
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


_NUMBER = re.compile(r"[+-]?(?:\d{1,500}(?:\.\d{1,600})?|\.\d{1,600})(?:[eE][+-]?\d{1,2})?", re.ASCII)


def read_number(text: str) -> Decimal | None:
    """An integer or a decimal, also with an exponent as JSON has it (C33)."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def _read_seconds(text: str) -> Decimal | None:
    """Seconds since 1970, written as such or as a date: both are taken for `aws:EpochTime` (C42)."""
    instant = _read_written_date(text)
    return read_number(text) if instant is None else Decimal(str(instant.timestamp()))


_DATE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,12}))?)?(Z|[+-]\d\d:\d\d))?)?)?",
    re.ASCII,
)


def read_date(text: str) -> datetime | None:
    """A W3C date, or seconds since 1970; a form without time is its first instant in UTC (C40, C41).

    Four digits are a year, as the W3C profile has it; more are seconds.
    """
    if (instant := _read_written_date(text)) is not None:
        return instant
    try:
        return datetime.fromtimestamp(float(text), UTC) if re.fullmatch(r"\d+(\.\d+)?", text, re.ASCII) else None
    except (ValueError, OverflowError, OSError):
        return None


def _read_written_date(text: str) -> datetime | None:
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    offset = UTC
    try:
        if zone and zone != "Z":
            distance = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6]))
            offset = timezone(-distance if zone[0] == "-" else distance)
        microsecond = int((fraction or "0")[:6].ljust(6, "0"))
        return datetime(
            int(year),
            int(month or 1),
            int(day or 1),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            microsecond,
            offset,
        )
    except ValueError:
        return None


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
    wanted = _read_base64(text)
    if wanted is None:
        return PolicyValue(text, None)
    return PolicyValue(text, lambda value, _: Truth.TRUE if _read_base64(value) == wanted else Truth.FALSE)


def _read_base64(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def read_network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """A CIDR range, bits after the mask ignored; a bare address is a range of one (C43, C44)."""
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def _ip_address(text: str, _: bool) -> PolicyValue:  # noqa: FBT001
    network = read_network(text)
    if network is None:
        return PolicyValue(text, None)

    def compare(value: str, _: Context) -> Truth:
        got = read_network(value)
        if got is None or got.version != network.version or got.num_addresses != 1:
            return Truth.FALSE
        return Truth.TRUE if got.network_address in network else Truth.FALSE

    return PolicyValue(text, compare)


def _arn(text: str, variables_on: bool) -> PolicyValue:  # noqa: FBT001
    """Six segments, each matched on its own; `*` alone takes any ARN (C38, C48)."""
    pattern = template(text, wildcards=True, variables=variables_on)
    if pattern.static is not None:
        matchers = _segment_matchers(text)
        if matchers is None:
            return PolicyValue(text, None, pattern)
        return PolicyValue(
            text, lambda value, _: Truth.TRUE if _segments_match(matchers, value) else Truth.FALSE, pattern
        )
    segments = [template(segment, wildcards=True, variables=True) for segment in _split_arn_pattern(text)]
    if len(segments) != 6:
        return PolicyValue(text, None, pattern)

    def compare(value: str, context: Context) -> Truth:
        parts = value.split(":", 5)
        if len(parts) != 6:
            return Truth.FALSE
        truth = Truth.TRUE
        for segment, part in zip(segments, parts, strict=True):
            truth = min(truth, segment.resolve(context).match(part))
        return truth

    return PolicyValue(text, compare, pattern)


def _split_arn_pattern(text: str) -> list[str]:
    """Split at the first five colons that stand outside a variable."""
    masked = VARIABLE.sub(lambda found: "_" * len(found.group()), text)
    segments: list[str] = []
    start = 0
    for segment in masked.split(":", 5):
        segments.append(text[start : start + len(segment)])
        start += len(segment) + 1
    return segments


def _segment_matchers(text: str) -> tuple[Matcher, ...] | None:
    if text == "*":
        return (compile_parts(split_wildcards("*")),) * 6
    parts = text.split(":", 5)
    if len(parts) != 6:
        return None
    return tuple(compile_parts(split_wildcards(part)) for part in parts)


def _segments_match(matchers: tuple[Matcher, ...], value: str) -> bool:
    parts = value.split(":", 5)
    return len(parts) == 6 and all(matcher(part) for matcher, part in zip(matchers, parts, strict=True))


def _null(text: str, _: bool) -> PolicyValue:  # noqa: FBT001
    return PolicyValue(text, None)


_RELATIONS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "NumericEquals": eq,
    "NumericNotEquals": eq,
    "NumericLessThan": lt,
    "NumericLessThanEquals": le,
    "NumericGreaterThan": gt,
    "NumericGreaterThanEquals": ge,
}


def of_epoch_time(operator: Operator) -> Operator:
    """The operator as it compares `aws:EpochTime`: a numeric one reads dates too (C42)."""
    relation = _RELATIONS.get(operator.name)
    return operator if relation is None else replace(operator, prepare=_ordered(_read_seconds, relation))


def _operators() -> dict[str, Operator]:
    table = [
        Operator("StringEquals", _string),
        Operator("StringNotEquals", _string, negated=True),
        Operator("StringEqualsIgnoreCase", _string_ignore_case),
        Operator("StringNotEqualsIgnoreCase", _string_ignore_case, negated=True),
        Operator("StringLike", _string_like),
        Operator("StringNotLike", _string_like, negated=True),
        *(
            Operator(name, _ordered(read_number, relation), negated=name == "NumericNotEquals")
            for name, relation in _RELATIONS.items()
        ),
        Operator("DateEquals", _ordered(read_date, eq)),
        Operator("DateNotEquals", _ordered(read_date, eq), negated=True),
        Operator("DateLessThan", _ordered(read_date, lt)),
        Operator("DateLessThanEquals", _ordered(read_date, le)),
        Operator("DateGreaterThan", _ordered(read_date, gt)),
        Operator("DateGreaterThanEquals", _ordered(read_date, ge)),
        Operator("Bool", _bool),
        Operator("BinaryEquals", _binary),
        Operator("IpAddress", _ip_address),
        Operator("NotIpAddress", _ip_address, negated=True),
        Operator("ArnEquals", _arn, arn=True),
        Operator("ArnLike", _arn, arn=True),
        Operator("ArnNotEquals", _arn, negated=True, arn=True),
        Operator("ArnNotLike", _arn, negated=True, arn=True),
        Operator("Null", _null),
    ]
    return {operator.name.lower(): operator for operator in table}


OPERATORS = _operators()
"""Every base operator by its name in lower case (C4)."""
