"""What principals of a path are called, however long their names are."""

from __future__ import annotations

import subprocess
import sys

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
    """From each letter all others were read, which takes minutes: so another process does it, and may be given up."""
    code = f"""if True:
        from iamtui.reports.paths.ladder import worded
        for name in ("x" * 1_000_000, "a/" * 500_000):
            assert worded(name) == name
        assert worded("x" * 1_000_000 + {FRESH!r}).endswith("xany")
    """
    subprocess.run([sys.executable, "-c", code], timeout=100, check=True)  # noqa: S603
