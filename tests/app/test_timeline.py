"""The timeline of recorded events in the app, and the card of an event (B11, B12)."""

import shutil
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual import events

from iamtui.app.loading import task
from iamtui.app.panes.tabs import ActivityTab
from iamtui.app.screens.board_screen import BoardScreen
from iamtui.app.screens.event_screen import EventScreen
from iamtui.app.screens.key_screen import KeyScreen
from iamtui.app.screens.list_screen import ListScreen
from iamtui.app.screens.timeline_screen import TimelineScreen
from iamtui.app.screens.who_can_screen import WhoCanScreen
from iamtui.browsing.trail.event_card import EventCard
from iamtui.snapshot.merging.assembling import OpenedSnapshot
from iamtui.snapshot.opening import open_snapshot
from iamtui.widgets.filter_box import FilterBox
from iamtui.widgets.tree_list import TreeList
from tests.app.driving import NARROW, Session, both_sizes, rows, session
from tests.cli.test_trail import PLANTED, TOKEN, story
from tests.piloting import as_key
from tests.trail.events import delivered, event
from tests.trail.events import session as session_of_role

INCIDENT = Path(__file__).parents[2] / "samples" / "acme-incident"


async def timeline(running: Session) -> TimelineScreen:
    await running.press("L")
    screen = await running.above(TimelineScreen)
    await running.until_seen("of 46")
    return screen


def listed(screen: ListScreen) -> list[str]:
    return rows(screen.query_one(TreeList))


def first(screen: ListScreen) -> str:
    """The first row; empty while there is none."""
    return next(iter(listed(screen)), "")


async def narrow(running: Session, screen: TimelineScreen, text: str, count: str) -> None:
    screen.query_one(FilterBox).set_text(text)
    await running.until_seen(f"{count} of 46")


@both_sizes
async def test_events_among_the_paths_are_told_and_listed_newest_last(size: tuple[int, int]) -> None:
    async with session(INCIDENT, size=size) as running:
        await running.until_told("files with CloudTrail events")
        screen = await timeline(running)
        times = [row[:14] for row in listed(screen)]
        assert times == sorted(times)
        assert screen.query_one(TreeList).cursor == len(times) - 1
        assert any("refused" in row for row in listed(screen))
        assert any("change" in row for row in listed(screen))


async def test_the_timeline_waits_for_no_export(monkeypatch: pytest.MonkeyPatch) -> None:
    """B11: its key counts before anything was read, and what is typed after it is for the timeline."""
    is_shown = threading.Event()

    def open_after_that(*paths: Any, **named: Any) -> OpenedSnapshot:
        is_shown.wait(60)
        return open_snapshot(*paths, **named)

    monkeypatch.setattr(task, "open_snapshot", open_after_that)
    async with session(INCIDENT, reads=False) as running:
        for key in "L/stoplogging":
            running.app.post_message(as_key(key))
        screen = await running.above(TimelineScreen)
        await running.until_seen("1 event of 46")
        assert running.bench.snapshot is None
        await running.press("enter", "escape", "L")
        await running.until(lambda: running.app.screen is not screen, "the first is closed")
        screen = await running.above(TimelineScreen)
        assert screen.query_one(FilterBox).text == "stoplogging"  # as it was typed last
        is_shown.set()
        await running.until(lambda: any("disagrees" in row for row in listed(screen)), "the badge of the exports")


async def test_a_filter_takes_the_names_of_the_command_and_words() -> None:
    async with session(INCIDENT) as running:
        screen = await timeline(running)
        await narrow(running, screen, "who=break-glass error=denied", "1 event")
        assert all("break-glass" in row and "refused" in row for row in listed(screen))
        screen.query_one(FilterBox).set_text("ip=nowhere")
        await running.until_seen("expected an address or a network")


async def open_row(running: Session, screen: TimelineScreen, *words: str) -> EventScreen:
    """Open the card of the last row that holds all the words."""
    tree = screen.query_one(TreeList)
    tree.cursor = max(place for place, row in enumerate(rows(tree)) if all(word in row for word in words))
    await running.press("enter")
    return await running.above(EventScreen)


@both_sizes
async def test_a_card_has_the_word_of_aws_beside_ours_and_the_record(size: tuple[int, int]) -> None:
    async with session(INCIDENT, size=size) as running:
        screen = await timeline(running)
        card = await open_row(running, screen, "frank", "s3:ListAllMyBuckets", "refused")
        text = "\n".join(rows(card.query_one(TreeList)))
        assert "AWS says" in text
        assert "Deny NothingElseWithoutMfa" in text
        assert '"eventName": "ListBuckets"' in text
        assert "by the snapshot" not in text  # the trace says more


async def test_a_card_leads_to_the_events_of_the_same_caller_and_on_in_time() -> None:
    async with session(INCIDENT) as running:
        screen = await timeline(running)
        card = await open_row(running, screen, "iam:CreateUser")
        await running.press("]")
        await running.until_seen("Event AddUserToGroup")
        await running.press("[", "]", "]", "[")  # each goes on from where the one before leads
        await running.until_seen("Event AddUserToGroup")
        assert running.app.screen is card
        assert "AddUserToGroup" in listed(screen)[screen.query_one(TreeList).cursor]
        await running.press("a")
        await running.until_seen("20 events of 46")
        assert screen.query_one(FilterBox).text == "who=arn:aws:iam::111122223333:user/frank"


async def test_a_card_fills_in_the_simulation() -> None:
    async with session(INCIDENT) as running:
        screen = await timeline(running)
        await open_row(running, screen, "iam:CreateUser")
        await running.press("s")
        await running.until(lambda: running.bench.simulation.decision is not None, "the trace")
        fields = running.bench.simulation.form.fields
        assert (fields.principal, fields.action) == ("arn:aws:iam::111122223333:user/frank", "iam:CreateUser")
        assert fields.resource == "arn:aws:iam::111122223333:user/aws-support-sync"


async def test_the_views_are_changes_denials_sessions_and_callers() -> None:
    async with session(INCIDENT) as running:
        screen = await timeline(running)
        await running.press("v")
        await running.until_seen("changes · 18 events")
        assert any("snapshot: still" in row for row in listed(screen))
        assert any("an attempt" in row and "StopLogging" in row for row in listed(screen))
        await running.press("v")
        await running.until_seen("denials · 6 events")
        assert any("by scp" in row for row in listed(screen))
        await running.press("v")
        await running.until_seen("sessions · 7 sessions in 46 events")
        assert sum("ASIA" in row for row in listed(screen)) >= 3
        await running.press("v")
        await running.until_seen("callers · ")
        assert len(listed(screen)) == 7
        screen.query_one(TreeList).cursor = 0
        await running.press("enter")
        await running.until_seen("20 events of 46")


@both_sizes
async def test_the_histogram_narrows_the_time_and_widens_it_again(size: tuple[int, int]) -> None:
    """Beside the bars stands in the smallest terminal too when that was, and how often."""
    async with session(INCIDENT, size=size) as running:
        screen = await timeline(running)
        await running.press("tab")
        await running.until_seen("▆ 2 · 11-16 03:00:00 to 03:44:15")
        await running.press("enter")
        await running.until(lambda: "from=2026-11-16T03:00:00Z" in screen.query_one(FilterBox).text, "the filter")
        await running.until_seen(" 2 events of 46")
        await running.press("tab", "backspace")
        await running.until_seen("46 events of 46")


async def test_without_events_the_timeline_says_so(tmp_path: Path) -> None:
    async with session(INCIDENT.parent / "acme-day1.json") as running:
        await running.press("L")
        await running.above(TimelineScreen)
        await running.until_seen("no CloudTrail events among the paths")


async def test_the_activity_of_what_is_selected_is_its_events() -> None:
    async with session(INCIDENT) as running:
        await running.select("arn:aws:iam::111122223333:user/frank")
        await running.press("A")
        screen = await running.above(TimelineScreen)
        await running.until_seen("20 events of 46")
        assert all("frank" in row for row in listed(screen))


@both_sizes
async def test_from_an_event_to_the_card_of_its_key_and_to_containment(size: tuple[int, int]) -> None:
    """B13: the lines are those of the commands; a session on the card leads to its events."""
    async with session(INCIDENT, size=size) as running:
        screen = await timeline(running)
        event_card = await open_row(running, screen, "iam:CreateUser")
        assert {"key", "command: simulate", "command: trail"} <= set(await running.copy_menu("escape"))
        await running.press("c")
        card = await running.above(KeyScreen)
        await running.until(lambda: any("user/frank" in row for row in listed(card)), "the card")
        await running.press("escape")
        assert running.app.screen is event_card  # it stayed open below: the next key is about it
        await running.press("b")
        board = await running.above(BoardScreen)
        verdict = "CONTAINED  user arn:aws:iam::111122223333:user/frank at 2026-11-17 08:30:00"
        await running.until(lambda: any(row.startswith(verdict) for row in listed(board)), "the board")
        assert any(row.startswith("Z1 done") for row in listed(board))
        await running.press("t")
        await running.until_told("no remedy is left to try")
        await running.copy_menu("down", "enter")
        assert running.app.clipboard.startswith("iamtui contain ")


@both_sizes
async def test_who_did_stands_beside_who_can_and_leads_to_the_events(size: tuple[int, int]) -> None:
    """B14: from an event, `w` asks who can do the same; a row says how often it did, and `e` shows when."""
    async with session(INCIDENT, size=size) as running:
        screen = await timeline(running)
        await open_row(running, screen, "break-glass", "GetSecretValue")
        await running.press("w")
        asked = await running.above(WhoCanScreen)
        await running.until(lambda: any("   1     -  role/break-glass" in row for row in listed(asked)), "the columns")
        assert any("   -     -  user/aws-support-sync" in row for row in listed(asked))
        tree = asked.query_one(TreeList)
        tree.cursor = next(place for place, row in enumerate(listed(asked)) if "role/break-glass" in row)
        await running.press("right")
        await running.until(lambda: any("did 11-16 23:06:00" in row for row in listed(asked)), "when it did")
        await running.press("e")
        assert await running.above(TimelineScreen) is screen, "who can lay above it"
        assert screen.query_one(FilterBox).text.startswith("who=arn:aws:iam::111122223333:role/break-glass action=")


NIGHT, MORNING = "20261116T2330Z", "20261117T0835Z"
"""When the files were delivered that hold what happened in the night, and after it."""


async def test_a_folder_of_events_is_followed_and_says_once_what_matters(tmp_path: Path) -> None:
    """B17, B15: new files are read as they come, and a board says what opens again on it, as if done too."""
    folder = tmp_path / "case"
    shutil.copytree(INCIDENT, folder)
    late = [path for path in folder.rglob("*.json") if NIGHT in path.name or MORNING in path.name]
    kept = {path: path.read_bytes() for path in late}
    for path in late:
        path.unlink()
    async with session(folder) as running:
        await running.press("L")
        screen = await running.above(TimelineScreen)
        await running.until_seen("9 events of 9")
        for path in late:
            path.write_bytes(kept[path])
        await running.until_seen("46 events of 46")
        await running.until_told(" more")
        news = [one for told in running.told for one in told.split(" · ") if one.startswith("a ")]
        assert news == list(dict.fromkeys(news))
        assert "grace" in listed(screen)[-1]
        await open_row(running, screen, "frank", "iam:CreateUser")
        await running.press("b")
        board = await running.above(BoardScreen)
        await running.until(lambda: first(board).startswith("CONTAINED"), "the board")
        again = {"userName": "frank", "accessKeyId": "AKIARTX3GSDSQCPDO6NR", "status": "Active"}
        on = event("UpdateAccessKey", "iam", number=1, at="2026-11-17T09:00:00Z", parameters=again)
        delivered(folder / "on.json.gz", [on])
        await running.until_told("a change: 11-17 09:00:00")
        await running.until_told("Z1 is open again for frank")
        assert running.bench.status.alarms == "● frank no longer contained"
        await running.until(lambda: first(board).startswith("NOT CONTAINED"), "the board, live")
        assert "☐ aws iam update-access-key" in running.seen()
        await running.press("t")
        await running.until(lambda: first(board).startswith("CONTAINED"), "the board, as if all was done")
        assert "☑ aws iam update-access-key" in running.seen()
        assert "Z1 done as if done (now open)" in running.seen()
        (folder / "on.json.gz").unlink()
        await running.until_told("events that are gone with their files: 1")
        await running.press("escape")
        await running.until(lambda: not running.bench.status.alarms, "the board was looked at")
        while running.app.screen is not running.bench:
            await running.press("escape")
        await running.press("B")
        await running.until_seen("frank · contained")
        await running.press("enter")
        await running.above(BoardScreen)


async def test_events_without_exports_are_told_and_read_once(tmp_path: Path) -> None:
    shutil.copytree(INCIDENT / "AWSLogs", tmp_path / "AWSLogs")
    async with session(tmp_path, reads=False) as running:
        await running.until_told("46 CloudTrail events and no export · L shows the timeline")
        await timeline(running)
        assert running.bench.reading.looks == 1
        assert "nothing read" in running.bench.status.state


async def paste_and_choose(running: Session, key: str, row: str) -> None:
    """Paste a key id over whatever is open, and choose what is offered."""
    running.app.post_message(events.Paste(key))
    await running.until_seen(f"{key} · access key")
    tree = running.app.screen.query_one(TreeList)
    tree.cursor = next(place for place, text in enumerate(rows(tree)) if row in text)
    await running.press("enter")


@both_sizes
async def test_what_is_pasted_over_the_timeline_leads_to_card_board_and_events(size: tuple[int, int]) -> None:
    """B13, B18: a key id that is pasted anywhere opens its card; what was open above the workbench closes."""
    key, session_key = "AKIARTX3GSDSQCPDO6NR", "ASIARTX3GSDSQC2UZWRG"
    async with session(INCIDENT, size=size) as running:
        await timeline(running)
        await paste_and_choose(running, key, "Containment")
        await running.above(BoardScreen)
        await paste_and_choose(running, key, "Card of the key")
        card = await running.above(KeyScreen)
        assert running.app.screen_stack[2:] == [card]
        await running.until(lambda: any(session_key in row for row in listed(card)), "the sessions")
        tree = card.query_one(TreeList)
        tree.cursor = next(place for place, row in enumerate(listed(card)) if session_key in row)
        assert "alive until" in listed(card)[tree.cursor]
        await running.press("enter")
        screen = await running.above(TimelineScreen)
        await running.until_seen("7 events of 46")
        assert screen.query_one(FilterBox).text == f"who={session_key}"


async def test_the_activity_tab_says_what_relied_on_a_statement_and_what_did_not() -> None:
    """B16: of a principal its events and the statements behind them, of a policy each of its statements."""
    async with session(INCIDENT) as running:
        await running.select("arn:aws:iam::111122223333:user/service/backup-svc")
        tab = running.bench.subject.query_one(ActivityTab)
        running.bench.subject._turn_to("activity")
        view = tab.query_one(TreeList)
        await running.until(lambda: any("relied on it" in row for row in rows(view)), "the activity")
        assert rows(view)[0].startswith("1 event  0 refused · 0 changes · 1 address · ")
        await running.select("arn:aws:iam::111122223333:policy/DeveloperAccess")
        relied = "DeveloperAccess#UntilWeKnowWhatWeNeed  16 events relied on it"
        await running.until(lambda: any(row.startswith(relied) for row in rows(view)), "the policy")
        await running.select("arn:aws:iam::111122223333:policy/TeamBuckets")
        idle = "no event relied on it in what was read, 11-16 03:00:00 to 11-17 08:30:00, data events too"
        await running.until(lambda: any(idle in row for row in rows(view)), "what nothing relied on")


async def test_a_row_on_which_aws_and_the_exports_differ_says_so_and_its_card_has_the_context() -> None:
    """B11, B12: an SCP that was not exported refused one call; its card says what is known of the request."""
    async with session(INCIDENT) as running:
        screen = await timeline(running)
        await running.until(lambda: any("disagrees" in row for row in listed(screen)), "the badge")
        (row,) = [row for row in listed(screen) if "disagrees" in row]
        assert "cloudtrail:StopLogging" in row
        card = await open_row(running, screen, "disagrees")
        tree = card.query_one(TreeList)
        tree.cursor = next(place for place, line in enumerate(rows(tree)) if line.startswith("context"))
        await running.press("right")
        lines = rows(tree)
        assert any(line.startswith("aws:SourceIp  198.51.100.77 · ") for line in lines), lines


async def test_no_masked_value_reaches_the_terminal_or_what_is_copied_and_saved(tmp_path: Path) -> None:
    """M1 to M3: secrets by name and by shape, also where a stranger chose the text: an agent, a session's name."""
    records = [
        *story(),
        event("CreateUser", "iam", number=20, parameters={"userName": TOKEN}, userAgent=f"cli {TOKEN}"),
        event("DeleteUser", "iam", number=21, who=session_of_role("ops", TOKEN), errorCode="AccessDenied"),
    ]
    delivered(tmp_path / "a.json.gz", records)
    held: list[str] = []
    async with session(tmp_path, size=NARROW, reads=False) as running:

        def keep() -> None:
            top = running.app.screen
            assert isinstance(top, ListScreen)
            held.extend((running.seen(), "".join(top.exported("txt")), str(top.copied()), *listed(top)))

        await running.until_told("events and no export")
        await running.press("L")
        screen = await running.above(TimelineScreen)
        await running.until_seen("events of")
        keys = screen.query_one(TreeList).shown_keys
        named = {keys[0], *keys[-2:]}  # what a stranger chose is in the last two
        for key in keys:
            screen.query_one(TreeList).select_key(key)
            await running.press("enter")
            card = await running.above(EventScreen)
            await running.until(lambda card=card: card.query_one(TreeList).row_count, "its rows")  # type: ignore[misc]
            keep()
            for way, kind in (("c", KeyScreen), ("b", BoardScreen)) if key in named else ():
                await running.press(way)
                await running.above(kind)
                await running.until(lambda: running.app.screen.query_one(TreeList).row_count, "its rows")
                keep()
                await running.press("escape")
                await running.above(EventScreen)
            await running.press("escape")
            await running.above(TimelineScreen)
        for view in ("changes", "denials", "sessions", "callers"):
            await running.press("v")
            await running.until_seen(f"{view} · ")
            keep()
        held += running.told
    assert not [text for text in held if PLANTED in text or TOKEN in text or "PLANTED0001" in text]
    assert any("[masked: " in text for text in held)


async def test_a_card_that_is_closed_while_its_event_is_looked_for_stays_closed() -> None:
    """Two Escapes above a board: the card asks whether files have changed, and may be gone before that is known."""
    async with session(INCIDENT) as running:
        screen = await timeline(running)
        card = await open_row(running, screen, "frank", "iam:CreateUser")

        async def another(old: EventCard, _: int) -> EventCard:
            await running.press("escape")
            await running.until(lambda: not card.query(".dialog--heading"), "the card is gone")
            return replace(old, heading="another")

        card._beside = another
        await card.action_neighbour(0)
        assert running.app.screen is screen
        assert card.card.heading != "another"
