from __future__ import annotations

from dataclasses import replace

import orjson

from iamtui.evaluation.decision import Branch, Decision, Layer, LayerEffect, LayerTrace, Outcome, UnknownKey, Verdict
from iamtui.evaluation.request.request import Request
from iamtui.policy.statement import Effect
from iamtui.policy.truth import Truth
from iamtui.reports.aws import as_aws
from tests.reports.traces import ALICE, ALLOWED, NOTHING, decision, layer, policy, statement


def result(*decisions: Decision, custom: bool = False) -> dict[str, object]:
    (only,) = orjson.loads(as_aws(decisions, custom=custom))["EvaluationResults"]
    assert isinstance(only, dict)
    return only


def test_a_matched_statement_names_its_policy_and_place() -> None:
    made = result(decision(layer(policy(statement(0, Truth.TRUE)))))
    assert made["EvalActionName"] == "s3:GetObject"
    assert made["EvalDecision"] == "allowed"
    assert made["MatchedStatements"] == [
        {
            "SourcePolicyId": "readers",
            "SourcePolicyType": "IAM Policy",
            "StartPosition": {"Line": 2, "Column": 16},
            "EndPosition": {"Line": 2, "Column": 73},
        }
    ]


def test_lone_policies_are_named_by_their_place_as_the_api_does() -> None:
    silent = policy(statement(0, Truth.FALSE), name="silent")
    bucket = layer(policy(statement(0, Truth.TRUE), name="resource"), kind=Layer.RESOURCE)
    made = result(decision(bucket, layer(silent, policy(statement(0, Truth.TRUE)))), custom=True)
    matched = made["MatchedStatements"]
    assert isinstance(matched, list)
    assert [item["SourcePolicyId"] for item in matched] == ["ResourcePolicy", "PolicyInputList.2"]


def test_missing_keys_stand_above_only_where_there_is_no_resource() -> None:
    made = replace(decision(), missing_context=("aws:SourceIp",))
    nowhere = replace(made, request=Request(ALICE, "s3:ListAllMyBuckets"))
    assert result(nowhere)["MissingContextValues"] == ["aws:SourceIp"]
    somewhere = result(made)
    assert somewhere["MissingContextValues"] == []
    assert "ResourceSpecificResults" in somewhere
    assert "ResourceSpecificResults" not in result(nowhere)


def test_several_resources_make_one_result_with_the_strictest_decision() -> None:
    other = Request(ALICE, "S3:getobject", "arn:aws:s3:::other/x")
    made = result(decision(), replace(decision(outcome=NOTHING), request=other))
    assert made["EvalDecision"] == "implicitDeny"
    specific = made["ResourceSpecificResults"]
    assert isinstance(specific, list)
    assert [item["EvalResourceDecision"] for item in specific] == ["allowed", "implicitDeny"]


def test_a_conditional_decision_is_given_as_its_worst_with_the_unknown_keys() -> None:
    unknown = (UnknownKey("aws:SourceIp", (Branch("absent", NOTHING, NOTHING),)),)
    request = Request(ALICE, "s3:ListAllMyBuckets")
    made = result(replace(decision(outcome=None), unknown_keys=unknown, request=request))
    assert made["EvalDecision"] == "implicitDeny"
    assert made["MissingContextValues"] == ["aws:SourceIp"]


def test_boundary_and_organization_are_reported_only_where_they_apply() -> None:
    boundary = layer(policy(statement(0, Truth.FALSE)), kind=Layer.PERMISSIONS_BOUNDARY)
    scp = layer(policy(statement(0, Truth.TRUE)), kind=Layer.SCP)
    none = LayerTrace(Layer.PERMISSIONS_BOUNDARY, None, LayerEffect.NOT_APPLICABLE, (), "no boundary set")
    made = result(decision(scp, boundary))
    assert made["OrganizationsDecisionDetail"] == {"AllowedByOrganizations": True}
    assert made["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": False}
    assert "PermissionsBoundaryDecisionDetail" not in result(decision(none))


def test_across_accounts_each_side_is_reported() -> None:
    request = Request(ALICE, "sqs:SendMessage", "arn:aws:sqs:eu-west-1:999999999999:q")
    deny = statement(0, Truth.TRUE, effect=Effect.DENY)
    denied = Outcome(Verdict.EXPLICIT_DENY, Layer.RESOURCE)
    queue = layer(policy(deny, name="resource"), kind=Layer.RESOURCE)
    made = replace(decision(queue, layer(policy()), outcome=denied), request=request)
    assert result(made)["EvalDecisionDetails"] == {"Resource Policy": "explicitDeny", "IAM Policy": "implicitDeny"}
    assert result(decision(layer(policy()), outcome=ALLOWED))["EvalDecisionDetails"] == {}


def test_sides_are_left_out_where_an_organization_denies_because_the_simulation_ends_there() -> None:
    scp = layer(policy(statement(0, Truth.FALSE)), kind=Layer.SCP)
    made = result(decision(scp, layer(policy()), outcome=Outcome(Verdict.IMPLICIT_DENY, Layer.SCP)))
    assert made["OrganizationsDecisionDetail"] == {"AllowedByOrganizations": False}
    assert "EvalDecisionDetails" not in made
    assert "EvalDecisionDetails" not in str(made["ResourceSpecificResults"])
