"""The rules that a row names are opened by a key, wherever the row stands."""

from pathlib import Path

import pytest
from textual.widgets import Input

from iamtui.app.screens.findings_screen import FindingsScreen
from iamtui.app.screens.help_screen import HelpScreen
from iamtui.app.screens.inventory_screen import InventoryScreen
from iamtui.app.screens.list_screen import ListScreen
from iamtui.app.screens.rules_screen import RulesScreen
from iamtui.content.requests import ContextField, RequestFields
from iamtui.rules import rule
from iamtui.widgets.tree_list import TreeList
from tests.app.driving import Session, both_sizes, rows, session
from tests.app.exports import arn, export, policy, user, write

ALICE = arn("user", "alice")
WITH_MFA = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"},
        {
            "Effect": "Deny",
            "Action": "*",
            "Resource": "*",
            "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
        },
    ],
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    held = export(users=[user("alice", attached=[arn("policy", "Mfa")])], policies=[policy("Mfa", WITH_MFA)])
    return write(tmp_path / "a.json", held)


async def cursor_on(running: Session, text: str) -> None:
    """Put the cursor of the list that has the focus on the first row with a text."""
    view = running.app.focused
    assert isinstance(view, TreeList)
    view.unfold_all_below(view.shown_keys[0])
    await running.until(lambda: any(text in row for row in rows(view)), text)
    view.cursor = next(index for index, row in enumerate(rows(view)) if text in row)
    await running.settled()


async def explained(running: Session) -> str:
    """Press the key, and give what the rules on show say, as one line."""
    before = len(running.app.screen_stack)
    await running.press("E")
    await running.until(lambda: len(running.app.screen_stack) > before, "the rules")
    screen = await running.above(RulesScreen)
    return " ".join(" ".join(rows(screen.query_one(TreeList))).split())


async def test_what_is_only_read_offers_no_key_that_opens(path: Path) -> None:
    """Help and rules have no row that leads anywhere; a list of findings has."""
    async with session(path, finds=True) as running:
        await running.until(lambda: running.bench.workspace and running.bench.workspace.findings, "findings")
        await running.press("f")
        await running.until_seen("⏎ Open")
        await explained(running)
        assert "⏎ Open" not in running.seen()
        await running.press("escape", "escape", "question_mark")
        await running.above(HelpScreen)
        assert "⏎ Open" not in running.seen()


@both_sizes
async def test_a_row_of_the_trace_opens_the_rules_that_it_names(path: Path, size: tuple[int, int]) -> None:
    async with session(path, size=size) as running:
        await running.select(ALICE)
        await running.press("s")
        await running.until(lambda: running.bench.simulation.form.fields.principal == ALICE)
        await running.paste("iam:ListUsers")
        await running.press("enter")
        await running.until(lambda: running.trace.has_focus and running.bench.simulation.decision, "the decision")
        for key in running.trace.shown_keys:
            running.trace.unfold_all_below(key)
        await cursor_on(running, "[C12]")
        said = await explained(running)
        told = rule("C12")
        assert "C12 " in said
        assert told.sentence in said
        assert told.pages[0].title in said
        assert f"read {told.pages[0].read}" in said
        await running.press("escape")
        assert running.trace.has_focus


@both_sizes
async def test_a_finding_opens_its_rule_above_the_list_and_it_fits(path: Path, size: tuple[int, int]) -> None:
    async with session(path, size=size, finds=True) as running:
        await running.until(
            lambda: running.bench.workspace and running.bench.workspace.findings is not None, "findings"
        )
        await running.press("f")
        findings = await running.above(FindingsScreen)
        await cursor_on(running, "security Q15")
        assert rule("Q15").sentence in await explained(running)
        await running.press("escape")
        assert running.app.screen is findings
        running.app.push_screen(RulesScreen([rule("E44"), rule("S1")]))
        await running.above(RulesScreen)
        seen = running.seen()
        assert "Rules · E44, S1" in seen
        assert "? AWS does not confirm all of this:" in seen
        cut_off = [line for line in seen.splitlines() if "…" in line and "https://" not in line]
        assert cut_off == []
        assert "E on a row opens the rules that it names, Escape closes" in seen


async def test_inventory_and_rules_open_the_rules_they_name_and_nothing_else_does(path: Path) -> None:
    async with session(path) as running:
        await running.press("E")
        await running.until_told("is named here")
        assert running.app.screen is running.bench
        await running.press("slash", "E")  # in a field it is a letter
        assert isinstance(running.app.focused, Input)
        assert running.app.focused.value == "E"
        assert running.app.screen is running.bench
        await running.press("escape", "i")
        await running.above(InventoryScreen)
        view = running.app.focused
        assert isinstance(view, TreeList)
        for key in view.shown_keys:
            view.unfold_all_below(key)
        await cursor_on(running, "(S10)")
        assert rule("S10").sentence in await explained(running)
        await running.press("escape", "escape")
        running.app.push_screen(RulesScreen([rule("E40")]))
        await running.above(RulesScreen)
        await cursor_on(running, "(S1)")
        assert rule("S1").sentence in await explained(running)
        await running.press("escape", "escape")
        assert running.app.screen is running.bench


async def test_a_problem_opens_the_rule_that_it_names(tmp_path: Path) -> None:
    cut_off = write(tmp_path / "a.json", {**export(users=[user("alice")]), "IsTruncated": True})
    async with session(cut_off) as running:
        await running.press("exclamation_mark")
        await running.above(ListScreen)
        await cursor_on(running, "(I11)")
        assert rule("I11").sentence in await explained(running)


async def test_the_answer_is_asked_about_where_no_row_names_a_rule(path: Path) -> None:
    """K58: the message stands above an empty trace, and the cursor in a field; the palette has the action."""
    two_networks = (
        ContextField("aws:SourceIp", "value", ("203.0.113.9",)),
        ContextField("aws:SourceVpce", "value", ("vpce-1",)),
    )
    async with session(path) as running:
        form = running.bench.simulation.form
        fields = RequestFields(ALICE, "s3:GetObject", "", two_networks)
        await running.press("3")
        form.set_fields(fields)
        form.post_message(form.Changed(form, fields))
        await running.until_seen("(K58)")
        form.focus()
        await running.app.run_action("explain")
        screen = await running.above(RulesScreen)
        assert rule("K58").sentence in " ".join(" ".join(rows(screen.query_one(TreeList))).split())
