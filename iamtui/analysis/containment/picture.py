"""A copy of the picture as if something were done to it: remedies are decided there before they are told (Z15)."""

from __future__ import annotations

import json
from collections.abc import Iterable

from iamtui.analysis.containment.results import Remedy
from iamtui.analysis.overlay.recorded import laid_if_there
from iamtui.snapshot.model import Snapshot

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
