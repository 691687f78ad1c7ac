"""The Changes screen: what changed, what it does, old beside new, and the timeline of loads (CH1-CH9)."""

import copy
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from iamtui.analysis.changes import effects
from iamtui.analysis.changes.effects import with_effects
from iamtui.analysis.changes.results import Changes
from iamtui.app.screens.changes_screen import ChangesScreen
from iamtui.content.nodes import Node
from iamtui.snapshot.model import Snapshot
from iamtui.widgets.tree_list import TreeList
from tests.app.driving import Session, both_sizes, rows, session
from tests.app.exports import LIST, arn, company, user, write
from tests.app.test_watching import until_changed, until_watching

BOB = arn("user", "bob")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "watched"
    folder.mkdir()
    return write(folder / "company.json", company())


def day(edit: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    content = copy.deepcopy(company())
    edit(content)
    return content


def without_bob(content: dict[str, Any]) -> None:
    content["UserDetailList"].pop(1)
    content["Policies"][0]["PolicyVersionList"][0]["Document"] = LIST


async def opened(running: Session) -> ChangesScreen:
    await running.press("d")
    screen = await running.above(ChangesScreen)
    await running.until(lambda: any(" effect" in row or "nobody" in row for row in rows(screen.rows)), "the effects")
    return screen


async def put_cursor_on(running: Session, screen: ChangesScreen, start: str) -> None:
    place = next(place for place, row in enumerate(rows(screen.rows)) if start in row)
    screen.rows.cursor = place
    await running.settled()


def in_many_steps(changes: Changes, old: Snapshot, new: Snapshot, progress: Callable[[int, int], None]) -> Changes:
    for number in range(300):
        progress(number, 300)
    return with_effects(changes, old, new, progress)


@both_sizes
async def test_old_stands_beside_new_and_enter_goes_to_what_changed(path: Path, size: tuple[int, int]) -> None:
    """CH1, CH3."""
    async with session(path, size=size) as running:
        await until_watching(running)
        write(path, day(without_bob))
        await until_changed(running, 2)
        screen = await opened(running)
        await put_cursor_on(running, screen, "policy Reading")
        await running.until(lambda: "s3:GetObject" in str(rows(screen.difference)), "the old document")
        assert "s3:ListBucket" in str(rows(screen.difference))
        offered = await running.copy_menu("down", "down", "enter")
        assert offered[:4] == ["row", "old", "new", "ARN"]
        assert "s3:ListBucket" in running.app.clipboard
        await put_cursor_on(running, screen, "document")
        await running.press("/", *"reading", "enter")
        await running.until(lambda: not any("user bob" in row for row in rows(screen.rows)), "the filter")
        await put_cursor_on(running, screen, "document")
        await running.press("enter")
        await running.until_about("Reading")
        assert running.bench.subject.tab.LABEL == "Document"
        screen = await opened(running)
        assert "document" in screen.rows.row_text(screen.rows.cursor), "the place in the list is kept"
        assert screen.box.text == "reading"


async def test_what_it_does_stands_below_with_its_cause(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """CH5, CH6; a step of the asking makes nothing of the list anew."""
    made: list[object] = []
    set_roots = TreeList.set_roots

    def counting(rows: TreeList, nodes: Sequence[Node], *, expanded: frozenset[str] | None = None) -> None:
        made.append(rows)
        set_roots(rows, nodes, expanded=expanded)

    monkeypatch.setattr(TreeList, "set_roots", counting)
    monkeypatch.setattr(effects, "with_effects", in_many_steps)
    async with session(path) as running:
        await until_watching(running)
        write(path, day(without_bob))
        await until_changed(running, 2)
        screen = await opened(running)
        shown = "\n".join(rows(screen.rows))
        assert "user/alice" not in shown.partition("What it does")[0]
        assert "because  policy Reading" in shown.partition("What it does")[2]
        assert made.count(screen.rows) == 3, "when it opens, with what changed, with what that does"


async def test_what_was_removed_stays_readable(path: Path) -> None:
    """CH1."""

    def without_alice(content: dict[str, Any]) -> None:
        content["UserDetailList"].pop(0)

    async with session(path) as running:
        await until_watching(running)
        write(path, day(without_alice))
        await until_changed(running, 2)
        screen = await opened(running)
        await put_cursor_on(running, screen, "user alice")
        await running.until(lambda: "Payments" in str(rows(screen.difference)), "her tags")
        await running.press("enter")
        await running.until(lambda: screen.difference.has_focus, "the focus")
        assert running.app.screen is screen


async def test_marking_as_seen_has_a_way_back(path: Path) -> None:
    """CH9."""
    async with session(path) as running:
        await until_watching(running)
        write(path, day(without_bob))
        await until_changed(running, 2)
        await running.press("x")
        await running.until_told("marked as seen")
        assert running.bench.workspace is not None
        assert running.bench.workspace.changes == ()
        await running.press("x")
        await until_changed(running, 2)


async def test_a_file_that_is_only_written_otherwise_is_no_change(path: Path) -> None:
    """CH3."""
    async with session(path) as running:
        await until_watching(running)
        first = running.bench.snapshot
        path.write_text(json.dumps(company(), indent=7, sort_keys=True), "utf-8")
        await running.until(lambda: running.bench.snapshot is not first, "the reading")
        assert running.bench.workspace is not None
        assert running.bench.workspace.changes == ()
        assert len(running.bench.reading.loads) == 1


async def test_any_load_can_be_compared_and_looked_at(path: Path) -> None:
    """CH9."""
    async with session(path) as running:
        await until_watching(running)
        write(path, day(without_bob))
        await until_changed(running, 2)
        write(path, day(lambda content: content["UserDetailList"].append(user("carol"))))
        await running.until(lambda: len(running.bench.reading.loads) == 3, "the third load")
        screen = await opened(running)
        await put_cursor_on(running, screen, "1 load ago")
        await running.press("o")
        await running.until(lambda: any("user bob  added" in row for row in rows(screen.rows)), "the other comparison")
        await running.until(lambda: any("1 load ago" in row for row in rows(screen.rows)), "the timeline")
        await put_cursor_on(running, screen, "1 load ago")
        await running.press("v")
        await running.until(lambda: "viewing" in running.bench.status.state, "the load of before")
        assert running.bench.snapshot is running.bench.reading.loads[1].snapshot
        assert "1 load ago" in running.bench.status.state
        write(path, company())
        await running.until(lambda: len(running.bench.reading.loads) == 4, "the fourth load")
        assert running.bench.snapshot is running.bench.reading.loads[3].snapshot
