"""Findings in the app: badges, the tab of a subject, the list of all."""

import json
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from iamtui.analysis.findings.hygiene import review
from iamtui.analysis.findings.hygiene_with_lint import linted
from iamtui.analysis.findings.linting.documents import KnownFindings
from iamtui.analysis.findings.review.mutes import read_mutes
from iamtui.analysis.subject_keys import SubjectKey
from iamtui.app.loading import findings_worker
from iamtui.app.loading.messages import Unchanged
from iamtui.app.screens.findings_screen import FindingsScreen
from iamtui.app.screens.list_screen import ListScreen
from iamtui.app.screens.mute_dialog import MuteDialog
from iamtui.app.screens.save_dialog import SaveDialog
from iamtui.app.screens.what_if_screen import WhatIfScreen
from iamtui.browsing import progress, thorough_findings
from iamtui.browsing.finding_lists import advice, all_findings, counts, link_of, subject_findings, written
from iamtui.browsing.finding_rows import request_of, row_at
from iamtui.browsing.findings import Findings, Looking, badge, badged, find_findings, with_badges
from iamtui.browsing.links import split_link, statement_link
from iamtui.browsing.subjects import find_subject
from iamtui.browsing.workspace import Workspace
from iamtui.content.nodes import Node
from iamtui.content.requests import RequestFields
from iamtui.policy.lint.finding import FindingSeverity, error, info, security, warning
from iamtui.snapshot.model import Snapshot
from iamtui.snapshot.opening import open_snapshot
from iamtui.widgets.line_input import LineInput
from iamtui.widgets.tree_list import TreeList
from tests.app.driving import NARROW, both_sizes, rows, session
from tests.app.exports import ACCOUNT, READ, Json, arn, export, policy, role, trust, user, write
from tests.app.surroundings import picture_of

PASS = {
    "Version": "2012-10-17",
    "Statement": [
        READ["Statement"][0],
        {"Sid": "Pass", "Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"},
    ],
}
ALICE, PASSING = arn("user", "alice"), arn("policy", "Passing")


def with_findings() -> Json:
    return export(
        users=[user("alice", attached=[PASSING], inline={"own\nodd": PASS})],
        roles=[role("left", trusts=trust({"AWS": arn("user", "gone")}))],
        policies=[policy("Passing", PASS), policy("Fine", READ)],
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path / "a.json", with_findings())


@pytest.fixture
def workspace(path: Path) -> Workspace:
    return picture_of(path)


def test_findings_are_kept_by_the_subject_that_they_are_about(workspace: Workspace) -> None:
    assert workspace.findings is not None
    assert [(one.rule, one.statement) for one in workspace.findings.of(PASSING)] == [("Q15", 1)]
    assert [one.rule for one in workspace.findings.of(SubjectKey.inline(ALICE, "own\nodd")) if one.statement == 1] == [
        "Q15"
    ]
    assert [one.rule for one in workspace.findings.of(arn("role", "left"))] == ["Q26"]
    assert [one.rule for one in workspace.findings.of(arn("policy", "Fine"))] == ["FI53"]


def test_looking_for_findings_stops_when_told_to_and_rests_between_slices(path: Path) -> None:
    snapshot = open_snapshot([path])
    rests: list[None] = []
    assert find_findings(snapshot, lambda: False, lambda: rests.append(None), slice_seconds=0) is not None
    assert rests
    assert find_findings(open_snapshot([path]), lambda: True, lambda: rests.append(None), slice_seconds=0) is None


def test_what_was_said_of_a_document_is_not_asked_again(path: Path) -> None:
    snapshot = open_snapshot([path])
    known: KnownFindings = {}
    find_findings(snapshot, lambda: False, lambda: None, looking=Looking(known=known))
    for asked in known:
        known[asked] = ()
    again = find_findings(open_snapshot([path]), lambda: False, lambda: None, looking=Looking(known=known))
    assert again is not None
    assert not again.of(PASSING)


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ((), ("", "")),
        ((info("Q1", "", "", ""),), ("", "")),
        ((warning("Q1", "", "", ""), security("Q1", "", "", ""), security("Q1", "", "", "")), ("⚠", "2 security")),
        ((security("Q1", "", "", ""), error("Q1", "", "", "")), ("✖", "1 error")),
        ((warning("Q1", "", "", ""), warning("Q1", "", "", "")), ("!", "2 warnings")),
    ],
)
def test_a_badge_counts_the_gravest(findings: tuple[object, ...], expected: tuple[str, str]) -> None:
    assert badge(findings) == expected  # type: ignore[arg-type]


def test_the_counts_of_all_are_said_in_plain_english(workspace: Workspace) -> None:
    found = Findings({"x": (warning("Q1", "", "", ""), warning("Q2", "", "", ""), security("Q3", "", "", ""))}, 1200)
    assert counts(found) == "1 security, 2 warnings"


def test_a_badge_stands_wherever_the_policy_stands(workspace: Workspace) -> None:
    below = {
        "x": [
            Node(PASSING, "Passing", "attached"),
            Node("folder:y", "Y"),
            Node(f"{ALICE}\x1fattached\x1f{PASSING}", "P"),
        ]
    }
    first, folder, attached = badged(below.__getitem__, workspace.findings)("x")
    assert (first.mark, first.detail) == ("⚠", "1 security · attached")
    assert (folder.mark, folder.detail) == ("", "")
    assert attached.mark == "⚠"


def test_a_principal_lists_the_findings_of_all_its_policies(workspace: Workspace) -> None:
    assert workspace.findings is not None
    nodes = subject_findings(workspace.snapshot, workspace.findings, find_subject(workspace.snapshot, ALICE))
    links = {split_link(link_of(workspace.findings, node.key)) for node in nodes}
    assert {(PASSING, 1), (SubjectKey.inline(ALICE, "own\nodd"), 1)} <= links


def test_below_a_finding_stands_how_to_mend_it(workspace: Workspace) -> None:
    assert workspace.findings is not None
    (node,) = subject_findings(workspace.snapshot, workspace.findings, find_subject(workspace.snapshot, PASSING))
    (finding,) = workspace.findings.of(PASSING)
    assert [line.label for line in advice(workspace.snapshot, workspace.findings, node.key)] == [
        finding.message,
        f"→ {finding.fix}",
        "security Q15 in Passing",
        "at /Statement/1/Action",
    ]


def test_the_list_of_all_begins_with_the_gravest(workspace: Workspace) -> None:
    assert workspace.findings is not None
    roots, children = all_findings(workspace.snapshot, workspace.findings)
    order = [root.detail.partition(" ")[0] for root in roots]
    severities = ("error", "security", "warning", "suggestion", "info")
    assert order == sorted(order, key=severities.index)
    (passing,) = (root for root in roots if "iam:PassRole" in root.label)
    assert passing.label.startswith("Q15 · 2 · ")
    told = [node.label.partition(": ")[0] for node in children(passing.key)]
    assert told == ["user/alice · own\nodd", "Passing"], "the subject first, so that it is never cut off"


def test_what_stands_above_a_finding_bears_its_sign(workspace: Workspace) -> None:
    assert workspace.findings is not None
    roots = with_badges(workspace.sorted_trees[1].roots(), workspace.findings)
    assert any("⚠" in root.mark for root in roots)
    lesser = replace(workspace.findings.standing(PASSING)[0], severity=FindingSeverity.WARNING)
    own = replace(workspace.findings, by_key={**workspace.findings.by_key, f"account:{ACCOUNT}": (lesser,)})
    (node,) = (node for node in with_badges(workspace.sorted_trees[0].roots(), own) if "1 warning" in node.detail)
    assert node.mark == "✖", "what is below an account is graver than what is its own"
    inline = find_subject(workspace.snapshot, ALICE)
    assert subject_findings(workspace.snapshot, workspace.findings, inline)
    account = workspace.snapshot.accounts[next(iter(workspace.snapshot.accounts))]
    told = {
        link_of(workspace.findings, node.key)
        for node in subject_findings(workspace.snapshot, workspace.findings, account)
    }
    assert {statement_link(PASSING, 1), statement_link(SubjectKey.inline(ALICE, "own\nodd"), 1)} <= told


def test_what_aws_manages_is_left_out(tmp_path: Path) -> None:
    of_aws = policy("Passing", PASS) | {"Arn": "arn:aws:iam::aws:policy/Passing"}
    workspace = picture_of(write(tmp_path / "a.json", export(users=[user("alice")], policies=[of_aws])))
    assert workspace.findings is not None
    assert not workspace.findings.of("arn:aws:iam::aws:policy/Passing")


@pytest.mark.parametrize("key", [PASSING, SubjectKey.inline(ALICE, "own\nodd"), f"{ALICE}\x1f#x", "\x1f#"])
def test_a_link_gives_back_what_it_was_made_of(key: str) -> None:
    assert split_link(statement_link(key, 3)) == (key, 3)
    assert split_link(statement_link(key, None)) == (key, None)


@both_sizes
async def test_the_findings_tab_leads_to_the_statement(path: Path, size: tuple[int, int]) -> None:
    async with session(path, size=size, finds=True) as running:
        await running.until(lambda: running.bench.workspace and running.bench.workspace.findings, "the findings")
        await running.select(PASSING)
        await running.press("2")
        while running.bench.subject.tab.LABEL != "Findings":
            await running.press("t")
        view = running.bench.subject.query_one("#subject-findings TreeList", TreeList)
        assert "iam:PassRole" in rows(view)[0]
        await running.press("right")
        assert any(row.startswith("→") for row in rows(view))
        await running.press("enter")
        await running.until(lambda: running.bench.subject.tab.LABEL == "Document")
        assert running.bench.subject.place is not None
        assert running.bench.subject.place.statement == 1


@both_sizes
async def test_all_findings_open_by_key_and_lead_to_a_statement(path: Path, size: tuple[int, int]) -> None:
    async with session(path, size=size, finds=True) as running:
        await running.until(lambda: running.bench.workspace and running.bench.workspace.findings, "the findings")
        await running.press("f")
        await running.above(FindingsScreen)
        await running.until_seen("security")
        view = running.app.screen.query_one(TreeList)
        assert "IAM does not allow the name" in rows(view)[0], "the gravest comes first"
        await running.press("/", *"passrole", "enter")
        await running.until(lambda: len(rows(view)) == 3 and "PassRole" in rows(view)[0], "the filter")
        await running.press("down", "right_square_bracket")
        assert "Passing" in rows(view)[view.cursor]
        offered = await running.copy_menu("down", "down", "enter")
        assert offered[:3] == ["row", "remedy", "statement"]
        assert {"ARN", "JSON", "document", "command: findings"} <= set(offered)
        assert json.loads(running.app.clipboard)["Action"] == "iam:PassRole"
        await running.press("enter")
        await running.until(lambda: not isinstance(running.app.screen, FindingsScreen))
        assert running.bench.panes.front == "subject"
        assert running.bench.subject.tab.LABEL == "Document"
        await running.press("f")
        await running.above(FindingsScreen)
        view = running.app.screen.query_one(TreeList)
        assert "Passing" in rows(view)[view.cursor], "the list opens where it was left"
        assert len(rows(view)) == 3, "with its filter"


async def test_a_badge_appears_in_the_tree_and_goes_when_the_policy_was_mended(path: Path) -> None:
    async with session(path, finds=True) as running:
        await running.press("t")
        await running.until(lambda: "⚠ Passing" in running.seen(), "the badge")
        assert "⚠ Fine" not in running.seen()
        mended = json.loads(json.dumps(with_findings()))
        mended["Policies"][0]["PolicyVersionList"][0]["Document"] = READ
        write(path, mended)
        await running.press("R")
        await running.until(lambda: "⚠ Passing" not in running.seen() and "Passing" in running.seen(), "no badge")


@both_sizes
async def test_a_finding_is_muted_from_the_list_in_the_file_that_the_command_reads(
    path: Path, tmp_path: Path, size: tuple[int, int]
) -> None:
    """FI1, FI6: with reason and date; badges and counts go, the finding stays; what is new and gone is marked."""
    file = tmp_path / "kept" / "mutes.json"
    file.parent.mkdir()
    async with session(path, size=size, finds=True) as running:
        await running.until(lambda: running.bench.workspace and running.bench.workspace.findings, "the findings")
        await running.press("f")
        screen = await running.above(FindingsScreen)
        view = screen.query_one(TreeList)
        view.select_key("security Q15")
        await running.press("m")
        await running.until_told("below its rule")
        await running.press("right", "down", "m")
        await running.above(MuteDialog)
        await running.press("enter")
        await running.until_seen("expected why the finding is accepted")
        await running.type("on leave")
        await running.press("tab", *["backspace"] * 10, *"2000-01-01", "enter")
        await running.until_seen("yet to come")
        await running.press(*["backspace"] * 10, *"2999-01-01", "enter")
        await running.above(SaveDialog)
        running.app.screen.query_one(LineInput).put(str(file))
        await running.press("enter")
        await running.until(lambda: "1 muted" in "".join(rows(view)), "the group of what is muted")
        (mute,) = read_mutes(file.read_bytes())
        assert (mute.rule, mute.subject, mute.reason) == ("Q15", ALICE, "on leave")
        assert "Q15 · 1" in "".join(rows(view))
        await running.press("escape")
        changed = with_findings()
        changed["Policies"][0]["PolicyVersionList"][0]["Document"] = READ
        changed["Policies"][1]["PolicyVersionList"][0]["Document"] = PASS
        write(path, changed)
        await running.press("R")
        await running.until(lambda: "new since" in written_all(running.bench.workspace), "what is new")
        assert "Q15 Passing" in written_all(running.bench.workspace), "what is gone stays to be read"
    again = review(open_snapshot([path]), mutes=read_mutes(file.read_bytes()), beside=linted(open_snapshot([path])))
    assert [one.subject.arn for one in again.findings if one.muted is not None] == [ALICE]


async def test_what_is_muted_is_read_whole_in_the_smallest_terminal(path: Path) -> None:
    said = "role/OrganizationAccountAccessRole: " + "word " * 60 + "to the end"
    async with session(path, size=NARROW) as running:
        running.app.push_screen(MuteDialog(said, "2999-01-01", lambda accepted: ""))
        await running.until_seen("Enter mutes")
        assert "to the end" in " ".join(running.seen().replace("│", " ").split())


def written_all(workspace: Workspace | None) -> str:
    return "" if workspace is None or workspace.findings is None else "\n".join(written(workspace.findings))


async def test_the_look_for_findings_says_how_far_it_is_until_it_is_done(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By documents first, then by questions of rules; seldom, and never that all is done."""
    monkeypatch.setattr(progress, "_APART", 0)
    said: list[int] = []
    assert find_findings(open_snapshot([path]), lambda: False, lambda: None, looking=Looking(tell=said.append))
    assert said == sorted(set(said))
    assert {10, 50, 60} <= {percent // 10 * 10 for percent in said}
    assert said[-1] < 100
    monkeypatch.undo()
    goes_on = threading.Event()

    def wait_half_way(snapshot: Snapshot, *_: object, looking: Looking) -> Findings | None:
        looking.tell(40)
        goes_on.wait()
        return find_findings(snapshot, lambda: False, lambda: None, looking=looking)

    monkeypatch.setattr(findings_worker, "find_findings", wait_half_way)
    async with session(path, size=NARROW, finds=True) as running:
        await running.until_seen("findings … 40 %")
        goes_on.set()
        await running.until_seen("· f ")
        assert "…" not in running.bench.status.state


async def test_a_fault_in_the_look_for_findings_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(findings_worker, "find_findings", fail)
    async with session(path, finds=True) as running:
        await running.until(lambda: "broken on purpose" in running.bench.banner.text, "the banner")
        assert "no findings: fault" in running.bench.status.state
        running.bench.reading.post_message(Unchanged())
        await running.settled()
        assert "broken on purpose" in running.bench.banner.text
        worker = running.bench.query_one(findings_worker.FindingsWorker)
    waited: list[float | None] = []
    monkeypatch.setattr(threading.Event, "wait", lambda _, seconds=None: waited.append(seconds))
    worker._rest()
    assert not waited, "a look does not wait for an app that ended"


async def test_the_thorough_rules_are_asked_when_wanted_and_stop_when_told_to(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FI95, FI97: behind the others, with a word while it goes on, and one that ends it."""
    held = threading.Event()
    asked = thorough_findings.look_thoroughly

    def waiting(*given: Any) -> Findings | None:
        held.wait(20)
        return asked(*given)

    monkeypatch.setattr(thorough_findings, "look_thoroughly", waiting)
    async with session(path, size=NARROW, finds=True) as running:
        await running.until(lambda: running.bench.workspace and running.bench.workspace.findings, "the findings")
        await running.press("f")
        view = (await running.above(FindingsScreen)).query_one(TreeList)
        assert "FI97" not in "".join(rows(view))
        await running.press("t")
        await running.until_seen("t stops")
        await running.press("t")
        await running.until_seen("stopped")
        held.set()
        await running.press("t")
        await running.until(lambda: "FI97" in written_all(running.bench.workspace), "what could go")
        await running.until(lambda: "Nothing changes without it" in "".join(rows(view)), "the rule in the list")


def test_a_row_that_is_a_request_can_be_traced() -> None:
    """FI1: what else stands beside the request is not part of it."""
    row = f"with others: {ALICE} s3:GetObject arn:aws:s3:::a/b aws:SourceIp in 203.0.113.0/24"
    assert request_of(row) == RequestFields(principal=ALICE, action="s3:GetObject", resource="arn:aws:s3:::a/b")
    assert request_of(f"{ALICE} and 2 more: s3 2 Read") is None
    assert row_at("row 1 of 0\nkey", ("a", "b")) == "b"
    assert (row_at("1 of 0\nkey", ("a", "b")), row_at("row 7 of 0\nkey", ("a",))) == ("", "")


async def test_a_row_of_a_finding_opens_its_trace(tmp_path: Path) -> None:
    """FI1, FI61: Enter on the request below a finding."""
    stranger = role("open", trusts=trust({"AWS": "arn:aws:iam::444455556666:root"}))
    file = write(tmp_path / "a.json", export(users=[user("alice")], roles=[stranger]))
    async with session(file, size=NARROW, finds=True) as running:
        await running.until(lambda: running.bench.workspace and running.bench.workspace.findings, "the findings")
        assert running.bench.workspace is not None and running.bench.workspace.findings is not None
        findings = running.bench.workspace.findings
        key, place, row = next(
            (key, place, one.rows[0])
            for key, held in findings.by_key.items()
            for place, one in enumerate(held)
            if one.rows and request_of(one.rows[0])
        )
        await running.press("f")
        view = (await running.above(FindingsScreen)).query_one(TreeList)
        group = next(one for one in findings.groups if f"{place}\n{key}" in [node.key for node in one.members])
        view.select_key(group.node.key)
        await running.press("right")
        view.select_key(f"{place}\n{key}")
        await running.press("right")
        view.select_key(f"row 0 of {place}\n{key}")
        await running.press("enter")
        fields = request_of(row)
        assert fields is not None
        await running.until(lambda: fields.action in "".join(rows(running.trace)), "the trace")


async def test_a_remedy_is_chosen_below_a_finding_and_shown_by_its_effect(path: Path) -> None:
    """Section 1: at 80x24; what it would do, whether the finding is clear then, and kept laid over the picture."""
    async with session(path, size=NARROW, finds=True) as running:
        await running.until(lambda: running.bench.workspace and running.bench.workspace.findings, "the findings")
        await running.press("f")
        screen = await running.above(FindingsScreen)
        view = screen.query_one(TreeList)
        view.select_key("suggestion FI47")
        await running.press("W")
        await running.until_told("below its rule")
        await running.press("right", "down", "W")
        offered = (await running.above(ListScreen)).query_one(TreeList)
        await running.until(lambda: "Take its own policies away" in "".join(rows(offered)), "the remedy")
        await running.press("enter")
        shown = await running.above(WhatIfScreen)
        await running.until(lambda: shown.answer is not None, "the effect")
        await running.until_seen("FI47 of alice is clear")
        assert "detach-user-policy" in "".join(shown.exported("sh"))
        await running.press("o")
        await running.until(lambda: running.bench.reading.what_if, "the what-if")
