"""What of an asker's own keys can matter to statements: two with equal marks are told the same by them (AM1)."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import NamedTuple

from iamtui.analysis.queries.resources.resource_reads import OF_TAGS
from iamtui.policy.conditions import ConditionTest
from iamtui.policy.elements import ResourceElement
from iamtui.policy.keys import Context, KeyState, KeyValue
from iamtui.policy.statement import Statement
from iamtui.policy.variables import Variable


def variables_in(element: ResourceElement | None) -> Iterator[Variable]:
    """The variables in the patterns of an element."""
    if element is not None and element.variables:
        for pattern in element.patterns:
            yield from pattern.variables


def marks_of(
    context: Context,
    keys: Sequence[str],
    statements: Sequence[Statement],
    beside: Sequence[Statement] = (),
    *,
    knows_tags: bool = True,
) -> Hashable:
    """How the tests of some keys turn out, or all of what they are.

    All of it matters where it is put into a pattern or value, or compared with another key: unless that is a tag of
    resources of which nobody `knows_tags`. Of the statements that stand `beside` their conditions matter alone.
    """
    every = (*statements, *beside)
    in_play = _InPlay(
        context,
        [test for statement in every for test in statement.conditions],
        frozenset(one.folded for statement in statements for one in variables_in(statement.resource)),
        frozenset(one.folded for statement in beside for one in variables_in(statement.resource)),
    )
    return tuple((key, in_play.mark(key, knows_tags=knows_tags)) for key in keys)


class _InPlay(NamedTuple):
    """The tests of some statements, and the keys that these put into patterns, those that stand beside apart."""

    context: Context
    tests: Sequence[ConditionTest]
    written: frozenset[str]
    written_beside: frozenset[str]

    def mark(self, key: str, *, knows_tags: bool) -> Hashable:
        """What of a key can matter."""
        value = self.context.lookup(key)
        if key in self.written or value.state is not KeyState.PRESENT or key == "aws:multifactorauthpresent":
            return value._replace(source="")
        own = [test for test in self.tests if test.folded_key == key]
        comparing = [test for test in self.tests if key in _variables(test)]
        if any(map(_variables, own)) or (comparing and (knows_tags or not self._stands_for_any(value, key, comparing))):
            return value._replace(source="")
        return frozenset([(id(test), test.truth(self.context)) for test in own])

    def _stands_for_any(self, value: KeyValue, key: str, comparing: Sequence[ConditionTest]) -> bool:
        """Whether another text would be told the same: what is compared with it is compared with nothing else.

        A tag that nobody knows may be equal to one text as well as to another. One that is a single letter again and
        again may be what stands for whatever no policy names.
        """
        if value.begins or len(value.values) != 1 or len(set(value.values[0])) < _LETTERS:
            return False
        compared = {test.folded_key for test in comparing}
        if not all(one.startswith("aws:resourcetag/") and _is_open(self.context.lookup(one)) for one in compared):
            return False
        read = self.written | self.written_beside | {one for test in self.tests for one in _variables(test)}
        if any(one.startswith(OF_TAGS) for one in read):
            return False
        names = {one.partition("/")[2] for one in compared}
        of_tags = (test for test in self.tests if test.folded_key.startswith(OF_TAGS))
        return all(_is_plain(test, key) for test in of_tags if test.folded_key.partition("/")[2] in names)


_LETTERS = 2


def _is_open(value: KeyValue) -> bool:
    return not (value.values or value.begins or value.excluded)


def _is_plain(test: ConditionTest, key: str) -> bool:
    """Whether a line asks whether a tag is there, or is the whole value of a key."""
    if test.operator is None or test.set_operator is not None:
        return False
    if test.operator.name == "Null":
        return True
    return test.operator.name in ("StringEquals", "StringNotEquals") and all(
        value.template is not None
        and [one.folded for one in value.template.variables] == [key]
        and len(value.template.pieces) == 1
        for value in test.values
    )


def _variables(test: ConditionTest) -> tuple[str, ...]:
    return tuple([one.folded for value in test.values if value.template for one in value.template.variables])
