"""Paths to administrators in the app: sources beside ladders, the trace of a step, choke points (EP60-EP64)."""

import json
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from iamtui.analysis.paths.answer.pace import Early, Progress
from iamtui.analysis.paths.answer.question import PathQuestion
from iamtui.analysis.paths.answer.results import Administrator, Paths
from iamtui.analysis.paths.searching.search import find_paths
from iamtui.app.screens.paths_screen import PathsScreen
from iamtui.app.screens.step_screen import StepScreen
from iamtui.app.screens.what_if_screen import WhatIfScreen
from iamtui.browsing.queries import path_searches
from iamtui.snapshot.model import Snapshot
from iamtui.widgets.tree_list import TreeList
from tests.app.driving import Session, both_sizes, rows, session
from tests.app.exports import ACCOUNT, Json, arn, export, policy, role, trust, user, write

DANA = arn("user", "dana")
DEPLOY = arn("role", "deploy")


def allow(action: str) -> Json:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}


def account(danas: str, eves: str = "s3:GetObject") -> Json:
    """An administrator, dana and eve, who may do one thing each, and a role that may do nothing and trusts dana."""
    people = {"ada": "*", "dana": danas, "eve": eves}
    return export(
        users=[user(name, inline={"own": allow(action)}) for name, action in people.items()],
        roles=[role("deploy", trusts=trust({"AWS": DANA}))],
    )


def rewritten() -> Json:
    """An administrator whom nobody may take, and dana, who may write whom it trusts."""
    return export(
        users=[user("dana", inline={"own": allow("iam:UpdateAssumeRolePolicy")})],
        roles=[role("deploy", trusts=trust({"Service": "lambda.amazonaws.com"}), inline={"own": allow("*")})],
    )


async def ask(running: Session) -> tuple[PathsScreen, TreeList, TreeList]:
    """Open the screen, and wait for its answer and what is beside its first source."""
    await running.press("a")
    screen = await running.above(PathsScreen)
    await running.until(lambda: screen.answer is not None, "the answer")
    return screen, screen.query_one("#sources", TreeList), screen.ladder


def go_to(view: TreeList, text: str) -> None:
    view.cursor = next(index for index, row in enumerate(rows(view)) if text in row)


@both_sizes
async def test_ep60_ep64_a_source_leads_to_its_ladders_a_step_to_its_trace_and_back(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with session(write(tmp_path / "a.json", rewritten()), size=size) as running:
        screen, sources, ladder = await ask(running)
        assert "1 proven, 0 if, 0 possible" in running.seen()
        assert any("1 administrator, besides root of 1 account" in row for row in rows(sources))
        assert "1 proven  who can" in [row.strip() for row in rows(sources)]
        assert sources.cursor_node is not None
        assert sources.cursor_node.label == "user/dana"
        await running.until(lambda: ladder.row_count, "the ladder")
        assert ladder.display is (size[0] >= 120)  # in a small terminal the two take turns
        await running.press("enter")
        assert (ladder.has_focus, ladder.display, sources.display) == (True, True, size[0] >= 120)
        go_to(ladder, "sts:AssumeRole on role/deploy")
        await running.press("enter")
        step = await running.above(StepScreen)
        seen = rows(step.rows)
        assert any("assumes  role/deploy: trust policy" in row for row in seen)
        assert any(row.startswith("ALLOWED") for row in seen)
        await running.press("escape")
        await running.until(lambda: running.app.screen is screen, "the ladder again")
        assert ladder.cursor_node is not None
        assert "sts:AssumeRole" in ladder.cursor_node.label
        await running.press("enter")
        await running.above(StepScreen)
        await running.press("s")
        await running.until(lambda: running.bench.simulation.decision is not None, "the decision")
        fields = running.bench.simulation.form.fields
        assert (fields.principal, fields.action, fields.resource) == (DANA, "sts:AssumeRole", DEPLOY)
        assert running.bench.reading.what_if  # the picture is the one that the step before it leaves
        assert running.bench.simulation.decision is not None
        assert running.bench.simulation.decision.word == "allowed"
        await running.press("escape", "X")
        await running.until(lambda: not running.bench.reading.what_if, "the export as it is")
        await running.press("a")
        again = await running.above(PathsScreen)
        await running.until(lambda: again.answer is not None and again.ladder.cursor_node is not None, "the place")
        assert again.query_one("#sources", TreeList).cursor_node == sources.cursor_node
        await running.press("escape")


async def test_ep62_choke_points_say_what_is_left_and_lead_to_a_what_if(tmp_path: Path) -> None:
    async with session(write(tmp_path / "a.json", account("iam:PutUserPolicy", "iam:PutUserPolicy"))) as running:
        _, sources, beside = await ask(running)
        await running.press("c")
        await running.until(lambda: any("own#0 of user/dana" in row for row in rows(sources)), "the statements")
        go_to(sources, "own#0 of user/dana")
        await running.until(lambda: any("nobody else loses" in row for row in rows(beside)), "the cost")
        seen = rows(beside)
        assert any("1 of 2 lose every proven path" in row for row in seen)
        assert any("1 keep one" in row for row in seen)
        await running.press("W")
        tried = await running.above(WhatIfScreen)
        await running.until(lambda: tried.answer is not None, "what it does")
        assert "user/dana: no inline policy own" in running.seen()


async def test_ep54_what_a_boundary_alone_holds_back_is_told_when_asked(tmp_path: Path) -> None:
    limit = policy("Limit", allow("s3:*"))
    dana = user("dana", inline={"own": allow("iam:PutUserPolicy")}, boundary=arn("policy", "Limit"))
    async with session(write(tmp_path / "a.json", export(users=[dana], policies=[limit]))) as running:
        _, sources, beside = await ask(running)
        await running.press("b")
        await running.until(lambda: any("boundary alone holds back" in row for row in rows(sources)), "what is held")
        await running.until(lambda: any("it only does not allow this" in row for row in rows(beside)), "by what")
        assert any("would be proven" in row for row in rows(beside))
        await running.press("b")
        assert any("1 administrator" in row or "0 administrators" in row for row in rows(sources))


async def test_ep63_a_changed_file_is_searched_again_and_what_is_new_is_marked(tmp_path: Path) -> None:
    file = write(tmp_path / "a.json", account("iam:PutRolePolicy"))
    async with session(file) as running:
        _, sources, ladder = await ask(running)
        write(file, account("s3:GetObject", "iam:PutUserPolicy"))
        await running.until(lambda: any("● user/eve" in row for row in drawn(sources)), "the new way")
        assert not any("user/dana" in row for row in rows(sources))
        go_to(sources, "user/eve")
        await running.until(lambda: any("● new, proven" in row for row in rows(ladder)), "its ladder")
        await running.press("escape")
        await running.press("x", "a")  # seen
        again = await running.above(PathsScreen)
        await running.until(lambda: again.answer is not None, "the answer")
        assert not any("●" in row for row in drawn(again.query_one("#sources", TreeList)))


def drawn(view: TreeList) -> list[str]:
    """The rows with their marks."""
    return ["".join(piece.text for piece in view.row_pieces(index)[1]) for index in range(view.row_count)]


async def test_whoever_is_impatient_sees_no_stale_answer(tmp_path: Path) -> None:
    """Opened and left at once, keys pressed twice, files changed while it searches (EP58)."""
    file = write(tmp_path / "a.json", account("iam:PutRolePolicy"))
    async with session(file) as running:
        await running.press("a", "escape", "a", "a", "c", "c", "enter", "escape", "escape")
        await running.until(lambda: len(running.app.screen_stack) == 2, "the workbench")
        await running.press("a")
        write(file, account("s3:GetObject", "iam:PutUserPolicy"))
        screen = await running.above(PathsScreen)
        await running.until(
            lambda: (
                screen.answer is not None and [path.start for path in screen.answer.found.paths] == [arn("user", "eve")]
            ),
            "the answer of the file as it is now",
        )
        await running.press("escape", "escape")
        await running.until(lambda: len(running.app.screen_stack) == 2, "the workbench")


async def test_ep61_a_card_says_who_is_an_administrator_who_can_become_one_and_who_becomes_it(tmp_path: Path) -> None:
    async with session(write(tmp_path / "a.json", account("iam:PutRolePolicy")), finds=True) as running:
        await running.until_read()
        await running.until(lambda: running.bench.workspace and running.bench.workspace.findings, "the findings")
        await running.select(DANA)
        assert "can become one" in running.seen()
        assert "1 way · a shows them" in running.seen()
        await running.select(arn("user", "ada"))
        assert "yes, by what it is allowed" in running.seen()
        await running.select(DEPLOY)
        assert "no, and no way to become one was found" in running.seen()
        assert "user/dana" in running.seen()  # who can become it
        await running.press("a")
        screen = await running.above(PathsScreen)
        await running.until(lambda: screen.answer is not None, "the answer")


async def test_ep61_a_on_a_resource_asks_who_can_read_it_and_on_a_principal_opens_at_its_ways(tmp_path: Path) -> None:
    bucket = "arn:aws:s3:::ledger"
    write(tmp_path / "a.json", account("s3:GetObject", "iam:PutUserPolicy"))
    policy = {"Statement": {"Effect": "Allow", "Principal": {"AWS": DANA}, "Action": "s3:List*", "Resource": bucket}}
    folder = tmp_path / ACCOUNT / "s3api-get-bucket-policy"
    folder.mkdir(parents=True)
    write(folder / "ledger.json", {"Policy": json.dumps({"Version": "2012-10-17", **policy})})
    async with session(tmp_path) as running:
        await running.until_read()
        await running.select(bucket)
        screen, sources, _ = await ask(running)
        assert "Who can read ledger" in running.seen()
        assert any("user/dana" in row for row in rows(sources))
        await running.press("escape")
        await running.until(lambda: running.app.screen is not screen, "the workbench")
        await running.select(arn("user", "eve"))
        _, sources, _ = await ask(running)
        assert sources.cursor_node is not None
        assert sources.cursor_node.label == "user/eve"


async def test_ep63_who_is_new_is_told_wherever_one_is(tmp_path: Path) -> None:
    file = write(tmp_path / "a.json", account("iam:PutRolePolicy"))
    async with session(file, finds=True) as running:
        await running.until(lambda: running.bench.workspace and running.bench.workspace.findings, "the findings")
        write(file, account("iam:PutRolePolicy", "iam:PutUserPolicy"))
        await running.until_told("a new way to become one: eve · a shows")
        write(file, account("*", "iam:PutUserPolicy"))
        await running.until_told("a new administrator: dana · a shows")
        _, sources, _ = await ask(running)
        assert "● 2 administrators, besides root of 1 account" in drawn(sources)[0]


async def test_ep58_who_is_an_administrator_is_shown_while_paths_are_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on = threading.Event()

    def slowly(snapshot: Snapshot, question: PathQuestion, progress: Progress, *, early: Early) -> Paths:
        def told(administrators: Sequence[Administrator]) -> None:
            early(administrators)
            progress(1, 127)
            goes_on.wait()

        return find_paths(snapshot, question, progress, early=told)

    monkeypatch.setattr(path_searches, "find_paths", slowly)
    async with session(write(tmp_path / "a.json", rewritten())) as running:
        await running.press("a")
        screen = await running.above(PathsScreen)
        sources = screen.query_one("#sources", TreeList)
        try:
            await running.until(lambda: sources.row_count, "the administrators")
            await running.until(lambda: "asking 1 of 127" in running.seen(), "how far it is")
            assert screen.answer is None
            assert "1 administrator, besides root of 1 account" in rows(sources)[0]
            sources.action_toggle_fold()
            await running.until(lambda: sources.row_count > 1, "their names")
            assert "role/deploy" in rows(sources)[1]
            assert not any("dana" in row for row in rows(sources))
        finally:
            goes_on.set()
        await running.until(lambda: screen.answer is not None, "the answer")
        assert sources.cursor_node is not None
        assert sources.cursor_node.label == "user/dana"
