import importlib
import os
import pkgutil
from pathlib import Path, PosixPath
from typing import Any

import pytest
from textual.events import Key
from textual.screen import Screen
from textual.widgets import Input

import iamtui.app
from iamtui.analysis.subject_keys import SubjectKey
from iamtui.app.application import IamtuiApp
from iamtui.app.screens.findings_screen import FindingsScreen
from iamtui.app.screens.help_screen import HelpScreen
from iamtui.app.screens.inventory_screen import InventoryScreen
from iamtui.app.screens.list_screen import ListScreen
from iamtui.browsing.subjects import find_subject
from iamtui.widgets.diff_view import DiffView
from iamtui.widgets.document_view import DocumentView
from iamtui.widgets.facts import Facts
from iamtui.widgets.filter_box import FilterBox
from iamtui.widgets.key_bar import KeyBar
from iamtui.widgets.tab_strip import TabStrip
from iamtui.widgets.tree_list import TreeList
from tests.app.driving import NARROW, WIDE, Session, both_sizes, rows, session
from tests.app.exports import ACCOUNT, arn, company, export, write
from tests.app.exports import policy as a_policy

ALICE = arn("user", "alice", "/staff/")
READING = arn("policy", "Reading")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path / "company.json", company())


@both_sizes
async def test_what_was_opened_is_on_the_screen_and_is_entered_and_left(path: Path, size: tuple[int, int]) -> None:
    async with session(path, size=size, finds=True) as user:
        await user.until_seen(f"iamtui  company.json · {ACCOUNT}")
        seen = user.seen()
        assert "/staff/" in seen
        assert "read 14:02:11" in seen
        await user.press("ctrl+c")
        await user.until_told("q quits")
        await user.press("R")
        await user.until_told("nothing changed")
        assert user.app._notifications
        await user.press("escape")
        assert not user.app._notifications, "Escape closes notices"
        await user.select(ALICE)
        assert user.heading().startswith(f"alice  ·  user  ·  {ACCOUNT}")
        await user.press("enter")
        assert user.bench.panes.front == "subject"
        await user.until_seen("AIDAALICE")
        await user.press("escape")
        assert user.bench.panes.front == "explorer"
        assert user.tree.has_focus
        await user.press("down")
        await user.until_about("bob")
        user.tree.cursor = next(place for place, row in enumerate(rows(user.tree)) if row.startswith("Users"))
        await user.press("s")
        await user.until_told("select a user, a role, root or a resource first")
        assert user.bench.desk.fields.principal == ""


@both_sizes
async def test_enter_on_a_statement_opens_its_document_there(path: Path, size: tuple[int, int]) -> None:
    async with session(path, size=size) as user:
        await user.select(ALICE)
        await user.press("enter", "t")
        tab = user.app.focused
        assert isinstance(tab, TreeList)
        said = "50 actions in 3 services (47 under conditions), 1 taken away"
        await user.until(lambda: any(row.endswith(said) for row in rows(tab)), said)
        tab.cursor = next(place for place, row in enumerate(rows(tab)) if "NoDelete" in row)
        await user.press("enter")
        await user.until_about("own")
        view = user.bench.subject.view
        assert isinstance(view, DocumentView)
        assert view.has_focus
        assert '"Sid": "NoDelete"' in view.text.split("\n")[view.line]
        assert view.marks[0].first == view.line


async def test_the_panes_are_laid_out_before_anything_is_read(path: Path) -> None:
    widths: list[int] = []

    class Touched(PosixPath):
        """Notes how wide the explorer is when the file is first looked at."""

        def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
            if not widths:
                widths.append(app.screen.query_one("#explorer").size.width)
            return super().stat(follow_symlinks=follow_symlinks)

    app = IamtuiApp((Touched(path),))
    async with app.run_test(size=WIDE) as pilot:
        await Session(app, pilot).until_read()
    assert widths[0] > 0


async def test_what_is_typed_in_one_burst_with_the_slash_goes_into_the_line(path: Path) -> None:
    async with session(path) as user:
        await user.select(ALICE)
        for pane in ("explorer", "subject"):
            user.bench.panes.bring_to_front(pane)
            await user.until(lambda: user.bench.front_pane.view.has_focus)
            for character in "/friend":  # f, r and d are keys of the screen
                user.app.post_message(Key("slash" if character == "/" else character, character))
            await user.until(lambda: isinstance(user.app.focused, Input) and user.app.focused.value == "friend", pane)
            assert user.app.focused is not None
            assert user.bench.front_pane in user.app.focused.ancestors
            await user.press("escape")


async def test_a_relation_is_followed_from_both_ends_and_back_and_forward_return(path: Path) -> None:
    async with session(path) as user:
        await user.select(ALICE)
        await user.press("enter")
        facts = user.bench.subject.query_one(Facts)
        facts.cursor = rows(facts).index("boundary  Limit")
        await user.press("enter")
        await user.until_about("Limit")
        assert user.tree.cursor_node is not None
        assert user.tree.cursor_node.key == arn("policy", "Limit")
        await user.press("left_square_bracket")
        await user.until_about("alice")
        await user.press("alt+right")
        await user.until_about("Limit")
        await user.press("right_square_bracket")
        await user.until_told("that is the last place")
        user.bench.go_to("arn:aws:iam::999988887777:role/elsewhere")
        await user.until(lambda: "not in the export" in user.heading())
        await user.until_seen("was not exported")
        user.bench.go_to(arn("policy", "Limit"))
        await user.until_about("Limit")
        await user.press("2", "t", "t", "t")
        assert user.bench.subject.tab.LABEL == "Relations"
        await user.press("down", "enter")
        await user.until_about("alice")


async def test_after_another_tab_came_to_the_front_its_cursor_says_what_the_subject_is(path: Path) -> None:
    async with session(path) as user:
        await user.select(READING)
        await user.until_about("Reading")
        await user.press("T")
        shown = user.bench.explorer.subject
        assert shown is not None
        await user.until(lambda: user.bench.subject.place is not None and user.bench.subject.place.key == shown)


@both_sizes
async def test_the_filter_narrows_as_one_types_and_escape_ends_it(path: Path, size: tuple[int, int]) -> None:
    async with session(path, size=size) as user:
        before = user.tree.shown_keys
        await user.press("/")
        await user.type("payments")
        assert user.tree.shown_keys[-1] == ALICE
        assert user.tree.cursor_node is not None
        assert user.tree.cursor_node.key == ALICE
        assert [row.split("  ")[0] for row in rows(user.tree)[:-1]] == [ACCOUNT, "Users", "/staff/"]
        await user.until_seen("team=Payments")
        assert user.bench.explorer.query_one(FilterBox).counts == (1, 7)
        await user.press("escape")
        await user.until(lambda: set(before) <= set(user.tree.shown_keys))
        assert user.tree.cursor_node is not None
        assert user.tree.cursor_node.key == ALICE
        await user.press("/", *"bob", "enter", "/")  # what is typed over a filter replaces it
        await user.type("zzz")
        assert user.bench.explorer.query_one(FilterBox).text == "zzz"
        await user.until_seen("nothing matches")
        await user.press("escape")
        await user.until(lambda: user.tree.cursor_node is not None)
        assert user.tree.cursor_node is not None
        assert user.tree.cursor_node.key == arn("user", "bob")
        await user.press("t", "/")  # it serves the tree in front
        await user.type("own")
        assert user.tree.shown_keys[-1] == SubjectKey.inline(ALICE, "own")
        await user.press("enter", "enter")
        await user.until_about("own  ·  inline policy")


async def test_each_kind_of_subject_has_its_tabs_and_the_chosen_one_stays(path: Path) -> None:
    kinds = {
        ALICE: ["Overview", "Permissions", "Relations", "Findings", "Activity", "Tags", "JSON"],
        arn("role", "app"): ["Overview", "Permissions", "Trust", "Relations", "Findings", "Activity", "JSON"],
        READING: ["Overview", "Permissions", "Document", "Relations", "Findings", "Activity", "Versions", "JSON"],
        SubjectKey.inline(ALICE, "own"): ["Overview", "Permissions", "Document", "Relations", "Findings", "JSON"],
    }
    async with session(path) as user:
        for key, tabs in kinds.items():
            await user.select(key)
            await user.press("2")
            seen = []
            for _ in tabs:
                seen.append(user.bench.subject.tab.LABEL)
                assert user.bench.subject.view.has_focus
                await user.press("t")
            assert seen == tabs
            assert user.bench.subject.tab.LABEL == "Overview"
        await user.select(ALICE)
        await user.press("2", "T", "1", "down")
        await user.until_about("bob")
        assert user.bench.subject.tab.LABEL == "JSON"
        assert '"UserName": "bob"' in user.seen()


async def test_documents_are_said_in_words_searched_and_compared_with_the_one_in_force(path: Path) -> None:
    async with session(path) as user:
        await user.select(arn("role", "deploy"))
        await user.press("2", "t", "t")
        seen = user.seen()
        assert "user alice of" in seen
        assert '"sts:AssumeRole"' in seen
        await user.select(READING)
        await user.press("2", "T", "/")
        await user.type("Effect")
        view = user.bench.subject.view
        first = view.cursor
        await user.press("enter", "n")
        assert view.cursor > first
        await user.press("N")
        assert view.cursor == first
        await user.press("/")
        await user.type("zzzz")
        await user.until_told("not found: zzzz")
        await user.press("escape", "T")
        assert user.bench.subject.tab.LABEL == "Versions"
        diff = user.bench.subject.query_one(DiffView)
        await user.until(lambda: diff.change_count > 0)
        await user.until_seen("in force")


async def test_versions_are_compared_from_their_titles_on(tmp_path: Path) -> None:
    actions = [f"s3:Get{number}" for number in range(60)]  # more lines than the view
    first, second = (
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": resource, "Action": actions}]}
        for resource in "*x"
    )
    exported = write(tmp_path / "a.json", export(policies=[a_policy("Changed", first, second)]))
    async with session(exported) as user:
        user.bench.go_to(arn("policy", "Changed"))
        await user.until_about("Changed")
        while user.bench.subject.tab.LABEL != "Versions":
            await user.press("t")
        await user.until_seen("v2 in force")
        assert "Resource" in user.seen()


# Panes


NARROW_KEYS = "⏎ Open / Filter s Simulate w Who can c Can do q Quit ? Help ^p Commands"
WIDE_KEYS = (
    "⏎ Open / Filter s Simulate w Who can c Can do m Matrix z Maximise d Changes f Findings r Earlier requests"
    " y Copy q Quit ? Help ^p Commands"
)


async def until_footer(user: Session, footer: str) -> None:
    await user.until(lambda: user.seen().split("\n")[-1].split() == footer.split(), footer)


async def test_panes_are_reached_maximised_and_resized_by_key_and_a_narrow_terminal_shows_one(path: Path) -> None:
    async with session(path, size=WIDE) as user:
        bench = user.bench
        assert all(pane.region.height for pane in (bench.explorer, bench.subject, bench.simulation))
        for key, pane in (("2", "subject"), ("3", "simulation"), ("1", "explorer")):
            await user.press(key)
            assert bench.panes.front == pane
            if pane == "simulation":  # a field has the focus: digits are typed there
                assert user.app.focused is not None
                await user.press("escape")
        await user.press("z")
        assert bench.explorer.region.width == WIDE[0]
        assert not bench.subject.region.height
        await user.press("2")
        assert bench.subject.region.width == WIDE[0]
        await user.press("escape")
        assert bench.explorer.region.width < WIDE[0]
        width, height = bench.explorer.region.width, bench.subject.region.height
        await user.press("greater_than_sign", "plus")
        assert bench.explorer.region.width > width
        assert bench.subject.region.height > height
        await user.press("less_than_sign", "less_than_sign", "minus", "minus")
        assert bench.explorer.region.width < width
        assert bench.subject.region.height < height
        for _ in range(30):
            user.app.post_message(Key("less_than_sign", "<"))
        await user.settled()
        assert bench.explorer.region.width > 20
        await user.press("1")
        await user.pilot.resize_terminal(*NARROW)
        await user.until(lambda: not bench.subject.region.height)
        assert bench.explorer.region.width == NARROW[0]
        await user.press("2")
        assert bench.subject.region.width == NARROW[0]
        assert not bench.explorer.region.height
        await user.until_seen("1 Explorer  2 Subject  3 Simulate")


async def test_in_a_small_terminal_the_sample_is_named_and_panes_and_tabs_are_reached_by_mouse(path: Path) -> None:
    async with session(path, size=NARROW, bundled=True) as user:
        await user.until(lambda: "the bundled sample" in user.seen().split("\n")[0])
        await user.press("2", "z", "escape")  # nothing to maximise
        assert user.bench.panes.front == "explorer"
        await user.pilot.click("#strip", offset=(16, 0))
        assert user.bench.panes.front == "subject"
        strip = user.bench.subject.query_one(TabStrip)
        await user.pilot.click(strip, offset=(22, 0))
        assert user.bench.subject.tab.LABEL == "Findings"
        assert user.bench.subject.view.has_focus
        for part, screen in (("f no findings", FindingsScreen), ("iamtui", InventoryScreen)):
            await user.pilot.click(user.bench.status, offset=(user.seen().split("\n")[0].index(part) + 2, 0))
            await user.above(screen)
            await user.press("escape")


async def test_the_last_line_tells_the_keys_of_what_has_the_focus(path: Path) -> None:
    async with session(path, size=NARROW) as user:
        await until_footer(user, NARROW_KEYS)
        for keys, footer in (
            (("2",), "⏎ Follow / Search s Simulate w Who can y Copy q Quit ? Help ^p Commands"),
            (("/",), "esc End search ^s Save f1 Help ^p Commands"),
            (("escape", "1", "/"), "esc Clear filter ↓ To the list ^s Save f1 Help ^p Commands"),
            (("escape", "3"), "↓ Completions tab Next field ^s Save f1 Help ^p Commands"),
            (["tab"] * 4, "space Value/absent/unknown ⏎ Enter a value q Quit ? Help ^p Commands"),
        ):
            await user.press(*keys)
            await until_footer(user, footer)
        await user.press("escape", "1", "P")  # a dialog has keys of its own; those of what is below it do nothing
        await until_footer(user, "esc Cancel f1 Help ^p Commands")


async def test_no_notice_is_cut_off(path: Path) -> None:
    async with session(path, size=NARROW) as user:
        for width in range(48, 60):  # about as wide as a notice can be: the last words may need a second line
            user.app.clear_notifications()
            user.app.notify(f"{'word ' * 20}"[: width - 6] + f" end-{width}"[-6:], timeout=60)
            await user.until_seen(f"end-{width}")


async def test_the_keys_of_the_last_line_can_be_clicked(path: Path) -> None:
    async with session(path) as user:
        await until_footer(user, WIDE_KEYS)
        bar = user.bench.query_one(KeyBar)
        await user.pilot.click(bar, offset=(user.seen().split("\n")[-1].index("Maximise") + 2, 0))
        await user.until(lambda: user.bench.panes.maximised)


@both_sizes
async def test_help_tells_about_what_has_the_focus_with_every_key(path: Path, size: tuple[int, int]) -> None:
    async with session(path, size=size) as user:
        for keys, about, key in (
            (("?",), "Explorer", "explorer.filter"),
            (("2", "?"), "Subject", "subject.next-tab"),
            (("1", "/", "f1"), "Explorer", "filter.leave"),
            (("escape", "d", "?"), "iamtui", "list.close"),
            (("escape", "3", "f1"), "Simulate", "completion.next"),
        ):
            await user.press(*keys)
            tree = (await user.above(HelpScreen)).query_one(TreeList)
            listed = rows(tree)
            assert about in listed[0] or about == "iamtui"
            assert about != "Explorer" or any("* unfolds all below" in row for row in listed)
            assert any(row.endswith(key) for row in listed)
            assert any(row.endswith("config.toml") for row in listed)
            assert any("Commands" in row for row in listed) or about == "iamtui"
            await user.press("end")
            assert tree.cursor == len(listed) - 1
            await user.press("f1")
            await user.until(lambda: not isinstance(user.app.screen, HelpScreen), "its end")


async def test_a_tree_is_made_anew_once_it_comes_to_the_front(path: Path) -> None:
    """Thousands of policies hold the event loop for long; what is unfolded and the cursor stay all the same."""
    async with session(path) as user:
        behind = user.bench.explorer.query_one("#tree-1", TreeList)
        assert not behind.row_count
        await user.press("t")
        assert any("Reading" in row for row in rows(behind))
        await user.press("end", "right", "home", "left", "down", "T")
        was, changed = rows(behind), company()
        changed["Policies"].append(a_policy("Writing", {"Statement": []}))
        write(path, changed)
        before = user.bench.workspace
        await user.press("R")
        await user.until(lambda: user.bench.workspace is not before, "what is new")
        await user.until_read()
        assert rows(behind) == was
        cursor, folded = behind.cursor_node, behind.open_keys
        await user.press("t")
        assert cursor is not None
        assert behind.cursor_node is not None
        assert (behind.cursor_node.key, behind.open_keys) == (cursor.key, folded)
        await user.press("home", "right")
        await user.until_seen("Writing")


async def test_help_tells_of_the_next_match_only_while_there_is_a_search(path: Path) -> None:
    async def told() -> bool:
        await user.press("?")
        listed = rows((await user.above(HelpScreen)).query_one(TreeList))
        await user.press("escape")
        return any(row.endswith("search.next") for row in listed)

    async with session(path) as user:
        await user.press("2")
        assert not await told()
        await user.press("/", *"alice", "enter")
        assert await told()
        await user.press("d")
        assert not await told()


def test_every_screen_explains_itself() -> None:
    """What stands above the workbench has words for who sees it first, not its keys alone."""
    for module in pkgutil.walk_packages(iamtui.app.__path__, "iamtui.app."):
        importlib.import_module(module.name)
    found, begun = set[type[Screen[Any]]](), list[type[Screen[Any]]]([Screen])
    while begun:
        kinds = begun.pop().__subclasses__()
        begun += kinds
        found |= {kind for kind in kinds if kind.__module__.startswith("iamtui.app") and not kind.__subclasses__()}
    assert len(found) > 15
    assert [kind.__name__ for kind in found if not kind.HELP and kind.__name__ != "StartScreen"] == []
    assert FindingsScreen.HELP != ListScreen.HELP


async def test_the_palette_has_every_action_the_help_and_all_principals(path: Path) -> None:
    async with session(path) as user:
        commands = list(user.app.get_system_commands(user.app.screen))
        titles = {command.title for command in commands}
        assert len(titles) == len(commands)
        assert next(command.help for command in commands if command.title == "Explorer narrower") == "key <"
        named = {active.binding.description for active in user.bench.active_bindings.values() if active.binding.id}
        assert named - {""} <= titles
        assert "Maximize" not in titles  # Textual's own would take a list out of its pane
        assert {"Simulate", "Save", "Copy", "Back", "Maximise", "Problems and files"} <= titles
        user.app.action_show_help_panel()
        await user.above(HelpScreen)
        await user.until_seen("* unfolds all below")
        await user.press("escape", "ctrl+p")
        await user.type("payments")
        await user.until(lambda: "go to alice" in user.seen(), "the hit")
        await user.press("enter")
        await user.until_about("alice")


async def test_keys_and_theme_come_from_the_settings(path: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('theme = "textual-light"\n[keys]\n"pane.maximise" = "M"\n')
    async with session(path, settings=config) as user:
        assert user.app.theme == "textual-light"
        await user.press("M")
        assert user.bench.panes.maximised


async def test_a_mistake_in_the_settings_is_told_and_costs_nothing_else(path: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('\ntheme = "[bold]pink"\n')
    async with session(path, settings=config) as user:
        await user.until_told("line 2: unknown theme '[bold]pink'")
        assert user.tree.row_count


async def test_every_subject_of_the_export_can_be_shown_in_every_tab(path: Path) -> None:
    async with session(path) as user:
        workspace = user.bench.workspace
        assert workspace is not None
        keys = [entry.key for index in workspace.filters.values() for entry in index.matches("")]
        assert len(keys) == 12
        for key in keys:
            user.bench.go_to(key)
            await user.settled()
            assert user.bench.subject.subject == find_subject(workspace.snapshot, key)
            for _ in user.bench.subject.tabs:
                user.bench.subject.action_turn(1)
                assert "".join(user.bench.subject.exported("txt")).strip()
