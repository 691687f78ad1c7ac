"""Lines about events, with what is secret by its shape hidden (M2): strangers choose names, agents and messages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from iamtui.reports.lines import Line
from iamtui.trail.masking import mask_text


def masked_lines(lines: Iterable[Line]) -> list[Line]:
    """The lines and those below them."""
    return [_masked(line) for line in lines]


def _masked(line: Line) -> Line:
    grow = None if line.grow is None else lambda: masked_lines(line.children)
    return replace(line, text=mask_text(line.text), detail=mask_text(line.detail), grow=grow)
