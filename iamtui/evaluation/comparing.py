"""Whether two requests that differ only in the policies in force are decided alike, whatever is unknown (T30).

Two labels can be equal and the decisions behind them not: both conditional, on other values. So every state that the
unknown keys can have, as far as the statements of either side tell states apart, is decided on both sides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice, product
from math import prod
from types import MappingProxyType
from typing import NamedTuple

from iamtui.evaluation.decide import Settled, settle_question
from iamtui.evaluation.decision import Verdict
from iamtui.evaluation.fixed_outcomes import pre_check
from iamtui.evaluation.keys.network_keys import conflicting
from iamtui.evaluation.matching.statements import MatchContext
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.evaluation.unknowns.outcome_range import MOST_COMBINATIONS, MOST_KEYS, Open, possible_states
from iamtui.evaluation.unknowns.states import MOST_STATES, State, States

AS_IT_STANDS: Mapping[str, State] = MappingProxyType({})


class Compared(NamedTuple):
    """Both decisions, and whether they differ in some state of what is unknown.

    `differs` is None where that cannot be told: too many states, states that are not all known, or something that was
    not exported and decides. `state` is one in which they differ; empty where they do as they stand. `deciding` is the
    decision without trace by which both are the same: as they stand, or in some state.
    """

    before: Settled
    after: Settled
    differs: bool | None
    state: Mapping[str, State] = AS_IT_STANDS
    deciding: Settled | None = None


Matters = Callable[[MatchContext], bool]
"""Whether what tells both sides apart can match a request at all."""


def compared(
    before: PreparedRequest,
    after: PreparedRequest,
    matters: Matters = lambda _: True,
    *,
    widens: bool = False,
) -> Compared:
    """Decide one request under two sets of policies, in every state of what is unknown in which that matters.

    `widens` says that nothing is denied after that is allowed before: what is denied after is then denied before.
    """
    last = settle_question(after)
    if widens and last.is_denied:
        return Compared(last, last, differs=False, deciding=last)
    settled = settle_question(before), last
    if _allows(settled[0]) != _allows(settled[1]):
        return Compared(*settled, differs=True)
    if not _is_open(settled[0]) and not _is_open(settled[1]):
        return Compared(*settled, differs=False, deciding=settled[1])
    deciding: Settled | None = None
    found = _states_of(before, after, settled)
    is_told = _are_all(found)
    for states in islice(_combinations(found), MOST_COMBINATIONS):
        asked = _in_state(before, states)
        if conflicting(asked.asked.context) is not None or not matters(asked.asked):
            continue  # no request has these together (K58), or both sides say the same to it
        second = settle_question(_in_state(after, states))
        sides = second if widens and second.is_denied else settle_question(asked), second
        if _allows(sides[0]) != _allows(sides[1]):
            return Compared(*settled, differs=True, state=states)
        is_told = is_told and _are_alike(*sides)
        if deciding is None or (sides[1].is_allowed and not deciding.is_allowed):
            deciding = sides[1]
    return Compared(*settled, differs=False if is_told else None, deciding=deciding)


def _allows(settled: Settled) -> tuple[bool, bool]:
    """Whether it is allowed at best, and at worst."""
    return settled.best.verdict is Verdict.ALLOWED, settled.worst.verdict is Verdict.ALLOWED


def _is_open(settled: Settled) -> bool:
    return not (settled.is_allowed or settled.is_denied)


def _are_alike(before: Settled, after: Settled) -> bool:
    """Whether two decisions that look the same are: both are certain, or open by the same layer alone.

    What was not exported is the same layer on both sides. Where all others say the same, it decides both alike.
    """
    if not _is_open(before) and not _is_open(after):
        return True
    is_certain = not any(partial.undecided for found in (before, after) for partial in found.partials)
    return is_certain and before.resolved == after.resolved


def _states_of(before: PreparedRequest, after: PreparedRequest, settled: Sequence[Settled]) -> list[States]:
    """The states of each unknown key that open statements of either side ask for."""
    keys: dict[str, str] = {}
    sides = list(zip((before, after), settled, strict=True))
    for question, found in sides:
        for partial in found.partials:
            for key in partial.unknown_keys(question.asked):
                keys.setdefault(key.lower(), key)
    checked = pre_check(before.subject, before.asked.context)
    decisive: dict[str, str] = {}
    if checked is not None and checked.unless is not None:
        keys.setdefault(checked.unless.lower(), checked.unless)
        decisive = {checked.unless.lower(): checked.value} if checked.value else {}
    undecided = {
        id(statement): statement
        for _, found in sides
        for partial in found.partials
        for _, statement in partial.undecided
    }
    left = Open(list(undecided.values()), before.asked.context, before.asked.resources, decisive)
    return [states for key in keys.values() if (states := possible_states(key, left)).states]


def _are_all(found: Sequence[States]) -> bool:
    """Whether what is tried is all that there can be."""
    return (
        len(found) <= MOST_KEYS
        and all(states.complete and len(states.states) <= MOST_STATES for states in found)
        and prod(len(states.states) for states in found) <= MOST_COMBINATIONS
    )


def _combinations(found: Sequence[States]) -> Iterator[Mapping[str, State]]:
    for chosen in product(*(states.states for states in found)):
        yield {states.key: state for states, state in zip(found, chosen, strict=True)}


def _in_state(question: PreparedRequest, states: Mapping[str, State]) -> PreparedRequest:
    context = question.asked.context.with_states({key: state.value for key, state in states.items()})
    return question._replace(asked=question.asked._replace(context=context))
