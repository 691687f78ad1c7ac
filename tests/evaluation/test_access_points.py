"""S3 access points: the bucket behind one must allow as well (S10, S17)."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from iamtui.analysis.scenarios.running import load_scenarios
from iamtui.evaluation.decide import decide, judge
from iamtui.evaluation.decision import Decision, Layer, Verdict
from iamtui.evaluation.request.request import Request, Unstated
from iamtui.policy.keys import KeyValue
from iamtui.snapshot.model import Snapshot, VpcEndpoint
from iamtui.snapshot.opening import open_snapshot
from tests.evaluation.building import ACCOUNT, allow, arn, deny, document, policy, user
from tests.tables import every_row

OTHER = "444455556666"
POINT = f"arn:aws:s3:eu-west-1:{ACCOUNT}:accesspoint/reports"
FOREIGN_POINT = f"arn:aws:s3:eu-west-1:{OTHER}:accesspoint/reports"
OBJECT = "arn:aws:s3:::ledger/2026/q3.csv"
ALICE, BOB = arn("user/alice"), f"arn:aws:iam::{OTHER}:user/bob"
EVERYWHERE = allow("s3:GetObject")
ON_POINT = allow("s3:GetObject", "arn:aws:s3:*:*:accesspoint/reports/object/*")
ALICE_ON_POINT = allow("s3:GetObject", f"{POINT}/object/*", Principal={"AWS": ALICE})
BOB_ON_POINT = allow("s3:GetObject", f"{POINT}/object/*", Principal={"AWS": BOB})
ALL = {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True}
NONE = dict.fromkeys(ALL, False)


def delegating(account: str = ACCOUNT, **more: object) -> dict[str, object]:
    condition = {"StringEquals": {"s3:DataAccessPointAccount": account}}
    return allow("s3:*", "arn:aws:s3:::ledger/*", Principal="*", Condition=condition, **more)


def opened(
    folder: Path,
    *identity: object,
    point: object = None,
    bucket: object = None,
    blocked: dict[str, bool] = NONE,
    owner: str = ACCOUNT,
    vpc: str | None = None,
) -> Snapshot:
    """alice and bob of two accounts, each with `identity`; `ledger`, and the access point `reports` of `owner`."""
    bob = {**user("bob", *identity), "Arn": BOB}
    for account, member in ((ACCOUNT, user("alice", *identity)), (OTHER, bob)):
        whole = {"UserDetailList": [member], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
        write(folder / f"{account}.json", whole)
    policy_text = None if bucket is None else json.dumps(policy(bucket))
    configuration = {
        "name": "reports",
        "bucket": "ledger",
        "bucketAccountId": ACCOUNT,
        "policy": None if point is None else json.dumps(policy(point)),
        "publicAccessBlockConfiguration": blocked,
        "networkOrigin": "Internet" if vpc is None else "VPC",
        "vpcConfiguration": None if vpc is None else {"VpcId": vpc},
    }
    items = [
        {
            "resourceType": "AWS::S3::Bucket",
            "accountId": ACCOUNT,
            "arn": "arn:aws:s3:::ledger",
            "resourceName": "ledger",
            "awsRegion": "eu-west-1",
            "configuration": {"name": "ledger"},
            "supplementaryConfiguration": {"BucketPolicy": {"policyText": policy_text}},
        },
        {
            "resourceType": "AWS::S3::AccessPoint",
            "accountId": owner,
            "arn": f"arn:aws:s3:eu-west-1:{owner}:accesspoint/reports",
            "awsRegion": "eu-west-1",
            "configuration": {key[:1].upper() + key[1:]: value for key, value in configuration.items()},
        },
    ]
    write(folder / "config.json", {"configurationItems": items})
    return open_snapshot([folder])


def write(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), "utf-8")


def read(snapshot: Snapshot, principal: str = ALICE, point: str = POINT) -> Decision:
    request = Request(principal, "s3:GetObject", f"{point}/object/2026/q3.csv", unstated=Unstated.ABSENT)
    decision = decide(snapshot, request)
    assert judge(snapshot, request) == (decision.best, decision.worst, decision.assumed)
    return decision


SAME_ACCOUNT = [
    # identity, access point, bucket, verdict, decided by
    ("identity alone", [EVERYWHERE], None, None, Verdict.ALLOWED, Layer.IDENTITY),
    ("nothing", [], None, None, Verdict.IMPLICIT_DENY, Layer.NONE),
    ("access point alone", [], ALICE_ON_POINT, None, Verdict.IMPLICIT_DENY, Layer.BUCKET),
    ("delegation", [], ALICE_ON_POINT, delegating(), Verdict.ALLOWED, Layer.RESOURCE),
    ("delegation to others", [], ALICE_ON_POINT, delegating(OTHER), Verdict.IMPLICIT_DENY, Layer.BUCKET),
    ("delegation alone", [], None, delegating(), Verdict.IMPLICIT_DENY, Layer.NONE),
    (
        "both name alice",
        [],
        ALICE_ON_POINT,
        allow("s3:GetObject", OBJECT, Principal={"AWS": ALICE}),
        Verdict.ALLOWED,
        Layer.RESOURCE,
    ),
    (
        "the bucket names another object",
        [],
        ALICE_ON_POINT,
        allow("s3:GetObject", "arn:aws:s3:::ledger/2025/*", Principal={"AWS": ALICE}),
        Verdict.IMPLICIT_DENY,
        Layer.BUCKET,
    ),
    (
        "the bucket names its own account",
        [],
        ALICE_ON_POINT,
        allow("s3:GetObject", OBJECT, Principal={"AWS": ACCOUNT}),
        Verdict.IMPLICIT_DENY,
        Layer.BUCKET,
    ),
    (
        "the bucket denies the object",
        [EVERYWHERE],
        ALICE_ON_POINT,
        deny("s3:*", "arn:aws:s3:::ledger/*", Principal="*"),
        Verdict.EXPLICIT_DENY,
        Layer.BUCKET,
    ),
    (
        "the access point denies",
        [EVERYWHERE],
        deny("s3:*", f"{POINT}/object/*", Principal="*"),
        delegating(),
        Verdict.EXPLICIT_DENY,
        Layer.RESOURCE,
    ),
    (
        "the bucket admits this access point only",
        [EVERYWHERE],
        None,
        deny(
            "s3:*",
            "arn:aws:s3:::ledger/*",
            Principal="*",
            Condition={"StringNotEquals": {"s3:DataAccessPointArn": POINT}},
        ),
        Verdict.ALLOWED,
        Layer.IDENTITY,
    ),
]


@every_row(
    ("identity", "point", "bucket", "verdict", "decided_by"),
    [row[1:] for row in SAME_ACCOUNT],
    ids=[row[0] for row in SAME_ACCOUNT],
)
def test_s17_within_an_account(
    tmp_path: Path, identity: list[object], point: object, bucket: object, verdict: Verdict, decided_by: Layer
) -> None:
    decision = read(opened(tmp_path, *identity, point=point, bucket=bucket))
    assert decision.outcome is not None
    assert (decision.outcome.verdict, decision.outcome.decided_by) == (verdict, decided_by)


@pytest.mark.parametrize(
    ("identity", "point", "bucket", "verdict", "decided_by"),
    [
        ([ON_POINT], BOB_ON_POINT, delegating(), Verdict.ALLOWED, Layer.IDENTITY),
        ([ON_POINT], BOB_ON_POINT, None, Verdict.IMPLICIT_DENY, Layer.BUCKET),
        ([ON_POINT], None, delegating(), Verdict.IMPLICIT_DENY, Layer.RESOURCE),
        ([], BOB_ON_POINT, delegating(), Verdict.IMPLICIT_DENY, Layer.IDENTITY),
        (
            [EVERYWHERE],
            BOB_ON_POINT,
            allow("s3:GetObject", OBJECT, Principal={"AWS": OTHER}),
            Verdict.ALLOWED,
            Layer.IDENTITY,
        ),
    ],
    ids=["delegation", "no bucket policy", "no access point policy", "no identity policy", "both name the account"],
)
def test_s17_from_another_account(
    tmp_path: Path, identity: list[object], point: object, bucket: object, verdict: Verdict, decided_by: Layer
) -> None:
    decision = read(opened(tmp_path, *identity, point=point, bucket=bucket), BOB)
    assert decision.outcome is not None
    assert (decision.outcome.verdict, decision.outcome.decided_by) == (verdict, decided_by)


@pytest.mark.parametrize(
    ("point", "bucket", "verdict", "decided_by"),
    [
        (
            allow("s3:GetObject", f"{FOREIGN_POINT}/object/*", Principal={"AWS": BOB}),
            delegating(OTHER),
            Verdict.ALLOWED,
            Layer.IDENTITY,
        ),
        (None, delegating(OTHER), Verdict.IMPLICIT_DENY, Layer.RESOURCE),
        (
            allow("s3:GetObject", f"{FOREIGN_POINT}/object/*", Principal={"AWS": BOB}),
            None,
            Verdict.IMPLICIT_DENY,
            Layer.BUCKET,
        ),
    ],
    ids=["both policies", "no access point policy", "no bucket policy"],
)
def test_s17_an_access_point_of_another_account_than_its_bucket_needs_both_policies(
    tmp_path: Path, point: object, bucket: object, verdict: Verdict, decided_by: Layer
) -> None:
    decision = read(opened(tmp_path, EVERYWHERE, point=point, bucket=bucket, owner=OTHER), BOB, FOREIGN_POINT)
    assert decision.outcome is not None
    assert (decision.outcome.verdict, decision.outcome.decided_by) == (verdict, decided_by)
    assert any("resource control policies" in note for note in decision.notes)


def test_the_trace_shows_the_bucket_as_a_layer_of_its_own_with_the_arn_that_it_was_asked_about(tmp_path: Path) -> None:
    decision = read(opened(tmp_path, point=ALICE_ON_POINT, bucket=delegating(Sid="Delegate")))
    layer = next(layer for layer in decision.layers if layer.layer is Layer.BUCKET)
    (traced,) = layer.policies
    assert traced.origin == "policy of arn:aws:s3:::ledger"
    values = {element.name: element.detailed[0].value for element in traced.statements[0].elements}
    assert values["Resource"] == OBJECT
    assert decision.matched == ("resource#0", "bucket#Delegate")
    assert not any("not evaluated" in note for note in decision.notes)


def test_that_the_bucket_is_missing_is_said_as_what_is_in_the_way(tmp_path: Path) -> None:
    decision = read(opened(tmp_path, ON_POINT, point=BOB_ON_POINT), BOB)
    (blocker,) = decision.blockers
    assert blocker.layer is Layer.BUCKET
    assert decision.aws_message is not None
    assert "no resource-based policy allows" in decision.aws_message


def test_a_judgement_that_aws_does_not_confirm_is_noted_where_it_matters(tmp_path: Path) -> None:
    certain = read(opened(tmp_path / "certain", EVERYWHERE))
    assert not any("UNCONFIRMED" in note for note in certain.notes)
    denied = read(opened(tmp_path / "denied", ON_POINT, point=deny("s3:*", f"{POINT}/object/*", Principal="*")))
    assert not any("UNCONFIRMED" in note for note in denied.notes)
    resting = read(opened(tmp_path / "resting", ON_POINT))
    assert any("S17, UNCONFIRMED" in note for note in resting.notes)


@pytest.mark.parametrize("lacking", ["bucket", "point"])
def test_without_both_policies_the_bucket_is_not_evaluated_and_that_is_said(tmp_path: Path, lacking: str) -> None:
    opened(tmp_path, EVERYWHERE)
    config = tmp_path / "config.json"
    items = json.loads(config.read_text("utf-8"))["configurationItems"]
    write(config, {"configurationItems": [items[1] if lacking == "bucket" else items[0]]})
    decision = read(open_snapshot([tmp_path]))
    assert decision.outcome is not None
    assert decision.outcome.verdict is Verdict.ALLOWED
    assert any("the bucket behind the access point must allow as well (S17)" in note for note in decision.notes)
    assert all(layer.layer is not Layer.BUCKET for layer in decision.layers)


@pytest.mark.parametrize(
    ("blocked", "bucket", "verdict"),
    [
        (NONE, allow("s3:GetObject", OBJECT, Principal="*"), Verdict.ALLOWED),
        (ALL, allow("s3:GetObject", OBJECT, Principal="*"), Verdict.EXPLICIT_DENY),
        (ALL, delegating(), Verdict.ALLOWED),
    ],
    ids=["off", "on and public", "on and delegating"],
)
def test_s10_block_public_access_of_the_access_point_counts(
    tmp_path: Path, blocked: dict[str, bool], bucket: object, verdict: Verdict
) -> None:
    decision = read(opened(tmp_path, EVERYWHERE, point=BOB_ON_POINT, bucket=bucket, blocked=blocked), BOB)
    assert decision.outcome is not None
    assert decision.outcome.verdict is verdict


def test_scenario_files_call_the_bucket_s_policy_a_resource_policy(tmp_path: Path) -> None:
    """The words of `decided_by` are a closed list (samples/scenarios/README.md)."""
    opened(tmp_path / "export", EVERYWHERE, point=BOB_ON_POINT, bucket=deny("s3:*", OBJECT, Principal="*"))
    request = {"principal": BOB, "action": "s3:GetObject", "resource": f"{POINT}/object/2026/q3.csv"}
    case = {"name": "bob", "request": request, "expect": "explicitDeny", "decided_by": "resource"}
    write(tmp_path / "cases.json", {"version": 1, "snapshot": "export", "cases": [case]})
    (made,) = load_scenarios([tmp_path / "cases.json"]).results()
    assert made.passed
    assert made.decided_by == "resource"
    assert made.matched == ("bucket#0",)


VPC = "vpc-0a1b2c3d"


def through(
    snapshot: Snapshot, unstated: Unstated = Unstated.ABSENT, principal: str = ALICE, **context: str
) -> Decision:
    """A request through the access point, with global keys by their last word."""
    stated = {f"aws:{key}": KeyValue.of(value) for key, value in context.items()}
    resource = f"{POINT}/object/2026/q3.csv"
    return decide(snapshot, Request(principal, "s3:GetObject", resource, context=stated, unstated=unstated))


@every_row("unstated", list(Unstated))
@every_row(
    ("context", "words"),
    [
        ({"SourceVpc": VPC}, ("allowed", "allowed")),
        ({"SourceVpc": "vpc-other"}, ("implicitDeny", "implicitDeny")),
        ({"SourceIp": "203.0.113.7"}, ("implicitDeny", "implicitDeny")),
        ({}, ("implicitDeny", "conditional")),
    ],
)
def test_s17_an_access_point_of_vpc_origin_takes_requests_from_its_vpc_only(
    tmp_path: Path, context: dict[str, str], words: tuple[str, str], unstated: Unstated
) -> None:
    decision = through(opened(tmp_path, EVERYWHERE, vpc=VPC), unstated, **context)
    assert decision.word == words[unstated is Unstated.UNKNOWN]
    if decision.is_conditional:
        (key,) = decision.unknown_keys
        assert key.key == "aws:SourceVpc"
        assert {branch.state for branch in key.branches if branch.worst.verdict is Verdict.ALLOWED} == {VPC}


def test_s17_an_access_point_of_the_internet_takes_requests_from_anywhere(tmp_path: Path) -> None:
    assert through(opened(tmp_path, EVERYWHERE), SourceVpc="vpc-other").word == "allowed"


@pytest.mark.parametrize(
    ("vpc", "origin", "word"),
    [(VPC, "VPC", "explicitDeny"), (None, "VPC", "allowed"), (None, "Internet", "explicitDeny")],
)
def test_s17_the_network_origin_is_known_to_policies(tmp_path: Path, vpc: str | None, origin: str, word: str) -> None:
    condition = {"StringEquals": {"s3:AccessPointNetworkOrigin": origin}}
    fenced = deny("s3:*", f"{POINT}/object/*", Principal="*", Condition=condition)
    assert through(opened(tmp_path, EVERYWHERE, point=fenced, vpc=vpc), SourceVpc=VPC).word == word


@pytest.mark.parametrize(("vpc", "word"), [(VPC, "allowed"), (None, "explicitDeny")])
def test_s17_an_access_point_of_vpc_origin_is_never_public(tmp_path: Path, vpc: str | None, word: str) -> None:
    public = allow("s3:GetObject", f"{POINT}/object/*", Principal="*")
    held = opened(tmp_path, EVERYWHERE, point=public, bucket=delegating(), blocked=ALL, vpc=vpc)
    assert through(held, principal=BOB, SourceVpc=VPC).word == word


ON_BOTH = ["arn:aws:s3:*:*:accesspoint/reports/object/*", "arn:aws:s3:::ledger/*"]


@every_row(
    ("statements", "word"),
    [
        ([allow("s3:GetObject", Principal="*", Resource=ON_BOTH)], "allowed"),
        ([allow("s3:GetObject", ON_BOTH[0], Principal="*"), allow("s3:*", ON_BOTH[1], Principal="*")], "allowed"),
        ([allow("s3:GetObject", ON_BOTH[0], Principal="*")], "implicitDeny"),
        ([allow("s3:GetObject", ON_BOTH[1], Principal="*")], "implicitDeny"),
        ([allow(Principal="*"), deny("s3:GetObject", ON_BOTH[1], Principal="*")], "explicitDeny"),
        ([allow(Principal={"AWS": ACCOUNT})], "implicitDeny"),  # of a gateway endpoint that is its root (E38)
    ],
)
def test_s17_the_endpoints_policy_must_allow_the_bucket_as_well(
    tmp_path: Path, statements: list[dict[str, object]], word: str
) -> None:
    endpoint = VpcEndpoint(
        "vpce-1", VPC, "com.amazonaws.eu-west-1.s3", "Gateway", ACCOUNT, document(policy(*statements))
    )
    held = replace(opened(tmp_path, EVERYWHERE), endpoints={"vpce-1": endpoint})
    decision = through(held, SourceVpce="vpce-1")
    assert decision.word == word
    assert decision.outcome is not None
    assert (decision.outcome.decided_by is Layer.VPC_ENDPOINT) is (word != "allowed")
    told = [trace for trace in decision.layers if trace.layer is Layer.ENDPOINT_TO_BUCKET]
    assert [trace.reason for trace in told] == [f"asked about {OBJECT}"]
    if word == "implicitDeny":
        assert decision.blockers[0].text.endswith(", and on the bucket behind it, in the VPC endpoint policy")
