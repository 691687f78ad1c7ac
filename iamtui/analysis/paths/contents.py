"""What statements say, by numbers: equal ones that different documents hold are one (EP57)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from iamtui.policy.conditions import ConditionTest
from iamtui.policy.statement import Statement


class Contents:
    """Numbers of what statements say: those of a snapshot, which keeps them."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}
        self._known: dict[tuple[int, bool], int] = {}

    def of(self, statements: Iterable[Statement], *, is_one: bool) -> tuple[int, ...]:
        """What some statements of one policy layer say, each thing once, in their order.

        `is_one` says that they are asked about one action that all take: which others they take counts for nothing.
        """
        return tuple(dict.fromkeys([self._number(one, is_one=is_one) for one in statements]))

    def _number(self, statement: Statement, *, is_one: bool) -> int:
        key = (id(statement), is_one)
        found = self._known.get(key)
        if found is None:
            action = None if is_one else (statement.action.negated, statement.action.patterns)
            found = self._numbers.setdefault((action, said_by(statement)), len(self._numbers))
            self._known[key] = found
        return found


def said_by(statement: Statement) -> Hashable:
    """Equal for statements that say the same of the actions that they take, with the effect of both alike."""
    element = statement.resource
    resource = None if element is None else (element.negated, element.texts, element.variables)
    who = None if statement.principal is None else id(statement)
    return statement.effect, statement.invalid, resource, tests_of(statement.conditions), who


def tests_of(conditions: Iterable[ConditionTest]) -> tuple[Hashable, ...]:
    """What a Condition block says: of each value also whether it holds a variable."""
    return tuple(
        [
            (one.spelling, one.key, tuple([(value.text, value.template is not None) for value in one.values]))
            for one in conditions
        ]
    )
