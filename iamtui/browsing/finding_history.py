"""Since when something is found, over the loads of this run (FI1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from iamtui.browsing.descriptions import short_name
from iamtui.browsing.finding_groups import Found, Place
from iamtui.snapshot.model import Snapshot

_Identity = tuple[str, str]
"""The rule and the key of its subject: that the words change, such as days, makes no other finding."""
_MOST_GONE = 1_000


class FindingHistory:
    """What the loads of a run were found to have, one after the other; what the first has is since before."""

    def __init__(self) -> None:
        self._since: dict[_Identity, datetime | None] | None = None
        self._gone: dict[_Identity, tuple[str, datetime]] = {}
        self._names: dict[_Identity, str] = {}

    def take(self, snapshot: Snapshot, found: Found, at: datetime) -> None:
        """Take note of a load that is newer than those before."""
        now = {(one.rule, key) for key, known in found.items() for one in known}
        if self._since is None:
            self._since = dict.fromkeys(now)
        else:
            for lost in self._since.keys() - now:
                self._gone[lost] = self._names[lost], at
            self._since = {one: self._since.get(one, at) if one in self._since else at for one in now}
        for one in now & self._gone.keys():
            del self._gone[one]
        for lost in list(self._gone)[:-_MOST_GONE]:
            del self._gone[lost]
        self._names = {(rule, key): f"{rule} {short_name(snapshot, key)}" for rule, key in now}

    def since(self, found: Found) -> dict[Place, str]:
        """The findings that came with a later load than the first, and with which."""
        known: Mapping[_Identity, datetime | None] = self._since or {}
        return {
            (key, place): f"new since {moment:%H:%M:%S}"
            for key, findings in found.items()
            for place, one in enumerate(findings)
            if (moment := known.get((one.rule, key))) is not None
        }

    def gone(self) -> list[tuple[str, str]]:
        """What was found before and is no more, the latest first."""
        return [(label, f"gone since {moment:%H:%M:%S}") for label, moment in reversed(self._gone.values())]
