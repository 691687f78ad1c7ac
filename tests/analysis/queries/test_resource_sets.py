"""Sets of resources: every resource of a set has a label that the row tells of (WC17, WC18)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from iamtui.analysis.queries.access_matrix.matrix import MatrixQuestion, matrix
from iamtui.analysis.queries.everybody.questions import Question, QuestionError
from iamtui.analysis.queries.everybody.results import LABELS, Examples, Row
from iamtui.analysis.queries.everybody.rows import Rows
from iamtui.analysis.queries.everybody.who_can import who_can
from iamtui.analysis.queries.index.holders import Holders
from iamtui.analysis.queries.one_principal.can import CanQuestion, can
from iamtui.evaluation.decide import decide
from iamtui.patterns import glob
from iamtui.snapshot.model import Exported, Resource, Snapshot
from tests.analysis.queries.test_who_can import AT, label
from tests.analysis.queries.worlds import World, random_world
from tests.evaluation.building import ACCOUNT, allow, arn, deny, document, policy, snapshot, user
from tests.reference.strategies import AWAY, HOME, one

OTHER = "222222222222"


def some_resources(rng: Random, service: str) -> Iterator[str]:
    """Resources at random, of the types that the actions of the worlds take."""
    account = one(rng, HOME, HOME, AWAY, OTHER)
    region = one(rng, "eu-central-1", "eu-west-1", "us-east-1", "ap-south-1")
    name = one(rng, "alice", "bob", "x", "target", "app", "k1", "alice/x", "a/alice/b", "b")
    match service:
        case "s3":
            yield f"arn:aws:s3:::{one(rng, 'b', 'b', 'c', 'bb')}/{name}"
        case "sqs":
            yield f"arn:aws:sqs:{region}:{account}:{name.replace('/', '-')}"
        case "kms":
            yield f"arn:aws:kms:{region}:{account}:key/{name.replace('/', '-')}"
        case "sts":
            yield f"arn:aws:iam::{account}:role/{name}"


def disagreement(world: World, rng: Random) -> str | None:
    """What a row says otherwise than `decide` does of some resource of the set."""
    service = world.request.action.partition(":")[0]
    pattern = one(rng, None, None, world.request.resource[:-2] + "*", "*" + world.request.resource[-3:])
    request = replace(world.request, at=AT)
    question = Question(
        actions=(request.action,),
        resources=() if pattern is None else (pattern,),
        context=request.context,
        resource_account=request.resource_account,
        unstated=request.unstated,
        at=AT,
        show_denied=True,
    )
    answer = Rows(Holders(world.snapshot), question).answer()
    sessions = {row.arn for row in answer.principals for key in row.conditions if key.key == "sts:RoleSessionName"}
    rows = [row for row in answer.principals if not row.outside and row.arn not in sessions]
    for row in rows:
        examples = row.examples
        if examples is not None and examples.allowed is not None:
            found = label(decide(world.snapshot, replace(request, principal=row.arn, resource=examples.allowed)))
            if found != row.decision:
                return f"{row.arn} on {examples.allowed}: {found}, and the row says {row.decision}"
        for resource in (each for _ in range(4) for each in some_resources(rng, service)):
            if pattern is None or glob(pattern)(resource):
                found = label(decide(world.snapshot, replace(request, principal=row.arn, resource=resource)))
                if not _is_told(found, row):
                    return f"{row.arn} on {resource}: {found}, and the row says {row.decision} on {row.extent}"
    return None


def _is_told(found: str, row: Row) -> bool:
    """Whether a row tells of such a label: on every resource it is that of the row, on some no better."""
    if row.extent == "every":
        return found == row.decision
    return LABELS.index(found) <= LABELS.index(row.decision)


def check(seed: int, count: int) -> None:
    """Compare on so many random worlds whose action takes resources."""
    done = 0
    number = seed
    while done < count:
        rng = Random(number)  # noqa: S311 - test data, not secrets
        world = random_world(rng)
        if world.request.action in ("s3:GetObject", "sqs:SendMessage", "kms:Decrypt", "sts:AssumeRole"):
            problem = disagreement(world, rng)
            assert problem is None, f"world {number}: {problem}"
            done += 1
        number += 1


def test_every_resource_of_a_set_has_a_label_that_its_row_tells_of() -> None:
    check(20_261_129, 12)


@pytest.mark.fuzz
@pytest.mark.parametrize("seed", range(3_000_000, 4_000_000, 50_000))
def test_every_resource_of_a_set_has_a_label_that_its_row_tells_of_at_length(seed: int) -> None:
    check(seed, 60)


@pytest.mark.parametrize("region", ["ap-east-1", "ap-e*", "xx-new-1"])
def test_a_region_that_no_policy_writes_can_be_asked_about(region: str, tmp_path: Path) -> None:
    """WC17."""
    told = [user("ann", allow("sqs:SendMessage")), user("ben", allow("sqs:*", "arn:aws:sqs:us-*:*:jobs-*"))]
    rows = asked(snapshot(tmp_path, UserDetailList=told), "sqs:SendMessage", f"arn:aws:sqs:{region}:{ACCOUNT}:jobs-*")
    assert {name: row.extent for name, row in rows.items()} == {"ann": "every"}


def asked(world: Snapshot, action: str, *resources: str) -> dict[str, Row]:
    """The rows of users and roles by name."""
    answer = who_can(world, Question(actions=(action,), resources=resources))
    return {row.arn.rpartition("/")[2]: row for row in answer.principals if row.kind in ("user", "role")}


def test_all_or_part_of_a_pattern_with_an_example_of_each(tmp_path: Path) -> None:
    world = snapshot(
        tmp_path,
        UserDetailList=[
            user("all", allow("s3:GetObject", "arn:aws:s3:::led*")),
            user("part", allow("s3:GetObject", "arn:aws:s3:::ledger/2024/*")),
            user("hole", allow("s3:*"), deny("s3:*", "arn:aws:s3:::*/secret")),
            user("own", allow("s3:*", "arn:aws:s3:::ledger/${aws:username}/*")),
            user("elsewhere", allow("s3:*", "arn:aws:s3:::other/*")),
        ],
    )
    rows = asked(world, "s3:GetObject", "arn:aws:s3:::ledger/*")
    told = {name: (row.extent, row.examples) for name, row in rows.items()}
    assert told == {
        "all": ("every", Examples("arn:aws:s3:::ledger/x")),
        "part": ("some", Examples("arn:aws:s3:::ledger/2024/", "arn:aws:s3:::ledger/x")),
        "hole": ("some", Examples("arn:aws:s3:::ledger/x", "arn:aws:s3:::ledger/secret")),
        "own": ("some", Examples("arn:aws:s3:::ledger/own/", "arn:aws:s3:::ledger/x")),
    }


def test_without_a_resource_the_question_is_on_some(tmp_path: Path) -> None:
    """WC18: of the types that the action takes."""
    world = snapshot(
        tmp_path,
        UserDetailList=[
            user("one", allow("sqs:SendMessage", f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs")),
            user("region", allow("sqs:*"), deny("sqs:*", "arn:aws:sqs:eu-*:*:*")),
            user("bucket", allow("sqs:*", "arn:aws:s3:::*")),
        ],
    )
    rows = asked(world, "sqs:SendMessage")
    assert {name: (row.decision, row.extent) for name, row in rows.items()} == {
        "one": ("allowed", "some"),
        "region": ("allowed", "some"),
    }
    example = rows["one"].examples
    assert example is not None
    assert example.allowed == f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs"


def test_a_resource_that_the_snapshot_knows_is_a_cell_of_its_own(tmp_path: Path) -> None:
    """Its policy denies what other buckets would allow."""
    world = snapshot(tmp_path, UserDetailList=[user("ann", allow("s3:GetObject"))])
    closed = policy({"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "arn:aws:s3:::closed/*"})
    bucket = Resource("arn:aws:s3:::closed", ACCOUNT, "s3:bucket", document(closed), Exported.PRESENT)
    rows = asked(replace(world, resources={bucket.arn: bucket}), "s3:GetObject")
    assert rows["ann"].examples is not None
    assert rows["ann"].examples.denied == "arn:aws:s3:::closed/x"


def test_a_resource_policy_with_the_callers_name_in_it_is_a_cell_for_just_that_caller(tmp_path: Path) -> None:
    """V4: on `b/ann/*` ann may read, and on nothing that another value of the variable would stand for."""
    world = snapshot(tmp_path, UserDetailList=[user("ann"), user("ben")])
    own = {"Effect": "Allow", "Principal": {"AWS": arn("user/ann")}, "Action": "s3:GetObject"}
    written = document(policy({**own, "Resource": "arn:aws:s3:::b/${aws:username}/*"}))
    bucket = Resource("arn:aws:s3:::b", ACCOUNT, "s3:bucket", written, Exported.PRESENT)
    world = replace(world, resources={bucket.arn: bucket})
    row = asked(world, "s3:GetObject")["ann"]
    assert (row.decision, row.extent) == ("allowed", "some")
    assert row.examples is not None
    assert (row.examples.allowed or "").startswith("arn:aws:s3:::b/ann/")
    assert "ben" not in asked(world, "s3:GetObject")
    [reached] = can(world, CanQuestion(principal=arn("user/ann"), actions=("s3:GetObject",))).services["s3"]
    assert (reached.examples.allowed or "").startswith("arn:aws:s3:::b/ann/")


def test_known_resources_are_those_of_another_service_too(tmp_path: Path) -> None:
    """WC18: Kinesis takes keys of KMS, Systems Manager instances of EC2: whoever asks, and however it is asked."""
    encrypt, log_in = "kinesis:StartStreamEncryption", "ssm:StartSession"
    red = {"StringEquals": {"aws:ResourceTag/team": "red"}}
    world = snapshot(tmp_path, UserDetailList=[user("ann"), user("ben", allow(log_in, Condition=red))])
    written = document(policy({**allow(encrypt), "Principal": {"AWS": arn("user/ann")}}))
    key = Resource(f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/k", ACCOUNT, "kms:key", written, Exported.PRESENT)
    instance = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:instance/i-1"
    known = (key, Resource(instance, ACCOUNT, "ec2:instance", tags=(("team", "red"),)))
    world = replace(world, resources={one.arn: one for one in known})
    for name, action, resource in (("ann", encrypt, key.arn), ("ben", log_in, instance)):
        service = action.partition(":")[0]
        row = asked(world, action)[name]
        assert row.decision == "allowed"
        assert row.examples is not None
        assert row.examples.allowed == resource
        [reached] = can(world, CanQuestion(principal=arn(f"user/{name}"), services=(service,))).services[service]
        assert (reached.extent, reached.examples.allowed) == ("somewhere", resource)
        cells = {one.principal: one.cells for one in matrix(world, MatrixQuestion(services=(service,))).rows}
        assert cells[arn(f"user/{name}")] == {service: "W"}


def test_several_resources_are_one_set(tmp_path: Path) -> None:
    world = snapshot(tmp_path, UserDetailList=[user("ann", allow("s3:GetObject", "arn:aws:s3:::a/*"))])
    row = asked(world, "s3:GetObject", "arn:aws:s3:::a/x", "arn:aws:s3:::b/x")["ann"]
    assert (row.extent, row.examples) == ("some", Examples("arn:aws:s3:::a/x", "arn:aws:s3:::b/x"))


def test_an_action_that_takes_no_resource_is_asked_for_a_star(tmp_path: Path) -> None:
    rows = asked(snapshot(tmp_path, UserDetailList=[user("ann", allow("s3:ListAllMyBuckets"))]), "s3:ListAllMyBuckets")
    assert (rows["ann"].decision, rows["ann"].extent) == ("allowed", None)


def test_a_star_alone_is_no_pattern(tmp_path: Path) -> None:
    """L37: a request without a resource; statements on particular ones are not asked."""
    world = snapshot(
        tmp_path,
        UserDetailList=[user("any", allow("s3:GetObject")), user("one", allow("s3:GetObject", "arn:aws:s3:::a/*"))],
    )
    assert list(asked(world, "s3:GetObject", "*")) == ["any"]


def test_a_pattern_that_nothing_can_match_is_refused(tmp_path: Path) -> None:
    world = snapshot(tmp_path, UserDetailList=[user("ann", allow("s3:GetObject"))])
    with pytest.raises(QuestionError, match="no resource that s3:GetObject takes matches"):
        asked(world, "s3:GetObject", "arn:aws:sqs:*")


def test_actions_that_take_nothing_of_the_set_are_left_out(tmp_path: Path) -> None:
    world = snapshot(tmp_path, UserDetailList=[user("ann", allow("s3:*"))])
    answer = who_can(world, Question(actions=("s3:GetObject", "s3:ListBucket"), resources=("arn:aws:s3:::a/*",)))
    assert (answer.any, answer.every) == (1, 1)
