from __future__ import annotations

from rich.cells import cell_len

from iamtui.reports.lines import Line
from iamtui.reports.tree_text import plain_text, styled_text


def tree() -> tuple[Line, ...]:
    leaf = Line("a/b", "leaf", "said of it")
    closed = Line("a/c", "closed", glyph="○", grow=lambda: (Line("a/c/d", "hidden"),))
    return (Line("a", "root", tone="good", glyph="✔", open=True, grow=lambda: (leaf, closed)),)


def test_guides_lead_from_a_line_to_those_below_it() -> None:
    assert plain_text(tree()) == "✔ root\n├ leaf  said of it\n└ ○ closed  …\n"


def test_full_unfolds_what_is_closed() -> None:
    assert plain_text(tree(), full=True).splitlines()[-1] == "  └ hidden"


def test_control_characters_are_spelt_out_and_cannot_break_a_line() -> None:
    hostile = Line("x", "a\x1b[31m\nb", "\u202e\ud800")
    assert plain_text([hostile]) == "a\\u{1b}[31m\\u{a}b  \\u{202e}\\u{d800}\n"
    assert styled_text([hostile], 200).plain == plain_text([hostile])


def test_a_string_of_megabytes_is_cut() -> None:
    assert len(plain_text([Line("x", "a" * 5_000_000)])) < 10_000


def test_markup_of_a_snapshot_is_shown_and_not_obeyed() -> None:
    text = styled_text([Line("x", "[red]name[/red]")], 80)
    assert text.plain == "[red]name[/red]\n"


def test_coloured_text_wraps_below_itself_and_is_never_wider_than_asked() -> None:
    lines = (Line("a", "root", open=True, grow=lambda: [Line("a/b", "wörter " * 40, "日本" * 60), Line("a/c", "end")]),)
    for width in (40, 80, 120):
        wrapped = styled_text(lines, width).plain.splitlines()
        assert max(cell_len(line) for line in wrapped) <= width
        assert all(line.startswith(("root", "├ ", "│ ", "└ ")) for line in wrapped)
