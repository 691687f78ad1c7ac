"""What principals of a path are called, however long their names are."""

from __future__ import annotations

from iamtui.analysis.paths.requests.asking import FRESH
from iamtui.reports.paths.ladder import worded


def test_a_name_that_stands_for_any_says_so() -> None:
    for text, words in (
        (f"role/{FRESH}", "any role"),
        (f"instance-profile/{FRESH}/{FRESH} of role/ada", "any instance-profile of role/ada"),
        (f"role/{FRESH}/user/{FRESH}", "any roleany user"),
        (f"x{FRESH}", "xany"),
        ("role/ada", "role/ada"),
    ):
        assert worded(text) == words


def test_a_very_long_name_is_read_once() -> None:
    """From each letter all others were read: of names like these that does not end while anybody waits for a test."""
    for name in ("x" * 1_000_000, "a/" * 500_000):
        assert worded(name) == name
    assert worded(f"{'x' * 1_000_000}{FRESH}").endswith("xany")
