"""Wildcards against a naive matcher that reads like the rules, and against patterns made to be slow."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iamtui.patterns import Part, Wild, compile_parts, confine_to_segment, glob, split_wildcards
from tests.tables import every_row

ALPHABET = "ab:/"
patterns = st.text("ab:*?", max_size=9)
texts = st.text(ALPHABET, max_size=9)


def naive(parts: tuple[Part, ...], text: str) -> bool:
    """Try every way to place every part (L20, L30)."""
    if not parts:
        return not text
    first, rest = parts[0], parts[1:]
    if isinstance(first, str):
        return text.startswith(first) and naive(rest, text[len(first) :])
    stops = {Wild.ANY_IN_SEGMENT: ":", Wild.ONE_IN_SEGMENT: ":", Wild.ANY_IN_PART: ":/", Wild.ONE_IN_PART: ":/"}
    stop = stops.get(first, "")
    if first in (Wild.ONE, Wild.ONE_IN_SEGMENT, Wild.ONE_IN_PART):
        return bool(text) and text[0] not in stop and naive(rest, text[1:])
    taken = re.split(f"[{stop}]", text, maxsplit=1)[0] if stop else text
    return any(naive(rest, text[count:]) for count in range(len(taken) + 1))


@given(patterns, texts)
def test_a_glob_matches_as_the_naive_matcher_does(pattern: str, text: str) -> None:
    assert glob(pattern)(text) is naive(split_wildcards(pattern), text)


parts = st.lists(st.one_of(st.text(ALPHABET, min_size=1, max_size=2), st.sampled_from(Wild)), max_size=7)


@given(parts, texts)
def test_confined_wildcards_match_as_the_naive_matcher_has_it(given_parts: list[Part], text: str) -> None:
    assert compile_parts(given_parts)(text) is naive(tuple(given_parts), text)


@given(st.text("ab*?", max_size=7), st.text("ab", max_size=4), texts)
def test_a_confined_segment_stops_at_a_colon_save_for_its_last_star(segment: str, rest: str, text: str) -> None:
    """L30: `?` never takes a colon, a `*` only as the last character of its segment."""
    confined = (*confine_to_segment(split_wildcards(segment)), ":", rest)
    assert compile_parts(confined)(text) is naive(confined, text)


@every_row(
    ("pattern", "text", "matches"),
    [
        ("", "", True),
        ("", "a", False),
        ("*", "", True),
        ("?", "", False),
        ("?", "a", True),
        ("?", "\n", True),
        ("**", "ab", True),
        ("a*", "a", True),
        ("*a", "a", True),
        ("a*a", "a", False),
        ("a*a", "aa", True),
        ("*ab*ab*", "abab", True),
        ("*ab*ab*", "aba", False),
        ("a*b?", "abb", True),
        ("a*b?", "ab", False),
        ("*?b*?b", "xbxb", True),
        ("*?b*?b", "xbb", False),
        ("[a]", "a", False),
        ("[a]", "[a]", True),
        ("a.c", "abc", False),
        ("s3:Get*", "s3:Get\nObject", True),
    ],
)
def test_globs(pattern: str, text: str, *, matches: bool) -> None:
    assert glob(pattern)(text) is matches


LONG = 100_000
HOSTILE = [
    "*a" * 3_000 + "*b",
    "*" + "a" * 3_000 + "b*",
    "*" + "a" * 3_000 + "?b*",
    "*" + "a?" * 3_000 + "b*",
    "a?*?*?b",
    "a?" * 3_000 + "*?*?b",
    "*?" * 3_000 + "b",
    "*" + "?" * 3_000 + "b*",
    "?" * (LONG - 1) + "b",
]


@every_row("pattern", HOSTILE, ids=lambda pattern: f"{pattern[:8]}…{pattern[-4:]}")
def test_hostile_patterns_end_on_a_hundred_thousand_characters(pattern: str) -> None:
    """A matcher that tries each place anew needs minutes for any of these: the test would not come back."""
    assert compile_parts(split_wildcards(pattern))("a" * LONG) is False


SEGMENTS = ["*a" * 300 + "*b", "a?" * 300 + "*", "?" * 900 + "*b"]


@pytest.mark.parametrize("pattern", SEGMENTS, ids=lambda pattern: f"{pattern[:8]}…{pattern[-4:]}")
def test_hostile_segments_end_on_a_hundred_thousand_characters(pattern: str) -> None:
    confined = confine_to_segment(split_wildcards(pattern))
    assert compile_parts((*confined, ":b"))("a" * LONG) is False
    assert compile_parts((*confined, ":b"))("a" * LONG + "b:b") is True


@pytest.mark.parametrize("wild", Wild)
def test_a_pattern_of_ten_megabytes_costs_nothing_on_a_text_that_is_too_short_for_it(wild: Wild) -> None:
    assert compile_parts((wild, "a" * 10_000_000, wild, "b"))("a" * 100) is False
