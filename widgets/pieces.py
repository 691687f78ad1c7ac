"""The pieces of which a row is drawn, cut and restyled by cells."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
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


def folded(pieces: Sequence[Segment], first: int, others: int, most: int) -> list[Strip]:
    """Break pieces into lines, after spaces where that wastes little: `first` cells wide, the others `others`.

    What is left after `most` lines is cut off with an ellipsis.
    """
    text = "".join(piece.text for piece in pieces)
    lines: list[Strip] = []
    start = 0
    while len(lines) < most - 1:
        width = others if lines else first
        end = _end_of_line(text, start, width)
        if end == len(text):
            break
        lines.append(cut(_part(pieces, start, end), 0, width))
        start = end
    lines.append(cut(_part(pieces, start, len(text)), 0, others if lines else first))
    return lines


def unfolded(head: Pieces, pieces: Pieces, width: int, hang: int, most: int) -> list[Strip]:
    """Break a row into at most `most` lines of `width` cells.

    `head`, whose first cell all lines repeat, stands before the first; the others begin `hang` cells further right.
    """
    margin = width_of(head)
    room = max(1, width - margin)
    hang = min(hang, max(0, width - margin) // 2)
    first, *others = folded(pieces, room, room - hang, most)
    inset = Strip([Segment(f"{head[0].text[:1]}{' ' * (margin - 1 + hang)}")])
    strips = [Strip.join([Strip(head), first]), *(Strip.join([inset, line]) for line in others)]
    return [strip.adjust_cell_length(width) for strip in strips]


def _end_of_line(text: str, start: int, width: int) -> int:
    """Find the character before which a line of `width` cells ends."""
    cells, after_space = 0, 0
    for place in range(start, len(text)):
        cells += cell_len(text[place])
        if cells > width:
            return after_space if 2 * (after_space - start) > width else max(place, start + 1)
        if text[place] == " ":
            after_space = place + 1
    return len(text)


def _part(pieces: Sequence[Segment], start: int, end: int) -> Pieces:
    """Take the characters from `start` to `end`."""
    result: Pieces = []
    position = 0
    for text, style, _ in pieces:
        part = text[max(0, start - position) : max(0, end - position)]
        if part:
            result.append(Segment(part, style))
        position += len(text)
    return result
