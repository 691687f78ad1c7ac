"""JSON as bytes, whatever a snapshot put into the strings."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import orjson

Data: TypeAlias = "Mapping[str, Data] | Sequence[Data] | str | int | float | bool | None"
"""What can be written as JSON."""


def json_bytes(data: Data) -> bytes:
    """Indented JSON with a line break at its end; a lone surrogate stays what it was, escaped."""
    try:
        return orjson.dumps(data, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    except orjson.JSONEncodeError:
        return json.dumps(data, indent=2, ensure_ascii=True).encode("ascii") + b"\n"
