"""What is pasted where nobody types offers what can be done with it (AT20, AT22)."""

from pathlib import Path

import pytest
from textual import events

from iamtui.app.screens.denial_screen import DenialScreen
from iamtui.app.screens.list_screen import ListScreen
from iamtui.widgets.line_input import LineInput
from iamtui.widgets.tree_list import TreeList
from tests.app.driving import Session, both_sizes, rows, session
from tests.app.exports import READ, arn, company, export, policy, user, write
from tests.browsing.test_pasted import ALICE, refusal

DENY = {"Version": "2012-10-17", "Statement": [{"Sid": "Never", "Effect": "Deny", "Action": "s3:*", "Resource": "*"}]}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path / "company.json", company())


async def paste(running: Session, text: str) -> None:
    running.app.post_message(events.Paste(text))
    await running.settled()


async def offered(running: Session, text: str) -> list[str]:
    """Paste a text, and give the rows that are offered."""
    await paste(running, text)
    screen = await running.above(ListScreen)
    return rows(screen.query_one(TreeList))


async def choose(running: Session, text: str) -> None:
    """Open the first row of the list on top that has a text."""
    view = running.app.screen.query_one(TreeList)
    view.cursor = next(index for index, row in enumerate(rows(view)) if text in row)
    await running.press("enter")


async def test_what_is_chosen_is_opened_or_asked(path: Path) -> None:
    session_of_app = "arn:aws:sts::111122223333:assumed-role/app/s1"
    async with session(path) as running:
        await offered(running, ALICE)
        await choose(running, "Open user alice")
        await running.until_about("alice")
        await offered(running, session_of_app)
        await choose(running, "Ask what app may do")
        await running.until(lambda: running.bench.desk.fields.principal == session_of_app, "the request")
        assert running.bench.panes.front == "simulation"
        await running.press("1")
        await offered(running, refusal(ALICE))
        await choose(running, "Simulate this request")
        await running.until(lambda: running.bench.simulation.decision is not None, "a decision")
        assert running.bench.desk.fields.action == "s3:DeleteObject"


async def test_a_row_that_only_says_something_closes_and_nothing_is_told_as_such(path: Path) -> None:
    async with session(path) as running:
        (row,) = await offered(running, arn("user", "nobody"))
        assert "is not in the export" in row
        await running.press("enter")
        await running.until(lambda: running.app.screen is running.bench, "the workbench")
        await paste(running, "hello")
        await running.until_told("expected a refusal of AWS")
        assert running.app.screen is running.bench


@both_sizes
async def test_an_error_says_why_it_was_refused_and_opens_the_statement(tmp_path: Path, size: tuple[int, int]) -> None:
    held = export(users=[user("eve", attached=[arn("policy", "Guard")])], policies=[policy("Guard", DENY)])
    message = (
        refusal(arn("user", "eve")).partition(" because ")[0] + " with an explicit deny in an identity-based policy"
    )
    async with session(write(tmp_path / "a.json", held), size=size) as running:
        assert any("Why it was refused: explained" in row for row in await offered(running, message))
        await choose(running, "Why it was refused")
        screen = await running.above(DenialScreen)
        view = screen.query_one(TreeList)
        assert any("explicit deny by identity-based policies" in row for row in rows(view))
        assert any("EXPLAINED  the export says so too" in row for row in rows(view))
        await choose(running, "Deny Never")
        await running.until_about("Guard")
        assert running.bench.subject.place is not None
        assert running.bench.subject.place.statement == 0


async def test_a_field_takes_a_value_and_leaves_an_error_to_the_screen(path: Path) -> None:
    async with session(path) as running:
        await running.press("3")
        await running.until(lambda: isinstance(running.app.focused, LineInput), "a field")
        await paste(running, ALICE)
        await running.until(lambda: running.bench.desk.fields.principal == ALICE, "the field")
        assert running.app.screen is running.bench
        assert any("Why it was refused" in row for row in await offered(running, refusal(ALICE)))
        assert running.bench.desk.fields.principal == ALICE


async def test_hostile_text_is_drawn_and_not_obeyed(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", export(users=[user("alice")], policies=[policy("P", READ)]))
    hostile = f"{arn('user', 'alice')} \x1b]0;x\x07[bold]arn:aws:iam::1:user/[red]\u202e"
    async with session(path) as running:
        await offered(running, hostile)
        assert "\x1b]0" not in running.seen()
        assert "\u202e" not in running.seen()
