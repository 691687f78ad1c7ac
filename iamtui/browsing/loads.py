"""The timeline: what was loaded in this run, one load after another (CH9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from iamtui.snapshot.model import Snapshot

MOST_KEPT, ALWAYS_KEPT = 100, 10
"""How many loads of a run are kept at most, and how many however much they hold; documents are shared between them."""
MOST_PRINCIPALS = 20_000
"""So many users and roles may all loads hold that are kept beyond those that always are."""


@dataclass(frozen=True, slots=True)
class Load:
    """A snapshot as it was loaded, when, and what it changed in words."""

    snapshot: Snapshot
    at: datetime
    said: str = ""


def kept_of(loads: Sequence[Load]) -> tuple[Load, ...]:
    """The newest of the loads, as many as are kept."""
    kept: list[Load] = []
    principals = 0
    for load in reversed(loads[-MOST_KEPT:]):
        accounts = load.snapshot.accounts.values()
        principals += sum(len(account.users or ()) + len(account.roles or ()) for account in accounts)
        if len(kept) >= ALWAYS_KEPT and principals > MOST_PRINCIPALS:
            break
        kept.append(load)
    return tuple(reversed(kept))


def age_of(loads: Sequence[Load], place: int) -> str:
    """How a load is called: `newest`, `1 load ago`."""
    ago = len(loads) - 1 - place
    return "newest" if ago == 0 else f"{ago:,} load{'s' if ago > 1 else ''} ago"


def compared(loads: Sequence[Load], old: int, new: int) -> str:
    """Which two loads are compared; of one alone, what is to come."""
    if len(loads) == 1:
        return f"read once, at {loads[0].at:%H:%M:%S}: what changes on disk from now on is told here"
    return f"{name_of(loads, old)}  →  {name_of(loads, new)}"


def name_of(loads: Sequence[Load], place: int) -> str:
    """A load with its time: `14:02:11, 3 loads ago`."""
    return f"{loads[place].at:%H:%M:%S}, {age_of(loads, place)}"
