"""Summary, password policy, alias, providers, roles, last use (I23-I26, I32)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from iamtui.snapshot.model import Account, Exported, PublicAccessBlock, ServiceAccess
from iamtui.snapshot.opening import open_snapshot
from tests.snapshot.exports import ACCOUNT, Json, details, role, user, write

ROLE = f"arn:aws:iam::{ACCOUNT}:role/web"


def account(folder: Path, files: dict[str, Json]) -> Account:
    export = details(UserDetailList=[user("alice")], RoleDetailList=[role("web")])
    write(folder / "iam-get-account-authorization-details.json", export)
    for name, content in files.items():
        write(folder / name, content)
    return open_snapshot([folder]).accounts[ACCOUNT]


def test_i23_i24_summary_password_policy_and_alias_are_the_accounts_beside_them(tmp_path: Path) -> None:
    found = account(
        tmp_path,
        {
            "summary.json": {"SummaryMap": {"Users": 1, "RolesQuota": 2000}},
            "password.json": {"PasswordPolicy": {"MinimumPasswordLength": 14, "RequireSymbols": True}},
            "alias.json": {"AccountAliases": ["acme-prod"]},
        },
    )
    assert found.summary == {"Users": 1, "RolesQuota": 2000}
    assert found.password_policy == {"MinimumPasswordLength": 14, "RequireSymbols": True}
    assert found.password_policy_state is Exported.PRESENT
    assert found.alias == "acme-prod"


def test_i24_no_such_entity_means_that_there_is_no_password_policy(tmp_path: Path) -> None:
    path = tmp_path / "iam-get-account-password-policy.json"
    path.write_text("An error occurred (NoSuchEntity) when calling the GetAccountPasswordPolicy operation: …")
    assert account(tmp_path, {}).password_policy_state is Exported.NONE


def test_a_refused_call_is_told_and_counts_as_not_exported(tmp_path: Path) -> None:
    path = tmp_path / "iam-get-account-password-policy.json"
    path.write_text(
        "\naws: [ERROR]: An error occurred (AccessDenied) when calling the GetAccountPasswordPolicy operation"
    )
    assert account(tmp_path, {}).password_policy_state is Exported.UNKNOWN
    (problem,) = open_snapshot([tmp_path]).problems
    assert "expected the answer to GetAccountPasswordPolicy, got AccessDenied" in str(problem)


def test_i25_i26_providers_are_known_once_both_kinds_are_listed(tmp_path: Path) -> None:
    saml = {
        "SAMLProviderList": [{"Arn": f"arn:aws:iam::{ACCOUNT}:saml-provider/AD", "ValidUntil": "2032-01-01T00:00:00Z"}]
    }
    oidc_arn = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"
    detail = {"Url": "token.actions.githubusercontent.com", "ClientIDList": ["sts.amazonaws.com"], "ThumbprintList": []}
    assert account(tmp_path / "1", {"saml.json": {"SAMLProviderList": []}}).providers is None
    found = account(
        tmp_path / "2",
        {
            "saml.json": saml,
            "oidc.json": {"OpenIDConnectProviderList": [{"Arn": oidc_arn}]},
            f"iam-get-open-id-connect-provider/{oidc_arn.replace(':', '%3A').replace('/', '%2F')}.json": detail,
        },
    ).providers
    assert found is not None
    assert found[f"arn:aws:iam::{ACCOUNT}:saml-provider/AD"].valid_until == datetime(2032, 1, 1, tzinfo=UTC)
    assert found[oidc_arn].audiences == ("sts.amazonaws.com",)


def test_i32_the_block_of_the_account_is_told_from_that_of_a_bucket(tmp_path: Path) -> None:
    block = {"PublicAccessBlockConfiguration": {"BlockPublicAcls": True, "RestrictPublicBuckets": True}}
    found = account(tmp_path, {f"s3control-get-public-access-block/{ACCOUNT}.json": block})
    assert found.public_access_block == PublicAccessBlock(block_public_acls=True, restrict_public_buckets=True)


def test_list_roles_adds_description_and_session_duration(tmp_path: Path) -> None:
    listed = {**role("web"), "Description": "the web servers", "MaxSessionDuration": 7200}
    found = account(tmp_path, {"iam-list-roles.json": {"Roles": [listed]}}).roles
    assert found is not None
    assert (found["web"].description, found["web"].max_session_seconds) == ("the web servers", 7200)


def test_service_last_accessed_is_joined_by_its_job(tmp_path: Path) -> None:
    name = ROLE.replace(":", "%3A").replace("/", "%2F")
    answer = {
        "JobStatus": "COMPLETED",
        "ServicesLastAccessed": [
            {"ServiceNamespace": "logs", "LastAuthenticated": "2026-01-01T00:00:00Z", "LastAuthenticatedEntity": ROLE},
            {"ServiceNamespace": "s3"},
        ],
    }
    found = account(
        tmp_path,
        {
            f"iam-generate-service-last-accessed-details/{name}": {"JobId": "job-1"},
            "iam-get-service-last-accessed-details/job-1": answer,
        },
    ).service_access
    assert found == {
        ROLE: (ServiceAccess("logs", datetime(2026, 1, 1, tzinfo=UTC), ROLE), ServiceAccess("s3", None, None))
    }


def test_i26_a_provider_in_a_file_without_its_arn_is_told_by_its_url(tmp_path: Path) -> None:
    detail = {"Url": "https://oidc.example.com/id", "ClientIDList": ["sts"], "ThumbprintList": []}
    found = account(tmp_path, {"iam-get-open-id-connect-provider.json": detail}).providers
    assert found is not None
    (provider,) = found.values()
    assert provider.arn == f"arn:aws:iam::{ACCOUNT}:oidc-provider/oidc.example.com/id"
    assert provider.url == "oidc.example.com/id"
