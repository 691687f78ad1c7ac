"""What a trace shows: every layer, statement, element and comparison (T1-T9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from iamtui.evaluation.applicable.policies import GivenLevel, GivenPolicies
from iamtui.evaluation.decide import decide_policies
from iamtui.evaluation.decision import Comparison, Decision, ElementTrace, Layer, LayerEffect, StatementTrace
from iamtui.evaluation.request.request import NamedPolicy, Request, Unstated
from iamtui.policy.document import Document
from iamtui.policy.keys import KeyState, KeyValue
from iamtui.policy.truth import Truth
from tests.evaluation.building import allow, deny, document, named, policy
from tests.tables import every_row

ALICE = "arn:aws:iam::111122223333:user/alice"
SESSION = "arn:aws:sts::111122223333:assumed-role/app/s1"
OBJECT = "arn:aws:s3:::b/alice/x"
ACCOUNT = "111122223333"


def decided(policies: GivenPolicies, principal: str = ALICE, **more: Any) -> Decision:
    given = {"action": "s3:GetObject", "resource": OBJECT, "resource_account": ACCOUNT, "unstated": Unstated.ABSENT}
    return decide_policies(policies, Request(principal, **{**given, **more}))


def trace(statement: Mapping[str, object], **more: Any) -> StatementTrace:
    """The trace of one statement of an identity policy."""
    return statements(decided(GivenPolicies(identity=(named("p", statement),)), **more), Layer.IDENTITY)[0]


def statements(decision: Decision, layer: Layer) -> list[StatementTrace]:
    return [one for part in decision.layers if part.layer is layer for held in part.policies for one in held.statements]


def element(found: StatementTrace, name: str) -> ElementTrace:
    return next(one for one in found.elements if one.name == name)


def line(statement: Mapping[str, object], **more: Any) -> Comparison:
    return element(trace(statement, **more), "Condition").compared[0]


def resource(*elements: dict[str, object]) -> NamedPolicy:
    return NamedPolicy("resource", document(policy(*elements)))


# Layers


def test_layers_are_shown_in_the_order_of_evaluation() -> None:
    """T1."""
    shown = [layer.layer for layer in decided(GivenPolicies()).layers]
    assert shown == [
        *(Layer.RCP, Layer.SCP, Layer.VPC_ENDPOINT, Layer.RESOURCE, Layer.IDENTITY),
        *(Layer.PERMISSIONS_BOUNDARY, Layer.SESSION, Layer.S3_BLOCK_PUBLIC_ACCESS),
    ]


def test_a_layer_that_does_not_apply_says_why() -> None:
    """T1."""
    reasons = {layer.layer: layer.reason for layer in decided(GivenPolicies()).layers}
    assert reasons[Layer.SCP] == "no SCP applies"
    assert reasons[Layer.VPC_ENDPOINT] == "no VPC endpoint"
    assert reasons[Layer.RESOURCE] == "the resource has no policy"
    assert reasons[Layer.PERMISSIONS_BOUNDARY] == "no permissions boundary set"
    assert reasons[Layer.SESSION] == "no session policy"
    assert reasons[Layer.S3_BLOCK_PUBLIC_ACCESS] == "RestrictPublicBuckets is not on, as far as was exported"


def test_layers_after_the_one_that_ended_it_are_evaluated_and_marked() -> None:
    """T1."""
    policies = GivenPolicies(identity=(named("p", allow()),), scps=(GivenLevel("root", (named("no", deny()),)),))
    decision = decided(policies)
    reached = {layer.layer: layer.reached for layer in decision.layers}
    assert reached[Layer.RCP]
    assert reached[Layer.SCP]
    assert not reached[Layer.IDENTITY]
    assert statements(decision, Layer.IDENTITY)[0].truth is Truth.TRUE


def test_an_action_without_policies_shows_them_as_not_reached() -> None:
    """T1, E79: even an explicit deny does not matter."""
    policies = GivenPolicies(identity=(named("p", deny()),))
    decision = decided(policies, action="sts:GetCallerIdentity", resource="*", resource_account=None)
    assert decision.word == "allowed"
    assert decision.layers[0].layer is Layer.PRE_CHECK
    assert decision.layers[0].reached
    assert not any(layer.reached for layer in decision.layers[1:])


def test_the_first_silent_level_is_named() -> None:
    """T3, E22."""
    levels = (
        GivenLevel("root", (named("all", allow()),)),
        GivenLevel("ou", (named("some", allow("sqs:*")),)),
        GivenLevel("111122223333", ()),
    )
    found = next(
        layer
        for layer in decided(GivenPolicies(identity=(named("p", allow()),), scps=levels)).layers
        if layer.layer is Layer.SCP
    )
    assert [(level.name, level.effect) for level in found.levels] == [
        ("root", LayerEffect.ALLOWS),
        ("ou", LayerEffect.SILENT),
        ("111122223333", LayerEffect.SILENT),
    ]
    assert found.reason == "nothing at ou allows it"


def test_a_document_that_cannot_be_read_shows_its_problem() -> None:
    """T2."""
    broken = NamedPolicy("broken", Document(b'{"Statement": ['))
    decision = decided(GivenPolicies(identity=(broken,)))
    shown = next(layer for layer in decision.layers if layer.layer is Layer.IDENTITY).policies[0]
    assert shown.effect is LayerEffect.UNDECIDED
    assert str(shown.problem).startswith("line 1, column ")


# Statements


def test_every_element_is_compared_whatever_the_others_say() -> None:
    """T4, T5."""
    wrong = allow("sqs:*", "arn:aws:s3:::other/*", Condition={"Bool": {"aws:SecureTransport": "false"}})
    found = trace(wrong)
    assert [(one.name, one.truth) for one in found.elements] == [
        ("Action", Truth.FALSE),
        ("Resource", Truth.FALSE),
        ("Condition", Truth.FALSE),
    ]
    assert found.failed_first is found.elements[0]
    assert found.undecided_by is None


def test_every_pattern_that_did_not_match_is_shown_with_the_value() -> None:
    """T4."""
    missed = {"Effect": "Allow", "Action": ["sqs:*", "s3:Put*"], "Resource": "*"}
    shown = element(trace(missed), "Action").compared
    assert [(one.pattern, one.value, one.truth) for one in shown] == [
        ("sqs:*", "s3:GetObject", Truth.FALSE),
        ("s3:Put*", "s3:GetObject", Truth.FALSE),
    ]


def test_of_the_patterns_that_match_only_those_are_shown() -> None:
    """T4."""
    both = {"Effect": "Allow", "Action": ["sqs:*", "s3:Get*"], "Resource": ["arn:aws:s3:::c/*", "arn:aws:s3:::b/*"]}
    assert [one.pattern for one in element(trace(both), "Action").compared] == ["s3:Get*"]
    assert [one.pattern for one in element(trace(both), "Resource").compared] == ["arn:aws:s3:::b/*"]


@pytest.mark.parametrize(
    ("name", "patterns", "excluding"),
    [("NotAction", ["sqs:*", "s3:Get*"], "s3:Get*"), ("NotResource", ["arn:aws:s3:::b/*"], "arn:aws:s3:::b/*")],
)
def test_the_pattern_that_excludes_the_request_is_shown(name: str, patterns: list[str], excluding: str) -> None:
    """T7."""
    given = {"Effect": "Allow", "Action": "*", "Resource": "*", name: patterns}
    del given[name.removeprefix("Not")]
    found = element(trace(given), name)
    assert found.truth is Truth.FALSE
    assert [one.pattern for one in found.compared if one.truth is Truth.TRUE] == [excluding]


def test_a_substituted_pattern_stands_beside_the_original() -> None:
    """T7."""
    shown = element(trace(allow(resource="arn:aws:s3:::b/${aws:username}/*")), "Resource").compared[0]
    assert (shown.pattern, shown.substituted) == ("arn:aws:s3:::b/${aws:username}/*", "arn:aws:s3:::b/alice/*")


def test_a_variable_without_value_is_named() -> None:
    """T7, V8."""
    shown = element(trace(allow(resource="arn:aws:s3:::b/${aws:PrincipalTag/team}/*")), "Resource").compared[0]
    assert shown.substituted is None
    assert shown.note == "aws:PrincipalTag/team has no value: the pattern matches nothing (V8)"


def test_an_ignored_statement_says_why_and_matches_nothing() -> None:
    """L7."""
    decision = decided(GivenPolicies(identity=(named("p", allow(Principal="*")),)))
    found = statements(decision, Layer.IDENTITY)[0]
    assert found.truth is Truth.FALSE
    assert found.ignored is not None
    assert found.ignored.endswith("identity-based policy takes no Principal or NotPrincipal")
    assert decision.notes == (f"p#0 is ignored: {found.ignored}",)


@pytest.mark.parametrize(
    ("principal", "entry", "match_class", "needs"),
    [
        (ALICE, ALICE, "direct", None),
        (SESSION, "arn:aws:iam::111122223333:role/app", "parent", "(E41)"),
        (ALICE, ACCOUNT, "account", "(E42)"),
    ],
)
def test_the_class_of_a_principal_and_what_it_needs(
    principal: str, entry: str, match_class: str, needs: str | None
) -> None:
    """T6."""
    decision = decided(GivenPolicies(resource=resource(allow(Principal={"AWS": [entry]}))), principal)
    found = statements(decision, Layer.RESOURCE)[0]
    assert found.match_class == match_class
    shown = element(found, "Principal")
    assert shown.compared[0].note == match_class
    assert (shown.note is None) if needs is None else needs in (shown.note or "")


# Conditions

TEAM = "aws:PrincipalTag/team"


@every_row(
    ("operator", "policy", "request_value", "rule", "truth"),
    [
        ("NumericLessThan", "10", "ten", "C47", Truth.FALSE),
        ("NumericNotEquals", "10", "ten", "C47", Truth.TRUE),
        ("DateLessThan", "2026", "soon", "C47", Truth.FALSE),
        ("NotIpAddress", "10.0.0.0/8", "10.0.0.0/16", "C47", Truth.TRUE),
        ("BinaryEquals", "YQ==", "!", "C47", Truth.FALSE),
        ("ForAnyValue:NumericEquals", "10", "ten", "C47", Truth.FALSE),
        ("NumericLessThan", "ten", "10", "C46", Truth.FALSE),
        ("NotIpAddress", "10.0.0.0/33", "10.0.0.1", "C46", Truth.TRUE),
        ("ArnNotLike", "arn:aws:s3:::b", "red", "C48", Truth.FALSE),
        ("Bool", "false", "red", "C1", Truth.TRUE),
        ("NumericLessThan", "10", "9", "C1", Truth.TRUE),
    ],
)
def test_what_cannot_be_compared_is_said(
    operator: str, policy: str, request_value: str, rule: str, truth: Truth
) -> None:
    """C46, C47, C48."""
    shown = line(allow(Condition={operator: {TEAM: policy}}), context={TEAM: KeyValue.of(request_value)})
    assert (shown.rule, shown.truth) == (rule, truth)
    assert (shown.note is None) is (rule == "C1")


@every_row(
    ("operator", "state", "rule", "truth"),
    [
        ("StringEquals", KeyState.ABSENT, "C10", Truth.FALSE),
        ("StringNotEquals", KeyState.ABSENT, "C11", Truth.TRUE),
        ("StringEqualsIfExists", KeyState.ABSENT, "C12", Truth.TRUE),
        ("ForAllValues:StringEquals", KeyState.ABSENT, "C14", Truth.TRUE),
        ("ForAnyValue:StringEquals", KeyState.ABSENT, "C15", Truth.FALSE),
        ("StringEquals", KeyState.PRESENT, "C1", Truth.TRUE),
        ("StringNotEquals", KeyState.PRESENT, "C2", Truth.FALSE),
        ("StringEquals", KeyState.UNKNOWN, "T24", Truth.UNKNOWN),
    ],
)
def test_a_condition_line_shows_state_rule_and_values(operator: str, state: KeyState, rule: str, truth: Truth) -> None:
    """T8."""
    context = {TEAM: KeyValue(state, ("red",) if state is KeyState.PRESENT else ())}
    shown = line(allow(Condition={operator: {TEAM: ["red", "blue"]}}), context=context)
    assert (shown.key, shown.key_state, shown.rule, shown.truth) == (TEAM, state, rule, truth)
    assert shown.pattern == f"{operator} {TEAM}"
    assert shown.policy_values == ("red", "blue")
    assert shown.values == (("red",) if state is KeyState.PRESENT else ())


def test_every_condition_line_is_judged_even_after_one_is_false() -> None:
    """T8."""
    condition = {"StringEquals": {TEAM: "x", "aws:username": "alice"}, "Bool": {"aws:SecureTransport": "true"}}
    compared = element(trace(allow(Condition=condition)), "Condition").compared
    assert [one.truth for one in compared] == [Truth.FALSE, Truth.TRUE, Truth.TRUE]


def test_substituted_values_and_where_the_request_s_value_comes_from() -> None:
    """T8, K20."""
    shown = line(allow(Condition={"StringEquals": {"aws:username": "${aws:username}"}}))
    assert (shown.substituted, shown.value, shown.source) == ("alice", "alice", "the user")
    shown = line(allow(Condition={"StringEquals": {"aws:username": "${aws:PrincipalTag/none}"}}))
    assert shown.substituted == "(no value: matches nothing, V9)"


def test_missing_context_names_what_was_asked_in_vain() -> None:
    """E88: of statements whose other elements matched; conditions and variables without default."""
    asking = allow(
        resource="arn:aws:s3:::b/alice/${s3:VersionId, '*'}*", Condition={"StringEquals": {TEAM: "${aws:referer}"}}
    )
    elsewhere = allow("sqs:*", Condition={"StringEquals": {"aws:PrincipalTag/other": "x"}})
    decision = decided(GivenPolicies(identity=(named("p", allow("s3:*", Condition=asking["Condition"]), elsewhere),)))
    assert decision.missing_context == (TEAM, "aws:referer")


# Decisive statements


def test_decisive_statements_are_those_that_had_to_allow() -> None:
    """E87, T9."""
    policies = GivenPolicies(
        identity=(named("p", allow("s3:*"), allow("sqs:*"), allow()),),
        permissions_boundary=(named("limit", allow()),),
        scps=(GivenLevel("root", (named("all", allow()),)),),
    )
    decision = decided(policies)
    assert decision.matched == ("all#0", "p#0", "p#2", "limit#0")
    assert [one.decisive for one in statements(decision, Layer.IDENTITY)] == [True, False, True]


def test_every_deny_that_matched_is_decisive() -> None:
    """E84, E87."""
    policies = GivenPolicies(
        identity=(named("p", allow(), deny(Sid="No")),), permissions_boundary=(named("limit", deny("s3:*")),)
    )
    decision = decided(policies)
    assert decision.matched == ("p#No", "limit#0")
    assert decision.cites("p#1")
    assert decision.cites("p#No")
    assert not decision.cites("p#0")
