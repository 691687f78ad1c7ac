"""Text from a snapshot inside Markdown: it can neither format, nor link, nor mention, nor leave its place."""

from __future__ import annotations

import re

from iamtui.visible import shown

_FENCES = re.compile(r"`+")


def code(text: str) -> str:
    """A code span that holds exactly this text, whatever backticks are in it."""
    held = shown(text)
    if not held:
        return "` `"
    fence = "`" * (_longest_run(held) + 1)
    pad = " " if held.startswith(("`", " ")) or held.endswith(("`", " ")) else ""
    return f"{fence}{pad}{held}{pad}{fence}"


def cell(text: str) -> str:
    """A code span for a cell of a table, where a bar would end the cell even inside code: it is spelt out."""
    return code(text).replace("|", "\\u{7c}")


def block(text: str) -> str:
    """A fenced block that holds exactly these lines."""
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}text\n{text.rstrip()}\n{fence}\n"


def _longest_run(text: str) -> int:
    return max((len(run) for run in _FENCES.findall(text)), default=0)
