"""The colours of one line of a document, found when it comes on screen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal

Language = Literal["json", "text", "diff"]

SYNTAX_CLASSES: Final = frozenset(
    {"syntax--key", "syntax--string", "syntax--number", "syntax--word", "syntax--added", "syntax--removed"}
)
"""The component classes that `coloured` names."""

SYNTAX_CSS: Final = """
    .syntax--key { color: $text-primary; }
    .syntax--string { color: $text-success; }
    .syntax--number { color: $text-warning; }
    .syntax--word { color: $text-accent; text-style: bold; }
    .syntax--added { color: $text-success; }
    .syntax--removed { color: $text-error; }
"""
"""Their colours, to be nested in the rule of a widget."""

_JSON = re.compile(
    r"""(?P<string>"(?:[^"\\]|\\.)*"?)(?P<colon>\s*:)?"""
    r"""|(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<word>\b(?:true|false|null)\b)"""
)
_DIFF: Final = {"+": "syntax--added", "-": "syntax--removed", "@": "syntax--number"}


def coloured(line: str, language: Language) -> Iterator[tuple[str, str]]:
    """Split a line into texts, each with its component class or `""`; together they are the line.

    A JSON string ends with its line, as JSON demands; what is no JSON is left uncoloured, never lost.
    """
    if language == "json":
        yield from _json(line)
    else:
        yield line, _DIFF.get(line[:1], "") if language == "diff" else ""


def _json(line: str) -> Iterator[tuple[str, str]]:
    position = 0
    for match in _JSON.finditer(line):
        if match.start() > position:
            yield line[position : match.start()], ""
        position = match.end()
        if match["string"] is None:
            yield match[0], "syntax--number" if match["number"] else "syntax--word"
        elif match["colon"]:
            yield match["string"], "syntax--key"
            yield match["colon"], ""
        else:
            yield match["string"], "syntax--string"
    if position < len(line):
        yield line[position:], ""
