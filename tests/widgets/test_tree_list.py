"""The tree: folding, moving, reloading, searching, and what it does with hostile text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from rich.cells import cell_len
from textual import events

from iamtui.content.nodes import Node
from iamtui.widgets.line_cursor import LineCursor
from iamtui.widgets.tree_list import TreeList
from iamtui.widgets.tree_rows import TreeRows
from tests.widgets.host import HOSTILE, Stage, acts_on_a_terminal, staged
from tests.work import calls_of

FOREST: dict[str, Sequence[Node]] = {
    "": (
        Node("users", "Users", "2", has_children=True),
        Node("roles", "Roles", "3", has_children=True),
        Node("root", "Root user", "access key", tone="warn", glyph="⚠"),
    ),
    "users": (Node("alice", "alice"), Node("bob", "bob", "no MFA", mark="●")),
    "roles": (Node("admin", "admin", has_children=True), Node("ci", "ci"), Node("reader", "reader")),
    "admin": (Node("trust", "trust policy"),),
}


def forest(**changed: Sequence[Node]) -> TreeList:
    trees = {**FOREST, **changed}
    return TreeList(lambda key: trees.get(key, ()))


def labels(tree: TreeList) -> list[str]:
    return [tree.row_text(index).split("  ")[0] for index in range(tree.row_count)]


def cursor_key(tree: TreeList) -> str | None:
    return tree.cursor_node.key if tree.cursor_node else None


async def test_children_are_asked_for_when_their_parent_opens_and_not_before() -> None:
    asked: list[str] = []

    def children_of(key: str) -> Sequence[Node]:
        asked.append(key)
        return FOREST.get(key, ())

    tree = TreeList(children_of)
    async with staged(tree) as stage:
        tree.set_roots(FOREST[""])
        assert asked == []
        await stage.press("right")
        assert asked == ["users"]
        assert labels(tree) == ["Users", "alice", "bob", "Roles", "Root user"]


async def test_rows_show_fold_marker_depth_glyph_mark_and_detail() -> None:
    tree = forest()
    async with staged(tree) as stage:
        tree.set_roots(FOREST[""], expanded=frozenset({"users"}))
        await stage.settled()
        assert stage.lines(tree)[:5] == [
            "▌▾ Users  2",
            "     alice",
            "     ● bob  no MFA",
            " ▸ Roles  3",
            "   ⚠ Root user  access key",
        ]


@pytest.mark.parametrize(
    ("keys", "at"),
    [
        (("down", "j"), "root"),
        (("end", "up", "k"), "users"),
        (("G",), "root"),
        (("G", "g"), "users"),
        (("right", "right"), "alice"),
        (("right", "right", "left"), "users"),
        (("l", "l", "h", "h"), "users"),
        (("down", "space", "down", "space", "down"), "trust"),
        (("down", "asterisk", "down", "down"), "trust"),
        (("pagedown",), "root"),
        (("pagedown", "pageup"), "users"),
        (("up", "up"), "users"),
    ],
)
async def test_keys_move_and_fold(keys: tuple[str, ...], at: str) -> None:
    tree = forest()
    async with staged(tree) as stage:
        tree.set_roots(FOREST[""])
        await stage.press(*keys)
        assert cursor_key(tree) == at


async def test_folding_a_node_takes_the_cursor_out_of_it_and_remembers_what_was_open_inside() -> None:
    tree = forest()
    async with staged(tree):
        tree.set_roots(FOREST[""], expanded=frozenset({"roles", "admin"}))
        assert tree.select_key("trust")
        tree.fold("roles")
        assert cursor_key(tree) == "roles"
        assert labels(tree) == ["Users", "Roles", "Root user"]
        tree.unfold("roles")
        assert "trust policy" in labels(tree)


async def test_unfolding_above_the_cursor_keeps_it_on_its_node() -> None:
    tree = forest()
    async with staged(tree):
        tree.set_roots(FOREST[""])
        tree.select_key("root")
        tree.unfold("users")
        assert cursor_key(tree) == "root"
        tree.fold("users")
        assert cursor_key(tree) == "root"


async def test_selecting_a_key_opens_its_ancestors() -> None:
    tree = forest()
    async with staged(tree):
        tree.set_roots(FOREST[""])
        assert tree.select_key("trust", ["roles", "admin"])
        assert cursor_key(tree) == "trust"
        assert tree.open_keys == {"roles", "admin"}
        assert not tree.select_key("nobody", ["users"])
        assert cursor_key(tree) == "trust"


async def test_messages_name_the_node_and_the_tree() -> None:
    tree = forest()
    async with staged(tree) as stage:
        tree.set_roots(FOREST[""])
        await stage.press("down", "enter")
        assert [event.node.key for event in stage.posted(TreeList.Highlighted) if event.node] == ["users", "roles"]
        assert [(event.node.key, event.control) for event in stage.posted(TreeList.Opened)] == [("roles", tree)]


async def test_a_reload_of_the_same_rows_highlights_nothing_anew() -> None:
    tree = forest()
    async with staged(tree) as stage:
        tree.set_roots(FOREST[""])
        await stage.settled()
        tree.set_roots(FOREST[""])
        await stage.settled()
        assert len(stage.posted(TreeList.Highlighted)) == 1


@pytest.mark.parametrize(
    ("gone", "at"),
    [
        ((), "ci"),
        (("ci",), "reader"),
        (("ci", "reader"), "admin"),
        (("ci", "reader", "admin"), "roles"),
        (("roles",), "root"),
        (("roles", "root"), "users"),
    ],
)
async def test_a_reload_keeps_the_cursor_or_goes_to_the_nearest_survivor(gone: tuple[str, ...], at: str) -> None:
    trees = dict(FOREST)
    tree = TreeList(lambda key: trees.get(key, ()))
    async with staged(tree):
        tree.set_roots(trees[""])
        tree.select_key("ci", ["roles"])
        for key, nodes in trees.items():
            trees[key] = [node for node in nodes if node.key not in gone]
        tree.set_roots(trees[""])
        assert cursor_key(tree) == at


async def test_a_reload_keeps_open_nodes_and_the_height_of_the_cursor() -> None:
    trees = {"": [Node(f"g{n}", f"group {n}", has_children=True) for n in range(100)]}
    tree = TreeList(lambda key: trees[""] if not key else [Node(f"{key}.{n}", f"{key}.{n}") for n in range(5)])
    async with staged(tree) as stage:
        tree.set_roots(trees[""])
        tree.select_key("g50.2", ["g20", "g50"])
        tree.scroll_to(y=tree.cursor - 7, animate=False, force=True)
        await stage.settled()
        trees[""] = [Node("new", "new"), Node("newer", "newer"), *trees[""]]
        tree.set_roots(trees[""])
        await stage.settled()
        assert cursor_key(tree) == "g50.2"
        assert tree.open_keys == {"g20", "g50"}
        assert tree.cursor - tree.scroll_offset.y == 7
        assert "g20.0" in tree.shown_keys


async def test_a_reload_shows_changed_rows() -> None:
    tree = forest()
    async with staged(tree) as stage:
        tree.set_roots(FOREST[""])
        tree.set_roots([replace(node, mark="●") for node in FOREST[""]])
        await stage.settled()
        assert stage.lines(tree)[0] == "▌▸ ● Users  2"


async def test_an_empty_tree_says_so_and_takes_every_key() -> None:
    tree = TreeList(empty="No [principals] here")
    async with staged(tree) as stage:
        await stage.press("up", "down", "left", "right", "space", "enter", "asterisk", "end", "home", "n", "pagedown")
        assert stage.lines(tree)[0] == " No [principals] here"
        assert tree.cursor_node is None
        assert not stage.posted(TreeList.Opened)
        tree.set_roots(FOREST[""])
        tree.set_roots(())
        await stage.settled()
        assert stage.posted(TreeList.Highlighted)[-1].node is None


async def test_a_node_inside_itself_ends() -> None:
    tree = TreeList(lambda key: [Node("a", "a", has_children=True)])
    async with staged(tree) as stage:
        tree.set_roots([Node("a", "a", has_children=True)], expanded=frozenset({"a"}))
        assert tree.row_count == 2
        await stage.press("asterisk", "down", "right", "right", "left")
        assert tree.row_count < 10


# Mouse


async def test_a_click_moves_a_second_one_opens_once() -> None:
    tree = forest()
    async with staged(tree) as stage:
        tree.set_roots(FOREST[""])
        await stage.pilot.click(tree, offset=(8, 2))
        assert cursor_key(tree) == "root"
        assert not stage.posted(TreeList.Opened)
        await stage.pilot.click(tree, offset=(8, 2))
        await stage.settled()
        assert [event.node.key for event in stage.posted(TreeList.Opened)] == ["root"]


async def test_a_double_click_opens_once() -> None:
    tree = forest()
    async with staged(tree) as stage:
        tree.set_roots(FOREST[""])
        await stage.pilot.double_click(tree, offset=(8, 2))
        await stage.pilot.double_click(tree, offset=(8, 2))
        await stage.settled()
        assert len(stage.posted(TreeList.Opened)) == 2


async def test_a_click_on_the_marker_folds_and_one_below_the_rows_does_nothing() -> None:
    tree = forest()
    async with staged(tree) as stage:
        tree.set_roots(FOREST[""])
        await stage.pilot.click(tree, offset=(1, 1))
        assert "ci" in tree.shown_keys
        await stage.pilot.click(tree, offset=(1, 1))
        assert "ci" not in tree.shown_keys
        await stage.pilot.click(tree, offset=(5, 20))
        assert cursor_key(tree) == "users"


async def test_the_wheel_scrolls_and_a_click_hits_the_scrolled_row() -> None:
    tree = TreeList()
    async with staged(tree) as stage:
        tree.set_roots([Node(str(n), f"row {n}") for n in range(1000)])
        await stage.settled()
        tree.scroll_to(y=500, animate=False)
        await stage.settled()
        await stage.pilot.click(tree, offset=(5, 3))
        assert cursor_key(tree) == "503"


async def test_the_wheel_with_shift_scrolls_sideways() -> None:
    tree = TreeList()
    async with staged(tree, size=(20, 5)) as stage:
        tree.set_roots([Node("a", "0123456789" * 3)])
        tree.post_message(events.MouseScrollDown(tree, 1, 0, 0, 1, 0, shift=True, meta=False, ctrl=False))
        await stage.settled()
        assert tree.shift == 4
        tree.post_message(events.MouseScrollUp(tree, 1, 0, 0, -1, 0, shift=True, meta=False, ctrl=False))
        await stage.settled()
        assert tree.shift == 0


# Search


async def search_found(stage: Stage) -> list[tuple[bool, bool]]:
    await stage.settled()
    return [(event.found, event.wrapped) for event in stage.posted(LineCursor.Searched)]


async def test_search_goes_on_from_the_cursor_and_wraps_with_a_message() -> None:
    tree = forest()
    async with staged(tree) as stage:
        tree.set_roots(FOREST[""], expanded=frozenset({"users", "roles"}))
        tree.search("R")
        assert cursor_key(tree) == "users"
        tree.search("READ")
        assert cursor_key(tree) == "reader"
        tree.search("mfa")
        assert cursor_key(tree) == "bob"
        assert await search_found(stage) == [(True, False), (True, False), (True, True)]
        tree.search("nowhere")
        assert cursor_key(tree) == "bob"
        assert (await search_found(stage))[-1] == (False, False)


async def test_n_goes_to_the_next_match_and_capital_n_back() -> None:
    tree = forest()
    async with staged(tree) as stage:
        tree.set_roots(FOREST[""], expanded=frozenset({"users", "roles"}))
        tree.search("ro")
        assert cursor_key(tree) == "roles"
        await stage.press("n")
        assert cursor_key(tree) == "root"
        await stage.press("n")
        assert cursor_key(tree) == "roles"
        await stage.press("N")
        assert cursor_key(tree) == "root"


async def test_matches_are_highlighted_where_they_stand() -> None:
    tree = forest()
    async with staged(tree):
        tree.set_roots(FOREST[""])
        tree.search("OL")
        strip = tree.draw_row(1, 30)
        assert [segment.text for segment in strip if segment.style and segment.style.reverse] == ["ol"]
        tree.search("")
        assert not [segment for segment in tree.draw_row(1, 30) if segment.style and segment.style.reverse]


# Hostile text


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_text_is_shown_as_text(name: str) -> None:
    bad = HOSTILE[name]
    tree = TreeList(lambda key: [Node(f"{key}{bad}", bad, bad)], empty=bad)
    async with staged(tree) as stage:
        node = Node(bad, bad, bad, glyph=bad[:20], mark=bad[:20], has_children=True)
        tree.set_roots([node, Node("plain", "plain")])
        await stage.press("right", "down", "enter")
        tree.search(bad[:100] or "x")
        for line in stage.lines(tree):
            assert not acts_on_a_terminal(line)
        assert cell_len(tree.draw_row(0, 80).text) == 80
        if name == "markup":
            assert "[bold]x[/" in stage.lines(tree)[0]


@pytest.mark.parametrize("width", range(1, 11))
async def test_rows_are_exactly_as_wide_as_the_widget(width: int) -> None:
    tree = forest()
    async with staged(tree, size=(width, 5)) as stage:
        wide = HOSTILE["wide"]
        tree.set_roots(
            [Node("w", wide, has_children=True), *FOREST[""]], expanded=frozenset({"users", "roles", "admin"})
        )
        await stage.press("down", "down", "shift+right", "up")
        for index in range(tree.row_count):
            for each in range(1, width + 1):
                assert tree.draw_row(index, each).cell_length == each
                assert cell_len(tree.draw_row(index, each).text) == each


async def test_long_rows_scroll_sideways_as_far_as_they_go() -> None:
    tree = TreeList()
    async with staged(tree, size=(20, 5)) as stage:
        tree.set_roots([Node("b", "short"), Node("a", "0123456789" * 3 + "END")])
        await stage.settled()
        assert stage.lines(tree)[1].endswith("…")
        await stage.press(*["shift+right"] * 9)
        assert stage.lines(tree)[1].endswith("END")
        await stage.press(*["shift+left"] * 9)
        assert "  0123" in stage.lines(tree)[1]


async def test_a_cut_row_ends_in_an_ellipsis_beside_the_scrollbar_too() -> None:
    tree = TreeList()
    async with staged(tree, size=(20, 5)) as stage:
        tree.set_roots([Node("top", "top"), *(Node(str(n), "0123456789" * 3) for n in range(50))])
        await stage.settled()
        assert tree.render_line(1).text == "   012345678901234…"


# Size


async def test_a_hundred_thousand_rows_cost_little() -> None:
    many = [Node(f"role/{n}", f"role-{n}", "detail", has_children=True) for n in range(100_000)]
    tree = TreeList(lambda key: many if key == "all" else [Node(f"{key}.child", "child")])
    async with staged(tree) as stage:
        tree.set_roots([Node("all", "All", has_children=True), Node("end", "end")])
        tree.unfold("all")
        assert tree.row_count == 100_002

        def step() -> None:
            tree.action_move(1)
            tree.render_line(0)

        assert calls_of(step) < 10_000
        await stage.press("end")
        assert cursor_key(tree) == "end"
        tree.select_key("role/50000")
        await stage.press("right", "right")
        assert cursor_key(tree) == "role/50000.child"
        tree.set_roots([Node("all", "All", has_children=True)])
        assert cursor_key(tree) == "role/50000.child"


async def test_unfolding_all_stops_at_its_limit() -> None:
    asked: list[str] = []

    def children(key: str) -> list[Node]:
        asked.append(key)
        return [Node(f"{key}{n}", f"{key}{n}", has_children=True) for n in range(10)]

    tree = TreeList(children)
    async with staged(tree):
        tree.set_roots([Node("r", "r", has_children=True)])
        assert not tree.unfold_all_below("r", limit=500)
        assert 400 < tree.row_count <= 501
        assert len(asked) <= 52  # what is not shown is not made
        small = forest()
    async with staged(small):
        small.set_roots(FOREST[""])
        assert small.unfold_all_below("roles", limit=500)
        assert labels(small) == ["Users", "Roles", "admin", "trust policy", "ci", "reader", "Root user"]


def test_of_rows_that_are_called_alike_the_cursor_stays_on_its_own() -> None:
    """Who can by two ways stands in both groups."""
    groups = [Node(name, name, has_children=True) for name in ("first", "second")]
    tree = TreeRows(lambda key: [Node("ann", "ann"), Node(f"other of {key}", "other")])
    tree.open_keys = {"first", "second"}
    tree.replace(groups, 0)
    assert [row.node.key for row in tree.rows][1::3] == ["ann", "ann"]
    assert [tree.replace(groups, place) for place in (1, 4)] == [1, 4]


def test_a_long_list_calls_nothing_for_each_row() -> None:
    """A hundred thousand rows come and go between two keys."""
    nodes = [Node(f"{number}", "row", has_children=number % 2 == 0) for number in range(1_000)]
    groups = [Node(name, name, has_children=True) for name in ("first", "second")]
    tree = TreeRows(lambda key: nodes)
    tree.open_keys = {"first", "second"}
    for work in (
        lambda: tree.replace(groups, 0),
        lambda: tree.replace(groups, 999),
        lambda: tree.fold(0),
        lambda: tree.unfold(0),
        lambda: tree.path_to(999),
    ):
        assert calls_of(work) < 100
    assert len(tree.rows) == 2 + 2 * len(nodes)
