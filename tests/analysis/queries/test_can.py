"""What a principal can do, against `decide` on samples of actions and resources (WP1-WP7)."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from dataclasses import replace
from functools import reduce
from operator import or_
from pathlib import Path
from random import Random
from types import MappingProxyType
from weakref import ref

import pytest

from iamtui import catalog
from iamtui.analysis.queries.actions.reached import spoken_of
from iamtui.analysis.queries.actions.shapes import spans
from iamtui.analysis.queries.everybody.questions import QuestionError
from iamtui.analysis.queries.index.action_sets import names_in, of_service
from iamtui.analysis.queries.one_principal.action_reaches import OfClass
from iamtui.analysis.queries.one_principal.can import ALONE, AskedOfOne, CanQuestion, asked_of_one, can
from iamtui.analysis.queries.one_principal.can_details import taken_away
from iamtui.analysis.queries.one_principal.can_results import ActionReach, Can, TakenAway
from iamtui.analysis.queries.one_principal.ground import Ground
from iamtui.evaluation.decide import decide
from iamtui.evaluation.request.request import Request
from iamtui.policy.document import statements_written
from iamtui.policy.elements import ResourceElement
from iamtui.snapshot.model import Exported, Resource, Snapshot
from tests.analysis.queries.test_asked_again import counted
from tests.analysis.queries.test_resource_sets import some_resources
from tests.analysis.queries.test_who_can import AT, label
from tests.analysis.queries.worlds import World, random_world
from tests.evaluation.building import ACCOUNT, allow, arn, deny, document, managed, policy, role, snapshot, trust, user

LAMBDA = trust({"Service": "lambda.amazonaws.com"})
FILE_SYSTEM = f"arn:aws:elasticfilesystem:eu-west-1:{ACCOUNT}:file-system/fs-0a1b2c3d"


def reached(found: Can) -> dict[str, ActionReach]:
    """What is reached, by action."""
    return {one.action: one for actions in found.services.values() for one in actions}


def disagreement(world: World, rng: Random) -> str | None:
    """What is said otherwise than `decide` does of some action on some resource."""
    service = world.request.action.partition(":")[0]
    request = replace(world.request, at=AT, resource_account=None)
    principals = [user_ for one in world.snapshot.accounts.values() for user_ in (*(one.users or {}).values(),)]
    principal = rng.choice(principals).arn
    question = CanQuestion(
        principal=principal, services=(service,), context=request.context, unstated=request.unstated, at=AT
    )
    found = reached(can(world.snapshot, question))
    for action in [*rng.sample(catalog.matching(f"{service}:*"), 6), world.request.action]:
        told = found.get(action)
        if told is not None and told.examples.allowed is not None:
            asked = replace(request, principal=principal, action=action, resource=told.examples.allowed)
            got = label(decide(world.snapshot, asked))
            if got != ("conditional" if told.extent == "conditional" else "allowed"):
                return f"{principal} {action} on {told.examples.allowed}: {got}, and {told.extent} is said"
        described = catalog.action(action)
        for resource in (each for _ in range(4) for each in some_resources(rng, service)):
            if described is None or not catalog.fits(described, resource):
                continue
            got = label(decide(world.snapshot, replace(request, principal=principal, action=action, resource=resource)))
            own = resource.split(":")[4] in ("", principal.split(":")[4])
            if not _is_told(got, told, own=own):
                return f"{principal} {action} on {resource}: {got}, and {told and told.extent} is said"
    return None


def _is_told(got: str, told: ActionReach | None, *, own: bool) -> bool:
    if told is None:
        return got == "denied"
    if told.extent == "everywhere" and own:
        return got == "allowed"
    return told.extent != "conditional" or got != "allowed"


def check(seed: int, count: int) -> None:
    """Compare on so many random worlds whose action takes resources."""
    done = 0
    for number in range(seed, seed + 100 * count):
        rng = Random(number)  # noqa: S311 - test data, not secrets
        world = random_world(rng)
        if world.request.action in ("s3:GetObject", "sqs:SendMessage", "kms:Decrypt", "sts:AssumeRole"):
            problem = disagreement(world, rng)
            assert problem is None, f"world {number}: {problem}"
            done += 1
        if done == count:
            return


def test_what_one_can_is_what_decide_says() -> None:
    check(20_261_129, 8)


def asked_in_turn(seed: int, count: int) -> None:
    """What is kept for others changes no answer: all users of a world are asked on one ground, and each on its own."""
    for number in range(seed, seed + count):
        rng = Random(number)  # noqa: S311 - test data, not secrets
        world = random_world(rng).snapshot
        ground = Ground(world)
        users = [one for account in world.accounts.values() for one in (account.users or {}).values()]
        for one in rng.sample(users, 5):
            services = ("s3", "sqs", "kms", "sts", "iam", "sns")
            question = CanQuestion(principal=one.arn, services=services, at=AT)
            assert can(world, question, ground=ground) == can(world, question, ground=Ground(world)), (number, one.arn)


def test_what_is_kept_for_others_changes_no_answer() -> None:
    asked_in_turn(20_261_130, 3)


@pytest.mark.fuzz
@pytest.mark.parametrize("seed", range(9_300_000, 9_400_000, 10_000))
def test_what_is_kept_for_others_changes_no_answer_at_length(seed: int) -> None:
    asked_in_turn(seed, 20)


def told_by_a_deny(world: Snapshot, principal: str) -> int:
    """Of how many kinds of actions a Deny on all resources decides, each held against all that is asked about."""
    reach = asked_of_one(world, CanQuestion(principal=principal, at=AT)).reach
    told = 0
    for alike in reach.groups(reduce(or_, map(of_service, ("iam", "kms", "s3", "sqs", "sts")))):
        found = reach.taken_from(alike)
        if found is not None:
            own, others = reach.cells(alike)
            assert {cell.answer.label for cell in (*own, *others)} <= {"denied"}, (principal, alike.actions[0])
            by = found.by and TakenAway(alike.actions[0], "identity", found.by.reference)
            assert by == taken_away(alike.actions[0], own), (principal, alike.actions[0])
            told += 1
    return told


def test_a_deny_on_all_takes_away_what_asking_about_each_resource_tells(tmp_path: Path) -> None:
    """WP3: what Allows on some resources grant is found without asking about all; what they may not, is asked."""
    mine, abroad = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs", "arn:aws:sqs:eu-west-1:999999999999:jobs"
    office = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    here = {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}
    allows = (
        allow("sqs:SendMessage", mine),
        allow("sqs:PurgeQueue", abroad),
        allow("sqs:DeleteQueue", mine, Condition=office),
        allow("sqs:GetQueueUrl", f"arn:aws:sqs:*:{ACCOUNT}:jobs", Condition=here),
        allow("iam:GetRole", f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/*"),
        allow("iam:GetUser", f"arn:aws:iam::{ACCOUNT}:user/${{aws:username}}"),
        allow("kms:Decrypt", f"arn:aws:kms:eu-west-1:{ACCOUNT}:alias/a"),
    )
    none = {**deny("*", Condition={"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}), "Sid": "None"}
    world = snapshot(tmp_path, UserDetailList=[user("ann", *allows, none)], RoleDetailList=[role("app", LAMBDA)])
    assert told_by_a_deny(world, arn("user/ann")) > 5
    found = can(world, CanQuestion(principal=arn("user/ann"), at=AT))
    assert [(one.action, one.statement) for one in found.taken_away] == [
        (action, "ann-inline#None") for action in ("iam:GetRole", "iam:GetUser", "sqs:GetQueueUrl", "sqs:SendMessage")
    ]


@pytest.mark.fuzz
@pytest.mark.parametrize("seed", range(9_500_000, 9_600_000, 10_000))
def test_a_deny_on_all_takes_away_what_asking_about_each_resource_tells_at_length(seed: int) -> None:
    told = 0
    for number in range(seed, seed + 20):
        world = random_world(Random(number)).snapshot  # noqa: S311 - test data, not secrets
        for account in world.accounts.values():
            told += sum(told_by_a_deny(world, one.arn) for one in list((account.users or {}).values())[:3])
    assert told


LOCKED = (
    (allow("*"), deny("*", Condition={"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-west-2"]}})),
    (
        allow("*", Condition={"StringEquals": {"aws:RequestedRegion": "us-east-1"}}),
        allow("*", Condition={"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}),
    ),
)
"""What may do all in some Regions alone: labels differ by place."""


def test_who_may_do_all_in_some_regions_is_asked_about_a_few_actions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One stands for all of its class where resources of all are in the same places; where not, each is asked."""
    world, question = (
        snapshot(tmp_path, UserDetailList=[user("ann", *LOCKED[0])]),
        CanQuestion(principal=arn("user/ann"), at=AT),
    )
    calls = counted(monkeypatch, AskedOfOne, "_reached")
    found = can(world, question)
    assert len(calls) < 1_000
    assert sum(map(len, found.services.values())) > 15_000
    monkeypatch.setattr(OfClass, "covers", lambda *_: False)
    assert found == can(world, question)
    assert len(calls) > 4_000


@pytest.mark.parametrize(
    "statements",
    (
        (allow("*"), deny("ec2:*", Condition={"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}})),
        ({"Effect": "Allow", "NotAction": "iam:*", "Resource": f"arn:aws:dynamodb:*:{ACCOUNT}:table/t"},),
        ({"Effect": "Allow", "NotAction": "sqs:*", "Resource": "*"}, deny("sns:*")),
        *LOCKED,
    ),
)
def test_what_is_told_of_a_class_is_what_is_told_of_each_service(
    tmp_path: Path, statements: tuple[object, ...]
) -> None:
    """Of many actions one stands for all of its class: of few none does, and the same is said (WP1)."""
    narrow = managed("narrow", allow("s*:*"))
    bound = {"PermissionsBoundary": {"PermissionsBoundaryArn": narrow["Arn"]}}
    world = snapshot(
        tmp_path, UserDetailList=[user("ann", *statements), user("bob", *statements, **bound)], Policies=[narrow]
    )
    ground = Ground(world)
    for name in ("user/ann", "user/bob"):
        question = CanQuestion(principal=arn(name), at=AT)
        whole = can(world, question, ground=ground)
        for service in ("acm-pca", "comprehend", "dynamodb", "ec2", "sns", "sqs", "states", "waf-regional", "wafv2"):
            alone = can(world, replace(question, services=(service,)), ground=ground)
            told = {action: replace(one, ways=()) for action, one in reached(alone).items()}
            of_it = {one.action: replace(one, ways=()) for one in whole.services.get(service, ())}
            assert of_it == told
            assert [one for one in whole.taken_away if one.action.startswith(f"{service}:")] == list(alone.taken_away)
            assert set(alone.leans_on) <= set(whole.leans_on)


def test_a_statement_speaks_of_no_action_that_is_asked_about_other_resources_alone() -> None:
    """What is not spoken of is left out before anything is asked, so it must be what no pattern can reach."""
    texts = ("arn:aws:s3:::b/*", "arn:aws:dynamodb:*:*:table/x", "arn:*:ec2:*:*:*", "arn:aws:s*:::b", "s3:*", "*:x/*")
    variables = ("arn:aws:iam::*:user/${aws:username}", "arn:aws:${aws:username}:::b")
    for text in (*texts, *variables):
        (statement,) = statements_written(document(policy(allow("*", text))))
        spoken = set(names_in(spoken_of(statement)))
        for action in Random(text).sample(catalog.matching("*"), 400):  # noqa: S311 - test data
            plain = ResourceElement((text.replace("${aws:username}", "*"),), negated=False, variables=False)
            assert action in spoken or spans(plain, action) is False, (text, action)


@pytest.mark.fuzz
@pytest.mark.parametrize("seed", range(7_000_000, 8_000_000, 100_000))
def test_what_one_can_is_what_decide_says_at_length(seed: int) -> None:
    check(seed, 40)


def test_everywhere_somewhere_and_under_conditions(tmp_path: Path) -> None:
    office = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    world = snapshot(
        tmp_path,
        UserDetailList=[
            user(
                "ann",
                allow("sqs:SendMessage"),
                allow("sqs:ReceiveMessage", f"arn:aws:sqs:*:{ACCOUNT}:jobs-*"),
                allow("sqs:PurgeQueue", Condition=office),
                deny("sqs:SendMessage", f"arn:aws:sqs:*:{ACCOUNT}:secret"),
            )
        ],
    )
    found = reached(can(world, CanQuestion(principal=arn("user/ann"), services=("sqs",))))
    assert {action: one.extent for action, one in found.items()} == {
        "sqs:SendMessage": "somewhere",
        "sqs:ReceiveMessage": "somewhere",
        "sqs:PurgeQueue": "conditional",
    }
    assert found["sqs:ReceiveMessage"].resources == (f"arn:aws:sqs:*:{ACCOUNT}:jobs-*",)
    assert (found["sqs:SendMessage"].examples.denied or "").endswith(":secret")
    assert {one.key for one in found["sqs:PurgeQueue"].conditions} == {"aws:SourceIp"}
    assert found["sqs:ReceiveMessage"].level == "Read"


def test_a_deny_that_reaches_over_a_colon_is_heard(tmp_path: Path) -> None:
    """L30: the `*` in the place of the account takes the type of the resource, too."""
    denied = deny("logs:DeleteLogGroup", "arn:aws:logs:us-east-1:*:audit")
    world = snapshot(tmp_path, UserDetailList=[user("ann", allow("logs:*"), denied)])
    found = reached(can(world, CanQuestion(principal=arn("user/ann"), services=("logs",))))
    assert found["logs:DeleteLogGroup"].extent == "somewhere"
    assert (found["logs:DeleteLogGroup"].examples.denied or "").endswith(":audit")
    assert found["logs:PutRetentionPolicy"].extent == "everywhere"


def test_what_a_policy_of_default_speaks_of_is_told_from_the_rest_of_its_service(tmp_path: Path) -> None:
    """S26: whom nothing else allows may mount a file system without policy, and not back it up."""
    found = of_file_systems(
        tmp_path, allow("elasticfilesystem:*", Condition={"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}})
    )
    assert found["elasticfilesystem:ClientMount"].extent == "somewhere"
    assert found["elasticfilesystem:Backup"].extent == "conditional"


def test_s26_who_is_allowed_itself_mounts_file_systems_whose_policies_were_not_exported(tmp_path: Path) -> None:
    found = of_file_systems(tmp_path, allow())
    assert {found["elasticfilesystem:ClientMount"].extent, found["elasticfilesystem:Backup"].extent} == {"everywhere"}


def of_file_systems(tmp_path: Path, statement: dict[str, object]) -> Mapping[str, ActionReach]:
    """What a user can do with a file system without policy, and with others."""
    world = snapshot(tmp_path, UserDetailList=[user("ann", statement)])
    held = Resource(FILE_SYSTEM, ACCOUNT, "elasticfilesystem:file-system", None, Exported.NONE)
    world = replace(world, resources=MappingProxyType({FILE_SYSTEM: held}))
    return reached(can(world, CanQuestion(principal=arn("user/ann"), services=("elasticfilesystem",))))


def test_a_type_of_any_service_or_of_no_account_is_reached(tmp_path: Path) -> None:
    """WC18: AWS's list says `${Vendor}` of recovery points, and of devices `*` where their ARNs have nothing.

    A pattern of queues means no recovery point, though AWS's template takes `queue:name`.
    """
    queues = allow("backup:*", f"arn:aws:sqs:eu-west-1:{ACCOUNT}:settlement-*")
    points = allow("backup:StartRestoreJob", f"arn:aws:backup:eu-west-1:{ACCOUNT}:recovery-point:*")
    alice = user("alice", points, queues, allow("braket:GetDevice", "arn:aws:braket:::device/qpu/*"))
    world = snapshot(tmp_path, UserDetailList=[alice])
    found = reached(can(world, CanQuestion(principal=arn("user/alice"), services=("backup", "braket"), at=AT)))
    assert {action: one.examples.allowed for action, one in found.items()} == {
        "backup:StartRestoreJob": f"arn:aws:backup:eu-west-1:{ACCOUNT}:recovery-point:x",
        "braket:GetDevice": "arn:aws:braket:::device/qpu/x/x",
    }


@pytest.mark.parametrize(
    "action", ("CreatePlacementGroup", "AttachResourcesToPlacementGroup", "CopyVolumes", "InjectVolumeIOLatency")
)
def test_e71_a_key_listed_with_the_action_is_no_key_listed_for_the_type_alone(tmp_path: Path, action: str) -> None:
    """Of actions on the same type some send the tags of the request, and others do not."""
    held = snapshot(
        tmp_path,
        UserDetailList=[user("ann", allow("ec2:*", Condition={"StringEquals": {"aws:RequestTag/team": "red"}}))],
    )
    question = CanQuestion(principal=arn("user/ann"), services=("ec2",), at=AT)
    kind = catalog.action(f"ec2:{action}").resource_types[0].name  # type: ignore[union-attr]
    request = Request(
        arn("user/ann"), f"ec2:{action}", f"arn:aws:ec2:eu-west-1:{ACCOUNT}:{kind}/x", unstated=question.unstated, at=AT
    )
    told = reached(can(held, question)).get(f"ec2:{action}")
    assert ("denied" if told is None else told.extent) == label(decide(held, request))


def test_what_was_asked_is_freed_as_soon_as_nobody_holds_it(tmp_path: Path) -> None:
    """Facts of everybody are written with little memory: nothing of one principal dies in circles."""
    world = snapshot(tmp_path, UserDetailList=[user("alice", allow("s3:Get*"))])
    asked = asked_of_one(world, CanQuestion(principal=arn("user/alice"), services=("s3",), at=AT))
    assert asked.answer(None).services
    reach = ref(asked.reach)
    gc.disable()
    try:
        del asked
        assert reach() is None
    finally:
        gc.enable()


def test_what_boundary_and_deny_take_away_is_told_with_the_statement(tmp_path: Path) -> None:
    narrow, abroad = managed("narrow", allow("sqs:*")), {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}
    world = snapshot(
        tmp_path,
        UserDetailList=[
            user(
                "ann",
                allow("sqs:SendMessage"),
                allow("sns:Publish"),
                {**deny("sqs:SendMessage", Condition=abroad), "Sid": "NoneAbroad"},
                {**deny("sqs:SendMessage"), "Sid": "No"},
                PermissionsBoundary={"PermissionsBoundaryArn": narrow["Arn"]},
            )
        ],
        Policies=[narrow],
    )
    found = can(world, CanQuestion(principal=arn("user/ann"), services=("sqs", "sns")))
    assert found.taken_away == (
        TakenAway("sns:Publish", "permissions_boundary", None),
        TakenAway("sqs:SendMessage", "identity", "ann-inline#No"),
    )
    assert found.services == {}


@pytest.mark.parametrize("on", ["*", f"arn:aws:iam::{ACCOUNT}:role/*"])
def test_what_a_deny_takes_away_is_told_beside_what_aws_keeps_from_all(tmp_path: Path, on: str) -> None:
    """WP3: a role that only AWS changes is no reason to say that nothing allows it."""
    made_by_aws = "aws-service-role/x.amazonaws.com/AWSServiceRoleForX"
    kept = {"Path": "/aws-service-role/x.amazonaws.com/", "Arn": arn(f"role/{made_by_aws}")}
    world = snapshot(
        tmp_path,
        UserDetailList=[user("ann", allow(), {**deny("iam:*", on), "Sid": "No"})],
        RoleDetailList=[role("AWSServiceRoleForX", LAMBDA, **kept), role("own", LAMBDA)],
    )
    found = can(world, CanQuestion(principal=arn("user/ann"), services=("iam",)))
    away = {one.action: one for one in found.taken_away}
    for action in ("iam:AttachRolePolicy", "iam:CreateRole", "iam:DeleteRole"):
        assert away[action] == TakenAway(action, "identity", "ann-inline#No")


def test_actions_asked_together_are_told_as_each_alone(tmp_path: Path) -> None:
    """What is told of a class of actions (WP1) names the resources and the missing policies of each."""
    narrow, abroad = managed("narrow", allow("s*:*")), {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}
    bound = {"PermissionsBoundary": {"PermissionsBoundaryArn": narrow["Arn"]}}
    world = snapshot(
        tmp_path,
        UserDetailList=[
            user("ann", allow("*"), deny("ec2:*", Condition=abroad), **bound),
            user("bob", allow("*", Condition={"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}})),
        ],
        Policies=[narrow],
    )
    actions = (
        *("aps:CreateScraper", "aps:DeleteWorkspace", "dynamodb:GetItem", "ec2:StartInstances", "ec2:StopInstances"),
        *(
            "sns:Publish",
            "sqs:SendMessage",
            "states:StartExecution",
            "wafv2:AssociateWebACL",
            "wafv2:DisassociateWebACL",
        ),
    )
    for name in ("user/ann", "user/bob", "root"):
        question = CanQuestion(principal=arn(name), actions=actions, at=AT)
        together, ground = can(world, question), Ground(world)
        alone = [can(world, replace(question, actions=(one,)), ground=ground) for one in actions]
        assert set(together.taken_away) == {one for found in alone for one in found.taken_away}
        assert set(together.leans_on) == {one for found in alone for one in found.leans_on}
        told = {action: replace(one, ways=()) for found in alone for action, one in reached(found).items()}
        assert {action: replace(one, ways=()) for action, one in reached(together).items()} == told


def test_a_group_is_asked_for_what_it_gives_alone(tmp_path: Path) -> None:
    inline = [{"PolicyName": "g", "PolicyDocument": policy(allow("sqs:SendMessage"))}]
    group = {"Path": "/", "GroupName": "devs", "GroupId": "AGPAD", "Arn": arn("group/devs"), "GroupPolicyList": inline}
    world = snapshot(tmp_path, GroupDetailList=[{**group, "AttachedManagedPolicies": []}])
    found = can(world, CanQuestion(principal=arn("group/devs"), services=("sqs",)))
    assert list(reached(found)) == ["sqs:SendMessage"]
    assert ALONE in found.leans_on


def test_the_question_turned_round_asks_about_one_resource(tmp_path: Path) -> None:
    world = snapshot(tmp_path, RoleDetailList=[role("app", LAMBDA, allow("s3:*", "arn:aws:s3:::a/*"))])
    question = CanQuestion(principal=arn("role/app"), resource="arn:aws:s3:::a/x", actions=("s3:*Object",))
    found = reached(can(world, question))
    assert "s3:GetObject" in found
    assert "s3:ListBucket" not in found


@pytest.mark.parametrize(
    ("services", "actions"), [(("nothing",), ()), ((), ("s3:Nothing*",)), (("s3",), ("iam:Get*",))]
)
def test_what_does_not_exist_is_refused(tmp_path: Path, services: tuple[str, ...], actions: tuple[str, ...]) -> None:
    world = snapshot(tmp_path, RoleDetailList=[role("app", LAMBDA)])
    with pytest.raises(QuestionError, match="nothing is asked"):
        can(world, CanQuestion(principal=arn("role/app"), services=services, actions=actions))
