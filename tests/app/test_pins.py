"""Pins in the app: kept in a file that check runs, every flip told once and none invented (PN1-PN3)."""

import json
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from iamtui.analysis.scenarios.cases import Case
from iamtui.analysis.scenarios.pinning import PinError, add_case, case_of, read_pins
from iamtui.analysis.scenarios.running import load_scenarios
from iamtui.app.screens.list_screen import ListScreen
from iamtui.app.screens.save_dialog import SaveDialog
from iamtui.browsing.pins import PinBoard
from iamtui.browsing.requests.answers import answer_to
from iamtui.content.requests import ContextField, RequestFields
from iamtui.evaluation.decision import Decision
from iamtui.snapshot.opening import open_snapshot
from iamtui.widgets.line_input import LineInput
from iamtui.widgets.tree_list import TreeList
from tests.app.driving import Session, both_sizes, rows, session
from tests.app.exports import READ, arn, export, opened, user, write

ANN, THING = arn("user", "ann"), "arn:aws:s3:::a/b"
DENY = {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}
READS = RequestFields(ANN, "s3:GetObject", THING)


def day(*actions: str) -> dict[str, Any]:
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}]}
    return export(users=[user("ann", inline={"own": document}), user("ben")])


def decided(path: Path, fields: RequestFields) -> Decision:
    decision = answer_to(open_snapshot([path]), fields).decision
    assert decision is not None
    return decision


async def pin(running: Session, file: Path) -> None:
    running.bench.desk.ask(READS)
    await running.until(lambda: running.bench.simulation.decision is not None, "the decision")
    await running.press("p")
    dialog = await running.above(SaveDialog)
    dialog.query_one(LineInput).put(str(file))
    await running.press("enter")
    await running.until_told("pinned in")


def test_a_pinned_decision_is_a_case_that_check_runs_and_changes_few_lines(tmp_path: Path) -> None:
    """PN1."""
    path, file = write(tmp_path / "company.json", day("s3:GetObject")), tmp_path / "pins.json"
    add_case(file, case_of(decided(path, READS)), path)
    before = file.read_text("utf-8").splitlines()
    source = ContextField("aws:SourceIp", "value", ("192.0.2.1",))
    no_mfa = ContextField("aws:MultiFactorAuthPresent", "absent")
    add_case(file, case_of(decided(path, RequestFields(ANN, "s3:PutObject", THING, (source, no_mfa)))), path)
    after = file.read_text("utf-8").splitlines()
    changed = [line for line in before if line not in after]
    assert not changed
    add_case(file, case_of(decided(path, READS)), path)
    assert file.read_text("utf-8").splitlines() == after, "a request is pinned once"
    assert json.loads(file.read_text("utf-8"))["snapshot"] == "company.json"
    results = list(load_scenarios([file]).results())
    assert [(one.got, one.differences, one.error) for one in results] == [
        ("allowed", (), None),
        ("implicitDeny", (), None),
    ]


def test_a_file_of_another_snapshot_keeps_no_pin_and_stays_as_it_is(tmp_path: Path) -> None:
    path = write(tmp_path / "company.json", day("s3:GetObject"))
    file = write(tmp_path / "pins.json", {"version": 1, "snapshot": "other.json", "cases": []})
    before = file.read_bytes()
    with pytest.raises(PinError, match="another file"):
        add_case(file, case_of(decided(path, READS)), path)
    assert file.read_bytes() == before


@both_sizes
async def test_a_flip_is_told_once_and_marked_until_it_was_seen(tmp_path: Path, size: tuple[int, int]) -> None:
    """PN2."""
    path = write(tmp_path / "company.json", day("s3:GetObject"))
    async with session(path, size=size) as running:
        await pin(running, tmp_path / "pins.json")
        write(path, day("s3:ListBucket"))
        await running.until_told("flip  allowed → not allowed  ann s3:GetObject")
        await running.until_seen("● 1 pin changed")
        await running.press("P")
        listed = await running.above(ListScreen)
        shown = rows(listed.query_one(TreeList))
        assert "● ✖ ann s3" in running.seen() or "✖ ● ann s3" in running.seen(), running.seen()
        assert "not allowed" in shown[0]
        assert "14:02:11  flip  allowed → not allowed  ann" in running.seen(), "seen whole at any size"
        assert f"{THING} because" in shown[1]
        await running.press("enter")
        await running.until(lambda: running.bench.panes.front == "simulation", "the request")
        assert running.bench.simulation.form.fields.action == "s3:GetObject"
        assert "changed, P" not in running.seen()


async def test_truncated_and_alternating_files_tell_every_flip_once_and_invent_none(tmp_path: Path) -> None:
    """PN2, section 8."""
    path = write(tmp_path / "company.json", day("s3:GetObject"))
    async with session(path) as running:
        await pin(running, tmp_path / "pins.json")
        for turn, actions in enumerate(("s3:ListBucket", "s3:GetObject"), start=1):
            path.write_text(path.read_text("utf-8")[:100], "utf-8")
            await running.until(lambda: running.bench.reading.trouble, "the trouble")
            write(path, day(actions))
            await running.until(partial(has_told, running, turn), f"flip {turn}")
            await running.until(lambda: not running.bench.reading.trouble, "the end of the trouble")
        assert [told.removeprefix("flip  ").partition("  ann")[0] for told in flips(running)] == [
            "allowed → not allowed",
            "not allowed → allowed",
        ]


def has_told(running: Session, count: int) -> bool:
    return len(flips(running)) >= count


def flips(running: Session) -> list[str]:
    return [told for told in running.told if told.startswith(("flip", "gone", "back"))]


async def test_pins_of_an_earlier_run_are_opened_by_name(tmp_path: Path) -> None:
    """PN1."""
    path, file = write(tmp_path / "company.json", day("s3:GetObject")), tmp_path / "pins.json"
    add_case(file, case_of(decided(path, READS)), path)
    async with session(path) as running:
        await running.press("P")
        dialog = await running.above(SaveDialog)
        dialog.query_one(LineInput).put(str(file))
        await running.press("enter")
        listed = await running.above(ListScreen)
        assert rows(listed.query_one(TreeList)) == ["ann s3:GetObject arn:aws:s3:::a/b  allowed"]
        write(path, day("s3:ListBucket"))
        await running.until_told("flip  allowed → not allowed  ann s3:GetObject")
        await running.until(lambda: "→" in "".join(rows(listed.query_one(TreeList))), "the open list follows")


async def test_the_app_opens_with_the_pins_of_a_file_and_tells_their_flips(tmp_path: Path) -> None:
    """PN1, PN2: nothing is asked for, no list opens."""
    path, file = write(tmp_path / "company.json", day("s3:GetObject")), tmp_path / "pins.json"
    add_case(file, case_of(decided(path, READS)), path)
    async with session(path, pins=file) as running:
        await running.until_told("pins.json: 1 · P lists")
        write(path, day("s3:ListBucket"))
        await running.until_told("flip  allowed → not allowed  ann s3:GetObject")
        await running.press("P")
        listed = await running.above(ListScreen)
        assert "not allowed" in rows(listed.query_one(TreeList))[0]


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ({"inline": {"own": READ}}, "✔ allowed"),
        ({"inline": {"own": READ, "no": DENY}}, "✖ denied by identity-based policy"),
        ({}, "✖ not allowed"),
        ({"inline": {"own": READ}, "boundary": arn("policy", "Gone")}, "? conditional"),
    ],
)
def test_a_pin_says_in_words_what_it_is(tmp_path: Path, extra: dict[str, Any], said: str) -> None:
    """A scenario file has words of its own; a pin that depends on what was not exported is no denial."""
    first, file = write(tmp_path / "company.json", day("s3:GetObject")), tmp_path / "pins.json"
    add_case(file, case_of(decided(first, READS)), first)
    cases = [case for case in read_pins(file).cases if isinstance(case, Case)]
    now = opened(tmp_path / "company.json", export(users=[user("ann", **extra)]))
    (row,) = PinBoard(cases, now, datetime(2026, 1, 2, tzinfo=UTC)).nodes()
    assert f"{row.glyph} {row.detail}" == said


async def test_a_pin_whose_principal_is_gone_says_that(tmp_path: Path) -> None:
    """PN3."""
    path = write(tmp_path / "company.json", day("s3:GetObject"))
    async with session(path) as running:
        await pin(running, tmp_path / "pins.json")
        write(path, export(users=[user("ben")]))
        await running.until_told("gone  ann")
        await running.press("P")
        listed = await running.above(ListScreen)
        assert "gone: principal" in rows(listed.query_one(TreeList))[0]
        assert not any(told.startswith("flip") for told in running.told)
