"""Lists above the workbench: what Enter does on a row, and what stays unfolded."""

from pathlib import Path

import pytest

from iamtui.app.screens.can_screen import CanScreen
from iamtui.app.screens.help_screen import HelpScreen
from iamtui.app.screens.list_screen import ListPlace, ListScreen
from iamtui.app.screens.rules_screen import RulesScreen
from iamtui.app.screens.who_can_screen import WhoCanScreen
from iamtui.content.nodes import Node
from iamtui.rules.lookup import rule
from tests.app.driving import Session, rows, session
from tests.app.exports import arn, company, export, user
from tests.app.exports import write as write_export


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_export(tmp_path / "company.json", company())


async def test_enter_on_a_file_among_the_problems_shows_what_is_known_of_it(path: Path) -> None:
    async with session(path) as running:
        await running.press("exclamation_mark")
        screen = await running.above(ListScreen)
        await running.press("end", "enter")
        assert running.app.screen is screen
        told = rows(screen.rows)
        assert f"file: {path}" in told
        assert f"size: {path.stat().st_size:,} bytes" in told
        await running.press("down", "enter")  # a row that leads nowhere
        assert running.app.screen is screen


async def test_a_row_that_leads_nowhere_closes_no_list(path: Path) -> None:
    async with session(path) as running:
        await running.press("question_mark")
        help_screen = await running.above(HelpScreen)
        await running.press("enter")
        assert help_screen in running.app.screen_stack
        await running.press("escape")
        running.app.push_screen(RulesScreen([rule("E41")]))
        rules = await running.above(RulesScreen)
        await running.press("enter")
        assert rules in running.app.screen_stack
        await running.press("escape")
        await running.select(arn("user", "alice", "/staff/"))
        await running.press("c")
        can = await running.above(CanScreen)
        await running.until(lambda: can.answer is not None, "the answer")
        await running.press("asterisk")
        for place, _ in enumerate(rows(can.rows)):
            can.rows.cursor = place
            node = can.rows.cursor_node
            assert node is not None
            if not node.has_children:
                await running.press("enter")
                if can.chosen is not None:
                    break
                assert running.app.screen is can, node.label


def conditional() -> dict[str, object]:
    """Several who can if an unknown key is so."""
    conditions = {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": conditions}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return export(users=[user(name, inline={"own": document}) for name in ("ann", "bob", "cid")])


async def ask(running: Session) -> WhoCanScreen:
    """Ask who can do what the form holds."""
    await running.press("s")
    await running.paste("s3:GetObject")
    await running.press("tab")
    await running.paste("arn:aws:s3:::b/k")
    await running.press("enter")
    await running.until(lambda: running.bench.simulation.decision is not None and running.trace.has_focus)
    await running.press("w")
    screen = await running.above(WhoCanScreen)
    await running.until(lambda: screen.answer is not None, "the answer")
    return screen


async def test_what_was_unfolded_and_folded_in_who_can_is_so_when_it_is_opened_again(tmp_path: Path) -> None:
    async with session(write_export(tmp_path / "a.json", conditional())) as running:
        await running.select(arn("user", "ann"))
        screen = await ask(running)
        count = len(rows(screen.rows))
        await running.press("down", "right")
        unfolded = rows(screen.rows)
        assert len(unfolded) > count
        screen.show_answer()  # as when events were looked through
        assert rows(screen.rows) == unfolded
        await running.press("escape")
        await running.press("w")
        again = await running.above(WhoCanScreen)
        await running.until(lambda: again.answer is not None, "the answer")
        await running.settled()
        assert rows(again.rows) == unfolded
        await running.press("home", "left", "escape", "w")
        folded = await running.above(WhoCanScreen)
        await running.until(lambda: folded.answer is not None, "the answer")
        await running.settled()
        assert len(rows(folded.rows)) < count


def nodes() -> tuple[list[Node], dict[str, list[Node]]]:
    groups = [Node(name, f"group {name}", has_children=True) for name in "abc"]
    return groups, {one.key: [Node(f"{one.key}{n}", f"row {one.key}{n}") for n in range(3)] for one in groups}


async def test_what_is_unfolded_is_so_after_a_filter_and_when_the_list_is_opened_again(path: Path) -> None:
    async with session(path) as running:
        place = ListPlace()
        roots, below = nodes()

        def listed() -> ListScreen:
            return ListScreen("Rows", roots, empty="", children_of=lambda key: below.get(key, []), place=place)

        running.app.push_screen(listed())
        screen = await running.above(ListScreen)
        await running.press("right", "slash")
        await running.type("b1")
        await running.press("enter")
        assert rows(screen.rows) == ["group b", "row b1"] or rows(screen.rows) == ["group b"]
        await running.press("slash", "ctrl+u", "enter")
        assert rows(screen.rows)[:4] == ["group a", "row a0", "row a1", "row a2"]
        await running.press("end", "right", "escape")  # the cursor did not move since
        running.app.push_screen(listed())
        again = await running.above(ListScreen)
        assert rows(again.rows)[-3:] == ["row c0", "row c1", "row c2"]
        await running.press("escape")
