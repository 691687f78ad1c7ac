from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.conftest import ALICE, Iamtui, allow, on_a_terminal, write
from tests.tables import every_row

SCENARIOS = sorted((Path(__file__).parents[1] / "scenarios").glob("*.json"))
REQUEST = {"principal": ALICE, "action": "s3:GetObject", "resource": "arn:aws:s3:::ledger/x"}


def case(expect: str = "allowed", **more: object) -> dict[str, object]:
    policies = {"identity": [{"name": "readers", "document": allow("s3:Get*")}]}
    return {"name": "reads", "request": REQUEST, "policies": policies, "expect": expect, **more}


def scenarios(path: Path, *cases: object, **more: object) -> Path:
    return write(path, {"version": 1, "cases": cases, **more})


@every_row("path", SCENARIOS, ids=lambda path: path.stem)
def test_every_case_that_documents_the_engine_holds(iamtui: Iamtui, path: Path) -> None:
    ran = iamtui("check", path)
    assert (ran.status, ran.err) == (0, ""), ran.out


def test_status_0_where_all_cases_hold(iamtui: Iamtui, tmp_path: Path) -> None:
    ran = iamtui("check", scenarios(tmp_path / "a.json", case(), case()))
    assert ran == (0, "2 passed, 0 failed, 0 errors\n", "")


def test_status_1_and_a_line_for_each_case_that_differs(iamtui: Iamtui, tmp_path: Path) -> None:
    path = scenarios(tmp_path / "a.json", case(), case("implicitDeny"))
    ran = iamtui("check", path)
    assert ran.status == 1
    assert ran.out.splitlines() == [
        f'FAIL  {path}: case 1 "reads": expected implicitDeny, got allowed (decided by identity)',
        "1 passed, 1 failed, 0 errors",
    ]


def test_status_2_where_a_case_is_malformed_and_the_rest_is_still_decided(iamtui: Iamtui, tmp_path: Path) -> None:
    ran = iamtui("check", scenarios(tmp_path / "a.json", case(exepct=1), case(), case("denied")))
    assert ran.status == 2
    assert 'case 0 "reads"' in ran.out
    assert "exepct" in ran.out
    assert ran.out.endswith("1 passed, 1 failed, 1 error\n")


def test_status_2_where_a_file_cannot_be_read_and_the_others_are_still_decided(iamtui: Iamtui, tmp_path: Path) -> None:
    ran = iamtui("check", tmp_path / "missing.json", scenarios(tmp_path / "a.json", case()))
    assert ran.status == 2
    assert ran.err.startswith(f"iamtui: {tmp_path / 'missing.json'}: expected a readable file: ")
    assert ran.out == "1 passed, 0 failed, 0 errors\n"


@pytest.mark.parametrize("form", ["text", "json"])
def test_status_2_and_nothing_else_where_no_file_can_be_read(iamtui: Iamtui, tmp_path: Path, form: str) -> None:
    ran = iamtui("check", write(tmp_path / "a.json", {"version": 2}), "--format", form)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"iamtui: {tmp_path / 'a.json'}: expected a scenario file: ")


def test_json_has_the_shape_of_the_specification(iamtui: Iamtui, tmp_path: Path) -> None:
    path = scenarios(tmp_path / "a.json", case(), case(request={**REQUEST, "principal": "?"}))
    ran = iamtui("check", path, "--format", "json")
    assert ran.status == 2
    made = json.loads(ran.out)
    good, bad = made.pop("cases")
    assert made == {"version": 1, "passed": 1, "failed": 0, "errors": 1}
    assert good == {
        "file": str(path),
        "index": 0,
        "name": "reads",
        "expect": "allowed",
        "got": "allowed",
        "decided_by": "identity",
        "passed": True,
        "matched": ["readers#Read"],
        "missing_context": [],
        "error": None,
    }
    assert (bad["got"], bad["passed"]) == (None, False)
    assert "'?'" in bad["error"]


def test_the_snapshot_of_the_command_line_wins(iamtui: Iamtui, tmp_path: Path, export: Path) -> None:
    without = {name: value for name, value in case().items() if name != "policies"}
    path = scenarios(tmp_path / "a.json", without, snapshot="missing.json")
    assert iamtui("check", path).status == 2
    assert iamtui("check", path, "--snapshot", export) == (0, "1 passed, 0 failed, 0 errors\n", "")


@pytest.mark.parametrize("needed", [True, False])
def test_a_snapshot_of_the_command_line_that_is_not_there_is_bad_input(
    iamtui: Iamtui, tmp_path: Path, needed: bool
) -> None:
    asked = {"name": "reads", "request": REQUEST, "expect": "allowed"} if needed else case()
    ran = iamtui("check", scenarios(tmp_path / "a.json", asked, asked), "--snapshot", tmp_path / "missing")
    assert ran.status == 2
    assert ran.err.count("missing: ") == 1
    *told, counts = ran.out.splitlines()
    assert counts == ("0 passed, 0 failed, 2 errors" if needed else "2 passed, 0 failed, 0 errors")
    unopened = f"ERROR {tmp_path / 'a.json'}: 2 cases not decided: its snapshot could not be opened"
    assert told == [unopened] * needed, "one line for one cause"


def test_junit_is_written_beside_the_text(iamtui: Iamtui, tmp_path: Path) -> None:
    junit = tmp_path / "junit.xml"
    ran = iamtui("check", scenarios(tmp_path / "a.json", case(), case("denied")), "--junit", junit)
    assert (ran.status, ran.out.count("\n")) == (1, 2)
    root = ElementTree.parse(junit).getroot()  # noqa: S314 - our own output
    assert (root.get("tests"), root.get("failures")) == ("2", "1")


def test_junit_that_cannot_be_written_is_named(iamtui: Iamtui, tmp_path: Path) -> None:
    ran = iamtui("check", scenarios(tmp_path / "a.json", case()), "--junit", tmp_path / "no" / "junit.xml")
    assert (ran.status, ran.out) == (2, "1 passed, 0 failed, 0 errors\n")
    assert "junit.xml: No such file or directory" in ran.err


def test_at_fixes_the_clock(iamtui: Iamtui, tmp_path: Path) -> None:
    document = allow("s3:*", Condition={"DateLessThan": {"aws:CurrentTime": "2026-06-01T00:00:00Z"}})
    path = scenarios(tmp_path / "a.json", case(policies={"identity": [{"name": "p", "document": document}]}))
    assert iamtui("check", path, "--at", "2026-05-01T00:00:00Z").status == 0
    assert iamtui("check", path, "--at", "2026-07-01T00:00:00Z").status == 1


def test_hostile_names_reach_no_terminal(iamtui: Iamtui, tmp_path: Path) -> None:
    ran = iamtui("check", scenarios(tmp_path / "a.json", case("denied", name="\x1b[2J\u202e\nok")))
    assert "\x1b" not in ran.out
    assert "\u202e" not in ran.out
    assert len(ran.out.splitlines()) == 2


def test_a_terminal_sees_how_far_it_is_and_a_pipe_does_not(iamtui: Iamtui, tmp_path: Path) -> None:
    path = scenarios(tmp_path / "a.json", case(), case())
    assert "Checking" in on_a_terminal("check", str(path))
    assert iamtui("check", path).err == ""


def test_status_2_where_no_case_is_there_to_hold(iamtui: Iamtui, tmp_path: Path) -> None:
    empty = scenarios(tmp_path / "empty.json")
    said = f"iamtui: {empty}: expected at least one case; nothing is checked\n"
    assert iamtui("check", empty) == (2, "", said)
    assert iamtui("check", empty, scenarios(tmp_path / "a.json", case())).status == 0
