"""Escape that comes in one burst with the key after it, which terminals also send for that key with Alt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from textual import events
from textual._xterm_parser import XTermParser
from textual.keys import KEY_NAME_REPLACEMENTS, _character_to_key
from textual.message import Message

_ALT = "alt+"
_BEGINS = r"[^\x1b\[OPX\]^_\\\x7f\tfb]"
"""What begins no sequence after Escape; `f` and `b` go on by words, as macOS sends it for Alt and an arrow."""
_ESCAPED = re.compile(rf"\x1b(?P<more>\x1b*)(?P<key>{_BEGINS})", re.DOTALL)
_KEY = re.compile(_BEGINS)
_PASTE, _PASTED = "\x1b[200~", "\x1b[201~"
_MARKS = re.compile("(\x1b\\[20[01]~)")
_IN_PASTE = re.compile(r"\x1b(?!\[201~|(\[(2(01?)?)?)?\Z)")


class EscapeParser(XTermParser):
    """Textual's parser; it takes Escape and a character for that with Alt also where more follows at once.

    In what is pasted Textual would take an escape for the begin of keys: it stays text.
    """

    _pastes = False
    _escaped = False

    def feed(self, data: str) -> Iterable[Message]:
        """Parse what the terminal sent."""
        if self._escaped and self._timeout_time is not None and _KEY.match(data):
            self._timeout_time = 0.0  # what came before was Escape alone
            yield from self.tick()
        self._escaped = data.endswith("\x1b")
        if not data:
            yield from super().feed(data)
        for part in filter(None, _MARKS.split(data)):
            if part in (_PASTE, _PASTED):
                self._pastes = part == _PASTE
                yield from super().feed(part)
            elif self._pastes:
                yield from super().feed(_IN_PASTE.sub("\u241b", part))
            else:
                yield from self._keys(part)

    def _keys(self, data: str) -> Iterable[Message]:
        begin = 0
        for found in _ESCAPED.finditer(data):
            if begin < found.start():
                yield from super().feed(data[begin : found.start()])
            yield from (events.Key("escape", "\x1b") for _ in found["more"])
            yield events.Key(f"{_ALT}{_named(found['key'])}", found["key"])
            begin = found.end()
        if begin < len(data):
            yield from super().feed(data[begin:])


def _named(character: str) -> str:
    name = character if character.isalnum() else _character_to_key(character)
    return KEY_NAME_REPLACEMENTS.get(name, name)


def apart(key: events.Key) -> Iterator[events.Key]:
    """Escape and the key, of one that says Alt and is a character."""
    if key.key.startswith(_ALT) and key.character is not None:
        yield events.Key("escape", "\x1b")
        yield events.Key(_named(key.character), key.character)
    else:
        yield key
