"""The comparison of two texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from iamtui.widgets.diff_view import DiffView, aligned, unified
from tests.widgets.host import HOSTILE, acts_on_a_terminal, staged
from tests.work import calls_of

OLD = "a\nb\nc\nd\n"
NEW = "a\nB\nBB\nc\ne\n"
TEXTS = st.lists(st.sampled_from("abcd"), max_size=12)


@given(TEXTS, TEXTS)
def test_every_line_of_both_sides_stands_once_and_in_order(old: list[str], new: list[str]) -> None:
    for rows in (list(aligned(old, new)), list(unified(list(aligned(old, new))))):
        assert [row.old for row in rows if row.old] == list(range(1, len(old) + 1))
        assert [row.new for row in rows if row.new] == list(range(1, len(new) + 1))


@given(TEXTS, TEXTS)
def test_lines_called_equal_are_equal_and_equal_texts_have_no_change(old: list[str], new: list[str]) -> None:
    rows = list(aligned(old, new))
    assert all(old[row.old - 1] == new[row.new - 1] for row in rows if row.change == "equal")
    assert (old == new) == all(row.change == "equal" for row in rows)


async def test_a_wide_view_shows_both_sides_aligned() -> None:
    view = DiffView()
    async with staged(view, size=(100, 10)) as stage:
        view.compare(OLD, NEW, old_title="v1", new_title="v2")
        await stage.settled()
        lines = [[part.strip() for part in line[1:].split("│")] for line in stage.lines(view)[:6]]
        assert lines == [
            ["v1", "v2"],
            ["1   a", "1   a"],
            ["2 - b", "2 + B"],
            ["", "3 + BB"],
            ["3   c", "4   c"],
            ["4 - d", "5 + e"],
        ]


async def test_what_is_compared_before_there_is_room_is_shown_from_its_titles_on() -> None:
    """A scroll that was asked for without room came after that of the first size, and hid the titles."""
    view = DiffView()
    view.display = False
    async with staged(view, size=(100, 10)) as stage:
        view.compare("\n" * 5 + OLD, "\n" * 5 + NEW, old_title="v1", new_title="v2")
        await stage.settled()
        assert (view.cursor, view.scroll_target_y) == (7, 0)
        view.display = True
        await stage.settled()
        assert stage.lines(view)[0].split() == ["v1", "│", "v2"]


async def test_a_narrow_view_is_unified() -> None:
    view = DiffView()
    async with staged(view, size=(80, 10)) as stage:
        view.compare(OLD, NEW, old_title="v1", new_title="v2")
        await stage.settled()
        assert [line[1:] for line in stage.lines(view)[:8]] == [
            "- v1   + v2",
            "1 1   a",
            "2   - b",
            "  2 + B",
            "  3 + BB",
            "3 4   c",
            "4   - d",
            "  5 + e",
        ]


async def test_resizing_and_turning_keep_the_line_under_the_cursor() -> None:
    view = DiffView()
    async with staged(view, size=(120, 10)) as stage:
        view.compare(OLD, NEW)
        view.cursor = 3
        assert "c" in view.row_text(view.cursor)
        await stage.pilot.resize_terminal(80, 10)
        await stage.settled()
        assert view.row_text(view.cursor) == "c"
        await stage.press("u")
        assert view.row_text(view.cursor) == "c"
        assert "│" in stage.lines(view)[0]


async def test_keys_hop_between_changes_around_the_ends() -> None:
    view = DiffView()
    async with staged(view, size=(80, 10)) as stage:
        view.compare(OLD, NEW)
        assert view.change_count == 2
        assert view.row_text(view.cursor) == "b"
        await stage.press("right_square_bracket")
        assert view.row_text(view.cursor) == "d"
        await stage.press("right_square_bracket")
        assert view.row_text(view.cursor) == "b"
        await stage.press("left_square_bracket")
        assert view.row_text(view.cursor) == "d"


async def test_equal_and_empty_texts_take_every_key() -> None:
    view = DiffView()
    async with staged(view) as stage:
        for text in (OLD, ""):
            view.compare(text, text)
            assert view.change_count == 0
            await stage.press("right_square_bracket", "left_square_bracket", "u", "down", "end", "enter")


@pytest.mark.parametrize("width", [1, 2, 3, 5, 10, 40, 120])
async def test_hostile_text_is_shown_as_text(width: int) -> None:
    view = DiffView()
    async with staged(view, size=(width, 6)) as stage:
        for name, bad in HOSTILE.items():
            view.compare(f"same\n{bad}", f"same\n{bad}x", old_title=bad, new_title=bad)
            for side_by_side in (True, False):
                view.unified = not side_by_side
                await stage.settled()
                assert not any(acts_on_a_terminal(line) for line in stage.lines(view)), name
                assert cell_len(view.draw_row(view.row_count - 1, width).text) == width, name


def test_comparing_texts_twice_as_long_is_about_twice_the_work() -> None:
    def work(count: int) -> int:
        old = [f"line {n % 7} {n}" for n in range(count)]
        new = [f"line {n % 7} {n * 2}" for n in range(count)]
        return calls_of(lambda: list(aligned(old, new)))

    assert work(20_000) < 3 * work(10_000)
