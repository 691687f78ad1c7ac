"""Policy variables: `${key}`, `${key, 'default'}`, `${*}`, `${?}`, `${$}` (V1-V13)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from iamtui.patterns import Matcher, Part, Wild, compile_parts, split_wildcards
from iamtui.policy.keys import Context, KeyState
from iamtui.policy.truth import Truth

VARIABLE = re.compile(r"\$\{(?:([*?$])|([^\s{}$,']+)(?:, '([^']*)')?)\}")
"""A well-formed variable, or the escape of a character (V6, V7, V10)."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A reference to a condition key; `default` stands in where the key has no value (V7)."""

    key: str
    default: str | None

    @property
    def folded(self) -> str:
        """The key as contexts are asked for it."""
        return self.key.lower()


Piece: TypeAlias = Part | Variable


@dataclass(frozen=True, slots=True)
class Resolved:
    """A template after substitution.

    `text` is None where a variable has no value and no default (V8, V9). `unknown` means that a variable's
    value is not known; the matcher then takes any text in its place (T25).
    """

    text: str | None
    matcher: Matcher | None
    unknown: bool = False

    def match(self, value: str) -> Truth:
        """Compare a request's value with the pattern."""
        if self.matcher is None or not self.matcher(value):
            return Truth.FALSE
        return Truth.UNKNOWN if self.unknown else Truth.TRUE


@dataclass(frozen=True, slots=True)
class Template:
    """A policy string whose wildcards and variables have been found; `static` if it has no variable."""

    text: str
    pieces: tuple[Piece, ...]
    static: Resolved | None

    @property
    def variables(self) -> tuple[Variable, ...]:
        """The variables in the order of the text."""
        return tuple(piece for piece in self.pieces if isinstance(piece, Variable))

    @property
    def parts(self) -> tuple[Part, ...]:
        """The pieces that are no variables."""
        return tuple(piece for piece in self.pieces if not isinstance(piece, Variable))

    def resolve(self, context: Context) -> Resolved:
        """Put the request's values in place (V1)."""
        if self.static is not None:
            return self.static
        resolved = self.resolve_parts(context)
        if resolved is None:
            return Resolved(None, None)
        parts, text, unknown = resolved
        return Resolved(text, compile_parts(parts), unknown)

    def resolve_parts(self, context: Context) -> tuple[tuple[Part, ...], str, bool] | None:
        """The parts after substitution, their text, and whether a value is unknown; None without a value (V8, V9).

        Substituted text is literal: a star inside a value is no wildcard (V5), and nothing is expanded again (V11).
        """
        parts: list[Part] = []
        shown: list[str] = []
        unknown = False
        for piece in self.pieces:
            if not isinstance(piece, Variable):
                parts.append(piece)
                shown.append(piece if isinstance(piece, str) else piece.value)
                continue
            value = context.lookup(piece.folded)
            if value.state in (KeyState.UNKNOWN, KeyState.UNKNOWN_VALUE):
                unknown = True
                parts.append(Wild.ANY)
                shown.append(f"${{{piece.key}}}")
                continue
            text = piece.default if value.as_variable is None else value.as_variable
            if text is None:
                return None
            parts.append(text)
            shown.append(text)
        return tuple(parts), "".join(shown), unknown


@lru_cache(maxsize=65_536)
def template(text: str, *, wildcards: bool, variables: bool) -> Template:
    """Find the wildcards and variables of a policy string, each where the caller says they count (V2, V4).

    `${*}`, `${?}` and `${$}` become plain characters (V6); what is no well-formed variable stays text (V10).
    """
    if not variables or "${" not in text:
        parts = split_wildcards(text) if wildcards else (text,)
        return Template(text, parts, Resolved(text, compile_parts(parts)))
    pieces: list[Piece] = []
    end = 0
    for match in VARIABLE.finditer(text):
        plain = text[end : match.start()]
        pieces.extend(split_wildcards(plain) if wildcards else (plain,))
        escaped, key, default = match.groups()
        pieces.append(escaped or Variable(key, default))
        end = match.end()
    pieces.extend(split_wildcards(text[end:]) if wildcards else (text[end:],))
    pieces = [piece for piece in pieces if piece != ""]
    parts = tuple(piece for piece in pieces if not isinstance(piece, Variable))
    shown = "".join(part if isinstance(part, str) else part.value for part in parts)
    static = Resolved(shown, compile_parts(parts)) if len(parts) == len(pieces) else None
    return Template(text, tuple(pieces), static)
