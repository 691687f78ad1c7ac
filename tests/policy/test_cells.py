"""Cells of patterns against the matcher: every text is in the cell of its patterns, and each cell has a text (WC17)."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from iamtui.patterns import Part, Wild, compile_parts, confine_to_segment, split_wildcards
from iamtui.policy.beginnings import left_after
from iamtui.policy.cells import ANYTHING, cells_of, cells_of_sets, common_text
from iamtui.policy.meeting import may_meet

wildcards = st.text("ab:*?", max_size=6).map(split_wildcards)
confined = st.text("ab*?", max_size=4).map(lambda text: (*confine_to_segment(split_wildcards(text)), ":", Wild.ANY))
named = st.lists(st.sampled_from(["a", "b", "/", *Wild]), max_size=5).map(tuple)
patterns = st.one_of(wildcards, confined, named)
texts = st.text("abx:/", max_size=7)


def matched_by(cut: list[tuple[Part, ...]], text: str) -> frozenset[int]:
    """The places of the patterns that match a text."""
    return frozenset(place for place, parts in enumerate(cut) if compile_parts(parts)(text))


@given(patterns, patterns)
def test_a_common_text_is_matched_by_both(first: tuple[Part, ...], second: tuple[Part, ...]) -> None:
    found = common_text(first, second)
    assert found is None or (compile_parts(first)(found) and compile_parts(second)(found))


@given(patterns, patterns, texts)
@example(split_wildcards("a*b"), split_wildcards("ab*"), "ab")
def test_two_patterns_share_a_text_if_any_text_is_matched_by_both(
    first: tuple[Part, ...], second: tuple[Part, ...], text: str
) -> None:
    if compile_parts(first)(text) and compile_parts(second)(text):
        found = common_text(first, second)
        assert found is not None
        assert len(found) <= len(text)


@given(patterns, st.text("ab:/", max_size=5), texts)
@example(("a:", Wild.ANY, ":b"), "a:a:b", ":b")
def test_what_is_left_of_a_pattern_matches_what_follows_a_beginning(
    parts: tuple[Part, ...], beginning: str, text: str
) -> None:
    left = left_after(parts, beginning)
    assert any(compile_parts(one)(text) for one in left) is compile_parts(parts)(beginning + text)


@given(patterns, st.lists(patterns, max_size=4))
def test_the_witness_of_a_cell_matches_just_its_patterns(within: tuple[Part, ...], cut: list[tuple[Part, ...]]) -> None:
    for cell in cells_of([within], cut).cells:
        assert compile_parts(within)(cell.witness)
        assert matched_by(cut, cell.witness) == cell.matched


@given(patterns, st.lists(patterns, max_size=4), texts)
def test_every_text_lies_in_a_cell_whose_witness_is_no_longer(
    within: tuple[Part, ...], cut: list[tuple[Part, ...]], text: str
) -> None:
    found = cells_of([within], cut)
    assert found.complete
    if compile_parts(within)(text):
        own = [cell for cell in found.cells if cell.matched == matched_by(cut, text)]
        assert len(own) == 1
        assert len(own[0].witness) <= len(text)


@given(patterns, patterns, st.lists(patterns, max_size=3), texts)
def test_texts_within_several_patterns_match_them_all(
    first: tuple[Part, ...], second: tuple[Part, ...], cut: list[tuple[Part, ...]], text: str
) -> None:
    labels = {cell.matched for cell in cells_of([first, second], cut).cells}
    if compile_parts(first)(text) and compile_parts(second)(text):
        assert matched_by(cut, text) in labels


def test_objects_of_a_bucket_are_cut_by_the_patterns_of_policies() -> None:
    cut = [split_wildcards(f"arn:aws:s3:::{rest}") for rest in ("ledger/*", "ledger/2024/*", "*/secret", "other/*")]
    found = cells_of([split_wildcards("arn:aws:s3:::ledger/*")], cut)
    assert [(sorted(cell.matched), cell.witness) for cell in found.cells] == [
        ([0], "arn:aws:s3:::ledger/"),
        ([0, 1], "arn:aws:s3:::ledger/2024/"),
        ([0, 2], "arn:aws:s3:::ledger/secret"),
        ([0, 1, 2], "arn:aws:s3:::ledger/2024/secret"),
    ]


def test_a_character_that_every_pattern_names_does_not_stand_for_the_others() -> None:
    every = "xabcdefghijklmnopqrstuvwyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_.\u2603"
    found = cells_of([(Wild.ONE,)], [(letter,) for letter in every])
    assert len(found.cells) == len(every) + 1
    assert next(cell.witness for cell in found.cells if not cell.matched) not in every


def test_more_cells_than_the_limit_are_said_to_be_incomplete() -> None:
    cut = [split_wildcards(f"*{letter}*") for letter in "abcdefgh"]
    assert len(cells_of([ANYTHING], cut).cells) == 256
    few = cells_of([ANYTHING], cut, most_cells=100)
    assert len(few.cells) == 100
    assert not few.complete


def test_a_hostile_pattern_ends_at_the_limit_of_states() -> None:
    hostile = split_wildcards("*a" + "?" * 200 + "b*")
    assert not cells_of([ANYTHING], [hostile], most_states=500).complete


@given(patterns, patterns)
def test_two_patterns_meet_if_they_share_a_text(first: tuple[Part, ...], second: tuple[Part, ...]) -> None:
    assert may_meet(first, second) is (common_text(first, second) is not None)


@given(patterns, st.lists(st.lists(patterns, min_size=1, max_size=3), max_size=3), texts)
def test_cells_of_sets_hold_what_any_pattern_of_the_same_sets_matches(
    within: tuple[Part, ...], sets: list[list[tuple[Part, ...]]], text: str
) -> None:
    def matching(some: str) -> frozenset[int]:
        return frozenset(place for place, each in enumerate(sets) if matched_by(each, some))

    found = cells_of_sets([within], [tuple(each) for each in sets])
    assert all(matching(cell.witness) == cell.matched for cell in found.cells)
    if compile_parts(within)(text):
        assert matching(text) in {cell.matched for cell in found.cells}
