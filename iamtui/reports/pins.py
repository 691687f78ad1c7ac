"""What became of pins, a line each: for people, or as JSON lines.

The lines of `iamtui watch --format json`: {"event": "watching", "pins"} at first, then {"event", "time", "index",
"name", "old", "new", "because"}: event is flip, reason, gone or back; old and new are the words of scenario files, null
where the principal or the resource is gone; because are the changes without which it would not be.
"""

from __future__ import annotations

from datetime import datetime

import orjson

from iamtui.analysis.scenarios.pins import PinEvent
from iamtui.reports.change_words import title_of
from iamtui.visible import shown


def watching_as_json(pins: int) -> bytes:
    """The first line."""
    return orjson.dumps({"event": "watching", "pins": pins}) + b"\n"


def event_as_json(event: PinEvent, at: datetime) -> bytes:
    """One line of JSON."""
    data = {
        "event": event.event,
        "time": at.isoformat(timespec="seconds"),
        "index": event.index,
        "name": event.name,
        "old": event.old,
        "new": event.new,
        "because": [title_of(change) for change in event.because],
    }
    return orjson.dumps(data) + b"\n"


def watching_as_text(pins: int) -> str:
    """The first line."""
    return f"watching {pins:,} pin{'' if pins == 1 else 's'}\n"


def event_as_text(event: PinEvent, at: datetime) -> str:
    """One line: when, what, which pin, old and new answer, and why."""
    because = f"  because {', '.join(title_of(change) for change in event.because)}" if event.because else ""
    said = f"{event.old or 'gone'} → {event.new or 'gone'}"
    return f"{at:%Y-%m-%d %H:%M:%S}  {event.event:<6}  {shown(event.name)}  {said}{shown(because)}\n"
