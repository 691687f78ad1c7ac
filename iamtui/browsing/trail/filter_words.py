"""The filter of the timeline as it is typed: `who=dana error=denied from=-36h`, and words for a row to hold (B11)."""

from __future__ import annotations

import shlex
from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from iamtui.trail.selecting import Filter, FilterError, moment_of, select
from iamtui.trail.trail import Trail

NAMES = {
    "who": "who",
    "action": "actions",
    "resource": "resources",
    "ip": "networks",
    "agent": "agents",
    "region": "regions",
    "account": "accounts",
    "error": "errors",
}
"""Names as they are typed, those of the options of `iamtui trail`, with the members of `Filter`."""
_TIMES = ("from", "to")


@dataclass(frozen=True, slots=True)
class Typed:
    """What a text means: values by name, and the words that stand alone."""

    values: tuple[tuple[str, str], ...]
    words: tuple[str, ...]

    def __str__(self) -> str:
        """The text that means this."""
        return " ".join([*(f"{name}={shlex.quote(value)}" for name, value in self.values), *self.words])

    def but(self, **changed: str) -> Typed:
        """The same with other values in place of those of the same names."""
        kept = [(name, value) for name, value in self.values if name not in changed]
        return Typed((*kept, *changed.items()), self.words)


def read_typed(text: str) -> Typed:
    """Take a text apart; a name without a value yet says nothing."""
    try:
        pieces = shlex.split(text)
    except ValueError:  # a quote that is still open
        pieces = text.split()
    values, words = [], []
    for piece in pieces:
        name, sign, value = piece.partition("=")
        if sign and (name in NAMES or name in _TIMES):
            values += [(name, value)] if value else []
        else:
            words.append(piece)
    return Typed(tuple(values), tuple(words))


def rows_meant(trail: Trail, text: str) -> array[int]:
    """The rows of the events that a text means, in order.

    Raises:
        FilterError: a value that is none, such as a time that cannot be read.
        GoneError: a file changed, where records must be read again for their resources.
    """
    typed = read_typed(text)
    newest = trail.span[1] if trail.span is not None else None
    members: dict[str, list[str]] = {}
    moments = {}
    for name, value in typed.values:
        if name in _TIMES:
            moments[name] = moment_of(value, newest)
        else:
            members.setdefault(NAMES[name], []).append(value)
    asked = Filter(start=moments.get("from"), end=moments.get("to"), **{name: tuple(v) for name, v in members.items()})
    rows: Iterable[int] = select(trail, asked)
    for word in typed.words:
        rows = _with_word(trail, rows, word.casefold())
    return array("I", rows)


def _with_word(trail: Trail, rows: Iterable[int], word: str) -> list[int]:
    """Those whose caller, call, address or error holds a word."""
    columns = trail.columns
    callers = _holding(columns.callers.in_order, lambda caller: caller.label, word)
    calls = _holding(columns.calls.in_order, lambda call: f"{call[0].removesuffix('.amazonaws.com')}:{call[1]}", word)
    addresses = _holding(columns.addresses.in_order, lambda address: address or "", word)
    errors = _holding(columns.errors.in_order, lambda error: error or "", word)
    return [
        row
        for row in rows
        if columns.callers_of[row] in callers
        or columns.calls_of[row] in calls
        or columns.addresses_of[row] in addresses
        or columns.errors_of[row] in errors
    ]


def _holding(values: Sequence[object], text_of: Callable[..., str], word: str) -> set[int]:
    return {number for number, value in enumerate(values) if word in text_of(value).casefold()}


__all__ = ["NAMES", "FilterError", "Typed", "read_typed", "rows_meant"]
