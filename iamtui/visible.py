"""Snapshot text made fit to be seen: nothing that a terminal would act on survives, and nothing hides or poses."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

Tone = Literal["plain", "good", "bad", "warn", "muted", "accent"]
"""What a text means for the reader; themes turn it into a colour, glyph and word say it too."""

LONGEST = 4000
"""Characters of one string that are ever looked at for drawing; a row's cost must not grow with its length."""

_UNSEEN = (
    "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef"
    "\u2800\U00013441\U00013442\U00016fe4\U0001d159"
)
"""What Python calls printable and nobody sees: the letters and marks of Default_Ignorable_Code_Point (Unicode 16,
DerivedCoreProperties.txt), and signs that are blank."""

_MARKS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
"""Marks that are drawn on the letter before: with the mark in it, the letter alone looks the same."""

_SIGNS = (
    "\u01c3\u02b9-\u02bc\u02c8\u02cb\u02d0\u02d7\u037e\u0589\u05c3\u066a\u066d\u1735\u2010-\u2012\u2024\u2032\u2035"
    "\u2044\u2053\u204e\u2212\u2215-\u2217\u2223\u2236\u223c\u2571\u2572\u29f5\u29f8\u29f9\u2cfc\u2cff"
    "\ua4f8\ua4fd\ua60e\ua789\ua78c\ufe4d-\ufe6b\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff5e"
)
"""Signs that look like those of which names and ARNs are made, `- . : / * ' @` (Unicode 16, confusables.txt)."""

_LETTERS = (
    "\u0131\u0138\u017f\u0185\u01bf\u0237\u0251\u0261\u0269\u026a\u0274\u0280\u028f\u0299\u029c\u029f\u1d00-\u1d22"
    # Greek
    "\u0391\u0392\u0395-\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7"
    "\u03b1\u03b3\u03b9\u03ba\u03bd\u03bf\u03c1\u03c3\u03c5\u03c7\u03f2\u03f3\u03f9"
    # Cyrillic
    "\u0405\u0406\u0408\u0410\u0412\u0415\u0417\u041a\u041c-\u041e\u0420-\u0423\u0425"
    "\u0430\u0432\u0433\u0435\u043a\u043c-\u043e\u0440-\u0443\u0445\u0455\u0456\u0458\u0461\u0475\u04ae\u04af"
    "\u04bb\u04bd\u04c0\u04cf\u04e8\u0501\u051b-\u051d"
    # Armenian
    "\u054d\u0555\u0561\u0563\u0566\u0570\u0578\u057a\u057d\u0581\u0582\u0584\u0585"
    # Cherokee
    "\u13a0-\u13a2\u13a5\u13a9-\u13ac\u13b3\u13b7\u13bb\u13bd\u13c0\u13c2\u13c3\u13ce\u13cf\u13d2\u13d4\u13d5\u13d9"
    "\u13da\u13de\u13df\u13e2\u13e6\u13e7\u13f3\u13f4"
    # Lisu
    "\ua4d0\ua4d1\ua4d3\ua4d4\ua4d6\ua4d7\ua4d9\ua4da\ua4dc\ua4dd\ua4df-\ua4e3\ua4e6\ua4e7\ua4ea-\ua4ec\ua4ee\ua4f0"
    "\ua4f2-\ua4f4"
    # forms of ASCII itself: letters as signs, Roman numbers, full width, mathematical
    "\u2102\u210a-\u2113\u2115\u2119-\u211d\u2124\u212a\u212c\u212d\u212f-\u2134\u2139\u2145-\u2149\u2160-\u217f"
    "\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\U0001d400-\U0001d7ff"
)
"""Letters and digits that look like those of ASCII (Unicode 16, confusables.txt: scripts in use, and forms)."""

_ODD = re.compile(f"[{_UNSEEN}{_MARKS}{_SIGNS}{_LETTERS}]")


@cache
def _hidden() -> re.Pattern[str]:
    """What nobody sees, and signs beside those of ASCII that they look like."""
    return re.compile(f"[{_UNSEEN}{_MARKS}]+|(?<=[\x21-\x7e])[{_SIGNS}]+|(?<![{_SIGNS}])[{_SIGNS}]++(?=[\x21-\x7e])")


@cache
def _word_like_ascii() -> re.Pattern[str]:
    """A word that can be read as one of ASCII; with one letter that looks like none, it is told apart as it is."""
    return re.compile(rf"(?<![^\W_])[A-Za-z0-9{_LETTERS}]++(?![^\W_])")


@cache
def _like_ascii() -> re.Pattern[str]:
    return re.compile(f"[{_LETTERS}]+")


def visible(text: str) -> str:
    r"""Spell out every character that a terminal would act on, that nobody sees, or that poses as one of ASCII.

    Escape sequences, control characters, line breaks, right-to-left overrides, lone surrogates and unassigned
    code points become `\u{…}`, and so do blank letters and marks, and letters of other scripts in a word that can be
    read as one of ASCII: names that differ look different. Everything else stays as it is.
    """
    if text.isascii():
        return text if text.isprintable() else _spelled(text)
    if _ODD.search(text) is not None:
        text = _hidden().sub(_spell, text)
        text = _word_like_ascii().sub(lambda word: _like_ascii().sub(_spell, word[0]), text)
    return text if text.isprintable() else _spelled(text)


def _spell(found: re.Match[str]) -> str:
    return "".join(f"\\u{{{ord(c):x}}}" for c in found[0])


def _spelled(text: str) -> str:
    return "".join(c if c.isprintable() else f"\\u{{{ord(c):x}}}" for c in text)


def shown(text: str) -> str:
    """Make any string fit to be drawn on one line: cut to `LONGEST` characters, every control spelt out."""
    if len(text) > LONGEST:
        return f"{visible(text[:LONGEST])}… ({len(text):,} characters)"
    return visible(text)
