"""The review of accounts: each rule with the smallest account where it is found, clear and unknown (FI1-FI7)."""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from iamtui.analysis.findings.checks import RULES, count_questions
from iamtui.analysis.findings.hygiene import ask_all, review
from iamtui.analysis.findings.review.hygiene_results import HygieneReview, Limits
from iamtui.analysis.findings.review.mutes import MutesError, read_mutes
from iamtui.analysis.findings.review.rule_table import hygiene_rules
from iamtui.analysis.findings.thorough import THOROUGH
from iamtui.policy.document import Document
from iamtui.policy.lint import FindingSeverity
from iamtui.rules import rule as rule_of
from iamtui.snapshot.model import Organization, OrganizationPolicy, OrganizationTarget
from iamtui.snapshot.opening import open_snapshot
from tests.snapshot.exports import ACCOUNT, OTHER, Json, details, group, policy, role, user, write
from tests.tables import every_row

AT = datetime(2026, 11, 23, tzinfo=UTC)
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"
COLUMNS = [
    "user",
    "arn",
    "user_creation_time",
    "password_enabled",
    "password_last_used",
    "password_last_changed",
    "password_next_rotation",
    "mfa_active",
    "access_key_1_active",
    "access_key_1_last_rotated",
    "access_key_1_last_used_date",
    "access_key_1_last_used_region",
    "access_key_1_last_used_service",
    "access_key_2_active",
    "access_key_2_last_rotated",
    "access_key_2_last_used_date",
    "access_key_2_last_used_region",
    "access_key_2_last_used_service",
    "cert_1_active",
    "cert_1_last_rotated",
    "cert_2_active",
    "cert_2_last_rotated",
]
NOW = "2026-11-22T00:00:00+00:00"
LONG_AGO = "2025-01-01T00:00:00+00:00"
WITH_ALICE = "2026-01-02T03:30:00+00:00"
ADMIN = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
INLINE_ADMIN = [{"PolicyName": "all", "PolicyDocument": ADMIN}]
LAMBDA = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
    ],
}


def report(arn: str = ALICE, **columns: str) -> str:
    """A credential report of one row: no password and no key unless said otherwise."""
    row = dict.fromkeys(COLUMNS, "N/A") | dict.fromkeys(
        (
            "password_enabled",
            "mfa_active",
            "access_key_1_active",
            "access_key_2_active",
            "cert_1_active",
            "cert_2_active",
        ),
        "false",
    )
    row |= {"user": arn.rpartition("/")[2], "arn": arn, "user_creation_time": LONG_AGO, **columns}
    return ",".join(COLUMNS) + "\n" + ",".join(row[column] for column in COLUMNS) + "\n"


def key(number: int = 1, made: str = NOW, used: str = "N/A") -> dict[str, str]:
    start = f"access_key_{number}"
    return {f"{start}_active": "true", f"{start}_last_rotated": made, f"{start}_last_used_date": used}


def reviewed(
    folder: Path,
    *lists: Json,
    credentials: str | None = None,
    limits: Limits | None = None,
    files: dict[str, Json] | None = None,
    rules: Collection[str] = RULES,
) -> HygieneReview:
    for index, one in enumerate(lists or (details(UserDetailList=[user("alice")]),)):
        write(folder / f"{index}.json", one)
    if credentials is not None:
        (folder / "credentials.csv").write_text(credentials, "utf-8")
    for name, content in (files or {}).items():
        write(folder / f"{name.replace('_', '-')}.json", content)
    return review(open_snapshot([folder]), at=AT, limits=limits, rules=rules)


def answer(found: HygieneReview, rule: str) -> str:
    """`found`, `unknown` or `clear`, for all subjects together."""
    if any(one.rule == rule for one in found.findings):
        return "found"
    if any(one.rule == rule for one in found.unknown):
        return "unknown"
    return "clear" if any(one.rule == rule for one in found.clear) else "not asked"


NOT_SUPPORTED = {"password_enabled": "not_supported"}
PASSWORD = {"password_enabled": "true", "password_last_used": NOW, "password_last_changed": LONG_AGO}


@every_row(
    ("rule", "credentials", "expected"),
    [
        ("FI20", report(**PASSWORD), "found"),
        ("FI20", report(**PASSWORD, mfa_active="true"), "clear"),
        ("FI20", report(), "clear"),  # prowler-cloud/prowler#1605: no password, no need
        ("FI20", None, "unknown"),
        ("FI22", report(**PASSWORD, **key()), "found"),
        ("FI22", report(**key()), "clear"),
        ("FI22", None, "unknown"),
        ("FI25", report(**key(1, LONG_AGO), **key(2, LONG_AGO)), "found"),
        ("FI25", report(**key()), "clear"),
        ("FI25", None, "unknown"),
        ("FI26", report(**key(1, LONG_AGO, NOW)), "found"),
        ("FI26", report(**key(1, "2026-08-25T00:00:00+00:00", NOW)), "clear"),  # 90 days, not more
        ("FI26", report(access_key_1_last_rotated=LONG_AGO), "clear"),  # nccgroup/ScoutSuite#1621: inactive
        ("FI26", None, "unknown"),
        ("FI27", report(**key(1, LONG_AGO, LONG_AGO)), "found"),
        ("FI27", report(**key(1, LONG_AGO, NOW)), "clear"),  # nccgroup/ScoutSuite#910: age is another finding
        ("FI27", report(**key(1, LONG_AGO)), "found"),  # never used counts from its making
        ("FI27", report(**key(1, NOW)), "clear"),  # prowler-cloud/prowler#645: new
        ("FI27", None, "unknown"),
        ("FI28", report(**PASSWORD | {"password_last_used": LONG_AGO}), "found"),
        ("FI28", report(**PASSWORD | {"password_last_used": "no_information"}), "found"),
        ("FI28", report(**PASSWORD), "clear"),
        ("FI28", report(password_last_used=LONG_AGO), "clear"),  # prowler-cloud/prowler#3176: the password is gone
        ("FI28", None, "unknown"),
        ("FI29", report(**PASSWORD, **key(1, WITH_ALICE)), "found"),
        ("FI29", report(**PASSWORD, **key(1, WITH_ALICE, NOW)), "clear"),
        ("FI29", report(**key(1, WITH_ALICE)), "clear"),  # prowler-cloud/prowler#513: only with a password
        ("FI29", None, "unknown"),
        ("FI30", report(**key(1, LONG_AGO, NOW)), "found"),
        ("FI30", report(**key()), "clear"),
        ("FI30", None, "unknown"),
        ("FI51", report(**PASSWORD | {"password_last_used": LONG_AGO}, **key(1, LONG_AGO)), "found"),
        ("FI51", report(**PASSWORD, **key(1, LONG_AGO)), "clear"),
        ("FI51", report(), "clear"),  # nothing to be unused: FI31
        ("FI51", None, "unknown"),
        ("FI10", report(ROOT, **key()), "found"),
        ("FI10", report(ROOT), "clear"),
        ("FI10", None, "unknown"),
        ("FI11", report(ROOT, **NOT_SUPPORTED), "found"),
        ("FI11", report(ROOT, mfa_active="true"), "clear"),
        ("FI11", None, "unknown"),
        ("FI13", report(ROOT, password_last_used=NOW), "found"),
        ("FI13", report(ROOT, password_last_used=LONG_AGO), "clear"),
        ("FI13", None, "unknown"),
    ],
)
def test_a_rule_about_credentials(tmp_path: Path, rule: str, credentials: str | None, expected: str) -> None:
    assert answer(reviewed(tmp_path, credentials=credentials, rules=(rule,)), rule) == expected


def test_fi10_an_inactive_key_of_root_is_a_warning(tmp_path: Path) -> None:
    found = reviewed(tmp_path, credentials=report(ROOT, access_key_1_last_rotated=LONG_AGO))
    assert [one.severity for one in found.findings if one.rule == "FI10"] == [FindingSeverity.WARNING]


@pytest.mark.parametrize(
    ("summary", "key_of_root", "mfa_of_root"),
    [
        ({"AccountAccessKeysPresent": 1, "AccountMFAEnabled": 0}, "found", "found"),
        ({"AccountAccessKeysPresent": 0, "AccountMFAEnabled": 1}, "clear", "clear"),
        ({"AccountMFAEnabled": 0, "AccountPasswordPresent": 0}, "unknown", "clear"),  # prowler-cloud/prowler#5804
    ],
)
def test_fi10_and_fi11_by_the_account_summary(
    tmp_path: Path, summary: Json, key_of_root: str, mfa_of_root: str
) -> None:
    found = reviewed(
        tmp_path, details(UserDetailList=[user("alice")]), files={"iam_get_account_summary": {"SummaryMap": summary}}
    )
    assert (answer(found, "FI10"), answer(found, "FI11")) == (key_of_root, mfa_of_root)


def test_fi25_a_rotation_under_way_is_only_worth_knowing(tmp_path: Path) -> None:
    found = reviewed(tmp_path, credentials=report(**key(1, LONG_AGO, NOW), **key(2, NOW)))
    assert [one.severity for one in found.findings if one.rule == "FI25"] == [FindingSeverity.INFO]


def test_fi3_a_warning_about_an_administrator_is_security(tmp_path: Path) -> None:
    holders = details(UserDetailList=[user("alice", UserPolicyList=INLINE_ADMIN)])
    found = reviewed(tmp_path, holders, credentials=report(**key(1, LONG_AGO, NOW)))
    old = next(one for one in found.findings if one.rule == "FI26")
    assert (old.severity, old.message) == (
        FindingSeverity.SECURITY,
        "alice, an administrator, has a key of 691 days",
    )


def test_fi5_a_limit_is_a_setting(tmp_path: Path) -> None:
    found = reviewed(tmp_path, credentials=report(**key(1, LONG_AGO, NOW)), limits=Limits(key_age=700))
    assert answer(found, "FI26") == "clear"


def test_fi4_an_export_is_judged_as_of_its_own_day(tmp_path: Path) -> None:
    write(tmp_path / "0.json", details(UserDetailList=[user("alice")]))
    (tmp_path / "c.csv").write_text(report(**key(1, LONG_AGO, "2025-02-01T00:00:00+00:00")), "utf-8")
    found = review(open_snapshot([tmp_path]))
    assert found.at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert next(one for one in found.findings if one.rule == "FI26").message == "alice has a key of 366 days"


STRONG = {
    "AllowUsersToChangePassword": True,
    "MinimumPasswordLength": 14,
    "PasswordReusePrevention": 24,
    "RequireSymbols": True,
    "RequireNumbers": True,
    "RequireUppercaseCharacters": True,
    "RequireLowercaseCharacters": True,
}


@pytest.mark.parametrize(
    ("password_policy", "columns", "expected"),
    [
        (STRONG, PASSWORD, "clear"),
        (STRONG | {"MinimumPasswordLength": 13}, PASSWORD, "found"),
        (STRONG | {"RequireSymbols": False}, PASSWORD, "found"),
        (STRONG | {"AllowUsersToChangePassword": False}, PASSWORD, "found"),
        (STRONG | {"MinimumPasswordLength": 6}, {}, "clear"),  # nccgroup/ScoutSuite#1496: nobody has a password
        (None, PASSWORD, "unknown"),
    ],
)
def test_fi32_the_password_policy(
    tmp_path: Path, password_policy: Json, columns: dict[str, str], expected: str
) -> None:
    files: dict[str, Json] = (
        {} if password_policy is None else {"iam_get_account_password_policy": {"PasswordPolicy": password_policy}}
    )
    accounts = details(UserDetailList=[user("alice")])
    assert (
        answer(reviewed(tmp_path, accounts, credentials=report(**columns), files=files, rules=("FI32",)), "FI32")
        == expected
    )


def attached(name: str) -> list[Json]:
    return [{"PolicyName": name, "PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/{name}"}]


def trusting(principal: Json, condition: Json = None, action: str | list[str] = "sts:AssumeRole") -> Json:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    return {"Version": "2012-10-17", "Statement": [statement | ({"Condition": condition} if condition else {})]}


def one_role(trust: Json = LAMBDA, **more: Json) -> Json:
    return details(RoleDetailList=[{**role("deploy"), "AssumeRolePolicyDocument": trust, **more}])


def admin_policy(**more: Json) -> dict[str, Json]:
    return {
        **policy("p"),
        "PolicyVersionList": [{"Document": ADMIN, "VersionId": "v1", "IsDefaultVersion": True}],
        **more,
    }


IN_USE = {"RoleLastUsed": {"LastUsedDate": NOW}, "CreateDate": LONG_AGO}
EXTERNAL_ID = {"StringEquals": {"sts:ExternalId": "abc"}}
IF_EXISTS = {"StringEqualsIfExists": {"sts:ExternalId": "abc"}}
FOR_ALL = {"ForAllValues:StringEquals": {"aws:PrincipalOrgPaths": "o-abc/r-root/"}}
ORGANIZATION = {"StringEquals": {"aws:PrincipalOrgID": "o-abc"}}
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
SAML = f"arn:aws:iam::{ACCOUNT}:saml-provider/idp"
COGNITO = {"Federated": "cognito-identity.amazonaws.com"}
WEB = "sts:AssumeRoleWithWebIdentity"
POOL = {"cognito-identity.amazonaws.com:aud": "us-east-1:ours"}


@every_row(
    ("rule", "account", "expected"),
    [
        ("FI40", details(UserDetailList=[user("alice", UserPolicyList=INLINE_ADMIN)]), "found"),
        ("FI40", details(UserDetailList=[user("alice")]), "clear"),
        ("FI47", details(UserDetailList=[user("alice", UserPolicyList=INLINE_ADMIN)]), "found"),
        ("FI47", details(UserDetailList=[user("alice")]), "clear"),
        ("FI48", one_role(RolePolicyList=INLINE_ADMIN), "found"),
        ("FI48", one_role(), "clear"),
        ("FI50", one_role(CreateDate=LONG_AGO, RoleLastUsed={"LastUsedDate": LONG_AGO}), "found"),
        ("FI50", one_role(CreateDate=LONG_AGO, RoleLastUsed={}), "found"),
        ("FI50", one_role(**IN_USE), "clear"),
        ("FI50", one_role(CreateDate=NOW, RoleLastUsed={}), "clear"),
        ("FI50", one_role(CreateDate=LONG_AGO), "unknown"),
        ("FI52", details(GroupDetailList=[group("g")]), "found"),
        (
            "FI52",
            details(
                GroupDetailList=[group("g", GroupPolicyList=INLINE_ADMIN)],
                UserDetailList=[user("alice", GroupList=["g"])],
            ),
            "clear",
        ),
        ("FI52", {"GroupDetailList": [group("g", GroupPolicyList=INLINE_ADMIN)]}, "unknown"),
        ("FI53", details(Policies=[policy("p", AttachmentCount=0)]), "found"),
        (
            "FI53",
            details(Policies=[policy("p")], UserDetailList=[user("alice", AttachedManagedPolicies=attached("p"))]),
            "clear",
        ),
        ("FI53", details(Policies=[policy("p", AttachmentCount=2)]), "unknown"),
        ("FI54", details(Policies=[admin_policy(AttachmentCount=0)]), "found"),
        ("FI54", details(Policies=[policy("p", AttachmentCount=0)]), "clear"),
        ("FI54", details(Policies=[admin_policy(AttachmentCount=2)]), "unknown"),
        ("FI60", one_role(trusting({"AWS": OTHER})), "found"),
        (
            "FI60",  # everybody, and a condition that names the account
            one_role(trusting("*", {"StringEquals": {"aws:PrincipalAccount": OTHER}})),
            "found",
        ),
        ("FI60", one_role(trusting({"AWS": ACCOUNT})), "unknown"),  # what resource policies say
        ("FI67", one_role(trusting({"Service": "transcribe.amazonaws.com"})), "found"),
        (
            "FI67",
            one_role(
                trusting({"Service": "transcribe.amazonaws.com"}, {"StringEquals": {"aws:SourceAccount": ACCOUNT}})
            ),
            "clear",
        ),
        ("FI67", one_role(trusting({"Service": "ec2.amazonaws.com"})), "clear"),  # prowler-cloud/prowler#2810
        ("FI61", one_role(trusting({"AWS": OTHER})), "found"),
        ("FI61", one_role(trusting({"AWS": OTHER}, IF_EXISTS)), "found"),
        ("FI61", one_role(trusting({"AWS": OTHER}, EXTERNAL_ID)), "clear"),
        ("FI61", one_role(trusting({"AWS": OTHER}, MFA)), "clear"),  # nccgroup/ScoutSuite#754
        ("FI61", one_role(trusting({"AWS": OTHER}, ORGANIZATION)), "clear"),
        ("FI61", one_role(trusting({"AWS": ACCOUNT})), "clear"),
        ("FI62", one_role(trusting({"AWS": "*"})), "found"),
        ("FI62", one_role(trusting({"AWS": "*"}, FOR_ALL)), "found"),  # C12: an absent key is true
        ("FI62", one_role(trusting({"AWS": "*"}, {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}})), "found"),
        ("FI62", one_role(trusting({"AWS": "*"}, ORGANIZATION)), "clear"),  # prowler-cloud/prowler#4257
        ("FI62", one_role(trusting({"AWS": OTHER})), "clear"),
        ("FI65", one_role(trusting(COGNITO, action=WEB)), "found"),
        ("FI65", one_role(trusting(COGNITO, {"StringEquals": POOL}, WEB)), "found"),  # guests of one's own pool
        ("FI65", one_role(), "clear"),
        ("FI70", one_role(trusting({"Federated": SAML}, action="sts:AssumeRoleWithSAML")), "found"),
        (
            "FI70",
            one_role(
                trusting(
                    {"Federated": SAML},
                    {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
                    "sts:AssumeRoleWithSAML",
                )
            ),
            "clear",
        ),
        ("FI80", details(UserDetailList=[user("alice")]), "unknown"),
        ("FI81", details(UserDetailList=[user("alice")]), "unknown"),
    ],
)
def test_a_rule_about_grants_and_trust(tmp_path: Path, rule: str, account: Json, expected: str) -> None:
    assert answer(reviewed(tmp_path, account, rules=(rule,)), rule) == expected


def test_fi61_a_free_role_that_is_an_administrator_is_security(tmp_path: Path) -> None:
    found = reviewed(tmp_path, one_role(trusting({"AWS": OTHER}), RolePolicyList=INLINE_ADMIN))
    told = next(one for one in found.findings if one.rule == "FI61")
    assert told.severity is FindingSeverity.SECURITY
    assert told.rows == (f"arn:aws:iam::{OTHER}:role/somebody sts:AssumeRole arn:aws:iam::{ACCOUNT}:role/deploy",)


def test_fi48_an_inline_policy_that_others_have_too_is_a_suggestion(tmp_path: Path) -> None:
    roles = [role(name, AssumeRolePolicyDocument=LAMBDA, RolePolicyList=INLINE_ADMIN) for name in ("a", "b")]
    found = reviewed(tmp_path, details(RoleDetailList=roles))
    assert {one.severity for one in found.findings if one.rule == "FI48"} == {FindingSeverity.SUGGESTION}


TOPIC = f"arn:aws:sns:eu-west-1:{ACCOUNT}:alerts"


def topic(principal: Json, condition: Json = None) -> Json:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sns:Publish", "Resource": TOPIC}
    document = {"Version": "2012-10-17", "Statement": [statement | ({"Condition": condition} if condition else {})]}
    return {"Attributes": {"TopicArn": TOPIC, "Owner": ACCOUNT, "Policy": json.dumps(document)}}


@pytest.mark.parametrize(
    ("rule", "attributes", "expected"),
    [
        ("FI62", topic("*"), "found"),
        ("FI62", topic("*", {"StringEquals": {"aws:SourceAccount": ACCOUNT}}), "clear"),
        ("FI62", topic("*", {"IpAddress": {"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"]}}), "found"),
        ("FI62", topic("*", {"IpAddress": {"aws:SourceIp": "203.0.0.0/8"}}), "clear"),
        (
            "FI62",
            topic("*", {"IpAddress": {"aws:SourceIp": [f"{one}.0.0.0/8" for one in (11, 99, 155, 203)]}}),
            "clear",
        ),
        ("FI62", topic("*", {"IpAddress": {"aws:SourceIp": "0.0.0.0/1"}}), "found"),  # S13: broader than /8
        ("FI62", topic("*", {"IpAddress": {"aws:SourceIp": "64.0.0.0/7"}}), "found"),
        ("FI62", topic("*", {"IpAddress": {"aws:SourceIp": "::/0"}}), "found"),
        ("FI62", topic("*", {"NotIpAddress": {"aws:SourceIp": "11.0.0.0/8"}}), "found"),
        ("FI62", topic({"Service": "events.amazonaws.com"}), "clear"),  # prowler-cloud/prowler#4870
        ("FI66", topic({"Service": "events.amazonaws.com"}), "found"),
        (
            "FI66",
            topic({"Service": "events.amazonaws.com"}, {"StringEquals": {"aws:SourceAccount": ACCOUNT}}),
            "clear",
        ),
        ("FI66", topic({"AWS": OTHER}), "clear"),
        ("FI60", topic({"AWS": ACCOUNT}), "clear"),  # nccgroup/ScoutSuite#457: one's own account
    ],
)
def test_a_rule_about_resources(tmp_path: Path, rule: str, attributes: Json, expected: str) -> None:
    found = reviewed(tmp_path, details(UserDetailList=[user("alice")]), files={"sns_get_topic_attributes": attributes})
    assert [one.subject.arn for one in found.findings if one.rule == rule] == ([TOPIC] if expected == "found" else [])
    assert any(one.rule == rule for one in found.unknown) is False


def scp(name: str, action: str | None, condition: Json = None) -> OrganizationPolicy:
    """An SCP that denies an action, or with None allows all."""
    statement = {"Effect": "Deny" if action else "Allow", "Action": action or "*", "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [statement | ({"Condition": condition} if condition else {})]}
    arn = f"arn:aws:organizations::{OTHER}:policy/o-abc/service_control_policy/{name}"
    kind = "SERVICE_CONTROL_POLICY"
    return OrganizationPolicy(name, arn, name, kind, Document(json.dumps(document).encode()), aws_managed=not action)


def guarded(tmp_path: Path, rule: str, denied: OrganizationPolicy, *at: str) -> HygieneReview:
    """An account below a root, with one SCP that denies at these targets."""
    write(tmp_path / "0.json", details(UserDetailList=[user("alice")]))

    def target(name: str, kind: str, parent: str | None) -> OrganizationTarget:
        held = ("full", *((denied.policy_id,) if name in at else ()))
        return OrganizationTarget(name, name, kind, parent, held, ())

    places = [target("r-1", "ROOT", None), target(OTHER, "ACCOUNT", "r-1"), target(ACCOUNT, "ACCOUNT", "r-1")]
    organization = Organization(
        "o-abc",
        OTHER,
        "r-1",
        targets={one.target_id: one for one in places},
        policies={one.policy_id: one for one in (scp("full", None), denied)},
        scps_enabled=True,
        rcps_enabled=False,
    )
    snapshot = open_snapshot([tmp_path])
    return review(replace(snapshot, organizations={"o-abc": organization}), at=AT, rules=(rule,))


@every_row(
    ("features", "of_root", "expected"),
    [
        (None, {}, ("unknown", "found")),
        ([], {}, ("found", "found")),
        (None, {"AccountPasswordPresent": 0, "AccountMFAEnabled": 0}, ("unknown", "unknown")),
        ([], {"AccountPasswordPresent": 0, "AccountMFAEnabled": 0}, ("found", "found")),
        (["RootCredentialsManagement"], {"AccountPasswordPresent": 0, "AccountMFAEnabled": 0}, ("clear", "clear")),
    ],
)
def test_fi14_and_fi11_root_of_members_is_managed_centrally(
    tmp_path: Path, features: list[str] | None, of_root: dict[str, int], expected: tuple[str, str]
) -> None:
    """nccgroup/ScoutSuite#1710, prowler-cloud/prowler#5804."""
    summary = {"AccountMFAEnabled": 0, "AccountPasswordPresent": 1, **of_root}
    arn = f"arn:aws:organizations::{OTHER}:organization/o-abcdefghij"
    organization = {"Id": "o-abcdefghij", "Arn": arn, "FeatureSet": "ALL", "MasterAccountId": OTHER}
    root = {"Id": "r-1234", "Arn": arn.replace("organization/o", "root/o") + "/r-1234", "Name": "Root"}
    accounts = [{"Id": one, "Arn": arn.replace("organization/o", "account/o") + f"/{one}"} for one in (ACCOUNT, OTHER)]
    files: dict[str, Json] = {
        "iam_get_account_summary": {"SummaryMap": summary},
        "organizations_describe_organization": {"Organization": organization},
        "organizations_list_roots": {"Roots": [root]},
        "organizations_list_accounts_for_parent.r_1234": {"Accounts": accounts},
    }
    if features is not None:
        files["iam_list_organizations_features"] = {"OrganizationId": "o-abcdefghij", "EnabledFeatures": features}
    member = details(UserDetailList=[user("alice")])
    found = reviewed(tmp_path, member, files=files)
    assert (answer(found, "FI14"), answer(found, "FI11")) == expected


OTHER_REGIONS = {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "false"}}


@every_row(
    ("rule", "denied", "at", "expected"),
    [
        ("FI80", scp("d", "ec2:*"), ("r-1",), "found"),  # RCPs are not enabled
        ("FI81", scp("d", "ec2:*"), ("r-1",), "found"),
        ("FI81", scp("d", "*", {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}}), ("r-1",), "clear"),
        ("FI82", scp("d", "ec2:*"), ("r-1",), "found"),
        ("FI82", scp("d", "organizations:LeaveOrganization"), ("r-1",), "clear"),
        ("FI82", scp("d", "organizations:LeaveOrganization"), (OTHER,), "found"),
        (
            "FI82",
            scp("d", "organizations:LeaveOrganization", MFA),
            ("r-1",),
            "found",
        ),  # absent of access keys
        ("FI82", scp("d", "organizations:LeaveOrganization", {"BoolIfExists": MFA["Bool"]}), ("r-1",), "clear"),
        ("FI83", scp("d", "s3:*"), ("r-1",), "found"),
        ("FI83", scp("d", "ec2:*", OTHER_REGIONS), ("r-1",), "clear"),
        ("FI84", scp("d", "s3:*"), ("r-1",), "found"),
        ("FI84", scp("d", "*"), (ACCOUNT,), "clear"),
        ("FI86", scp("d", "s3:*"), ("r-1",), "clear"),
        ("FI86", scp("d", "s3:*"), (), "found"),
        ("FI86", scp("d", "s3:*"), (OTHER,), "found"),  # the management account alone
        ("FI86", scp("d", "s3:*"), ("r-1", ACCOUNT), "found"),  # twice on one way
    ],
)
def test_a_rule_about_organizations(
    tmp_path: Path, rule: str, denied: OrganizationPolicy, at: tuple[str, ...], expected: str
) -> None:
    assert answer(guarded(tmp_path, rule, denied, *at), rule) == expected


def test_every_rule_has_its_row_and_every_row_is_looked_for() -> None:
    assert frozenset(hygiene_rules()) == RULES | THOROUGH
    for number in RULES:
        assert rule_of(number).sentence


def test_as_many_questions_are_asked_as_are_counted(tmp_path: Path) -> None:
    holders = details(
        UserDetailList=[user("alice"), user("ben")],
        GroupDetailList=[group("staff")],
        RoleDetailList=[role("job")],
        Policies=[policy("p")],
    )
    write(tmp_path / "0.json", holders)
    write(tmp_path / "sns-get-topic-attributes.json", topic({"AWS": OTHER}))
    snapshot = open_snapshot([tmp_path])
    assert snapshot.resources
    held = {"d": scp("d", "s3:*"), "full": scp("full", None)}
    organization = Organization("o-abc", OTHER, "r-1", {}, held, scps_enabled=True, rcps_enabled=False)
    snapshot = replace(snapshot, organizations={"o-abc": organization})
    for rules in (RULES, RULES - {"FI42", "FI62", "FI86"}):
        asked = [one for one in ask_all(snapshot, AT, Limits(), rules) if one is not None]
        assert count_questions(snapshot, rules) == len(asked)


def states(found: HygieneReview) -> dict[tuple[str, str], str]:
    """What each rule says of each subject of which it is told: `found`, or else `unknown`."""
    said = {(one.rule, one.subject.arn): "unknown" for one in found.unknown}
    return said | {(one.rule, one.subject.arn): "found" for one in found.findings}


def check_that_less_is_never_clear(files: Sequence[Path], folder: Path) -> int:
    """Leave out each file: what was found is found or unknown, or its subject is gone; gives how often not found."""
    whole = states(review(open_snapshot([folder]), at=AT))
    found = {key for key, state in whole.items() if state == "found"}
    lost = 0
    for left_out in files:
        kept = left_out.read_bytes()
        left_out.unlink()
        snapshot = open_snapshot([folder])
        less = states(review(snapshot, at=AT))
        each = (one for one in ask_all(snapshot, AT, Limits()) if one is not None)
        asked = {(one.rule.number, one.subject.arn) for one in each}
        clear = {key for key in found if key not in less and key in asked}
        assert clear == set(), f"without {left_out.name}"
        lost += len(found - {key for key, state in less.items() if state == "found"})
        left_out.write_bytes(kept)
    return lost


def test_law_leaving_a_file_out_never_turns_found_into_clear(tmp_path: Path) -> None:
    """FI2, section 5: an account with a file of each kind, of which each is left out in turn."""
    others = [user("alice", UserPolicyList=INLINE_ADMIN, AttachedManagedPolicies=attached("p")), user("bob")]
    roles = [{**role("deploy"), "AssumeRolePolicyDocument": trusting({"AWS": OTHER}), **IN_USE}]
    write(
        tmp_path / "0.json", details(UserDetailList=others, RoleDetailList=roles, Policies=[policy("p"), policy("q")])
    )
    rows = [
        report(**PASSWORD, **key(1, LONG_AGO, LONG_AGO)),
        report(ROOT, **NOT_SUPPORTED, **key()).splitlines()[1] + "\n",
    ]
    (tmp_path / "credentials.csv").write_text("".join(rows), "utf-8")
    certificate = {"Arn": f"arn:aws:iam::{ACCOUNT}:server-certificate/www", "Expiration": LONG_AGO}
    files: dict[str, Json] = {
        "iam-get-account-summary": {"SummaryMap": {"AccountAccessKeysPresent": 1, "AccountMFAEnabled": 0}},
        "iam-get-account-password-policy": {"PasswordPolicy": {"MinimumPasswordLength": 6}},
        "iam-list-server-certificates": {"ServerCertificateMetadataList": [certificate]},
        "iam-list-saml-providers": {"SAMLProviderList": [{"Arn": SAML, "ValidUntil": LONG_AGO}]},
        "iam-list-open-id-connect-providers": {"OpenIDConnectProviderList": []},
        "sns-get-topic-attributes": topic("*"),
    }
    for name, content in files.items():
        write(tmp_path / f"{name}.json", content)
    assert check_that_less_is_never_clear(sorted(tmp_path.iterdir()), tmp_path) > len(files)


@pytest.mark.fuzz
def test_law_leaving_a_file_of_the_sample_out_never_turns_found_into_clear(tmp_path: Path) -> None:
    """FI2, section 5, long: of the organization each file of an account that is no policy of a resource.

    What such a policy may give that was not exported is not told of each principal.
    """
    folder = tmp_path / "acme-org"
    shutil.copytree(Path(__file__).parents[2] / "samples" / "acme-org", folder)
    every = sorted(one for one in folder.rglob("*") if one.is_file() and "management" not in one.parts)
    assert check_that_less_is_never_clear([one for one in every if "get-key-policy" not in str(one)], folder)


MUTE = {"rule": "FI20", "subject": ALICE, "reason": "she is on leave", "until": "2026-11-23"}


def test_fi6_a_muted_finding_stays_with_its_reason(tmp_path: Path) -> None:
    write(tmp_path / "0.json", details(UserDetailList=[user("alice")]))
    (tmp_path / "c.csv").write_text(report(**PASSWORD), "utf-8")
    found = review(open_snapshot([tmp_path]), at=AT, mutes=read_mutes(json.dumps([MUTE]).encode()))
    told = next(one for one in found.findings if one.rule == "FI20")
    assert told.muted is not None
    assert told.muted.reason == "she is on leave"
    assert told not in found.standing
    assert found.stale_mutes == ()


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({"until": "2026-11-22"}, "expired on 2026-11-22"),
        ({"subject": f"arn:aws:iam::{ACCOUNT}:user/bob"}, "matches nothing"),
        ({"rule": "FI26"}, "matches nothing"),
    ],
)
def test_fi7_a_mute_that_has_expired_or_matches_nothing_is_told(
    tmp_path: Path, change: dict[str, str], state: str
) -> None:
    write(tmp_path / "0.json", details(UserDetailList=[user("alice")]))
    (tmp_path / "c.csv").write_text(report(**PASSWORD), "utf-8")
    found = review(open_snapshot([tmp_path]), at=AT, mutes=read_mutes(json.dumps([MUTE | change]).encode()))
    assert [word for _, word in found.stale_mutes] == [state]
    assert all(one.muted is None for one in found.findings)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ([MUTE | {"reason": " "}], "/0/reason"),
        ([MUTE | {"until": "soon"}], "/0/until"),
        ([MUTE | {"rule": "E412"}], "/0/rule"),
        ([MUTE | {"rule": "*", "subject": "*"}], "/0: a mute of every rule"),
        ([{"rule": "FI20", "subject": "*", "reason": "x"}], "until"),
        ([MUTE | {"who": "me"}], "who"),
        ({}, "expected a list"),
    ],
)
def test_fi6_a_mute_without_reason_or_date_is_refused(content: Json, told: str) -> None:
    with pytest.raises(MutesError) as caught:
        read_mutes(json.dumps(content).encode())
    assert told in str(caught.value)
