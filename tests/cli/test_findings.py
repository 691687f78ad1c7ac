"""`iamtui findings`: what it prints, in every form, and how it ends."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from markdown_it import MarkdownIt

from tests.app.exports import export as account_of
from tests.app.exports import user
from tests.cli.conftest import ALICE, Iamtui, allow, write

ACCOUNT = "111122223333"


def test_a_finding_is_told_with_why_and_remedy(iamtui: Iamtui, export: Path) -> None:
    ran = iamtui("findings", export, "--rule", "FI47")
    assert ran.status == 0
    assert ran.out.splitlines()[:4] == [
        "suggestion  FI47  Policies of the user itself",
        f"  alice has policies of its own: readers  {ALICE}",
        "  why: What each user has alone is forgotten when the user changes work.",
        "  → Give permissions to groups or roles.",
    ]
    assert "1 found, 0 muted: 1 suggestion" in ran.out


def test_what_the_export_does_not_tell_is_counted_and_listed(iamtui: Iamtui, export: Path) -> None:
    """FI2."""
    assert "not told by the export: 1 answers" in iamtui("findings", export, "--rule", "FI20").out
    listed = iamtui("findings", export, "--rule", "FI20", "--unknown").out
    assert "unknown  FI20  Password without MFA: 1 subject; export iam get-credential-report" in listed


def test_whom_the_export_leaves_out_is_said_in_every_form(iamtui: Iamtui, export: Path, tmp_path: Path) -> None:
    """FI2, I12: nothing is found of roles that were not exported, nor are they clear."""
    content = json.loads(export.read_text("utf-8"))
    del content["RoleDetailList"]
    part = write(tmp_path / "part.json", content)
    told = "iamtui: warning: the roles of account 111122223333 were not exported: none of them is asked about\n"
    for form in ("text", "json", "sarif", "junit", "csv"):
        assert iamtui("findings", part, "--rule", "FI42", "--format", form).err == told
    assert iamtui("findings", export, "--rule", "FI42").err == ""


@pytest.mark.parametrize(("fail_on", "status"), [("security", 0), ("suggestion", 1), ("info", 1), ("never", 0)])
def test_fail_on_sets_the_exit_status(iamtui: Iamtui, export: Path, fail_on: str, status: int) -> None:
    assert iamtui("findings", export, "--rule", "FI47", "--fail-on", fail_on).status == status


@pytest.fixture
def mutes(tmp_path: Path) -> Path:
    mute = {"rule": "FI47", "subject": ALICE, "reason": "until the group is made", "until": "2999-01-01", "by": "bob"}
    folder = tmp_path / "accepted"
    folder.mkdir()
    return write(folder / "mutes.json", [mute])


def test_a_muted_finding_does_not_change_the_status_and_stays_in_the_json(
    iamtui: Iamtui, export: Path, mutes: Path
) -> None:
    """FI6."""
    ran = iamtui("findings", export, "--rule", "FI47", "--mutes", mutes, "--fail-on", "info", "--format", "json")
    found = json.loads(ran.out)
    assert ran.status == 0
    assert found["findings"][0]["muted"] == {"reason": "until the group is made", "until": "2999-01-01", "by": "bob"}
    assert (found["counts"]["found"], found["counts"]["muted"], found["counts"]["suggestion"]) == (1, 1, 0)


def test_sarif_names_rule_level_subject_and_suppression(iamtui: Iamtui, export: Path, mutes: Path) -> None:
    ran = iamtui("findings", export, "--rule", "FI47", "--mutes", mutes, "--format", "sarif")
    log = json.loads(ran.out)
    [result] = log["runs"][0]["results"]
    assert log["version"] == "2.1.0"
    assert [rule["id"] for rule in log["runs"][0]["tool"]["driver"]["rules"]] == ["FI47"]
    assert (result["ruleId"], result["level"]) == ("FI47", "note")
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].endswith(export.name)
    assert result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == ALICE
    assert result["suppressions"][0]["justification"] == "until the group is made"


def test_junit_fails_for_findings_and_skips_what_is_unknown(iamtui: Iamtui, export: Path) -> None:
    ran = iamtui("findings", export, "--rule", "FI47,FI20", "--format", "junit")
    suites = {suite.get("name", "")[:4]: suite for suite in ET.fromstring(ran.out)}  # noqa: S314 - our own text
    assert (suites["FI47"].get("failures"), suites["FI47"].get("skipped")) == ("1", "0")
    assert (suites["FI20"].get("failures"), suites["FI20"].get("skipped")) == ("0", "1")


def test_junit_spells_out_what_xml_does_not_take_in_what_was_not_exported(iamtui: Iamtui, tmp_path: Path) -> None:
    """The document of a policy with any name at all is what FI40 lacks."""
    lacking = [{"PolicyName": "x", "PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/\x00\ufffe\u202e\x1b[2J"}]
    account = account_of(users=[{**user("alice"), "AttachedManagedPolicies": lacking}])
    ran = iamtui("findings", write(tmp_path / "account.json", account), "--rule", "FI40", "--format", "junit")
    (skipped,) = ET.fromstring(ran.out).iter("skipped")  # noqa: S314 - our own text
    assert "policy/\\u{0}\\u{fffe}\\u{202e}\\u{1b}[2J" in (skipped.get("message") or "")


def test_sarif_names_a_file_whose_name_is_no_text(iamtui: Iamtui, export: Path) -> None:
    odd = export.rename(export.with_name(os.fsdecode(b"b\xff.json")))
    log = json.loads(iamtui("findings", odd, "--rule", "FI47", "--format", "sarif").out)
    place = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"].endswith("/b%FF.json")


def test_csv_has_a_row_for_each_finding(iamtui: Iamtui, export: Path) -> None:
    rows = list(csv.DictReader(iamtui("findings", export, "--rule", "FI47", "--format", "csv").out.splitlines()))
    assert [(row["rule"], row["subject"]) for row in rows] == [("FI47", ALICE)]


def test_markdown_is_tables_that_hostile_names_cannot_leave(iamtui: Iamtui, tmp_path: Path, mutes: Path) -> None:
    """FI1, FI2, FI6, FI7: each rule, what the export does not tell, what is accepted and what is not any more."""
    hostile = "`|](x) <script> **b** @team www.a.b \x1b[2J\n## owned ``` \u202e"
    inline = {hostile: allow("s3:Get*")}
    account = write(
        tmp_path / "account.json",
        account_of(users=[user("alice", "/eng/", inline=inline), user(hostile, inline=inline)]),
    )
    expired = {"rule": "FI20", "subject": hostile, "reason": hostile, "until": "2020-01-01", "by": "bob"}
    write(mutes, [*json.loads(mutes.read_text("utf-8")), expired])
    asked = ("findings", account, "--rule", "FI47,FI20", "--mutes", mutes, "--format", "markdown")
    tokens = MarkdownIt("commonmark").enable("table").parse(iamtui(*asked).out)
    headings = [tokens[place + 1].content for place, token in enumerate(tokens) if token.type == "heading_open"]
    assert headings == [
        "Findings",
        "FI47 Policies of the user itself (suggestion, 1)",
        "Accepted findings",
        "Not told by the export",
    ]
    cells = [tokens[place + 1].content for place, token in enumerate(tokens) if token.type == "td_open"]
    assert len(cells) == 4 + 6 + 5
    assert cells[4:6] == ["`FI47`", f"`{ALICE}`"]
    assert cells[-5:-2] == ["`FI20`", "`Password without MFA`", "`2`"]
    assert "alice" in cells[-2]
    assert cells[-1] == "`iam get-credential-report`"
    inline_tokens = [child for token in tokens for child in token.children or ()]
    assert {token.type for token in inline_tokens} == {"text", "code_inline"}
    assert any(token.content.endswith("expired on 2020-01-01") for token in inline_tokens)


def test_lint_stands_in_the_same_list(iamtui: Iamtui, export: Path) -> None:
    """Each finding of `lint` is there, with rule and severity."""
    found = json.loads(iamtui("findings", export, "--lint", "--format", "json").out)["findings"]
    alone = json.loads(iamtui("lint", export, "--format", "json").out)
    linted = sorted(
        one["rule"] for part in ("documents", "entities") for held in alone[part] for one in held["findings"]
    )
    assert sorted(one["rule"] for one in found if not one["rule"].startswith("FI")) == linted


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--rule", "FI1000"], "--rule FI1000: expected rules that are looked for"),
        (["--rule", "Q6"], "--rule Q6"),
        (["--set", "key_ages=3"], "--set key_ages=3: expected one of key_age"),
        (["--set", "key_age=old"], "expected a whole number, such as key_age=30"),
        (["--set", "boundaries=teams"], "expected a path or a tag, such as boundaries=/teams/"),
        (["--mutes", "nowhere.json"], "nowhere.json"),
        (["--pairs", "nowhere.toml"], "nowhere.toml"),
        (["--at", "soon"], "--at soon"),
    ],
)
def test_what_cannot_be_used_is_status_2(iamtui: Iamtui, export: Path, arguments: list[str], told: str) -> None:
    ran = iamtui("findings", export, *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert told in ran.err


def test_thorough_rules_are_asked_only_when_named(iamtui: Iamtui, tmp_path: Path) -> None:
    """FI97: in every form like any other."""
    twice = {"own": allow("sqs:SendMessage"), "same": allow("sqs:*")}
    file = write(tmp_path / "account.json", account_of(users=[user("ann", inline=twice)]))
    assert "FI97" not in iamtui("findings", file).out
    told = "ann the statement Read of the inline policy own changes no decision: Read of same decides all of it"
    assert told in iamtui("findings", file, "--rule", "FI97").out
    (found,) = json.loads(iamtui("findings", file, "--rule", "FI97", "--format", "json").out)["findings"]
    assert (found["message"], found["rows"]) == (told, ["Read of same"])
    (result,) = json.loads(iamtui("findings", file, "--rule", "FI97", "--format", "sarif").out)["runs"][0]["results"]
    assert result["ruleId"] == "FI97"


def test_limits_and_pairs_of_ones_own_are_asked(iamtui: Iamtui, tmp_path: Path) -> None:
    """FI49, FI90: who shall have a boundary, and duties that a user's file adds; a file that is none is refused."""
    held = {"p": allow("sqs:SendMessage"), "q": allow("sqs:DeleteQueue")}
    file = write(tmp_path / "account.json", account_of(users=[user("ann", "/teams/", inline=held)]))
    set_ = iamtui("findings", file, "--rule", "FI49", "--set", "unused=30,boundaries=/teams/,boundaries=tag:x")
    assert "ann is one of /teams/, which shall have a boundary, and has none" in set_.out
    pairs = tmp_path / "pairs.toml"
    pair = '[[pair]]\ntitle = "send and delete"\nfirst = ["sqs:SendMessage"]\nsecond = ["sqs:DeleteQueue"]\n'
    pairs.write_text(pair, "utf-8")
    assert "ann may send and delete" in iamtui("findings", file, "--rule", "FI90", "--pairs", pairs).out
    for wrong, told in (
        (pair.replace("sqs:Send", "sqs:Sent"), "got 'sqs:SentMessage'"),
        ("[[pair", "[[pair]] with title"),
    ):
        pairs.write_text(wrong, "utf-8")
        ran = iamtui("findings", file, "--pairs", pairs)
        assert (ran.status, ran.out) == (2, "")
        assert told in ran.err
