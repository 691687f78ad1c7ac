"""For all tests: no law asserts anything about time, and what lives as long as the run is not looked through."""

from __future__ import annotations

import gc

import pytest
from hypothesis import settings

from tests import lean

settings.register_profile("iamtui", deadline=None)  # a loaded machine fails no law
settings.load_profile("iamtui")


def pytest_collection_finish(session: pytest.Session) -> None:
    """Take eight thousand tests out of the collector's sight, and let it look less often than in a program of users."""
    if not session.config.getoption("benchmark_only"):
        lean.begin()
    gc.freeze()
    gc.set_threshold(20_000, 10, 5)
