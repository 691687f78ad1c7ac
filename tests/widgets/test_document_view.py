"""The document: lines, colours, marks, search, size."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from iamtui.content.documents import LineMark
from iamtui.widgets.document_view import DocumentView, lines_of
from iamtui.widgets.line_cursor import LineCursor
from iamtui.widgets.syntax import Language, coloured
from tests.widgets.host import HOSTILE, acts_on_a_terminal, staged
from tests.work import calls_of

POLICY = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "s3:*", "Max": -1.5e3, "On": True}]}, indent=2
)


def classes_of(line: str, language: Language = "json") -> list[tuple[str, str]]:
    return [(text, name.removeprefix("syntax--")) for text, name in coloured(line, language) if text.strip()]


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ('  "Effect": "Deny",', [("Effect", "key"), ("Deny", "string")]),
        ('"a\\"b": "c:\\\\"', [('a\\"b', "key"), ("c:\\\\", "string")]),
        ("  -1.5e3,", [("-1.5e3", "number")]),
        ("  true, null", [("true", "word"), ("null", "word")]),
        ('"open', [('"open', "string")]),
        ("trueish", [("trueish", "")]),
    ],
)
def test_json_is_coloured_by_what_it_is(line: str, parts: list[tuple[str, str]]) -> None:
    found = [(text.strip('"') if text.count('"') > 1 else text, name) for text, name in classes_of(line)]
    for part in parts:
        assert part in found


@pytest.mark.parametrize(("line", "name"), [("+new", "added"), ("-old", "removed"), (" same", ""), ("", "")])
def test_a_diff_line_is_coloured_by_its_sign(line: str, name: str) -> None:
    assert [found.removeprefix("syntax--") for _, found in coloured(line, "diff")] == [name]


@given(
    st.text(alphabet='{}[]",:\\ \t0123456789-+eEtruefalsn.x\u00e9', max_size=60),
    st.sampled_from(["json", "diff", "text"]),
)
def test_colouring_never_loses_a_character(line: str, language: Language) -> None:
    assert "".join(text for text, _ in coloured(line, language)) == line


@given(st.text(alphabet="a\n\r", max_size=20))
def test_lines_end_at_line_feeds_only(text: str) -> None:
    assert len(lines_of(text)) == text.count("\n") + (not text.endswith("\n") and text != "")


async def test_lines_have_numbers_and_marks_with_their_messages() -> None:
    view = DocumentView(POLICY)
    async with staged(view) as stage:
        view.marks = (LineMark(4, 5, "bad", "denies all"),)
        await stage.settled()
        lines = stage.lines(view)
        assert lines[0] == "▌  1 {"
        assert lines[3] == " ✖ 4     {  ← denies all"
        assert lines[4] == ' ✖ 5       "Effect": "Deny",'
        assert lines[5].startswith("   6")


async def test_go_to_shows_the_line_and_enter_selects_it() -> None:
    view = DocumentView("\n".join(str(n) for n in range(1, 1001)))
    async with staged(view) as stage:
        view.go_to(500)
        await stage.press("enter")
        assert view.line == 500
        assert any(line.endswith("500 500") for line in stage.lines(view))
        assert [event.line for event in stage.posted(DocumentView.LineSelected)] == [500]
        view.go_to(5000)
        assert view.line == 1000
        view.go_to(-3)
        assert view.line == 1


async def test_a_double_click_selects_the_line() -> None:
    view = DocumentView(POLICY)
    async with staged(view) as stage:
        await stage.pilot.double_click(view, offset=(10, 2))
        await stage.settled()
        assert [event.line for event in stage.posted(DocumentView.LineSelected)] == [3]


async def test_another_text_keeps_the_line_and_show_starts_anew() -> None:
    view = DocumentView(POLICY)
    async with staged(view):
        view.go_to(4)
        view.text = POLICY + "\n"
        assert view.line == 4
        view.text = "one line"
        assert view.line == 1
        view.show(POLICY, language="json")
        assert view.line == 1


async def test_search_finds_the_next_line_and_wraps() -> None:
    view = DocumentView(POLICY)
    async with staged(view) as stage:
        view.search("s3:*")
        assert view.line == 6
        view.search("version")
        assert view.line == 2
        await stage.press("n")
        assert [event.wrapped for event in stage.posted(LineCursor.Searched)] == [False, True, True]


async def test_long_lines_scroll_sideways_while_their_numbers_stay() -> None:
    view = DocumentView("x" * 50 + "END", language="text")
    async with staged(view, size=(20, 3)) as stage:
        await stage.press("right", "right")
        assert stage.lines(view)[0].startswith("▌ 1 …")
        await stage.press(*["right"] * 9)
        assert stage.lines(view)[0].endswith("END")
        await stage.press("0")
        assert view.shift == 0


@pytest.mark.parametrize("language", ["json", "text", "diff"])
async def test_hostile_text_is_shown_as_text(language: Language) -> None:
    view = DocumentView(language=language)
    async with staged(view, size=(40, 6)) as stage:
        for name, bad in HOSTILE.items():
            view.show(f'{{"{bad}":\n"{bad}"', language=language, marks=[LineMark(1, 2, "warn", bad)])
            await stage.press("down", "enter", "right")
            assert not any(acts_on_a_terminal(line) for line in stage.lines(view)), name
            assert cell_len(view.draw_row(0, 40).text) == 40, name


@pytest.mark.parametrize("width", range(1, 11))
async def test_lines_are_exactly_as_wide_as_the_widget(width: int) -> None:
    view = DocumentView(f"{POLICY}\n{HOSTILE['wide']}")
    async with staged(view, size=(width, 5)) as stage:
        await stage.press("down", "right", "end")
        for index in range(view.row_count):
            assert cell_len(view.draw_row(index, width).text) == width


async def test_ten_megabytes_are_not_gone_through_to_show_their_first_lines() -> None:
    text = POLICY.replace("s3:*", "s3:" + "x" * 1_000_000) + "\n" + '  "Effect": "Allow",\n' * 450_000
    view = DocumentView()
    async with staged(view) as stage:

        def show() -> None:
            view.text = text
            stage.lines(view)

        assert calls_of(show) < 100_000
        await stage.press("end", "home")
        assert "1,000," in view.row_text(5)


async def test_an_empty_document_takes_every_key() -> None:
    view = DocumentView(empty="nothing [here]")
    async with staged(view) as stage:
        await stage.press("up", "down", "left", "right", "enter", "end", "n", "0")
        assert stage.lines(view)[0] == " nothing [here]"
        assert not stage.posted(DocumentView.LineSelected)
