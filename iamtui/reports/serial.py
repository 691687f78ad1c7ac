"""JSON as bytes, whatever a snapshot put into the strings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol, TypeAlias

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
    if written.isascii():  # all that it escapes not is DEL
        return written.replace(b"\x7f", b"\\u007f")
    text = written.decode()
    unprintable = {ord(c): json.dumps(c)[1:-1] for c in set(text) if c != "\n" and not c.isprintable()}
    if "\x7f" in text:
        unprintable[0x7F] = "\\u007f"
    return text.translate(unprintable).encode() if unprintable else written


def json_in_parts(data: Mapping[str, Data | Iterator[Data]]) -> Iterator[bytes]:
    """The same as `json_bytes`, a member and an element after another: what an iterator gives is never held at once."""
    yield b"{"
    for place, (name, value) in enumerate(data.items()):
        yield (b",\n  " if place else b"\n  ") + _inside(name, 1) + b": "
        if isinstance(value, Iterator):
            yield from _elements(value)
        else:
            yield _inside(value, 1)
    yield b"\n}\n"


class _HasData(Protocol):
    def to_dict(self) -> Mapping[str, Data]: ...


def json_texts(answer: _HasData) -> Iterator[str]:
    """The JSON of an answer, each element of a list at its top by itself; nothing is made before it is asked for.

    A thread that writes it never holds the interpreter for long, whatever there is to write.
    """
    data = answer.to_dict()
    parts = {name: iter(value) if isinstance(value, list) else value for name, value in data.items()}
    yield from (part.decode() for part in json_in_parts(parts))


def _elements(given: Iterable[Data]) -> Iterator[bytes]:
    before = b"[\n    "
    for one in given:
        yield before + _inside(one, 2)
        before = b",\n    "
    yield b"[]" if before.startswith(b"[") else b"\n  ]"


def _inside(data: Data, depth: int) -> bytes:
    """JSON that stands so deep in other JSON: no line breaks but those of its form are in it."""
    return json_bytes(data).rstrip(b"\n").replace(b"\n", b"\n" + b"  " * depth)
