"""Snapshot text made fit to be seen: nothing that a terminal would act on survives."""

from __future__ import annotations


def visible(text: str) -> str:
    """Spell out every character that a terminal would act on or not show.

    Escape sequences, control characters, line breaks, right-to-left overrides, lone surrogates and unassigned
    code points become `\\u{…}`; everything printable stays as it is.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else f"\\u{{{ord(c):x}}}" for c in text)
