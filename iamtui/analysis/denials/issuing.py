"""The events of a trail that issued keys, which alone tell of session tags and session policies (U14, Y7)."""

from __future__ import annotations

from iamtui.trail.masking import mask_record
from iamtui.trail.records import Record
from iamtui.trail.trail import Trail
from iamtui.trail.views.lineage import Lineage


class IssuingRecords:
    """Finds the record of the event that issued a key, each read once."""

    def __init__(self, trail: Trail) -> None:
        self._trail = trail
        self._lineage = Lineage(trail)
        self._found: dict[str, Record | None] = {}

    def __call__(self, key: str) -> Record | None:
        """The record, without its secrets; None where the trail does not have it.

        Raises:
            GoneError: its file changed since it was read.
        """
        if key not in self._found:
            row = self._lineage.issuing_row(key)
            self._found[key] = None if row is None else mask_record(self._trail.record(row)).record
        return self._found[key]
