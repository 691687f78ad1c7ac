"""What lets a caller use a resource of another account, besides a policy of it (E14, E76, S26)."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from iamtui import catalog
from iamtui.arn import Arn
from iamtui.evaluation.applicable.policies import GivenPolicies
from iamtui.evaluation.decide import decide, decide_policies, judge
from iamtui.evaluation.decision import Decision, Layer, Verdict
from iamtui.evaluation.request.foreign_resources import can_have_policy, shared_how
from iamtui.evaluation.request.request import Request, Unstated
from iamtui.snapshot.opening import open_snapshot
from tests.evaluation.building import ACCOUNT, allow, arn, deny, named, policy, user
from tests.tables import every_row

ALICE, AWAY = arn("user/alice"), "444455556666"
THERE, HERE = f"eu-west-1:{AWAY}", f"eu-west-1:{ACCOUNT}"
ROOT_TASK = f"arn:aws:iam::{AWAY}:root"


def asked(folder: Path, action: str, resource: str, *statements: object, **more: Any) -> Decision:
    """What alice, who may do all or what `statements` say, gets for an answer from an export of her account alone."""
    export = {
        "UserDetailList": [user("alice", *(statements or (allow(),)))],
        "GroupDetailList": [],
        "RoleDetailList": [],
        "Policies": [],
    }
    (folder / "account.json").write_text(json.dumps(export), "utf-8")
    held, request = open_snapshot([folder]), Request(ALICE, action, resource, **more)
    decision = decide(held, request)
    assert judge(held, request)[:2] == (decision.best, decision.worst)
    return decision


@every_row(
    ("action", "resource", "word"),
    [
        ("ec2:RunInstances", f"arn:aws:ec2:{THERE}:subnet/subnet-1", "AWS RAM"),
        ("ec2:CreateRoute", f"arn:aws:ec2:{THERE}:transit-gateway/tgw-1", "AWS RAM"),
        ("ec2:RunInstances", f"arn:aws:ec2:{THERE}:capacity-reservation/cr-1", "AWS RAM"),
        ("route53resolver:AssociateResolverRule", f"arn:aws:route53resolver:{THERE}:resolver-rule/rslvr-1", "AWS RAM"),
        ("rds:RestoreDBInstanceFromDBSnapshot", f"arn:aws:rds:{THERE}:snapshot:daily", "attributes of the snapshot"),
        ("rds:CopyDBClusterSnapshot", f"arn:aws:rds:{THERE}:cluster-snapshot:daily", "attributes of the snapshot"),
        ("redshift:RestoreFromClusterSnapshot", f"arn:aws:redshift:{THERE}:snapshot:c/s", "attributes of the snapshot"),
        ("organizations:DescribeAccount", f"arn:aws:organizations::{AWAY}:account/o-1/{ACCOUNT}", "delegated"),
        ("account:GetContactInformation", f"arn:aws:account::{AWAY}:account/o-1/{ACCOUNT}", "delegated"),
        ("cloudformation:DescribeStackSet", f"arn:aws:cloudformation:{THERE}:stackset/s:1a2b", "delegated"),
        ("sagemaker:DescribeFeatureGroup", f"arn:aws:sagemaker:{THERE}:feature-group/clicks", "AWS RAM"),
        ("ssm:GetDocument", f"arn:aws:ssm:{THERE}:document/Shared", "was not exported"),
        ("sts:AssumeRoot", ROOT_TASK, "managed centrally"),
        ("kafka:DescribeCluster", f"arn:aws:kafka:{THERE}:cluster/c/1a2b", "was not exported"),
        ("kafka-cluster:Connect", f"arn:aws:kafka:{THERE}:cluster/c/1a2b", "was not exported"),
        ("aps:QueryMetrics", f"arn:aws:aps:{THERE}:workspace/ws-1", "was not exported"),
        ("rekognition:DetectCustomLabels", f"arn:aws:rekognition:{THERE}:project/p/1", "was not exported"),
        ("osis:Ingest", f"arn:aws:osis:{THERE}:pipeline/p", "was not exported"),
    ],
)
def test_e14_what_may_open_a_foreign_resource_is_unknown_and_named(
    tmp_path: Path, action: str, resource: str, word: str
) -> None:
    decision = asked(tmp_path, action, resource)
    assert decision.is_conditional
    assert (decision.best.verdict, decision.worst.verdict) == (Verdict.ALLOWED, decision.worst.verdict)
    assert any(word in text for text in decision.unknown_data)


def test_e14_sharing_denies_nothing(tmp_path: Path) -> None:
    decision = asked(tmp_path, "ec2:RunInstances", f"arn:aws:ec2:{THERE}:subnet/subnet-1")
    assert decision.worst.verdict is Verdict.IMPLICIT_DENY
    assert decision.worst.decided_by is Layer.RESOURCE


@pytest.mark.parametrize("statements", [(allow("s3:*"),), (allow(), deny("ec2:*"))])
def test_e73_without_the_caller_s_own_permission_sharing_helps_nothing(
    tmp_path: Path, statements: tuple[object, ...]
) -> None:
    decision = asked(tmp_path, "ec2:RunInstances", f"arn:aws:ec2:{THERE}:subnet/subnet-1", *statements)
    assert decision.outcome is not None
    assert decision.outcome.verdict is not Verdict.ALLOWED


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("ec2:TerminateInstances", f"arn:aws:ec2:{THERE}:instance/i-1"),
        ("states:StartExecution", f"arn:aws:states:{THERE}:stateMachine:m"),
        ("iam:GetUser", f"arn:aws:iam::{AWAY}:user/bob"),
        ("cloudwatch:PutMetricAlarm", f"arn:aws:cloudwatch:{THERE}:alarm:a"),
    ],
)
def test_e76_a_resource_that_nothing_can_open_is_closed(tmp_path: Path, action: str, resource: str) -> None:
    decision = asked(tmp_path, action, resource)
    assert decision.outcome is not None
    assert decision.outcome.verdict is Verdict.IMPLICIT_DENY
    assert decision.outcome.decided_by is Layer.RESOURCE


@every_row(
    ("action", "resource"),
    [
        ("ram:AcceptResourceShareInvitation", f"arn:aws:ram:{THERE}:resource-share-invitation/1a2b"),
        ("ram:RejectResourceShareInvitation", f"arn:aws:ram:{THERE}:resource-share-invitation/1a2b"),
        ("organizations:AcceptHandshake", f"arn:aws:organizations::{AWAY}:handshake/o-1/invite/h-1"),
        ("detective:AcceptInvitation", f"arn:aws:detective:{THERE}:graph:1a2b"),
        ("redshift:AssociateDataShareConsumer", f"arn:aws:redshift:{THERE}:datashare:ns/share"),
    ],
)
@every_row("unstated", list(Unstated))
def test_an_invitation_is_the_caller_s_to_answer(
    tmp_path: Path, action: str, resource: str, unstated: Unstated
) -> None:
    decision = asked(tmp_path, action, resource, unstated=unstated)
    assert decision.outcome is not None
    assert decision.outcome.verdict is Verdict.ALLOWED
    refused = asked(tmp_path, action, resource, allow("s3:*"), unstated=unstated)
    assert refused.outcome is not None
    assert refused.outcome.verdict is Verdict.IMPLICIT_DENY


@pytest.mark.parametrize(("unstated", "word"), [(Unstated.UNKNOWN, "conditional"), (Unstated.ABSENT, "allowed")])
def test_a_root_session_in_a_member_account_is_a_matter_of_the_caller_s_policies(unstated: Unstated, word: str) -> None:
    request = Request(ALICE, "sts:AssumeRoot", ROOT_TASK, unstated=unstated)
    assert decide_policies(GivenPolicies(identity=(named("p", allow("sts:AssumeRoot")),)), request).word == word
    nothing = decide_policies(GivenPolicies(identity=(named("p", allow("s3:*")),)), request)
    assert nothing.best.verdict is Verdict.IMPLICIT_DENY


def test_in_a_scenario_what_nobody_exported_is_taken_as_not_shared_and_said(tmp_path: Path) -> None:
    decision = asked(tmp_path, "ec2:RunInstances", f"arn:aws:ec2:{THERE}:subnet/subnet-1", unstated=Unstated.ABSENT)
    assert decision.outcome is not None
    assert decision.outcome.verdict is Verdict.IMPLICIT_DENY
    assert any("AWS RAM" in text for text in decision.assumed)


_SETS_A_POLICY = ("PutResourcePolicy", "SetRepositoryPolicy", "PutClusterPolicy", "PutBucketPolicy", "PutKeyPolicy")


@every_row(
    "kind",
    [
        kind
        for service in catalog.services()
        for name in _SETS_A_POLICY
        if (action := catalog.action(f"{service}:{name}")) is not None
        for part in action.resource_types
        if (kind := catalog.resource_type(service, part.name)) is not None
    ],
    ids=lambda kind: f"{kind.service} {kind.name}",
)
def test_s26_a_type_of_resource_that_an_action_gives_a_policy_is_not_taken_as_without(
    kind: catalog.ResourceType,
) -> None:
    """A type that AWS adds must come into the tables: as one with a policy, or as one that RAM shares."""
    filled = re.sub(r"\$\{\w+\}", "x", kind.arn_template.replace("${Partition}", "aws"))
    arn = Arn.parse(filled)
    assert can_have_policy(arn) or shared_how(arn) or kind.name in ("collectors", "resourcepolicy", "webFunction")


@pytest.mark.parametrize(
    "resource",
    [
        f"arn:aws:cloudtrail:{THERE}:trail/t",
        f"arn:aws:wafv2:{THERE}:regional/webacl/w/1",
        f"arn:aws:ssm:{THERE}:managed-instance/mi-1",
        f"arn:aws:glacier:{THERE}:jobs/j",
    ],
)
def test_s26_other_types_of_these_services_carry_none(resource: str) -> None:
    assert not can_have_policy(Arn.parse(resource))


@pytest.mark.parametrize("table", ["table/Orders/index/by-date", "table/Orders"])
@pytest.mark.parametrize(
    ("effect", "caller", "verdict"),
    [("Deny", ALICE, Verdict.EXPLICIT_DENY), ("Allow", f"arn:aws:iam::{AWAY}:user/bob", Verdict.ALLOWED)],
)
def test_the_policy_of_a_table_speaks_for_its_indexes(
    tmp_path: Path, table: str, effect: str, caller: str, verdict: Verdict
) -> None:
    whole = f"arn:aws:dynamodb:{HERE}:table/Orders"
    statement = {
        "Effect": effect,
        "Principal": {"AWS": caller},
        "Action": "dynamodb:*",
        "Resource": [whole, f"{whole}/index/*"],
    }
    bob = {**user("bob", allow()), "Arn": f"arn:aws:iam::{AWAY}:user/bob"}
    for name, one in (("home", user("alice", allow())), ("away", bob)):
        export = {"UserDetailList": [one], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
        (tmp_path / f"{name}.json").write_text(json.dumps(export), "utf-8")
    (tmp_path / "dynamodb-get-resource-policy").mkdir()
    answer = json.dumps({"Policy": json.dumps(policy(statement)), "RevisionId": "1"})
    (tmp_path / "dynamodb-get-resource-policy" / "Orders.json").write_text(answer, "utf-8")
    resource = f"arn:aws:dynamodb:{HERE}:{table}"
    decision = decide(open_snapshot([tmp_path]), Request(caller, "dynamodb:Query", resource, unstated=Unstated.ABSENT))
    assert decision.outcome is not None
    assert decision.outcome.verdict is verdict


def test_what_no_table_lists_is_shared_by_nothing() -> None:
    closed = (f"arn:aws:ec2:{THERE}:instance/i-1", f"arn:aws:iam::{AWAY}:role/r", "arn:aws:s3:::b/x")
    assert {shared_how(Arn.parse(resource)) for resource in closed} == {None}


FUNCTION = f"arn:aws:lambda:{HERE}:function:hello"


@every_row(
    ("exported", "asked_about", "word"),
    [
        (FUNCTION, FUNCTION, "allowed"),
        (FUNCTION, f"{FUNCTION}:prod", "conditional"),
        (FUNCTION, f"{FUNCTION}:7", "conditional"),
        (FUNCTION, f"{FUNCTION}:$LATEST", "implicitDeny"),
        (f"{FUNCTION}:prod", f"{FUNCTION}:prod", "allowed"),
        (f"{FUNCTION}:prod", f"{FUNCTION}:7", "conditional"),
        (f"{FUNCTION}:prod", FUNCTION, "conditional"),
    ],
)
def test_s27_a_version_and_an_alias_have_policies_of_their_own(
    tmp_path: Path, exported: str, asked_about: str, word: str
) -> None:
    statement = allow("lambda:InvokeFunction", exported, Principal={"Service": "s3.amazonaws.com"})
    (tmp_path / "policy.json").write_text(json.dumps({"Policy": json.dumps(policy(statement)), "RevisionId": "1"}))
    export = {"UserDetailList": [user("alice")], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
    (tmp_path / "account.json").write_text(json.dumps(export), "utf-8")
    decision = decide(open_snapshot([tmp_path]), Request("s3.amazonaws.com", "lambda:InvokeFunction", asked_about))
    assert decision.word == word
    assert decision.unknown_data == (
        (f"the policy of {asked_about} was not exported",) if word == "conditional" else ()
    )
