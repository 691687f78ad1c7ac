"""Labelled values under headings, some of which lead elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from iamtui.visible import Tone


@dataclass(frozen=True, slots=True)
class Fact:
    """A row: `label` and `value`; with a `link` the row can be followed."""

    label: str
    value: str = ""
    link: str = ""
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class FactSection:
    """A heading (none if empty) and the facts under it."""

    heading: str
    facts: tuple[Fact, ...]
