"""Snapshot text made fit to be seen: nothing that a terminal would act on survives."""

from __future__ import annotations

from typing import Literal

Tone = Literal["plain", "good", "bad", "warn", "muted", "accent"]
"""What a text means for the reader; themes turn it into a colour, glyph and word say it too."""

LONGEST = 4000
"""Characters of one string that are ever looked at for drawing; a row's cost must not grow with its length."""


def visible(text: str) -> str:
    r"""Spell out every character that a terminal would act on or not show.

    Escape sequences, control characters, line breaks, right-to-left overrides, lone surrogates and unassigned
    code points become `\u{…}`; everything printable stays as it is.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else f"\\u{{{ord(c):x}}}" for c in text)


def shown(text: str) -> str:
    """Make any string fit to be drawn on one line: cut to `LONGEST` characters, every control spelt out."""
    if len(text) > LONGEST:
        return f"{visible(text[:LONGEST])}… ({len(text):,} characters)"
    return visible(text)
