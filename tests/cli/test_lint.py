from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import ALICE, Iamtui, allow, write


def test_a_policy_in_a_file_of_its_own_is_linted_with_rule_place_and_remedy(iamtui: Iamtui, tmp_path: Path) -> None:
    file = write(tmp_path / "p.json", json.dumps(allow("s3:GetNothing"), indent=1))
    ran = iamtui("lint", file)
    assert ran.status == 1
    lines = ran.out.splitlines()
    assert lines[0] == f"{file}  identity-based policy"
    assert lines[1].startswith("  error       Q6   line 7, column ")
    assert "→ " in lines[2]
    assert lines[-1] == "1 document: 1 error"


def test_nothing_to_say_is_status_0(iamtui: Iamtui, tmp_path: Path) -> None:
    ran = iamtui("lint", write(tmp_path / "p.json", allow("s3:GetObject", "arn:aws:s3:::ledger/*")))
    assert (ran.status, ran.out) == (0, "1 document: no findings\n")


@pytest.mark.parametrize(("fail_on", "status"), [("error", 0), ("security", 1), ("info", 1), ("never", 0)])
def test_fail_on_sets_the_exit_status(iamtui: Iamtui, tmp_path: Path, fail_on: str, status: int) -> None:
    file = write(tmp_path / "p.json", allow("iam:PassRole"))
    assert iamtui("lint", file, "--fail-on", fail_on).status == status


def test_text_that_is_no_json_is_a_finding_with_its_place(iamtui: Iamtui, tmp_path: Path) -> None:
    ran = iamtui("lint", write(tmp_path / "p.json", '{"Statement": [}'))
    assert ran.status == 1
    assert "Q1   line 1, column 16" in ran.out


def test_a_byte_order_mark_is_a_finding_though_other_commands_read_past_it(iamtui: Iamtui, tmp_path: Path) -> None:
    """L11, I1."""
    file = tmp_path / "p.json"
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(allow("s3:GetObject")).encode())
    assert "Q1   line 1, column 1: " in iamtui("lint", file).out


@pytest.mark.parametrize(
    "document",
    [{"Version": "2012-10-17"}, {"Version": "2012-10-17", "statement": []}, {"Effect": "Allow", "Action": "s3:Get*"}],
)
def test_a_policy_without_statement_is_still_taken_for_one(
    iamtui: Iamtui, tmp_path: Path, document: dict[str, object]
) -> None:
    ran = iamtui("lint", write(tmp_path / "p.json", document))
    assert ran.status == 1
    assert "there is no Statement" in ran.out


@pytest.mark.parametrize(
    ("elements", "kind"),
    [
        ({"Resource": "*"}, "identity-based policy"),
        ({"Principal": "*", "NotPrincipal": "*", "Resource": "*"}, "resource-based policy"),
        ({"Principal": {"AWS": ALICE}, "Action": "ecr:BatchGetImage"}, "resource-based policy"),
        ({"Principal": {"AWS": ALICE}, "Action": ["kms:*"], "Resource": "*"}, "key policy"),
        ({"Principal": {"AWS": ALICE}, "Action": "*"}, "role trust policy"),
        ({"Resource": "*", "Principal": "*"}, "resource-based policy"),
        ({"Principal": {"AWS": ALICE}}, "role trust policy"),
    ],
)
def test_the_kind_of_a_policy_follows_from_its_elements_unless_it_is_said(
    iamtui: Iamtui, tmp_path: Path, elements: dict[str, object], kind: str
) -> None:
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", **elements}
    file = write(tmp_path / "p.json", {"Statement": [statement]})
    assert iamtui("lint", file).out.startswith(f"{file}  {kind}\n")
    assert iamtui("lint", file, "--type", "scp").out.startswith(f"{file}  service control policy\n")


def test_an_export_is_linted_where_each_document_lives(iamtui: Iamtui, tmp_path: Path, export: Path) -> None:
    whole = json.loads(export.read_text("utf-8"))
    whole["UserDetailList"][0]["UserPolicyList"][0]["PolicyDocument"]["Statement"][0]["Action"] = "s3:GetNothing"
    ran = iamtui("lint", write(tmp_path / "account.json", whole), "--format", "json")
    assert ran.status == 1
    made = json.loads(ran.out)
    found = {(entry["name"], entry["owner"]): entry["findings"] for entry in made["documents"]}
    (finding,) = found["readers", ALICE]
    assert (finding["rule"], finding["severity"], finding["statement"]) == ("Q6", "error", 0)
    assert made["counts"]["error"] == 1
    assert made["checked"] == 3


def test_policies_of_aws_are_left_out_and_that_is_said(iamtui: Iamtui, tmp_path: Path, export: Path) -> None:
    whole = json.loads(export.read_text("utf-8"))
    version = {"VersionId": "v1", "IsDefaultVersion": True, "Document": allow("s3:GetNothing")}
    arn = "arn:aws:iam::aws:policy/Own"
    managed = {"PolicyName": "Own", "PolicyId": "ANPA1", "Arn": arn, "Path": "/", "DefaultVersionId": "v1"}
    whole["Policies"] = [{**managed, "PolicyVersionList": [version]}]
    file = write(tmp_path / "account.json", whole)
    ran = iamtui("lint", file)
    assert ran.status == 0
    assert "1 AWS managed policies left out" in ran.err
    assert iamtui("lint", file, "--aws-managed").status == 1


def test_the_entities_of_an_export_are_looked_at_beside_its_documents(
    iamtui: Iamtui, tmp_path: Path, export: Path
) -> None:
    whole = json.loads(export.read_text("utf-8"))
    gone = "arn:aws:iam::111122223333:policy/gone"
    whole["UserDetailList"][0]["AttachedManagedPolicies"] = [{"PolicyName": "gone", "PolicyArn": gone}]
    file = write(tmp_path / "account.json", whole)
    made = json.loads(iamtui("lint", file, "--format", "json").out)
    (entry,) = made["entities"]
    assert (entry["owner"], entry["kind"]) == (ALICE, "user")
    assert (entry["findings"][0]["rule"], entry["findings"][0]["pointer"]) == ("I18", "/AttachedManagedPolicies/0")
    assert (made["checked"], made["checked_entities"]) == (3, 4)
    ran = iamtui("lint", file, "--fail-on", "warning")
    assert ran.status == 1
    assert f"alice  user  {ALICE}\n  warning     I18  /AttachedManagedPolicies/0: " in ran.out
    assert ran.out.endswith("3 documents, 4 entities: 1 warning\n")


@pytest.mark.parametrize(("quota", "said"), [(None, True), (2_048, True), (4_096, False)])
def test_the_size_of_a_trust_policy_is_measured_by_the_quota_of_its_account(
    iamtui: Iamtui, tmp_path: Path, export: Path, quota: int | None, said: bool
) -> None:
    whole = json.loads(export.read_text("utf-8"))
    whole["RoleDetailList"][0]["AssumeRolePolicyDocument"]["Statement"][0]["Sid"] = "x" * 2_500
    write(tmp_path / "account.json", whole)
    if quota is not None:
        write(tmp_path / "iam-get-account-summary.json", {"SummaryMap": {"AssumeRolePolicySizeQuota": quota}})
    assert ("Q42" in iamtui("lint", tmp_path).out) is said


def test_a_path_that_is_not_there_is_bad_input_beside_an_export_too(
    iamtui: Iamtui, tmp_path: Path, export: Path
) -> None:
    ran = iamtui("lint", export, tmp_path / "missing.json")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == f"iamtui: {tmp_path / 'missing.json'}: no such file or folder; nothing is read\n"


def test_a_path_that_is_not_there_is_bad_input(iamtui: Iamtui, tmp_path: Path) -> None:
    ran = iamtui("lint", tmp_path / "missing.json")
    assert ran.status == 2
    assert "missing.json" in ran.err
