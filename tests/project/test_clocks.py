"""No test asserts anything about time: a loaded machine fails none."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parents[1]
CLOCKS = frozenset(("perf_counter", "perf_counter_ns", "monotonic", "monotonic_ns", "process_time", "process_time_ns"))


def clocks_asserted(source: str) -> Iterator[int]:
    """The lines of assertions in which a clock is read."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assert):
            names = {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)}
            names |= {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
            if names & CLOCKS:
                yield node.lineno


def test_no_assertion_is_about_time() -> None:
    found = {
        path.relative_to(TESTS).as_posix(): lines
        for path in TESTS.rglob("*.py")
        if (lines := list(clocks_asserted(path.read_text("utf-8"))))
    }
    assert found == {}


def test_a_clock_in_an_assertion_is_found() -> None:
    assert list(clocks_asserted("started = time.monotonic()\nassert time.monotonic() - started < 2\n")) == [2]
