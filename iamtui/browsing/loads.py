"""The timeline: what was loaded in this run, one load after another (CH9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from iamtui.snapshot.model import Snapshot

MOST_KEPT = 100
"""How many loads of a run are kept; documents that did not change are shared between them."""


@dataclass(frozen=True, slots=True)
class Load:
    """A snapshot as it was loaded, when, and what it changed in words."""

    snapshot: Snapshot
    at: datetime
    said: str = ""


def age_of(loads: Sequence[Load], place: int) -> str:
    """How a load is called: `newest`, `1 load ago`."""
    ago = len(loads) - 1 - place
    return "newest" if ago == 0 else f"{ago:,} load{'s' if ago > 1 else ''} ago"


def name_of(loads: Sequence[Load], place: int) -> str:
    """A load with its time: `14:02:11, 3 loads ago`."""
    return f"{loads[place].at:%H:%M:%S}, {age_of(loads, place)}"
