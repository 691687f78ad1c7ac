"""Credential report, access keys, login profiles, MFA devices, users (I20-I27)."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from pathlib import Path

import pytest

from iamtui.snapshot.merging.assembling import OpenedSnapshot
from iamtui.snapshot.model import AccessKey, Credentials, ServerCertificate, SigningCertificate, Snapshot
from iamtui.snapshot.opening import open_snapshot
from tests.snapshot.exports import ACCOUNT, Json, details, user, write

HEADER = (
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,"
    "mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,"
    "access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,"
    "access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,"
    "cert_2_last_rotated,additional_credentials_info\n"
)
ALICE = (
    f"alice,arn:aws:iam::{ACCOUNT}:user/alice,2026-01-01T00:00:00+00:00,TRUE,2026-02-02T00:00:00+00:00,"
    "2026-01-02T00:00:00+00:00,N/A,true,true,2026-01-03T00:00:00+00:00,2026-02-03T00:00:00+00:00,eu-west-1,s3,"
    "false,N/A,N/A,N/A,N/A,false,N/A,false,N/A,\n"
)
ROOT = (
    f"<root_account>,arn:aws:iam::{ACCOUNT}:root,2020-01-01T00:00:00+00:00,not_supported,no_information,not_supported,"
    "not_supported,false,true,2020-01-03T00:00:00+00:00,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A,\n"
)
REPORT = HEADER + ROOT + ALICE


def opened(folder: Path, **files: Json) -> OpenedSnapshot:
    """An account with the user alice, and other files beside its export; `call__alice` becomes `call/alice.json`."""
    write(folder / "iam-get-account-authorization-details.json", details(UserDetailList=[user("alice")]))
    for name, content in files.items():
        path = folder / f"{name.replace('__', '/').replace('_', '-')}.json"
        path.parent.mkdir(exist_ok=True)
        if isinstance(content, str):
            path.write_text(content)
        else:
            write(path, content)
    return open_snapshot([folder])


def alice(snapshot: Snapshot) -> Credentials:
    found = snapshot.user(f"arn:aws:iam::{ACCOUNT}:user/alice")
    assert found is not None
    assert found.credentials is not None
    return found.credentials


@pytest.mark.parametrize("form", ["csv", "base64", "text"])
def test_i20_a_credential_report_is_read_in_every_form(tmp_path: Path, form: str) -> None:
    content: Json = REPORT
    if form != "csv":
        text = base64.b64encode(REPORT.encode()).decode() if form == "base64" else REPORT
        content = {"Content": text, "ReportFormat": "text/csv", "GeneratedTime": "2026-03-01T00:00:00+00:00"}
    snapshot = opened(tmp_path, credential_report=content)
    said = alice(snapshot)
    assert (said.console_password, said.mfa) == (True, True)
    assert said.password_last_used == datetime(2026, 2, 2, tzinfo=UTC)
    assert said.access_keys is not None
    (key,) = said.access_keys
    assert key.last_used is not None
    assert (key.active, key.last_used.region, key.last_used.service) == (True, "eu-west-1", "s3")
    root = snapshot.accounts[ACCOUNT].root
    assert root is not None
    assert (root.console_password, root.mfa, root.password_last_used) == (None, False, None)
    assert len(root.access_keys or ()) == 1


def test_i21_columns_are_read_by_name_and_may_be_few(tmp_path: Path) -> None:
    snapshot = opened(tmp_path, report=f"user,arn,mfa_active\nalice,arn:aws:iam::{ACCOUNT}:user/alice,false\n")
    assert alice(snapshot) == Credentials(mfa=False)


@pytest.mark.parametrize("content", ["%%%", base64.b64encode(b"no csv").decode(), base64.b64encode(b"\xff").decode()])
def test_a_report_that_is_none_is_told(tmp_path: Path, content: str) -> None:
    snapshot = opened(tmp_path, report={"Content": content, "ReportFormat": "text/csv"})
    assert [problem.place for problem in snapshot.problems] == ["/Content"]


def test_access_keys_get_their_last_use_from_the_report(tmp_path: Path) -> None:
    key = {"UserName": "alice", "AccessKeyId": "AKIA1", "Status": "Inactive", "CreateDate": "2026-01-03T00:00:00.5Z"}
    snapshot = opened(tmp_path, iam_list_access_keys__alice={"AccessKeyMetadata": [key]}, report=REPORT)
    (found,) = alice(snapshot).access_keys or ()
    assert (found.key_id, found.active) == ("AKIA1", False)
    assert found.last_used is not None
    assert found.last_used.service == "s3"


def test_empty_lists_are_of_the_user_that_the_file_is_named_after(tmp_path: Path) -> None:
    snapshot = opened(
        tmp_path, iam_list_access_keys__alice={"AccessKeyMetadata": []}, iam_list_mfa_devices__alice={"MFADevices": []}
    )
    assert alice(snapshot) == Credentials(mfa=False, mfa_devices=(), access_keys=())


def test_a_login_profile_is_a_console_password_and_its_absence_none(tmp_path: Path) -> None:
    snapshot = opened(tmp_path / "1", iam_get_login_profile__alice={"LoginProfile": {"UserName": "alice"}})
    assert alice(snapshot).console_password is True
    refused = "\nAn error occurred (NoSuchEntity) when calling the GetLoginProfile operation: Login Profile …\n"
    assert alice(opened(tmp_path / "2", iam_get_login_profile__alice=refused)).console_password is False


def test_i27_virtual_devices_are_told_without_any_seed(tmp_path: Path) -> None:
    device = {
        "SerialNumber": f"arn:aws:iam::{ACCOUNT}:mfa/root",
        "Base32StringSeed": "SECRETSEED",
        "QRCodePNG": "SECRETSEED",
        "User": {"Arn": f"arn:aws:iam::{ACCOUNT}:root"},
    }
    snapshot = opened(tmp_path, devices={"VirtualMFADevices": [device, {"SerialNumber": "unassigned"}]})
    assert snapshot.accounts[ACCOUNT].root == Credentials(mfa=True, mfa_devices=(f"arn:aws:iam::{ACCOUNT}:mfa/root",))
    assert "SECRETSEED" not in repr(snapshot.readings)


def test_list_users_says_when_a_password_was_last_used(tmp_path: Path) -> None:
    listed = {**user("alice"), "PasswordLastUsed": "2026-02-02T00:00:00+00:00"}
    assert alice(opened(tmp_path, users={"Users": [listed]})).password_last_used == datetime(2026, 2, 2, tzinfo=UTC)


def test_credentials_of_users_that_the_export_lacks_are_told(tmp_path: Path) -> None:
    snapshot = opened(tmp_path, iam_list_mfa_devices__ghost={"MFADevices": []})
    assert "no user ghost in the export" in str(snapshot.problems[0])
    assert snapshot.problems[0].path.name == "ghost.json"


def test_devices_of_nobody_are_told(tmp_path: Path) -> None:
    snapshot = opened(tmp_path, list_mfa_devices={"MFADevices": []})
    assert "expected a user's name inside, or a file named CALL/USER" in str(snapshot.problems[0])


def test_keys_of_an_account_that_is_not_known_are_told(tmp_path: Path) -> None:
    write(tmp_path / "1.json", details(UserDetailList=[user("alice")]))
    write(tmp_path / "2.json", details(UserDetailList=[user("alice", "444455556666")]))
    write(tmp_path / "list-mfa-devices" / "alice.json", {"MFADevices": []})
    assert "expected to learn which account this is of" in str(open_snapshot([tmp_path]).problems[0])


def test_the_key_model_never_holds_a_secret() -> None:
    assert set(AccessKey.__slots__) == {"key_id", "active", "created", "last_used"}


def test_i28_signing_certificates_are_listed_with_ids_or_counted_by_the_report(tmp_path: Path) -> None:
    held = {"Certificates": [{"UserName": "alice", "CertificateId": "C1", "Status": "Inactive"}]}
    assert alice(opened(tmp_path / "1", iam_list_signing_certificates__alice=held, report=REPORT)).certificates == (
        SigningCertificate("C1", active=False),
    )
    none: Json = {"Certificates": []}
    assert alice(opened(tmp_path / "2", iam_list_signing_certificates__alice=none)).certificates == ()
    signing = REPORT.replace("N/A,N/A,false,N/A,false,N/A,\n", "N/A,N/A,true,2026-01-03T00:00:00+00:00,false,N/A,\n")
    assert alice(opened(tmp_path / "3", report=signing)).certificates == (SigningCertificate(None, active=True),)


def test_i29_server_certificates_have_an_end(tmp_path: Path) -> None:
    arn = f"arn:aws:iam::{ACCOUNT}:server-certificate/www"
    listed = {"ServerCertificateMetadataList": [{"Arn": arn, "Expiration": "2026-11-01T00:00:00Z"}, {"Arn": "x"}]}
    snapshot = opened(tmp_path, iam_list_server_certificates=listed)
    assert snapshot.accounts[ACCOUNT].server_certificates == (
        ServerCertificate(arn, datetime(2026, 11, 1, tzinfo=UTC)),
    )
    assert [problem.place for problem in snapshot.problems] == ["/ServerCertificateMetadataList/1/Arn"]
