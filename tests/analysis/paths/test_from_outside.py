"""The ways in from outside, each in its smallest account, and in those in which it is not (section 9, EP44)."""

from __future__ import annotations

from dataclasses import replace

from iamtui.analysis.paths.answer.edge import Edge
from iamtui.analysis.paths.answer.question import PathQuestion
from iamtui.analysis.paths.searching.search import find_paths
from iamtui.analysis.paths.ways.catalogue import catalogue
from iamtui.evaluation.decide import decide
from iamtui.reports.paths.ladder import step_lines
from iamtui.snapshot.model import Exported, Resource, Snapshot
from tests.analysis.paths.accounts import OWN, PROVIDER, allow, document
from tests.analysis.paths.test_administrators import HOME, account, role
from tests.tables import every_row

GITHUB = f"{HOME}:oidc-provider/token.actions.githubusercontent.com"
AUDIENCE = {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}}
SUBJECT = {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}
ROWS = [
    ("sts-002", "sts:AssumeRole", {"AWS": "777788889999"}, {}, "777788889999", "conditional"),
    ("sts-003", "sts:AssumeRole", {"AWS": "*"}, {}, "*", "proven"),
    ("own-sts-001", "sts:AssumeRoleWithWebIdentity", {"Federated": GITHUB}, AUDIENCE, GITHUB, "conditional"),
    ("own-sts-002", "sts:AssumeRoleWithSAML", {"Federated": PROVIDER}, SUBJECT, PROVIDER, "conditional"),
]


def trusting(*statements: dict[str, object]) -> Snapshot:
    """An account with an administrator whom these statements let in."""
    return account(replace(role("admin", {"AWS": OWN}, allow("*")), trust=document(*statements)))


def edges(snapshot: Snapshot, way: str) -> list[Edge]:
    """Those by one way in."""
    return [edge for edge in find_paths(snapshot, PathQuestion()).edges if edge.way.id == way]


def test_every_way_in_from_outside_is_a_row_here() -> None:
    assert {row[0] for row in ROWS} == {way.id for way in catalogue().ways if way.kind == "trust"}


@every_row(("way", "action", "principal", "condition", "start", "verdict"), ROWS)
def test_ep44_a_way_in_is_there_by_a_trust_and_gone_without_it(
    way: str, action: str, principal: dict[str, str], condition: dict[str, object], start: str, verdict: str
) -> None:
    lets_in: dict[str, object] = {"Effect": "Allow", "Principal": principal, "Action": action, "Condition": condition}
    snapshot = trusting(lets_in)
    (edge,) = edges(snapshot, way)
    assert (edge.start, edge.end, edge.outcome, edge.verdict) == (start, f"{HOME}:role/admin", "admin", verdict)
    (step,) = edge.steps
    assert step.action == action
    assert step.request is not None
    assert (decide(snapshot, step.request).word, step.decision) == ("conditional", "conditional")
    keys = {key for tests in condition.values() if isinstance(tests, dict) for key in tests}
    assert keys <= {one.key for one in edge.conditions}
    depends_on = f"if {edge.conditions[0].key}" if edge.conditions else "if an outside account lets it"
    assert any(depends_on in f"{line.text} {line.detail}" for line in step_lines("", edge, str)), "what is open is said"
    denies = {**lets_in, "Effect": "Deny", "Condition": {}}
    others = {**lets_in, "Action": "sts:TagSession"}
    for without in (trusting(lets_in, denies), trusting(others), trusting({**lets_in, "Principal": {"AWS": OWN}})):
        assert edges(without, way) == []


@every_row(
    ("pattern", "verdict"),
    [
        ("arn:aws:iam::*:role/x", "proven"),
        ("arn:aws:iam::777788889999:role/*", "conditional"),
        (f"{HOME}:role/x", None),
    ],
)
def test_ep44_anybody_makes_a_role_of_a_name_in_an_account_of_its_own(pattern: str, verdict: str | None) -> None:
    """A trust for `*` that asks for the ARN of its caller, of any account or of one."""
    asks = {"Condition": {"ArnLike": {"aws:PrincipalArn": pattern}}}
    snapshot = trusting({"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole", **asks})
    found = find_paths(snapshot, PathQuestion()).paths
    assert [(path.start, path.verdict) for path in found] == ([] if verdict is None else [(pattern, verdict)])
    for path in found:
        said = [f"{line.text} {line.detail}" for edge in path.edges for line in step_lines("", edge, str)]
        assert not any("None" in line for line in said)


def test_ep5_an_edge_from_outside_is_no_surer_than_its_end_is_an_administrator() -> None:
    """Everyone may take the role, which administers from one network alone: nothing is proven."""
    inside = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    snapshot = account(role("admin", {"AWS": "*"}, {**allow("*"), "Condition": inside}))
    found = find_paths(snapshot, PathQuestion())
    assert [(path.start, path.verdict, [one.key for one in path.conditions]) for path in found.paths] == [
        ("*", "conditional", ["aws:SourceIp"])
    ]
    assert found.effective == ()


def test_ep44_from_outside_paths_lead_to_what_is_asked_for() -> None:
    """Everyone may take a role that administers: to a bucket that leads because the role reads it, and to the role."""
    bucket = "arn:aws:s3:::data"
    held = account(role("admin", {"AWS": "*"}, allow("*")))
    snapshot = replace(held, resources={bucket: Resource(bucket, OWN, "s3:bucket", policy_state=Exported.NONE)})
    admin = f"{HOME}:role/admin"
    for question, ends, outcome in (
        (PathQuestion(reads=(bucket,), outcome="data"), [admin, bucket], "data"),
        (PathQuestion(ends=(admin,)), [admin], "lateral"),
    ):
        (path,) = [one for one in find_paths(snapshot, question).paths if one.start == "*"]
        assert ([edge.end for edge in path.edges], path.outcome, path.verdict) == (ends, outcome, "proven")


@every_row(
    ("condition", "start"),
    [
        ({"StringLike": {"aws:PrincipalArn": "*:role/ci-*"}}, "*:role/ci-*"),
        ({"StringEquals": {"aws:username": "ops"}}, "arn:*:iam::*:user/ops"),
    ],
)
def test_ep44_anybody_is_called_as_a_trust_asks_in_an_account_of_its_own(
    condition: dict[str, object], start: str
) -> None:
    asks = {"Condition": condition}
    lets_in: dict[str, object] = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole", **asks}
    found = find_paths(trusting(lets_in), PathQuestion()).edges
    assert [(edge.start, edge.verdict, edge.conditions) for edge in found] == [(start, "proven", ())]
