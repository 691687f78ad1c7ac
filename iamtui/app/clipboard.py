"""How a text gets to the user's clipboard: by OSC 52, a sequence that the terminal takes, also over SSH."""

from __future__ import annotations

import os
from typing import Final

LONGEST: Final = 75_000
"""Characters, as they are sent (base64); terminals cut what is longer."""
_OSC_52: Final = "\x1b]52;"


def for_terminal(data: str) -> str:
    """What is written to a terminal; below tmux a text for the clipboard also goes round it, to the terminal outside.

    tmux takes OSC 52 itself where `set-clipboard` is on, and lets what is wrapped in DCS through where
    `allow-passthrough` is on (tmux(1)); where both are, the text is set twice.
    """
    if not data.startswith(_OSC_52) or "TMUX" not in os.environ:
        return data
    inside = data.replace("\x1b", "\x1b\x1b")
    return f"{data}\x1bPtmux;{inside}\x1b\\"


def proviso() -> str:
    """What must be so for a text to arrive; empty where nothing is known to be in the way. Nobody answers OSC 52."""
    if "TMUX" in os.environ:
        return "in tmux: set -g set-clipboard on"
    if "STY" in os.environ:
        return "screen may drop it"
    if os.environ.get("TERM") == "linux":
        return "this console has no clipboard"
    return ""
