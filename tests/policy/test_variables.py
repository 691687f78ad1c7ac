"""Variables in resources and conditions (V1-V13), on patterns alone; whole decisions are in tests/scenarios."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iamtui.policy.elements import resource_pattern
from iamtui.policy.keys import UNKNOWN, UNKNOWN_VALUE
from iamtui.policy.truth import Truth
from iamtui.policy.variables import template
from tests.policy.contexts import Given, Keys
from tests.tables import every_row

ALICE: dict[str, Given] = {
    "aws:username": "alice",
    "aws:PrincipalTag/team": "red",
    "aws:PrincipalTag/wild": "a*?",
    "aws:PrincipalTag/nested": "${aws:username}",
    "aws:PrincipalTag/empty": "",
    "aws:TagKeys": ["one"],
}
BUCKET = "arn:aws:s3:::b/"


@every_row(
    ("rule", "pattern", "resource", "truth"),
    [
        ("V1", "${aws:username}/*", "alice/x", Truth.TRUE),
        ("V1", "${aws:username}/*", "bob/x", Truth.FALSE),
        ("V1", "${AWS:UserName}/*", "alice/x", Truth.TRUE),
        ("V1", "${aws:TagKeys}", "one", Truth.FALSE),
        ("V1", "${aws:TagKeys, 'one'}", "one", Truth.TRUE),
        ("V3", "${aws:username}-${aws:PrincipalTag/team}-${aws:username}", "alice-red-alice", Truth.TRUE),
        ("V5", "${aws:PrincipalTag/wild}", "a*?", Truth.TRUE),
        ("V5", "${aws:PrincipalTag/wild}", "abc", Truth.FALSE),
        ("V6", "${*}${?}${$}", "*?$", Truth.TRUE),
        ("V6", "${*}", "x", Truth.FALSE),
        ("V6", "a${*}*", "a*bc", Truth.TRUE),
        ("V7", "${aws:PrincipalTag/none, 'other'}", "other", Truth.TRUE),
        ("V7", "${aws:username, 'other'}", "alice", Truth.TRUE),
        ("V7", "${aws:username, 'other'}", "other", Truth.FALSE),
        ("V7", "${aws:PrincipalTag/none, ''}", "", Truth.TRUE),
        ("V7", "${aws:PrincipalTag/none, 'a b, *'}", "a b, *", Truth.TRUE),
        ("V7", "${aws:PrincipalTag/none, 'a b, *'}", "a b, c", Truth.FALSE),
        ("V7", "${aws:PrincipalTag/empty, 'other'}", "other", Truth.TRUE),
        ("V8", "${aws:PrincipalTag/empty}", "", Truth.FALSE),
        ("V8", "${aws:PrincipalTag/none}", "", Truth.FALSE),
        ("V8", "${aws:PrincipalTag/none}*", "x", Truth.FALSE),
        ("V10", "${aws:username", "${aws:username", Truth.TRUE),
        ("V10", "${}", "${}", Truth.TRUE),
        ("V10", "${aws: username}", "${aws: username}", Truth.TRUE),
        ("V10", "${aws:username,'x'}", "${aws:username,'x'}", Truth.TRUE),
        ("V10", "${aws:username, 'x}", "${aws:username, 'x}", Truth.TRUE),
        ("V10", "${aws:username, x}", "${aws:username, x}", Truth.TRUE),
        ("V10", "${${aws:username}}", "${alice}", Truth.TRUE),
        ("V10", "${aws:username}}", "alice}", Truth.TRUE),
        ("V11", "${aws:PrincipalTag/nested}", "${aws:username}", Truth.TRUE),
        ("V11", "${aws:PrincipalTag/nested}", "alice", Truth.FALSE),
    ],
)
def test_variables_in_a_resource(rule: str, pattern: str, resource: str, truth: Truth) -> None:
    compiled = resource_pattern(BUCKET + pattern, variables=True)
    assert compiled.match(BUCKET + resource, Keys(ALICE), completes_short=True) is truth, rule


@pytest.mark.parametrize("pattern", ["${aws:username}", "${*}", "${aws:username, 'x'}"])
def test_an_old_document_has_no_variables(pattern: str) -> None:
    """V2."""
    compiled = resource_pattern(BUCKET + pattern, variables=False)
    assert compiled.match(BUCKET + "alice", Keys(ALICE), completes_short=True) is Truth.FALSE
    assert compiled.match(BUCKET + pattern, Keys(ALICE), completes_short=True) is Truth.TRUE
    assert compiled.variables == ()


@pytest.mark.parametrize(
    "pattern",
    [
        "arn:aws:s3:${aws:username}::b",
        "arn:aws:${aws:username}:::b",
        "arn:aws:s3::${aws:username}:b",
        "${aws:username}",
    ],
)
def test_variables_stand_after_the_fifth_colon_only(pattern: str) -> None:
    """V4."""
    compiled = resource_pattern(pattern, variables=True)
    assert compiled.variables == ()
    resource = pattern.replace("${aws:username}", "alice")
    assert compiled.match(resource, Keys(ALICE), completes_short=True) is Truth.FALSE


@every_row("state", [UNKNOWN, UNKNOWN_VALUE])
@every_row(
    ("pattern", "resource", "truth"),
    [
        ("${aws:username}/x", "bob/x", Truth.UNKNOWN),
        ("${aws:username}/x", "bob/y", Truth.FALSE),
        ("home/${aws:username}", "home/", Truth.UNKNOWN),
        ("home/${aws:username}", "hom", Truth.FALSE),
        ("${aws:username}*", "anything", Truth.UNKNOWN),
        ("${aws:username, 'x'}", "x", Truth.UNKNOWN),
    ],
)
def test_an_unknown_value_may_be_any_text(state: Given, pattern: str, resource: str, truth: Truth) -> None:
    """T25."""
    compiled = resource_pattern(BUCKET + pattern, variables=True)
    assert compiled.match(BUCKET + resource, Keys({"aws:username": state}), completes_short=True) is truth


def test_the_example_of_the_user_guide() -> None:
    """V12."""
    pattern = resource_pattern("arn:aws:s3:::b-${aws:PrincipalTag/team, 'company-wide'}", variables=True)
    assert pattern.resolve(Keys()).text == "arn:aws:s3:::b-company-wide"
    assert pattern.resolve(Keys({"aws:PrincipalTag/TEAM": "red"})).text == "arn:aws:s3:::b-red"


def test_who_has_no_user_name_matches_nothing_by_it() -> None:
    """V13."""
    pattern = resource_pattern("arn:aws:s3:::home/${aws:username}/*", variables=True)
    assert pattern.resolve(Keys()).text is None
    assert pattern.match("arn:aws:s3:::home//x", Keys(), completes_short=True) is Truth.FALSE


value_text = st.text("ab*?${}:/'", max_size=6)


@given(value_text, value_text.filter(bool), value_text)
def test_a_substituted_value_matches_itself_and_nothing_else(before: str, value: str, other: str) -> None:
    """V5, V11, whatever the value is made of."""
    pattern = template("x/${k}/y", wildcards=True, variables=True)
    assert pattern.resolve(Keys({"k": value})).match(f"x/{value}/y") is Truth.TRUE
    assert pattern.resolve(Keys({"k": value})).match(f"x/{other}/y") is (Truth.TRUE if other == value else Truth.FALSE)
    assert pattern.resolve(Keys({"k": value})).match(f"{before}/y") is (
        Truth.TRUE if before == f"x/{value}" else Truth.FALSE
    )


@given(st.text("ab*?${}' ,:", max_size=12))
def test_without_wildcards_and_variables_a_text_is_itself(text: str) -> None:
    compiled = template(text, wildcards=False, variables=False)
    assert compiled.static is not None
    assert compiled.static.match(text) is Truth.TRUE


def test_twenty_thousand_variables_are_put_in_place() -> None:
    pattern = resource_pattern("arn:aws:s3:::" + "${aws:username}" * 20_000, variables=True)
    assert pattern.match("arn:aws:s3:::" + "alice" * 20_000, Keys(ALICE), completes_short=True) is Truth.TRUE
    assert pattern.match("arn:aws:s3:::" + "alice" * 19_999, Keys(ALICE), completes_short=True) is Truth.FALSE
