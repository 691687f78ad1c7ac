"""From whom AWS takes a call at all, where only an export can tell (E68, E69, S21); the rest is in tests/scenarios."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from iamtui.analysis.calls import further_actions
from iamtui.evaluation.applicable.policies import GivenPolicies
from iamtui.evaluation.decide import decide, decide_policies, judge
from iamtui.evaluation.decision import Decision, Layer, Verdict
from iamtui.evaluation.request.request import Request, Unstated
from iamtui.policy.keys import KeyValue
from iamtui.snapshot.model import Snapshot
from iamtui.snapshot.opening import open_snapshot
from tests.evaluation.building import ACCOUNT, allow, arn, deny, named, policy, role, snapshot, trust, user
from tests.tables import every_row

OIDC, GONE = arn("oidc-provider/issuer.example"), arn("oidc-provider/gone.example")
SAML = arn("saml-provider/corp")
TARGET = arn("role/target")


def opened(folder: Path, *lists: str) -> Snapshot:
    """An account whose role trusts three providers, with the lists of providers that are named."""
    web = ["sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"]
    trusting = {
        **trust({"Federated": [OIDC, GONE, SAML]}),
        "Statement": [{"Effect": "Allow", "Principal": {"Federated": [OIDC, GONE, SAML]}, "Action": web}],
    }
    export = {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [role("target", trusting)], "Policies": []}
    answers = {
        "account": export,
        "oidc": {"OpenIDConnectProviderList": [{"Arn": OIDC}]},
        "saml": {"SAMLProviderList": [{"Arn": SAML, "CreateDate": "2026-01-02T03:04:05+00:00"}]},
    }
    for name in ("account", *lists):
        (folder / f"{name}.json").write_text(json.dumps(answers[name]), "utf-8")
    return open_snapshot([folder])


def assume(held: Snapshot, provider: str) -> Decision:
    action = "sts:AssumeRoleWithSAML" if "saml" in provider else "sts:AssumeRoleWithWebIdentity"
    request = Request(provider, action, TARGET, unstated=Unstated.ABSENT)
    decision = decide(held, request)
    assert judge(held, request)[:2] == (decision.best, decision.worst)
    return decision


@pytest.mark.parametrize(
    ("lists", "provider", "verdict"),
    [
        (["oidc"], OIDC, Verdict.ALLOWED),
        (["oidc"], GONE, Verdict.IMPLICIT_DENY),
        (["oidc", "saml"], SAML, Verdict.ALLOWED),
        (["saml"], GONE, Verdict.ALLOWED),  # the OIDC providers were not listed: nobody knows
        ([], GONE, Verdict.ALLOWED),
    ],
    ids=["there", "gone", "SAML", "other kind listed", "not listed"],
)
def test_e69_a_provider_that_is_gone_is_not_found_by_sts(
    tmp_path: Path, lists: list[str], provider: str, verdict: Verdict
) -> None:
    decision = assume(opened(tmp_path, *lists), provider)
    assert decision.outcome is not None
    assert decision.outcome.verdict is verdict
    if verdict is Verdict.IMPLICIT_DENY:
        assert decision.outcome.decided_by is Layer.NONE
        assert any("has no identity provider" in note for note in decision.notes)


@pytest.mark.parametrize("caller", [arn("user/dana"), arn("role/target"), "arn:aws:iam::111122223333:root"])
@pytest.mark.parametrize("action", ["sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"])
def test_e69_nobody_calls_with_credentials_what_takes_a_token(tmp_path: Path, caller: str, action: str) -> None:
    """Whatever the trust policy and the caller's own policies allow; sts:TagSession beside it stays theirs."""
    trusting = policy({"Effect": "Allow", "Principal": {"AWS": arn("root")}, "Action": "sts:*"})
    export = {
        "UserDetailList": [user("dana", allow())],
        "GroupDetailList": [],
        "RoleDetailList": [role("target", trusting, allow())],
        "Policies": [],
    }
    (tmp_path / "account.json").write_text(json.dumps(export), "utf-8")
    held = open_snapshot([tmp_path])
    for asked, word in ((action, "implicitDeny"), ("sts:TagSession", "allowed")):
        request = Request(caller, asked, TARGET, unstated=Unstated.ABSENT)
        assert decide(held, request).word == word
        assert judge(held, request)[0].verdict is (Verdict.ALLOWED if word == "allowed" else Verdict.IMPLICIT_DENY)


def test_the_reason_of_a_refusal_stands_in_the_notes(tmp_path: Path) -> None:
    held = opened(tmp_path)
    decision = decide(held, Request("anonymous", "kms:Decrypt", f"arn:aws:kms:eu-west-1:{TARGET.split(':')[4]}:key/k"))
    assert any("must be signed" in note for note in decision.notes)
    assert decision.outcome is not None
    assert decision.outcome.decided_by is Layer.NONE


EC2 = "arn:aws:ec2:eu-west-1:111122223333:"


@pytest.mark.parametrize(
    ("action", "resource", "others"),
    [
        ("ec2:RunInstances", EC2 + "instance/*", {"image", "network-interface", "security-group", "subnet"}),
        ("ec2:RunInstances", EC2 + "subnet/subnet-1", {"image", "network-interface", "security-group", "instance"}),
        ("ec2:CreateSubnet", EC2 + "subnet/*", {"vpc"}),
        ("kms:CreateAlias", "arn:aws:kms:eu-west-1:111122223333:alias/a", {"key"}),
        ("ec2:StartInstances", EC2 + "instance/i-1", set()),
        ("s3:GetObject", "arn:aws:s3:::b/x", set()),
    ],
)
def test_e71_the_other_resources_that_a_call_is_asked_about_are_named(
    action: str, resource: str, others: set[str]
) -> None:
    decision = decide_policies(GivenPolicies(), Request(arn("user/alice"), action, resource))
    said = [note for note in decision.notes if "as well" in note and "E71" in note]
    assert bool(said) is bool(others)
    assert all(kind in note for note in said for kind in others)


def test_e70_a_function_url_needs_the_invocation_too() -> None:
    assert "lambda:InvokeFunction" in {related.action for related in further_actions("lambda:InvokeFunctionUrl")}


@pytest.mark.parametrize(("given", "word"), [(None, "conditional"), ("true", "allowed"), ("false", "implicitDeny")])
def test_e68_an_unsigned_invocation_depends_on_whether_a_function_url_makes_it(given: str | None, word: str) -> None:
    function = "arn:aws:lambda:eu-west-1:111122223333:function:hello"
    statement = {"Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunction", "Resource": function}
    context = {} if given is None else {"lambda:InvokedViaFunctionUrl": KeyValue.of(given)}
    request = Request("anonymous", "lambda:InvokeFunction", function, context=context)
    decision = decide_policies(GivenPolicies(resource=named("resource", statement)), request)
    assert decision.word == word
    assert [one.key for one in decision.unknown_keys] == (["lambda:InvokedViaFunctionUrl"] if given is None else [])


FUNCTION_URL = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:hello"


@every_row(
    ("context", "unstated", "word"),
    [
        ({"lambda:FunctionUrlAuthType": "NONE"}, Unstated.ABSENT, "allowed"),
        ({"lambda:FunctionUrlAuthType": "AWS_IAM"}, Unstated.ABSENT, "implicitDeny"),
        ({}, Unstated.ABSENT, "allowed"),
        ({}, Unstated.UNKNOWN, "conditional"),
    ],
)
def test_e68_unsigned_requests_reach_a_url_of_type_none_only(
    context: dict[str, str], unstated: Unstated, word: str
) -> None:
    opened = allow("lambda:InvokeFunctionUrl", Principal="*")
    policies = GivenPolicies(resource=named("resource", opened))
    stated = {key: KeyValue.of(value) for key, value in context.items()}
    request = Request("anonymous", "lambda:InvokeFunctionUrl", FUNCTION_URL, ACCOUNT, context=stated, unstated=unstated)
    decision = decide_policies(policies, request)
    assert decision.word == word
    assert [key.key for key in decision.unknown_keys] == ["lambda:FunctionUrlAuthType"] * (word == "conditional")


@every_row(
    ("action", "principal", "own", "word"),
    [
        ("elasticfilesystem:ClientMount", "anonymous", None, "allowed"),
        ("elasticfilesystem:ClientWrite", arn("user/alice"), None, "allowed"),
        ("elasticfilesystem:ClientRootAccess", "anonymous", None, "allowed"),
        (
            "elasticfilesystem:ClientMount",
            arn("user/alice"),
            deny("elasticfilesystem:ClientWrite", Principal="*"),
            "implicitDeny",
        ),
        ("elasticfilesystem:DeleteFileSystem", arn("user/alice"), None, "implicitDeny"),
    ],
)
def test_s26_a_file_system_without_policy_lets_every_client_in(
    action: str, principal: str, own: dict[str, object] | None, word: str
) -> None:
    resource = f"arn:aws:elasticfilesystem:eu-west-1:{ACCOUNT}:file-system/fs-0a1b2c3d"
    policies = GivenPolicies(resource=None if own is None else named("resource", own))
    decision = decide_policies(policies, Request(principal, action, resource, unstated=Unstated.ABSENT))
    assert decision.word == word


@every_row(
    ("own", "unstated", "word"),
    [
        ((), Unstated.UNKNOWN, "conditional"),
        ((), Unstated.ABSENT, "allowed"),
        ((allow("elasticfilesystem:*"),), Unstated.UNKNOWN, "allowed"),
        ((deny("elasticfilesystem:*"),), Unstated.UNKNOWN, "explicitDeny"),
    ],
)
def test_s26_a_file_system_whose_policy_was_not_exported_may_let_every_client_in(
    tmp_path: Path, own: tuple[dict[str, object], ...], unstated: Unstated, word: str
) -> None:
    held = snapshot(tmp_path, UserDetailList=[user("alice", *own)])
    resource = f"arn:aws:elasticfilesystem:eu-west-1:{ACCOUNT}:file-system/fs-0a1b2c3d"
    decision = decide(held, Request(arn("user/alice"), "elasticfilesystem:ClientMount", resource, unstated=unstated))
    assert decision.word == word
    if word == "allowed":
        assert f"the policy of {resource} was not exported: taken as none" in decision.assumed
