import json
import os
from pathlib import Path
from typing import Any

import pytest

from iamtui.app.loading.loader import Loader
from iamtui.app.screens.list_screen import ListScreen
from iamtui.browsing.trees.tree_source import CHANGED
from iamtui.snapshot.model import Snapshot
from iamtui.widgets.tree_list import TreeList
from tests.app.driving import Session, rows, session
from tests.app.exports import LIST, READ, arn, company, export, role, user, write
from tests.app.test_simulating import ask, verdict

ALICE = arn("user", "alice", "/staff/")
READING = arn("policy", "Reading")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "watched"
    folder.mkdir()
    return write(folder / "company.json", company())


def edited() -> dict[str, Any]:
    """The next day: Reading allows no reading, bob has a tag."""
    content = company()
    content["Policies"][0]["PolicyVersionList"][0]["Document"] = LIST
    content["UserDetailList"][1]["Tags"] = [{"Key": "new", "Value": "yes"}]
    return content


async def until_watching(running: Session) -> None:
    await running.until(lambda: "watching" in running.bench.status.state, "the watch")


async def until_changed(running: Session, count: int) -> None:
    await running.until(lambda: running.bench.workspace and len(running.bench.workspace.changes) == count, "the change")
    await running.until_read()


async def until_banner(running: Session, words: str) -> None:
    await running.until(lambda: words in running.bench.banner.text, f"the banner {words}")


async def test_a_saved_change_is_announced_and_marked_until_it_is_acknowledged(path: Path) -> None:
    async with session(path) as running:
        await until_watching(running)
        write(path, edited())
        await until_changed(running, 2)
        await running.until_told("1 user, 1 policy changed on disk")
        await running.until_seen(f"{CHANGED} Users")
        await running.until_seen(f"{CHANGED} 2 changed")
        await running.press("t")
        await running.until_seen(f"{CHANGED} Reading")
        await running.press("x")
        assert CHANGED not in running.seen()


async def test_selection_open_nodes_and_request_stay(path: Path) -> None:
    async with session(path) as running:
        await until_watching(running)
        await running.select(ALICE)
        await running.press("right")
        before = running.tree.shown_keys
        content = edited()
        content["UserDetailList"].insert(0, user("aaron"))
        write(path, content)
        await until_changed(running, 3)
        assert running.tree.cursor_node is not None
        assert running.tree.cursor_node.key == ALICE
        assert [key for key in running.tree.shown_keys if key in before] == before
        assert arn("user", "aaron") in running.tree.shown_keys
        await running.until_about("alice")


async def test_the_decision_is_made_again_and_a_flip_is_flagged(path: Path) -> None:
    async with session(path) as running:
        await until_watching(running)
        await ask(running, arn("role", "app"), "s3:GetObject", "arn:aws:s3:::b/k")
        assert verdict(running) == "allowed"
        write(path, edited())
        await running.until(lambda: verdict(running) == "implicitDeny", "the flip")
        await running.until_seen("flipped, was ALLOWED")
        assert running.bench.simulation.form.fields.resource == "arn:aws:s3:::b/k"
        write(path, company())
        await running.until(lambda: verdict(running) == "allowed")


async def test_marks_gather_what_changed_since_they_were_acknowledged(path: Path) -> None:
    async with session(path) as running:
        await until_watching(running)
        write(path, edited())
        await until_changed(running, 2)
        more = edited()
        more["RoleDetailList"].append(role("new"))
        write(path, more)
        await until_changed(running, 3)
        write(path, company())
        await until_changed(running, 0)
        assert CHANGED not in running.seen()


async def test_a_broken_or_deleted_file_keeps_the_picture_and_says_what_is_wrong(path: Path) -> None:
    async with session(path) as running:
        await until_watching(running)
        for broken, good, changed in (
            ('{"UserDetailList": [', edited(), 2),
            ("", company(), 0),
            ("[1, 2]", edited(), 2),
        ):
            write(path, broken)
            await until_banner(running, "showing what was read before")
            assert "company.json" in running.bench.banner.text
            await running.until_seen("/staff/")
            write(path, good)
            await until_changed(running, changed)
            assert running.bench.banner.text == ""
        path.unlink()
        await until_banner(running, "showing what was read before")
        await running.until_seen("/staff/")
        write(path, company())
        await running.until(lambda: running.bench.banner.text == "", "the file being good again")


async def test_a_file_of_a_folder_that_goes_is_missed_until_the_user_accepts_it(path: Path) -> None:
    other = write(path.with_name("other.json"), export(users=[user("zoe", account="444455556666")]))
    async with session(path.parent) as running:
        await until_watching(running)
        other.unlink()
        await until_banner(running, "other.json is gone")
        assert len(running.tree.shown_keys) >= 2
        await running.press("R")
        await running.until(lambda: running.bench.banner.text == "")
        assert running.bench.snapshot is not None
        assert list(running.bench.snapshot.accounts) == ["111122223333"]


async def test_one_broken_file_of_a_folder_costs_nothing(path: Path) -> None:
    other = write(path.with_name("other.json"), export(users=[user("zoe", account="444455556666")]))
    async with session(path.parent) as running:
        await until_watching(running)
        write(other, '{"UserDetailList": [')
        await until_banner(running, "other.json")
        assert running.bench.snapshot is not None
        assert len(running.bench.snapshot.accounts) == 2


async def test_a_link_that_is_pointed_elsewhere_is_followed(path: Path) -> None:
    second = write(path.with_name("second.json"), edited())
    link = path.with_name("current.json")
    link.symlink_to(path)
    async with session(link) as running:
        await until_watching(running)
        new = path.with_name("next")
        new.symlink_to(second)
        os.replace(new, link)  # noqa: PTH105
        await until_changed(running, 2)


async def test_a_file_that_appears_later_is_read_then(tmp_path: Path) -> None:
    path = tmp_path / "later.json"
    async with session(path, reads=False) as running:
        await until_banner(running, "later.json")
        assert "nothing read" in running.bench.status.state
        write(path, company())
        await running.until_read()
        await running.until(lambda: running.bench.banner.text == "")


async def test_a_subject_that_is_gone_says_so(path: Path) -> None:
    async with session(path) as running:
        await until_watching(running)
        await running.select(READING)
        await running.press("enter")
        content = company()
        del content["Policies"][0]
        write(path, content)
        await running.until(lambda: running.bench.workspace and running.bench.workspace.changes)
        await running.until(lambda: "not in the export" in running.seen() or "Reading" not in running.heading())


async def test_problems_are_listed_with_file_place_expectation_and_consequence(tmp_path: Path) -> None:
    good = company()
    good["Policies"][0]["PolicyVersionList"][0]["Document"] = 7
    write(tmp_path / "good.json", good)
    bad = write(tmp_path / "bad.json", '{"UserDetailList": [}')
    async with session(tmp_path / "good.json", bad) as running:
        await running.press("!")
        screen = await running.above(ListScreen)
        tree = screen.query_one(TreeList)
        listed = rows(tree)
        assert any("bad.json" in row for row in listed)
        place = next(i for i, row in enumerate(listed) if row.startswith("bad.json"))
        tree.cursor = place
        await running.press("right")
        details = rows(tree)[place + 1 : place + 5]
        assert [detail.partition(":")[0] for detail in details] == ["file", "place", "expected", "so"]
        await running.press("escape")
        assert running.app.screen is running.bench


async def test_nothing_but_bad_files_ends_in_a_message_and_no_trace_of_a_crash(tmp_path: Path) -> None:
    path = write(tmp_path / "bad.json", json.dumps({"no": "export", "x": READ}))
    async with session(path, reads=False) as running:
        await until_banner(running, "bad.json")
        await running.press("!")
        await running.until_seen("bad.json")


async def test_news_while_files_are_read_wait_until_they_are(path: Path) -> None:
    async with session(path, reads=False) as running:
        source = running.bench.query_one(Loader)
        for _ in range(5):
            source.post_message(Loader.FilesChanged())
        await running.until_read()
        assert running.bench.workspace is not None
        assert running.bench.workspace.filters


async def test_a_snapshot_is_never_spelled_out(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def spell_out(self: Snapshot) -> str:
        raise AssertionError("half a second for ten thousand principals")

    monkeypatch.setattr(Snapshot, "__repr__", spell_out)
    async with session(path) as running:
        await ask(running, arn("role", "app"), "s3:GetObject", "arn:aws:s3:::b/k")
        write(path, edited())
        await running.until(lambda: verdict(running) == "implicitDeny")


async def test_a_failure_that_nobody_foresaw_is_said(path: Path) -> None:
    async with session(path) as running:
        running.bench.query_one(Loader).post_message(Loader.Failed("[bold]KeyError"))
        await until_banner(running, "this should not happen, please report it: [bold]KeyError")
