"""What each rule of a review is asked in other words: spellings, dates that nobody can read, lists that tell half."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from tests.analysis.test_hygiene import (
    ALICE,
    LAMBDA,
    LONG_AGO,
    NOW,
    PASSWORD,
    ROOT,
    TOPIC,
    answer,
    key,
    one_role,
    report,
    reviewed,
    topic,
    trusting,
)
from tests.analysis.test_hygiene_of_powers import (
    MFA_ONLY,
    OWN_ACCOUNT,
    alice,
    allowing,
    denying,
    github,
    saying,
    trusted_by,
)
from tests.analysis.test_hygiene_traps import EVERYTHING, NO_MFA_BOOL, NO_MFA_IF_EXISTS, SERVICE_LINKED, called, eks
from tests.snapshot.exports import ACCOUNT, OTHER, Json, details, group, role, user, write
from tests.tables import every_row

PROFILE: dict[str, Json] = {
    "iam_get_login_profile.alice": {"LoginProfile": {"UserName": "alice", "CreateDate": LONG_AGO}}
}
NO_KEYS: dict[str, Json] = {"iam_list_access_keys.alice": {"AccessKeyMetadata": []}}
PHONE: Json = {"SerialNumber": f"arn:aws:iam::{ACCOUNT}:mfa/phone-of-root", "User": {"Arn": ROOT}}
PHONE_OF_ROOT: dict[str, Json] = {"iam_list_virtual_mfa_devices": {"VirtualMFADevices": [PHONE]}}
UNDATED = {"ServerCertificateMetadataList": [{"Arn": f"arn:aws:iam::{ACCOUNT}:server-certificate/www"}]}
NEVER = {"password_last_used": "no_information"}
UNREADABLE = "22/11/2026"


def listed(**more: str) -> dict[str, Json]:
    one = {"UserName": "alice", "UserId": "AIDAALICE", "Path": "/", "Arn": ALICE, "CreateDate": LONG_AGO, **more}
    return {"iam_list_users": {"Users": [one]}}


@every_row(
    ("rule", "credentials", "files", "expected"),
    [
        # Root may have several virtual devices, each called as its owner likes.
        ("FI12", report(ROOT, mfa_active="true"), PHONE_OF_ROOT, "found"),
        ("FI13", None, PHONE_OF_ROOT, "unknown"),  # it says nothing of use
        ("FI13", report(ROOT, password_last_used=UNREADABLE), {}, "unknown"),
        ("FI13", report(ROOT, **NEVER), {}, "clear"),
        ("FI13", report(ROOT, **key(1, LONG_AGO, UNREADABLE)), {}, "unknown"),
        ("FI23", report(**PASSWORD | {"password_last_used": "N/A"}, **key(1, LONG_AGO, NOW)), {}, "found"),
        (  # a password of these days was not used yet
            "FI23",
            report(**PASSWORD | {"password_last_used": "N/A", "password_last_changed": NOW}, **key(1, LONG_AGO, NOW)),
            {},
            "clear",
        ),
        ("FI23", report(**PASSWORD | {"password_last_used": UNREADABLE}, **key(1, LONG_AGO, NOW)), {}, "unknown"),
        ("FI27", report(**key(1, LONG_AGO, UNREADABLE)), {}, "unknown"),
        ("FI27", report(**key(1, LONG_AGO, "")), {}, "unknown"),
        ("FI27", report(**key(1, LONG_AGO, "no_information")), {}, "found"),
        ("FI27", report(**key(1, NOW, UNREADABLE)), {}, "clear"),
        ("FI28", report(**PASSWORD | {"password_last_used": UNREADABLE}), {}, "unknown"),
        ("FI28", None, PROFILE, "unknown"),  # that there is a password says nothing of its use
        ("FI28", None, PROFILE | listed(), "found"),
        ("FI28", None, PROFILE | listed(PasswordLastUsed=NOW), "clear"),
        ("FI28", None, PROFILE | listed(PasswordLastUsed=UNREADABLE), "unknown"),
        ("FI29", report(**PASSWORD, **key(1, "N/A")), {}, "unknown"),
        ("FI29", report(**PASSWORD, **key(1, LONG_AGO, UNREADABLE)), {}, "unknown"),
        ("FI30", report(**key(1, LONG_AGO, UNREADABLE)), {}, "unknown"),
        ("FI31", report(**key()), {"iam_list_server_certificates": UNDATED}, "unknown"),
        ("FI51", report(**key(1, "N/A")), {}, "unknown"),
        ("FI51", report(**key(1, "N/A"), **key(2, LONG_AGO, NOW)), {}, "clear"),
        ("FI51", None, PROFILE | NO_KEYS, "unknown"),
    ],
)
def test_a_use_that_no_export_tells_is_not_never(
    tmp_path: Path, rule: str, credentials: str | None, files: dict[str, Json], expected: str
) -> None:
    assert answer(reviewed(tmp_path, alice([]), credentials=credentials, files=files, rules=(rule,)), rule) == expected


UNREAD = [{"PolicyName": "X", "PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/X"}]
BY_AWS = [{"PolicyName": "Y", "PolicyArn": "arn:aws:iam::aws:policy/Y"}]
BROKEN = [{"PolicyName": "p", "PolicyDocument": {"Statement": 7}}]
OF_POLICIES = ("FI24", "FI40", "FI41", "FI42", "FI43", "FI45", "FI46", "FI49", "FI68", "FI90", "FI98")


@every_row(
    ("account", "expected"),
    [
        (alice([], AttachedManagedPolicies=UNREAD), dict.fromkeys(OF_POLICIES, "unknown")),
        (alice(BROKEN), dict.fromkeys(OF_POLICIES, "unknown")),
        (one_role(AttachedManagedPolicies=UNREAD), dict.fromkeys(OF_POLICIES, "unknown") | {"FI44": "unknown"}),
        (
            details(
                UserDetailList=[user("alice", GroupList=["g"])],
                GroupDetailList=[group("g", AttachedManagedPolicies=UNREAD)],
            ),
            dict.fromkeys(OF_POLICIES, "unknown"),
        ),
        ({"UserDetailList": [user("alice", GroupList=["g"])]}, dict.fromkeys(OF_POLICIES, "unknown")),
        # FI42 is about policies of the customer.
        (alice([], AttachedManagedPolicies=BY_AWS), {"FI42": "clear", "FI43": "unknown"}),
        (one_role(AttachedManagedPolicies=UNREAD, **SERVICE_LINKED), dict.fromkeys(OF_POLICIES, "clear")),
        (alice([]), dict.fromkeys(OF_POLICIES, "clear") | {"FI44": "found"}),
    ],
)
def test_fi2_what_a_policy_gives_is_unknown_while_nobody_exported_its_document(
    tmp_path: Path, account: Json, expected: dict[str, str]
) -> None:
    found = reviewed(tmp_path, account)
    assert {rule: answer(found, rule) for rule in expected} == expected


DEPLOY = trusted_by("deploy", OWN_ACCOUNT)
PASSED = trusted_by("deploy", LAMBDA)
LETTERS = [f"sqs:{letter}*" for letter in "abcdefghijklmnopqrstuvwxyz"]


def taking(resource: str, *roles: Json) -> Json:
    return alice(allowing("sts:AssumeRole", resource=resource), *roles)


def passing(resource: str) -> Json:
    return alice(allowing("iam:PassRole", resource=resource), PASSED)


@every_row(
    ("rule", "account", "expected"),
    [
        ("FI42", alice(allowing("sqs:**")), "found"),
        ("FI42", alice(allowing("SQS:*")), "found"),
        ("FI42", alice(allowing("sq*:*")), "found"),
        ("FI42", alice(allowing(*LETTERS)), "found"),
        ("FI42", alice(allowing(*LETTERS[:-8])), "clear"),
        ("FI45", taking(f"arn:aws:iam::{ACCOUNT}:role/deplo?", DEPLOY), "found"),
        ("FI45", taking(f"arn:aws:iam::{ACCOUNT}:role*", DEPLOY), "found"),
        ("FI45", taking(f"arn:aws:iam::{ACCOUNT}", DEPLOY), "clear"),
        ("FI45", taking(f"arn:aws:iam::{ACCOUNT}:user/*", DEPLOY), "clear"),
        ("FI45", taking("arn:aws:iam::*", DEPLOY), "found"),
        ("FI45", taking(f"arn:aws:iam::{OTHER}:role/ci-*"), "found"),
        ("FI45", taking(f"arn:aws:iam::{OTHER}:role/ci"), "clear"),
        ("FI46", passing(f"arn:aws:iam::{ACCOUNT}:role/deplo?"), "found"),
        ("FI46", passing("arn:aws:iam::*"), "found"),
        ("FI46", passing(f"arn:aws:iam::{ACCOUNT}:role/other?"), "clear"),
        # Whoever may give policies to himself alone asks for no boundary either.
        ("FI49", alice(allowing("iam:PutUserPolicy", resource="arn:aws:iam::*:user/${aws:username}")), "found"),
        ("FI49", alice(allowing("iam:PutUserPolicy", resource="arn:aws:iam::*:user/${aws:username}-x")), "clear"),
        # No bucket is called so that a policy of somebody's can mean it by chance.
        (
            "FI68",
            alice(saying({"Effect": "Allow", "Action": "s3:GetObject", "NotResource": "arn:aws:s3:::x/*"})),
            "found",
        ),
        ("FI50", one_role(CreateDate=LONG_AGO, RoleLastUsed={"LastUsedDate": UNREADABLE}), "unknown"),
        # A condition that does not ask for MFA may hold without it.
        ("FI24", alice(allowing("*", condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}})), "found"),
        ("FI24", alice(allowing("*", condition={"NumericLessThan": {"aws:MultiFactorAuthAge": "60"}})), "clear"),
        ("FI24", one_role(OWN_ACCOUNT, RolePolicyList=allowing("*", condition=MFA_ONLY)), "clear"),
        ("FI24", one_role(trusting({"AWS": OTHER}), RolePolicyList=EVERYTHING), "found"),
    ],
)
def test_the_same_in_other_words(tmp_path: Path, rule: str, account: Json, expected: str) -> None:
    assert answer(reviewed(tmp_path, account, rules=(rule,)), rule) == expected


def test_fi45_roles_of_another_exported_account_are_those_that_trust(tmp_path: Path) -> None:
    """prowler-cloud/prowler#10703: the trust decides."""
    held = [
        {**role("open", OTHER), "AssumeRolePolicyDocument": trusting({"AWS": ALICE})},
        {**role("closed", OTHER), "AssumeRolePolicyDocument": LAMBDA},
    ]
    other = details(RoleDetailList=held)
    found = reviewed(tmp_path, taking(f"arn:aws:iam::{OTHER}:role/*"), other, rules=("FI45",))
    (told,) = found.findings
    assert told.message == f"alice can take 1 role by the pattern arn:aws:iam::{OTHER}:role/*: open"
    closed = details(RoleDetailList=held[1:])
    assert not reviewed(tmp_path / "closed", taking(f"arn:aws:iam::{OTHER}:role/*"), closed, rules=("FI45",)).findings


def listing(*statements: Json) -> list[dict[str, Json]]:
    return [{"PolicyName": "p", "PolicyDocument": {"Version": "2012-10-17", "Statement": list(statements)}}]


def letting(action: Json, condition: Json = None, resource: str = "*") -> dict[str, Json]:
    allow: dict[str, Json] = {"Effect": "Allow", "Action": action, "Resource": resource}
    return allow | ({"Condition": condition} if condition else {})


@every_row(
    ("policies", "expected"),
    [
        (listing(*[letting("s3:GetObject", MFA_ONLY)] * 14, letting("sqs:SendMessage")), "found"),
        (listing(letting(["iam:GetUser", "iam:ListUsers", "iam:ChangePassword", "sts:*", "s3:GetObject"])), "found"),
        ([*called("a", allowing("sqs:*")), *denying("sqs:AddPermission")], "found"),
        (listing(letting("s3:PutObject", resource="arn:aws:s3:::b/${aws:username}/*")), "found"),
        (listing(letting("iam:CreateAccessKey", resource="arn:aws:iam::*:user/${aws:username}")), "clear"),
        (listing(letting("s3:*", {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}})), "found"),
        (listing(letting("s3:*", {"NumericLessThan": {"aws:MultiFactorAuthAge": "60"}})), "clear"),
        ([*called("a", EVERYTHING), *denying("*", condition=NO_MFA_IF_EXISTS)], "clear"),
        ([*called("a", EVERYTHING), *denying("*", condition=NO_MFA_BOOL)], "found"),
    ],
)
def test_fi21_something_of_a_long_policy_works_without_mfa(tmp_path: Path, policies: Json, expected: str) -> None:
    found = reviewed(tmp_path, alice(policies), credentials=report(**PASSWORD), rules=("FI21",))
    assert answer(found, "FI21") == expected


def test_fi55_a_date_that_nobody_can_read_is_not_never(tmp_path: Path) -> None:
    actions = [{"ActionName": "DeleteBucket", "LastAccessedTime": UNREADABLE}, {"ActionName": "PutBucketTagging"}]
    services = [
        {"ServiceNamespace": "s3", "LastAuthenticated": NOW, "TrackedActionsLastAccessed": actions},
        {"ServiceNamespace": "sqs", "LastAuthenticated": UNREADABLE},
        {"ServiceNamespace": "sns"},
    ]
    write(
        tmp_path / "iam-get-service-last-accessed-details" / f"{quote(ALICE, safe='')}.json",
        {
            "JobStatus": "COMPLETED",
            "ServicesLastAccessed": services,
        },
    )
    (told,) = reviewed(tmp_path, alice(allowing("s3:*", "sqs:*", "sns:*")), rules=("FI55",)).findings
    assert told.rows[:2] == ("sns: never", "s3:PutBucketTagging: never")


def vendor(operator: str, key: str, value: Json) -> Json:
    return one_role(trusting({"AWS": OTHER}, {operator: {key: value}}))


def anybody(operator: str, key: str, value: Json) -> Json:
    return one_role(trusting({"AWS": "*"}, {operator: {key: value}}))


def deputy(condition: Json) -> Json:
    return one_role(trusting({"Service": "transcribe.amazonaws.com"}, condition))


TRANSCRIBE = "arn:aws:transcribe:*:"


@every_row(
    ("rule", "account", "expected"),
    [
        # An external id that may be anything is none.
        ("FI61", vendor("StringLike", "sts:ExternalId", "*"), "found"),
        ("FI61", vendor("Null", "sts:ExternalId", "false"), "found"),
        ("FI61", vendor("StringLike", "sts:ExternalId", "acme-*"), "clear"),
        ("FI61", vendor("ForAnyValue:StringEquals", "sts:ExternalId", ["a", "b"]), "clear"),
        # Of a user with access keys it is absent whether MFA stands behind, of a role it is false.
        ("FI61", vendor("BoolIfExists", "aws:MultiFactorAuthPresent", "true"), "found"),
        ("FI61", vendor("IpAddress", "aws:SourceIp", "0.0.0.0/0"), "found"),
        ("FI61", vendor("IpAddress", "aws:SourceIp", "203.0.113.0/24"), "clear"),
        ("FI61", vendor("StringLike", "sts:RoleSessionName", "*"), "found"),
        ("FI61", vendor("StringEquals", "sts:RoleSessionName", "vendor"), "found"),
        ("FI61", vendor("StringLike", "aws:PrincipalOrgID", "o-*"), "found"),
        ("FI62", anybody("StringLike", "aws:PrincipalOrgID", "o-*"), "found"),
        ("FI62", anybody("StringEqualsIfExists", "aws:PrincipalOrgID", "o-abc"), "found"),
        ("FI62", anybody("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-abc/*"), "clear"),
        ("FI62", anybody("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/ci"), "found"),
        ("FI62", anybody("ArnLike", "aws:PrincipalArn", f"arn:aws:iam::{OTHER}:role/*"), "clear"),
        ("FI62", anybody("StringEquals", "aws:PrincipalType", "User"), "found"),
        ("FI62", anybody("StringEquals", "aws:UserAgent", "secret"), "found"),
        ("FI62", anybody("StringEquals", "aws:PrincipalAccount", ACCOUNT), "clear"),
        ("FI64", github({"StringEquals": {"sub": "repo:acme/x:pull_request"}}), "found"),
        ("FI64", github({"StringEquals": {"repository_owner": "acme"}}), "found"),
        ("FI64", github({"StringEquals": {"repository": "acme/x"}}), "found"),
        ("FI64", github({"StringEquals": {"repository": "acme/x", "ref": "refs/heads/main"}}), "clear"),
        ("FI64", github({"StringEquals": {"repository_owner": "acme", "repository_id": "7", "ref": "x"}}), "clear"),
        ("FI64", github({"StringEquals": {"sub": "repo:acme/x:environment:prod"}}), "clear"),
        ("FI64", github({"StringEquals": {"aud": "https://vercel.com/acme"}}, "oidc.vercel.com"), "found"),
        ("FI64", eks({"StringEquals": {"aud": "sts.amazonaws.com"}}), "found"),
        ("FI67", deputy({"ArnLike": {"aws:SourceArn": f"{TRANSCRIBE}*:*"}}), "found"),
        ("FI67", deputy({"ArnLike": {"aws:SourceArn": f"{TRANSCRIBE}{ACCOUNT}:*"}}), "clear"),
    ],
)
def test_what_costs_a_stranger_nothing_to_say_keeps_nobody_out(
    tmp_path: Path, rule: str, account: Json, expected: str
) -> None:
    assert answer(reviewed(tmp_path, account, rules=(rule,)), rule) == expected


@every_row(
    ("rule", "principal", "condition", "expected"),
    [
        ("FI62", "*", {"StringLike": {"aws:Referer": "https://acme.example/*"}}, "found"),
        ("FI62", "*", {"StringLike": {"aws:PrincipalOrgID": "*"}}, "found"),
        ("FI62", "*", {"StringEquals": {"aws:PrincipalOrgID": "o-abc"}}, "clear"),
        ("FI66", {"Service": "s3.amazonaws.com"}, {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::*"}}, "found"),
        ("FI66", {"Service": "s3.amazonaws.com"}, {"ArnLike": {"aws:SourceArn": "arn:aws:s3:*:*:*"}}, "found"),
        ("FI66", {"Service": "s3.amazonaws.com"}, {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::kept"}}, "clear"),
        (
            "FI66",
            {"Service": "s3.amazonaws.com"},
            {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::*"}, "StringEquals": {"aws:SourceAccount": ACCOUNT}},
            "clear",
        ),
    ],
)
def test_what_costs_a_stranger_nothing_opens_a_topic(
    tmp_path: Path, rule: str, principal: Json, condition: Json, expected: str
) -> None:
    files = {"sns_get_topic_attributes": topic(principal, condition)}
    found = reviewed(tmp_path, alice([]), files=files, rules=(rule,))
    assert [one.subject.arn for one in found.findings] == ([TOPIC] if expected == "found" else [])
