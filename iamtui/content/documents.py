"""Marks on the lines of a document."""

from __future__ import annotations

from dataclasses import dataclass

from iamtui.visible import Tone


@dataclass(frozen=True, slots=True)
class LineMark:
    """Lines `first` to `last` (from 1, both included) that are marked, and why."""

    first: int
    last: int
    tone: Tone = "accent"
    message: str = ""
