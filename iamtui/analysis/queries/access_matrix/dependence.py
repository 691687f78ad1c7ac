"""Where several Allows may give more together than each alone: only where their conditions read the same keys (AM1).

What each gives alone is conditional: for some values of its keys it does not match. If no key of one has to do with a
key of another, or if each fails where its keys are absent, then none of them matches for some request. So what they
give together is conditional, too.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from iamtui.analysis.queries.index.taking import keys_of_test
from iamtui.evaluation.keys import follows_from_no_other, may_be_absent_if_unknown
from iamtui.policy.conditions import ConditionTest
from iamtui.policy.policy_values import PolicyValue


@dataclass(frozen=True, slots=True, eq=False)
class Dependence:
    """What in an Allow makes that conditional which it gives: one for all Allows that depend on the same.

    `keys` are those that its conditions read, one for all that have to do with each other; None where it depends on
    more than its conditions. `fails_by_absence` says that it fails where all keys that nobody knows are absent.
    """

    keys: frozenset[str] | None = None
    fails_by_absence: bool = False

    def may_add_to(self, other: Dependence) -> bool:
        """Whether two may give together what neither gives alone."""
        if self.keys is None or other.keys is None:
            return True
        if self.fails_by_absence and other.fails_by_absence:
            return False
        return not self.keys.isdisjoint(other.keys)


def dependence_of(tests: Sequence[ConditionTest], stated: Container[str]) -> Dependence:
    """What an Allow with some conditions depends on; `stated` are the keys that the request states, in lower case."""
    keys = frozenset(key if follows_from_no_other(key) else _ALL_OTHERS for test in tests for key in keys_of_test(test))
    return Dependence(keys, all(test.folded_key not in stated and _fails_by_absence(test) for test in tests))


_ALL_OTHERS = "aws:"
"""Stands for all keys of which one may follow from another."""


def _fails_by_absence(test: ConditionTest) -> bool:
    """Whether a line is either decided by what is known, or fails where its key is absent, as it may be (C10, C13)."""
    if test.operator is None:
        return True
    if test.if_exists or test.operator.negated or test.set_operator is not None or any(map(_varies, test.values)):
        return False
    if test.operator.name == "Null" and {value.text.lower() for value in test.values} != {"false"}:
        return False
    return may_be_absent_if_unknown(test.folded_key)


def _varies(value: PolicyValue) -> bool:
    return value.template is not None and bool(value.template.variables)


def given_together_only(sets: Mapping[Dependence, int]) -> int:
    """The actions of which several Allows may give more together than each alone, by what each depends on."""
    once = several = together = 0
    for actions in sets.values():
        several |= once & actions
        once |= actions
    if several:
        for (one, ours), (other, theirs) in combinations(sets.items(), 2):
            if (both := ours & theirs) and one.may_add_to(other):
                together |= both
    return together
