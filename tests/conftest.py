"""For all tests: hypothesis asserts nothing about time, so that a loaded machine fails no law."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("iamtui", deadline=None)
settings.load_profile("iamtui")
