"""What a statement takes, and what two take together, written as a statement again (WP4)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from iamtui.policy.elements import ANY_RESOURCE
from iamtui.policy.operators import OPERATORS
from iamtui.policy.shared_patterns import (
    OF_ACTIONS,
    OF_RESOURCES,
    Patterns,
    UnwritableError,
    covers_all,
    either,
    may_share,
    shared,
)
from iamtui.policy.statement import Effect, Statement


class Test(NamedTuple):
    """One line of a Condition block."""

    operator: str
    key: str
    values: tuple[str, ...]

    @property
    def place(self) -> tuple[str, str]:
        """Where it stands in the block: there is but one of each."""
        return self.operator.lower(), self.key.lower()


class Scope(NamedTuple):
    """What a statement takes, whatever its effect."""

    actions: Patterns
    resources: Patterns
    tests: tuple[Test, ...] = ()


EVERYTHING = Scope(Patterns(("*",)), Patterns((ANY_RESOURCE,)))
Data: TypeAlias = "str | Sequence[Data] | Mapping[str, Data]"


def scope_of(statement: Statement, *, completes_short: bool) -> Scope:
    """What a statement takes, as version 2012-10-17 says it.

    Raises:
        UnwritableError: a short ARN means something else in an identity policy (L34).
    """
    element = statement.resource
    texts, variables = ((ANY_RESOURCE,), True) if element is None else (element.texts, element.variables)
    if not completes_short and any(text.count(":") < 5 and text != ANY_RESOURCE for text in texts):
        raise UnwritableError("a short ARN")

    def written(text: str) -> str:
        return text if variables else text.replace("${", "${$}{")

    tests = (
        Test(one.spelling, one.key, tuple(written(value.text) for value in one.values)) for one in statement.conditions
    )
    return Scope(
        Patterns(statement.action.patterns, statement.action.negated),
        Patterns(tuple(map(written, texts)), element is not None and element.negated),
        tuple(sorted(tests)),
    )


def together(first: Scope, second: Scope) -> Scope | None:
    """What both take; None if nothing.

    Raises:
        UnwritableError: no statement says it.
    """
    actions = shared(first.actions, second.actions, OF_ACTIONS)
    if not actions.takes_any:
        return None
    resources = shared(first.resources, second.resources, OF_RESOURCES)
    if not resources.takes_any:
        return None
    tests = _both(first.tests, second.tests)
    return None if tests is None else Scope(actions, resources, tests)


def may_meet(first: Scope, second: Scope) -> bool:
    """Whether there may be something that both take, by their actions and resources."""
    pairs = ((first.actions, second.actions, OF_ACTIONS), (first.resources, second.resources, OF_RESOURCES))
    return all(may_share(*pair) for pair in pairs)


def takes_all_of(wider: Scope, narrower: Scope) -> bool:
    """Whether a scope takes all that another does; False also where that is not seen."""
    if not set(wider.tests) <= set(narrower.tests):
        return False
    return covers_all(wider.actions, narrower.actions, OF_ACTIONS) and covers_all(
        wider.resources, narrower.resources, OF_RESOURCES
    )


def merged(scopes: Iterable[Scope]) -> list[Scope]:
    """Fewer scopes that take the same together: lists are joined, and what another takes is left out."""
    kept: list[Scope] = []
    for scope in _with_joined_resources(_with_joined_actions(scopes)):
        if not any(takes_all_of(other, scope) for other in kept):
            kept = [*(other for other in kept if not takes_all_of(scope, other)), scope]
    return kept


def _with_joined_actions(scopes: Iterable[Scope]) -> list[Scope]:
    """One scope for all that differ in their lists of actions alone."""
    found: dict[Hashable, Scope] = {}
    for scope in scopes:
        key = scope if scope.actions.negated else (scope.resources, scope.tests)
        held = found.get(key, scope)
        found[key] = scope._replace(actions=either(held.actions, scope.actions, OF_ACTIONS))
    return list(found.values())


def _with_joined_resources(scopes: Iterable[Scope]) -> list[Scope]:
    """One scope for all that differ in their lists of resources alone."""
    found: dict[Hashable, Scope] = {}
    for scope in scopes:
        key = scope if scope.resources.negated else (scope.actions, scope.tests)
        held = found.get(key, scope)
        found[key] = scope._replace(resources=either(held.resources, scope.resources, OF_RESOURCES))
    return list(found.values())


def as_data(scope: Scope, effect: Effect) -> dict[str, Data]:
    """A scope as a statement of a document."""
    statement: dict[str, Data] = {"Effect": effect.value}
    for name, element in (("Action", scope.actions), ("Resource", scope.resources)):
        statement[f"Not{name}" if element.negated else name] = _one_or_list(element.texts)
    blocks: dict[str, dict[str, Data]] = {}
    for test in scope.tests:
        blocks.setdefault(test.operator, {})[test.key] = _one_or_list(test.values)
    return {**statement, "Condition": blocks} if blocks else statement


def _one_or_list(texts: tuple[str, ...]) -> Data:
    return texts[0] if len(texts) == 1 else list(texts)


def _both(first: tuple[Test, ...], second: tuple[Test, ...]) -> tuple[Test, ...] | None:
    """The lines of a block that holds where two do; None where none can."""
    found = {test.place: test for test in first}
    if len(found) < len(first) or len({test.place for test in second}) < len(second):
        raise UnwritableError("conditions that differ in letter case alone")
    for test in second:
        held = found.get(test.place)
        if held is None or set(held.values) == set(test.values):
            found[test.place] = test
            continue
        joined = _joined(held, test, found)
        if joined is None:
            return None
        found[joined.place] = joined
    return tuple(sorted(found.values()))


def _joined(held: Test, test: Test, found: dict[tuple[str, str], Test]) -> Test | None:
    """One line for two of the same operator and key, or the second with an operator that stands beside the first."""
    name = test.operator.lower()
    operator = OPERATORS.get(name.removesuffix("ifexists"))
    if operator is not None and operator.negated:
        return test._replace(values=tuple(dict.fromkeys((*held.values, *test.values))))
    if operator is not None and name in ("stringequals", "stringequalsifexists") and not _has_variable((held, test)):
        values = tuple(value for value in held.values if value in test.values)
        if values or name == "stringequals":
            return test._replace(values=values) if values else None
    beside = test._replace(operator=f"{test.operator}IfExists")
    if operator is None or name.endswith("ifexists") or name == "null" or beside.place in found:
        raise UnwritableError(f"two conditions {test.operator} of {test.key}")
    return beside


def _has_variable(tests: Iterable[Test]) -> bool:
    return any("$" in value for test in tests for value in test.values)
