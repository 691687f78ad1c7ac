from __future__ import annotations

import json
import os
from pathlib import Path

from tests.cli.conftest import Iamtui, write


def test_counts_missing_exports_and_files_are_shown(iamtui: Iamtui, export: Path) -> None:
    os.utime(export, (1767323045, 1767323045))
    ran = iamtui("inspect", export)
    assert (ran.status, ran.err) == (0, "")
    assert "● Account 111122223333  1 user · 0 groups · 2 roles · policies: 0 customer, 0 AWS, 1 inline" in ran.out
    assert " · exported 2026-01-02 03:04 UTC\n" in ran.out
    assert "111122223333: organization, SCPs and RCPs  weakens" in ran.out
    assert f"✔ {export}  authorization-details" in ran.out


def test_json_has_null_for_what_was_not_exported(iamtui: Iamtui, tmp_path: Path) -> None:
    user = {"Path": "/", "UserName": "bob", "UserId": "AIDA1", "Arn": "arn:aws:iam::111122223333:user/bob"}
    file = write(tmp_path / "users.json", {"Users": [{**user, "CreateDate": "2026-01-01T00:00:00Z"}]})
    made = json.loads(iamtui("inspect", file, "--format", "json").out)
    (account,) = made["accounts"]
    assert (made["version"], account["id"], account["roles"]) == (1, "111122223333", None)
    assert made["files"] == [{"path": str(file), "format": "users", "status": "read", "message": ""}]


def test_many_skipped_files_are_one_line_a_reason_until_all_are_asked_for(
    iamtui: Iamtui, tmp_path: Path, export: Path
) -> None:
    for index in range(20):
        write(tmp_path / f"note{index}.txt", "nothing")
    for index in range(6):
        write(tmp_path / f"events{index}.json", {"Records": []})
        write(tmp_path / f"other{index}.json", {f"a{index}": 1})
    shown = iamtui("inspect", tmp_path).out
    assert "20 files skipped  not recognised: neither a JSON object or list nor a credential report" in shown
    assert "6 files skipped  CloudTrail events are no export" in shown
    assert "3 files skipped  for other reasons" in shown
    assert "note7.txt" not in iamtui("inspect", tmp_path).out
    assert "note7.txt" in iamtui("inspect", tmp_path, "--full").out


def test_a_folder_without_an_export_is_bad_input_and_its_files_are_listed_all_the_same(
    iamtui: Iamtui, tmp_path: Path
) -> None:
    file = write(tmp_path / "policy.json", {"Version": "2012-10-17", "Statement": []})
    ran = iamtui("inspect", tmp_path)
    assert ran.status == 2
    assert str(tmp_path) in ran.err
    assert f"– {file}  skipped: a policy document alone: nothing says what it is attached to" in ran.out
    made = json.loads(iamtui("inspect", tmp_path, "--format", "json").out)
    assert (made["accounts"], [item["status"] for item in made["files"]]) == ([], ["skipped"])


def test_resources_of_an_account_without_export_are_counted(iamtui: Iamtui, tmp_path: Path) -> None:
    file = write(tmp_path / "r.json", [{"Resource": "arn:aws:s3:::a", "Account": "444455556666", "Policy": None}])
    assert "● Account 444455556666  only resources: 1 s3:bucket" in iamtui("inspect", file).out
    made = json.loads(iamtui("inspect", file, "--format", "json").out)
    assert (made["accounts"], made["resources_only"]) == ([], {"444455556666": {"s3:bucket": 1}})
