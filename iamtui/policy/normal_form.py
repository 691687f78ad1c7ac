"""What a statement says, without what AWS does not read in it: order, repetition, letter case, Sids (CH3)."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from iamtui.patterns import Part, is_plain, split_wildcards
from iamtui.policy.conditions import ConditionTest
from iamtui.policy.covering import covers
from iamtui.policy.elements import ANY_RESOURCE, ResourcePattern
from iamtui.policy.policy_values import PolicyValue
from iamtui.policy.principals import EntryKind, PrincipalEntry
from iamtui.policy.statement import PolicyDocument, Statement
from iamtui.policy.values import read_network, simple_fold


class Element(NamedTuple):
    """One element of a statement: how it is called, and its members as written, by what each means."""

    label: str
    members: Mapping[Hashable, str]


Elements: TypeAlias = Mapping[str, Element]
"""The elements of a statement, by their labels in lower case."""

NormalStatement: TypeAlias = frozenset[tuple[str, frozenset[Hashable]]]
"""A statement for comparing: two are equal only if AWS reads the same in both."""

VARIABLES_OFF = "Version"
"""The element that a statement has whose `${…}` are plain text, as in version 2008-10-17 (V2)."""

_STARS = re.compile(r"\*+")


def normal_form(policy: PolicyDocument) -> frozenset[NormalStatement]:
    """All statements of a document, each once."""
    return frozenset(normal_statement(elements(statement, policy)) for statement in policy.statements)


def normal_statement(found: Elements) -> NormalStatement:
    """The elements without how they are written."""
    return frozenset((key, frozenset(element.members)) for key, element in found.items())


def elements(statement: Statement, policy: PolicyDocument) -> Elements:
    """What a statement says, element by element.

    A member that another of the same list covers says nothing, and is left out. A statement that AWS would refuse
    says why it does.
    """
    return {element.label.lower(): element for element in _elements(statement, policy)}


def rest_of(statement: Statement, policy: PolicyDocument) -> NormalStatement:
    """A statement that AWS would not refuse, without its Action."""
    effect = Element("Effect", {statement.effect: statement.effect.value})
    return normal_statement({one.label.lower(): one for one in (effect, *_beside_action(statement, policy))})


def _elements(statement: Statement, policy: PolicyDocument) -> Iterator[Element]:
    yield Element("Effect", {statement.effect: statement.effect.value})
    if statement.invalid is not None:
        yield Element("Refused", {(statement.invalid, statement.index): statement.invalid})
        return
    yield Element(_negation(statement.action.negated, "Action"), dict(_actions(statement.action.patterns)))
    yield from _beside_action(statement, policy)


def _beside_action(statement: Statement, policy: PolicyDocument) -> Iterator[Element]:
    """The elements of a statement that follow its Action."""
    if statement.resource is not None:
        label = _negation(statement.resource.negated, "Resource")
        yield Element(label, {pattern.text: pattern.text for pattern in _widest(statement.resource.patterns)})
    if statement.principal is not None:
        label = _negation(statement.principal.negated, "Principal")
        yield Element(label, {principal_form(entry): _written(entry) for entry in statement.principal.entries})
    for test in statement.conditions:
        yield Element(f"Condition {test_name(test)}", {value_form(test, value): value.text for value in test.values})
    if _has_variables(statement) and not policy.has_variables:
        yield Element(VARIABLES_OFF, {policy.version: "2008-10-17, in which variables are plain text"})


def _negation(negated: bool, name: str) -> str:  # noqa: FBT001 - of an element
    return f"Not{name}" if negated else name


def _actions(patterns: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The patterns that can match (L24) and that no other covers, in lower case."""
    folded = {_STARS.sub("*", text.lower()): text for text in patterns if ":" in text or text == "*"}
    wide = [text for text in folded if not is_plain(text)]
    parts = {text: split_wildcards(text) for text in folded} if wide else {}
    for text, written in folded.items():
        if not any(_is_wider(parts[other], parts[text]) for other in wide):
            yield text, written


def _is_wider(wider: tuple[Part, ...], narrower: tuple[Part, ...]) -> bool:
    """Whether a pattern takes all of another, and more."""
    return wider != narrower and covers(wider, narrower) and not covers(narrower, wider)


def _widest(patterns: tuple[ResourcePattern, ...]) -> Iterator[ResourcePattern]:
    """The patterns that no other covers; `*` covers all, a short one or one with variables nothing (L34, V4)."""
    if any(pattern.text == ANY_RESOURCE for pattern in patterns):
        yield next(pattern for pattern in patterns if pattern.text == ANY_RESOURCE)
        return
    parts = [pattern.widest for pattern in patterns]
    wide = [
        own for pattern, own in zip(patterns, parts, strict=True) if pattern.static is not None and not pattern.short
    ]
    for pattern, own in zip(patterns, parts, strict=True):
        if pattern.short or not any(_is_wider(other, own) for other in wide):
            yield pattern


def principal_form(entry: PrincipalEntry) -> Hashable:
    """What an entry means: an account is the same by its number and by the ARN of its root (L50)."""
    match entry.kind:
        case EntryKind.EVERYONE:
            return entry.kind
        case EntryKind.ACCOUNT:
            return entry.kind, entry.account
        case _:
            return entry.key, entry.text


def _written(entry: PrincipalEntry) -> str:
    return entry.text if entry.key in ("AWS", "*") else f"{entry.key} {entry.text}"


def test_name(test: ConditionTest) -> str:
    """Operator and key of a condition line; AWS reads ArnEquals as ArnLike, ArnNotEquals as ArnNotLike (C38)."""
    if test.operator is None:
        return f"{test.spelling} {test.key}"
    name = test.operator.name.replace("ArnEquals", "ArnLike").replace("ArnNotEquals", "ArnNotLike")
    prefix = f"{test.set_operator}:" if test.set_operator is not None else ""
    return f"{prefix}{name}{'IfExists' if test.if_exists else ''} {test.key}"


def value_form(test: ConditionTest, value: PolicyValue) -> Hashable:
    """What a value of a condition means to its operator: numbers, dates, ranges and case as it reads them."""
    operator, text = test.operator, value.text
    if operator is None or (value.template is not None and value.template.variables):
        return text
    if operator.name in ("Bool", "Null"):
        return text.lower()
    if operator.name.endswith("IgnoreCase"):
        return simple_fold(text)
    if operator.name.endswith("IpAddress"):
        return read_network(text) or text
    read = None if operator.reads is None else operator.reads(text)
    return text if read is None or not isinstance(read, Hashable) else read


def _has_variables(statement: Statement) -> bool:
    texts = [] if statement.resource is None else list(statement.resource.texts)
    texts += [value.text for test in statement.conditions for value in test.values]
    return any("${" in text for text in texts)
