"""The credential report in the forms that it comes in, and damaged (I20-I22)."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from pathlib import Path

import pytest

from iamtui.snapshot.model import AccessKey, Credentials, Snapshot
from iamtui.snapshot.opening import open_snapshot
from tests.snapshot.exports import ACCOUNT, details, user, write
from tests.tables import every_row

COLUMNS = ["user", "arn", "password_enabled", "password_last_used", "mfa_active", "access_key_1_active"]
ROW = ["alice", f"arn:aws:iam::{ACCOUNT}:user/alice", "TRUE", "no_information", "False", "false"]
CSV = f"{','.join(COLUMNS)}\n{','.join(ROW)}\n"
IN_BASE64 = base64.b64encode(CSV.encode()).decode()
WRAPPED = "\r\n".join(IN_BASE64[start : start + 76] for start in range(0, len(IN_BASE64), 76))


def opened(tmp_path: Path, text: str) -> Snapshot:
    write(tmp_path / "export.json", details(UserDetailList=[user("alice")]))
    (tmp_path / "report").write_bytes(text.encode())
    return open_snapshot([tmp_path])


def credentials(snapshot: Snapshot) -> Credentials | None:
    alice = snapshot.user(ROW[1])
    assert alice is not None
    return alice.credentials


FORMS = {
    "bare": CSV,
    "every value in quotes": "\n".join(",".join(f'"{value}"' for value in row) for row in (COLUMNS, ROW)),
    "columns in another order, and more of them": "\n".join(
        ",".join((*reversed(row), more)) for row, more in ((COLUMNS, "additional_credentials_info"), (ROW, '"a, b\n"'))
    ),
    "in base64": json.dumps({"Content": IN_BASE64, "ReportFormat": "text/csv", "GeneratedTime": 1767323045}),
    "in base64 with lines": json.dumps({"Content": WRAPPED, "ReportFormat": "text/csv"}),
    "Content alone": json.dumps({"Content": IN_BASE64}),
    "Content as text": json.dumps({"Content": CSV, "ReportFormat": "text/csv"}),
    "bare base64": IN_BASE64,
}


@every_row("text", FORMS.values(), ids=FORMS.keys())
def test_i20_i21_a_report_is_read_in_every_form(tmp_path: Path, text: str) -> None:
    snapshot = opened(tmp_path, text)
    assert credentials(snapshot) == Credentials(
        console_password=True, mfa=False, access_keys=(), tells_password_use=True
    )
    assert snapshot.problems == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (CSV[:-20], "row 1: expected 6 columns; the row is passed over"),
        (CSV.replace("arn:aws", "arn_aws"), "row 1, arn: expected an ARN"),
        (CSV.replace("no_information", "x" * 200_000), "row 1: expected CSV: field larger than field limit"),
        (",".join(COLUMNS), "expected a row for each user; the report adds nothing"),
        (json.dumps({"Content": IN_BASE64[:-3]}), "/Content: expected base64"),
        (json.dumps({"Content": ""}), "/Content: expected CSV with the columns user, arn, …"),
    ],
)
def test_a_damaged_report_is_told_and_adds_nothing(tmp_path: Path, text: str, said: str) -> None:
    snapshot = opened(tmp_path, text)
    assert credentials(snapshot) is None
    assert said in str(snapshot.problems[0])


@every_row(
    "said, keys, problems",
    [
        ("yes", (AccessKey(None, None),), ["row 1, access_key_1_active: expected true or false, got 'yes'"]),
        ("0", (AccessKey(None, None),), ["row 1, access_key_1_active: expected true or false, got '0'"]),
        ("N/A", (), []),
        ("tRuE", (AccessKey(None, active=True),), []),
    ],
)
def test_i22_a_state_that_is_none_is_told_and_the_key_may_be_there(
    tmp_path: Path, said: str, keys: tuple[AccessKey, ...], problems: list[str]
) -> None:
    snapshot = opened(tmp_path, CSV.replace("False,false", f"False,{said}"))
    known = credentials(snapshot)
    assert known is not None
    assert [replace(key, last_used=None) for key in known.access_keys or ()] == list(keys)
    assert [f"{problem.place}: {problem.expected}" for problem in snapshot.problems] == problems


def test_i21_a_report_without_columns_of_keys_says_nothing_of_keys(tmp_path: Path) -> None:
    known = credentials(opened(tmp_path, CSV.replace(",access_key_1_active", "").replace(",false", "")))
    assert known is not None
    assert known.access_keys is None
