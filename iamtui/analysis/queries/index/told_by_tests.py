"""How many tests of one key turn out for a value: those that compare ARNs are found by how what they name begins."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator

from iamtui.policy.conditions import ConditionTest
from iamtui.policy.keys import Context
from iamtui.policy.truth import Truth


class ToldByTests:
    """Some tests of one key, of which each compares it with fixed values."""

    def __init__(self, tests: Iterable[ConditionTest]) -> None:
        self._others: list[ConditionTest] = []
        self._of_arns: dict[str, dict[int, ConditionTest]] = {}
        for test in tests:
            if test.operator is None or not test.operator.arn or test.set_operator is not None:
                self._others.append(test)
                continue
            for beginning in _beginnings_of(test):
                self._of_arns.setdefault(beginning, {})[id(test)] = test
        self._lengths = sorted(set(map(len, self._of_arns)))

    def of(self, value: str, context: Context) -> Hashable:
        """What is the same for two values for which all tests turn out alike; `value` is that of the key."""
        others = tuple([one.truth(context) for one in self._others])
        segments = value.split(":", _COLONS)
        if len(segments) <= _COLONS:
            return others, None  # what is no ARN fails all tests of ARNs (C48)
        named = segments[_COLONS]
        found: dict[int, ConditionTest] = {}
        for length in self._lengths:
            found.update(self._of_arns.get(named[:length], {}))
        return others, frozenset(
            [id(one) for one in found.values() if (one.truth(context) is Truth.TRUE) is not _negated(one)]
        )


_COLONS = 5


def _negated(test: ConditionTest) -> bool:
    """How a test turns out for an ARN that none of its values matches."""
    return test.operator is not None and test.operator.negated


def _beginnings_of(test: ConditionTest) -> Iterator[str]:
    """How the last segments begin of the ARNs that the values of a test match."""
    for value in test.values:
        segments = value.text.split(":", _COLONS)
        yield segments[_COLONS].replace("?", "*").replace("$", "*").partition("*")[0] if len(segments) > _COLONS else ""
