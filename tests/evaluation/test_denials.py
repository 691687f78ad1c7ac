"""Why something is denied: the layer, the least that is missing, and AWS's own sentence (E84, T10, T11, I81)."""

from __future__ import annotations

from typing import Any

import pytest

from iamtui.evaluation.applicable.policies import GivenLevel, GivenPolicies
from iamtui.evaluation.decide import decide_policies
from iamtui.evaluation.decision import Decision, Layer
from iamtui.evaluation.request.request import NamedPolicy, Request, Unstated
from tests.evaluation.building import allow, deny, document, named, policy
from tests.tables import every_row

ACCOUNT, AWAY = "111122223333", "444455556666"
ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/app/s1"
APP = f"arn:aws:iam::{ACCOUNT}:role/app"
FEDERATED = f"arn:aws:sts::{ACCOUNT}:federated-user/alice"
OBJECT = "arn:aws:s3:::b/x"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/target"
KEY = f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/k"

YES = (named("yes", allow()),)
SILENT = (named("silent", allow("ec2:*")),)
NO = (named("no", deny()),)
START = f"User: {ALICE} is not authorized to perform: s3:GetObject on resource: {OBJECT} "


def levels(*held: tuple[NamedPolicy, ...]) -> tuple[GivenLevel, ...]:
    return tuple(GivenLevel(f"level-{number}", policies) for number, policies in enumerate(held))


def resource(effect: str, principal: object, action: str = "*", **more: object) -> NamedPolicy:
    statement = {"Effect": effect, "Principal": principal, "Action": action, "Resource": "*", **more}
    return NamedPolicy("resource", document(policy(statement)))


def trusting(effect: str, principal: object) -> NamedPolicy:
    return NamedPolicy(
        "trust", document(policy({"Effect": effect, "Principal": principal, "Action": "sts:AssumeRole"}))
    )


RCP_NO = (NamedPolicy("rcp-no", document(policy(deny("s3:*", Principal="*")))),)
ENDPOINT_SILENT = (NamedPolicy("e", document(policy(allow("ec2:*", Principal="*")))),)
ENDPOINT_NO = (NamedPolicy("e", document(policy(deny(Principal="*")))),)


def decided(policies: GivenPolicies, principal: str = ALICE, **more: Any) -> Decision:
    given = {"action": "s3:GetObject", "resource": OBJECT, "resource_account": ACCOUNT, "unstated": Unstated.ABSENT}
    return decide_policies(policies, Request(principal, **{**given, **more}))


@every_row(
    ("policies", "ending"),
    [
        (GivenPolicies(), "because no identity-based policy allows the s3:GetObject action"),
        (
            GivenPolicies(YES, permissions_boundary=SILENT),
            "because no permissions boundary allows the s3:GetObject action",
        ),
        (
            GivenPolicies(YES, scps=levels(YES, SILENT)),
            "because no service control policy allows the s3:GetObject action",
        ),
        (
            GivenPolicies(YES, vpc_endpoint=ENDPOINT_SILENT),
            "because no VPC endpoint policy allows the s3:GetObject action",
        ),
        (GivenPolicies(NO), "with an explicit deny in an identity-based policy"),
        (GivenPolicies(YES, resource=resource("Deny", "*")), "with an explicit deny in a resource-based policy"),
        (GivenPolicies(YES, permissions_boundary=NO), "with an explicit deny in a permissions boundary"),
        (GivenPolicies(YES, scps=levels(NO)), "with an explicit deny in a service control policy"),
        (GivenPolicies(YES, rcps=levels(RCP_NO)), "with an explicit deny in a resource control policy"),
        (GivenPolicies(YES, vpc_endpoint=ENDPOINT_NO), "with an explicit deny in a VPC endpoint policy"),
    ],
)
def test_the_sentence_of_aws(policies: GivenPolicies, ending: str) -> None:
    """I81, I82."""
    assert decided(policies).aws_message == START + ending


@pytest.mark.parametrize(
    ("policies", "principal", "more", "ending"),
    [
        (GivenPolicies(YES, session=SILENT), SESSION, {}, "because no session policy allows the s3:GetObject action"),
        (GivenPolicies(YES, session=NO), SESSION, {}, "with an explicit deny in a session policy"),
        (
            GivenPolicies(YES),
            ALICE,
            {"resource_account": AWAY},
            "because no resource-based policy allows the s3:GetObject action",
        ),
        (
            GivenPolicies(),
            ALICE,
            {"resource_account": AWAY},
            "because no identity-based policy allows the s3:GetObject action",
        ),
        (
            GivenPolicies(YES, resource=trusting("Allow", {"AWS": SESSION})),
            ALICE,
            {"action": "sts:AssumeRole", "resource": ROLE},
            "because no role trust policy allows the sts:AssumeRole action",
        ),
        (
            GivenPolicies(YES, resource=trusting("Deny", "*")),
            ALICE,
            {"action": "sts:AssumeRole", "resource": ROLE},
            "with an explicit deny in the role trust policy",
        ),
    ],
)
def test_the_sentence_of_aws_elsewhere(
    policies: GivenPolicies, principal: str, more: dict[str, str], ending: str
) -> None:
    """I81, T11."""
    message = decided(policies, principal, **more).aws_message
    assert message is not None
    assert message.startswith(f"User: {principal} is not authorized to perform: ")
    assert message.endswith(ending)


def test_without_a_resource_the_sentence_names_none() -> None:
    message = decided(GivenPolicies(), action="s3:ListAllMyBuckets", resource="*", resource_account=None).aws_message
    assert message is not None
    assert " on resource" not in message


def test_aws_says_nothing_where_it_allows() -> None:
    assert decided(GivenPolicies(YES)).aws_message is None


def test_of_several_denying_layers_the_first_in_order_is_reported_and_all_are_listed() -> None:
    """E84."""
    everywhere = GivenPolicies(
        NO,
        permissions_boundary=NO,
        session=NO,
        resource=resource("Deny", "*"),
        scps=levels(NO),
        rcps=levels(RCP_NO),
        vpc_endpoint=ENDPOINT_NO,
    )
    order = [Layer.RCP, Layer.SCP, Layer.VPC_ENDPOINT, Layer.RESOURCE, Layer.IDENTITY, Layer.PERMISSIONS_BOUNDARY]
    order.append(Layer.SESSION)
    without: list[dict[str, Any]] = [
        {"rcps": None},
        {"scps": None},
        {"vpc_endpoint": None},
        {"resource": None},
        {"identity": YES},
        {"permissions_boundary": None},
    ]
    left = {name: getattr(everywhere, name) for name in GivenPolicies.__dataclass_fields__}
    for number, layer in enumerate(order):
        decision = decided(GivenPolicies(**left), SESSION)
        assert decision.outcome is not None
        assert decision.outcome.decided_by is layer
        assert [blocker.layer for blocker in decision.blockers][: len(order) - number] == order[number:]
        left |= without[number] if number < len(without) else {}


@every_row(
    ("policies", "principal", "more", "missing"),
    [
        (GivenPolicies(), ALICE, {}, [Layer.IDENTITY]),
        (GivenPolicies(YES, permissions_boundary=SILENT), ALICE, {}, [Layer.PERMISSIONS_BOUNDARY]),
        (GivenPolicies(permissions_boundary=YES), ALICE, {}, [Layer.IDENTITY]),
        (GivenPolicies(permissions_boundary=SILENT), ALICE, {"action": "iam:GetUser", "resource": "*"}, None),
        (GivenPolicies(YES, session=SILENT), SESSION, {}, [Layer.SESSION]),
        (GivenPolicies(YES), FEDERATED, {}, [Layer.SESSION]),
        (GivenPolicies(session=SILENT), SESSION, {}, [Layer.RESOURCE]),
        (GivenPolicies(session=SILENT), APP, {}, [Layer.IDENTITY, Layer.SESSION]),
        (GivenPolicies(YES), ALICE, {"resource_account": AWAY}, [Layer.RESOURCE]),
        (GivenPolicies(), ALICE, {"resource_account": AWAY}, [Layer.IDENTITY, Layer.RESOURCE]),
        (
            GivenPolicies(resource=resource("Allow", {"AWS": ALICE})),
            ALICE,
            {"resource_account": AWAY},
            [Layer.IDENTITY],
        ),
        (GivenPolicies(YES, scps=levels(SILENT)), ALICE, {}, [Layer.SCP]),
        (GivenPolicies(scps=levels(SILENT)), ALICE, {}, [Layer.IDENTITY, Layer.SCP]),
        (GivenPolicies(YES, vpc_endpoint=ENDPOINT_SILENT), ALICE, {}, [Layer.VPC_ENDPOINT]),
        (GivenPolicies(YES), ALICE, {"action": "kms:Decrypt", "resource": KEY}, [Layer.RESOURCE]),
        (GivenPolicies(), "anonymous", {}, [Layer.RESOURCE]),
        (GivenPolicies(), "lambda.amazonaws.com", {}, [Layer.RESOURCE]),
        (
            GivenPolicies(resource=trusting("Allow", {"AWS": ACCOUNT})),
            ALICE,
            {"action": "sts:AssumeRole", "resource": ROLE},
            [Layer.IDENTITY],
        ),
    ],
)
def test_the_least_that_is_missing(
    policies: GivenPolicies, principal: str, more: dict[str, str], missing: list[Layer] | None
) -> None:
    """T10."""
    decision = decided(policies, principal, **more)
    assert decision.word == "implicitDeny"
    found = [blocker.layer for blocker in decision.blockers]
    if missing is None:
        assert set(found) == {Layer.IDENTITY, Layer.PERMISSIONS_BOUNDARY}
    else:
        assert found == missing


def test_a_blocker_says_what_is_missing_and_names_the_statements_that_deny() -> None:
    """T10."""
    (missing,) = decided(GivenPolicies()).blockers
    assert missing.text == f"no Allow for s3:GetObject on {OBJECT} in the identity-based policy"
    denying, lacking = decided(
        GivenPolicies(permissions_boundary=(named("limit", deny(Sid="Never"), allow()),))
    ).blockers
    assert denying.text == "explicit deny in a permissions boundary"
    assert denying.statements == ("limit#Never",)
    assert lacking.layer is Layer.IDENTITY


def test_nothing_is_in_the_way_of_what_is_allowed() -> None:
    assert decided(GivenPolicies(YES)).blockers == ()


def test_a_closed_public_bucket_is_named() -> None:
    """S11, S15."""
    policies = GivenPolicies(YES, resource=resource("Allow", "*"), s3_block_public_access=True)
    decision = decided(policies, resource_account=AWAY)
    assert decision.outcome is not None
    assert decision.outcome.decided_by is Layer.S3_BLOCK_PUBLIC_ACCESS
    assert [blocker.layer for blocker in decision.blockers] == [Layer.S3_BLOCK_PUBLIC_ACCESS]
    assert decision.aws_message is None
