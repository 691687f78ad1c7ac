"""Colours that can be read: what a theme gives for texts and frames, moved until it stands out from what is under it.

Themes are made for other widgets than ours, and some are faint: grey on grey, a key in orange on light grey. The ratios
are those of WCAG 2.2, 1.4.3 for texts and 1.4.11 for frames.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from textual.color import BLACK, WHITE, Color

TEXT: Final = 4.5
"""How much a text must stand out."""
_FRAME: Final = 3.0
_STEP: Final = 0.04
_BLURRED: Final = 0.15
"""How much of a theme's own colour lies under the row of a cursor elsewhere: more would ask for harsher texts."""
_GROUNDS: Final = ("background", "surface", "panel")
_TEXTS: Final = (
    "foreground",
    "text-primary",
    "text-success",
    "text-warning",
    "text-error",
    "text-accent",
)
_FOOTER: Final = ("footer-foreground", "footer-description-foreground", "footer-key-foreground")


def contrast(one: Color, other: Color) -> float:
    """The contrast ratio of two colours, from 1 to 21 (WCAG 2.2)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: Color) -> float:
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in color.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def readable(variables: Mapping[str, str]) -> dict[str, str]:
    """The variables of a theme with texts and frames that stand out; a terminal's own colours stay as they are."""
    grounds = [Color.parse(variables[name]) for name in _GROUNDS]
    if any(ground.ansi is not None or ground.a < 1 for ground in grounds):
        return {**variables, "pane-border": variables["foreground"], "pane-border-front": variables["accent"]}
    background = grounds[0]
    blurred = background.blend(Color.parse(variables["primary"]), _BLURRED)
    grounds.append(blurred)
    foreground = _standing_out(Color.parse(variables["foreground"]), grounds, TEXT)
    muted = _standing_out(background.blend(foreground, 0.6), grounds, TEXT).hex
    footer = (Color.parse(variables["footer-background"]),)
    cursor = Color.parse(variables["block-cursor-background"])
    on_cursor = WHITE if contrast(WHITE, cursor) >= TEXT else BLACK
    return {
        **variables,
        **{name: _standing_out(Color.parse(variables[name]), grounds, TEXT).hex for name in _TEXTS},
        **{name: _standing_out(Color.parse(variables[name]), footer, TEXT).hex for name in _FOOTER},
        "text-muted": muted,
        "text-disabled": muted,
        "block-cursor-foreground": on_cursor.hex,
        "block-cursor-blurred-background": blurred.hex,
        "block-cursor-blurred-foreground": foreground.hex,
        "pane-border": _standing_out(background.blend(foreground, 0.4), grounds[:1], _FRAME).hex,
        "pane-border-front": _standing_out(Color.parse(variables["accent"]), grounds[:2], _FRAME).hex,
    }


def _standing_out(color: Color, grounds: Sequence[Color], least: float) -> Color:
    """A colour, moved towards black or white until it stands out from every ground."""
    goal = max(WHITE, BLACK, key=lambda extreme: min(contrast(extreme, ground) for ground in grounds))
    share, moved = 0.0, color
    while share < 1 and min(contrast(moved, ground) for ground in grounds) < least:
        share += _STEP
        moved = color.blend(goal, min(share, 1))
    return moved
