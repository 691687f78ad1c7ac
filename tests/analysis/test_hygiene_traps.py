"""What other tools were caught by, each as a case named after its thread (section 2 of the findings), by decision."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

from iamtui.analysis.findings.hygiene_with_lint import linted
from iamtui.analysis.findings.review.hygiene_results import HygieneReview, Limits
from iamtui.policy.lint import FindingSeverity
from iamtui.reports.hygiene import review_as_text
from iamtui.snapshot.opening import open_snapshot
from tests.analysis.test_hygiene import (
    ALICE,
    LONG_AGO,
    NOW,
    OTHER_REGIONS,
    PASSWORD,
    ROOT,
    SAML,
    TOPIC,
    answer,
    guarded,
    key,
    one_role,
    report,
    reviewed,
    scp,
    topic,
    trusting,
)
from tests.analysis.test_hygiene_of_powers import MFA_ONLY, OWN_ACCOUNT, alice, allowing, denying, saying, trusted_by
from tests.snapshot.exports import ACCOUNT, OTHER, Json, details, group, policy, user, write
from tests.tables import every_row

SERVICE_LINKED: dict[str, Json] = {
    "Path": "/aws-service-role/x.amazonaws.com/",
    "Arn": f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/x.amazonaws.com/deploy",
}
NO_MFA_BOOL = {"Bool": {"aws:MultiFactorAuthPresent": "false"}}
NO_MFA_IF_EXISTS = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
EVERYTHING = allowing("*")
ALL_S3 = {"PolicyName": "AmazonS3FullAccess", "PolicyArn": "arn:aws:iam::aws:policy/AmazonS3FullAccess"}
CERTIFICATES = {
    "ServerCertificateMetadataList": [
        {"Arn": f"arn:aws:iam::{ACCOUNT}:server-certificate/www", "Expiration": "2026-11-01T00:00:00+00:00"},
    ]
}
NO_CERTIFICATES: Json = {"ServerCertificateMetadataList": []}
DEVICE: Json = {"SerialNumber": f"arn:aws:iam::{ACCOUNT}:mfa/alice", "User": {"Arn": ALICE}}
HARDWARE = {"iam_list_virtual_mfa_devices": {"VirtualMFADevices": [DEVICE]}}
EKS = f"oidc.eks.eu-west-1.amazonaws.com/id/{'A' * 32}"


NO_P = {"Effect": "Allow", "NotAction": "iam:P*", "Resource": "*"}
BUT_KEPT = {"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::kept*"}
BOUND = {"PermissionsBoundaryArn": f"arn:aws:iam::{ACCOUNT}:policy/b", "PermissionsBoundaryType": "Policy"}


def called(name: str, policies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**one, "PolicyName": name} for one in policies]


def severities(found: HygieneReview, rule: str) -> list[FindingSeverity]:
    return [one.severity for one in found.findings if one.rule == rule]


def eks(condition: dict[str, dict[str, str]]) -> Json:
    provider = {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{EKS}"}
    named = {
        operator: {f"{EKS}:{claim}": value for claim, value in tests.items()} for operator, tests in condition.items()
    }
    return one_role(trusting(provider, named, "sts:AssumeRoleWithWebIdentity"))


def saml(condition: Json) -> Json:
    return one_role(trusting({"Federated": SAML}, condition, "sts:AssumeRoleWithSAML"))


def all_but_iam(*, resource: str | None = None, **element: Json) -> Json:
    return alice(saying({"Effect": "Allow", **element, **({} if resource is None else {"Resource": resource})}))


@every_row(
    ("rule", "account", "credentials", "files", "expected"),
    [
        # A virtual device of root that is not listed proves another only where root has MFA at all.
        ("FI12", alice([]), report(ROOT, mfa_active="true"), HARDWARE, "clear"),
        ("FI12", alice([]), None, HARDWARE, "unknown"),
        ("FI20", alice([]), report(ROOT, **PASSWORD), {}, "unknown"),  # prowler-cloud/prowler#3537: root is FI11's
        # C18: a Deny with Bool does not hold for access keys, one with BoolIfExists does.
        ("FI21", alice(EVERYTHING + denying("*", condition=NO_MFA_BOOL)), report(**key()), {}, "found"),
        ("FI21", alice(EVERYTHING + denying("*", condition=NO_MFA_IF_EXISTS)), report(**key()), {}, "clear"),
        ("FI21", alice(EVERYTHING), report(**PASSWORD, mfa_active="true"), {}, "found"),  # told for users with MFA too
        ("FI29", alice([]), report(**PASSWORD, **key(1, "2026-01-02T05:30:00+00:00")), {}, "clear"),  # two hours later
        ("FI31", alice([]), report(), {"iam_list_server_certificates": NO_CERTIFICATES}, "found"),
        ("FI31", alice([]), report(**key()), {"iam_list_server_certificates": NO_CERTIFICATES}, "clear"),
        (
            "FI31",
            alice([]),
            report(**key(), cert_1_active="true"),
            {"iam_list_server_certificates": NO_CERTIFICATES},
            "found",
        ),
        ("FI31", alice([]), report(**key()), {"iam_list_server_certificates": CERTIFICATES}, "found"),
        ("FI31", alice([]), report(**key()), {}, "unknown"),
        ("FI31", alice([]), None, {"iam_list_server_certificates": NO_CERTIFICATES}, "unknown"),
        # duo-labs/cloudmapper#531, prowler-cloud/prowler#478: Allows that are split, Denies, boundaries.
        (
            "FI40",
            alice([*saying(NO_P), *called("q", allowing("iam:P*"))]),
            None,
            {},
            "found",
        ),
        ("FI40", alice(saying(NO_P)), None, {}, "clear"),
        ("FI40", alice(EVERYTHING + denying("iam:CreateUser")), None, {}, "clear"),
        (
            "FI40",
            alice(EVERYTHING, PermissionsBoundary=BOUND),
            None,
            {},
            "clear",
        ),
        (
            "FI40",
            all_but_iam(NotAction="iam:NoSuchAction", resource="*"),
            None,
            {},
            "found",
        ),  # prowler-cloud/prowler#5035
        ("FI40", all_but_iam(NotAction="iam:*", resource="*"), None, {}, "clear"),
        # prowler-cloud/prowler#3807, #2220: names together are no path; #5731: nor is a key for oneself.
        ("FI41", alice(allowing("iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction")), None, {}, "clear"),
        ("FI41", alice(allowing("iam:CreateAccessKey", resource=ALICE)), None, {}, "clear"),
        ("FI42", alice([], AttachedManagedPolicies=[ALL_S3]), None, {}, "clear"),  # AWS's policy is the way
        (
            "FI47",
            alice([], PermissionsBoundary=BOUND),
            None,
            {},
            "clear",
        ),
        ("FI50", one_role(CreateDate=LONG_AGO, RoleLastUsed={}, **SERVICE_LINKED), None, {}, "clear"),
        (
            "FI61",
            one_role(trusting({"AWS": OTHER}, {"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{OTHER}:role/ci"}})),
            None,
            {},
            "clear",
        ),
        (
            "FI62",
            alice([]),
            None,
            {"sns_get_topic_attributes": topic("*", {"StringEquals": {"aws:SourceVpce": "vpce-1"}})},
            "clear",
        ),
        (
            "FI62",
            alice([]),
            None,
            {"sns_get_topic_attributes": topic("*", {"StringEqualsIfExists": {"aws:SourceVpce": "vpce-1"}})},
            "found",
        ),
        (
            "FI62",
            alice([]),
            None,
            {"sns_get_topic_attributes": topic("*", {"Null": {"aws:PrincipalArn": "true"}})},
            "found",
        ),  # nobody signs
        (
            "FI64",
            eks({"StringLike": {"sub": "system:serviceaccount:*:*", "aud": "sts.amazonaws.com"}}),
            None,
            {},
            "found",
        ),
        ("FI64", eks({"StringEquals": {"sub": "system:serviceaccount:prod:app"}}), None, {}, "clear"),
        (
            "FI66",
            alice([]),
            None,
            {
                "sns_get_topic_attributes": topic(
                    {"Service": "events.amazonaws.com"},
                    {"ArnLike": {"aws:SourceArn": f"arn:aws:events:*:{ACCOUNT}:rule/*"}},
                )
            },
            "clear",
        ),
        (
            "FI66",
            alice([]),
            None,
            {
                "sns_get_topic_attributes": topic(
                    {"Service": "events.amazonaws.com"}, {"StringEquals": {"aws:SourceOrgID": "o-abc"}}
                )
            },
            "clear",
        ),
        (
            "FI68",
            alice(saying(BUT_KEPT)),
            None,
            {},
            "found",
        ),
        (
            "FI68",
            alice([*allowing("s3:*"), *called("q", saying(BUT_KEPT))]),
            None,
            {},
            "clear",
        ),
        (
            "FI70",
            saml({"StringEquals": {"SAML:aud": "https://eu-west-1.signin.aws.amazon.com/saml"}}),
            None,
            {},
            "clear",
        ),
        ("FI70", saml({"StringEqualsIfExists": {"SAML:iss": "https://idp.example"}}), None, {}, "found"),
    ],
)
def test_a_trap(
    tmp_path: Path, rule: str, account: Json, credentials: str | None, files: dict[str, Json], expected: str
) -> None:
    assert answer(reviewed(tmp_path, account, credentials=credentials, files=files, rules=(rule,)), rule) == expected


@every_row(
    ("made", "severity"), [(LONG_AGO, FindingSeverity.WARNING), ("2026-10-01T00:00:00+00:00", FindingSeverity.INFO)]
)
def test_fi13_a_young_account_was_made_with_root(tmp_path: Path, made: str, severity: FindingSeverity) -> None:
    used = report(
        ROOT,
        user_creation_time=made,
        **key(1, NOW, NOW),
        access_key_1_last_used_service="ec2",
        access_key_1_last_used_region="eu-west-1",
    )
    found = reviewed(tmp_path, alice([]), credentials=used, rules=("FI13",))
    assert severities(found, "FI13") == [severity]
    assert "root was used with a key for ec2 in eu-west-1 1 day before the export" in found.findings[0].message


def test_fi3_an_administrator_under_mfa_weighs_as_one(tmp_path: Path) -> None:
    under_mfa = saying({"Effect": "Allow", "Action": "*", "Resource": "*"}, MFA_ONLY)
    users = [user("alice", UserPolicyList=under_mfa), user("bob", UserPolicyList=allowing("s3:*", condition=MFA_ONLY))]
    found = reviewed(tmp_path, details(UserDetailList=users), credentials=None, rules=("FI40", "FI43"))
    (told,) = (one for one in found.findings if one.rule == "FI40")
    assert (told.subject.name, told.reach) == ("alice", 0)


@every_row(
    ("setting", "expected"),
    [
        (("/teams/",), ["in-path"]),
        (("tag:team",), ["in-tag"]),
        (("tag:Team=bl*", "/elsewhere/"), ["in-tag"]),
        (("tag:team=red",), []),
        ((), []),
    ],
)
def test_fi49_who_shall_have_a_boundary_and_has_none(
    tmp_path: Path, setting: tuple[str, ...], expected: list[str]
) -> None:
    users = [
        user("in-path", Path="/teams/", Arn=f"arn:aws:iam::{ACCOUNT}:user/teams/in-path"),
        user("bound", Path="/teams/", Arn=f"arn:aws:iam::{ACCOUNT}:user/teams/bound", PermissionsBoundary=BOUND),
        user("in-tag", Tags=[{"Key": "Team", "Value": "blue"}]),
    ]
    found = reviewed(
        tmp_path,
        details(UserDetailList=users, Policies=[policy("b")]),
        limits=Limits(boundaries=setting),
        rules=("FI49",),
    )
    assert [one.subject.name for one in found.findings] == expected
    assert set(severities(found, "FI49")) <= {FindingSeverity.WARNING}


def test_fi55_actions_where_they_are_tracked(tmp_path: Path) -> None:
    """A Deny is not unused, what is not tracked is unknown, attempts count (duo-labs/cloudmapper#678)."""
    tracked = [
        {"ActionName": "PutBucketTagging"},
        {"ActionName": "DeleteBucket"},
        {"ActionName": "ListBucket", "LastAccessedTime": NOW},
    ]
    services = [
        {"ServiceNamespace": "s3", "LastAuthenticated": NOW, "TrackedActionsLastAccessed": tracked},
        {"ServiceNamespace": "iam", "LastAuthenticated": NOW},
    ]
    folder = tmp_path / "iam-get-service-last-accessed-details"
    folder.mkdir()
    (folder / f"{quote(ALICE, safe='')}.json").write_text(json.dumps({"ServicesLastAccessed": services}))
    policies = [
        one
        for name, actions in {
            "tags": ("s3:PutBucketTagging",),
            "untracked": ("s3:PutBucketTagging", "s3:PutObject"),
            "used": ("s3:DeleteBucket", "s3:ListBucket"),
            "passing": ("s3:PutBucketTagging", "iam:PassRole"),
        }.items()
        for one in called(name, allowing(*actions))
    ]
    found = reviewed(tmp_path, alice(policies + denying("s3:DeleteBucket")), rules=("FI55",))
    (told,) = found.findings
    assert "may use 1 action that it never called: s3:PutBucketTagging; statement " in told.message
    assert "of tags could go" in told.message
    assert not any(name in told.message for name in ("untracked", "passing", "used"))


@every_row(
    ("providers", "oidc", "roles", "expected"),
    [
        ([{"Arn": SAML, "ValidUntil": "2026-11-01T00:00:00+00:00"}], None, "trusting", "found"),
        ([{"Arn": SAML, "ValidUntil": "2027-11-01T00:00:00+00:00"}], None, "trusting", "clear"),
        ([{"Arn": SAML, "ValidUntil": "2027-11-01T00:00:00+00:00"}], None, "none", "found"),  # nobody uses it
        ([{"Arn": SAML, "ValidUntil": "2027-11-01T00:00:00+00:00"}], None, "not exported", "unknown"),
        ([], [], "none", "found"),
        ([], None, "none", "unknown"),
        (None, [], "none", "unknown"),
        ([], [], "not exported", "unknown"),
        ([], [], "reserved", "clear"),
    ],
)
def test_fi71_federation(
    tmp_path: Path, providers: list[Json] | None, oidc: list[Json] | None, roles: str, expected: str
) -> None:
    names = ("alice", "bob", "carol")
    header, *rows = [report(f"arn:aws:iam::{ACCOUNT}:user/{name}", **PASSWORD).splitlines() for name in names]
    credentials = "\n".join([*header, *(row[1] for row in rows)]) + "\n"
    reserved = {
        "Path": "/aws-reserved/sso.amazonaws.com/",
        "Arn": f"arn:aws:iam::{ACCOUNT}:role/aws-reserved/sso.amazonaws.com/deploy",
    }
    trust = trusting({"Federated": SAML}, action="sts:AssumeRoleWithSAML")
    held = {
        "trusting": [trusted_by("deploy", trust)],
        "none": [],
        "reserved": [trusted_by("deploy", trust, **reserved)],
    }
    export: dict[str, Any] = details(UserDetailList=[user(name) for name in names], RoleDetailList=held.get(roles, []))
    if roles == "not exported":
        del export["RoleDetailList"]
    files: dict[str, Json] = {}
    files |= {} if providers is None else {"iam_list_saml_providers": {"SAMLProviderList": providers}}
    files |= {} if oidc is None else {"iam_list_open_id_connect_providers": {"OpenIDConnectProviderList": oidc}}
    assert answer(reviewed(tmp_path, export, credentials=credentials, files=files, rules=("FI71",)), "FI71") == expected


def test_fi32_age_and_hard_expiry_are_asked_for_only_where_they_are_set(tmp_path: Path) -> None:
    weak = {"MinimumPasswordLength": 14, "PasswordReusePrevention": 24, "AllowUsersToChangePassword": True}
    weak |= dict.fromkeys(("RequireSymbols", "RequireNumbers"), True)
    weak |= dict.fromkeys(("RequireUppercaseCharacters", "RequireLowercaseCharacters"), True)
    asked: dict[str, Any] = {
        "files": {"iam_get_account_password_policy": {"PasswordPolicy": weak}},
        "credentials": report(**PASSWORD),
    }
    assert answer(reviewed(tmp_path, alice([]), rules=("FI32",), **asked), "FI32") == "clear"
    limits = Limits(password_age=90, password_hard_expiry=1)
    (told,) = reviewed(tmp_path, alice([]), rules=("FI32",), limits=limits, **asked).findings
    assert "lets passwords live for ever instead of 90 days" in told.message
    assert "lets whoever holds an expired password set a new one" in told.message


def test_fi48_the_same_in_other_words_is_told_with_the_others(tmp_path: Path) -> None:
    """FI98: equal in what AWS reads."""
    first, second = allowing("s3:Get*", "s3:List*"), allowing("s3:List*", "s3:Get*")
    groups = [
        group("a", GroupPolicyList=first),
        group("b", GroupPolicyList=second),
        group("c", GroupPolicyList=allowing("s3:Get*")),
    ]
    found = reviewed(tmp_path, details(GroupDetailList=groups), rules=("FI48",))
    suggestion, info = FindingSeverity.SUGGESTION, FindingSeverity.INFO
    assert sorted((one.subject.name, one.severity) for one in found.findings) == [
        ("a", suggestion),
        ("b", suggestion),
        ("c", info),
    ]


def test_fi46_a_pattern_that_means_no_role_of_today_is_only_worth_knowing(tmp_path: Path) -> None:
    found = reviewed(tmp_path, alice(allowing("iam:PassRole"), trusted_by("deploy", OWN_ACCOUNT)), rules=("FI46",))
    assert severities(found, "FI46") == [FindingSeverity.INFO]


def test_fi42_a_service_that_only_reads_weighs_less(tmp_path: Path) -> None:
    found = reviewed(tmp_path, alice(allowing("tax:*", "s3:*")), rules=("FI42",))
    assert severities(found, "FI42") == [FindingSeverity.SUGGESTION]


def test_fi60_resource_policies_let_accounts_in_too(tmp_path: Path) -> None:
    """FI8: one finding for an account, with roles and resources."""
    trust = one_role(trusting({"AWS": OTHER}))
    found = reviewed(tmp_path, trust, files={"sns_get_topic_attributes": topic({"AWS": OTHER})}, rules=("FI60",))
    (told,) = found.findings
    assert told.message.endswith(f"lets the account {OTHER} in by the role deploy and the policy of {TOPIC}")


@every_row(
    ("denied", "expected"),
    [
        (scp("d", "*", OTHER_REGIONS), ["global services: iam:ListRoles"]),
        (scp("d", "ec2:*", OTHER_REGIONS), []),
    ],
)
def test_fi83_global_services_stay_allowed(tmp_path: Path, denied: Any, expected: list[str]) -> None:
    found = guarded(tmp_path, "FI83", denied, "r-1")
    assert (
        [told for told in expected if told in found.findings[0].message] == expected if found.findings else not expected
    )


def test_fi84_who_is_exempt_is_no_failure(tmp_path: Path) -> None:
    exempt = {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/guardian"}}
    assert answer(guarded(tmp_path, "FI84", scp("d", "*", exempt), "r-1"), "FI84") == "clear"


def test_fi80_no_organization_is_only_worth_knowing(tmp_path: Path) -> None:
    refused = (
        "\nAn error occurred (AWSOrganizationsNotInUseException) when calling the DescribeOrganization operation: x\n"
    )
    (tmp_path / "organizations-describe-organization.json").write_text(refused)
    found = reviewed(tmp_path, alice([]), rules=("FI80",))
    assert severities(found, "FI80") == [FindingSeverity.INFO]


def test_fi40_says_through_which_policies_and_what_an_unread_one_could_only_take_away(tmp_path: Path) -> None:
    unread = [{"PolicyName": "Reader", "PolicyArn": "arn:aws:iam::aws:policy/Reader"}]
    over_all_names = allowing("iam:*", resource=f"arn:aws:iam::{ACCOUNT}:*")
    users = [
        user("bob", GroupList=["admins"], UserPolicyList=allowing("s3:*"), AttachedManagedPolicies=unread),
        user("carol", AttachedManagedPolicies=unread),
        user("dave", UserPolicyList=EVERYTHING + denying("iam:CreateUser"), AttachedManagedPolicies=unread),
        user("erin", UserPolicyList=over_all_names),
    ]
    groups = [group("admins", GroupPolicyList=EVERYTHING)]
    found = reviewed(tmp_path, details(UserDetailList=users, GroupDetailList=groups), rules=("FI40",))
    written, told = sorted(found.findings, key=lambda one: one.subject.name, reverse=True)
    assert written.message == f"erin is an administrator, through {over_all_names[0]['PolicyName']}"
    assert told.message == (
        f"bob is an administrator, through {EVERYTHING[0]['PolicyName']} of the group admins, "
        "unless Reader denies it, of which no document was exported"
    )
    (untold,) = found.unknown
    assert untold.subject.name == "carol"
    assert "the document of arn:aws:iam::aws:policy/Reader" in untold.needs[0]
    assert "\n  carol\n" in "\n".join(review_as_text(found, unknown=True))


def test_a_policy_that_only_bounds_gives_nothing_and_hands_out_nothing(tmp_path: Path) -> None:
    """E47: Q15 of a boundary would tell of roles that nobody can pass."""
    wide = [{"Document": allowing("iam:PassRole")[0]["PolicyDocument"], "VersionId": "v1", "IsDefaultVersion": True}]
    bound, limit = user("alice", PermissionsBoundary=BOUND), policy("b", PolicyVersionList=wide)
    attached = user("bob", AttachedManagedPolicies=[{"PolicyName": "b", "PolicyArn": BOUND["PermissionsBoundaryArn"]}])

    def told(name: str, *users: Json) -> list[str]:
        path = write(tmp_path / f"{name}.json", details(UserDetailList=list(users), Policies=[limit]))
        return [one.subject.name for one in linted(open_snapshot([path])) if one.rule == "Q15"]

    assert told("bounding", bound) == []
    assert told("attached", bound, attached) == ["b"]
