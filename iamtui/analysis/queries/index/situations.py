"""One result for all who are in the same situation: those for whom everything that a decision consulted is equal (WC2).

What a result was made from is recorded while it is made. Another caller shares it only where each of the recorded keys
is the same for both; where a key is compared with fixed values alone, it is enough that the comparisons agree.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Generic, NamedTuple, TypeVar

from iamtui.analysis.queries.index.told_by_tests import ToldByTests
from iamtui.policy.conditions import ConditionTest
from iamtui.policy.keys import Context, KeyState
from iamtui.policy.statement import Statement

T = TypeVar("T")
Caller = TypeVar("Caller")


class Made(NamedTuple, Generic[T]):
    """A result, and the keys that were consulted to make it."""

    result: T
    consulted: tuple[str, ...]


class _Node(Generic[T]):
    """A point on the way to a result: the key that is looked at next, or the result."""

    __slots__ = ("after", "key", "made")

    def __init__(self) -> None:
        self.key: str | None = None
        self.after: dict[Hashable, _Node[T]] = {}
        self.made: Made[T] | None = None


class Situations(Generic[Caller, T]):
    """Makes a result for a caller, or finds the one of another in the same situation."""

    def __init__(self, make: Callable[[Caller], Made[T]], mark: Callable[[Caller, str], Hashable]) -> None:
        self._make = make
        self._mark = mark
        self._root: _Node[T] = _Node()

    def result(self, caller: Caller) -> T:
        """The result for `caller`: `mark` says what its keys are like."""
        node, looked_at = self._root, []
        while node.key is not None:
            looked_at.append(node.key)
            node = node.after.setdefault(self._mark(caller, node.key), _Node())
        if node.made is None:
            made = self._make(caller)
            for key in made.consulted:
                if key not in looked_at:
                    node.key = key
                    node = node.after.setdefault(self._mark(caller, key), _Node())
            node.made = made
        return node.made.result


class Marks:
    """What of a key's value can matter to some statements: how their tests of it turn out, or all of it.

    All of it matters where a statement puts it into a pattern or value, or compares it with another key.
    """

    def __init__(self, statements: Iterable[Statement] = ()) -> None:
        self._tests: dict[str, dict[int, ConditionTest]] = {}
        self._added: dict[int, Statement] = {}
        self._told: dict[str, ToldByTests] = {}
        self._whole = {"aws:multifactorauthpresent"}  # what AWS refuses whatever policies say depends on it too (E81)
        self.add(statements)

    def add(self, statements: Iterable[Statement]) -> None:
        """Take in further statements; marks that were made before are other than those made after."""
        for statement in statements:
            if id(statement) not in self._added:
                self._added[id(statement)] = statement
                self._told.clear()
                self._add(statement)

    def _add(self, statement: Statement) -> None:
        for pattern in statement.resource.patterns if statement.resource is not None else ():
            self._whole.update(variable.folded for variable in pattern.variables)
        for test in statement.conditions:
            self._tests.setdefault(test.folded_key, {})[id(test)] = test
            for value in test.values:
                variables = () if value.template is None else value.template.variables
                self._whole.update(variable.folded for variable in variables)
                if variables:
                    self._whole.add(test.folded_key)

    def of(self, key: str, context: Context) -> Hashable:
        """The mark of `key` in a request."""
        value = context.lookup(key)
        tests = self._tests.get(key)
        if value.state is KeyState.PRESENT and tests is not None and key not in self._whole:
            if len(tests) > _FEW and len(value.values) == 1 and not value.is_list and not value.begins:
                return self._told_of(key).of(value.values[0], context)
            return tuple([test.truth(context) for test in tests.values()])
        return value._replace(source="")

    def _told_of(self, key: str) -> ToldByTests:
        found = self._told.get(key)
        if found is None:
            found = self._told[key] = ToldByTests(self._tests[key].values())
        return found


_FEW = 8
"""How many tests of a key are asked one after another."""
