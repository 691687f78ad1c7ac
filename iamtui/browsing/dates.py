"""Points in time as they are shown everywhere."""

from __future__ import annotations

from datetime import datetime

from iamtui.snapshot.model import LastUsed


def moment(at: datetime) -> str:
    """A point in time as it is shown everywhere."""
    return at.strftime("%Y-%m-%d %H:%M:%S %Z").rstrip()


def last_used(use: LastUsed | None) -> str:
    """When, for what and where; AWS keeps 400 days."""
    if use is None:
        return "not exported"
    if use.at is None:
        return "never in the 400 days that AWS tracks"
    return ", ".join(part for part in (moment(use.at), use.service, use.region) if part)
