"""What principals of a path are called, however long their names are."""

import time

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


def test_a_very_long_name_does_not_hold_every_thread() -> None:
    """It took minutes, in which no key was heard: from each of its letters all others were read."""
    began = time.process_time()
    for name in ("x" * 50_000, "a/" * 50_000, f"{'x' * 50_000}{FRESH}"):
        worded(name)
    assert time.process_time() - began < 2
