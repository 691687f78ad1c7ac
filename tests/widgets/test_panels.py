"""The small widgets: verdict, banner, facts, search and filter lines."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from iamtui.content.facts import Fact, FactSection
from iamtui.content.nodes import Node
from iamtui.widgets.banner import Banner
from iamtui.widgets.facts import Facts
from iamtui.widgets.filter_box import FilterBox
from iamtui.widgets.search_box import SearchBox
from iamtui.widgets.tree_list import TreeList
from iamtui.widgets.verdict_bar import Verdict, VerdictBar, VerdictKind
from tests.widgets.host import HOSTILE, acts_on_a_terminal, staged

SECTIONS = (
    FactSection("Role", (Fact("arn", "arn:aws:iam::111122223333:role/ci"), Fact("boundary", "Dev", "policy/Dev"))),
    FactSection("Tags", (Fact("team", "blue"),)),
)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("allowed", "✔ ALLOWED"),
        ("explicitDeny", "✖ DENIED (explicit)"),
        ("implicitDeny", "✖ DENIED (implicit)"),
        ("conditional", "? CONDITIONAL"),
        ("error", "! NOT DECIDED"),
        ("none", "· no request"),
    ],
)
async def test_a_verdict_is_a_glyph_and_a_word(kind: VerdictKind, words: str) -> None:
    bar = VerdictBar()
    async with staged(bar) as stage:
        bar.verdict = Verdict(kind, "by SCP [DenyOutsideEU] #0")
        await stage.settled()
        assert stage.lines(bar)[0] == f" {words}  by SCP [DenyOutsideEU] #0"


async def test_a_flipped_verdict_says_what_it_was() -> None:
    bar = VerdictBar()
    async with staged(bar) as stage:
        bar.verdict = Verdict("allowed", flipped="explicit deny")
        await stage.settled()
        assert stage.lines(bar)[0] == " ✔ ALLOWED  ‼ flipped, was explicit deny"


async def test_a_banner_takes_more_lines_where_one_is_too_short_but_never_the_screen() -> None:
    banner = Banner()
    async with staged(banner, size=(30, 10)) as stage:
        banner.text = "/a/long/path/to/some/export.json: line 3, column 1: expected a list"
        await stage.settled()
        assert "".join(line.strip() for line in stage.lines(banner)).replace(" ", "").endswith("expectedalist")
        banner.text = "x" * 10_000
        await stage.settled()
        assert len(stage.lines(banner)) == 3


async def test_a_banner_is_there_while_it_has_a_text() -> None:
    banner = Banner()
    async with staged(banner) as stage:
        assert not banner.display
        banner.text = "gaad.json: line 3, column 1: [expected] a list"
        await stage.settled()
        assert stage.lines(banner) == [" ! gaad.json: line 3, column 1: [expected] a list"]
        banner.text = ""
        await stage.settled()
        assert not banner.display


async def test_facts_stand_in_columns_under_their_headings() -> None:
    facts = Facts()
    async with staged(facts) as stage:
        facts.set_sections(SECTIONS)
        await stage.settled()
        assert stage.lines(facts)[:5] == [
            "▌Role",
            "  arn       arn:aws:iam::111122223333:role/ci",
            "  boundary  → Dev",
            " Tags",
            "  team      blue",
        ]


async def test_only_a_fact_with_a_link_is_followed() -> None:
    facts = Facts()
    async with staged(facts) as stage:
        facts.set_sections(SECTIONS)
        await stage.press("enter", "down", "enter", "down", "enter", "l")
        assert [event.key for event in stage.posted(Facts.Followed)] == ["policy/Dev"] * 2
        await stage.pilot.click(facts, offset=(14, 2))
        await stage.settled()
        assert len(stage.posted(Facts.Followed)) == 3


async def test_new_facts_keep_the_cursor_on_its_label() -> None:
    facts = Facts(empty="nothing selected")
    async with staged(facts) as stage:
        assert stage.lines(facts)[0] == " nothing selected"
        facts.set_sections(SECTIONS)
        await stage.press("end")
        facts.set_sections((FactSection("New", (Fact("a"),)), *SECTIONS))
        assert facts.row_text(facts.cursor) == "team  blue"
        facts.set_sections(())
        await stage.press("enter", "up", "down")
        assert facts.cursor == 0


async def test_the_search_box_opens_searches_as_typed_and_closes() -> None:
    box, tree = SearchBox(), TreeList()
    async with staged(tree, box) as stage:
        tree.set_roots([Node("a", "a")])
        assert not box.display
        box.open()
        await stage.press("a", "b", "enter")
        assert [(event.text, event.final) for event in stage.posted(SearchBox.Search)] == [
            ("a", False),
            ("ab", False),
            ("ab", True),
        ]
        assert not box.display
        box.open()
        await stage.press("x", "escape")
        assert [event.control for event in stage.posted(SearchBox.Dismissed)] == [box]
        assert not box.display


async def test_the_filter_box_posts_what_is_typed_and_shows_the_counts() -> None:
    box = FilterBox()
    async with staged(box) as stage:
        await stage.press("a", "b")
        assert [event.text for event in stage.posted(FilterBox.Changed)] == ["a", "ab"]
        box.counts = (7, 50_000)
        await stage.settled()
        assert "7 of 50,000" in stage.pilot.app.export_screenshot().replace("&#160;", " ")
        await stage.press("down")
        assert [event.kept for event in stage.posted(FilterBox.Left)] == [True]
        assert box.text == "ab"
        await stage.press("escape")
        assert [event.kept for event in stage.posted(FilterBox.Left)] == [True, False]
        assert box.text == ""


@pytest.mark.parametrize("width", [1, 4, 40])
async def test_hostile_text_is_shown_as_text(width: int) -> None:
    bar, banner, facts, filter_box = VerdictBar(), Banner(), Facts(), FilterBox()
    async with staged(facts, bar, banner, filter_box, size=(width, 12)) as stage:
        for name, bad in HOSTILE.items():
            bar.verdict = Verdict("allowed", bad, bad)
            banner.text = bad
            facts.set_sections((FactSection(bad, (Fact(bad, bad), Fact(bad, bad, bad))),))
            filter_box.query_one(Input).insert_text_at_cursor(bad[:50])
            filter_box.counts = (1, 2)
            await stage.press("down", "enter")
            for widget in (bar, banner, facts, filter_box.query_one(Input)):
                assert not any(acts_on_a_terminal(line) for line in stage.lines(widget)), name
