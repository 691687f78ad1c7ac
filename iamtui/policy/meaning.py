"""Whether two documents say the same, however their statements are cut (CH3, CH4).

Where the normal forms differ, all actions are cut into classes and all resources into cells by what the patterns of
both documents tell apart. In each a document amounts to a few ways to be allowed and to be denied: sets of what else
must hold, principals and condition lines. A set that holds another is no way of its own. What is left is equal only
if both documents say the same, and then it is.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from enum import StrEnum
from itertools import product
from typing import NamedTuple, TypeAlias

from iamtui.patterns import Part, split_wildcards
from iamtui.policy.cells import ANYTHING, cells_of
from iamtui.policy.conditions import ConditionTest, SetOperator
from iamtui.policy.document import Document
from iamtui.policy.elements import ANY_RESOURCE, ResourceElement
from iamtui.policy.normal_form import normal_form, principal_form, test_name, value_form
from iamtui.policy.statement import Effect, InvalidDocument, PolicyDocument, PolicyKind, Statement, forbidden_element
from iamtui.policy.strict_json import load_json

_MOST_CELLS = 256
_MOST_WAYS = 256
"""For how many cells, and ways to meet one statement, two documents are compared before it is given up (CH4)."""

Way: TypeAlias = frozenset[Hashable]
Ways: TypeAlias = frozenset[tuple[Effect, Way]]


class Likeness(StrEnum):
    """How far two documents are the same."""

    EQUAL = "equal"  # the same JSON: only white space or the order of members differs
    REWRITTEN = "rewritten"  # proved to say the same
    DIFFERENT = "different"
    NOT_PROVED = "not proved"  # perhaps the same: there was too much to compare


def compare(old: Document, new: Document, kind: PolicyKind) -> Likeness:
    """How far two documents of one kind of policy are the same."""
    if old.source == new.source or _same_json(old, new):
        return Likeness.EQUAL
    before, after = old.policy, new.policy
    if isinstance(before, InvalidDocument) or isinstance(after, InvalidDocument):
        return Likeness.DIFFERENT
    if normal_form(before) == normal_form(after):
        return Likeness.REWRITTEN
    return _compare_by_cells(before, after, kind)


def _same_json(old: Document, new: Document) -> bool:
    try:
        return load_json(old.source) == load_json(new.source)
    except (ValueError, RecursionError):
        return False


class _Parts(NamedTuple):
    """The statements of a document that count, and whether its `${…}` are variables."""

    statements: tuple[Statement, ...]
    has_variables: bool


def _compare_by_cells(before: PolicyDocument, after: PolicyDocument, kind: PolicyKind) -> Likeness:
    sides = [_Parts(_counting(policy, kind), policy.has_variables) for policy in (before, after)]
    statements = [statement for side in sides for statement in side.statements]
    actions = tuple(dict.fromkeys(text for one in statements for text in _action_patterns(one)))
    resources = tuple(dict.fromkeys(pattern for one in statements for pattern in _resource_patterns(one)))
    classes = cells_of((split_wildcards("*:*"),), tuple(map(split_wildcards, actions)), most_cells=_MOST_CELLS)
    cells = cells_of((ANYTHING,), resources, most_cells=_MOST_CELLS)
    if not (classes.complete and cells.complete):
        return Likeness.NOT_PROVED
    places: list[frozenset[tuple[Part, ...]] | None] = [None]  # none: a request without a resource (L36)
    places += [frozenset(resources[place] for place in cell.matched) for cell in cells.cells]
    for matched in {cell.matched for cell in classes.cells}:
        taken = frozenset(actions[place] for place in matched)
        taking = [
            _Parts(tuple(one for one in side.statements if _takes(one, taken)), side.has_variables) for side in sides
        ]
        for place in places:
            try:
                old, new = (_ways(side, place) for side in taking)
            except _TooManyError:
                return Likeness.NOT_PROVED
            if old != new:
                return Likeness.DIFFERENT
    return Likeness.REWRITTEN


def _counting(policy: PolicyDocument, kind: PolicyKind) -> tuple[Statement, ...]:
    return tuple(one for one in policy.statements if forbidden_element(one, kind) is None)


def _action_patterns(statement: Statement) -> list[str]:
    return [text.lower() for text in statement.action.patterns if ":" in text or text == "*"]


def _takes(statement: Statement, matched: frozenset[str]) -> bool:
    if not statement.action.patterns:
        return False
    return any(text in matched for text in _action_patterns(statement)) != statement.action.negated


def _resource_patterns(statement: Statement) -> Iterator[tuple[Part, ...]]:
    """The patterns of Resource that cells can be cut by: those whose match follows from the ARN alone."""
    if statement.resource is not None and not statement.resource.negated:
        for pattern in statement.resource.patterns:
            if pattern.is_plain and pattern.text != ANY_RESOURCE:
                yield pattern.widest


class _TooManyError(Exception):
    """There are more ways than are compared."""


def _ways(side: _Parts, place: frozenset[tuple[Part, ...]] | None) -> Ways:
    """The ways to be allowed and to be denied in one class and cell, none of which holds another."""
    found: set[tuple[Effect, Way]] = set()
    for statement in side.statements:
        choices = [
            _resource_choices(statement.resource, place, has_variables=side.has_variables),
            _principal_choices(statement),
        ]
        choices += [_condition_choices(test, has_variables=side.has_variables) for test in statement.conditions]
        count = 1
        for choice in choices:
            count *= len(choice)
        if count > _MOST_WAYS:
            raise _TooManyError
        found.update((statement.effect, frozenset().union(*way)) for way in product(*choices))
    return frozenset(
        (effect, way) for effect, way in found if not any(other < way for its, other in found if its is effect)
    )


def _resource_choices(
    element: ResourceElement | None, place: frozenset[tuple[Part, ...]] | None, *, has_variables: bool
) -> list[Way]:
    """What must hold for Resource to match here: nothing, one of the patterns with variables, or it cannot."""
    if element is None:
        return [frozenset()]
    if element.negated:
        return [frozenset({("NotResource", frozenset(element.texts), has_variables)})]
    choices: list[Way] = []
    for pattern in element.patterns:
        if pattern.text == ANY_RESOURCE or (place is not None and pattern.is_plain and pattern.widest in place):
            return [frozenset()]
        if not pattern.is_plain:
            choices.append(frozenset({("Resource", pattern.text, has_variables)}))
    return choices


def _principal_choices(statement: Statement) -> list[Way]:
    element = statement.principal
    if element is None:
        return [frozenset()]
    entries = [principal_form(entry) for entry in element.entries]
    if element.negated:
        return [frozenset({("NotPrincipal", frozenset(entries))})]
    return [frozenset({("Principal", entry)}) for entry in entries]


def _condition_choices(test: ConditionTest, *, has_variables: bool) -> list[Way]:
    """A line of several values is as many lines: one must hold, or all, as the operator has it (C1, C2, C21, C22)."""
    name = (test_name(test).lower(), has_variables or not any("${" in value.text for value in test.values))
    values = [value_form(test, value) for value in test.values]
    operator = test.operator
    if operator is not None and values and operator.name != "Null":
        if not operator.negated and test.set_operator is not SetOperator.ALL:
            return [frozenset({(name, value)}) for value in values]
        if operator.negated and test.set_operator is not SetOperator.ANY:
            return [frozenset((name, value) for value in values)]
    return [frozenset({(name, frozenset(values))})]


def any_of(likenesses: Iterable[Likeness]) -> Likeness:
    """The result of several comparisons: the greatest difference."""
    return max(likenesses, key=list(Likeness).index, default=Likeness.EQUAL)
