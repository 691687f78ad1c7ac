"""The lines of Condition blocks that read one key of the holder's own: all else of a statement is asked once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from iamtui.analysis.queries.index.taking import Taken, keys_of_test
from iamtui.policy.conditions import ConditionTest
from iamtui.policy.keys import Context, KeyValue


@dataclass(frozen=True, slots=True)
class OneKey:
    """A context for what reads one key alone."""

    value: KeyValue

    def lookup(self, key: str) -> KeyValue:
        """The state of that key."""
        del key
        return self.value


@dataclass(frozen=True, slots=True)
class OwnKeys:
    """A context in which some keys are one's own, and all others are as for everybody of a kind and account."""

    own: Mapping[str, KeyValue]
    common: Context

    def lookup(self, key: str) -> KeyValue:
        """The state of `key`, given in lower case."""
        return self.own.get(key) or self.common.lookup(key)


def tests_reading(taken: Taken) -> tuple[tuple[ConditionTest, ...] | None, tuple[ConditionTest, ...]]:
    """The lines of a Condition block that read a key of the holder's own among others, and the other lines.

    None for the first where the Resource element reads such a key too.
    """
    keys = set(taken.own_keys)
    element = taken.statement.resource
    if any(one.folded in keys for pattern in (element.patterns if element else ()) for one in pattern.variables):
        return None, ()
    tests = taken.statement.conditions
    reading = tuple([test for test in tests if not keys.isdisjoint(keys_of_test(test))])
    return reading, tuple([test for test in tests if keys.isdisjoint(keys_of_test(test))])


def own_tests(taken: Taken) -> tuple[tuple[ConditionTest, ...] | None, tuple[ConditionTest, ...]]:
    """The lines of a Condition block that read a key of the holder's own and nothing else, and the other lines.

    None for the first where something else of the statement reads such a key.
    """
    tests = taken.statement.conditions
    own = tuple(test for test in tests if test.folded_key in taken.own_keys)
    common = tuple(test for test in tests if test.folded_key not in taken.own_keys)
    others = [key for test in common for key in keys_of_test(test)]
    element = taken.statement.resource
    others += [one.folded for pattern in (element.patterns if element else ()) for one in pattern.variables]
    is_plain = all(len(list(keys_of_test(test))) == 1 for test in own)
    return (own if is_plain and not set(others) & set(taken.own_keys) else None), common
