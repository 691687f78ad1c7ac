"""What lint finds, and how a statement is looked at on the way (Q1-Q27)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from iamtui.policy.positions import escape
from iamtui.policy.statement import PolicyKind
from iamtui.policy.strict_json import JsonValue, NumberText

_LONGEST_QUOTE = 120
_LONGEST_POINTER = 1_000


class FindingSeverity(StrEnum):
    """The severities of AWS's policy validation, and `info` for what is only worth knowing."""

    ERROR = "error"  # AWS refuses it, or the statement cannot work
    SECURITY = "security"
    WARNING = "warning"
    SUGGESTION = "suggestion"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark on a policy document, or on what has policies.

    `pointer` is a JSON pointer into the document, or into the entity as IAM exports it; `line` and `column` are the
    same place in a document's text, counted from 1 (`None` where the text cannot be read so far, and for entities).
    `statement` is the index of the statement, from 0. `rows` prove it: requests, and what else was looked at (FI1).
    """

    rule: str
    severity: FindingSeverity
    message: str
    fix: str
    pointer: str
    line: int | None = None
    column: int | None = None
    statement: int | None = None
    rows: tuple[str, ...] = ()


def error(rule: str, pointer: str, message: str, fix: str) -> Finding:
    """A finding of something that AWS refuses or that cannot work."""
    return Finding(rule, FindingSeverity.ERROR, message, fix, pointer)


def security(rule: str, pointer: str, message: str, fix: str) -> Finding:
    """A finding of something that gives more than it seems to."""
    return Finding(rule, FindingSeverity.SECURITY, message, fix, pointer)


def warning(rule: str, pointer: str, message: str, fix: str) -> Finding:
    """A finding of something that hardly means what was meant."""
    return Finding(rule, FindingSeverity.WARNING, message, fix, pointer)


def suggestion(rule: str, pointer: str, message: str, fix: str) -> Finding:
    """A finding of something that could be said better."""
    return Finding(rule, FindingSeverity.SUGGESTION, message, fix, pointer)


def info(rule: str, pointer: str, message: str, fix: str) -> Finding:
    """A finding of something worth knowing."""
    return Finding(rule, FindingSeverity.INFO, message, fix, pointer)


@dataclass(frozen=True, slots=True)
class Text:
    """A string of the document with its place."""

    pointer: str
    value: str


@dataclass(frozen=True, slots=True)
class ConditionLine:
    """One (operator, key) line of a Condition block; `pointer` is the place of the key."""

    pointer: str
    operator: str
    key: str
    values: tuple[Text, ...]
    is_empty_list: bool


@dataclass(frozen=True, slots=True)
class StatementView:
    """A statement as it is written, valid or not; what a check does not understand it takes for absent."""

    index: int
    pointer: str
    members: Mapping[str, JsonValue]
    kind: PolicyKind
    variables: bool

    @property
    def allows(self) -> bool:
        """Whether the effect is Allow."""
        return self.members.get("Effect") == "Allow"

    @property
    def denies(self) -> bool:
        """Whether the effect is Deny."""
        return self.members.get("Effect") == "Deny"

    def has(self, *names: str) -> bool:
        """Whether the statement has one of these elements."""
        return any(name in self.members for name in names)

    def at(self, *names: str) -> str:
        """The pointer of a member of the statement."""
        return "".join((self.pointer, *(f"/{escape(name)}" for name in names)))

    def texts(self, *names: str) -> tuple[Text, ...]:
        """The strings of the elements `names`, each a string or a list of strings (L4)."""
        return tuple(text for name in names for text in texts_of(self.members.get(name), self.at(name)))

    def principals(self) -> Iterator[tuple[str, Text]]:
        """The entries of Principal and NotPrincipal with their key; the bare star has the key `*`."""
        for name in ("Principal", "NotPrincipal"):
            given = self.members.get(name)
            if isinstance(given, dict):
                for key, value in given.items():
                    yield from ((key, text) for text in texts_of(value, self.at(name, key)))
            elif given == "*":
                yield "*", Text(self.at(name), "*")

    def conditions(self) -> Iterator[ConditionLine]:
        """The lines of the Condition block, values as their JSON text (L5)."""
        block = self.members.get("Condition")
        if not isinstance(block, dict):
            return
        for operator, keys in block.items():
            if not isinstance(keys, dict):
                continue
            for key, value in keys.items():
                pointer = self.at("Condition", operator, key)
                yield ConditionLine(pointer, operator, key, texts_of(value, pointer), value == [])

    def condition_keys(self) -> frozenset[str]:
        """The keys of the Condition block in lower case."""
        return frozenset(line.key.lower() for line in self.conditions())


def texts_of(value: JsonValue, pointer: str) -> tuple[Text, ...]:
    """A value, or the values of a list, as texts; what is neither text, number nor boolean is left out."""
    if isinstance(value, list):
        return tuple(
            Text(f"{pointer}/{index}", text) for index, item in enumerate(value) if (text := _text(item)) is not None
        )
    text = _text(value)
    return () if text is None else (Text(pointer, text),)


def _text(value: JsonValue) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str) else None


def quoted(value: object) -> str:
    """A value of the document for a message: in quotes, and cut where it is long; what holds others by its type."""
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    text = repr(str(value)[:_LONGEST_QUOTE])
    return text if len(str(value)) <= _LONGEST_QUOTE else f"{text[:-1]}…{text[-1]}"


def shortened(pointer: str) -> str:
    """A pointer, cut where the document names its members with megabytes."""
    return pointer if len(pointer) <= _LONGEST_POINTER else f"{pointer[:_LONGEST_POINTER]}…"


def is_string(value: JsonValue) -> bool:
    """Whether a value is a string of the JSON, and no number."""
    return isinstance(value, str) and not isinstance(value, NumberText)


def is_string_or_strings(value: JsonValue) -> bool:
    """Whether a value is a string or a list of strings (L4)."""
    return all(is_string(member) for member in (value if isinstance(value, list) else [value]))


def is_condition_value(value: JsonValue) -> bool:
    """Whether a value is a string, a number, a boolean or a list of them (L5)."""
    return all(isinstance(member, str | bool) for member in (value if isinstance(value, list) else [value]))
