"""Condition lines on their own: every operator as a table, missing keys, sets, values of every form (C1-C50)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iamtui.policy.conditions import ConditionTest, condition_test
from iamtui.policy.keys import UNKNOWN, UNKNOWN_VALUE, KeyValue
from iamtui.policy.operators import OPERATORS
from iamtui.policy.truth import Truth
from iamtui.policy.values import EPOCH, read_instant, read_network, read_number
from tests.policy.contexts import Given, Keys
from tests.tables import every_row

NEGATED = sorted(operator.name for operator in OPERATORS.values() if operator.negated)
POSITIVE = sorted(operator.name for operator in OPERATORS.values() if not operator.negated and operator.name != "Null")
A_VALUE = {"Numeric": "10", "Date": "2026-01-01", "Bool": "true", "Binary": "YQ==", "Ip": "10.0.0.1", "Not": "10.0.0.1"}


def line(operator: str, *values: str, key: str = "k", variables: bool = True) -> ConditionTest:
    return condition_test(operator, key, values, variables=variables)


def holds(operator: str, policy: str | list[str], value: Given, **context: Given) -> bool:
    """Whether `{operator: {k: policy}}` holds where the key `k` is `value`."""
    values = policy if isinstance(policy, list) else [policy]
    truth = line(operator, *values).truth(Keys({"k": value, **context}))
    assert truth is not Truth.UNKNOWN
    return truth is Truth.TRUE


def value_for(operator: str) -> str:
    """A policy value that the operator can read."""
    found = next((text for start, text in A_VALUE.items() if operator.startswith(start)), "a")
    return "arn:aws:s3:::b" if operator.startswith("Arn") else found


# Operators, one line of the table each

STRINGS = [
    ("StringEquals", "a", "a", True),
    ("StringEquals", "a", "A", False),
    ("StringEquals", "a*", "ab", False),
    ("StringEquals", "a*", "a*", True),
    ("StringEquals", "", "", True),
    ("StringEquals", "${*}", "*", True),
    ("StringNotEquals", "a", "A", True),
    ("StringNotEquals", "a", "a", False),
    ("StringEqualsIgnoreCase", "Straße", "sTRASSE", False),
    ("StringEqualsIgnoreCase", "ÀΣ", "àσ", True),
    ("StringEqualsIgnoreCase", "K", "\u212a", True),
    ("StringNotEqualsIgnoreCase", "a", "A", False),
    ("StringLike", "a*c", "abc", True),
    ("StringLike", "a*c", "a/b:c", True),
    ("StringLike", "a?c", "abc", True),
    ("StringLike", "a?c", "ac", False),
    ("StringLike", "A*", "ab", False),
    ("StringLike", "*", "", True),
    ("StringLike", "", "", True),
    ("StringLike", "", "a", False),
    ("StringLike", "a${*}c", "abc", False),
    ("StringLike", "a${*}c", "a*c", True),
    ("StringNotLike", "a*", "ab", False),
    ("StringNotLike", "a*", "b", True),
]
NUMBERS = [
    ("NumericEquals", "10", "10.0", True),
    ("NumericEquals", "10", "1e1", True),
    ("NumericEquals", "-0", "0", True),
    ("NumericEquals", "0.1", "0.10000000000000000000001", False),
    ("NumericEquals", "9" * 40, "9" * 40, True),
    ("NumericEquals", "9" * 40, "9" * 39 + "8", False),
    ("NumericNotEquals", "10", "10.0", False),
    ("NumericNotEquals", "10", "11", True),
    ("NumericLessThan", "10", "9", True),
    ("NumericLessThan", "10", "10", False),
    ("NumericLessThan", "10", "9.99", True),
    ("NumericLessThanEquals", "10", "10", True),
    ("NumericLessThanEquals", "10", "10.01", False),
    ("NumericGreaterThan", "10", "100", True),
    ("NumericGreaterThan", "10", "10", False),
    ("NumericGreaterThanEquals", "10", "10", True),
    ("NumericGreaterThanEquals", "-3", "-2", True),
    *((f"Numeric{relation}", "ten", "10", False) for relation in ("Equals", "LessThan", "GreaterThanEquals")),
    *((f"Numeric{relation}", "10", "ten", False) for relation in ("Equals", "LessThan", "GreaterThanEquals")),
    ("NumericNotEquals", "ten", "10", True),
    ("NumericNotEquals", "10", "ten", True),
]
DATES = [
    ("DateEquals", "2026-01-01", "2026-01-01T00:00:00Z", True),
    ("DateEquals", "2026", "2026-01-01T00:00Z", True),
    ("DateEquals", "2026-01", "2026-01-01T01:00:00+01:00", True),
    ("DateEquals", "2026-01-01T00:00:00.5Z", "2026-01-01T00:00:00.50Z", True),
    ("DateEquals", "2026-01-01T00:00:00.5Z", "2026-01-01T00:00:00Z", False),
    ("DateEquals", "1767225600", "2026-01-01T00:00:00Z", True),
    ("DateNotEquals", "2026-01-01", "2026-01-01T00:00:00-00:00", False),
    ("DateNotEquals", "soon", "2026-01-01", True),
    ("DateLessThan", "2026-01-01T00:00:00Z", "2025-12-31T23:59:59Z", True),
    ("DateLessThan", "2026-01-01T00:00:00Z", "2026-01-01T00:30:00+01:00", True),
    ("DateLessThan", "2026-01-01", "2026-01-01", False),
    ("DateLessThanEquals", "2026-01-01", "2026-01-01", True),
    ("DateGreaterThan", "2026-01-01", "2026-01-01T00:00:01Z", True),
    ("DateGreaterThan", "0001-01-01T00:00+14:00", "0001-01-01", True),
    ("DateGreaterThanEquals", "9999-12-31T23:59:59-14:00", "9999-12-31", False),
    ("DateGreaterThan", "2026-01-01", "soon", False),
    ("DateGreaterThan", "soon", "2026-01-01", False),
]
OTHERS = [
    ("Bool", "true", "true", True),
    ("Bool", "TRUE", "tRue", True),
    ("Bool", "false", "false", True),
    ("Bool", "false", "anything", True),
    ("Bool", "true", "1", False),
    ("Bool", "yes", "true", False),
    ("Bool", "yes", "false", False),
    ("BinaryEquals", "YQ==", "YQ==", True),
    ("BinaryEquals", "YQ==", "YR==", True),
    ("BinaryEquals", "YQ==", "Yg==", False),
    ("BinaryEquals", "YQ", "YQ", False),
    ("BinaryEquals", "YQ==", "not base64", False),
    ("IpAddress", "203.0.113.0/24", "203.0.113.255", True),
    ("IpAddress", "203.0.113.0/24", "203.0.114.0", False),
    ("IpAddress", "203.0.113.9/24", "203.0.113.1", True),
    ("IpAddress", "203.0.113.9", "203.0.113.9", True),
    ("IpAddress", "203.0.113.9", "203.0.113.8", False),
    ("IpAddress", "0.0.0.0/0", "203.0.113.8", True),
    ("IpAddress", "0.0.0.0/0", "2001:db8::1", False),
    ("IpAddress", "2001:DB8::/32", "2001:db8:0:0::1", True),
    ("IpAddress", "2001:db8::1", "2001:db8::1", True),
    ("IpAddress", "2001:db8::1", "2001:db8::2", False),
    ("IpAddress", "::ffff:203.0.113.0/120", "203.0.113.9", False),
    ("IpAddress", "::/0", "203.0.113.9", False),
    ("IpAddress", "203.0.113.0/33", "203.0.113.1", False),
    ("IpAddress", "203.0.113", "203.0.113.1", False),
    ("IpAddress", "203.0.113.0/24", "203.0.113.0/24", False),
    ("IpAddress", "203.0.113.0/24", "somewhere", False),
    ("NotIpAddress", "203.0.113.0/24", "203.0.113.1", False),
    ("NotIpAddress", "203.0.113.0/24", "2001:db8::1", True),
    ("NotIpAddress", "somewhere", "203.0.113.1", True),
    ("NotIpAddress", "203.0.113.0/24", "somewhere", True),
]
ARNS = [
    ("arn:aws:s3:::b", "arn:aws:s3:::b", True),
    ("arn:aws:s3:::b", "arn:aws:s3:::B", False),
    ("arn:aws:s3:::b*", "arn:aws:s3:::b/c:d", True),
    ("arn:aws:iam::*:role/app", "arn:aws:iam::111122223333:role/app", True),
    ("arn:aws:iam::1*3:role/app", "arn:aws:iam::111122223333:role/app", True),
    ("arn:*:role/app", "arn:aws:iam::111122223333:role/app", False),
    ("arn:aws:x:*:111122223333:finance/*", "arn:aws:x:us-east-2:999999999999:store/abc:111122223333:finance/d", False),
    ("arn:aws:s3:?::b", "arn:aws:s3:::b", False),
    ("arn:aws:s3:*", "arn:aws:s3:::b", False),
    ("*", "arn:aws:s3:::b", True),
    ("arn:aws:s3:::${aws:username}", "arn:aws:s3:::alice", True),
    ("arn:aws:s3:::${aws:username}/*", "arn:aws:s3:::bob/x", False),
    ("arn:aws:iam::${aws:PrincipalTag/account}:role/app", "arn:aws:iam::1:role/app", True),
    ("arn:aws:iam::${aws:PrincipalTag/none}:role/app", "arn:aws:iam:::role/app", False),
    ("arn:aws:iam::${aws:PrincipalTag/none, '1'}:role/app", "arn:aws:iam::1:role/app", True),
    ("arn:aws:iam::${a:b:c, 'x:y'}:role/app", "arn:aws:iam::x:role/app", False),
    ("arn:aws:${x:iam::1:role/${aws:username}", "arn:aws:${x:iam::1:role/alice", True),
]


@every_row(("operator", "policy", "value", "expected"), [*STRINGS, *NUMBERS, *DATES, *OTHERS])
def test_operators(operator: str, policy: str, value: str, *, expected: bool) -> None:
    """C30-C37, C40-C46."""
    assert holds(operator, policy, value) is expected


@every_row(("policy", "value", "expected"), ARNS)
def test_arn_operators(policy: str, value: str, *, expected: bool) -> None:
    """C38: equals is like, and each negation the opposite."""
    keys: dict[str, Given] = {"aws:username": "alice", "aws:PrincipalTag/account": "1"}
    assert holds("ArnLike", policy, value, **keys) is expected
    assert holds("ArnEquals", policy, value, **keys) is expected
    assert holds("ArnNotLike", policy, value, **keys) is not expected
    assert holds("ArnNotEquals", policy, value, **keys) is not expected


@every_row("operator", ["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"])
@every_row("value", ["", "alice", "arn:aws:iam::1", "*"])
def test_what_is_no_arn_fails_every_arn_operator(operator: str, value: str) -> None:
    """C48."""
    assert holds(operator, "arn:aws:s3:::b", value) is False
    assert holds(operator, "*", value) is False


def test_a_short_arn_pattern_matches_nothing() -> None:
    """C48."""
    assert holds("ArnLike", "arn:aws:s3", "arn:aws:s3:::b") is False
    assert holds("ArnNotLike", "arn:aws:s3", "arn:aws:s3:::b") is True


def test_a_string_pattern_crosses_colons_where_an_arn_pattern_does_not() -> None:
    """C49."""
    assert holds("StringLike", "arn:*:role/app", "arn:aws:iam::111122223333:role/app") is True


# Values

NO_NUMBERS = [
    " 7",
    "10.",
    "1e9999",
    "",
    " ",
    "ten",
    "1_000",
    "١٢",
    "１２",
    "0x10",
    "1,5",
    "1 0",
    "NaN",
    "Infinity",
    "-inf",
    "sNaN",
    "+-1",
    "9" * 1_001,
]


@every_row("text", NO_NUMBERS)
def test_what_is_no_number(text: str) -> None:
    """C33, C46."""
    assert read_number(text) is None


@pytest.mark.parametrize(
    ("text", "number"), [("10", 10), ("-1.50", -1.5), ("+3", 3), ("1E2", 100), (".5", 0.5), ("1" + "0" * 999, 10**999)]
)
def test_what_is_a_number(text: str, number: float) -> None:
    assert read_number(text) == number


@every_row(
    ("text", "instant"),
    [
        ("2026", "2026-01-01T00:00:00+00:00"),
        ("2026-02", "2026-02-01T00:00:00+00:00"),
        ("2026-02-28", "2026-02-28T00:00:00+00:00"),
        ("2026-02-28T13:14Z", "2026-02-28T13:14:00+00:00"),
        ("2026-02-28T13:14:15Z", "2026-02-28T13:14:15+00:00"),
        ("2026-02-28T13:14:15.1Z", "2026-02-28T13:14:15.100000+00:00"),
        ("2026-02-28T13:14:15+05:30", "2026-02-28T07:44:15+00:00"),
        ("2026-02-28T13:14:15-08:00", "2026-02-28T21:14:15+00:00"),
        ("1969-12-31T23:59:59.25Z", "1969-12-31T23:59:59.250000+00:00"),
        ("9999-12-31T23:59:59+00:00", "9999-12-31T23:59:59+00:00"),
        ("0", "1970-01-01T00:00:00+00:00"),
        ("86400", "1970-01-02T00:00:00+00:00"),
        ("1767225600.5", "2026-01-01T00:00:00.500000+00:00"),
        ("1970", "1970-01-01T00:00:00+00:00"),
    ],
)
def test_forms_of_a_date(text: str, instant: str) -> None:
    """C40, C41."""
    microseconds = (datetime.fromisoformat(instant) - EPOCH) // timedelta(microseconds=1)
    assert read_instant(text) == Decimal(microseconds) / 1_000_000


def test_instants_have_no_last_year_and_no_shortest_fraction() -> None:
    """C40: milliseconds taken for seconds are an instant far away."""
    assert read_instant("1767225600000") == 1_767_225_600_000
    assert read_instant("9999-12-31T23:59:59-23:00") == 253_402_383_599
    nanoseconds = read_instant("2026-01-01T00:00:00.000000002Z"), read_instant("2026-01-01T00:00:00.000000001Z")
    assert nanoseconds[0] is not None
    assert nanoseconds[1] is not None
    assert nanoseconds[0] > nanoseconds[1]


NO_DATES = [
    *("", "soon", "26", "2026-13", "2026-00", "2026-02-30", "2026-1-1", "20260101T000000Z", "2026-01-01 00:00:00Z"),
    *("2026-01-01T00:00:00", "2026-01-01T24:00:00Z", "2026-01-01T00:00:00z", "2026-01-01T00Z", "2026-01-01T00:00:00+1"),
    *("2026-01-01T00:00:00+25:00", "2026-01-01T00:00:00+00:60", "2026-01-01T00:00:00.Z"),
    *("-1", "1e9", "٢٠٢٦", "99999-01-01", "9" * 1_001),
]


@every_row("text", [text for text in NO_DATES if text != "26"])
def test_what_is_no_date(text: str) -> None:
    assert read_instant(text) is None


@every_row(
    "text",
    ["", "a", "1.2.3", "1.2.3.4/33", "1.2.3.4/", "::/129", "01.2.3.4", "１.1.1.1", "1.2.3.4 ", "10.0.0.0/255.0.0.0",
     "10.0.0.0/0.255.255.255", "10.0.0.0/8/8", "10.0.0.0/+8", "fe80::1%eth0", "fe80::%1/64"],
)  # fmt: skip
def test_what_is_no_network(text: str) -> None:
    """C46."""
    assert read_network(text) is None


@pytest.mark.parametrize(
    ("operator", "policy", "value"),
    [
        ("NumericEquals", "2026-01-01T00:00:00Z", "1767225600"),
        ("NumericLessThan", "2026-01-02", "1767225600"),
        ("NumericGreaterThan", "1767225599", "2026-01-01T00:00:00Z"),
        ("DateEquals", "1767225600", "2026-01-01"),
        ("DateLessThan", "2026-01-02", "1767225600"),
    ],
)
def test_epoch_time_takes_dates_and_numbers(operator: str, policy: str, value: str) -> None:
    """C42."""
    test = line(operator, policy, key="aws:EpochTime")
    assert test.truth(Keys({"aws:EpochTime": value})) is Truth.TRUE


# Names


@pytest.mark.parametrize(
    "spelling",
    [
        "stringequals",
        "STRINGEQUALS",
        "StringEqualsIfExists",
        "forallvalues:StringEquals",
        "FORANYVALUE:stringequalsifexists",
    ],
)
def test_operators_and_keys_are_found_in_any_letter_case(spelling: str) -> None:
    """C3, C4."""
    test = line(spelling, "a", key="AWS:PrincipalTag/Team")
    assert test.truth(Keys({"aws:principaltag/TEAM": "a"})) is Truth.TRUE


@every_row(
    "spelling",
    [
        "",
        "Equals",
        "StringEqual",
        "ForAll:StringEquals",
        "ForAllValues:",
        "NullIfExists",
        "IfExists",
        "StringEqualsIfExistsIfExists",
    ],
)
def test_an_operator_that_does_not_exist_never_holds(spelling: str) -> None:
    """C5, C6."""
    test = line(spelling, "a")
    assert [test.judge(Keys(given)).rule for given in ({}, {"k": "a"}, {"k": UNKNOWN})] == ["C6"] * 3
    assert test.truth(Keys({"k": "a"})) is Truth.FALSE


# Several values


@every_row("operator", POSITIVE)
def test_values_of_a_positive_operator_are_alternatives(operator: str) -> None:
    """C1."""
    good = value_for(operator)
    value = {"NumericLessThan": "9", "NumericGreaterThan": "11", "DateLessThan": "2025", "DateGreaterThan": "2027"}
    assert holds(operator, ["no such value", good], value.get(operator, good)) is True


@every_row("operator", NEGATED)
def test_a_negated_operator_holds_if_no_value_matches(operator: str) -> None:
    """C2."""
    good = value_for(operator)
    assert holds(operator, ["no such value", good], good) is False
    assert holds(operator, ["no such value"], good) is True


# Missing keys


@pytest.mark.parametrize(
    ("prefix", "suffix", "positive", "negated"),
    [
        ("", "", ("C10", False), ("C11", True)),
        ("", "IfExists", ("C12", True), ("C12", True)),
        ("ForAllValues:", "", ("C14", True), ("C14", True)),
        ("ForAllValues:", "IfExists", ("C12", True), ("C12", True)),
        ("ForAnyValue:", "", ("C15", False), ("C15", False)),
        ("ForAnyValue:", "IfExists", ("C16", True), ("C16", True)),
    ],
)
def test_an_absent_key(prefix: str, suffix: str, positive: tuple[str, bool], negated: tuple[str, bool]) -> None:
    for names, (rule, expected) in ((POSITIVE, positive), (NEGATED, negated)):
        for name in names:
            judgement = line(f"{prefix}{name}{suffix}", value_for(name)).judge(Keys())
            assert (judgement.rule, judgement.truth is Truth.TRUE) == (rule, expected), name


@every_row(
    ("spelling", "policy", "value", "rule", "truth"),
    [
        ("Null", ["true"], None, "C13", Truth.TRUE),
        ("Null", ["false"], None, "C13", Truth.FALSE),
        ("Null", ["TRUE"], "a", "C13", Truth.FALSE),
        ("Null", ["False"], "a", "C13", Truth.TRUE),
        ("Null", ["true"], "", "C13", Truth.TRUE),
        ("Null", ["true"], [], "C13", Truth.TRUE),
        ("Null", ["true"], [""], "C13", Truth.TRUE),
        ("Null", ["true"], ["", "a"], "C13", Truth.FALSE),
        ("Null", ["true", "false"], None, "C26", Truth.TRUE),
        ("Null", ["true", "false"], UNKNOWN, "C26", Truth.TRUE),
        ("Null", [], None, "C7", Truth.FALSE),
        ("Null", ["yes"], None, "C46", Truth.FALSE),
        ("Null", ["true"], UNKNOWN, "T24", Truth.UNKNOWN),
        ("Null", ["true"], UNKNOWN_VALUE, "C13", Truth.FALSE),
        ("Null", ["false"], UNKNOWN_VALUE, "C13", Truth.TRUE),
        ("ForAllValues:Null", ["true"], "a", "C5", Truth.TRUE),
        ("ForAnyValue:Null", ["true"], None, "C5", Truth.FALSE),
    ],
)
def test_null(spelling: str, policy: list[str], value: Given, rule: str, truth: Truth) -> None:
    """C5, C13, C25, C26."""
    judgement = line(spelling, *policy).judge(Keys({"k": value}))
    assert (judgement.rule, judgement.truth) == (rule, truth)


@every_row(
    ("spelling", "value", "truth"),
    [
        ("StringEquals", "a", Truth.FALSE),
        ("StringNotEquals", "a", Truth.TRUE),
        ("StringEqualsIfExists", "a", Truth.FALSE),
        ("StringEqualsIfExists", None, Truth.TRUE),
        ("StringEqualsIfExists", UNKNOWN, Truth.UNKNOWN),
        ("ForAllValues:StringEquals", ["a"], Truth.FALSE),
        ("ForAllValues:StringEquals", [], Truth.TRUE),
        ("ForAllValues:StringEquals", None, Truth.TRUE),
        ("ForAllValues:StringEquals", UNKNOWN, Truth.UNKNOWN),
        ("ForAnyValue:StringEquals", ["a"], Truth.FALSE),
        ("ForAnyValue:StringNotEquals", ["a"], Truth.FALSE),
    ],
)
def test_an_empty_list_of_policy_values(spelling: str, value: Given, truth: Truth) -> None:
    """C7."""
    assert line(spelling).truth(Keys({"k": value})) is truth


# Sets


@every_row(
    ("spelling", "value", "expected"),
    [
        ("ForAllValues:StringEquals", ["a", "b"], True),
        ("ForAllValues:StringEquals", ["a", "c"], False),
        ("ForAllValues:StringEquals", [], True),
        ("ForAllValues:StringEquals", [""], True),
        ("ForAllValues:StringEquals", ["", "a"], False),
        ("ForAllValues:StringEquals", "a", True),
        ("ForAllValues:StringNotEquals", ["c", "d"], True),
        ("ForAllValues:StringNotEquals", ["a", "d"], False),
        ("ForAnyValue:StringEquals", ["c", "b"], True),
        ("ForAnyValue:StringEquals", ["c"], False),
        ("ForAnyValue:StringEquals", [], False),
        ("ForAnyValue:StringEquals", "c", False),
        ("ForAnyValue:StringNotEquals", ["a", "z"], True),
        ("ForAnyValue:StringNotEquals", ["a", "b"], False),
        ("ForAnyValue:StringNotEquals", [], False),
        ("StringEquals", ["a"], False),
        ("StringNotEquals", ["z"], False),
        ("StringEqualsIfExists", ["a"], False),
    ],
)
def test_set_operators(spelling: str, value: Given, *, expected: bool) -> None:
    """C20-C24: a list is multivalued even with one member, and matches nothing without a set operator (C23)."""
    assert holds(spelling, ["a", "b"], value) is expected


# What is not known


@every_row(
    ("spelling", "policy", "state", "truth"),
    [
        ("StringEquals", "a", UNKNOWN, Truth.UNKNOWN),
        ("StringNotEquals", "a", UNKNOWN_VALUE, Truth.UNKNOWN),
        ("StringLike", "*", UNKNOWN, Truth.UNKNOWN),
        ("StringLike", "*", UNKNOWN_VALUE, Truth.TRUE),
        ("StringLikeIfExists", "*", UNKNOWN, Truth.TRUE),
        ("StringLikeIfExists", "a*", UNKNOWN, Truth.UNKNOWN),
        ("ForAllValues:StringLike", "*", UNKNOWN, Truth.TRUE),
        ("ForAnyValue:StringLike", "*", UNKNOWN_VALUE, Truth.UNKNOWN),
        ("Bool", "true", UNKNOWN_VALUE, Truth.UNKNOWN),
    ],
)
def test_an_unknown_key(spelling: str, policy: str, state: Given, truth: Truth) -> None:
    """T24."""
    assert line(spelling, policy).truth(Keys({"k": state})) is truth


@pytest.mark.parametrize(
    ("operator", "value", "truth"),
    [
        ("StringEquals", "home/alice", Truth.UNKNOWN),
        ("StringEquals", "work/alice", Truth.FALSE),
        ("StringNotEquals", "work/alice", Truth.TRUE),
        ("StringNotEquals", "home/alice", Truth.UNKNOWN),
        ("StringLike", "home/", Truth.UNKNOWN),
    ],
)
def test_a_variable_of_unknown_value(operator: str, value: str, truth: Truth) -> None:
    """T25: the literal parts may exclude a match all the same."""
    test = line(operator, "home/${aws:username}")
    assert test.truth(Keys({"k": value, "aws:username": UNKNOWN})) is truth


@every_row(
    ("operator", "policy", "value", "expected"),
    [
        ("StringEquals", "${aws:username}", "alice", True),
        ("StringLike", "${aws:username}*", "alice/x", True),
        ("StringEqualsIgnoreCase", "${aws:username}", "ALICE", True),
        ("StringEquals", "${none}", "", False),
        ("StringNotEquals", "${none}", "", True),
        ("StringEquals", "${none, 'd'}", "d", True),
        ("Bool", "${flag}", "true", True),
        ("Bool", "${flag}", "false", False),
        ("Bool", "${aws:username}", "false", False),
        ("NumericEquals", "${ten}", "10", False),
        ("DateEquals", "${ten}", "10", False),
        ("IpAddress", "${ip}", "10.0.0.1", False),
    ],
)
def test_variables_in_values(operator: str, policy: str, value: str, *, expected: bool) -> None:
    """V4, V9: in values of string and ARN operators, and of Bool (C35)."""
    keys: dict[str, Given] = {"aws:username": "alice", "flag": "true", "ten": "10", "ip": "10.0.0.1"}
    assert holds(operator, policy, value, **keys) is expected


def test_variables_of_an_old_document_are_text() -> None:
    """V2."""
    test = line("StringEquals", "${aws:username}", variables=False)
    assert test.truth(Keys({"k": "${aws:username}", "aws:username": "alice"})) is Truth.TRUE


# Anything

any_text = st.one_of(
    st.text(max_size=12), st.sampled_from(["true", "10", "2026-01-01", "10.0.0.0/8", "YQ==", "arn:aws:s3:::*", "${k}"])
)


@given(
    st.sampled_from([*POSITIVE, *NEGATED, "Null"]),
    st.sampled_from(["", "ForAllValues:", "ForAnyValue:"]),
    st.sampled_from(["", "IfExists"]),
    st.lists(any_text, max_size=3),
    st.one_of(any_text, st.lists(any_text, max_size=3), st.sampled_from([None, UNKNOWN, UNKNOWN_VALUE])),
)
def test_every_line_is_judged_whatever_its_values_are(
    name: str, prefix: str, suffix: str, policy: list[str], value: Given
) -> None:
    judgement = line(f"{prefix}{name}{suffix}", *policy).judge(Keys({"k": value}))
    known = value not in (UNKNOWN, UNKNOWN_VALUE)
    assert not (known and judgement.truth is Truth.UNKNOWN)


@given(st.sampled_from(NEGATED), st.lists(any_text, min_size=1, max_size=3), any_text)
def test_a_negated_operator_is_the_opposite_of_the_positive_one(name: str, policy: list[str], value: str) -> None:
    """C2, save for what is no ARN (C48)."""
    positive = name.replace("Not", "")
    if OPERATORS[name.lower()].arn and value.count(":") < 5:
        assert holds(name, policy, value) is holds(positive, policy, value) is False
    else:
        assert holds(name, policy, value) is not holds(positive, policy, value)


alike = st.one_of(
    st.text("aAb*?", max_size=4),
    st.builds("arn:aws:s3:{}:1:{}".format, st.text("a*?", max_size=2), st.text("aAb*?:", max_size=4)),
    st.builds("10.0.0.{}/{}".format, st.integers(0, 5), st.integers(29, 32)),
    st.sampled_from(
        ["10.0.0.1", "1", "1.0", "02", "2e0", "-3", "2026-01-01", "2026", "YQ==", "true", "a${v}b", "${v}*"]
    ),
)


@given(
    st.sampled_from([*POSITIVE, *NEGATED]),
    st.lists(alike, min_size=9, max_size=20),
    alike,
    st.sampled_from([None, "a", UNKNOWN]),
)
def test_a_long_list_is_compared_as_its_values_one_after_another(
    name: str, policy: list[str], value: str, variable: Given
) -> None:
    context = Keys({"k": value, "v": variable})
    each = [line(name, text).truth(context) for text in policy]
    expected = min(each) if name in NEGATED else max(each)
    assert line(name, *policy).truth(context) is expected


def test_megabytes_of_a_value_are_compared() -> None:
    for operator in (*POSITIVE, *NEGATED):
        for text in ("x" * 1_000_000, "9" * 1_000_000, "arn:aws:s3:::${aws:username}" + "x:" * 500_000):
            assert line(operator, text).truth(Keys({"k": "arn:aws:s3:::x", "aws:username": "a"})) is not Truth.UNKNOWN


@every_row(
    ("operator", "policy", "value", "rule"),
    [
        ("ArnLike", "arn:aws:s3:::b", "arn:aws:s3:::b", None),
        ("ArnLike", "arn:aws:s3:::b", "arn:aws:sns:eu-west-1:111122223333:t:x", None),
        ("ArnLike", "arn:aws:s3:::b", "arn:aws:s3:b", "C48"),
        ("ArnLike", "s3", "arn:aws:s3:::b", "C46"),
        ("NumericEquals", "1", "one", "C47"),
        ("NumericEquals", "one", "1", "C46"),
        ("StringEquals", "a", "b", None),
        ("Null", "true", "b", None),
    ],
)
def test_c46_to_c48_what_cannot_be_compared_is_told(operator: str, policy: str, value: str, rule: str | None) -> None:
    assert line(operator, policy).unread(KeyValue.of(value)) == rule
