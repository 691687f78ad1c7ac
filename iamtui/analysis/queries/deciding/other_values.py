"""A decision that is that of another but for values of the caller's own: only the words of what turns it differ (T29).

A statement that compares a tag of the resource with one of the caller's is open for callers with many tags. It turns
out alike for each of them, in as many states of the keys that nobody knows: what follows from it was found for the
first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from iamtui.analysis.queries.deciding.answers import Situation
from iamtui.evaluation.decision import Branch, UnknownKey
from iamtui.evaluation.fixed_outcomes import pre_check
from iamtui.evaluation.keys.network_keys import conflicting
from iamtui.evaluation.matching.explaining import keys_asked_for
from iamtui.evaluation.matching.matching_once import TestsOnce
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.evaluation.request.context import RequestContext
from iamtui.evaluation.unknowns.outcome_range import MOST_KEYS, Open, fit, states_of_keys
from iamtui.evaluation.unknowns.states import States
from iamtui.evaluation.weighing import once
from iamtui.policy.keys import KeyState
from iamtui.policy.statement import Statement
from iamtui.policy.truth import Truth

_UNKNOWN = (KeyState.UNKNOWN, KeyState.UNKNOWN_VALUE)


@dataclass(frozen=True, slots=True)
class Tried:
    """How open statements turn out in each combination of states of the keys that nobody knows."""

    states: tuple[States, ...]
    truths: tuple[tuple[Truth, ...], ...]

    def is_like(self, other: Tried) -> bool:
        """Whether the same follows from both: there are as many states of the same keys, and all turns out alike."""
        return self.truths == other.truths and self._shape == other._shape

    @property
    def may_match(self) -> bool:
        """Whether all of the statements match together in some state that was tried; they may in others too (T30)."""
        return any(map(all, self.truths))

    @property
    def _shape(self) -> list[tuple[str, int, bool]]:
        return [(one.key, len(one.states), one.complete) for one in self.states]

    def worded(self, turning: UnknownKey) -> UnknownKey:
        """A key that turns a decision which is alike, in the words of these states."""
        states = next(one.states for one in self.states if one.key == turning.key)
        branches = zip(states, turning.branches, strict=True)
        return UnknownKey(
            turning.key,
            tuple([Branch(state.words, one.outcome, one.worst, state.value) for state, one in branches]),
        )


class Trying:
    """Tries statements that are open for some requests, each of which differs in its keys."""

    def __init__(self, statements: Sequence[Statement], tests: TestsOnce) -> None:
        self._statements = statements
        self._tests = tests
        self._asked_for = once(key for statement in statements for key in keys_asked_for(statement))
        self._is_open_by_conditions = all(map(_is_open_by_conditions, statements))

    def of(self, question: PreparedRequest) -> Tried | None:
        """None where more than Condition blocks is open, and where not every combination of states is tried."""
        asked = question.asked
        context = asked.context
        if not self._is_open_by_conditions or asked.left_open is not None:
            return None
        if pre_check(question.subject, context) is not None:
            return None  # AWS may refuse it beforehand
        keys = {folded: key for folded, key in self._asked_for.items() if context.lookup(folded).state in _UNKNOWN}
        found = states_of_keys(keys, Open(self._statements, context, asked.resources))
        if len(keys) > MOST_KEYS or not fit(found):
            return None
        truths = self._truths(found, context)
        return None if truths is None else Tried(tuple(found), truths)

    def _truths(self, found: Sequence[States], context: RequestContext) -> tuple[tuple[Truth, ...], ...] | None:
        """How the statements turn out in each combination of states; None where no request has one of these (K58)."""
        keys = [one.key for one in found]
        truths: list[tuple[Truth, ...]] = []
        for chosen in product(*(one.states for one in found)):
            varied = context.with_states({key: state.value for key, state in zip(keys, chosen, strict=True)})
            if conflicting(varied) is not None:
                return None
            truths.append(tuple([self._truth(statement, varied) for statement in self._statements]))
        return tuple(truths)

    def _truth(self, statement: Statement, context: RequestContext) -> Truth:
        truth = Truth.TRUE
        for test in statement.conditions:
            truth = min(truth, self._tests(test, context))
            if not truth:
                break
        return truth


def _is_open_by_conditions(statement: Statement) -> bool:
    """Whether all but its Condition block matches whoever asks, where it is open."""
    element = statement.resource
    reads = element is not None and any(pattern.variables for pattern in element.patterns)
    return statement.principal is None and not reads


class OtherValues:
    """Gives the situations that are one but for the caller's own values, where only Condition blocks are open."""

    def __init__(self, like: Situation, tests: TestsOnce) -> None:
        self.like = like
        self._tests = tests

    @cached_property
    def _trying(self) -> Trying:
        return Trying([statement for one in self.like.settled.partials for _, statement in one.undecided], self._tests)

    @cached_property
    def _first(self) -> Tried | None:
        return self._trying.of(self.like.question)

    def of(self, question: PreparedRequest) -> Situation | None:
        """That of a question to which every layer says the same and leaves the same open; None if it must be asked."""
        first = self._first
        tried = None if first is None else self._trying.of(question)
        if first is None or tried is None or not tried.is_like(first):
            return None
        settled = self.like.settled
        worded = settled._replace(unknown_keys=tuple(map(tried.worded, settled.unknown_keys)))
        return Situation(question, worded, settled.assumed, settled)
