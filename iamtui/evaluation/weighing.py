"""From what the layers said to the best and the worst outcome, and to what unknown keys leave possible (T27-T31)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from iamtui.evaluation.combining.outcome import (
    CombinationRules,
    LayerResults,
    ResolvedLayers,
    combine,
    resolve_unknowns,
)
from iamtui.evaluation.decision import Layer, MatchClass, Outcome, UnknownKey, Verdict
from iamtui.evaluation.fixed_outcomes import PreCheck, pre_check
from iamtui.evaluation.keys.network_keys import conflicting
from iamtui.evaluation.matching.layers import LayerResult, PartialResult
from iamtui.evaluation.matching.matching_once import MatchOnce, TestsOnce
from iamtui.evaluation.matching.statements import MatchContext
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.evaluation.request.caller import CallerKind
from iamtui.evaluation.request.services import BUCKET_POLICY_ACTIONS
from iamtui.evaluation.unknowns.outcome_range import Open, OutcomeRange, Redecide, allows_in_some_state, narrow
from iamtui.policy.keys import KeyValue
from iamtui.policy.truth import Truth

_Said = tuple[Layer, Truth, Truth, tuple[tuple[MatchClass, Truth], ...]]
"""Whether a layer denies and allows, and what it grants: all that counts of it once it was asked."""


class Standings(NamedTuple):
    """The outcome of the layers of a request together, and of each: what they say is the same in most requests."""

    best: ResolvedLayers
    worst: ResolvedLayers
    outcomes: tuple[Outcome, Outcome]


def weigh(
    question: PreparedRequest, partials: Sequence[PartialResult], asked: MatchContext, checked: PreCheck | None
) -> OutcomeRange:
    """The best and worst outcome of evaluated layers, with their open statements asked for `asked`."""
    return conclude(resolve(question, partials, asked), checked)


def resolve(question: PreparedRequest, partials: Sequence[PartialResult], asked: MatchContext) -> Standings:
    """What evaluated layers say at best and at worst."""
    return standings({partial.layer.layer: partial.conclude(asked) for partial in partials}, question)


def conclude(found: Standings, checked: PreCheck | None) -> OutcomeRange:
    """Best and worst; what AWS may refuse beforehand, on an unknown key, is at worst refused."""
    best, worst = found.outcomes
    if checked is not None and worst.verdict is Verdict.ALLOWED:
        worst = checked.outcome
    return OutcomeRange(best, worst).agreed()


def standings(results: LayerResults, question: PreparedRequest) -> Standings:
    """The outcome of layers together."""
    said = [
        (layer, one.denies, one.allows, tuple(one.grants.items()) if one.grants else ())
        for layer, one in _with_root_rule(results, question).items()
    ]
    return _standings(tuple(said), question.setting)


@lru_cache(maxsize=4_096)
def _standings(said: tuple[_Said, ...], setting: CombinationRules) -> Standings:
    """One and the same at best and at worst where nothing is open, as in most requests."""
    results = {layer: LayerResult(denies, allows, dict(grants)) for layer, denies, allows, grants in said}
    best = worst = resolve_unknowns(results, setting, favourable=False)
    outcome = worse = combine(worst, setting)
    if any(result.is_open for result in results.values()):
        best = resolve_unknowns(results, setting, favourable=True)
        outcome = combine(best, setting)
    return Standings(best, worst, (outcome, worse))


def _with_root_rule(results: LayerResults, question: PreparedRequest) -> LayerResults:
    """Root of a bucket's account keeps its policy actions whatever the bucket policy denies (S19)."""
    subject = question.subject
    if (
        subject.caller.kind is CallerKind.ROOT
        and question.setting.same_account
        and subject.folded_action in BUCKET_POLICY_ACTIONS
        and (result := results.get(Layer.RESOURCE)) is not None
    ):
        return {**results, Layer.RESOURCE: LayerResult(Truth.FALSE, result.allows, result.grants)}
    return results


def narrowed(
    found: OutcomeRange,
    question: PreparedRequest,
    partials: Sequence[PartialResult],
    unknown: Iterable[str],
    tests: TestsOnce | None = None,
) -> tuple[OutcomeRange, tuple[UnknownKey, ...]]:
    """Narrow an open range to what is possible, by the unknown keys that undecided statements ask for (T27-T31).

    Who decides for many keeps `tests`.
    """
    keys = once(unknown)
    return narrow(found, keys, *_left_open(question, partials, tests)) if keys else (found, ())


def may_be_allowed(
    question: PreparedRequest, partials: Sequence[PartialResult], tests: TestsOnce | None = None
) -> bool:
    """Whether what evaluated layers say leaves an allow possible: the question is then not denied (WC1)."""
    checked = pre_check(question.subject, question.asked.context)
    if checked is not None and checked.unless is None:
        return checked.outcome.verdict is Verdict.ALLOWED
    found = weigh(question, partials, question.asked, checked)
    if found.best == found.worst or found.best.verdict is not Verdict.ALLOWED:
        return found.best.verdict is Verdict.ALLOWED
    keys = once(unknown_keys_of(question, partials, checked))
    return not keys or allows_in_some_state(keys, *_left_open(question, partials, tests))


def unknown_keys_of(
    question: PreparedRequest, partials: Sequence[PartialResult], checked: PreCheck | None
) -> Iterator[str]:
    """The unknown keys that undecided statements ask for, and the one on which a refusal beforehand depends."""
    for partial in partials:
        yield from partial.unknown_keys(question.asked)
    if checked is not None and checked.unless is not None:
        yield checked.unless


def once(keys: Iterable[str]) -> dict[str, str]:
    """Each key in its first spelling, by the folded one."""
    found: dict[str, str] = {}
    for key in keys:
        found.setdefault(key.lower(), key)
    return found


def _left_open(
    question: PreparedRequest, partials: Sequence[PartialResult], tests: TestsOnce | None
) -> tuple[Open, Redecide]:
    """What a request leaves open, and what decides it with some keys in other states."""
    undecided = [statement for partial in partials for _, statement in partial.undecided]
    once = MatchOnce(tests)
    fixed = {one.layer.layer: one.conclude(question.asked) for one in partials if not one.undecided}

    def redecide(states: Mapping[str, KeyValue]) -> OutcomeRange | None:
        context = question.asked.context.with_states(states)
        if conflicting(context) is not None:
            return None
        checked = pre_check(question.subject, context)
        if checked is not None and checked.unless is None:
            return OutcomeRange(checked.outcome, checked.outcome)
        asked = question.asked._replace(context=context)
        open_ones = {one.layer.layer: one.conclude(asked, once) for one in partials if one.undecided}
        return conclude(standings({**fixed, **open_ones}, question), checked)

    checked = pre_check(question.subject, question.asked.context)
    decisive = {checked.unless.lower(): checked.value} if checked and checked.unless and checked.value else {}
    return Open(undecided, question.asked.context, question.asked.resources, decisive), redecide
