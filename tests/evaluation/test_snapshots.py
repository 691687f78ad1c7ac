"""Decisions against an export: what applies to whom, and what is said where the export does not say it all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from iamtui.evaluation.decide import decide, judge
from iamtui.evaluation.decision import Decision, Layer, LayerEffect, LayerTrace, Verdict
from iamtui.evaluation.request.request import NamedPolicy, Request, RequestError, Unstated
from iamtui.policy.keys import ABSENT, KeyValue
from iamtui.snapshot.model import (
    Exported,
    Organization,
    OrganizationPolicy,
    OrganizationTarget,
    Resource,
    Snapshot,
)
from tests.evaluation.building import (
    ACCOUNT,
    allow,
    arn,
    deny,
    document,
    managed,
    named,
    policy,
    role,
    snapshot,
    trust,
    user,
)
from tests.tables import every_row

AWAY = "444455556666"
ALICE, APP = arn("user/alice"), arn("role/app")
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/app/s1"
FEDERATED = f"arn:aws:sts::{ACCOUNT}:federated-user/alice"
ROOT = arn("root")
OBJECT = "arn:aws:s3:::b/x"
TRUST = trust({"Service": "lambda.amazonaws.com"})


def ask(held: Snapshot, principal: str, action: str = "s3:GetObject", resource: str = OBJECT, **more: Any) -> Decision:
    asked = Request(principal, action, resource, **{"resource_account": ACCOUNT, "unstated": Unstated.ABSENT, **more})
    decision = decide(held, asked)
    if not decision.unknown_keys:
        assert judge(held, asked) == (decision.best, decision.worst, decision.assumed)
    return decision


def layer(decision: Decision, wanted: Layer) -> LayerTrace:
    return next(one for one in decision.layers if one.layer is wanted)


def origins(decision: Decision) -> list[tuple[str, str]]:
    return [(one.name, one.origin) for one in layer(decision, Layer.IDENTITY).policies]


def attached(*names: str) -> list[dict[str, str]]:
    return [{"PolicyName": name, "PolicyArn": arn(f"policy/{name}")} for name in names]


def boundary(name: str) -> dict[str, str]:
    return {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn(f"policy/{name}")}


def group(name: str, *statements: object, **more: object) -> dict[str, object]:
    return {
        "Path": "/",
        "GroupName": name,
        "GroupId": f"AGPA{name.upper():0<16}"[:20],
        "Arn": arn(f"group/{name}"),
        "CreateDate": "2026-01-02T03:04:05+00:00",
        "GroupPolicyList": [{"PolicyName": f"{name}-inline", "PolicyDocument": policy(*statements)}],
        "AttachedManagedPolicies": [],
        **more,
    }


# What applies to whom


def test_a_user_has_its_own_policies_and_those_of_its_groups(tmp_path: Path) -> None:
    """E11."""
    held = snapshot(
        tmp_path,
        UserDetailList=[user("alice", allow("sqs:*"), GroupList=["Staff"], AttachedManagedPolicies=attached("own"))],
        GroupDetailList=[group("staff", allow("sns:*"), AttachedManagedPolicies=attached("shared"))],
        Policies=[managed("own", allow("ec2:*")), managed("shared", allow())],
    )
    decision = ask(held, ALICE)
    assert decision.word == "allowed"
    assert decision.matched == ("shared#0",)
    assert origins(decision) == [
        ("alice-inline", "inline"),
        ("own", "attached"),
        ("staff-inline", "inline via group staff"),
        ("shared", "attached via group staff"),
    ]


def test_only_the_default_version_counts(tmp_path: Path) -> None:
    """E11."""
    versions = managed("p", deny())
    latest = {"Document": policy(allow()), "VersionId": "v2", "IsDefaultVersion": True}
    old = {"Document": policy(deny()), "VersionId": "v1", "IsDefaultVersion": False}
    versions |= {"DefaultVersionId": "v2", "PolicyVersionList": [old, latest]}
    held = snapshot(
        tmp_path, UserDetailList=[user("alice", AttachedManagedPolicies=attached("p"))], Policies=[versions]
    )
    decision = ask(held, ALICE)
    assert decision.word == "allowed"
    assert layer(decision, Layer.IDENTITY).policies[0].version == "v2"


@every_row(
    ("limit", "word", "decided_by"),
    [
        (allow("s3:*"), "allowed", Layer.IDENTITY),
        (allow("sqs:*"), "implicitDeny", Layer.PERMISSIONS_BOUNDARY),
        (deny("s3:*"), "explicitDeny", Layer.PERMISSIONS_BOUNDARY),
    ],
)
@every_row("principal", [ALICE, APP, SESSION])
def test_a_boundary_limits_its_bearer_and_their_sessions(
    tmp_path: Path, limit: dict[str, object], word: str, decided_by: Layer, principal: str
) -> None:
    """E47, E49, E51."""
    held = snapshot(
        tmp_path,
        UserDetailList=[user("alice", allow(), PermissionsBoundary=boundary("limit"))],
        RoleDetailList=[role("app", TRUST, allow(), PermissionsBoundary=boundary("limit"))],
        Policies=[managed("limit", limit)],
    )
    decision = ask(held, principal)
    assert decision.outcome is not None
    assert (decision.word, decision.outcome.decided_by) == (word, decided_by)


def test_session_policies_come_with_the_request(tmp_path: Path) -> None:
    """E13, E52, E55, E57."""
    held = snapshot(tmp_path, UserDetailList=[user("alice", allow())], RoleDetailList=[role("app", TRUST, allow())])
    reading, writing = named("reading", allow("s3:Get*")), named("writing", allow("s3:Put*"))
    assert ask(held, SESSION).word == "allowed"
    assert ask(held, SESSION, session_policies=(reading,)).word == "allowed"
    assert ask(held, SESSION, session_policies=(writing,)).word == "implicitDeny"
    assert ask(held, SESSION, session_policies=(writing, reading)).word == "allowed"
    assert ask(held, FEDERATED).word == "implicitDeny"
    assert ask(held, FEDERATED, session_policies=(reading,)).word == "allowed"
    assert ask(held, FEDERATED, session_policies=(named("no", deny()),)).word == "explicitDeny"
    assert ask(held, ALICE, session_policies=(writing,)).word == "allowed"


def test_root_needs_no_policy_in_its_own_account(tmp_path: Path) -> None:
    """E58, E83."""
    decision = ask(snapshot(tmp_path, UserDetailList=[user("alice")]), ROOT)
    assert decision.matched == ("account-root#0",)
    assert layer(decision, Layer.PERMISSIONS_BOUNDARY).effect is LayerEffect.NOT_APPLICABLE


def test_a_role_without_session_is_some_session_of_it(tmp_path: Path) -> None:
    """E8."""
    held = snapshot(tmp_path, RoleDetailList=[role("app", TRUST, allow())])
    decision = ask(held, APP)
    assert decision.word == "allowed"
    assert any("(E8)" in note for note in decision.notes)
    assert not any("(E8)" in note for note in ask(held, SESSION).notes)


def test_the_role_of_a_session_is_found_in_any_letter_case_and_under_any_path(tmp_path: Path) -> None:
    """E7, K10."""
    only_this = allow(Condition={"ArnEquals": {"aws:PrincipalArn": arn("role/deep/path/App")}})
    deep = role("App", TRUST, only_this, Path="/deep/path/", Arn=arn("role/deep/path/App"))
    assert ask(snapshot(tmp_path, RoleDetailList=[deep]), SESSION).word == "allowed"


def test_a_federated_user_without_a_user_of_its_name_has_no_identity_policies(tmp_path: Path) -> None:
    """E9."""
    decision = ask(snapshot(tmp_path, UserDetailList=[user("bob", allow())]), FEDERATED)
    assert decision.word == "implicitDeny"
    assert layer(decision, Layer.IDENTITY).reason == "no IAM user is known behind this federated user (E9)"


# Trust


@every_row(
    ("principal", "trusted", "own", "word", "decided_by"),
    [
        (ALICE, {"AWS": ALICE}, [], "allowed", Layer.TRUST),
        (ALICE, {"AWS": ACCOUNT}, [allow("sts:*")], "allowed", Layer.IDENTITY),
        (ALICE, {"AWS": ACCOUNT}, [], "implicitDeny", Layer.IDENTITY),
        (ALICE, {"Service": "lambda.amazonaws.com"}, [allow()], "implicitDeny", Layer.TRUST),
        (ALICE, {"Service": "lambda.amazonaws.com"}, [], "implicitDeny", Layer.NONE),
        ("lambda.amazonaws.com", {"Service": "lambda.amazonaws.com"}, [], "allowed", Layer.TRUST),
        ("ec2.amazonaws.com", {"Service": "lambda.amazonaws.com"}, [], "implicitDeny", Layer.NONE),
        (ROOT, {"AWS": ACCOUNT}, [], "implicitDeny", Layer.NONE),
    ],
)
def test_trust_policies_must_speak(
    tmp_path: Path, principal: str, trusted: object, own: list[object], word: str, decided_by: Layer
) -> None:
    """S1, S6, E61."""
    held = snapshot(tmp_path, UserDetailList=[user("alice", *own)], RoleDetailList=[role("app", trust(trusted))])
    decision = ask(held, principal, "sts:AssumeRole", APP)
    assert decision.outcome is not None
    assert (decision.word, decision.outcome.decided_by) == (word, decided_by)


@pytest.mark.parametrize("unstated", Unstated)
def test_a_role_of_an_account_that_was_not_exported(tmp_path: Path, unstated: Unstated) -> None:
    """T22: unknown, save in `check`."""
    held = snapshot(tmp_path, UserDetailList=[user("alice", allow())])
    target = f"arn:aws:iam::{AWAY}:role/target"
    decision = ask(held, ALICE, "sts:AssumeRole", target, resource_account=None, unstated=unstated)
    assert decision.is_conditional is (unstated is Unstated.UNKNOWN)
    assert decision.worst.verdict is not Verdict.ALLOWED
    if decision.is_conditional:
        assert decision.best.verdict is Verdict.ALLOWED
        assert decision.unknown_data == (f"the trust policy of {target} was not exported",)


def test_a_role_that_the_exported_account_does_not_have_cannot_be_assumed(tmp_path: Path) -> None:
    decision = ask(snapshot(tmp_path, UserDetailList=[user("alice", allow())]), ALICE, "sts:AssumeRole", arn("role/no"))
    assert decision.word == "implicitDeny"


# What was not exported


def test_a_boundary_whose_document_is_missing_is_unknown(tmp_path: Path) -> None:
    """E48."""
    held = snapshot(tmp_path, UserDetailList=[user("alice", allow(), PermissionsBoundary=boundary("gone"))])
    decision = ask(held, ALICE)
    assert decision.is_conditional
    assert (decision.best.verdict, decision.worst.verdict) == (Verdict.ALLOWED, Verdict.EXPLICIT_DENY)
    assert decision.unknown_data == (f"the document of {arn('policy/gone')} was not exported",)
    assert decision.aws_message is None


def test_an_attached_policy_without_document_is_unknown_until_a_deny_makes_it_moot(tmp_path: Path) -> None:
    """T22, T28."""
    lacking = user("alice", AttachedManagedPolicies=attached("gone"))
    assert ask(snapshot(tmp_path, UserDetailList=[lacking]), ALICE).is_conditional
    denied = user("alice", deny(), AttachedManagedPolicies=attached("gone"))
    decision = ask(snapshot(tmp_path, UserDetailList=[denied]), ALICE)
    assert decision.word == "explicitDeny"
    assert decision.unknown_data == ()


def test_a_group_that_was_not_exported_is_unknown(tmp_path: Path) -> None:
    decision = ask(snapshot(tmp_path, UserDetailList=[user("alice", GroupList=["staff"])]), ALICE)
    assert decision.is_conditional
    assert decision.unknown_data


def test_a_broken_document_costs_itself_and_every_decision_it_could_touch_says_so(tmp_path: Path) -> None:
    broken = {"PolicyName": "broken", "PolicyDocument": {"Version": "2012-10-17"}}
    alice = user("alice", UserPolicyList=[broken, {"PolicyName": "sound", "PolicyDocument": policy(allow())}])
    held = snapshot(tmp_path, UserDetailList=[alice, user("bob", allow())])
    decision = ask(held, ALICE)
    assert decision.is_conditional
    assert decision.unknown_data == ("the document of broken cannot be read: there is no Statement",)
    assert decision.best.verdict is Verdict.ALLOWED
    assert ask(held, arn("user/bob")).word == "allowed"


@pytest.mark.parametrize("unstated", Unstated)
def test_a_key_whose_policy_is_unknown(tmp_path: Path, unstated: Unstated) -> None:
    """S5, T22."""
    held = snapshot(tmp_path, UserDetailList=[user("alice", allow())])
    key = f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/k"
    decision = ask(held, ALICE, "kms:Decrypt", key, unstated=unstated)
    assert decision.is_conditional is (unstated is Unstated.UNKNOWN)
    assert any("(S22)" in note for note in decision.notes)
    assert decision.is_conditional or decision.word == "implicitDeny"


def test_a_bucket_of_another_account_whose_policy_is_unknown(tmp_path: Path) -> None:
    """E76, T22."""
    held = snapshot(tmp_path, UserDetailList=[user("alice", allow())])
    decision = ask(held, ALICE, resource_account=AWAY, unstated=Unstated.UNKNOWN)
    assert decision.is_conditional
    assert decision.unknown_data == ("the policy of arn:aws:s3:::b was not exported",)
    assert ask(held, ALICE, resource_account=AWAY).word == "implicitDeny"


def test_what_was_taken_as_not_there_is_said(tmp_path: Path) -> None:
    """T22."""
    decision = ask(snapshot(tmp_path, UserDetailList=[user("alice", allow())]), ALICE)
    said = "\n".join(decision.assumed)
    assert "the policy of arn:aws:s3:::b was not exported: taken as none" in said
    assert f"no organization of account {ACCOUNT} was exported: taken as without SCPs" in said
    assert "taken as without RCPs" in said


def test_a_caller_of_an_account_that_was_not_exported_is_unknown(tmp_path: Path) -> None:
    outsider = f"arn:aws:iam::{AWAY}:user/eve"
    decision = ask(
        snapshot(tmp_path, UserDetailList=[user("alice")]), outsider, unstated=Unstated.UNKNOWN, resource_account=AWAY
    )
    assert decision.is_conditional
    assert f"the identity policies of {outsider} were not exported" in decision.unknown_data


KEY = f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/k"


@pytest.mark.parametrize(
    ("aliases", "asked", "word"),
    [
        (("alias/aws/s3",), "key", "allowed"),
        (("alias/own",), "key", "explicitDeny"),
        ((), "key", "explicitDeny"),
        ((), "alias/aws/s3", "implicitDeny"),  # which key it is was not exported, nor so its policy
        ((), "alias/own", "explicitDeny"),
    ],
)
def test_e35_no_rcp_reaches_a_key_that_aws_manages(
    tmp_path: Path, aliases: tuple[str, ...], asked: str, word: str
) -> None:
    held = snapshot(tmp_path, UserDetailList=[user("alice", allow())])
    by_account = document(policy(allow(Principal={"AWS": ACCOUNT})))
    key = Resource(KEY, ACCOUNT, "kms:key", by_account, Exported.PRESENT, aliases=aliases)
    perimeter = OrganizationPolicy(
        "p-1", "", "perimeter", "RESOURCE_CONTROL_POLICY", document(policy(deny("kms:*", Principal="*")))
    )
    root = OrganizationTarget("r-1", "Root", "ROOT", None, scps=("p-FullAWSAccess",), rcps=("p-1",))
    account = OrganizationTarget(ACCOUNT, "us", "ACCOUNT", "r-1", scps=("p-FullAWSAccess",), rcps=())
    targets = {"r-1": root, ACCOUNT: account}
    organization = Organization("o-1", AWAY, "r-1", targets, {"p-1": perimeter}, scps_enabled=True, rcps_enabled=True)
    held = replace(held, resources={KEY: key}, organizations={"o-1": organization})
    resource = KEY if asked == "key" else f"arn:aws:kms:eu-central-1:{ACCOUNT}:{asked}"
    assert ask(held, ALICE, "kms:Decrypt", resource).word == word


ALIAS = f"arn:aws:kms:eu-central-1:{ACCOUNT}:alias/ledger"


@pytest.mark.parametrize(
    ("action", "aliases", "word", "decided_by"),
    [
        ("kms:Decrypt", ("alias/ledger",), "allowed", Layer.RESOURCE),
        ("kms:Decrypt", (), "implicitDeny", Layer.RESOURCE),
        ("kms:DeleteAlias", ("alias/ledger",), "allowed", Layer.IDENTITY),
    ],
)
def test_s20_an_alias_stands_for_its_key(
    tmp_path: Path, action: str, aliases: tuple[str, ...], word: str, decided_by: Layer
) -> None:
    held = snapshot(tmp_path, UserDetailList=[user("alice", allow("kms:*"))])
    shared = document(policy(allow("kms:Decrypt", Principal={"AWS": ALICE})))
    held = replace(held, resources={KEY: Resource(KEY, ACCOUNT, "kms:key", shared, Exported.PRESENT, aliases=aliases)})
    decision = ask(held, ALICE, action, ALIAS)
    assert decision.outcome is not None
    assert (decision.word, decision.outcome.decided_by) == (word, decided_by)
    told = f"{ALIAS} stands for {KEY}, on which IAM authorizes kms:Decrypt (S20)"
    lacking = f"IAM authorizes kms:Decrypt on the key of {ALIAS}, which was not exported (S20)"
    expected = {"allowed": told, "implicitDeny": lacking}[word] if action == "kms:Decrypt" else None
    assert [note for note in decision.notes if "(S20)" in note] == ([] if expected is None else [expected])


def test_an_action_that_takes_no_resource_says_that_it_does_not(tmp_path: Path) -> None:
    """L36."""
    held = snapshot(tmp_path, UserDetailList=[user("alice", allow("ec2:*"))])
    instance = f"arn:aws:ec2:eu-central-1:{ACCOUNT}:instance/i-1"
    note = f"ec2:DescribeInstances takes no resource: decided for *, not for {instance} (L36)"
    assert note in ask(held, ALICE, "ec2:DescribeInstances", instance).notes
    assert note not in ask(held, ALICE, "ec2:DescribeInstances", "*").notes
    assert not ask(held, ALICE, "ec2:StopInstances", instance).notes


@pytest.mark.parametrize(
    ("action", "note"),
    [
        ("s3:Nope", "s3:Nope is no action that AWS lists: decided as it is written (E89)"),
        ("nope:GetObject", "nope:GetObject is no action that AWS lists: decided as it is written (E89)"),
        ("s3:HeadObject", "s3:HeadObject is a call, not an action: IAM asks for s3:GetObject (E89)"),
        (
            "s3:CopyObject",
            "s3:CopyObject is a call, not an action: IAM asks for s3:GetObject on the source, "
            "s3:PutObject on the target (E70, E89)",
        ),
        ("S3:getobject", None),
    ],
)
def test_an_action_that_aws_does_not_list_is_decided_and_said(tmp_path: Path, action: str, note: str | None) -> None:
    decision = ask(snapshot(tmp_path, UserDetailList=[user("alice", allow("s3:*"))]), ALICE, action)
    assert decision.word == ("implicitDeny" if action.startswith("nope") else "allowed")
    assert decision.notes == (() if note is None else (note,))


PARTICULAR = "no resource is named: for some, alice-inline#0 may decide otherwise (L37)"


@pytest.mark.parametrize(
    ("statement", "resource", "note"),
    [
        (allow("s3:Get*", "arn:aws:s3:::b/*"), "*", PARTICULAR),
        (deny("s3:Get*", "arn:aws:s3:::b/*"), "*", PARTICULAR),
        ({"Effect": "Deny", "Action": "s3:*", "NotResource": "arn:aws:s3:::b/*"}, "*", PARTICULAR),
        (allow("s3:Get*", "arn:aws:s3:::b/*"), OBJECT, None),
        (allow("s3:Put*", "arn:aws:s3:::b/*"), "*", None),
        (allow("s3:Get*", "*"), "*", None),
        (allow("s3:Get*", "arn:aws:s3:::b/*", Condition={"Bool": {"aws:SecureTransport": "false"}}), "*", None),
    ],
    ids=["allow", "deny", "NotResource", "named", "other action", "all", "false condition"],
)
def test_l37_what_speaks_of_particular_resources_is_said_where_none_is_named(
    tmp_path: Path, statement: dict[str, object], resource: str, note: str | None
) -> None:
    held = snapshot(tmp_path, UserDetailList=[user("alice", statement)])
    assert ask(held, ALICE, "s3:GetObject", resource).notes == (() if note is None else (note,))


@pytest.mark.parametrize(
    ("action", "resource", "note"),
    [
        ("s3:ListBucket", OBJECT, f"s3:ListBucket is authorized on accesspoint, bucket, which {OBJECT} is not (E89)"),
        (
            "s3:DeleteObject",
            "arn:aws:s3:::b",
            "s3:DeleteObject is authorized on accesspointobject, object, which arn:aws:s3:::b is not (E89)",
        ),
        ("s3:ListBucket", "arn:aws:s3:::b", None),
        ("s3:DeleteObject", "*", None),
    ],
)
def test_a_resource_of_another_type_is_decided_and_said(
    tmp_path: Path, action: str, resource: str, note: str | None
) -> None:
    """S18: a bucket is not its objects."""
    decision = ask(snapshot(tmp_path, UserDetailList=[user("alice", allow("s3:*"))]), ALICE, action, resource)
    assert decision.notes == (() if note is None else (note,))


def test_an_assume_root_session_without_its_task_policy_says_so(tmp_path: Path) -> None:
    """E60."""
    held = snapshot(tmp_path, UserDetailList=[user("alice")])
    assumed = {"aws:AssumedRoot": KeyValue.of("true")}
    assert any("(E60)" in note for note in ask(held, ROOT, context=assumed).notes)
    task = (named("S3UnlockBucketPolicy", allow("s3:DeleteBucketPolicy")),)
    limited = ask(held, ROOT, context=assumed, session_policies=task)
    assert limited.word == "implicitDeny"
    assert not any("(E60)" in note for note in limited.notes)


def test_two_denials_of_one_kind_are_one_decision(tmp_path: Path) -> None:
    """T28: whose canonical id it is decides only which side is missing."""
    held = snapshot(tmp_path, UserDetailList=[user("alice")])
    shared = document(policy(allow("s3:GetObject", Principal={"CanonicalUser": "a" * 64})))
    bucket = Resource("arn:aws:s3:::b", AWAY, "s3:bucket", shared, Exported.PRESENT)
    held = replace(held, resources={bucket.arn: bucket})
    decision = ask(held, ALICE, resource_account=AWAY)
    assert decision.word == "implicitDeny"
    assert not decision.is_conditional


# Requests that cannot be decided


@every_row(
    ("request_", "message"),
    [
        (Request("alice", "s3:GetObject"), "not a principal: 'alice' (expected the ARN of a user"),
        (Request("", "s3:GetObject"), "not a principal: ''"),
        (Request(arn("user/carol"), "s3:GetObject"), f"the exported account {ACCOUNT} has no user"),
        (Request(arn("user/Alice"), "s3:GetObject"), f"it has {ALICE}"),
        (Request(arn("role/app/alice"), "s3:GetObject"), f"has no role '{arn('role/app/alice')}'"),
        (Request(f"arn:aws:sts::{ACCOUNT}:assumed-role/app", "s3:GetObject"), "not the ARN of a principal"),
        (Request(f"arn:aws:sts::{ACCOUNT}:assumed-role/nobody/s", "s3:GetObject"), "has no role session"),
        (Request(arn("group/staff"), "s3:GetObject"), "not the ARN of a principal"),
        (Request("arn:aws:iam::12:user/alice", "s3:GetObject"), "not an account id: '12'"),
        (Request("arn:aws:iam", "s3:GetObject"), "not an ARN: 'arn:aws:iam'"),
        (Request("*.amazonaws.com", "s3:GetObject"), "not a principal"),
        (Request(ALICE, "GetObject"), "not an action: 'GetObject' (expected service:Operation)"),
        (Request(ALICE, "s3:Get*"), "not an action"),
        (Request(ALICE, "s3:"), "not an action"),
        (Request(ALICE, "s3:GetObject,s3:PutObject"), "not an action"),
        (Request(ALICE, "s3:GetObject", "b/x"), "not an ARN: 'b/x'"),
        (Request(ALICE, "s3:GetObject", "arn:aws-cn:s3:::b/x"), "no policy grants across partitions (E5)"),
        (
            Request(
                ALICE,
                "s3:GetObject",
                OBJECT,
                context={"AWS:SourceIp": KeyValue.of("203.0.113.7"), "aws:SourceVpce": KeyValue.of("vpce-1")},
            ),
            "exclude each other (K58)",
        ),
        *(
            (
                Request(
                    ALICE, "s3:GetObject", context={"aws:SourceIp": KeyValue.of("203.0.113.7"), key: KeyValue.of("x")}
                ),
                f"aws:SourceIp and {key} exclude each other (K58)",
            )
            for key in ("aws:SourceVpcArn", "aws:VpceAccount", "aws:VpceOrgID", "aws:VpceOrgPaths", "aws:VpcSourceIp")
        ),
    ],
)
def test_a_request_that_cannot_be_decided_says_why(tmp_path: Path, request_: Request, message: str) -> None:
    """E5, K58."""
    held = snapshot(tmp_path, UserDetailList=[user("alice")])
    for entry in (decide, judge):
        with pytest.raises(RequestError) as refused:
            entry(held, request_)
        assert message in str(refused.value)


def test_two_networks_are_fine_where_one_is_absent(tmp_path: Path) -> None:
    """K58."""
    context = {"aws:SourceIp": KeyValue.of("203.0.113.7"), "aws:SourceVpce": ABSENT}
    assert ask(snapshot(tmp_path, UserDetailList=[user("alice", allow())]), ALICE, context=context).word == "allowed"


@pytest.mark.parametrize("key", ["aws:SourceVpce", "aws:SourceVpc", "aws:CalledVia", "aws:SourceAccount"])
def test_an_empty_list_is_no_value(tmp_path: Path, key: str) -> None:
    """C25: where one value is looked up, none is there."""
    context = {key: KeyValue.listing(())}
    assert ask(snapshot(tmp_path, UserDetailList=[user("alice", allow())]), ALICE, context=context).word == "allowed"


# The short way and the long one

STATEMENTS = [
    *(
        effect(action, resource)
        for effect in (allow, deny)
        for action in ("*", "s3:Get*")
        for resource in ("*", OBJECT)
    ),
    allow("sqs:*"),
    allow(resource="arn:aws:s3:::b/${aws:username}"),
    allow(Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
    deny(Condition={"StringNotEquals": {"aws:PrincipalTag/team": "red"}}),
    deny(Condition={"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}),
]


def test_judging_and_deciding_agree_on_random_exports(tmp_path: Path) -> None:
    """One matcher, two depths; `judge` may only be wider where unknown keys were tried (T30)."""
    rng = Random(5)  # noqa: S311 - test data

    def some(most: int) -> list[dict[str, object]]:
        return rng.sample(STATEMENTS, rng.randrange(most + 1))

    for _ in range(60):
        more: dict[str, object] = {
            "AttachedManagedPolicies": attached(*rng.sample(["a", "b", "gone"], rng.randrange(3)))
        }
        if rng.random() < 0.4:
            more["PermissionsBoundary"] = boundary(rng.choice(["a", "b", "gone"]))
        held = snapshot(
            tmp_path,
            UserDetailList=[user("alice", *some(3), GroupList=["staff"], **more)],
            RoleDetailList=[role("app", TRUST, *some(3), **more)],
            GroupDetailList=[group("staff", *some(2))],
            Policies=[managed("a", *some(2)), managed("b", *some(2))],
        )
        for principal in (ALICE, APP, SESSION, FEDERATED, ROOT):
            for unstated in Unstated:
                session = (NamedPolicy("s", named("s", *some(2)).document),) if rng.random() < 0.3 else None
                asked = Request(principal, "s3:GetObject", OBJECT, ACCOUNT, session_policies=session, unstated=unstated)
                decision, (best, worst, _) = decide(held, asked), judge(held, asked)
                if unstated is Unstated.ABSENT:
                    assert (decision.best, decision.worst) == (best, worst)
                favour = {Verdict.EXPLICIT_DENY: 0, Verdict.IMPLICIT_DENY: 1, Verdict.ALLOWED: 2}
                assert favour[worst.verdict] <= favour[decision.worst.verdict]
                assert favour[decision.best.verdict] <= favour[best.verdict]


@every_row(
    ("action", "grants", "is_told"),
    [
        ("kms:Decrypt", None, True),
        ("kms:Decrypt", 2, True),
        ("kms:Decrypt", 0, False),
        ("KMS:ReEncryptFrom", None, True),
        ("kms:RetireGrant", None, True),
        ("kms:TagResource", None, False),
        ("kms:ScheduleKeyDeletion", 2, False),
    ],
)
def test_s22_a_grant_is_told_where_one_could_allow(
    tmp_path: Path, action: str, grants: int | None, is_told: bool
) -> None:
    nobody = document(policy(allow("kms:*", Principal={"AWS": APP})))
    key = Resource(KEY, ACCOUNT, "kms:key", nobody, Exported.PRESENT, grants=grants)
    held = replace(snapshot(tmp_path, UserDetailList=[user("alice", allow())]), resources={KEY: key})
    decision = ask(held, ALICE, action, KEY)
    assert decision.word == "implicitDeny"
    assert any("(S22)" in note for note in decision.notes) is is_told
