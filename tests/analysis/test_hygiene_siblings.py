"""What each rule of a review is asked in other words: spellings, dates that nobody can read, lists that tell half."""

from __future__ import annotations

from pathlib import Path

from tests.analysis.test_hygiene import (
    ALICE,
    LONG_AGO,
    NOW,
    PASSWORD,
    ROOT,
    answer,
    key,
    report,
    reviewed,
)
from tests.analysis.test_hygiene_of_powers import alice
from tests.snapshot.exports import ACCOUNT, Json
from tests.tables import every_row

PROFILE = {"iam_get_login_profile.alice": {"LoginProfile": {"UserName": "alice", "CreateDate": LONG_AGO}}}
NO_KEYS = {"iam_list_access_keys.alice": {"AccessKeyMetadata": []}}
PHONE: Json = {"SerialNumber": f"arn:aws:iam::{ACCOUNT}:mfa/phone-of-root", "User": {"Arn": ROOT}}
PHONE_OF_ROOT = {"iam_list_virtual_mfa_devices": {"VirtualMFADevices": [PHONE]}}
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
