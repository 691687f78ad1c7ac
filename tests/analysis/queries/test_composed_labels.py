"""What is composed for the matrix is what is decided of each (WC2, AM1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from random import Random

from iamtui.analysis.queries.access_matrix.composed_labels import ComposedLabels
from iamtui.analysis.queries.access_matrix.matrix import MatrixQuestion, matrix
from iamtui.analysis.queries.index.action_sets import names_in, of_names, of_service
from iamtui.analysis.queries.index.holders import Holders
from iamtui.analysis.queries.one_principal.can import CanQuestion, can
from iamtui.analysis.queries.one_principal.ground import ground_of
from iamtui.evaluation.decide import settle_question
from iamtui.evaluation.request.request import Request
from iamtui.snapshot.model import Snapshot
from tests.analysis.queries.test_who_can import AT
from tests.evaluation.building import ACCOUNT, allow, deny, managed, role, snapshot, trust
from tests.work import calls_of

TEAM, PASSED, TAGS, MFA_AGE = "aws:ResourceTag/team", "aws:RequestTag/team", "aws:TagKeys", "aws:MultiFactorAuthAge"
SHIFT, AGENT, REGION, ADDRESS = "aws:PrincipalTag/shift", "aws:UserAgent", "aws:RequestedRegion", "aws:SourceIp"
CONDITIONS: tuple[Mapping[str, object], ...] = (
    {"StringEquals": {TEAM: "red"}},
    {"StringNotEquals": {TEAM: "red"}},
    {"StringEquals": {TEAM: "${aws:PrincipalTag/team}"}},
    {"StringEqualsIfExists": {TEAM: "blue"}},
    {"Null": {TEAM: "true"}},
    {"Null": {TEAM: "false"}},
    {"Null": {TEAM: ["true", "false"]}, "StringEquals": {PASSED: "red"}},
    {"StringEquals": {PASSED: "red"}},
    {"StringNotEquals": {PASSED: "red"}},
    {"ForAllValues:StringEquals": {TAGS: ["team"]}},
    {"ForAnyValue:StringEquals": {TAGS: ["team"]}},
    {"ForAnyValue:StringNotEquals": {TAGS: ["team"]}},
    {"Null": {TAGS: "true"}},
    {"IpAddress": {ADDRESS: "10.0.0.0/8"}},
    {"NotIpAddress": {ADDRESS: "10.0.0.0/8"}},
    {"StringEquals": {"aws:SourceVpce": "vpce-1"}},
    {"Null": {"aws:SourceVpc": "true"}},
    {"StringEquals": {REGION: "eu-west-1"}},
    {"StringNotEquals": {REGION: "eu-west-1"}},
    {"StringLike": {SHIFT: "n*"}},
    {"StringNotLike": {SHIFT: "n*"}},
    {"StringEquals": {SHIFT: "night", TEAM: "red"}},
    {"NumericLessThan": {MFA_AGE: "60"}},
    {"NumericGreaterThan": {MFA_AGE: "30"}},
    {"StringLike": {AGENT: "a*"}},
    {"StringNotLike": {AGENT: "a*"}},
)
"""What is often true together, what never is, and of what one is always true."""


def labels_in(world: Snapshot, service: str) -> Iterator[tuple[str, tuple[int, int], tuple[int, int]]]:
    """What each role may do of a service, and what under conditions only: as it is composed, and as it is asked."""
    wanted = of_service(service)
    with ground_of(world) as ground:
        labels = ComposedLabels(ground, world, Request("", "", at=AT), wanted)
        for holder in Holders(world).all:
            if holder.kind == "role":
                allowed, conditional = labels.of(holder)
                found = can(world, CanQuestion(principal=holder.arn, services=(service,), at=AT), ground=ground)
                reached = [one for each in found.services.values() for one in each]
                certain = of_names(one.action for one in reached if one.extent != "conditional")
                yield holder.arn, (allowed, conditional), (certain, of_names(one.action for one in reached) & ~certain)


def differing(
    statements: Sequence[Sequence[Mapping[str, object]]],
    folder: Path,
    service: str = "sqs",
    boundary: Sequence[Mapping[str, object]] = (),
) -> list[object]:
    """Whose labels are composed otherwise than they are asked, of roles that hold some statements each."""
    bound = managed("bound", *boundary)
    more = {"PermissionsBoundary": {"PermissionsBoundaryArn": bound["Arn"]}} if boundary else {}
    folder.mkdir(exist_ok=True)
    roles = [
        role(
            f"r{number:02}",
            trust({"AWS": ACCOUNT}, "sts:*"),
            *each,
            Tags=[{"Key": "name", "Value": "ab"[number % 2]}],
            **more,
        )
        for number, each in enumerate(statements)
    ]
    world = snapshot(folder, RoleDetailList=roles, Policies=[bound])
    found = zip(statements, labels_in(world, service), strict=True)
    return [(held, *map(list, map(names_in, composed))) for held, (_, composed, asked) in found if composed != asked]


def test_two_conditional_allows_give_together_what_each_gives_or_what_is_asked(tmp_path: Path) -> None:
    """Those whose conditions have nothing to do with each other are not asked about together."""
    pairs = Random(3).sample(list(combinations(CONDITIONS, 2)), 60)  # noqa: S311 - test data, not secrets
    assert not differing([[allow("sqs:*", Condition=each) for each in pair] for pair in pairs], tmp_path)


def test_types_with_which_an_action_lists_a_key_are_told_from_others(tmp_path: Path) -> None:
    """E71: with PutMetricAlarm AWS lists the tags of a dataset, so a request on an alarm has none."""
    held = allow("cloudwatch:PutMetricAlarm", Condition={"StringEquals": {TEAM: "red"}})
    world = snapshot(tmp_path, RoleDetailList=[role("r", trust({"AWS": ACCOUNT}), held)])
    assert matrix(world, MatrixQuestion(services=("cloudwatch",), at=AT)).rows[0].cells == {"cloudwatch": "w"}


NAMES = (
    "*",
    "a",
    "a*",
    "b",
    "b*",
    "a:log-stream:*",
    "a:log-stream:x",
    "*:log-stream:x",
    "${aws:PrincipalTag/shift}",
    "r0",
)
LOGS = (
    *(f"arn:aws:logs:*:{ACCOUNT}:log-group:{name}" for name in NAMES),
    *(
        "*",
        "arn:aws:logs:eu-west-1:*:log-group:a",
        "arn:aws:logs:us-*:*:*",
        "arn:aws:logs:*:999999999999:*",
        "arn:aws:s3:::a",
    ),
)


def on_logs(effect: str, rng: Random) -> dict[str, object]:
    """A statement about some log groups and streams, under a condition or none."""
    element = "NotResource" if rng.random() < 0.1 else "Resource"
    more = {"Condition": rng.choice(CONDITIONS)} if rng.random() < 0.3 else {}
    action = rng.choice(("logs:*", "logs:Get*", "logs:*Stream*", "*"))
    return {"Effect": effect, "Action": action, element: rng.sample(LOGS, rng.choice((1, 1, 2, 3))), **more}


def test_what_denies_leave_of_allows_is_what_is_asked(tmp_path: Path, seed: int = 10) -> None:
    """Denies that name resources take away what they match of an Allow, and nothing else."""
    rng = Random(seed)  # noqa: S311 - test data, not secrets
    effects = [("Allow",) * rng.choice((1, 2)) + ("Deny",) * rng.choice((1, 1, 2)) for _ in range(24)]
    held = [[on_logs(one, rng) for one in each] for each in effects]
    boundary = (allow("logs:*"), deny("logs:Get*", Condition=rng.choice(CONDITIONS)))
    assert not differing(held[:16], tmp_path / "free", "logs")
    assert not differing(held[16:], tmp_path / "bounded", "logs", boundary)


OWN_TEAM = "${aws:PrincipalTag/team}"
COMPARED: tuple[Mapping[str, object], ...] = (
    {"StringEquals": {TEAM: OWN_TEAM}},
    {"StringNotEquals": {TEAM: OWN_TEAM}},
    {"StringEqualsIfExists": {TEAM: OWN_TEAM}},
    {"StringEqualsIgnoreCase": {TEAM: OWN_TEAM}},
    {"StringLike": {TEAM: f"{OWN_TEAM}*"}},
    {"StringEquals": {TEAM: [OWN_TEAM, "red"]}},
    {"StringEquals": {"secretsmanager:ResourceTag/team": OWN_TEAM}},
    {"StringEquals": {TEAM: "red"}},
    {"StringEquals": {TEAM: "blue"}},
    {"StringNotEquals": {TEAM: "red"}},
    {"StringEquals": {"iam:ResourceTag/team": "blue"}},
    {"Null": {TEAM: "true"}},
    {"StringEquals": {"aws:PrincipalTag/team": "blue"}},
    {"StringEquals": {"aws:PrincipalTag/team": f"${{{TEAM}}}"}},
)
TEAMS = ("red", "blue", "black", "zz", "", None)
ON_TAGGED = ("*", f"arn:aws:iam::{ACCOUNT}:role/*", f"arn:aws:secretsmanager:*:{ACCOUNT}:secret:{OWN_TEAM}")


def test_own_tags_count_by_what_they_are_compared_with(tmp_path: Path, seed: int = 4) -> None:
    """Those with other tags are told the same of what nobody knows the tags of, and each its own of all else."""
    rng = Random(seed)  # noqa: S311 - test data, not secrets
    roles = []
    for number in range(4):
        held = [
            {
                **(allow, allow, deny)[place](
                    rng.choice(("secretsmanager:*", "iam:*Role", "*")), rng.choice(ON_TAGGED)
                ),
                "Condition": rng.choice(COMPARED),
            }
            for place in range(rng.choice((1, 2, 3)))
        ]
        for place, team in enumerate(TEAMS):
            tags = {} if team is None else {"Tags": [{"Key": "team", "Value": team}]}
            roles.append(role(f"r{number}{place}", trust({"AWS": ACCOUNT}), *held, **tags))
    world = snapshot(tmp_path, RoleDetailList=roles)
    for service in ("secretsmanager", "iam"):
        wrong = [(arn, composed, asked) for arn, composed, asked in labels_in(world, service) if composed != asked]
        assert not wrong, wrong[0][0]


def test_who_has_another_tag_is_not_asked_about_again(tmp_path: Path) -> None:
    def roles(count: int) -> Snapshot:
        folder = tmp_path / str(count)
        folder.mkdir()
        held = allow("sqs:*", Condition=COMPARED[0])
        tags = [[{"Key": "team", "Value": f"team-{number}"}] for number in range(count)]
        named = [role(f"r{number}", trust({"AWS": ACCOUNT}), held, Tags=one) for number, one in enumerate(tags)]
        return snapshot(folder, RoleDetailList=named)

    def asked_of(world: Snapshot) -> int:
        return calls_of(lambda: matrix(world, MatrixQuestion(services=("sqs",), at=AT)), of=settle_question)

    assert asked_of(roles(1)) == asked_of(roles(12))


def test_actions_with_which_tags_are_sent_alike_are_asked_about_once(tmp_path: Path) -> None:
    """A class is asked about once, not type by type, where AWS sends a tag with all of it or none."""
    held = allow(Condition={"StringEquals": {TEAM: "red"}})
    world = snapshot(tmp_path, RoleDetailList=[role("r", trust({"AWS": ACCOUNT}), held)])
    assert calls_of(lambda: matrix(world, MatrixQuestion(services=("ec2",), at=AT)), of=settle_question) < _FEW


_FEW = 300
