"""Patterns with wildcards and variables (L20-L39, V1-V11): lists of tokens, matched by plain recursion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Char:
    """One literal character."""

    text: str


@dataclass(frozen=True)
class Star:
    """Any run of characters; `colons` says whether the run may hold a colon (L30)."""

    colons: bool = True


@dataclass(frozen=True)
class One:
    """Exactly one character; `colons` as for `Star`."""

    colons: bool = True


@dataclass(frozen=True)
class Variable:
    """`${key}` or `${key, 'default'}` (V1, V7)."""

    key: str
    default: str | None


Token = Char | Star | One | Variable
Lookup = Callable[[str], str | None]
"""From the name of a key to its single value, or None where it has none (V1)."""


def tokens(text: str, *, variables: bool, wildcards: bool = True) -> list[Token]:
    """Read a pattern; where `variables` is off, `${` is ordinary text (V2, V4)."""
    result: list[Token] = []
    position = 0
    while position < len(text):
        if variables and text.startswith("${", position) and "}" in text[position:]:
            end = text.index("}", position)
            token = variable(text[position + 2 : end])
            if token is not None:
                result.append(token)
                position = end + 1
                continue
        char = text[position]
        if wildcards and char == "*":
            result.append(Star())
        elif wildcards and char == "?":
            result.append(One())
        else:
            result.append(Char(char))
        position += 1
    return result


def variable(body: str) -> Token | None:
    """Read what stands between `${` and `}`; None if it is malformed and therefore text (V10)."""
    if body in ("*", "?", "$"):
        return Char(body)  # V6
    key, comma, rest = body.partition(",")
    if key == "" or " " in key or "'" in key:
        return None
    if not comma:
        return Variable(key, None)
    if len(rest) >= 3 and rest.startswith(" '") and rest.endswith("'"):
        return Variable(key, rest[2:-1])
    return None


def substitute(pattern: list[Token], lookup: Lookup) -> list[Token] | None:
    """Put values in the place of variables as literal text (V5, V11); None if one has no value (V8, V9)."""
    result: list[Token] = []
    for token in pattern:
        if not isinstance(token, Variable):
            result.append(token)
            continue
        value = lookup(token.key)
        if value is None:
            value = token.default
        if value is None:
            return None
        result.extend(Char(char) for char in value)
    return result


def valueless(pattern: list[Token], lookup: Lookup) -> set[str]:
    """The keys, in lower case, that a pattern needs and that have neither value nor default (E88)."""
    return {
        token.key.lower()
        for token in pattern
        if isinstance(token, Variable) and token.default is None and lookup(token.key) is None
    }


def glob(pattern: list[Token], text: str) -> bool:
    """Whether the whole text matches."""
    if not pattern:
        return text == ""
    first, rest = pattern[0], pattern[1:]
    if isinstance(first, Star):
        for length in range(len(text) + 1):
            if not first.colons and ":" in text[:length]:
                return False
            if glob(rest, text[length:]):
                return True
        return False
    if text == "":
        return False
    if isinstance(first, One):
        return (first.colons or text[0] != ":") and glob(rest, text[1:])
    assert isinstance(first, Char), "variables are substituted before matching"
    return first.text == text[0] and glob(rest, text[1:])


def segments(pattern: list[Token], count: int) -> list[list[Token]]:
    """Cut a pattern at its literal colons into at most `count` parts, the last with all further colons."""
    parts: list[list[Token]] = [[]]
    for token in pattern:
        if token == Char(":") and len(parts) < count:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def matches_action(pattern: str, action: str) -> bool:
    """L20-L25: without regard to case; `*` alone or with a colon in it."""
    if pattern != "*" and ":" not in pattern:
        return False  # L24
    return glob(tokens(pattern.lower(), variables=False), action.lower())


def resource_tokens(pattern: str, *, variables: bool) -> list[Token]:
    """A resource pattern with variables only after the fifth colon (V4, L39)."""
    parts = pattern.split(":", 5)
    if len(parts) < 6:
        return tokens(pattern, variables=False)
    head = ":".join(parts[:5]) + ":"
    return tokens(head, variables=False) + tokens(parts[5], variables=variables)


def matches_arn(pattern: list[Token], arn: str) -> bool:
    """L30: colons are kept to their segment in the first five, save by a `*` that ends one."""
    parts = segments(pattern, 6)
    bound: list[Token] = []
    for number, part in enumerate(parts):
        if number > 0:
            bound.append(Char(":"))
        for place, token in enumerate(part):
            free = number == 5 or (isinstance(token, Star) and place == len(part) - 1)
            if isinstance(token, Star):
                bound.append(Star(free))
            elif isinstance(token, One):
                bound.append(One(free))
            else:
                bound.append(token)
    return glob(bound, arn)
