"""Screens in ASCII, for consoles whose font has few signs and for locales other than UTF-8."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_SIGNS: Final = str.maketrans(
    {
        **dict.fromkeys("─━═╌╍┄┅┈┉╴╶╸╺▔▁", "-"),
        **dict.fromkeys("│┃║╎╏┆┇┊┋╷╵╹╻▏▕", "|"),
        **dict.fromkeys("╭╮╰╯┌┐└┘├┤┬┴┼╔╗╚╝╠╣╦╩╬┏┓┗┛", "+"),
        **dict.fromkeys("▌▍▎▐▊▋▉█▇▆", "#"),
        **dict.fromkeys("▅▄▀", "="),
        **dict.fromkeys("▃▂", "-"),
        **dict.fromkeys("·•○◦◇◆◈◐■▣", "."),
        **dict.fromkeys("→▸▶⮞›", ">"),
        **dict.fromkeys("←◂◀", "<"),
        **dict.fromkeys("↑▲", "^"),
        **dict.fromkeys("↓▾▼", "v"),
        **dict.fromkeys("“”„", '"'),
        **dict.fromkeys("’‘", "'"),
        **dict.fromkeys("–—−", "-"),
        **dict.fromkeys("⚠‼", "!"),
        **dict.fromkeys("≠≈≡", "="),
        **dict(zip("✔✖●∅✎…×⟳⏎§\N{NO-BREAK SPACE}⭘⇥⇤⌫␣", "+x*0~~x@<S o><<_", strict=True)),
    }
)
"""What stands for the signs of the app, and of Textual's frames, bars and names of keys."""


class AsciiFilter(LineFilter):
    """Draws every character outside ASCII as one inside, cell by cell."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments of a line."""
        return [Segment(in_ascii(text), style, control) for text, style, control in segments]


@lru_cache(maxsize=4096)
def in_ascii(text: str) -> str:
    """A text in ASCII, as wide as it was; a letter of a name that has none there is a question mark."""
    if text.isascii():
        return text
    return "".join(sign if sign.isascii() else "?" * cell_len(sign) for sign in text.translate(_SIGNS))


def suits(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether ASCII is what the terminal can show: the console of Linux, and locales that are not UTF-8."""
    if environ.get("TERM") == "linux":
        return True
    # The first of these that is set counts (POSIX, 8.2); without one, terminals of today take UTF-8.
    locale = next((value for name in ("LC_ALL", "LC_CTYPE", "LANG") if (value := environ.get(name))), "")
    return bool(locale) and "utf8" not in locale.lower().replace("-", "")
