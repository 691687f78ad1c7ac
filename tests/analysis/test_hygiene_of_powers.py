"""The review of what principals may do and whom trusts let in: each rule found, clear and unknown, by decision."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from iamtui import catalog
from iamtui.analysis.findings.asking.row_requests import request_of_row
from iamtui.analysis.findings.by_rule.federated import STRANGERS
from iamtui.analysis.findings.by_rule.powers import powers
from iamtui.analysis.findings.hygiene import ask_all, review
from iamtui.analysis.findings.review.hygiene_results import Limits
from iamtui.analysis.findings.review.pairs import Pair, known_pairs
from iamtui.analysis.overlay.laying import Edit, laid_over
from iamtui.analysis.overlay.principal_edits import SetInlinePolicy, SetMembership, SetTrust
from iamtui.evaluation.decide import judge
from iamtui.evaluation.decision import Verdict
from iamtui.evaluation.request.request import Unstated
from iamtui.policy.document import Document
from iamtui.policy.lint import FindingSeverity
from iamtui.policy.lint.issuers import issuer_of
from iamtui.snapshot.model import Snapshot
from iamtui.snapshot.opening import open_snapshot
from tests.analysis.test_hygiene import (
    ALICE,
    AT,
    COGNITO,
    INLINE_ADMIN,
    LAMBDA,
    NOW,
    PASSWORD,
    POOL,
    ROOT,
    WEB,
    answer,
    guarded,
    key,
    one_role,
    report,
    reviewed,
    scp,
    trusting,
)
from tests.snapshot.exports import ACCOUNT, OTHER, Json, details, group, policy, role, user, write
from tests.tables import every_row

SAMPLES = Path(__file__).parents[2] / "samples"
GITHUB = "token.actions.githubusercontent.com"


def allowing(*actions: str, resource: str = "*", condition: Json = None) -> list[dict[str, Any]]:
    return saying({"Effect": "Allow", "Action": list(actions), "Resource": resource}, condition)


def saying(statement: dict[str, Any], condition: Json = None) -> list[dict[str, Any]]:
    whole = statement | ({"Condition": condition} if condition else {})
    return [{"PolicyName": "p", "PolicyDocument": {"Version": "2012-10-17", "Statement": [whole]}}]


def denying(*actions: str, resource: str = "*", condition: Json = None) -> list[dict[str, Any]]:
    found = saying({"Effect": "Deny", "Action": list(actions), "Resource": resource}, condition)
    return [{**found[0], "PolicyName": "d"}]


def alice(policies: Json, *roles: Json, **more: Any) -> Json:
    users = [user("alice", UserPolicyList=policies, **more)]
    return details(UserDetailList=users, RoleDetailList=list(roles), Policies=[policy("b")])


def trusted_by(name: str, trust: Json, **more: Json) -> dict[str, Json]:
    return {**role(name), "AssumeRolePolicyDocument": trust, **more}


def github(condition: dict[str, dict[str, str]], url: str = GITHUB) -> Json:
    provider = f"arn:aws:iam::{ACCOUNT}:oidc-provider/{url}"
    named = {
        operator: {f"{url}:{claim}": value for claim, value in keys.items()} for operator, keys in condition.items()
    }
    return one_role(trusting({"Federated": provider}, named, WEB))


READS = {"Effect": "Allow", "NotAction": ["iam:*", "kms:*", "organizations:*"], "Resource": "*"}
OBJECTS = "arn:aws:s3:::b/*"
OWN_ACCOUNT = trusting({"AWS": f"arn:aws:iam::{ACCOUNT}:root"})
MFA_ONLY = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
BOUNDARY = {"StringEquals": {"iam:PermissionsBoundary": f"arn:aws:iam::{ACCOUNT}:policy/b"}}
BOUND: dict[str, Any] = {
    "PermissionsBoundary": {
        "PermissionsBoundaryArn": f"arn:aws:iam::{ACCOUNT}:policy/b",
        "PermissionsBoundaryType": "Policy",
    }
}
NO_SUB = {"StringEquals": {"aud": "sts.amazonaws.com"}}


@every_row(
    ("rule", "account", "expected"),
    [
        ("FI42", alice(allowing("s3:*")), "found"),
        ("FI42", alice(allowing("s3:Get*", "s3:Put*")), "clear"),
        ("FI42", alice(allowing("s3:*", resource="arn:aws:s3:::b/*")), "clear"),
        ("FI42", alice(INLINE_ADMIN), "clear"),  # FI40 tells it
        (  # what takes no resource has no Region of its own
            "FI42",
            alice(
                allowing("rds:*") + denying("*", condition={"StringNotEquals": {"aws:RequestedRegion": "us-east-1"}})
            ),
            "clear",
        ),
        ("FI43", alice(allowing("cloudtrail:StopLogging")), "found"),
        ("FI43", alice(allowing("cloudtrail:*", resource="arn:aws:cloudtrail:*:*:trail/main")), "found"),
        ("FI43", alice(allowing("cloudtrail:StopLogging", condition=MFA_ONLY)), "found"),
        ("FI43", alice(allowing("cloudtrail:LookupEvents")), "clear"),
        ("FI44", alice(allowing("s3:GetObject")), "found"),
        (
            "FI44",
            alice(
                allowing("support:*"),
                trusted_by("audit", LAMBDA, RolePolicyList=allowing("iam:Get*", "cloudtrail:Lookup*")),
            ),
            "clear",
        ),
        ("FI44", {"UserDetailList": [user("alice")]}, "unknown"),
        ("FI45", alice(allowing("sts:AssumeRole"), trusted_by("deploy", OWN_ACCOUNT)), "found"),
        (
            "FI45",
            alice(
                allowing("sts:AssumeRole", resource=f"arn:aws:iam::{ACCOUNT}:role/x*"),
                trusted_by("deploy", OWN_ACCOUNT),
            ),
            "clear",
        ),
        (
            "FI45",
            alice(allowing("sts:AssumeRole", resource=f"arn:aws:iam::{ACCOUNT}:role/*"), trusted_by("deploy", LAMBDA)),
            "clear",
        ),
        ("FI46", alice(allowing("iam:PassRole"), trusted_by("deploy", LAMBDA)), "found"),
        (
            "FI46",
            alice(
                allowing("iam:PassRole", resource=f"arn:aws:iam::{ACCOUNT}:role/deploy"), trusted_by("deploy", LAMBDA)
            ),
            "clear",
        ),
        ("FI49", alice(allowing("iam:PutUserPolicy")), "found"),
        ("FI49", alice(allowing("iam:CreateRole")), "found"),
        ("FI49", alice(allowing("iam:CreateRole", condition=BOUNDARY)), "clear"),
        ("FI68", alice(saying(READS)), "found"),
        ("FI68", alice(allowing("s3:*")), "clear"),
        ("FI90", alice(allowing("iam:CreateUser", "iam:PutUserPolicy")), "found"),
        ("FI90", alice(allowing("iam:CreateUser")), "clear"),
        ("FI90", alice(allowing("iam:DeleteUserPermissionsBoundary", "s3:*"), **BOUND), "clear"),  # the boundary denies
        ("FI90", alice(INLINE_ADMIN), "clear"),
        ("FI98", alice([*allowing("s3:Get*"), *denying("s3:*")]), "found"),
        (
            "FI98",
            alice([*allowing("s3:Get*", resource=OBJECTS), *denying("s3:*", resource="arn:aws:s3:::b*")]),
            "found",
        ),
        ("FI98", alice([*allowing("s3:Get*"), *denying("s3:*", resource=OBJECTS)]), "clear"),
        ("FI98", alice([*allowing("s3:Get*", "sqs:*"), *denying("s3:*")]), "clear"),
        ("FI98", alice([*allowing("s3:Get*"), *denying("s3:*", condition=MFA_ONLY)]), "clear"),
        ("FI98", details(Policies=[policy("a"), policy("b")]), "found"),
        ("FI98", details(Policies=[policy("a"), policy("b", PolicyVersionList=[])]), "unknown"),
        ("FI24", alice(INLINE_ADMIN), "found"),
        ("FI24", alice(saying({"Effect": "Allow", "Action": "*", "Resource": "*"}, MFA_ONLY)), "clear"),
        ("FI24", one_role(OWN_ACCOUNT, RolePolicyList=INLINE_ADMIN), "found"),
        ("FI24", one_role(trusting({"AWS": ACCOUNT}, MFA_ONLY), RolePolicyList=INLINE_ADMIN), "clear"),
        ("FI24", one_role(LAMBDA, RolePolicyList=INLINE_ADMIN), "clear"),  # a service has no MFA
        ("FI63", github(NO_SUB), "found"),
        ("FI63", github({"StringLike": {"sub": "repo:acme*"}}), "found"),  # takes in repo:acme-evil
        ("FI63", github({"StringLike": {"sub": "repo:acme/*"}}), "clear"),
        ("FI63", github({"ForAllValues:StringLike": {"sub": "repo:acme/*"}}), "clear"),  # BishopFox/cloudfox#118
        ("FI63", github({"StringEquals": {"sub": "repo:acme/x:ref:refs/heads/main"}}), "clear"),
        ("FI63", github({"StringEquals": {"aud": "x"}}, "app.terraform.io"), "found"),
        ("FI63", github({"StringEquals": {"aud": "x"}}, "login.acme.example"), "clear"),  # one's own provider
        ("FI64", github({"StringLike": {"sub": "repo:acme/x:*"}}), "found"),
        ("FI64", github({"StringLike": {"sub": "repo:acme/*"}}), "found"),
        ("FI64", github({"StringEquals": {"sub": "repo:acme/x:ref:refs/heads/main"}}), "clear"),
        ("FI64", github(NO_SUB), "clear"),  # FI63 tells it
        (
            "FI65",
            one_role(
                trusting(
                    COGNITO,
                    {
                        "StringEquals": POOL,
                        "ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"},
                    },
                    WEB,
                )
            ),
            "clear",
        ),
        (
            "FI65",
            one_role(
                trusting(
                    COGNITO, {"ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"}}, WEB
                )
            ),
            "found",
        ),
    ],
)
def test_a_rule_about_powers_and_trusts(tmp_path: Path, rule: str, account: Json, expected: str) -> None:
    assert answer(reviewed(tmp_path, account, rules=(rule,)), rule) == expected


DRAINING = Pair("feed and drain", ("sqs:SendMessage",), ("sqs:DeleteQueue", "sqs:PurgeQueue"), same=True)
UNREAD = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": f"arn:aws:iam::{ACCOUNT}:policy/unread"}


def queue(action: str, name: str) -> dict[str, Any]:
    held = allowing(f"sqs:{action}", resource=f"arn:aws:sqs:eu-west-1:{ACCOUNT}:{name}")
    return {**held[0], "PolicyName": action}


@every_row(
    ("policies", "more", "expected", "rows"),
    [
        ([queue("SendMessage", "a"), queue("DeleteQueue", "b")], {}, "clear", []),
        (
            [queue("SendMessage", "a"), queue("DeleteQueue", "b"), queue("PurgeQueue", "a")],
            {},
            "found",
            ["sqs:SendMessage a", "sqs:PurgeQueue a"],
        ),
        ([queue("SendMessage", "a"), queue("PurgeQueue", "a")], {"PermissionsBoundary": UNREAD}, "unknown", []),
        (allowing("iam:DeleteUserPermissionsBoundary"), {"PermissionsBoundary": UNREAD}, "unknown", []),
    ],
)
def test_fi90_both_halves_are_of_one_resource_and_open_where_a_document_is(
    tmp_path: Path, policies: Json, more: dict[str, Any], expected: str, rows: list[str]
) -> None:
    found = reviewed(tmp_path, alice(policies, **more), limits=Limits(pairs=(DRAINING,)), rules=("FI90",))
    said = [row.split() for one in found.findings for row in one.rows]
    assert answer(found, "FI90") == expected
    assert [f"{action} {resource.rpartition(':')[2]}" for _, action, resource in said] == rows


@every_row(
    ("rule", "policies", "credentials", "expected"),
    [
        ("FI21", allowing("s3:*"), report(**PASSWORD), "found"),
        ("FI21", allowing("s3:*"), report(**key()), "found"),
        ("FI21", allowing("s3:*", condition=MFA_ONLY), report(**PASSWORD), "clear"),
        ("FI21", allowing("iam:CreateVirtualMFADevice"), report(**PASSWORD), "clear"),  # self-service
        ("FI21", allowing("s3:*"), report(), "clear"),
        ("FI21", allowing("s3:*"), None, "unknown"),
        ("FI23", [], report(**PASSWORD), "clear"),
        ("FI23", [], None, "unknown"),
        ("FI12", [], None, "unknown"),
    ],
)
def test_a_rule_about_mfa(tmp_path: Path, rule: str, policies: Json, credentials: str | None, expected: str) -> None:
    assert answer(reviewed(tmp_path, alice(policies), credentials=credentials, rules=(rule,)), rule) == expected


def test_fi12_fi23_and_fi55_by_what_lists_say(tmp_path: Path) -> None:
    bot = f"arn:aws:iam::{ACCOUNT}:user/ci-bot"
    device = {
        "VirtualMFADevices": [
            {"SerialNumber": f"arn:aws:iam::{ACCOUNT}:mfa/root-account-mfa-device", "User": {"Arn": ROOT}}
        ]
    }
    found = reviewed(
        tmp_path,
        details(UserDetailList=[user("ci-bot", UserPolicyList=allowing("s3:*", "sqs:*"))]),
        credentials=report(bot, **PASSWORD),
        files={"iam_list_virtual_mfa_devices": device},
    )
    assert {answer(found, rule) for rule in ("FI12", "FI23")} == {"found"}
    assert answer(found, "FI55") == "unknown"


def asked_again(snapshot: Snapshot, row: str) -> bool | None:
    """Whether the request that a row writes is allowed as it stands, or where what it leaves open is so; None: none."""
    request = request_of_row(row)
    if request is None:
        return None
    return any(
        judge(snapshot, replace(request, unstated=unstated)).best.verdict is Verdict.ALLOWED for unstated in Unstated
    )


@pytest.mark.parametrize(
    "name", ["acme-day2.json", *(pytest.param(one, marks=pytest.mark.fuzz) for one in ("acme-day1.json", "acme-org"))]
)
def test_rows_of_findings_asked_again_hold(name: str) -> None:
    """FI1: every request that a row of a sample names, with its keys, is allowed."""
    snapshot = open_snapshot([SAMPLES / name])
    asked = [(found.rule, row, asked_again(snapshot, row)) for found in review(snapshot).findings for row in found.rows]
    assert [(rule, row) for rule, row, holds in asked if holds is False] == []
    if name.endswith("day2.json"):
        wanted = {"FI24", "FI41", "FI43", "FI45", "FI46", "FI61", "FI63", "FI68", "FI90"}
        assert {rule for rule, _, holds in asked if holds} == wanted


FUNCTION = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:f"


@every_row(
    ("held", "principal", "expected"),
    [
        (INLINE_ADMIN, "*", "found"),
        (INLINE_ADMIN, {"AWS": OTHER}, "found"),
        (INLINE_ADMIN, {"AWS": ACCOUNT}, "clear"),
        (allowing("s3:*"), "*", "clear"),
        (INLINE_ADMIN, None, "unknown"),
    ],
)
def test_fi72_ep45_outsiders_run_a_function_that_is_an_administrator(
    tmp_path: Path, held: Json, principal: Json, expected: str
) -> None:
    job = trusted_by("job", LAMBDA, RolePolicyList=held)
    allow = {"Effect": "Allow", "Principal": principal, "Action": "lambda:InvokeFunction", "Resource": FUNCTION}
    policy_of = {"Policy": json.dumps({"Version": "2012-10-17", "Statement": [allow]})}
    functions = {"Functions": [{"FunctionName": "f", "FunctionArn": FUNCTION, "Role": job["Arn"]}]}
    files: dict[str, Json] = {"lambda_list_functions": functions}
    files |= {"lambda_get_policy.f": policy_of} if principal else {}
    assert answer(reviewed(tmp_path, details(RoleDetailList=[job]), files=files), "FI72") == expected


def test_fi61_says_administrator_only_of_one_that_is(tmp_path: Path) -> None:
    """A policy that was not exported could make it one, which is no finding of security."""
    lacking = [{"PolicyName": "X", "PolicyArn": "arn:aws:iam::aws:policy/X"}]
    job = trusted_by("job", trusting({"AWS": OTHER}), AttachedManagedPolicies=lacking)
    (told,) = (one for one in reviewed(tmp_path, details(RoleDetailList=[job])).findings if one.rule == "FI61")
    assert told.severity is FindingSeverity.WARNING
    assert "whether the role is an administrator was not exported" in told.message


def test_fi61_says_of_a_role_that_it_can_become_an_administrator(tmp_path: Path) -> None:
    job = trusted_by("job", trusting({"AWS": OTHER}), RolePolicyList=allowing("iam:PutRolePolicy"))
    (told,) = (one for one in reviewed(tmp_path, details(RoleDetailList=[job])).findings if one.rule == "FI61")
    assert told.severity is FindingSeverity.SECURITY
    assert "the role can become an administrator" in told.message


@every_row(("made", "severity"), [("2026-11-20T00:00:00+00:00", "warning"), ("2026-01-20T00:00:00+00:00", "info")])
def test_fi60_tells_of_an_account_once_with_all_that_lets_it_in(tmp_path: Path, made: str, severity: str) -> None:
    """FI8: a warning where all that lets it in is new."""
    trust = trusting({"AWS": OTHER})
    roles = [trusted_by("first", trust, CreateDate=NOW), trusted_by("second", trust, CreateDate=made)]
    found = reviewed(tmp_path, details(RoleDetailList=roles))
    (told,) = (one for one in found.findings if one.rule == "FI60")
    assert "lets the account 444455556666 in by roles first, second" in told.message
    assert told.severity.value == severity


def test_fi69_a_resource_policy_names_who_is_gone(tmp_path: Path) -> None:
    def letting_in(name: str) -> Json:
        statement = {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:{name}"},
            "Action": "s3:*",
            "Resource": "*",
        }
        return {"Policy": json.dumps({"Version": "2012-10-17", "Statement": [statement]})}

    buckets = {"Buckets": [{"Name": "kept"}, {"Name": "lost"}]}
    files = {
        "s3api_list_buckets": buckets,
        "s3api_get_bucket_policy.lost": letting_in("user/gone"),
        "s3api_get_bucket_policy.kept": letting_in("user/alice"),
    }
    found = reviewed(tmp_path, details(UserDetailList=[user("alice")]), files=files)
    assert [one.subject.name for one in found.findings if one.rule == "FI69"] == ["lost"]


def test_fi85_an_organization_without_rcps_leaves_what_says_everybody_open(tmp_path: Path) -> None:
    assert answer(guarded(tmp_path, "FI85", scp("d", "s3:DeleteBucket"), "r-1"), "FI85") == "found"


def test_the_tables_name_what_aws_has() -> None:
    named = [action for actions in powers().values() for action in actions]
    named += [action for pair in known_pairs() for action in (*pair.first, *pair.second)]
    assert [action for action in named if not catalog.exists(action)] == []
    for url, claims in STRANGERS.items():
        issuer = issuer_of(url)
        assert issuer is not None, url
        assert set(claims) <= set(issuer.tenants), "a claim that names no tenant is chosen, not a stranger's"


DENIED = Document(b'{"Version":"2012-10-17","Statement":[]}')
SERVICE_ONLY = Document(json.dumps(LAMBDA).encode())


@every_row(
    ("rule", "account", "mend"),
    [
        ("FI42", alice(allowing("s3:*")), SetInlinePolicy(ALICE, "p", DENIED)),
        ("FI43", alice(allowing("cloudtrail:StopLogging")), SetInlinePolicy(ALICE, "p", DENIED)),
        (
            "FI45",
            alice(allowing("sts:AssumeRole"), trusted_by("deploy", OWN_ACCOUNT)),
            SetInlinePolicy(ALICE, "p", None),
        ),
        ("FI46", alice(allowing("iam:PassRole"), trusted_by("deploy", LAMBDA)), SetInlinePolicy(ALICE, "p", None)),
        ("FI49", alice(allowing("iam:PutUserPolicy")), SetInlinePolicy(ALICE, "p", None)),
        ("FI68", alice(saying(READS)), SetInlinePolicy(ALICE, "p", None)),
        ("FI90", alice(allowing("iam:CreateUser", "iam:PutUserPolicy")), SetInlinePolicy(ALICE, "p", None)),
        (
            "FI24",
            one_role(OWN_ACCOUNT, RolePolicyList=INLINE_ADMIN),
            SetTrust(f"arn:aws:iam::{ACCOUNT}:role/deploy", SERVICE_ONLY),
        ),
        ("FI63", github(NO_SUB), SetTrust(f"arn:aws:iam::{ACCOUNT}:role/deploy", SERVICE_ONLY)),
        (
            "FI64",
            github({"StringLike": {"sub": "repo:acme/*"}}),
            SetTrust(f"arn:aws:iam::{ACCOUNT}:role/deploy", SERVICE_ONLY),
        ),
        (
            "FI43",
            details(
                UserDetailList=[user("alice", GroupList=["g"])],
                GroupDetailList=[group("g", GroupPolicyList=allowing("account:CloseAccount"))],
            ),
            SetMembership(ALICE, "g", member=False),
        ),
    ],
)
def test_law_a_remedy_laid_over_the_picture_makes_the_finding_go_away(
    tmp_path: Path, rule: str, account: Json, mend: Edit
) -> None:
    """Section 5: it is found, and with its remedy it is clear."""
    found = reviewed(tmp_path, account, rules=(rule,))
    mended = review(laid_over(open_snapshot([tmp_path]), (mend,)), at=AT, rules=(rule,))
    assert (answer(found, rule), answer(mended, rule)) == ("found", "clear")


def test_fi49_giving_policies_is_graver_than_making_principals(tmp_path: Path) -> None:
    found = reviewed(tmp_path, alice(allowing("iam:PutUserPolicy", "iam:CreateUser")))
    assert [one.severity for one in found.findings if one.rule == "FI49"] == [FindingSeverity.SECURITY]


def test_fi41_who_can_become_an_administrator_is_told_with_the_way(tmp_path: Path) -> None:
    """FI3: and who reaches farthest stands first."""
    users = [
        user("alice", UserPolicyList=allowing("iam:PutUserPolicy", resource=ALICE)),
        user("bob", UserPolicyList=allowing("cloudtrail:StopLogging")),
        user("carol", UserPolicyList=allowing("s3:GetObject")),
    ]
    found = reviewed(tmp_path, details(UserDetailList=users))
    (told,) = (one for one in found.findings if one.rule == "FI41")
    assert told.severity is FindingSeverity.SECURITY
    assert told.message.startswith("alice can become an administrator: ")
    assert told.rows == (f"{ALICE} iam:PutUserPolicy {ALICE}",)
    reach = {one.rule: one.reach for one in found.findings}
    assert reach["FI41"] < reach["FI43"], "who becomes an administrator reaches farther than who changes something"


def test_fi55_services_that_were_never_called_and_the_statement_that_could_go(tmp_path: Path) -> None:
    services = [
        {"ServiceNamespace": "s3", "ServiceName": "S3", "LastAuthenticated": "2026-11-01T00:00:00+00:00"},
        {"ServiceNamespace": "sqs", "ServiceName": "SQS"},
    ]
    folder = tmp_path / "iam-get-service-last-accessed-details"
    folder.mkdir()
    (folder / f"{quote(ALICE, safe='')}.json").write_text(
        json.dumps({"JobStatus": "COMPLETED", "ServicesLastAccessed": services})
    )
    for policies, could_go in ((allowing("sqs:*"), True), (allowing("sqs:*", "iam:PassRole"), False)):
        found = reviewed(tmp_path, alice(policies))
        (told,) = (one for one in found.findings if one.rule == "FI55")
        assert "may use 1 of 2 services that it never called: sqs" in told.message
        assert ("could go" in told.message) is could_go, "iam:PassRole is no call and never appears"


def test_wc5_the_search_for_a_role_that_only_reads_may_rest_at_each(tmp_path: Path) -> None:
    roles = [trusted_by(f"r{place}", LAMBDA, RolePolicyList=allowing("iam:Get*", "s3:*")) for place in range(5)]
    snapshot = open_snapshot([write(tmp_path / "0.json", alice(allowing("support:*"), *roles))])
    asked = list(ask_all(snapshot, AT, Limits(), ("FI44",)))
    assert asked.count(None) == len(roles)
    assert [bool(one.answers) for one in asked if one is not None] == [True]
