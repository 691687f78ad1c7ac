"""From the JSON of a policy document to its statements (L1-L11)."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping
from functools import lru_cache
from sys import intern
from typing import cast

from iamtui.policy.conditions import ConditionTest, condition_test
from iamtui.policy.elements import ActionElement, ResourceElement
from iamtui.policy.positions import Position, Positions, escape, first_beyond, first_word, position
from iamtui.policy.principals import KEYS, PrincipalElement, PrincipalEntry, parse_entry
from iamtui.policy.statement import Effect, InvalidDocument, PolicyDocument, Statement
from iamtui.policy.strict_json import DEEPEST, ConstantError, DuplicateError, JsonValue, RefusedError, cut, load_json

VERSIONS = ("2012-10-17", "2008-10-17")
_STATEMENT_ELEMENTS = frozenset(
    ("Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition")
)


def parse_policy(source: bytes) -> PolicyDocument | InvalidDocument:
    """Read and compile a document; what AWS could not have stored is an `InvalidDocument` (L1-L3, L11)."""
    try:
        return _read_document(load_json(source))
    except json.JSONDecodeError as error:
        return InvalidDocument(f"not valid JSON: {error.msg}", error.lineno, error.colno)
    except UnicodeDecodeError as error:
        sound = source[: error.start].decode("utf-8")
        return _at(position(sound, len(sound)), f"not UTF-8 at byte {error.start}")
    except DuplicateError as error:
        positions = Positions(source.decode("utf-8"))
        pointer = positions.duplicate or ""
        return _at(positions.name(pointer), str(error), cut(pointer))
    except ConstantError as error:
        return _at(first_word(source.decode("utf-8"), error.constant), str(error))
    except RefusedError as error:
        return InvalidDocument(str(error), pointer=error.pointer)
    except RecursionError:
        return too_deep(source)


def too_deep(source: bytes) -> InvalidDocument:
    """What is said of a document that is nested too deeply."""
    return _at(first_beyond(source.decode("utf-8", "replace"), DEEPEST), "nested too deeply")


def _at(place: Position | None, message: str, pointer: str = "") -> InvalidDocument:
    if place is None:
        return InvalidDocument(message, pointer=pointer)
    return InvalidDocument(message, place.line, place.column, pointer)


def _read_document(value: JsonValue) -> PolicyDocument:
    if not isinstance(value, dict):
        raise RefusedError("a policy document is a JSON object")
    version = value.get("Version", VERSIONS[1])
    if version not in VERSIONS:
        raise RefusedError(f"Version is {_told(version)}, not 2012-10-17 or 2008-10-17", "/Version")
    if "Statement" not in value:
        raise RefusedError("there is no Statement")
    for name in value:
        if name not in ("Version", "Id", "Statement"):
            raise RefusedError(f"a policy document has no element {name!r}", f"/{escape(name)}")
    listed = value["Statement"]
    if isinstance(listed, dict):
        listed = [listed]
    if not isinstance(listed, list):
        raise RefusedError("Statement is neither an object nor a list", "/Statement")
    policy_id = value.get("Id")
    actions = [_action_of(member, index) for index, member in enumerate(listed)]
    members = cast("list[dict[str, JsonValue]]", listed)
    reader = _READERS[str(version)]
    return PolicyDocument(reader.version, policy_id if isinstance(policy_id, str) else None, actions, members, reader)


_NO_ACTION = ActionElement((), negated=False)


class _Reader:
    """Reads the statements of documents of one version."""

    def __init__(self, version: str) -> None:
        self.version = version

    def read(self, index: int, written: Mapping[str, JsonValue], patterns: tuple[str, ...]) -> Statement:
        """The statement; `patterns` are those of its Action, which are not kept twice."""
        return _read_statement(index, written, patterns, variables=self.version == VERSIONS[0])

    def resource(self, written: Mapping[str, JsonValue]) -> tuple[str, ...] | None:
        """The patterns of a Resource; None where there is none, or none that can be read."""
        if "Resource" not in written or "NotResource" in written:
            return None
        try:
            return _strings(written["Resource"], "Resource")
        except RefusedError:
            return None

    def label(self, index: int, written: Mapping[str, JsonValue]) -> str:
        """What a statement is called: its Sid, or its index."""
        sid = written.get("Sid")
        return (sid if type(sid) is str else "") or str(index)

    def content(self, written: Mapping[str, JsonValue]) -> Hashable:
        """All that is written but a Sid, and the actions where they were read."""
        found: list[Hashable] = [self]
        for name, value in written.items():
            if type(value) is not str:
                found += (name, None if value is None else _hashable(value))
            elif name != "Sid":
                found += (name, value)
        return tuple(found)


_READERS = {version: _Reader(version) for version in VERSIONS}

_DEEPEST = 4
"""How deep what is written in a statement is nested: no more is read of it."""


def _hashable(value: JsonValue, depth: int = _DEEPEST) -> Hashable:
    """Equal for JSON that is; what is nested deeper than statements are equals nothing else."""
    if type(value) is str:
        return value
    if not depth:
        return object()
    if isinstance(value, list):
        return (
            tuple(value)
            if _STRING.issuperset(map(type, value))
            else tuple([_hashable(one, depth - 1) for one in value])
        )
    if isinstance(value, dict):
        return dict, tuple([(name, _hashable(one, depth - 1)) for name, one in value.items()])
    return type(value), value


def _action_of(value: JsonValue, index: int) -> tuple[tuple[str, ...], bool]:
    """The Action of a statement; of one that cannot be read nothing.

    What was read is taken out of the JSON: of thousands of documents no list need be kept twice.
    """
    if not isinstance(value, dict):
        raise RefusedError("a statement is a JSON object", f"/Statement/{index}")
    try:
        patterns, negated = _read_action(value)
    except RefusedError:
        return (), False
    if patterns:
        value["NotAction" if negated else "Action"] = None
    return patterns, negated


def _read_statement(
    index: int, value: Mapping[str, JsonValue], patterns: tuple[str, ...], *, variables: bool
) -> Statement:
    """Compile a statement, or keep it as one that never matches and says why (L6)."""
    sid = value.get("Sid")
    name = intern(sid) if type(sid) is str else None
    try:
        effect = _read_effect(value)
        _check_elements(value)
        if not patterns:
            _read_action(value)  # a list of nothing (L9), or what is none
        return Statement(
            index,
            name,
            effect,
            _read_principal(value),
            ActionElement(patterns, negated="NotAction" in value),
            _read_resource(value, variables=variables),
            _read_conditions(value["Condition"], variables=variables) if "Condition" in value else (),
        )
    except RefusedError as error:
        effect = Effect.DENY if value.get("Effect") == "Deny" else Effect.ALLOW
        return Statement(index, name, effect, None, _NO_ACTION, None, (), str(error))


_EFFECTS = {"Allow": Effect.ALLOW, "Deny": Effect.DENY}


def _read_effect(value: Mapping[str, JsonValue]) -> Effect:
    effect = value.get("Effect")
    if isinstance(effect, str) and (found := _EFFECTS.get(effect)) is not None:
        return found
    raise RefusedError("Effect is missing" if effect is None else f"Effect is {_told(effect)}, not Allow or Deny")


def _told(value: JsonValue) -> str:
    """A value for a message; what holds others is not spelled out, for it may be nested to any depth."""
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    return repr(value) if isinstance(value, str) else json.dumps(value)


def _check_elements(value: Mapping[str, JsonValue]) -> None:
    if not _STATEMENT_ELEMENTS.issuperset(value):
        unknown = next(name for name in value if name not in _STATEMENT_ELEMENTS)
        raise RefusedError(f"a statement has no element {unknown!r}")
    if "NotAction" in value or "NotResource" in value or "NotPrincipal" in value:
        for name in ("Action", "Resource", "Principal"):
            if name in value and f"Not{name}" in value:
                raise RefusedError(f"{name} and Not{name} exclude each other")
    if "Action" not in value and "NotAction" not in value:
        raise RefusedError("neither Action nor NotAction")
    if type(value.get("Sid", "")) is not str:
        raise RefusedError("Sid is not a string")


def _read_action(value: Mapping[str, JsonValue]) -> tuple[tuple[str, ...], bool]:
    """The patterns, and whether they are a NotAction's; a list of nothing is none (L9)."""
    negated = "NotAction" in value
    name = "NotAction" if negated else "Action"
    patterns = _strings(value.get(name), name)
    return patterns, negated and bool(patterns)


def _read_resource(value: Mapping[str, JsonValue], *, variables: bool) -> ResourceElement | None:
    negated = "NotResource" in value
    name = "NotResource" if negated else "Resource"
    if name not in value:
        return None
    texts = _strings(value[name], name)
    return ResourceElement(texts, negated=negated and bool(texts), variables=variables)


def _read_principal(value: Mapping[str, JsonValue]) -> PrincipalElement | None:
    negated = "NotPrincipal" in value
    name = "NotPrincipal" if negated else "Principal"
    if name not in value:
        return None
    given = value[name]
    if given == "*":
        return PrincipalElement(negated, (parse_entry("*", "*"),))
    if isinstance(given, list) and not given:
        return PrincipalElement(negated=False, entries=())
    if not isinstance(given, dict):
        raise RefusedError(f"{name} is neither '*' nor an object")
    entries: list[PrincipalEntry] = []
    for key, texts in given.items():
        if key not in KEYS:
            raise RefusedError(f"{name} has no key {key!r} (expected {', '.join(KEYS)})")
        entries.extend(parse_entry(key, text) for text in _strings(texts, f"{name}.{key}"))
    return PrincipalElement(negated and bool(entries), tuple(entries))


def _read_conditions(value: JsonValue, *, variables: bool) -> tuple[ConditionTest, ...]:
    if not isinstance(value, dict):
        raise RefusedError("Condition is not an object")
    tests: list[ConditionTest] = []
    for operator, keys in value.items():
        if not isinstance(keys, dict):
            raise RefusedError(f"Condition.{operator} is not an object")
        for key, given in keys.items():
            values = _values(given, f"Condition.{operator}.{key}")
            tests.append(condition_test(operator, key, values, variables=variables))
    return tuple(tests)


def _strings(value: JsonValue, name: str) -> tuple[str, ...]:
    """A string, or a list of strings (L4); a `NumberText` is no string of the JSON."""
    if type(value) is str:
        return _alone(value)
    if isinstance(value, list) and _STRING.issuperset(map(type, value)):
        return tuple(map(intern, cast("list[str]", value)))
    raise RefusedError(f"{name} is neither a string nor a list of strings")


_STRING = frozenset((str,))


@lru_cache(maxsize=4_096)
def _alone(text: str) -> tuple[str, ...]:
    """A list of one string: thousands of documents have the same."""
    return (intern(text),)


def _values(value: JsonValue, name: str) -> tuple[str, ...]:
    """Condition values: strings, numbers and booleans as their JSON text (L5)."""
    members = value if isinstance(value, list) else [value]
    texts: list[str] = []
    for member in members:
        if isinstance(member, bool):
            texts.append("true" if member else "false")
        elif isinstance(member, str):
            texts.append(str(member))
        else:
            raise RefusedError(f"{name} is neither a string, a number, a boolean nor a list of them")
    return tuple(texts)
