from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from iamtui.evaluation.decision import (
    Blocker,
    Branch,
    ElementKind,
    Layer,
    LayerEffect,
    LayerTrace,
    LevelTrace,
    Outcome,
    UnknownKey,
    Verdict,
)
from iamtui.policy.statement import Effect
from iamtui.policy.truth import Truth
from iamtui.reports.outline import Line, find, open_keys, outline
from tests.reports.traces import ALICE, ALLOWED, NOTHING, condition, decision, element, layer, policy, statement


def walk(lines: Iterable[Line]) -> Iterator[Line]:
    for line in lines:
        yield line
        yield from walk(line.children)


def texts(lines: Iterable[Line]) -> list[str]:
    return [line.text for line in lines]


def only(lines: Iterable[Line], text: str) -> Line:
    (found,) = (line for line in walk(lines) if line.text == text)
    return found


def test_the_first_line_is_the_verdict_with_glyph_word_and_reason() -> None:
    line = outline(decision(layer(policy(statement(0, Truth.TRUE)))))[0]
    assert (line.glyph, line.text, line.tone) == ("✔", "ALLOWED", "good")
    assert line.detail == "an identity-based policy allows it"


def test_a_conditional_decision_shows_its_range_and_what_each_unknown_key_would_change() -> None:
    inside = Branch("is in 203.0.113.0/24", ALLOWED, ALLOWED)
    other = Branch("is any other", ALLOWED, NOTHING)
    key = UnknownKey("aws:SourceIp", (inside, other, Branch("absent", NOTHING, NOTHING)))
    lines = outline(replace(decision(outcome=None), unknown_keys=(key,)))
    assert (lines[0].glyph, lines[0].text, lines[0].detail) == ("?", "CONDITIONAL", "depends on aws:SourceIp")
    assert [(line.text, line.detail) for line in lines[0].children[:2]] == [
        ("at best", "ALLOWED: an identity-based policy allows it"),
        ("at worst", "DENIED (implicit): nothing allows it"),
    ]
    assert [(line.text, line.glyph) for line in only(lines, "aws:SourceIp").children] == [
        ("is in 203.0.113.0/24", "✔"),
        ("is any other", "?"),
        ("absent", "✖"),
    ]


def test_a_decision_that_stands_whatever_an_unknown_key_is_says_so() -> None:
    open_ = statement(0, Truth.UNKNOWN, condition(Truth.UNKNOWN, "Bool", "aws:SecureTransport", "true"))
    head = outline(decision(layer(policy(open_, statement(1, Truth.TRUE)))))[0]
    assert (head.children[0].text, head.children[0].detail) == (
        "the same whatever these keys are",
        "aws:SecureTransport",
    )


def test_what_is_missing_and_what_aws_would_say_stand_below_the_verdict() -> None:
    blocker = Blocker(Layer.IDENTITY, "identity Allow for s3:GetObject; nothing else blocks")
    made = replace(decision(outcome=NOTHING), blockers=(blocker,), aws_message="User: … is not authorized")
    assert texts(outline(made)[0].children) == [blocker.text, "AWS would say"]


def test_layers_stand_in_their_order_and_say_why_they_do_not_apply() -> None:
    absent = LayerTrace(Layer.SCP, None, LayerEffect.NOT_APPLICABLE, (), "no organization in the export")
    lines = outline(decision(absent, layer(policy(statement(0, Truth.TRUE)))))
    assert texts(lines[1:]) == ["Service control policies", "Identity-based policies"]
    assert lines[1].detail == "no organization in the export"
    assert not lines[1].has_children


def test_a_layer_that_was_not_reached_says_so() -> None:
    late = layer(policy(statement(0, Truth.TRUE)))._replace(reached=False)
    assert "not reached" in outline(decision(late))[1].detail


def test_levels_of_an_organization_are_named_and_the_single_level_of_other_layers_is_not() -> None:
    levels = (LevelTrace("Sandbox", "ou-1", LayerEffect.SILENT, (policy(),)),)
    scp = LayerTrace(Layer.SCP, "111122223333", LayerEffect.SILENT, levels)
    lines = outline(decision(scp, layer(policy())))
    assert texts(lines[1].children) == ["Sandbox"]
    assert texts(lines[2].children) == ["readers"]


def test_a_matching_deny_comes_before_allows_and_these_before_what_does_not_match() -> None:
    trace = policy(
        statement(0, Truth.FALSE),
        statement(1, Truth.TRUE),
        statement(2, Truth.UNKNOWN),
        statement(3, Truth.TRUE, effect=Effect.DENY),
    )
    lines = only(outline(decision(layer(trace))), "readers").children
    assert texts(lines) == ["Deny #3", "Allow #1", "Allow #2", "Allow #0"]


def test_the_element_that_failed_first_is_named_on_the_statement_and_marked_below() -> None:
    trace = statement(
        0,
        Truth.FALSE,
        element(ElementKind.ACTION, Truth.TRUE, "s3:Get*"),
        element(ElementKind.RESOURCE, Truth.FALSE, "arn:aws:s3:::other/*"),
        condition(Truth.FALSE, "StringEquals", "aws:PrincipalTag/team", "ops"),
    )
    line = only(outline(decision(layer(policy(trace)))), "Allow #0")
    assert line.detail == "does not match · failed first: Resource"
    assert [(child.text, "failed first" in child.detail) for child in line.children] == [
        ("Action", False),
        ("Resource", True),
        ("Condition", False),
    ]


def test_an_undecided_statement_names_the_element_that_leaves_it_so() -> None:
    trace = statement(0, Truth.UNKNOWN, condition(Truth.UNKNOWN, "Bool", "aws:SecureTransport", "true"))
    assert only(outline(decision(layer(policy(trace)))), "Allow #0").detail == "undecided · undecided by: Condition"


def test_a_condition_shows_state_of_the_key_policy_values_and_the_rule() -> None:
    trace = statement(0, Truth.FALSE, condition(Truth.FALSE, "StringEquals", "aws:PrincipalTag/team", "ops"))
    line = only(outline(decision(layer(policy(trace)))), "StringEquals aws:PrincipalTag/team")
    assert line.detail == 'does not match · request: absent · policy: "ops" · the key is absent [C11]'


def test_in_a_not_element_a_pattern_that_matches_is_said_to_exclude() -> None:
    matched = element(ElementKind.ACTION, Truth.TRUE, "s3:*").detailed
    excluded = element(ElementKind.ACTION, Truth.FALSE, name="NotAction")._replace(detailed=matched)
    line = only(outline(decision(layer(policy(statement(0, Truth.FALSE, excluded))))), "s3:*")
    assert "excluded" in line.detail


def test_hundreds_of_statements_that_do_not_match_are_one_line_until_it_is_opened() -> None:
    trace = policy(*(statement(index, Truth.FALSE) for index in range(300)), statement(300, Truth.TRUE))
    lines = only(outline(decision(layer(trace))), "readers").children
    assert texts(lines) == ["Allow #300", "300 more statements do not match"]
    assert len(lines[1].children) == 300


def test_policies_of_one_name_are_told_apart_by_arn_or_owner() -> None:
    theirs, ours = "arn:aws:iam::aws:policy/Reads", "arn:aws:iam::111122223333:policy/Reads"
    named = [policy(name="Reads", origin="attached")._replace(arn=arn) for arn in (theirs, ours)]
    lines = outline(decision(layer(*named, policy(name="Reads"), policy(name="other"))))
    assert [line.detail for line in lines[1].children] == [
        f"silent · attached · {theirs}",
        f"silent · attached · {ours}",
        f"silent · inline · of {ALICE}",
        "silent · inline",
    ]


def test_policies_that_say_nothing_are_one_line_until_it_is_opened() -> None:
    silent = [policy(statement(0, Truth.FALSE), name=f"p{index}") for index in range(40)]
    lines = outline(decision(layer(*silent, policy(statement(0, Truth.TRUE)))))[1].children
    assert texts(lines) == ["readers", "40 policies say nothing to this request"]


def test_a_line_of_a_statement_leads_to_the_policy_and_the_index() -> None:
    trace = policy(statement(0, Truth.FALSE), statement(1, Truth.TRUE))
    line = only(outline(decision(layer(trace))), "Allow #1")
    assert line.statement is not None
    assert (line.statement.policy, line.statement.index) == (trace, 1)
    assert line.children[0].statement == line.statement


def test_keys_are_unique_and_found_again() -> None:
    twins = [policy(statement(0, Truth.TRUE, sid="Read"), statement(1, Truth.TRUE, sid="Read")) for _ in range(2)]
    lines = outline(decision(layer(*twins)))
    keys = [line.key for line in walk(lines)]
    assert len(keys) == len(set(keys))
    assert [find(lines, key) for key in keys] == list(walk(lines))
    assert find(lines, "layer\x1fidentity\x1fnothing of the kind") is None


def test_keys_stay_the_same_when_the_decision_turns() -> None:
    before = outline(decision(layer(policy(statement(0, Truth.TRUE), statement(1, Truth.FALSE)))))
    after = outline(decision(layer(policy(statement(0, Truth.FALSE), statement(1, Truth.TRUE))), outcome=NOTHING))
    statements = [{line.key for line in walk(lines) if line.text.startswith("Allow")} for lines in (before, after)]
    assert statements[0] == statements[1]
    assert len(statements[0]) == 2


def test_what_decides_leads_to_its_policy_and_several_are_listed_those_that_grant_first() -> None:
    own = policy(statement(0, Truth.TRUE))
    one = replace(decision(layer(own)), matched=("readers#0",))
    line = only(outline(one), "decisive")
    assert line.statement is not None
    assert (line.statement.policy, line.statement.index, line.has_children) == (own, 0, False)

    guard = policy(statement(1, Truth.TRUE, policy="FullAWSAccess"), name="FullAWSAccess", origin="attached to Root")
    both = replace(
        decision(layer(guard)._replace(layer=Layer.SCP), layer(own)), matched=("FullAWSAccess#1", "readers#0")
    )
    line = only(outline(both), "decisive")
    assert (line.statement, line.detail) == (None, "readers#0, FullAWSAccess#1")
    assert [(child.text, child.statement and child.statement.policy) for child in line.children] == [
        ("readers#0", own),
        ("FullAWSAccess#1", guard),
    ]


def test_children_are_made_only_when_asked_for() -> None:
    lines = outline(decision(layer(policy(statement(0, Truth.TRUE)))))
    assert lines[1].has_children
    assert "children" not in vars(lines[1])


def test_what_is_open_at_first_leads_to_the_decisive_statement() -> None:
    explicit = Outcome(Verdict.EXPLICIT_DENY, Layer.IDENTITY)
    deny = statement(0, Truth.TRUE, effect=Effect.DENY)
    lines = outline(decision(layer(policy(deny, *(statement(n, Truth.FALSE) for n in range(1, 4)))), outcome=explicit))
    opened = set(open_keys(lines))
    assert only(lines, "Deny #0").key in opened
    assert only(lines, "Allow #1").key not in opened


def test_a_statement_that_fails_in_its_resource_alone_is_unfolded_and_comes_before_other_misses() -> None:
    near = statement(
        1,
        Truth.FALSE,
        element(ElementKind.ACTION, Truth.TRUE, "s3:Get*"),
        element(ElementKind.RESOURCE, Truth.FALSE, "arn:aws:s3:::other/*"),
    )
    lines = outline(decision(layer(policy(statement(0, Truth.FALSE), near)), outcome=NOTHING))
    assert texts(only(lines, "readers").children) == ["Allow #1", "Allow #0"]
    assert only(lines, "Allow #1").open
    assert not only(lines, "Allow #0").open
