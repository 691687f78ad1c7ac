"""Which patterns of a list another pattern of it makes superfluous (Q21)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from iamtui.patterns import glob
from iamtui.policy.lint.finding import Text

_LONGEST_PATTERN = 1_000
_MOST_COMPARISONS = 100_000
"""Longer patterns and longer lists are not compared with each other: the finding is not worth a wait."""


def repeated_and_covered(texts: Sequence[Text], *, fold: bool) -> Iterator[tuple[Text, Text]]:
    """Each text that repeats an earlier one, or that a wildcard of another takes in, with that other one."""
    first: dict[str, Text] = {}
    for text in texts:
        known = first.setdefault(text.value.lower() if fold else text.value, text)
        if known is not text:
            yield text, known
    short = {pattern: text for pattern, text in first.items() if len(pattern) <= _LONGEST_PATTERN}
    wild = [pattern for pattern in short if ("*" in pattern or "?" in pattern) and not _holds_escape(pattern)]
    if len(wild) * len(short) > _MOST_COMPARISONS:
        return
    for pattern, text in short.items():
        other = next((candidate for candidate in wild if candidate != pattern and _covers(candidate, pattern)), None)
        if other is not None:
            yield text, short[other]


def _holds_escape(pattern: str) -> bool:
    """Whether a star or question mark in it may be a plain character (V6)."""
    return "${*}" in pattern or "${?}" in pattern


def _covers(pattern: str, other: str) -> bool:
    """Whether all that `other` can match, `pattern` matches too.

    A star of `other` stands for nothing and for more characters than `pattern` could list; variables are text.
    """
    matches = glob(pattern)
    nothing = other.replace("*", "")
    much = other.replace("*", "\0" * (len(pattern) + 1))
    return matches(nothing) and matches(much)
