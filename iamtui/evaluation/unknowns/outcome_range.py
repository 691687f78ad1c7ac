"""Which unknown keys can turn a decision, and how (T27-T31)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod
from typing import NamedTuple

from iamtui.evaluation.decision import Branch, Outcome, UnknownKey, Verdict
from iamtui.evaluation.unknowns.sample_values import SampleValue
from iamtui.evaluation.unknowns.states import MOST_STATES, States, states_of
from iamtui.evaluation.unknowns.variable_values import values_in_request
from iamtui.policy.conditions import ConditionTest
from iamtui.policy.keys import Context, KeyValue
from iamtui.policy.statement import Statement

MOST_KEYS = 24
"""How many keys are varied alone where there are too many combinations: each costs a decision for each state."""

MOST_COMBINATIONS = 512
"""How many combinations of keys are tried; above that the plain range is shown, as wider than real (T30)."""

_FAVOUR = {Verdict.ALLOWED: 2, Verdict.IMPLICIT_DENY: 1, Verdict.EXPLICIT_DENY: 0}


class OutcomeRange(NamedTuple):
    """The best and the worst outcome (T27)."""

    best: Outcome
    worst: Outcome
    may_be_wider: bool = False

    def agreed(self) -> OutcomeRange:
        """Two outcomes of one verdict are one decision: an allow at its worst, a denial at its best, are certain."""
        if self.best is self.worst or self.best.verdict is not self.worst.verdict:
            return self
        certain = self.worst if self.best.verdict is Verdict.ALLOWED else self.best
        return OutcomeRange(certain, certain, self.may_be_wider)


Combination = tuple[int, ...]
"""For each key the number of one of its states."""

Redecide = Callable[[Mapping[str, KeyValue]], OutcomeRange | None]
"""Decides the same request with some keys in other states; None for states that no request has together (K58)."""


@dataclass(frozen=True, slots=True)
class Open:
    """What a request leaves open: the statements that unknown keys leave undecided, and what they were asked about."""

    undecided: Sequence[Statement]
    context: Context
    resources: Sequence[str]
    decisive: Mapping[str, str] = field(
        default_factory=dict
    )  # values, by folded key, on which more than statements depends


def narrow(
    plain: OutcomeRange, keys: Mapping[str, str], left: Open, redecide: Redecide
) -> tuple[OutcomeRange, tuple[UnknownKey, ...]]:
    """Narrow a range to what is really possible, and say which keys turn the decision.

    Args:
        plain: the range with every unknown taken on its own.
        keys: the unknown keys that undecided statements ask for, from folded to spelled.
        left: what the request leaves open.
        redecide: decides it with some keys in other states.
    """
    found = states_of_keys(keys, left)
    if len(keys) > MOST_KEYS:
        varied, turning = _one_by_one(plain, found, redecide)
        return varied, (*turning, *(UnknownKey(spelling, ()) for spelling in list(keys.values())[MOST_KEYS:]))
    if not fit(found):
        return _one_by_one(plain, found, redecide)
    outcomes = dict(_possible(found, redecide))
    if not outcomes:
        return plain, ()
    best = max((tried.best for tried in outcomes.values()), key=_favour)
    worst = min((tried.worst for tried in outcomes.values()), key=_favour)
    narrower = (best.verdict, worst.verdict) != (plain.best.verdict, plain.worst.verdict)
    wider = narrower and not all(states.complete for states in found)
    whole = OutcomeRange(plain.best, plain.worst, may_be_wider=True) if wider else OutcomeRange(best, worst).agreed()
    return whole, tuple(_turning(found, outcomes))


def allows_in_some_state(keys: Mapping[str, str], left: Open, redecide: Redecide) -> bool:
    """Whether `narrow` leaves the allow of a range possible: no state is tried after the first that allows."""
    found = states_of_keys(keys, left)
    if len(keys) > MOST_KEYS or not fit(found):
        return True
    was_tried = False
    for _, tried in _possible(found, redecide):
        was_tried = True
        if tried.best.verdict is Verdict.ALLOWED:
            return True
    return not was_tried or not all(states.complete for states in found)


def states_of_keys(keys: Mapping[str, str], left: Open) -> list[States]:
    """The states of the keys that are varied; of most keys there are some."""
    found = (possible_states(spelling, left) for spelling in list(keys.values())[:MOST_KEYS])
    return [states for states in found if states.states]


def fit(found: Sequence[States]) -> bool:
    """Whether all combinations of states are tried."""
    fits = all(len(states.states) <= MOST_STATES for states in found)
    return fits and prod(len(states.states) for states in found) <= MOST_COMBINATIONS


def _possible(found: Sequence[States], redecide: Redecide) -> Iterator[tuple[Combination, OutcomeRange]]:
    """Every combination of states that a request can have, with its outcome (T30)."""
    for combination in product(*(range(len(states.states)) for states in found)):
        chosen = zip(found, combination, strict=True)
        tried = redecide({states.key: states.states[position].value for states, position in chosen})
        if tried is not None:
            yield combination, tried


def _favour(outcome: Outcome) -> int:
    return _FAVOUR[outcome.verdict]


def possible_states(key: str, left: Open) -> States:
    """The states of an unknown key that the statements of a request tell apart (T30)."""
    folded = key.lower()
    tests: list[ConditionTest] = []
    used_as_variable = False
    for statement in left.undecided:
        for test in statement.conditions:
            if test.folded_key == folded:
                tests.append(test)
            templates = (policy.template for policy in test.values if policy.template is not None)
            used_as_variable |= any(v.folded == folded for template in templates for v in template.variables)
        for pattern in statement.resource.patterns if statement.resource is not None else ():
            used_as_variable |= any(variable.folded == folded for variable in pattern.variables)
    used_as_variable |= not tests
    fitting = list(values_in_request(folded, left.undecided, left.resources, left.context)) if used_as_variable else []
    if (decisive := left.decisive.get(folded)) is not None:
        fitting.append(SampleValue(decisive, decisive))
        used_as_variable = True
    return states_of(key, tests, left.context, fitting, used_as_variable=used_as_variable)


def _turning(found: Sequence[States], outcomes: Mapping[Combination, OutcomeRange]) -> Iterator[UnknownKey]:
    """The keys on which, everything else being equal, the verdict depends (T29)."""
    for position, states in enumerate(found):
        by_rest: dict[Combination, set[tuple[Verdict, Verdict]]] = {}
        for combination, tried in outcomes.items():
            rest = combination[:position] + combination[position + 1 :]
            by_rest.setdefault(rest, set()).add((tried.best.verdict, tried.worst.verdict))
        if any(len(verdicts) > 1 for verdicts in by_rest.values()):
            yield UnknownKey(states.key, tuple(_branches(states, position, outcomes)))


def _branches(states: States, position: int, outcomes: Mapping[Combination, OutcomeRange]) -> Iterator[Branch]:
    for number, state in enumerate(states.states):
        tried = [found for combination, found in outcomes.items() if combination[position] == number]
        if not tried:
            continue
        best = max((found.best for found in tried), key=_favour)
        worst = min((found.worst for found in tried), key=_favour)
        yield Branch(state.words, best, best if best.verdict is worst.verdict else worst, state.value)


def _one_by_one(
    plain: OutcomeRange, found: Sequence[States], redecide: Redecide
) -> tuple[OutcomeRange, tuple[UnknownKey, ...]]:
    """Too many combinations: vary each key alone, the others staying unknown."""
    turning: list[UnknownKey] = []
    for states in found:
        branches: list[Branch] = []
        for state in states.states[:MOST_STATES]:
            found_so = redecide({states.key: state.value})
            if found_so is None:
                continue
            tried = found_so.agreed()
            branches.append(Branch(state.words, tried.best, tried.worst, state.value))
        if len({(branch.outcome.verdict, branch.worst.verdict) for branch in branches}) > 1:
            turning.append(UnknownKey(states.key, tuple(branches)))
    return OutcomeRange(plain.best, plain.worst, may_be_wider=True), tuple(turning)
