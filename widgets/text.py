"""Text as cells: what every widget here does to a string before it draws it."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size
from rich.style import Style
from textual.widget import Widget

from iamtui.visible import LONGEST, Tone, shown

__all__ = ["LONGEST", "TONE_CLASSES", "TONE_CSS", "Tone", "fitted", "fitted_within", "part_style", "shown"]

TONE_CLASSES = frozenset({"tone--good", "tone--bad", "tone--warn", "tone--muted", "tone--accent"})


TONE_CSS = """
    .tone--good { color: $text-success; }
    .tone--bad { color: $text-error; text-style: bold; }
    .tone--warn { color: $text-warning; }
    .tone--muted { color: $text-muted; }
    .tone--accent { color: $text-accent; }
"""
"""The colours of the tones, to be nested in the rule of a widget whose component classes are `TONE_CLASSES`."""


def fitted(text: str, width: int) -> str:
    """Cut or pad `text` to exactly `width` cells; a cut is shown by an ellipsis."""
    if width <= 0:
        return ""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(text, width - 1) + "…"


def fitted_within(text: str, width: int) -> str:
    """Cut or pad as `fitted` does, but in the middle: names that begin alike are told apart by their ends."""
    room = (width - 1) // 2
    if cell_len(text) <= width or room <= 0:
        return fitted(text, width)
    end = text[-room:]
    while cell_len(end) > room:
        end = end[1:]
    return f"{fitted(text, width - cell_len(end))}{end}"


def part_style(widget: Widget, component: str) -> Style:
    """Give what a component class of a widget sets, blended with what lies under it, and nothing that it inherits."""
    own = widget.get_component_rich_style(component, partial=True)
    blended = widget.get_component_rich_style(component)
    return own + Style.from_color(
        blended.color if own.color else None,
        blended.bgcolor if own.bgcolor else None,
    )
