"""The pieces of which a row is drawn, cut and restyled by cells."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

Pieces = list[Segment]


def width_of(pieces: Sequence[Segment]) -> int:
    """Measure pieces in cells."""
    return sum(piece.cell_length for piece in pieces)


def cut(pieces: Sequence[Segment], start: int, width: int) -> Strip:
    """Take `width` cells from cell `start` on, padded; an ellipsis at either end shows that there is more."""
    if width <= 0:
        return Strip([], 0)
    whole = Strip(pieces)
    length = whole.cell_length
    strip = whole.crop(start, start + width) if start < length else Strip([], 0)
    if length > start + width:
        strip = Strip.join([strip.crop(0, width - 1), Strip([Segment("…")], 1)])
    if 0 < start < length and width > 1:
        strip = Strip.join([Strip([Segment("…")], 1), strip.crop(1, width)])
    return strip.adjust_cell_length(width)


def restyled(pieces: Pieces, spans: Sequence[tuple[int, int]], style: Style) -> Pieces:
    """Lay `style` over spans of characters."""
    if not spans:
        return pieces
    result: Pieces = []
    position, waiting = 0, list(spans)
    for text, own, _ in pieces:
        end = position + len(text)
        while position < end:
            while waiting and waiting[0][1] <= position:
                waiting.pop(0)
            inside = bool(waiting) and waiting[0][0] <= position
            stop = end if not waiting else min(end, waiting[0][1] if inside else waiting[0][0])
            part = text[len(text) - (end - position) : len(text) - (end - stop)]
            result.append(Segment(part, (own or Style.null()) + style if inside else own))
            position = stop
    return result
