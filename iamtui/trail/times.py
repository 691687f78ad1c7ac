"""Times as CloudTrail writes them (R10), as milliseconds since 1970 in UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_BASIC = re.compile(r"\d{8}T\d{6}Z")
_IN_WORDS = re.compile(r"([A-Z][a-z]{2}) (\d{1,2}), (\d{4}),? (\d{1,2}):(\d\d):(\d\d)[ \u202f]([AP])M")
_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}


def parse_time(text: str) -> datetime:
    """A time of an event or of a response.

    ISO 8601 with or without fraction, `20131102T010628Z`, and `Jul 30, 2024, 9:46:15 PM` (second comma optional).

    Raises:
        ValueError: none of these.
    """
    if text[:1].isalpha():
        return _in_words(text)
    if _BASIC.fullmatch(text):
        return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    found = datetime.fromisoformat(text)
    return found.astimezone(UTC) if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _in_words(text: str) -> datetime:
    """`Jul 30, 2024, 9:46:15 PM`; newer Java puts a narrow space before AM and PM."""
    found = _IN_WORDS.fullmatch(text)
    month = _MONTHS.get(found[1]) if found is not None else None
    if found is None or month is None:
        raise ValueError(f"not a time: {text[:80]!r}")
    day, year, hour, minute, second = (int(found[number]) for number in range(2, 7))
    if not 1 <= hour <= 12:
        raise ValueError(f"not a time: {text[:80]!r}")
    return datetime(year, month, day, hour % 12 + (12 if found[7] == "P" else 0), minute, second, tzinfo=UTC)


def milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970; what is finer is cut."""
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000


def from_milliseconds(value: int) -> datetime:
    """The moment of `milliseconds`, in UTC."""
    return datetime.fromtimestamp(value / 1000, UTC)


def later(moment: datetime, span: timedelta) -> datetime:
    """A moment so much later; the last that there is where the calendar ends before."""
    try:
        return moment + span
    except OverflowError:
        return datetime.max.replace(microsecond=0, tzinfo=UTC)


def written(moment: datetime) -> str:
    """`2026-11-29T13:42:34Z`, with milliseconds only where there are some."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds" if moment.microsecond else "seconds")
    return text.replace("+00:00", "Z")


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
