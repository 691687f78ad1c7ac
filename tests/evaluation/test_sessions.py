"""What a session brings along that no export says: tags, a name, MFA, a narrower policy (K14, K19, K35, E53, E81)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from iamtui.evaluation.applicable.policies import GivenPolicies
from iamtui.evaluation.decide import decide, decide_policies, judge
from iamtui.evaluation.decision import Decision, Layer, LayerEffect, Verdict
from iamtui.evaluation.request.request import NamedPolicy, Request, Unstated
from iamtui.policy.keys import ABSENT, KeyValue
from tests.evaluation.building import ACCOUNT, allow, arn, deny, document, named, policy, role, snapshot, trust, user
from tests.tables import every_row

OBJECT = "arn:aws:s3:::b/x"
APP = arn("role/app")
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/app/s1"
COGNITO = "cognito-identity.amazonaws.com"
ELSEWHERE = ("cognito-identity-us-gov.amazonaws.com", "cognito-identity.us-gov-east-1.amazonaws.com")
IN_CHINA = "cognito-identity.cn-north-1.amazonaws.com.cn"
WEB = "sts:AssumeRoleWithWebIdentity"
MFA = "aws:MultiFactorAuthPresent"


def ask(
    folder: Path, trusting: object, *statements: object, principal: str = APP, tags: Any = (), **more: Any
) -> Decision:
    """What the role `app` with this trust policy and these statements gets for an answer."""
    made = role("app", trusting, *statements, Tags=[{"Key": key, "Value": value} for key, value in tags])
    held = snapshot(folder, RoleDetailList=[made])
    request = Request(principal, **{"action": "s3:GetObject", "resource": OBJECT, **more})
    decision = decide(held, request)
    bounds = judge(held, request)
    assert (bounds.best.verdict, bounds.worst.verdict) == (decision.best.verdict, decision.worst.verdict)
    return decision


TEAM = allow(Condition={"StringEquals": {"aws:PrincipalTag/team": "red"}})
SAML = {"Federated": arn("saml-provider/corp")}
TAGGING = policy({"Effect": "Allow", "Principal": SAML, "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"]})


@every_row("principal", [APP, SESSION])
@every_row(
    ("trusting", "tags", "word"),
    [
        (TAGGING, [], "conditional"),
        (TAGGING, [("team", "red")], "conditional"),
        (TAGGING, [("team", "blue")], "conditional"),
        (trust({"AWS": ACCOUNT}, "sts:*"), [], "conditional"),
        (trust(SAML, "sts:AssumeRoleWithSAML"), [], "implicitDeny"),
        (trust(SAML, "sts:AssumeRoleWithSAML"), [("team", "red")], "allowed"),
        (policy(*TAGGING["Statement"][:0], {**TAGGING["Statement"][0], "Effect": "Deny"}), [], "implicitDeny"),  # type: ignore[index]
    ],
    ids=["may be tagged", "its own tag", "another own tag", "every action", "no tags", "own tag", "denied"],
)
def test_e53_session_tags_are_unknown_where_the_trust_policy_lets_them_be_passed(
    tmp_path: Path, trusting: object, tags: list[tuple[str, str]], word: str, principal: str
) -> None:
    decision = ask(tmp_path, trusting, TEAM, principal=principal, tags=tags)
    assert decision.word == word
    assert [one.key for one in decision.unknown_keys] == (["aws:PrincipalTag/team"] if word == "conditional" else [])


def test_k14_a_tag_that_is_stated_or_a_scenario_s_own_is_certain(tmp_path: Path) -> None:
    stated = {"aws:PrincipalTag/team": KeyValue.of("red")}
    assert ask(tmp_path, TAGGING, TEAM, context=stated).word == "allowed"
    assert ask(tmp_path, TAGGING, TEAM, tags=[("team", "red")], unstated=Unstated.ABSENT).word == "allowed"
    assert ask(tmp_path, TAGGING, TEAM, unstated=Unstated.ABSENT).word == "implicitDeny"


@pytest.mark.parametrize(
    ("service", "key", "word"),
    [
        ("rolesanywhere.amazonaws.com", "aws:PrincipalTag/x509Subject/CN", "conditional"),
        ("rolesanywhere.amazonaws.com", "aws:PrincipalTag/x509Issuer/O", "conditional"),
        ("rolesanywhere.amazonaws.com", "aws:PrincipalTag/x509SAN/DNS", "conditional"),
        ("rolesanywhere.amazonaws.com", "aws:PrincipalTag/team", "implicitDeny"),
        ("ec2.amazonaws.com", "aws:PrincipalTag/x509Subject/CN", "implicitDeny"),
        ("pods.eks.amazonaws.com", "aws:RequestTag/kubernetes-namespace", "conditional"),
    ],
)
def test_what_a_service_passes_of_the_one_it_acts_for_is_unknown(
    tmp_path: Path, service: str, key: str, word: str
) -> None:
    asking = trust({"Service": service}, Condition={"StringEquals": {key: "host.acme.example"}})
    decision = ask(tmp_path, asking, principal=service, action="sts:AssumeRole", resource=APP)
    assert decision.word == word


AROA = "AROAAPP0000000000000"


@every_row(
    ("operator", "value", "matches"),
    [
        ("StringLike", f"{AROA}:*", True),
        ("StringLike", "AROAAPP*", True),
        ("StringLike", "*", True),
        ("StringLike", "AROA*:*", True),
        ("StringLike", "AROAOTHER0000000000000:*", False),
        ("StringLike", f"{AROA}x:*", False),
        ("StringEquals", "AIDAALICE", False),
        ("StringEquals", f"{AROA}:s1", None),
        ("StringLike", f"{AROA}:s*", None),
        ("StringLike", "*:s1", None),
        ("StringEquals", f"{AROA}:*", None),
    ],
)
@every_row("unstated", list(Unstated))
def test_k19_of_the_user_id_of_a_role_the_beginning_is_known(
    tmp_path: Path,
    operator: str,
    value: str,
    matches: bool | None,
    unstated: Unstated,
) -> None:
    service = trust({"Service": "ec2.amazonaws.com"})
    negated = operator.replace("String", "StringNot")
    allowing = ask(tmp_path, service, allow(Condition={operator: {"aws:userid": value}}), unstated=unstated)
    denying = ask(tmp_path, service, allow(), deny(Condition={negated: {"aws:userid": value}}), unstated=unstated)
    if matches is None and unstated is Unstated.UNKNOWN:
        assert allowing.is_conditional
        assert denying.is_conditional
        return
    assert allowing.word == ("allowed" if matches else "implicitDeny")
    assert denying.word == ("allowed" if matches else "explicitDeny")
    assert allowing.missing_context == (("aws:userid",) if matches is None else ())


@pytest.mark.parametrize("unstated", list(Unstated))
def test_k19_the_user_id_is_always_there(tmp_path: Path, unstated: Unstated) -> None:
    never = deny(Condition={"Null": {"aws:userid": "true"}})
    assert ask(tmp_path, trust({"Service": "ec2.amazonaws.com"}), allow(), never, unstated=unstated).word == "allowed"


GUEST = {"ForAnyValue:StringLike": {f"{COGNITO}:amr": "unauthenticated"}}
MEMBER = {"ForAnyValue:StringLike": {f"{COGNITO}:amr": "authenticated"}}
POOL = {"StringEquals": {f"{COGNITO}:aud": "eu-west-1:1a2b"}}


@every_row(
    ("condition", "action", "word"),
    [
        (GUEST, "ssm:GetParameter", "conditional"),
        ({**GUEST, **POOL}, "secretsmanager:ListSecrets", "conditional"),
        (POOL, "ssm:GetParameter", "conditional"),  # who did not sign in may come as well
        (MEMBER, "ssm:GetParameter", "allowed"),
        (GUEST, "s3:GetObject", "allowed"),
        (GUEST, "polly:SynthesizeSpeech", "allowed"),
        (GUEST, "rum:PutRumEvents", "allowed"),
        (GUEST, "rum:DeleteAppMonitor", "conditional"),
        (GUEST, "textract:DetectDocumentText", "allowed"),
        (GUEST, "textract:GetDocumentAnalysis", "conditional"),
    ],
)
def test_a_guest_of_an_identity_pool_has_only_what_cognito_leaves_him(
    tmp_path: Path, condition: object, action: str, word: str
) -> None:
    asking = trust({"Federated": COGNITO}, WEB, Condition=condition)
    decision = ask(tmp_path, asking, allow(), action=action, resource="*")
    assert decision.word == word
    assert any("Cognito passes guests" in text for text in decision.unknown_data) is (word == "conditional")
    if word == "conditional":
        assert decision.worst.decided_by is Layer.SESSION


@pytest.mark.parametrize("provider", [*ELSEWHERE, IN_CHINA])
def test_guests_come_from_cognito_s_other_partitions_too(tmp_path: Path, provider: str) -> None:
    for state, word in (("unauthenticated", "conditional"), ("authenticated", "allowed")):
        condition = {"ForAnyValue:StringLike": {f"{provider}:amr": state}}
        asking = trust({"Federated": provider}, WEB, Condition=condition)
        assert ask(tmp_path, asking, allow(), action="ssm:GetParameter", resource="*").word == word


def test_a_guest_s_session_policy_is_asked_where_it_is_stated_and_taken_as_none_in_a_scenario(tmp_path: Path) -> None:
    asking = trust({"Federated": COGNITO}, WEB, Condition=GUEST)
    passed = (NamedPolicy("passed", document(policy(allow("ssm:*")))),)
    asked = {"action": "ssm:GetParameter", "resource": f"arn:aws:ssm:eu-west-1:{ACCOUNT}:parameter/app"}
    assert ask(tmp_path, asking, allow(), session_policies=passed, **asked).word == "allowed"
    scenario = ask(tmp_path, asking, allow(), unstated=Unstated.ABSENT, **asked)
    assert scenario.word == "allowed"
    assert any("Cognito" in text for text in scenario.assumed)


@pytest.mark.parametrize(
    ("service", "word"),
    [("rolesanywhere", "profiles"), ("transfer", "Transfer Family"), ("chatbot", "guardrails"), ("ec2", None)],
)
def test_services_that_can_narrow_their_sessions_are_named(tmp_path: Path, service: str, word: str | None) -> None:
    decision = ask(tmp_path, trust({"Service": f"{service}.amazonaws.com"}), allow())
    said = [note for note in decision.notes if "session policy of its own" in note]
    assert [word in note for note in said if word] == ([True] if word else [])
    assert bool(said) is (word is not None)


def sign_in(principal: str, context: dict[str, KeyValue], statement: object) -> list[str]:
    policies = GivenPolicies(identity=(named("p", statement),))
    decision = decide_policies(policies, Request(principal, "s3:GetObject", OBJECT, context=context))
    return [note for note in decision.notes if "K35" in note]


WITH_MFA = allow(Condition={"Bool": {MFA: "true"}})


@every_row(
    ("principal", "context", "statement", "word"),
    [
        (arn("user/alice"), {}, WITH_MFA, "long-term access key"),
        (arn("user/alice"), {}, allow(Condition={"NumericLessThan": {"aws:MultiFactorAuthAge": "60"}}), "long-term"),
        (arn("user/alice"), {}, deny(Condition={"Null": {"aws:TokenIssueTime": "true"}}), "long-term"),
        (arn("user/alice"), {}, deny(Condition={"BoolIfExists": {MFA: "false"}}), "long-term"),
        (SESSION, {}, WITH_MFA, "without MFA"),
        (arn("user/alice"), {MFA: KeyValue.of("true")}, WITH_MFA, None),
        (arn("user/alice"), {MFA: ABSENT}, WITH_MFA, None),
        (arn("user/alice"), {}, allow("ec2:*", Condition={"Bool": {MFA: "true"}}), None),
        (arn("user/alice"), {}, allow(), None),
    ],
)
def test_k35_how_the_caller_is_taken_to_have_signed_in_is_said_where_a_statement_asks(
    principal: str, context: dict[str, KeyValue], statement: object, word: str | None
) -> None:
    said = sign_in(principal, context, statement)
    assert [word in note for note in said if word is not None] == ([True] if word else [])
    assert bool(said) is (word is not None)


TAGS = allow("ec2:CreateTags", Condition={"StringEquals": {"aws:TagKeys": "Owner"}})


@pytest.mark.parametrize(
    "value", [KeyValue.of("Owner"), KeyValue.listing(("Owner",)), KeyValue.listing(("Owner", "x"))]
)
def test_c20_a_multivalued_key_is_a_list_however_many_values_are_stated(value: KeyValue) -> None:
    resource = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:instance/i-1"
    request = Request(arn("user/alice"), "ec2:CreateTags", resource, context={"aws:TagKeys": value})
    decision = decide_policies(GivenPolicies(identity=(named("p", TAGS),)), request)
    assert decision.outcome is not None
    assert decision.outcome.verdict is Verdict.IMPLICIT_DENY
    assert any("multivalued" in note and "UNCONFIRMED" in note for note in decision.notes)


def test_a_tag_without_value_is_said_to_be_none_in_the_trace(tmp_path: Path) -> None:
    reading = allow("s3:GetObject", "arn:aws:s3:::b/${aws:PrincipalTag/team}/*")
    alice = {**user("alice", reading), "Tags": [{"Key": "team", "Value": ""}]}
    held = snapshot(tmp_path, UserDetailList=[alice])
    decision = decide(held, Request(arn("user/alice"), "s3:GetObject", "arn:aws:s3:::b//x", unstated=Unstated.ABSENT))
    assert decision.word == "implicitDeny"
    (layer,) = [one for one in decision.layers if one.layer is Layer.IDENTITY]
    assert layer.effect is LayerEffect.SILENT
    notes = [
        one.note or ""
        for traced in layer.policies
        for statement in traced.statements
        for element in statement.elements
        for one in element.detailed
    ]
    assert any("counts as no value" in note and "UNCONFIRMED" in note for note in notes)


OIDC = arn("oidc-provider/issuer.example")


@every_row(
    ("principal", "named_provider", "word"),
    [
        (OIDC, OIDC, "allowed"),
        (OIDC, "accounts.google.com", "implicitDeny"),
        (["accounts.google.com"], "accounts.google.com", "allowed"),
        ([OIDC, arn("oidc-provider/other.example")], OIDC, "conditional"),
        ([OIDC, arn("saml-provider/corp")], OIDC, "conditional"),
        (arn("saml-provider/corp"), arn("saml-provider/corp"), "implicitDeny"),
    ],
)
def test_k31_the_provider_is_the_one_that_the_role_trusts(
    tmp_path: Path, principal: object, named_provider: str, word: str
) -> None:
    fenced = allow(Condition={"StringEquals": {"aws:FederatedProvider": named_provider}})
    assert ask(tmp_path, trust({"Federated": principal}, WEB), fenced).word == word


def test_k31_the_provider_of_a_role_that_was_not_exported_is_not_known(tmp_path: Path) -> None:
    held = snapshot(tmp_path, UserDetailList=[user("alice")])
    there = f"arn:aws:iam::444455556666:role/{ACCOUNT}"
    fenced = deny("sqs:*", Condition={"Null": {"aws:FederatedProvider": "false"}})
    policies = GivenPolicies(identity=(named("id", allow(), fenced),))
    asked = Request(there, "sqs:ListQueues", unstated=Unstated.UNKNOWN)
    assert [key.key for key in decide_policies(policies, asked).unknown_keys] == ["aws:FederatedProvider"]
    assert decide(held, asked).is_conditional
