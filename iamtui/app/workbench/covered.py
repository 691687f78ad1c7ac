"""What lies above the panes, and how it is put away."""

from __future__ import annotations

from typing import Any

from textual.screen import Screen


def uncover(screen: Screen[Any]) -> None:
    """Close all that lies above a screen."""
    while screen.app.screen is not screen and screen in screen.app.screen_stack:
        screen.app.screen.dismiss()
