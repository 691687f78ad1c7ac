"""What a document has to say of an action: its statements that take it, and what they read of who carries it."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import NamedTuple

from iamtui.evaluation.keys import differs_by_entity
from iamtui.evaluation.request.caller import CallerKind
from iamtui.policy.conditions import ConditionTest
from iamtui.policy.document import Document
from iamtui.policy.statement import InvalidDocument, Statement


class Side(NamedTuple):
    """Kind and account of a caller: with these, all keys but those of the entity itself are the same."""

    kind: CallerKind
    account: str


class Taken(NamedTuple):
    """A statement that takes an action; `own_keys` are the keys it names that can differ between entities."""

    statement: Statement
    own_keys: tuple[str, ...]


class Taking(NamedTuple):
    """The statements of a document that take an action, and all keys that they name.

    `is_open` where the document cannot be read.
    """

    document: Document
    statements: tuple[Taken, ...]
    is_open: bool = False
    keys: tuple[str, ...] = ()


def taking_of(document: Document, folded: str) -> Taking | None:
    """The statements of one document that take an action, in lower case; None where none does."""
    content = document.policy
    taken = () if isinstance(content, InvalidDocument) else content.taking(folded, folded.partition(":")[0])
    return taking_with(document, taken) if taken or isinstance(content, InvalidDocument) else None


def taking_with(document: Document, statements: Sequence[Statement]) -> Taking:
    """A document with those of its statements that take an action; it is open where it cannot be read."""
    if isinstance(document.policy, InvalidDocument):
        return Taking(document, (), is_open=True)
    keys: dict[str, None] = {}
    taken: list[Taken] = []
    for statement in statements:
        named = tuple(keys_named(statement)) if statement.conditions or _has_variables(statement) else ()
        if named:
            keys.update(dict.fromkeys(named))
        taken.append(Taken(statement, tuple(dict.fromkeys(filter(differs_by_entity, named))) if named else ()))
    return Taking(document, tuple(taken), keys=tuple(keys))


def own_keys(statement: Statement, kind: CallerKind | None = None) -> tuple[str, ...]:
    """The keys that a statement names, in lower case, and that can differ between entities of one kind and account."""
    return tuple(dict.fromkeys(key for key in keys_named(statement) if differs_by_entity(key, kind)))


def keys_named(statement: Statement) -> Iterator[str]:
    """The keys that a statement tests, or puts into a pattern or value, in lower case."""
    if statement.resource is not None and _has_variables(statement):
        for pattern in statement.resource.patterns:
            yield from (variable.folded for variable in pattern.variables)
    yield from keys_tested(statement)


def _has_variables(statement: Statement) -> bool:
    """Whether a pattern of the Resource element may have variables."""
    element = statement.resource
    return element is not None and element.variables and "${" in "\0".join(element.texts)


def keys_tested(statement: Statement) -> Iterator[str]:
    """The keys that the conditions of a statement test, or put into a value, in lower case."""
    for test in statement.conditions:
        yield from keys_of_test(test)


def keys_of_test(test: ConditionTest) -> Iterator[str]:
    """The keys that one line of a Condition block tests, or puts into a value, in lower case."""
    yield test.folded_key
    for value in test.values:
        if value.template is not None:
            yield from (variable.folded for variable in value.template.variables)


def content_of(statement: Statement) -> Hashable:
    """What a statement says where it takes an action, whoever wrote it."""
    element = statement.resource
    resource = None if element is None else (element.negated, frozenset(element.texts), element.variables)
    conditions = frozenset(map(id, statement.conditions))
    return statement.effect, resource, conditions, statement.principal is None, statement.invalid is None
