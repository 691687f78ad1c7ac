"""JSON as bytes, whatever a snapshot put into the strings."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import orjson

Data: TypeAlias = "Mapping[str, Data] | Sequence[Data] | str | int | float | bool | None"
"""What can be written as JSON."""


def json_bytes(data: Data) -> bytes:
    """Indented JSON with a line break at its end, fit for a terminal.

    What a terminal would act on (overrides of direction, C1 controls) is written as an escape of JSON, which means the
    same; so is a lone surrogate.
    """
    try:
        written = orjson.dumps(data, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    except orjson.JSONEncodeError:
        return json.dumps(data, indent=2, ensure_ascii=True).encode("ascii") + b"\n"
    text = written.decode()
    unprintable = {ord(c): json.dumps(c)[1:-1] for c in set(text) if c != "\n" and not c.isprintable()}
    if "\x7f" in text:
        unprintable[0x7F] = "\\u007f"
    return text.translate(unprintable).encode() if unprintable else written
