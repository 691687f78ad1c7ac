"""The card of a key as rows, and the events that a row leads to (B13)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from iamtui.analysis.key_cards import key_card
from iamtui.browsing.trail.recorded import Recorded
from iamtui.reports.lines import Line
from iamtui.reports.trail.keys import key_lines, keys_data


@dataclass(frozen=True, slots=True)
class KeyCardLines:
    """A card: its lines, and by their keys the filters of the events that they lead to."""

    lines: tuple[Line, ...]
    leads: Mapping[str, str]


def key_card_lines(recorded: Recorded, key: str) -> KeyCardLines:
    """Whose a key is, what came of it and what it can do; reads files and decides, so not on the event loop.

    Raises:
        GoneError: a file changed since it was read.
    """
    trail = recorded.trail if len(recorded.trail) else None
    lines = tuple(key_lines(keys_data([key_card(key, trail, recorded.snapshot)], trail, recorded.snapshot)))
    return KeyCardLines(lines, dict(_leads(lines, key)))


def _leads(lines: Iterable[Line], key: str) -> Iterator[tuple[str, str]]:
    for line in lines:
        if line.text == "used":
            yield line.key, f"who={key}"
        elif line.text.startswith("ASIA"):
            yield line.key, f"who={line.text}"
        yield from _leads(line.children, key)
