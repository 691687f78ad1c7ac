"""A copy of the picture as if something were done to it: remedies are decided there before they are told (Z15)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from iamtui.analysis.containment.results import Remedy
from iamtui.analysis.overlay.recorded import as_recorded, laid_if_there
from iamtui.analysis.overlay.undoing import undone
from iamtui.snapshot.model import Snapshot
from iamtui.snapshot.moments import snapshot_moment
from iamtui.trail.times import milliseconds
from iamtui.trail.trail import Trail
from iamtui.trail.views.changes import change_rows

DENY_ALL = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}, separators=(",", ":")
)
"""The document that denies everything (Z7)."""


def deny_older(moment: str) -> str:
    """The document that ends sessions issued before a moment, as AWSRevokeOlderSessions does (Z3, Z4)."""
    condition = {"DateLessThan": {"aws:TokenIssueTime": moment}}
    statement = {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, separators=(",", ":"))


def as_if_done(snapshot: Snapshot, remedies: Iterable[Remedy]) -> Snapshot:
    """The picture as if remedies were done; one that cannot be tried on a picture changes nothing."""
    for remedy in remedies:
        if remedy.edit is not None:
            snapshot = laid_if_there(snapshot, remedy.edit)
    return snapshot


def picture_at(snapshot: Snapshot | None, trail: Trail | None, at: datetime) -> tuple[Snapshot | None, tuple[str, ...]]:
    """The picture at a moment, with what of it neither the export nor events tell (Z1, Z14, J5).

    Changes after the export are laid over it; of one that is younger than the moment changes are undone.

    Raises:
        GoneError: a file changed since it was read.
    """
    taken = None if snapshot is None else snapshot_moment(snapshot)
    if snapshot is None or trail is None:
        is_younger = taken is not None and at < taken
        return snapshot, ("no events were read that tell what changed since",) if is_younger else ()
    if taken is None or at >= taken:
        return as_recorded(snapshot, trail, at), ()
    columns, start, end = trail.columns, milliseconds(at), milliseconds(taken)
    rows = [row for row in change_rows(trail) if start < columns.times[row] <= end and columns.error(row) is None]
    of_iam = [row for row in rows if columns.call(row).source == "iam.amazonaws.com"]
    return undone(snapshot, trail, of_iam)
