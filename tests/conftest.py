"""For all tests: no law asserts anything about time, what lives as long as the run is not looked through, and what
terminal and buffers the machine has does not matter."""

from __future__ import annotations

import gc
import os

import pytest
from hypothesis import settings

from tests import lean

settings.register_profile("iamtui", deadline=None)  # a loaded machine fails no law
settings.load_profile("iamtui")

for name in ("COLUMNS", "FORCE_COLOR", "LINES", "NO_COLOR"):
    os.environ.pop(name, None)
os.environ["TERM"] = "xterm-256color"
os.environ.pop("PYTHONUNBUFFERED", None)  # what is left in a buffer at the end is a thing to go wrong


def pytest_collection_finish(session: pytest.Session) -> None:
    """Take eight thousand tests out of the collector's sight, and let it look less often than in a program of users."""
    if not session.config.getoption("benchmark_only"):
        lean.begin()
    gc.freeze()
    gc.set_threshold(20_000, 10, 5)
