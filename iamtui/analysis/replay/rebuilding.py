"""The policies of an event's own moment, as far as events carry what changed between it and the export (J5)."""

from __future__ import annotations

from datetime import datetime

from iamtui.analysis.overlay.recorded import as_recorded
from iamtui.analysis.overlay.undoing import undone
from iamtui.analysis.replay.settling import Settling
from iamtui.snapshot.model import Snapshot
from iamtui.trail.times import from_milliseconds
from iamtui.trail.trail import Trail


class Rebuilding:
    """Snapshots of other moments; those of the same changes are one."""

    def __init__(self, trail: Trail, snapshot: Snapshot, taken: datetime | None) -> None:
        self._trail = trail
        self._snapshot = snapshot
        self._taken = taken
        self._found: dict[tuple[int, ...], tuple[Settling, tuple[str, ...]]] = {}

    def before(self, rows: tuple[int, ...], called: datetime) -> tuple[Settling, tuple[str, ...]] | None:
        """Decisions by the policies as they were, and what of these is missing; None without a change in between.

        Args:
            rows: the changes between the call and the export that concern the call.
            called: when the call was.

        Raises:
            GoneError: a file changed since it was read.
        """
        if not rows or self._taken is None:
            return None
        if rows not in self._found:
            if called < self._taken:
                picture, missing = undone(self._snapshot, self._trail, rows)
            else:
                newest = max(from_milliseconds(self._trail.columns.times[row]) for row in rows)
                picture, missing = as_recorded(self._snapshot, self._trail, newest, self._taken), ()
            self._found[rows] = Settling(picture), missing
        return self._found[rows]
