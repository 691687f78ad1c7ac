"""What was opened, said before the trees where there is more to it; and answers that lean on what was not exported."""

import gzip
import json
from pathlib import Path

import pytest

from iamtui.app.panes.simulation import caution
from iamtui.app.screens.inventory_screen import InventoryScreen, is_worth_telling
from iamtui.app.screens.list_screen import ListScreen
from iamtui.evaluation.decide import decide
from iamtui.evaluation.request.request import Request
from iamtui.snapshot.opening import open_snapshot
from iamtui.widgets.tree_list import TreeList
from iamtui.widgets.verdict_bar import VerdictBar
from tests.app.driving import NARROW, Session, both_sizes, rows, session
from tests.app.exports import NOT_EXPORTED, READ, arn, company, export, opened, user, write
from tests.app.surroundings import ACME, PROD


def is_told(running: Session) -> bool:
    return isinstance(running.app.screen, InventoryScreen)


def shown_rows(running: Session) -> list[str]:
    return rows(running.app.screen.query_one(TreeList))


@both_sizes
async def test_several_accounts_are_told_of_and_one_key_shows_them_and_leads_there(size: tuple[int, int]) -> None:
    async with session(ACME, size=size) as running:
        await running.until(lambda: any("3 accounts · 1 organization" in notice for notice in running.told))
        assert not is_told(running)
        assert running.tree.has_focus
        await running.press("i")
        await running.above(InventoryScreen)
        seen = running.seen()
        assert "3 accounts · 1 organization" in seen
        assert f"Account {PROD} acme-prod" in seen
        assert any(row.startswith("Not exported") for row in shown_rows(running))
        await running.press("escape")
        assert not is_told(running)
        assert running.tree.has_focus
        await running.press("i")
        await running.above(InventoryScreen)
        view = running.app.screen.query_one(TreeList)
        view.cursor = next(index for index, row in enumerate(rows(view)) if row.startswith(f"Account {PROD}"))
        if size == NARROW:  # the line is too long for it
            await running.press("right")
            assert any(row.strip().endswith("users") for row in rows(view))
        await running.press("enter")
        await running.until(lambda: running.tree.cursor_node and running.tree.cursor_node.key == f"account:{PROD}")
        assert running.bench.panes.front == "explorer"


async def test_of_a_single_clean_export_nothing_is_told_unasked(tmp_path: Path) -> None:
    content = export(users=[user("alice", inline={"own": READ})])
    async with session(write(tmp_path / "a.json", content)) as running:
        assert running.told == []
        await running.press("i")
        await running.above(InventoryScreen)
        assert any("organization, SCPs and RCPs" in row and "weakens" in row for row in shown_rows(running))


async def test_nothing_opens_over_what_somebody_types(tmp_path: Path) -> None:
    later = tmp_path / "later.json"
    async with session(later, reads=False) as running:
        await running.until(lambda: "later.json" in running.bench.banner.text)
        write(later, company(of_center=NOT_EXPORTED))
        await running.until_read()
        assert not is_told(running)


async def test_a_file_that_could_not_be_read_is_told_once_and_files_are_named_below_what_they_share(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "[bold]\x1b]0;x\x07"
    (folder / "one").mkdir(parents=True)
    export_of_it = write(folder / "one" / "[red]\x1b]0;x\x07.json", company())
    write(folder / "b.json", '{"UserDetailList": [')
    async with session(folder, size=NARROW) as running:
        assert any("b.json" in notice for notice in running.told)
        assert all(len(notice) < 180 and str(tmp_path) not in notice for notice in running.told)
        for key in ("i", "exclamation_mark"):
            await running.press(key)
            screen = await running.above(ListScreen)
            listed = rows(screen.query_one(TreeList))
            assert key != "i" or "1 problem" in next(line for line in running.seen().splitlines() if "opened" in line)
            assert any("b.json" in row for row in listed)
            assert any(row.startswith("Problems") for row in listed) or key != "i"
            assert not any("[bold]" in row for row in listed)
            assert any("one/[red]\\u{1b}" in row for row in listed)
            assert all(line.isprintable() for line in running.seen().split("\n"))
            await running.press("escape")
        before = running.bench.snapshot
        write(export_of_it, export(users=[user("zoe")]))
        await running.press("R")
        await running.until(lambda: running.bench.snapshot is not before)
        assert not is_told(running)


def test_what_is_worth_telling(tmp_path: Path) -> None:
    clean = export(users=[user("alice", inline={"own": READ})])
    assert not is_worth_telling(opened(tmp_path / "a.json", clean))
    (tmp_path / "c.json.gz").write_bytes(gzip.compress(json.dumps(clean).encode())[:-9])
    assert is_worth_telling(open_snapshot([tmp_path]))


# Answers that lean on what was not exported


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path / "a.json", export(users=[user("alice", inline={"own": READ})]))


def test_a_decision_says_on_how_much_it_leans(path: Path) -> None:
    snapshot = open_snapshot([path])
    decision = decide(snapshot, Request(arn("user", "alice"), "s3:GetObject", "arn:aws:s3:::b/x"))
    count = len({*decision.assumed, *decision.unknown_data})
    assert count
    assert caution(decision).startswith(f"{count} missing export")


@both_sizes
async def test_the_verdict_says_that_it_leans_on_what_was_not_exported(path: Path, size: tuple[int, int]) -> None:
    async with session(path, size=size) as running:
        await running.select(arn("user", "alice"))
        await running.press("s")
        await running.until(lambda: running.bench.simulation.form.fields.principal == arn("user", "alice"))
        await running.paste("s3:GetObject")
        await running.press("tab")
        await running.paste("arn:aws:s3:::b/x")
        bar = running.bench.simulation.query_one(VerdictBar)
        await running.until(lambda: bar.verdict.caution)
        assert "could change this" in str(bar.render())
        await running.until(lambda: any("missing export" in row for row in rows(running.trace)))
