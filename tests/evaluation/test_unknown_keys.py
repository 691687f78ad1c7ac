"""Decisions that depend on what is not known, and what each unknown key would change (T20-T31)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iamtui.catalog import KeyType
from iamtui.evaluation.applicable.policies import GivenPolicies
from iamtui.evaluation.decide import decide_policies, judge_policies
from iamtui.evaluation.decision import Decision, Layer, LayerEffect, Verdict
from iamtui.evaluation.request.request import NamedPolicy, Request, Unstated
from iamtui.evaluation.unknowns.outcome_range import MOST_KEYS
from iamtui.evaluation.unknowns.sample_values import sample_values
from iamtui.evaluation.unknowns.states import MOST_STATES, states_of
from iamtui.policy.conditions import condition_test
from iamtui.policy.keys import ABSENT, UNKNOWN, UNKNOWN_VALUE, KeyValue
from tests.evaluation.building import allow, deny, document, policy
from tests.tables import every_row

ALICE = "arn:aws:iam::111122223333:user/alice"
OBJECT = "arn:aws:s3:::b/x"
FAVOUR = {Verdict.EXPLICIT_DENY: 0, Verdict.IMPLICIT_DENY: 1, Verdict.ALLOWED: 2}
MFA, SOURCE_IP, VPCE, TAG = (
    "aws:MultiFactorAuthPresent",
    "aws:SourceIp",
    "aws:SourceVpce",
    "aws:RequestTag/team",
)


def when(effect: str, **condition: Any) -> dict[str, object]:
    """A statement on everything with one operator."""
    return (allow if effect == "Allow" else deny)(Condition=condition)


def on(key: str, operator: str, *values: str, effect: str = "Allow") -> dict[str, object]:
    return when(effect, **{operator: {key: list(values)}})


def decide_with(statements: tuple[dict[str, object], ...], context: dict[str, KeyValue], **more: Any) -> Decision:
    policies = GivenPolicies(identity=(NamedPolicy("p", document(policy(*statements))),), **more)
    return decide_policies(policies, Request(ALICE, "s3:GetObject", OBJECT, context=context))


def unknown(*keys: str, state: KeyValue = UNKNOWN) -> dict[str, KeyValue]:
    return dict.fromkeys(keys, state)


def branches(decision: Decision, key: str) -> dict[str, str]:
    """What the decision says of each state of a key: `allowed`, or `allowed or explicitDeny`."""
    found = next(one for one in decision.unknown_keys if one.key == key)
    return {
        branch.state: " or ".join(dict.fromkeys((branch.outcome.verdict.value, branch.worst.verdict.value)))
        for branch in found.branches
    }


class _NoKeys:
    def lookup(self, key: str) -> KeyValue:
        return UNKNOWN


NO_KEYS = _NoKeys()
ALLOWED, IMPLICIT, EXPLICIT = "allowed", "implicitDeny", "explicitDeny"
EVERYTHING = allow()


@every_row(
    ("key", "statements", "expected"),
    [
        (MFA, [on(MFA, "Bool", "true")], {"absent": IMPLICIT, "true": ALLOWED, "false": IMPLICIT}),
        (
            MFA,
            [EVERYTHING, on(MFA, "BoolIfExists", "false", effect="Deny")],
            {"absent": EXPLICIT, "true": ALLOWED, "false": EXPLICIT},
        ),
        (
            MFA,
            [EVERYTHING, on(MFA, "Bool", "false", effect="Deny")],
            {"absent": ALLOWED, "true": ALLOWED, "false": EXPLICIT},
        ),
        (MFA, [EVERYTHING, on(MFA, "Null", "true", effect="Deny")], {"absent": EXPLICIT, "true or false": ALLOWED}),
        (
            SOURCE_IP,
            [on(SOURCE_IP, "IpAddress", "203.0.113.0/24")],
            {"absent": IMPLICIT, "in 203.0.113.0/24": ALLOWED, "any other address": IMPLICIT},
        ),
        (
            SOURCE_IP,
            [EVERYTHING, on(SOURCE_IP, "NotIpAddress", "203.0.113.0/24", "2001:db8::/32", effect="Deny")],
            {"absent": EXPLICIT, "in 203.0.113.0/24 or in 2001:db8::/32": ALLOWED, "any other address": EXPLICIT},
        ),
        (
            SOURCE_IP,
            [
                on(SOURCE_IP, "IpAddress", "10.0.0.0/8"),
                on(SOURCE_IP, "IpAddress", "10.0.0.0/9", "10.192.0.0/10", effect="Deny"),
            ],
            {
                "absent": IMPLICIT,
                "in 10.0.0.0/9 or in 10.192.0.0/10": EXPLICIT,
                "elsewhere in 10.0.0.0/8": ALLOWED,
                "any other address": IMPLICIT,
            },
        ),
        (
            VPCE,
            [on(VPCE, "StringEquals", "vpce-1", "vpce-2")],
            {"absent": IMPLICIT, "vpce-1 or vpce-2": ALLOWED, "anything else": IMPLICIT},
        ),
        (
            VPCE,
            [on(VPCE, "StringEquals", *(f"vpce-{i}" for i in range(9)))],
            {"absent": IMPLICIT, "vpce-0, vpce-1 or 7 more": ALLOWED, "anything else": IMPLICIT},
        ),
        (
            TAG,
            [on(TAG, "StringLike", "re*"), on(TAG, "StringEquals", "red", effect="Deny")],
            {"absent": IMPLICIT, "like re*": ALLOWED, "red": EXPLICIT, "anything else": IMPLICIT},
        ),
        (
            TAG,
            [on(TAG, "StringLike", "?"), on(TAG, "StringEquals", "x", effect="Deny")],
            {"absent": IMPLICIT, "like ?": ALLOWED, "x": EXPLICIT, "anything else or the empty text": IMPLICIT},
        ),
        (TAG, [on(TAG, "StringNotEquals", "red")], {"absent": ALLOWED, "red": IMPLICIT, "anything else": ALLOWED}),
        (
            "aws:SourceArn",
            [on("aws:SourceArn", "ArnLike", "arn:aws:sns:*:111122223333:*")],
            {"absent": IMPLICIT, "like arn:aws:sns:*:111122223333:*": ALLOWED, "any other ARN": IMPLICIT},
        ),
        (
            "s3:max-keys",
            [on("s3:max-keys", "NumericLessThanEquals", "10")],
            {"absent": IMPLICIT, "10 or below 10": ALLOWED, "above 10": IMPLICIT},
        ),
        (
            "s3:max-keys",
            [when("Allow", NumericGreaterThan={"s3:max-keys": "10"}, NumericLessThan={"s3:max-keys": "10.5"})],
            {
                "absent": IMPLICIT,
                "10 or below 10": IMPLICIT,
                "between 10 and 10.5": ALLOWED,
                "10.5 or above 10.5": IMPLICIT,
            },
        ),
        (
            "aws:TagKeys",
            [on("aws:TagKeys", "ForAllValues:StringEquals", "team")],
            {
                "absent": ALLOWED,
                "an empty list or [team]": ALLOWED,
                "[anything else] or [team, anything else]": IMPLICIT,
            },
        ),
        (
            "aws:TagKeys",
            [on("aws:TagKeys", "ForAnyValue:StringEquals", "team")],
            {
                "absent": IMPLICIT,
                "an empty list or [anything else]": IMPLICIT,
                "[team] or [team, anything else]": ALLOWED,
            },
        ),
    ],
)
def test_each_state_of_an_unknown_key_has_its_outcome(
    key: str, statements: list[dict[str, object]], expected: dict[str, str]
) -> None:
    """T31, the absent branch always among them."""
    decision = decide_with(tuple(statements), unknown(key))
    assert decision.is_conditional
    assert not decision.may_be_wider
    assert branches(decision, key) == expected


@pytest.mark.parametrize(
    ("ranges", "told"),
    [
        (["10.0.0.0/8", "10.0.0.0/9"], ["elsewhere in 10.0.0.0/8", "in 10.0.0.0/9", "any other address"]),
        (["10.0.0.0/8", "10.128.0.0/9", "10.0.0.0/9"], ["in 10.128.0.0/9", "in 10.0.0.0/9", "any other address"]),
        (["10.1.0.0/8", "10.2.0.0/8"], ["in 10.2.0.0/8", "any other address"]),
        (["0.0.0.0/0"], ["in 0.0.0.0/0", "any other address"]),
        (["0.0.0.0/0", "::/0"], ["in 0.0.0.0/0", "in ::/0"]),
        (["::1", "::/0"], ["in ::1", "elsewhere in ::/0", "any other address"]),
    ],
)
def test_ranges_are_told_apart_by_one_address_each(ranges: list[str], told: list[str]) -> None:
    """T30."""
    test = condition_test("IpAddress", SOURCE_IP, tuple(ranges), variables=True)
    assert [witness.words for witness in sample_values([test], KeyType.IP_ADDRESS, NO_KEYS)] == told


def test_as_many_ranges_as_a_policy_holds_are_no_more_addresses() -> None:
    """A bucket policy takes a thousand: four addresses of each, each compared with all, took minutes."""
    ranges = [f"10.{i // 250}.{i % 250}.0/24" for i in range(1_000)]
    test = condition_test("IpAddress", SOURCE_IP, tuple(ranges), variables=True)
    assert len(list(sample_values([test], KeyType.IP_ADDRESS, NO_KEYS))) == len(ranges) + 1
    decision = decide_with((on(SOURCE_IP, "IpAddress", *ranges),), {})
    assert branches(decision, SOURCE_IP)["in 10.0.0.0/24, in 10.0.1.0/24 or 998 more"] == ALLOWED


def test_a_value_that_is_unknown_cannot_be_absent() -> None:
    decision = decide_with((on(TAG, "StringEquals", "red"),), unknown(TAG, state=UNKNOWN_VALUE))
    assert branches(decision, TAG) == {"red": ALLOWED, "anything else": IMPLICIT}


def test_an_arn_that_is_unknown_may_be_another_arn() -> None:
    """C48: what is no ARN fails `ArnNotLike` too, so it cannot stand for other ARNs."""
    key = "aws:SourceArn"
    statements = (EVERYTHING, on(key, "ArnNotLike", "arn:aws:sns:*:*:t", effect="Deny"))
    decision = decide_with(statements, unknown(key, state=UNKNOWN_VALUE))
    assert branches(decision, key)["any other ARN"] == EXPLICIT


@pytest.mark.parametrize(
    ("policy_value", "before", "after"),
    [
        ("2026-01-01T00:00:00+02:00", "2025-12-31T21:59:59Z", "2025-12-31T22:00:01Z"),
        ("2026-01-01T00:00:00.5Z", "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z"),
        ("2026", "2025-12-31T23:59:59Z", "2026-01-01T00:00:01Z"),
        ("1767225600", "2025-12-31T23:59:59Z", "2026-01-01T00:00:01Z"),
    ],
)
def test_dates_are_told_apart_before_at_and_after(policy_value: str, before: str, after: str) -> None:
    key = "aws:TokenIssueTime"
    less = decide_with((on(key, "DateLessThan", policy_value),), unknown(key))
    assert branches(less, key) == {
        "absent": IMPLICIT,
        f"before {policy_value}": ALLOWED,
        f"{policy_value} or after {policy_value}": IMPLICIT,
    }
    equal = decide_with((on(key, "DateEquals", policy_value),), unknown(key))
    assert branches(equal, key)[policy_value] == ALLOWED
    for text, allowed in ((before, True), (after, False)):
        known = decide_with((on(key, "DateLessThan", policy_value),), {key: KeyValue.of(text)})
        assert (known.word == ALLOWED) is allowed


def test_contradictory_branches_are_not_possible() -> None:
    """T30: what allows is what denies."""
    decision = decide_with((on(TAG, "StringEquals", "1"), on(TAG, "StringEquals", "1", effect="Deny")), unknown(TAG))
    assert decision.is_conditional
    assert (decision.best.verdict, decision.worst.verdict) == (Verdict.IMPLICIT_DENY, Verdict.EXPLICIT_DENY)
    assert ALLOWED not in branches(decision, TAG).values()
    assert not decision.may_be_wider


def test_a_decision_that_holds_whatever_the_key_is_says_nothing_of_it() -> None:
    """T28."""
    decision = decide_with((EVERYTHING, on(TAG, "StringEquals", "red")), unknown(TAG))
    assert decision.word == ALLOWED
    assert decision.unknown_keys == ()


def test_two_statements_that_together_cover_every_state_decide_it() -> None:
    """T28, T30: each alone is open, both are not."""
    decision = decide_with((on(TAG, "Null", "true"), on(TAG, "StringLike", "*")), unknown(TAG))
    assert decision.word == ALLOWED
    assert not decision.is_conditional


def test_two_keys_are_told_apart() -> None:
    """T29: a key that matters only together with another shows both outcomes."""
    both = when("Allow", Bool={MFA: "true"}, StringEquals={TAG: "red"})
    decision = decide_with((both,), unknown(MFA, TAG))
    assert {found.key for found in decision.unknown_keys} == {MFA, TAG}
    assert branches(decision, MFA) == {
        "absent": IMPLICIT,
        "true": f"{ALLOWED} or {IMPLICIT}",
        "false": IMPLICIT,
    }


def test_a_key_that_cannot_turn_the_decision_is_not_named() -> None:
    """T29."""
    statements = (EVERYTHING, on(MFA, "BoolIfExists", "false", effect="Deny"), on(TAG, "StringEquals", "red"))
    decision = decide_with(statements, unknown(MFA, TAG))
    assert {found.key for found in decision.unknown_keys} == {MFA}
    decision = decide_with(
        (on(MFA, "Bool", "true"), on(TAG, "StringEquals", "red")), {**unknown(MFA), TAG: KeyValue.of("blue")}
    )
    assert {found.key for found in decision.unknown_keys} == {MFA}


IN_RANGE = {"IpAddress": {SOURCE_IP: "203.0.113.0/24"}}
NETWORKS = [on(SOURCE_IP, "IpAddress", "203.0.113.0/24"), on(VPCE, "StringEquals", "vpce-1")]
PERIMETER = [
    EVERYTHING,
    when("Deny", NotIpAddress={SOURCE_IP: "203.0.113.0/24"}, StringNotEquals={VPCE: "vpce-1"}),
]


@pytest.mark.parametrize(("statements", "refused"), [(NETWORKS, IMPLICIT), (PERIMETER, EXPLICIT)])
def test_a_request_comes_over_one_network_only(statements: list[dict[str, object]], refused: str) -> None:
    """K58, T30: with an address there is no endpoint."""
    decision = decide_with(tuple(statements), {})
    assert branches(decision, SOURCE_IP) == {
        "absent": f"{ALLOWED} or {refused}",
        "in 203.0.113.0/24": ALLOWED,
        "any other address": refused,
    }
    assert branches(decision, VPCE) == {
        "absent": f"{ALLOWED} or {refused}",
        "vpce-1": ALLOWED,
        "anything else": refused,
    }


def test_what_only_both_networks_together_would_allow_is_not_possible() -> None:
    """K58, T30."""
    decision = decide_with((when("Allow", **IN_RANGE, StringEquals={VPCE: "vpce-1"}),), {})
    assert decision.word == IMPLICIT
    assert decision.unknown_keys == ()


@pytest.mark.parametrize(("stated", "open_"), [(VPCE, SOURCE_IP), (SOURCE_IP, VPCE)])
def test_a_stated_network_settles_the_other(stated: str, open_: str) -> None:
    """K58, also where the request calls the other unknown."""
    context = {**unknown(open_), stated: KeyValue.of("203.0.113.7" if stated == SOURCE_IP else "vpce-1")}
    decision = decide_with((*PERIMETER, on(open_, "Null", "false", effect="Deny")), context)
    assert decision.word == ALLOWED
    tags = [f"aws:RequestTag/{i}" for i in range(12)]
    many = [on(tag, "StringEquals", "x", effect="Deny") for tag in tags]
    crowded = decide_with((*PERIMETER, on(open_, "Null", "false", effect="Deny"), *many), context | unknown(*tags))
    assert crowded.may_be_wider
    assert open_ not in {found.key for found in crowded.unknown_keys}


def test_too_many_states_give_the_plain_range_and_say_so() -> None:
    """T30: above the limit each key is varied alone."""
    keys = [f"aws:RequestTag/{i}" for i in range(12)]
    decision = decide_with(tuple(on(key, "StringEquals", "x") for key in keys), unknown(*keys))
    assert decision.is_conditional
    assert decision.may_be_wider
    assert {found.key for found in decision.unknown_keys} == set(keys)
    assert branches(decision, keys[0])["x"] == ALLOWED


def test_many_statements_on_one_key_are_not_too_many() -> None:
    """Values that no statement tells apart count once."""
    decision = decide_with(tuple(on(TAG, "StringEquals", f"v{i}") for i in range(9)), unknown(TAG))
    assert not decision.may_be_wider
    assert list(branches(decision, TAG).values()) == [IMPLICIT, *[ALLOWED] * 9, IMPLICIT]


def test_a_variable_of_another_unknown_key_does_not_bring_the_tests_down() -> None:
    """Two states of one key that are equal were once two."""
    statements = (
        allow(
            resource="arn:aws:s3:::b/${aws:RequestTag/team, 'x'}", Condition={"StringNotLike": {TAG: "x${aws:referer}"}}
        ),
    )
    decision = decide_with(statements, unknown(TAG, "aws:referer"))
    assert decision.is_conditional


def test_a_key_used_as_a_variable_is_an_open_question() -> None:
    """T25."""
    home = allow(resource="arn:aws:s3:::b/${aws:RequestTag/team}")
    decision = decide_with((home,), unknown(TAG))
    assert decision.is_conditional
    assert decision.best.verdict is Verdict.ALLOWED
    assert [found.key for found in decision.unknown_keys] == [TAG] or decision.may_be_wider


def test_nothing_is_unknown_where_what_is_left_out_is_absent() -> None:
    """T20."""
    policies = GivenPolicies(identity=(NamedPolicy("p", document(policy(on(TAG, "StringEquals", "red")))),))
    decision = decide_policies(policies, Request(ALICE, "s3:GetObject", OBJECT, unstated=Unstated.ABSENT))
    assert decision.word == IMPLICIT
    assert decision.missing_context == (TAG,)


@every_row(
    ("key", "is_open"),
    [
        ("aws:SourceIp", True),
        ("aws:RequestTag/x", False),
        ("aws:UserAgent", True),
        ("s3:TlsVersion", True),
        ("s3:prefix", False),
        ("ec2:ResourceTag/x", False),
        ("aws:NoSuchKey", False),
        ("aws:SourceAccount", False),
        ("aws:username", False),
        ("aws:CurrentTime", False),
    ],
)
def test_which_keys_are_open_by_themselves(key: str, *, is_open: bool) -> None:
    """T21, K3, K89, K91."""
    assert decide_with((on(key, "StringEquals", "x"),), {}).is_conditional is is_open


def test_an_undecided_statement_names_its_element_and_layer() -> None:
    """T5, T2."""
    decision = decide_with((on(TAG, "StringEquals", "red"),), unknown(TAG))
    layer = next(layer for layer in decision.layers if layer.layer is Layer.IDENTITY)
    statement = layer.policies[0].statements[0]
    assert layer.effect is LayerEffect.UNDECIDED
    assert statement.failed_first is None
    assert statement.undecided_by is not None
    assert statement.undecided_by.name == "Condition"
    assert decision.aws_message is None


INSTANCE, IMAGE = "arn:aws:ec2:eu-west-1:111122223333:instance/*", "arn:aws:ec2:eu-west-1::image/ami-1"


@every_row(
    ("key", "resource", "is_open"),
    [
        ("ec2:InstanceType", INSTANCE, True),
        ("ec2:InstanceType", IMAGE, False),
        ("ec2:InstanceType", "*", True),
        ("ec2:Owner", IMAGE, True),
        ("ec2:Owner", INSTANCE, False),
        ("ec2:Public", IMAGE, True),
        ("aws:RequestTag/team", INSTANCE, True),
        ("aws:RequestTag/team", IMAGE, False),
        ("aws:TagKeys", INSTANCE, True),
        ("aws:TagKeys", IMAGE, False),
        ("aws:ResourceTag/team", IMAGE, True),
        ("aws:ResourceTag/team", INSTANCE, False),
        ("ec2:ResourceTag/team", IMAGE, True),
        ("ec2:ResourceTag/team", INSTANCE, False),
    ],
)
def test_e71_a_key_of_other_resources_of_the_call_is_absent(key: str, resource: str, *, is_open: bool) -> None:
    operator = "ForAnyValue:StringEquals" if key == "aws:TagKeys" else "StringEquals"
    policies = GivenPolicies(identity=(NamedPolicy("p", document(policy(on(key, operator, "x")))),))
    decision = decide_policies(policies, Request(ALICE, "ec2:RunInstances", resource))
    assert decision.is_conditional is is_open
    assert decision.missing_context == (() if is_open else (key,))


# The range holds every value, and every branch tells the truth

POOLS: dict[str, tuple[list[str], list[str], list[str]]] = {
    "s3:max-keys": (
        ["NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericGreaterThanEquals", "NumericGreaterThan"],
        ["9", "10", "10.5", "11", "1e3", "9" * 40],
        ["8", "9", "9.5", "10", "10.2", "10.7", "11", "12", "999", "1000", "2000", "9" * 40, "9" * 39 + "8"],
    ),
    "aws:TokenIssueTime": (
        ["DateEquals", "DateNotEquals", "DateLessThan", "DateGreaterThanEquals", "DateGreaterThan"],
        [
            "2026",
            "2026-01-01T00:00:01Z",
            "2026-01-01T00:00:00+02:00",
            "2026-01-01T00:00:00.5Z",
            "1767225600",
            "9999-12-31",
        ],
        [
            *("2025", "2026", "2026-01-01T00:00:00.2Z", "2026-01-01T00:00:00.5Z", "2026-01-01T00:00:00.7Z", "2027"),
            *("2026-01-01T00:00:01Z", "2025-12-31T22:00:00Z", "2025-12-31T21:59:59.9Z", "2025-12-31T23:00:00Z"),
        ],
    ),
    "aws:SourceIp": (
        ["IpAddress", "NotIpAddress"],
        ["10.0.0.0/8", "10.0.0.0/9", "10.192.0.0/10", "0.0.0.0/0", "10.0.0.1", "2001:db8::/32", "::/0", "::1"],
        ["10.0.0.1", "10.0.0.2", "10.130.0.0", "10.200.0.0", "11.0.0.0", "2001:db8::9", "::1", "::2"],
    ),
    "aws:RequestTag/team": (
        ["StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase", "ArnLike", "Null"],
        ["a", "A", "a?c", "axc", "a*", "ax", "*", "", "true", "arn:aws:s3:::*", "arn:aws:s3:::x"],
        ["a", "A", "abc", "axc", "ax", "ayz", "", "b", "ABC", "arn:aws:s3:::x", "arn:aws:s3:::y", "arn:aws:iam:::z"],
    ),
    "aws:SourceArn": (
        ["ArnLike", "ArnNotLike", "ArnNotEqualsIfExists", "StringLike", "StringNotEquals", "Null"],
        ["arn:aws:s3:::*", "arn:aws:s3:::x", "arn:aws:sns:*:*:t", "arn:*", "true", "false"],
        ["arn:aws:s3:::x", "arn:aws:s3:::y", "arn:aws:sns:r:1:t", "arn:aws:iam::1:z"],
    ),
}


@st.composite
def open_questions(draw: st.DrawFn) -> tuple[str, list[dict[str, object]], list[KeyValue]]:
    """Statements that all test one unknown key, and states that it may have."""
    key = draw(st.sampled_from(sorted(POOLS)))
    operators, values, candidates = POOLS[key]
    lines = st.dictionaries(
        st.sampled_from(operators), st.lists(st.sampled_from(values), min_size=1, max_size=2), min_size=1, max_size=2
    )
    statements = draw(
        st.lists(
            st.builds(
                lambda effect, given: when(effect, **{name: {key: texts} for name, texts in given.items()}),
                st.sampled_from(["Allow", "Deny"]),
                lines,
            ),
            min_size=1,
            max_size=3,
        )
    )
    return key, statements, [ABSENT, *map(KeyValue.of, candidates)]


@given(open_questions(), st.booleans())
def test_the_range_holds_the_outcome_of_every_value(
    question: tuple[str, list[dict[str, object]], list[KeyValue]], may_be_absent: bool
) -> None:
    key, statements, candidates = question
    decision = decide_with(tuple(statements), unknown(key, state=UNKNOWN if may_be_absent else UNKNOWN_VALUE))
    policies = GivenPolicies(identity=(NamedPolicy("p", document(policy(*statements))),))
    tests_presence = any("Null" in given["Condition"] for given in statements)  # type: ignore[operator]
    told = {branch.outcome.verdict for one in decision.unknown_keys for branch in one.branches}
    for state in candidates if may_be_absent else candidates[1:]:
        if tests_presence and not any(state.values) and not may_be_absent:
            continue  # a value that is there but unknown is taken not to be the empty text (C25, T24)
        best, worst, _ = judge_policies(policies, Request(ALICE, "s3:GetObject", OBJECT, context={key: state}))
        assert best == worst
        assert FAVOUR[decision.worst.verdict] <= FAVOUR[best.verdict] <= FAVOUR[decision.best.verdict], state
        if decision.unknown_keys and not decision.may_be_wider:
            assert best.verdict in told, state


def test_of_very_many_unknown_keys_the_first_are_varied_and_the_others_named() -> None:
    """T30: what it costs grows with the number of keys, not with its square."""
    keys = [f"aws:RequestTag/k{number}" for number in range(200)]
    denying = tuple(on(key, "StringEquals", "x", effect="Deny") for key in keys)
    decision = decide_with((EVERYTHING, *denying), unknown(*keys))
    assert decision.is_conditional
    assert decision.may_be_wider
    assert [one.key for one in decision.unknown_keys] == keys
    assert [bool(one.branches) for one in decision.unknown_keys] == [True] * MOST_KEYS + [False] * (200 - MOST_KEYS)


@pytest.mark.parametrize("count", [100, 400])
def test_values_that_many_statements_tell_apart_are_not_tried_to_the_end(count: int) -> None:
    """T30: of each key so many states are enumerated, however many statements compare it."""
    tests = [condition_test("StringEquals", VPCE, (f"vpce-{number}",), variables=True) for number in range(count)]
    found = states_of(VPCE, tests, NO_KEYS, used_as_variable=False)
    assert MOST_STATES < len(found.states) <= MOST_STATES + 2
    decision = decide_with(
        (EVERYTHING, *(on(VPCE, "StringEquals", f"vpce-{number}", effect="Deny") for number in range(count))),
        unknown(VPCE),
    )
    assert decision.is_conditional
    assert [one.key for one in decision.unknown_keys] == [VPCE]
