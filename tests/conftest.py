"""For all tests: no law asserts anything about time, and what lives as long as the run is not looked through."""

from __future__ import annotations

import gc

from hypothesis import settings

settings.register_profile("iamtui", deadline=None)  # a loaded machine fails no law
settings.load_profile("iamtui")


def pytest_collection_finish() -> None:
    """Take eight thousand tests out of the collector's sight, and let it look less often than in a program of users."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 10)
