"""Findings that somebody accepts, as the app shows them: the mutes are those of `iamtui findings --mutes` (FI6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from iamtui.analysis.findings.review.hygiene_results import Mute
from iamtui.analysis.findings.review.mutes import is_meant
from iamtui.browsing.descriptions import arn_of
from iamtui.browsing.finding_groups import Found, Place
from iamtui.browsing.subjects import find_subject
from iamtui.policy.lint import Finding
from iamtui.snapshot.model import Account, Snapshot

DAYS = 90
"""How long a mute holds that the user gives no other date."""


class MuteError(ValueError):
    """A mute that is refused; the message says what was expected."""


def muted_arn(snapshot: Snapshot, key: str) -> str:
    """The subject of a mute of what the app keeps under a key: as the command writes it."""
    subject = find_subject(snapshot, key)
    return subject.account_id if isinstance(subject, Account) else arn_of(subject)


def mute_of(snapshot: Snapshot, key: str, finding: Finding, reason: str, until: str) -> Mute:
    """The mute of one finding.

    Raises:
        MuteError: no reason, or no date that is yet to come.
    """
    if not reason.strip():
        raise MuteError("expected why the finding is accepted")
    try:
        day = date.fromisoformat(until.strip())
    except ValueError:
        raise MuteError(f"{until.strip()[:20]!r}: expected a date such as 2027-03-31") from None
    end = datetime.combine(day, time(23, 59, 59, 999_999), UTC)
    if end < datetime.now(UTC):
        raise MuteError(f"{day} is over: expected a date that is yet to come")
    subject = muted_arn(snapshot, key).translate(_PLAIN)
    return Mute(rule=finding.rule, subject=subject, reason=reason.strip(), until=end)


_PLAIN = {ord("*"): "?"}
"""A subject is a pattern: a star in a name stands for one character, so that no other name of other length is meant."""


def muted_places(snapshot: Snapshot, found: Found, mutes: Sequence[Mute], at: datetime) -> dict[Place, Mute]:
    """The findings that a mute covers on a day, each with the first that does."""
    held = [mute for mute in mutes if mute.until >= at]
    if not held:
        return {}
    places: dict[Place, Mute] = {}
    for key, known in found.items():
        arn = muted_arn(snapshot, key)
        for place, finding in enumerate(known):
            mute = next((one for one in held if is_meant(one, finding.rule, arn)), None)
            if mute is not None:
                places[key, place] = mute
    return places
