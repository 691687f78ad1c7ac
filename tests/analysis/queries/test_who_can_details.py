"""What who can says beside the labels: ways, sessions, whom policies let in from outside, others than expected."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from iamtui.analysis.queries.everybody.questions import Question, QuestionError
from iamtui.analysis.queries.everybody.results import Condition, WhoCan
from iamtui.analysis.queries.everybody.who_can import who_can
from iamtui.policy.keys import KeyValue
from iamtui.snapshot.model import Exported, Resource, Snapshot
from tests.evaluation.building import ACCOUNT, allow, arn, document, managed, policy, role, snapshot, trust, user
from tests.tables import every_row

BUCKET = "arn:aws:s3:::ledger"
OTHER = "444455556666"
READ = Question(actions=("s3:GetObject",), resources=(f"{BUCKET}/q3.csv",))
LAMBDA = trust({"Service": "lambda.amazonaws.com"})


def with_bucket(given: Snapshot, *statements: object) -> Snapshot:
    """The snapshot with a bucket that has this policy."""
    bucket = Resource(BUCKET, ACCOUNT, "s3:bucket", document(policy(*statements)), Exported.PRESENT)
    return replace(given, resources={BUCKET: bucket})


def let(principal: object, **more: object) -> dict[str, object]:
    """A statement of a bucket policy that lets somebody read."""
    return {"Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", "Resource": f"{BUCKET}/*", **more}


def rows(answer: WhoCan) -> dict[str, str]:
    """The labels of the rows by the ARN."""
    return {row.arn: row.decision for row in answer.principals}


def group(name: str, *statements: object) -> dict[str, object]:
    """A group with one inline policy."""
    inline = [{"PolicyName": f"{name}-inline", "PolicyDocument": policy(*statements)}]
    return {
        "Path": "/",
        "GroupName": name,
        "GroupId": f"AGPA{name}",
        "Arn": arn(f"group/{name}"),
        "GroupPolicyList": inline,
        "AttachedManagedPolicies": [],
    }


def test_ways_say_by_which_attachment_and_how_many_have_no_other(tmp_path: Path) -> None:
    read = managed("read", allow("s3:Get*"))
    attached = [{"PolicyName": "read", "PolicyArn": read["Arn"]}]
    world = snapshot(
        tmp_path,
        UserDetailList=[
            user("ann", GroupList=["devs"], UserPolicyList=[]),
            user("ben", GroupList=["devs"], AttachedManagedPolicies=attached),
            user("cleo", allow("s3:GetObject")),
        ],
        GroupDetailList=[group("devs", allow("s3:*"))],
        Policies=[read],
    )
    found = who_can(world, READ)
    assert [way.to_dict() for way in found.ways] == [
        {
            "policy": "devs-inline",
            "statement": "0",
            "origin": "group",
            "owner": arn("group/devs"),
            "principals": 2,
            "only_way_of": 1,
        },
        {
            "policy": "read",
            "statement": "0",
            "origin": "attached",
            "owner": read["Arn"],
            "principals": 1,
            "only_way_of": 0,
        },
        {
            "policy": "cleo-inline",
            "statement": "0",
            "origin": "inline",
            "owner": arn("user/cleo"),
            "principals": 1,
            "only_way_of": 1,
        },
    ]
    assert [(row.arn, row.ways) for row in found.principals if row.kind == "user"] == [
        (arn("user/ann"), (0,)),
        (arn("user/ben"), (0, 1)),
        (arn("user/cleo"), (2,)),
    ]


def test_a_policy_that_stands_twice_is_one_way_and_the_only_one(tmp_path: Path) -> None:
    """WC14: without its statement nothing is left, however often it is attached."""
    read = managed("read", allow("s3:Get*"))
    twice = [{"PolicyName": "read", "PolicyArn": read["Arn"]}] * 2
    world = snapshot(tmp_path, UserDetailList=[user("ann", AttachedManagedPolicies=twice)], Policies=[read])
    assert [(way.policy, way.principals, way.only_way_of) for way in who_can(world, READ).ways] == [("read", 1, 1)]


def test_both_sides_of_a_key_are_each_the_only_way(tmp_path: Path) -> None:
    """WC14: without either statement nothing is left (S5)."""
    key = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/k"
    delegates = {"Sid": "Root", "Effect": "Allow", "Principal": {"AWS": arn("root")}, "Action": "*", "Resource": "*"}
    world = snapshot(tmp_path, UserDetailList=[user("ann", allow("kms:Decrypt"))])
    world = replace(
        world, resources={key: Resource(key, ACCOUNT, "kms:key", document(policy(delegates)), Exported.PRESENT)}
    )
    found = who_can(world, Question(actions=("kms:Decrypt",), resources=(key,)))
    assert [(way.origin, way.statement, way.only_way_of) for way in found.ways] == [
        ("resource", "Root", 2),
        ("inline", "0", 1),
    ]


def test_sessions_that_a_policy_names_make_their_role_conditional(tmp_path: Path) -> None:
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/app/nightly"
    world = with_bucket(snapshot(tmp_path, RoleDetailList=[role("app", LAMBDA)]), let({"AWS": session}))
    found = who_can(world, READ)
    assert rows(found) == {arn("role/app"): "conditional", arn("root"): "allowed"}
    assert found.principals[0].conditions == (Condition("sts:RoleSessionName", "is nightly", "allowed"),)
    assert found.principals[0].mark == "service-role"
    assert [way.origin for way in found.ways] == ["resource"]


NIGHTLY = {"AWS": f"arn:aws:sts::{ACCOUNT}:assumed-role/app/nightly"}


def test_a_way_is_not_the_only_one_of_a_role_of_which_a_session_keeps_another(tmp_path: Path) -> None:
    """WC14: a row is denied where the role is, and each session of it that a policy names (WC11)."""
    world = with_bucket(snapshot(tmp_path, RoleDetailList=[role("app", LAMBDA)]), let(NIGHTLY), let(NIGHTLY))
    assert [(way.statement, way.only_way_of) for way in who_can(world, READ).ways] == [("0", 0), ("1", 0)]


def test_one_whose_session_is_named_is_not_told_what_others_are_who_rest_on_the_same(tmp_path: Path) -> None:
    """Without the policy that both have, the session is still let in by the bucket."""
    read = managed("read", allow("s3:Get*"))
    attached = [{"PolicyName": "read", "PolicyArn": read["Arn"]}]
    roles = [role(name, LAMBDA, AttachedManagedPolicies=attached) for name in ("app", "web")]
    world = with_bucket(snapshot(tmp_path, RoleDetailList=roles, Policies=[read]), let(NIGHTLY))
    found = who_can(world, READ)
    assert rows(found)[arn("role/app")] == "allowed"
    assert [(way.policy, way.principals, way.only_way_of) for way in found.ways if way.policy == "read"] == [
        ("read", 2, 1)
    ]


@every_row(
    ("principal", "more", "expected"),
    [
        ("*", {}, {"*": ("everyone", "allowed")}),
        ({"AWS": OTHER}, {}, {f"arn:aws:iam::{OTHER}:root": ("account", "conditional")}),
        ({"AWS": f"arn:aws:iam::{OTHER}:role/x"}, {}, {f"arn:aws:iam::{OTHER}:role/x": ("role", "conditional")}),
        ({"Service": "logs.amazonaws.com"}, {}, {"logs.amazonaws.com": ("service", "allowed")}),
        (
            {"Service": "logs.amazonaws.com"},
            {"Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:logs:*:111122223333:*"}}},
            {"logs.amazonaws.com": ("service", "conditional")},
        ),
        (
            "*",
            {"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-abc"}}},
            {"o-abc": ("organization", "conditional")},
        ),
        (
            "*",
            {"Condition": {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-abc/r-x/ou-y/*"}}},
            {"ou-y": ("organizational_unit", "conditional")},
        ),
        (
            {"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"},
            {},
            {"79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be": ("canonical_user", "conditional")},
        ),
        ({"AWS": arn("user/gone")}, {}, {}),
        (
            "*",
            {"Condition": {"StringEquals": {"aws:PrincipalAccount": [OTHER, ACCOUNT]}}},
            {f"arn:aws:iam::{OTHER}:root": ("account", "conditional")},
        ),
        (
            "*",
            {
                "Condition": {
                    "ArnLike": {"aws:PrincipalArn": [f"arn:aws:iam::{OTHER}:role/ci-*", arn("role/idle"), "x"]},
                    "StringNotEquals": {"aws:PrincipalArn": f"arn:aws:iam::{OTHER}:role/other"},
                }
            },
            {f"arn:aws:iam::{OTHER}:role/ci-*": ("role", "conditional")},
        ),
        (
            "*",
            {"Condition": {"ArnLike": {"aws:PrincipalArn": "arn:*:iam::*:user/ops"}}},
            {"arn:*:iam::*:user/ops": ("user", "conditional")},
        ),
        (
            "*",
            {"Condition": {"StringEquals": {"aws:PrincipalArn": "arn:aws:iam::*:user/ops"}}},  # no wildcard there
            {},
        ),
        ("*", {"Condition": {"StringLike": {"aws:PrincipalOrgID": "*"}}}, {"o-*": ("organization", "conditional")}),
        (
            "*",
            {"Condition": {"ArnEquals": {"aws:SourceArn": f"arn:aws:sns:eu-west-1:{OTHER}:news"}}},
            {"sns.amazonaws.com": ("service", "conditional")},
        ),
        (
            "*",
            {"Condition": {"StringEquals": {"aws:PrincipalServiceName": "cloudtrail.amazonaws.com"}}},
            {"cloudtrail.amazonaws.com": ("service", "allowed")},
        ),
        ("*", {"Condition": {"Null": {"aws:PrincipalArn": "false"}}}, {"*": ("everyone", "conditional")}),
        (
            "*",
            {"Condition": {"StringLike": {"aws:PrincipalArn": "*:user/admin-*"}}},
            {"*:user/admin-*": ("user", "conditional")},
        ),
        (
            "*",
            {"Condition": {"StringLike": {"aws:PrincipalArn": ["*:role/ops", arn("role/idle")]}}},
            {"*:role/ops": ("role", "conditional")},
        ),
        ("*", {"Condition": {"ArnLike": {"aws:PrincipalArn": "*:user/admin-*"}}}, {}),  # no ARN there
        (
            "*",
            {"Condition": {"StringLike": {"aws:username": "admin-*"}}},
            {"arn:*:iam::*:user/admin-*": ("user", "conditional")},
        ),
        (
            "*",
            {"Condition": {"StringEquals": {"aws:username": "ops", "aws:PrincipalAccount": OTHER}}},
            {f"arn:aws:iam::{OTHER}:root": ("account", "conditional")},
        ),
        (
            {"AWS": OTHER},
            {"Condition": {"StringEquals": {"aws:username": "ops"}}},
            {f"arn:aws:iam::{OTHER}:root": ("account", "conditional")},
        ),
        (
            {"AWS": OTHER},
            {"Condition": {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OTHER}:role/ci-*"}}},
            {f"arn:aws:iam::{OTHER}:root": ("account", "conditional")},
        ),
        (  # who is in a path has a name behind it
            {"AWS": OTHER},
            {"Condition": {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OTHER}:role/admins/*"}}},
            {f"arn:aws:iam::{OTHER}:root": ("account", "conditional")},
        ),
        ({"Service": "alexa-appkit.amazon.com"}, {}, {"alexa-appkit.amazon.com": ("service", "allowed")}),
    ],
)
def test_whom_a_bucket_policy_lets_in_from_outside(
    tmp_path: Path, principal: object, more: dict[str, object], expected: dict[str, tuple[str, str]]
) -> None:
    found = who_can(
        with_bucket(snapshot(tmp_path, RoleDetailList=[role("idle", LAMBDA)]), let(principal, **more)), READ
    )
    assert {row.arn: (row.kind, row.decision) for row in found.principals if row.outside} == expected


def test_whom_a_function_lets_in_is_not_asked_of_an_alias_that_may_have_a_policy(tmp_path: Path) -> None:
    """WC13, S27: nothing is known of the alias, and that counts for nobody more than for all others."""
    function = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:thumbs"
    by_url = {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}, "IpAddress": {"aws:SourceIp": "192.0.2.7"}}
    open_to_all = allow("lambda:InvokeFunction", function, Principal="*", Condition=by_url)
    held = Resource(function, ACCOUNT, "lambda:function", document(policy(open_to_all)), Exported.PRESENT)
    world = snapshot(tmp_path, UserDetailList=[user("ann", allow("lambda:InvokeFunction", f"{function}:*"))])
    asked = Question(actions=("lambda:InvokeFunction",), context={"aws:SourceIp": KeyValue.of("203.0.113.9")})
    found = who_can(replace(world, resources={function: held}), asked)
    assert rows(found) == {arn("user/ann"): "allowed", arn("root"): "allowed"}


def test_everybody_signs_what_nobody_is_let_do_unsigned(tmp_path: Path) -> None:
    """WC13, E68: AssumeRole must be signed, which somebody of any account can do; by the role they can read as well."""
    world = snapshot(tmp_path, RoleDetailList=[role("door", trust("*"), allow("s3:GetObject"))])
    taken = who_can(world, Question(actions=("sts:AssumeRole",), resources=(arn("role/door"),)))
    assert rows(taken)["*"] == "conditional"
    read = who_can(world, replace(READ, via=1))
    assert [row.via for row in read.principals if row.arn == "*"] == [(arn("role/door"),)]


def test_l36_a_resource_that_aws_lists_for_no_action_is_asked_as_it_stands(tmp_path: Path) -> None:
    world = snapshot(tmp_path, UserDetailList=[user("ann", allow("iam:ListUsers", arn("user/team/*")))])
    for actions in (("iam:ListUsers",), ("iam:ListUser*",)):
        found = who_can(world, Question(actions=actions, resources=(arn("user/team/"),)))
        assert rows(found) == {arn("user/ann"): "allowed", arn("root"): "allowed"}


def test_one_that_its_account_lacks_is_granted_to_and_no_row(tmp_path: Path) -> None:
    found = who_can(
        with_bucket(snapshot(tmp_path, RoleDetailList=[role("idle", LAMBDA)]), let({"AWS": [arn("user/gone"), OTHER]})),
        READ,
    )
    assert found.grants.principals == (arn("user/gone"),)
    assert found.grants.accounts == (OTHER,)


def test_a_service_condition_is_listed(tmp_path: Path) -> None:
    more = {"Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}}}
    found = who_can(
        with_bucket(
            snapshot(tmp_path, RoleDetailList=[role("idle", LAMBDA)]), let({"Service": "logs.amazonaws.com"}, **more)
        ),
        READ,
    )
    row = next(row for row in found.principals if row.outside)
    assert [(one.key, one.then) for one in row.conditions if one.then == "allowed"] == [
        ("aws:SourceAccount", "allowed")
    ]


def test_what_tells_those_of_one_group_apart_is_not_shared(tmp_path: Path) -> None:
    """WC2: one document, and an ARN, a name, a tag or an id that decides."""
    told = [
        allow("s3:GetObject", Condition={"ArnLike": {"aws:PrincipalArn": arn("user/a*")}}),
        allow("s3:GetObject", f"{BUCKET}/${{aws:username}}"),
        allow("s3:GetObject", Condition={"StringEquals": {"aws:PrincipalTag/team": "red"}}),
        allow("s3:GetObject", Condition={"StringLike": {"aws:userid": "AIDADORA*"}}),
    ]
    users = [user(name, GroupList=["all"]) for name in ("ann", "ben", "q3.csv", "dora", "eve")]
    users.append(user("rob", GroupList=["all"], Tags=[{"Key": "team", "Value": "red"}]))
    world = snapshot(tmp_path, UserDetailList=users, GroupDetailList=[group("all", *told)])
    found = {name.rpartition("/")[2] for name in rows(who_can(world, READ)) if "user/" in name}
    assert found == {"ann", "q3.csv", "rob", "dora"}


def test_what_is_compared_with_a_tag_of_ones_own_is_told_of_each(tmp_path: Path) -> None:
    """WC2: one statement is open for all of a group, and turns on another value for each."""
    teams = {"ann": "red", "ben": "blue", "cleo": "green"}
    same = allow("ec2:StopInstances", Condition={"StringEquals": {"ec2:ResourceTag/team": "${aws:PrincipalTag/team}"}})
    users = [user(one, GroupList=["all"], Tags=[{"Key": "team", "Value": team}]) for one, team in teams.items()]
    world = snapshot(tmp_path, UserDetailList=users, GroupDetailList=[group("all", same)])
    instance = f"arn:aws:ec2:eu-central-1:{ACCOUNT}:instance/i-1"
    found = who_can(world, Question(actions=("ec2:StopInstances",), resources=(instance,)))
    told = {
        row.arn: {one.when for one in row.conditions if one.then == "allowed"}
        for row in found.principals
        if row.kind == "user"
    }
    assert told == {arn(f"user/{one}"): {team} for one, team in teams.items()}


def test_a_boundary_of_ones_own_is_not_shared(tmp_path: Path) -> None:
    wide, narrow = managed("wide", allow("s3:*")), managed("narrow", allow("sqs:*"))
    users = [
        user(name, GroupList=["all"], PermissionsBoundary={"PermissionsBoundaryArn": one["Arn"]})
        for name, one in (("ann", wide), ("ben", narrow))
    ]
    world = snapshot(
        tmp_path,
        UserDetailList=[*users, user("cleo", GroupList=["all"])],
        GroupDetailList=[group("all", allow("s3:*"))],
        Policies=[wide, narrow],
    )
    found = who_can(world, READ)
    assert [row.arn for row in found.principals if row.kind == "user"] == [arn("user/ann"), arn("user/cleo")]
    assert found.denied == {"permissions_boundary": 1}


def test_roles_for_guests_of_cognito_are_asked_apart(tmp_path: Path) -> None:
    guests = trust({"Federated": "cognito-identity.amazonaws.com"}, "sts:AssumeRoleWithWebIdentity")
    ec2 = Question(actions=("ec2:DescribeInstances",))
    world = snapshot(
        tmp_path, RoleDetailList=[role("guest", guests, allow("ec2:*")), role("worker", LAMBDA, allow("ec2:*"))]
    )
    assert rows(who_can(world, ec2)) == {
        arn("role/guest"): "conditional",
        arn("role/worker"): "allowed",
        arn("root"): "allowed",
    }


def test_several_actions_are_listed_with_their_labels(tmp_path: Path) -> None:
    """WC16: a row has the best of its labels."""
    office = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    world = snapshot(
        tmp_path,
        UserDetailList=[
            user("ann", allow("s3:GetObject"), allow("s3:PutObject", Condition=office)),
            user("ben", allow("s3:GetObject")),
            user("cleo"),
        ],
    )
    found = who_can(world, replace(READ, actions=("s3:GetObject", "s3:PutObject")))
    assert {
        row.arn: [(one.action, one.decision) for one in row.actions or ()]
        for row in found.principals
        if row.kind == "user"
    } == {
        arn("user/ann"): [("s3:GetObject", "allowed"), ("s3:PutObject", "conditional")],
        arn("user/ben"): [("s3:GetObject", "allowed")],
    }
    assert (found.any, found.every) == (2, 1)
    assert found.denied == {"none": 1}


def test_the_denied_are_counted_by_layer_and_shown_with_the_statement(tmp_path: Path) -> None:
    no = {"Sid": "No", "Effect": "Deny", "Action": "s3:*", "Resource": "*"}
    world = snapshot(tmp_path, UserDetailList=[user("ann", allow("s3:*"), no), user("ben")])
    found = who_can(world, replace(READ, show_denied=True))
    assert found.denied == {"identity": 1, "none": 1}
    assert {row.arn: (row.decided_by, row.statement) for row in found.principals if row.kind == "user"} == {
        arn("user/ann"): ("identity", "ann-inline#No"),
        arn("user/ben"): ("none", None),
    }


def test_others_than_expected_are_named_but_not_root(tmp_path: Path) -> None:
    """WC20: outsiders count, conditionally too."""
    world = snapshot(tmp_path, UserDetailList=[user("ann", allow("s3:*")), user("ben", allow("s3:*"))])
    found = who_can(with_bucket(world, let({"AWS": OTHER})), replace(READ, only=(arn("user/a*"),)))
    assert found.others == (arn("user/ben"), f"arn:aws:iam::{OTHER}:root")


@pytest.mark.parametrize("action", ["s3:GetObjekt", "s3:Nothing*", "nothing:*", "GetObject"])
def test_an_action_that_does_not_exist_is_refused(tmp_path: Path, action: str) -> None:
    with pytest.raises(QuestionError, match="expected"):
        who_can(snapshot(tmp_path, RoleDetailList=[role("idle", LAMBDA)]), Question(actions=(action,)))


def test_what_was_not_exported_is_listed_once_and_marks_the_rows_that_rest_on_it(tmp_path: Path) -> None:
    """WC4."""
    lost = [{"PolicyName": "lost", "PolicyArn": "arn:aws:iam::aws:policy/Lost"}]
    people = [user(name, AttachedManagedPolicies=lost, UserPolicyList=[]) for name in ("ann", "ben")]
    world = snapshot(tmp_path, UserDetailList=[*people, user("cleo", allow("s3:GetObject"))])
    found = who_can(world, Question(actions=("s3:GetObject",), resources=(f"{BUCKET}/x",)))
    assert rows(found)[arn("user/ann")] == rows(found)[arn("user/ben")] == "conditional"
    told = {row.arn: row.unknown_data for row in found.principals if row.kind == "user"}
    assert all("Lost" in text for name in ("ann", "ben") for text in told[arn(f"user/{name}")])
    assert told[arn("user/ann")]
    assert told[arn("user/cleo")] == ()
    assert rows(found)[arn("user/cleo")] == "allowed"
    assert len(set(found.leans_on)) == len(found.leans_on)
    assert any("SCPs" in text for text in found.leans_on)
