"""A row that is too long for the view takes more lines while the cursor is on it."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from rich.segment import Segment

from iamtui.content.facts import Fact, FactSection
from iamtui.content.nodes import Node
from iamtui.widgets.document_view import DocumentView
from iamtui.widgets.facts import Facts
from iamtui.widgets.pieces import folded
from iamtui.widgets.tree_list import TreeList
from tests.widgets.host import HOSTILE, acts_on_a_terminal, staged, until

LONG = "one two three four five six seven eight nine ten"


def long_tree() -> TreeList:
    return TreeList(lambda key: [Node("child", LONG), Node("last", "last")])


async def test_the_row_under_the_cursor_is_shown_in_full_and_folds_when_the_cursor_leaves_it() -> None:
    tree = long_tree()
    async with staged(tree, size=(24, 8)) as stage:
        tree.set_roots([Node("top", "top", has_children=True)], expanded=frozenset({"top"}))
        await stage.press("down")
        assert stage.lines(tree)[:5] == [
            " ▾ top",
            "▌    one two three four",
            "▌      five six seven",
            "▌      eight nine ten",
            "     last",
        ]
        await stage.press("down")
        assert stage.lines(tree)[:3] == [" ▾ top", "     one two three four…", "▌    last"]


async def test_the_last_rows_can_be_reached_below_a_row_that_is_unfolded() -> None:
    tree = TreeList()
    async with staged(tree, size=(24, 5)) as stage:
        tree.set_roots([Node(f"{n}", f"{n} {LONG}") for n in range(9)])
        await stage.press("end")
        last = ["7 on", "▌  8", "▌   ", "▌   ", "▌   "]
        await until(stage, lambda: [line.strip()[:4] for line in stage.lines(tree)] == last)
        await stage.press("home")
        await until(stage, lambda: stage.lines(tree)[0].startswith("▌  0 one"))


async def test_a_click_below_an_unfolded_row_meets_the_row_that_is_seen_there() -> None:
    tree = long_tree()
    async with staged(tree, size=(24, 8)) as stage:
        tree.set_roots([Node("top", LONG, has_children=True), Node("next", "next")])
        await stage.settled()
        line = stage.lines(tree).index("   next")
        assert line > 1
        await stage.pilot.click(tree, offset=(5, line))
        await stage.settled()
        assert tree.cursor_node is not None
        assert tree.cursor_node.key == "next"


async def test_a_click_that_brings_the_focus_meets_the_row_that_was_there_before_the_cursor_unfolded() -> None:
    other, tree = Facts(), long_tree()
    async with staged(other, tree, size=(24, 16)) as stage:
        tree.set_roots([Node("top", LONG), *(Node(f"{n}", f"row {n}") for n in range(6))])
        await stage.settled()
        await stage.pilot.click(tree, offset=(5, 2))
        await stage.settled()
        assert tree.cursor_node is not None
        assert tree.cursor_node.key == "1"


async def test_a_double_click_opens_the_row_of_its_first_click() -> None:
    tree = long_tree()
    async with staged(tree, size=(24, 16)) as stage:
        tree.set_roots([Node("top", LONG), *(Node(f"{n}", f"row {n}") for n in range(9))])
        await stage.settled()
        await stage.pilot.double_click(tree, offset=(5, stage.lines(tree).index("   row 2")))
        await stage.settled()
        assert [event.node.key for event in stage.posted(TreeList.Opened)] == ["2"]


async def test_a_click_on_a_further_line_opens_the_row_and_never_folds_it() -> None:
    tree = long_tree()
    async with staged(tree, size=(24, 8)) as stage:
        tree.set_roots([Node("top", LONG, has_children=True)])
        await stage.settled()
        await stage.pilot.click(tree, offset=(1, 1))
        await stage.settled()
        assert [event.node.key for event in stage.posted(TreeList.Opened)] == ["top"]
        assert not tree.open_keys


async def test_a_view_without_focus_or_scrolled_sideways_keeps_one_line_a_row() -> None:
    tree, other = long_tree(), Facts()
    async with staged(tree, other, size=(24, 8)) as stage:
        tree.set_roots([Node("a", LONG), Node("b", "b")])
        await stage.settled()
        assert stage.lines(tree)[1] != "   b"
        await stage.press("shift+right")
        assert tree.line_count == 2
        await stage.press("shift+left")
        assert tree.line_count > 2
        other.focus()
        await stage.settled()
        assert stage.lines(tree)[1] == "   b"


async def test_the_value_of_a_fact_goes_on_under_itself_and_no_label_is_cut() -> None:
    facts = Facts()
    async with staged(facts, size=(60, 8)) as stage:
        facts.set_sections([FactSection("", (Fact("web", LONG), Fact("a label that is longer than its column", "v")))])
        await stage.settled()
        first, second = stage.lines(facts)[:2]
        assert first.index("one") == second.index("seven")
        await stage.press("down")
        assert "column" in "".join(stage.lines(facts))


async def test_a_line_of_a_document_goes_on_right_of_its_indentation() -> None:
    view = DocumentView(f'{{\n    "a": "{LONG}"\n}}')
    async with staged(view, size=(30, 8)) as stage:
        await stage.press("down")
        first, second = stage.lines(view)[1:3]
        assert first.index('"a"') + 2 == len(second) - len(second[1:].lstrip())
        assert "  3 }" in stage.lines(view)


@pytest.mark.parametrize("width", [1, 3, 19, 20, 21, 40])
@pytest.mark.parametrize("height", [1, 2, 8])
async def test_hostile_rows_are_unfolded_within_the_view(width: int, height: int) -> None:
    tree = TreeList()
    async with staged(tree, size=(width, height)) as stage:
        tree.set_roots([Node(name, bad, bad) for name, bad in HOSTILE.items()])
        for _ in HOSTILE:
            await stage.press("down")
            lines = stage.lines(tree)
            assert not any(acts_on_a_terminal(line) for line in lines)
            assert all(cell_len(line) <= width for line in lines)
            assert tree.line_count - tree.row_count < max(1, height)


def test_what_does_not_fit_into_the_lines_is_cut_with_an_ellipsis() -> None:
    lines = [line.text for line in folded([Segment("ab cd "), Segment("efghijklmnop")], 4, 3, 3)]
    assert lines == ["ab  ", "cd ", "ef…"]


def test_a_wide_character_is_never_cut_in_two() -> None:
    assert [line.text for line in folded([Segment("漢字漢字")], 3, 3, 9)] == ["漢 ", "字 ", "漢 ", "字 "]
