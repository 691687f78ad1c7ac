"""The access matrix and its facts (AM1, AM3)."""

from __future__ import annotations

import gc
import json
from dataclasses import replace
from pathlib import Path
from random import Random
from types import MappingProxyType

import pytest

from iamtui.analysis.queries.access_matrix.askers import Asker
from iamtui.analysis.queries.access_matrix.composed_labels import ComposedLabels
from iamtui.analysis.queries.access_matrix.matrix import Fact, MatrixQuestion, facts, matrix
from iamtui.analysis.queries.everybody.questions import QuestionError
from iamtui.analysis.queries.index.action_sets import of_names
from iamtui.analysis.queries.index.holders import Holders
from iamtui.analysis.queries.one_principal.can import CanQuestion, can
from iamtui.analysis.queries.one_principal.can_results import Can
from iamtui.analysis.queries.one_principal.ground import ground_of
from iamtui.analysis.queries.one_principal.letters import letters as letters_of
from iamtui.evaluation.decide import settle_question
from iamtui.evaluation.request.request import Request
from iamtui.policy.document import Document
from iamtui.snapshot.model import Exported, Organization, OrganizationPolicy, OrganizationTarget, Resource, Snapshot
from tests.analysis.queries.test_who_can import AT
from tests.analysis.queries.worlds import random_world
from tests.evaluation.building import ACCOUNT, allow, arn, deny, managed, role, snapshot, trust, user
from tests.work import calls_of

LAMBDA = trust({"Service": "lambda.amazonaws.com"})
OFFICE = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}


@pytest.fixture
def world(tmp_path: Path) -> Snapshot:
    """Users who can as much as their names say, of SNS."""
    narrow = managed("narrow", allow("sns:Get*"))
    attached, boundary = {"PolicyArn": narrow["Arn"]}, {"PermissionsBoundaryArn": narrow["Arn"]}
    return snapshot(
        tmp_path,
        UserDetailList=[
            user("lists", allow("sns:ListTopics")),
            user("reads", allow("sns:GetTopicAttributes", f"arn:aws:sns:*:{ACCOUNT}:t")),
            user("writes-at-work", allow("sns:Publish", Condition=OFFICE), allow("sns:ListTopics")),
            user("permits", allow("sns:AddPermission")),
            user("all", allow("sns:*"), Tags=[{"Key": "team", "Value": "red"}]),
            user("bounded", allow("sns:*"), PermissionsBoundary=boundary),
            user("bounded-by-what-it-has", AttachedManagedPolicies=[attached], PermissionsBoundary=boundary),
            user("none", Tags=[{"Key": "team", "Value": "red"}]),
        ],
        Policies=[narrow],
    )


def letters(world: Snapshot, **more: object) -> dict[str, str]:
    """The letter of each row for SNS."""
    question = MatrixQuestion(services=("sns",), **more)  # type: ignore[arg-type]
    rows = matrix(world, question).rows
    return {row.principal.rpartition("/")[2]: row.cells.get("sns", "·") for row in rows if row.kind != "root"}


def test_nobody_who_was_asked_about_dies_in_circles(world: Snapshot) -> None:
    """The collector waits meanwhile, and what it then takes out of its sight would stay for ever."""
    everybody = Holders(world).all
    gc.disable()
    try:
        with ground_of(world) as ground:
            labels = ComposedLabels(ground, world, Request("", "", at=AT), of_names(("sns:Publish", "iam:ListUsers")))
            for holder in everybody:
                labels.of(holder)
            left = [one for one in gc.get_objects() if isinstance(one, Asker) and one.holder in everybody]
    finally:
        gc.enable()
    assert not left


def test_a_cell_is_the_highest_level_that_is_allowed_somewhere(world: Snapshot) -> None:
    assert letters(world) == {
        "lists": "L",
        "reads": "R",
        "writes-at-work": "w",
        "permits": "P",
        "all": "*",
        "bounded": "R",
        "bounded-by-what-it-has": "R",
        "none": "·",
    }


def test_actions_that_are_alike_count_each_with_its_own_level(tmp_path: Path) -> None:
    both = {**allow("sns:Publish"), "Action": ["sns:GetTopicAttributes", "sns:Publish"]}
    assert letters(snapshot(tmp_path, UserDetailList=[user("ann", both)])) == {"ann": "W"}


def test_teams_have_the_highest_of_their_members(world: Snapshot) -> None:
    assert letters(world, by="tag:team") == {"red": "*"}


def test_principals_are_chosen_by_name(world: Snapshot) -> None:
    assert letters(world, principals=("re*",)) == {"reads": "R"}


@pytest.mark.parametrize(
    "more", [{"services": ("nothing",)}, {"principals": ("nobody",)}, {"by": "colour"}, {"by": "group"}]
)
def test_what_cannot_be_asked_is_refused(world: Snapshot, more: dict[str, object]) -> None:
    with pytest.raises(QuestionError):
        matrix(world, MatrixQuestion(**more))  # type: ignore[arg-type]


def test_each_level_of_an_organization_must_allow(tmp_path: Path) -> None:
    full, few = (Document(json.dumps({"Statement": allow(action)}).encode()) for action in ("*", "sns:*"))
    policies = {key: OrganizationPolicy(key, key, key, "SCP", one) for key, one in (("full", full), ("few", few))}
    root = OrganizationTarget("r-1", "r-1", "ROOT", None, ("full",), ())
    account = OrganizationTarget(ACCOUNT, ACCOUNT, "ACCOUNT", "r-1", ("few",), ())
    organization = Organization("o-1", None, "r-1", {"r-1": root, ACCOUNT: account}, policies)
    world = replace(snapshot(tmp_path, UserDetailList=[user("all", allow())]), organizations={"o-1": organization})
    question = MatrixQuestion(principals=("all",), services=("batch", "sns", "sqs"))
    assert [row.cells for row in matrix(world, question).rows] == [{"sns": "*"}]


def test_s26_who_mounts_a_file_system_by_its_policy_of_default_is_not_told_as_who_backs_it_up(tmp_path: Path) -> None:
    held = f"arn:aws:elasticfilesystem:eu-west-1:{ACCOUNT}:file-system/fs-0a1b2c3d"
    without_policy = Resource(held, ACCOUNT, "elasticfilesystem:file-system", None, Exported.NONE)
    world = snapshot(tmp_path, UserDetailList=[user("ann", allow("s3:*"))])
    world = replace(world, resources=MappingProxyType({held: without_policy}))
    rows = matrix(world, MatrixQuestion(services=("elasticfilesystem",), principals=("ann",))).rows
    assert [row.cells for row in rows] == [{"elasticfilesystem": "W"}]


def test_a_fact_is_one_action_of_one_principal(tmp_path: Path) -> None:
    statements = [allow("sns:Publish", Condition=OFFICE), allow("sns:ListTopics")]
    world = snapshot(tmp_path, RoleDetailList=[role("app", LAMBDA, *statements)])
    found = list(facts(world, MatrixQuestion(principals=("app",), services=("sns",))))
    assert found == [
        Fact(ACCOUNT, arn("role/app"), "sns:ListTopics", "allowed", "everywhere", "inline app-inline#1"),
        Fact(ACCOUNT, arn("role/app"), "sns:Publish", "conditional", "", "inline app-inline#0"),
    ]


def labels_of(found: Can) -> tuple[int, int]:
    """What one may do, and what under conditions only, as sets."""
    reached = [one for each in found.services.values() for one in each]
    allowed = of_names(one.action for one in reached if one.extent != "conditional")
    return allowed, of_names(one.action for one in reached if one.extent == "conditional")


NAMED = {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/deploy-*"}}
HOME = {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}
NO_MFA = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
OWN = "${aws:username}"
STATEMENTS = (
    allow("sqs:*", f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs"),
    allow("sqs:*", f"arn:aws:sqs:us-east-1:{ACCOUNT}:jobs-*"),
    allow("sqs:*", "arn:aws:sqs:*:999999999999:jobs"),
    allow("sqs:SendMessage", f"arn:aws:sqs:*:{ACCOUNT}:{OWN}-jobs"),
    allow("ssm:*", f"arn:aws:ssm:*:{ACCOUNT}:session/{OWN}-*"),
    allow("ssm:*", f"arn:aws:ssm:eu-west-1:{ACCOUNT}:session/{OWN}-*"),
    allow("ssm:*", f"arn:aws:ssm:eu-west-1:{ACCOUNT}:parameter/{OWN}/*", Condition=OFFICE),
    {
        **allow("ssm:*", Condition=OFFICE),
        "Resource": [f"arn:aws:ssm:us-east-1:{ACCOUNT}:parameter/p", f"arn:aws:ssm:*:{ACCOUNT}:document/{OWN}"],
    },
    allow("ssm:*", "arn:aws:ssm:*:999999999999:document/*", Condition=OFFICE),
    allow("sts:*", arn("role/target")),
    allow("sts:*", arn("role/tar*"), Condition=OFFICE),
    allow("sts:*", arn("role/nobody")),
    allow("sts:*", "arn:aws:iam::999999999999:role/x*"),
    allow("iam:*", arn("role/aws-service-role/*")),
    allow("iam:*", arn(f"user/{OWN}")),
    allow("iam:PassRole", arn("role/*"), Condition={"StringEquals": {"aws:ResourceTag/team": "red"}}),
    allow("*", "*", Condition={"StringEquals": {"aws:ResourceAccount": "999999999999"}}),
    {"Effect": "Allow", "Action": "sqs:*", "NotResource": f"arn:aws:sqs:*:{ACCOUNT}:jobs"},
    deny("*", "*", Condition=HOME),
    deny("*", "*", Condition=NO_MFA),
    deny("sqs:SendMessage", f"arn:aws:sqs:*:{ACCOUNT}:jobs"),
)


def test_what_many_share_is_what_each_can_do(tmp_path: Path) -> None:
    """Each has some of the statements, so that nearly everything that may be shared meets something that may not."""
    rng = Random(9)  # noqa: S311 - test data, not secrets
    few = [rng.sample(STATEMENTS, rng.choice((1, 1, 2, 3))) for _ in range(2 * len(STATEMENTS))]
    users = [user(name, *each) for name, each in zip(("queue", "jobs", "ann", "x-1"), few, strict=False)]
    users += [user(f"u{number}", *each) for number, each in enumerate(few[4:20])]
    roles = [role(f"{name}{number}", LAMBDA, *few[20 + number]) for number, name in enumerate(("deploy-", "run-") * 8)]
    targets = [
        role("target", trust({"AWS": "*"}, Condition=NAMED), Tags=[{"Key": "team", "Value": "red"}]),
        role("target-2", trust({"AWS": ACCOUNT}, Condition={"StringEquals": {"sts:ExternalId": "7"}})),
        role("target-3", trust({"AWS": arn("role/run-1")})),
    ]
    world = snapshot(tmp_path, UserDetailList=users, RoleDetailList=[*roles, *targets])
    stated = {"at": AT, "services": ("iam", "sns", "sqs", "ssm", "sts")}
    wrong = []
    for row in matrix(world, MatrixQuestion(**stated)).rows:  # type: ignore[arg-type]
        found = can(world, CanQuestion(principal=row.principal, **stated))  # type: ignore[arg-type]
        expected = letters_of(*labels_of(found))
        if row.cells != expected:
            wrong.append((row.principal, row.cells, expected))
    assert not wrong


def check(seeds: range) -> None:
    """Ask random worlds for everybody at once, and some alone, action by action: nothing may be shared wrongly."""
    for seed in seeds:
        rng = Random(seed)  # noqa: S311 - test data, not secrets
        world = random_world(rng)
        service = world.request.action.partition(":")[0]
        stated = {
            "context": world.request.context,
            "unstated": world.request.unstated,
            "at": AT,
            "services": (service,),
        }
        together = matrix(world.snapshot, MatrixQuestion(**stated)).rows  # type: ignore[arg-type]
        for row in rng.sample(together, min(4, len(together))):
            found = can(world.snapshot, CanQuestion(principal=row.principal, **stated))  # type: ignore[arg-type]
            assert row.cells == letters_of(*labels_of(found)), f"world {seed}: {row.principal}"


def test_a_row_is_what_each_can_do() -> None:
    check(range(20_261_129, 20_261_130))


@pytest.mark.fuzz
@pytest.mark.parametrize("seed", range(9_000_000, 9_000_100, 10))
def test_a_row_is_what_each_can_do_at_length(seed: int) -> None:
    check(range(seed, seed + 10))


def test_who_says_the_same_in_other_documents_is_asked_once(tmp_path: Path) -> None:
    def users(count: int) -> Snapshot:
        folder = tmp_path / str(count)
        folder.mkdir()
        said = [{**allow("sns:Publish", f"arn:aws:sns:*:{ACCOUNT}:t"), "Sid": f"S{number}"} for number in range(count)]
        return snapshot(folder, UserDetailList=[user(f"u{number}", one) for number, one in enumerate(said)])

    def decisions_of(held: Snapshot) -> int:
        return calls_of(lambda: matrix(held, MatrixQuestion(services=("sns",), at=AT)), of=settle_question)

    few, many = users(4), users(24)
    assert 0 < decisions_of(many) == decisions_of(few)


HOMES = "arn:aws:s3:::home/"
GUARDS: tuple[dict[str, object], ...] = (
    deny("s3:*", f"{HOMES}{OWN}"),
    deny("s3:*", f"{HOMES}${{aws:PrincipalTag/team}}"),
    {"Effect": "Deny", "Action": "s3:*", "NotResource": f"{HOMES}{OWN}"},
)


def under_an_rcp(world: Snapshot, *statements: object) -> Snapshot:
    """A world in an organization whose RCP says something beside letting everything through."""
    said = {"scp": [allow()], "rcp": [{**allow(), "Principal": "*"}, *statements]}
    policies = {
        kind: OrganizationPolicy(kind, kind, kind, name, Document(json.dumps({"Statement": said[kind]}).encode()))
        for kind, name in (("scp", "SERVICE_CONTROL_POLICY"), ("rcp", "RESOURCE_CONTROL_POLICY"))
    }
    root = OrganizationTarget("r-1", "r-1", "ROOT", None, ("scp",), ("rcp",))
    account = OrganizationTarget(ACCOUNT, ACCOUNT, "ACCOUNT", "r-1", ("scp",), ("rcp",))
    organization = Organization("o-1", None, "r-1", {"r-1": root, ACCOUNT: account}, policies)
    return replace(world, organizations={"o-1": organization})


def test_what_guards_say_to_one_is_not_said_to_others(tmp_path: Path) -> None:
    """Guards are written the same for several, and so is what each may do beside them: whom they take is not."""
    own = managed("own", allow("s3:*", f"{HOMES}{OWN}"))
    bounded = {"PermissionsBoundary": {"PermissionsBoundaryArn": own["Arn"]}}
    users = []
    for place, guard in enumerate((None, *GUARDS)):
        for number, team in enumerate(("red", "blue", "red")):
            home = "blue" if guard is GUARDS[1] else f"u{place}1"
            said = (allow("s3:GetObject", f"{HOMES}{home}"), allow("sqs:*"), *([guard] if guard else []))
            tags = {"Tags": [{"Key": "team", "Value": team}]}
            users.append(user(f"u{place}{number}", *said, **tags, **({} if guard else bounded)))
    red = {"StringEquals": {"aws:PrincipalTag/team": "red"}}
    world = under_an_rcp(
        snapshot(tmp_path, UserDetailList=users, Policies=[own]), {**deny("sqs:*", Condition=red), "Principal": "*"}
    )
    stated = {"at": AT, "services": ("s3", "sqs")}
    rows = matrix(world, MatrixQuestion(**stated)).rows  # type: ignore[arg-type]
    for row in rows:
        found = can(world, CanQuestion(principal=row.principal, **stated))  # type: ignore[arg-type]
        assert row.cells == letters_of(*labels_of(found)), row.principal
    assert len({tuple(row.cells.items()) for row in rows}) > len(GUARDS)
