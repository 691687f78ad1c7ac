"""The states of an unknown condition key that policies can tell apart (T30).

A key's tests divide all its possible states into classes; one state of each class is enough to try them all.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from iamtui import catalog
from iamtui.evaluation.unknowns.sample_values import SampleValue, family, is_wild, sample_values
from iamtui.policy.conditions import ConditionTest
from iamtui.policy.keys import ABSENT, Context, KeyState, KeyValue
from iamtui.policy.truth import Truth

MOST_STATES = 12
"""How many states of one key are enumerated (T30)."""

_MOST_LIST_VALUES = 5
_MOST_WORDS = 3


@dataclass(frozen=True, slots=True)
class State:
    """One way that a key can be, in words and as a value."""

    words: str
    value: KeyValue


@dataclass(frozen=True, slots=True)
class States:
    """The states of one key that matter; `complete` if every possible state is like one of them."""

    key: str
    states: tuple[State, ...]
    complete: bool


class _Kept:
    """States by the tests that tell them apart, by what is known of the key, and by the variables that tests read.

    Nothing else matters to them: who asks for everybody meets them again and again.
    """

    def __init__(self) -> None:
        self._variables: dict[tuple[int, ...], tuple[tuple[ConditionTest, ...], tuple[str, ...]]] = {}
        self._states: dict[Hashable, States] = {}

    def of(self, key: str, tests: Sequence[ConditionTest], context: Context) -> States:
        """The states of a key that no pattern or value has as a variable."""
        alike = tuple(map(id, tests))
        known = self._variables.get(alike)
        if known is None:
            if len(self._variables) >= _MOST_KEPT:
                self._variables.clear()
                self._states.clear()
            # the tests are kept, so that the identity of each stays its own
            known = self._variables[alike] = (tuple(tests), tuple(dict.fromkeys(_variables_in(tests))))
        values = tuple([context.lookup(variable) for variable in known[1]])
        way = key, alike, context.lookup(key.lower()), values
        found = self._states.get(way)
        if found is None:
            if len(self._states) >= _MOST_KEPT:
                self._states.clear()
            found = self._states[way] = _states_anew(key, tests, context, (), used_as_variable=False)
        return found


_MOST_KEPT = 4_096
_KEPT = _Kept()


def _variables_in(tests: Iterable[ConditionTest]) -> Iterator[str]:
    for test in tests:
        for policy in test.values:
            yield from (variable.folded for variable in (policy.template.variables if policy.template else ()))


def states_of(
    key: str,
    tests: Sequence[ConditionTest],
    context: Context,
    fitting: Sequence[SampleValue] = (),
    *,
    used_as_variable: bool,
) -> States:
    """The states that `tests`, all on `key`, tell apart, absence first; a variable can be one of `fitting`."""
    if used_as_variable:
        return _states_anew(key, tests, context, fitting, used_as_variable=True)
    return _KEPT.of(key, tests, context)


def _states_anew(
    key: str,
    tests: Sequence[ConditionTest],
    context: Context,
    fitting: Sequence[SampleValue],
    *,
    used_as_variable: bool,
) -> States:
    known = catalog.condition_key(key)
    found = [*fitting, *sample_values(tests, known.type if known is not None else None, context)]
    asked = context.lookup(key.lower())
    if asked.begins:
        found.extend(_begun(tests, asked.begins))
    possible = (witness for witness in _different(found) if _is_possible(witness.text, asked))
    values = [State(witness.words, KeyValue.of(witness.text)) for witness in possible]
    told_apart = [] if used_as_variable else _told_apart(values, tests, context)
    complete = not used_as_variable and _are_complete(tests, context)
    if _is_multivalued(key, tests):
        complete = complete and len(told_apart) <= _MOST_LIST_VALUES
        lists = list(_lists((told_apart or values)[:_MOST_LIST_VALUES]))
        values, told_apart = lists, _told_apart(lists, tests, context)
    absent = [State("absent", ABSENT)] if asked.state is KeyState.UNKNOWN else []
    return States(key, (*absent, *(values if used_as_variable else told_apart)), complete)


_OTHER_ENDING = "\u2603"
"""What no policy value ends in, behind a beginning that is known."""


def _begun(tests: Sequence[ConditionTest], begins: str) -> Iterator[SampleValue]:
    """Values with a beginning that is known, and the ends of what policies compare them with."""
    for test in tests:
        for policy in test.values:
            ending = policy.text.replace("*", "").replace("?", _OTHER_ENDING)
            overlap = next(size for size in range(len(ending), -1, -1) if begins.endswith(ending[:size]))
            yield SampleValue(f"like {policy.text}", begins + ending[overlap:])
    yield SampleValue("anything else", begins + _OTHER_ENDING)


def _is_possible(text: str, asked: KeyValue) -> bool:
    return text not in asked.excluded and text.startswith(asked.begins)


def _different(found: Iterable[SampleValue]) -> Iterator[SampleValue]:
    seen: set[str] = set()
    for witness in found:
        if witness.text not in seen:
            seen.add(witness.text)
            yield witness


def _is_multivalued(key: str, tests: Sequence[ConditionTest]) -> bool:
    """What the catalogue says; for a key that it does not know, whether a test treats it so (C20)."""
    known = catalog.condition_key(key)
    return known.multivalued if known is not None else any(test.set_operator is not None for test in tests)


def _are_complete(tests: Sequence[ConditionTest], context: Context) -> bool:
    """Not if wildcards of several lists may overlap, types are mixed, or a value depends on another unknown key."""
    wild = {tuple(policy.text for policy in test.values) for test in tests if any(map(is_wild, test.values))}
    types = {family(test) for test in tests} - {None}
    templates = (policy.template for test in tests for policy in test.values if policy.template is not None)
    unknown = (KeyState.UNKNOWN, KeyState.UNKNOWN_VALUE)
    depends = any(context.lookup(variable.folded).state in unknown for one in templates for variable in one.variables)
    return len(wild) <= 1 and len(types) <= 1 and not depends


def _told_apart(states: Iterable[State], tests: Sequence[ConditionTest], context: Context) -> list[State]:
    """One state for each combination of answers that the tests give, in the words of all that answer so.

    One more than are enumerated is enough: what many tests tell apart in many ways is not tried to the end (T30).
    """
    alike: dict[tuple[Truth, ...], list[State]] = {}
    for state in states:
        if len(alike) > MOST_STATES:
            break
        varied = _Varied(context, tests[0].folded_key if tests else "", state.value)
        alike.setdefault(tuple(test.truth(varied) for test in tests), []).append(state)
    return [State(_in_words(group), group[0].value) for group in alike.values()]


def _in_words(group: Sequence[State]) -> str:
    words = list(dict.fromkeys(state.words for state in group))
    if len(words) > _MOST_WORDS:
        words[_MOST_WORDS - 1 :] = [f"{len(words) - _MOST_WORDS + 1} more"]
    return " or ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else words[0]


class _Varied:
    """A context in which one key has another state."""

    def __init__(self, context: Context, key: str, value: KeyValue) -> None:
        self._context, self._key, self._value = context, key, value

    def lookup(self, key: str) -> KeyValue:
        """The state of `key`."""
        return self._value if key == self._key else self._context.lookup(key)


def _lists(values: Sequence[State]) -> Iterator[State]:
    for count in range(len(values) + 1):
        for chosen in combinations(values, count):
            words = ", ".join(state.words for state in chosen)
            texts = tuple(state.value.values[0] for state in chosen)
            yield State(f"[{words}]" if chosen else "an empty list", KeyValue.listing(texts))
