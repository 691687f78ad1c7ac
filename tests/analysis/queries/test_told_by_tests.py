"""How many tests of a key turn out for a value, against asking each (WC2)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from iamtui.analysis.queries.index.told_by_tests import ToldByTests
from iamtui.policy.conditions import condition_test
from tests.policy.contexts import Keys

TEXTS = st.sampled_from(
    (
        "arn:aws:iam::1:role/a",
        "arn:aws:iam::1:role/ab",
        "arn:aws:iam::*:role/a*",
        "arn:aws:iam::2:r*e/?b",
        "a",
        "a*",
        "*",
    )
)
OPERATORS = st.sampled_from(("ArnLike", "ArnNotLike", "StringLike", "StringNotEquals", "StringEqualsIfExists", "Bool"))
TESTS = st.lists(st.tuples(OPERATORS, st.lists(TEXTS, max_size=2)), min_size=1, max_size=12)


@given(TESTS, TEXTS, TEXTS)
def test_what_tests_are_told_of_a_value_is_how_they_turn_out(
    lines: list[tuple[str, list[str]]], one: str, other: str
) -> None:
    tests = [condition_test(name, "aws:PrincipalArn", tuple(values), variables=False) for name, values in lines]
    told = ToldByTests(tests)
    requests = [(value, Keys({"aws:PrincipalArn": value})) for value in (one, other)]
    turned = [[test.truth(context) for test in tests] for _, context in requests]
    marks = [told.of(*each) for each in requests]
    assert turned[0] == turned[1] or marks[0] != marks[1]
    assert turned[0] != turned[1] or marks[0] == marks[1] or one.count(":") != other.count(":")
