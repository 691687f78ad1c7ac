"""What was read of the events, as the screens get it: swapped whole, like a workspace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from iamtui.snapshot.model import Snapshot
from iamtui.trail.trail import Trail


@dataclass(frozen=True, slots=True)
class Recorded:
    """The events read so far, and the exports beside them.

    Attributes:
        trail: the events.
        firsts: what was seen first, by row.
        snapshot: the exports that are on the screen; None without any.
        said: how much was read.
    """

    trail: Trail
    firsts: Mapping[int, str]
    snapshot: Snapshot | None
    said: str
