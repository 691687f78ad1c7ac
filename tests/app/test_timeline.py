"""The timeline of recorded events in the app, and the card of an event (B11, B12)."""

from pathlib import Path

from iamtui.app.screens.event_screen import EventScreen
from iamtui.app.screens.timeline_screen import TimelineScreen
from iamtui.widgets.filter_box import FilterBox
from iamtui.widgets.tree_list import TreeList
from tests.app.driving import Session, both_sizes, rows, session

INCIDENT = Path(__file__).parents[2] / "samples" / "acme-incident"


async def timeline(running: Session) -> TimelineScreen:
    await running.press("L")
    screen = await running.above(TimelineScreen)
    await running.until_seen("of 46")
    return screen


def listed(screen: TimelineScreen) -> list[str]:
    return rows(screen.query_one(TreeList))


async def narrow(running: Session, screen: TimelineScreen, text: str, count: str) -> None:
    screen.query_one(FilterBox).set_text(text)
    await running.until_seen(f"{count} events of")


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


async def test_a_filter_takes_the_names_of_the_command_and_words() -> None:
    async with session(INCIDENT) as running:
        screen = await timeline(running)
        await narrow(running, screen, "who=break-glass error=denied", "1")
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
        first = await open_row(running, screen, "iam:CreateUser")
        await running.press("]")
        await running.until(lambda: running.app.screen is not first and isinstance(running.app.screen, EventScreen))
        assert "AddUserToGroup" in running.seen()
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
        await running.until_seen("sessions · ")
        assert sum("ASIA" in row for row in listed(screen)) >= 3
        await running.press("v")
        await running.until_seen("callers · ")
        assert len(listed(screen)) == 7
        screen.query_one(TreeList).cursor = 0
        await running.press("enter")
        await running.until_seen("20 events of 46")


async def test_the_histogram_narrows_the_time_and_widens_it_again() -> None:
    async with session(INCIDENT) as running:
        screen = await timeline(running)
        await running.press("tab", "enter")
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
    """The lines are those of the commands; closing them comes back to the event."""
    async with session(INCIDENT, size=size) as running:
        screen = await timeline(running)
        await open_row(running, screen, "iam:CreateUser")
        await running.press("c")
        await running.until_seen("Key ASIA")
        assert any("user/frank" in row for row in rows(running.app.screen.query_one(TreeList)))
        await running.press("escape")
        await running.above(EventScreen)
        await running.press("b")
        await running.until_seen("Containment of arn:aws:iam::111122223333:user/frank")
        board = rows(running.app.screen.query_one(TreeList))
        assert board[0].startswith("CONTAINED  user arn:aws:iam::111122223333:user/frank at 2026-11-17 08:30:00")
        assert any(row.startswith("Z1 done") for row in board)
