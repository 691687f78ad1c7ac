"""Times as CloudTrail writes them (R10), as milliseconds since 1970 in UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_BASIC = re.compile(r"\d{8}T\d{6}Z")
_IN_WORDS = ("%b %d, %Y, %I:%M:%S %p", "%b %d, %Y %I:%M:%S %p")


def parse_time(text: str) -> datetime:
    """A time of an event or of a response.

    ISO 8601 with or without fraction, `20131102T010628Z`, and `Jul 30, 2024, 9:46:15 PM` (second comma optional).

    Raises:
        ValueError: none of these.
    """
    if text[:1].isalpha():
        plain = text.replace("\u202f", " ")  # newer Java puts a narrow space before AM and PM
        for form in _IN_WORDS:
            try:
                return datetime.strptime(plain, form).replace(tzinfo=UTC)
            except ValueError:
                continue
        raise ValueError(f"not a time: {text[:80]!r}")
    if _BASIC.fullmatch(text):
        return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    found = datetime.fromisoformat(text)
    return found.astimezone(UTC) if found.tzinfo is not None else found.replace(tzinfo=UTC)


def milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970; what is finer is cut."""
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000


def from_milliseconds(value: int) -> datetime:
    """The moment of `milliseconds`, in UTC."""
    return datetime.fromtimestamp(value / 1000, UTC)


def written(moment: datetime) -> str:
    """`2026-11-29T13:42:34Z`, with milliseconds only where there are some."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds" if moment.microsecond else "seconds")
    return text.replace("+00:00", "Z")


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
