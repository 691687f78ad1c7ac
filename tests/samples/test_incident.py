"""The night of the sample account: its files are those that are made, and its ten questions have their answers."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Iamtui, Ran, iamtui
from tests.samples.incident import ACCOUNT, BACKUP, FOLDER, FRANK, FRESH, SYNC, TAKEN, WITH_MFA, files

__all__ = ["iamtui"]

ROOT = Path(__file__).parents[2]
_SECTION = (ROOT / "samples" / "README.md").read_text("utf-8").split("# A night in acme-prod\n")[1].split("\n# ")[0]
COMMANDS = [match.replace("\\\n", " ") for match in re.findall(r"^ +(iamtui (?:.*\\\n)*.*)$", _SECTION, re.MULTILINE)]


@pytest.fixture
def ask(iamtui: Iamtui, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs the command of a question, with more options."""
    monkeypatch.chdir(ROOT)

    def asked(number: int, *more: str) -> Ran:
        words = shlex.split(COMMANDS[number - 1].replace("--pack pack", f"--pack {tmp_path / 'pack'}"))
        return iamtui(*words[1:], *more)

    return asked


def test_the_files_are_those_that_are_made() -> None:
    kept = {path.relative_to(FOLDER): path.read_bytes() for path in FOLDER.rglob("*.json")}
    assert kept == files()


def test_there_are_ten_questions_and_a_last_one() -> None:
    assert [command.split()[1] for command in COMMANDS] == [
        *("trail", "trail", "trail", "key", "trail", "trail", "trail", "why-denied", "contain", "contain"),
        "trail",
    ]


def test_each_question_has_its_answer(ask: Any) -> None:
    callers = json.loads(ask(1, "--format", "json").out)["callers"]
    assert (callers[0]["caller"]["principal"], callers[0]["ips"]) == (f"arn:aws:iam::{ACCOUNT}:user/frank", 2)
    refused = json.loads(ask(2, "--format", "json").out)["denials"]["events"]
    assert [one["caller"]["key"] for one in refused] == [FRANK] * 4 + [TAKEN]
    new = json.loads(ask(3, "--format", "json").out)["first_seen"]
    assert {("ip", "198.51.100.77"), ("agent", "Boto3")} <= {(one["what"], one["value"]) for one in new}
    (key,) = json.loads(ask(4, "--format", "json").out)["keys"]
    assert (key["account"], {one["key"] for one in key["sessions"]}) == (ACCOUNT, {WITH_MFA, FRESH, TAKEN})
    changes = json.loads(ask(5, "--format", "json").out)["changes"]["events"]
    assert [one["change"]["snapshot"] for one in changes] == ["still"] * 7
    (decision,) = json.loads(ask(6, "--format", "json").out)["event"]["requests"]
    assert (decision["decision"], decision["matched"]) == ("allowed", ["DeveloperAccess#RollBackOurPolicy"])
    taken = json.loads(ask(7, "--format", "json").out)["events"]
    assert sum(one["name"] == "GetObject" for one in taken) == 4
    assert "service control policies" in ask(8).out


def test_it_was_not_contained_at_eight_and_is_now(ask: Any, iamtui: Iamtui, tmp_path: Path) -> None:
    before, after = ask(9, "--format", "json"), ask(10, "--format", "json")
    assert (before.status, after.status) == (1, 0)
    found = json.loads(before.out)
    open_rules = {rule["rule"] for rule in found["rules"] if rule["state"] == "open"}
    assert {"Z3", "Z4", "Z5", "Z7", "Z13"} <= open_rules
    assert {way["key"] for way in found["ways"] if way["kind"] == "session"} >= {WITH_MFA, FRESH, TAKEN}
    assert (json.loads(after.out)["contained"], json.loads(after.out)["proved"]) == (True, True)
    assert (tmp_path / "pack" / "answer.json").exists()
    cases = json.loads((tmp_path / "pack" / "scenarios.json").read_bytes())["cases"]
    of_break_glass = [case for case in cases if "break-glass" in case["request"]["principal"]]
    assert {(case["expect"], "policies" in case) for case in of_break_glass} == {("explicitDeny", True)}  # B20
    assert iamtui("check", tmp_path / "pack" / "scenarios.json").status == 0


def test_the_logs_and_the_policies_of_day_2_agree_but_for_an_scp(ask: Any) -> None:
    replay = json.loads(ask(11, "--format", "json").out)["replay"]
    assert {name: count for name, count in replay["classes"].items() if "we" in name and count} == {
        "aws-refused-we-allow": 1
    }


def test_no_token_of_the_night_is_shown(ask: Any) -> None:
    for number in range(1, 12):
        assert "IQoJb3JpZ2lu" not in ask(number).out


def test_every_key_is_of_the_account() -> None:
    written = b"".join(files().values()).decode()
    assert {FRANK, SYNC, BACKUP, TAKEN} <= set(re.findall(r"A[KS]IA[A-Z2-7]{16}", written))


def test_what_findings_tell_on_day_2_and_not_on_day_1_names_the_incident(iamtui: Iamtui) -> None:
    """FI24, FI40, FI45, FI46, FI60: the back door, new administrators, the widened role, the new account."""

    def found(day: int) -> set[tuple[str, str]]:
        export = FOLDER.parent / f"acme-day{day}.json"
        told = json.loads(iamtui("findings", export, "--rule", "FI24,FI40,FI45,FI46,FI60", "--format", "json").out)
        return {(one["rule"], one["message"]) for one in told["findings"]}

    conditions = "where conditions hold (aws:TokenIssueTime, aws:MultiFactorAuthPresent)"
    through = "through AdministratorAccess of the group Administrators"
    by_work = "through DeveloperAccess of the group Developers"
    passed = "web-server, orders-fn, thumbnails-fn, checkout-task"
    assert found(2) - found(1) == {
        ("FI24", "aws-support-sync is an administrator without MFA too"),
        ("FI40", f"aws-support-sync is an administrator, {through}"),
        ("FI40", f"erin is an administrator {conditions}, {by_work}"),
        ("FI40", f"frank is an administrator {conditions}, {by_work} and {through.removeprefix('through ')}"),
        ("FI45", "developer-sandbox may take by the pattern * roles of any other account that trusts it"),
        ("FI46", f"developer-sandbox may pass 4 roles by the pattern *: {passed}"),
        ("FI60", f"{ACCOUNT}: lets the account 777788889999 in by the role monitoring-vendor"),
    }


def test_what_a_key_can_do_follows_from_what_events_changed(iamtui: Iamtui) -> None:
    """Y6, J5: at eight the session of break-glass could do everything; Grace's Deny by time of issue closed it."""

    def can(*more: str) -> Any:
        ran = iamtui("key", TAKEN, "--in", FOLDER, *more, "--format", "json")
        return json.loads(ran.out)["keys"][0]["power"]

    assert (can()["admin"], can()["actions"]) == (False, 0)
    assert can("--at", "2026-11-17T08:00:00Z")["admin"] is True
    early = iamtui("key", FRANK, "--in", FOLDER, "--at", "2026-11-16T22:00:00Z").out
    assert "what was before SetDefaultPolicyVersion" in early


def test_what_no_event_made_is_told(iamtui: Iamtui, tmp_path: Path) -> None:
    """H5: of a night whose making of the back door is cut out, the export still has it."""

    def unseen(folder: Path, *more: str) -> Any:
        return json.loads(iamtui("trail", folder, "--changes", *more, "--format", "json").out)["changes"].get("unseen")

    assert unseen(FOLDER) == []
    assert unseen(FOLDER, "--who", "frank") is None  # some events are left out: nothing is told
    shutil.copytree(FOLDER, cut := tmp_path / "cut")
    for path in cut.rglob("*_CloudTrail_*.json"):
        records = json.loads(path.read_bytes())["Records"]
        kept = [record for record in records if record["eventName"] not in ("CreateUser", "CreateAccessKey")]
        path.write_text(json.dumps({"Records": kept}))
    sync = f"arn:aws:iam::{ACCOUNT}:user/aws-support-sync"
    told = [(one["what"], one["target"]) for one in unseen(cut)]
    assert told == [("user", sync), ("access key", f"{SYNC} of {sync}")]
    assert "no event made it  2" in iamtui("trail", cut, "--changes").out
