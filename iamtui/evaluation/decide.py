"""The entry to the evaluator: one request against one snapshot, or against documents that it brings along."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from iamtui.evaluation.answer.assembly import assemble, decided_without_policies, leaning
from iamtui.evaluation.applicable.from_documents import FromDocuments
from iamtui.evaluation.applicable.from_snapshot import FromSnapshot, PrincipalSide
from iamtui.evaluation.applicable.policies import GivenPolicies
from iamtui.evaluation.combining.outcome import (
    CombinationRules,
    LayerResults,
    ResolvedLayers,
    combine,
    resolve_unknowns,
)
from iamtui.evaluation.decision import (
    Decision,
    Layer,
    LayerTrace,
    Outcome,
    UnknownKey,
    Verdict,
)
from iamtui.evaluation.fixed_outcomes import PreCheck, pre_check
from iamtui.evaluation.keys.network_keys import conflicting
from iamtui.evaluation.matching.layers import (
    Ask,
    Explained,
    LayerResult,
    PartialResult,
    evaluate_layer,
    explain_layer,
    unknown_data,
)
from iamtui.evaluation.matching.matching_once import MatchOnce
from iamtui.evaluation.matching.statements import MatchContext, match
from iamtui.evaluation.preparing import PolicySource, PreparedRequest, prepare
from iamtui.evaluation.request.caller import CallerKind
from iamtui.evaluation.request.request import Request
from iamtui.evaluation.request.services import BUCKET_POLICY_ACTIONS
from iamtui.evaluation.unknowns.outcome_range import Open, OutcomeRange, narrow
from iamtui.policy.keys import KeyValue
from iamtui.policy.truth import Truth
from iamtui.snapshot.model import Snapshot


def decide(snapshot: Snapshot, request: Request) -> Decision:
    """Decide a request against a snapshot, with the full trace.

    Raises:
        RequestError: the request itself is malformed.
    """
    return _decide(request, FromSnapshot(snapshot, request.session_policies))


class OutcomeBounds(NamedTuple):
    """A decision without its trace: the best and the worst outcome, equal unless something unknown matters (T27).

    `assumed` is what was not exported and was taken as not there, so that the answer leans on it (T22).
    """

    best: Outcome
    worst: Outcome
    assumed: tuple[str, ...] = ()


def judge(snapshot: Snapshot, request: Request) -> OutcomeBounds:
    """The best and the worst outcome only, without a trace.

    The range may be wider than `decide` finds it, which tells apart what cannot be true together (T30).

    Raises:
        RequestError: the request itself is malformed.
    """
    return _judge(request, FromSnapshot(snapshot, request.session_policies))


class Settled(NamedTuple):
    """A decision without its trace: what `decide` finds, `best` and `worst` equal where it has an outcome.

    `partials` are the layers that were asked, and `resolved` what they say at worst; there are none where no policy
    decides. `was_open` says that something unknown had to be tried: what undecided statements read then counts, else
    only what the layers say.
    """

    best: Outcome
    worst: Outcome
    unknown_keys: tuple[UnknownKey, ...] = ()
    unknown_data: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    may_be_wider: bool = False
    partials: tuple[PartialResult, ...] = ()
    was_open: bool = False
    resolved: ResolvedLayers | None = None

    @property
    def is_allowed(self) -> bool:
        """Whether it is allowed whatever the unknowns are."""
        return self.worst.verdict is Verdict.ALLOWED

    @property
    def is_denied(self) -> bool:
        """Whether it is denied whatever the unknowns are."""
        return self.best.verdict is not Verdict.ALLOWED


def prepare_for(snapshot: Snapshot, request: Request, side: PrincipalSide | None = None) -> PreparedRequest:
    """Make a request ready to be settled against a snapshot; `side` is the caller's where it is made already.

    Raises:
        RequestError: the request itself is malformed.
    """
    return prepare(request, FromSnapshot(snapshot, request.session_policies, side))


def prepare_given(policies: GivenPolicies, request: Request) -> PreparedRequest:
    """Make a request ready to be settled on the given documents alone.

    Raises:
        RequestError: the request itself is malformed.
    """
    return prepare(request, FromDocuments(policies))


def settle_question(question: PreparedRequest, heard: tuple[PartialResult, ...] | None = None) -> Settled:
    """Decide a request that was made ready, as `decide` does, without a trace; `heard` are its layers if they were."""
    checked = pre_check(question.subject, question.asked.context)
    if checked is not None and checked.unless is None:
        return Settled(checked.outcome, checked.outcome)
    partials = tuple(_hear_all(question)) if heard is None else heard
    resolved_both = _resolve(question, partials, question.asked)
    found = _conclude_both(resolved_both, question, checked)
    keys: tuple[UnknownKey, ...] = ()
    was_open = found.best != found.worst
    if was_open:
        unknown = [key for partial in partials for key in partial.unknown_keys(question.asked)]
        if checked is not None and checked.unless is not None:
            unknown.append(checked.unless)
        found, keys = _settle(found, question, partials, unknown)
    data = () if found.best == found.worst else tuple(_open_data(question, partials))
    return Settled(
        found.best,
        found.worst,
        keys,
        data,
        leaning(question.applicable.assumptions, found),
        found.may_be_wider,
        partials,
        was_open,
        resolved_both[1],
    )


def _open_data(question: PreparedRequest, partials: Sequence[PartialResult]) -> Iterator[str]:
    """What the export does not say of the layers, and what AWS does not of the resource (T22, L36)."""
    yield from unknown_data(partial.layer for partial in partials)
    unlisted = question.asked.unlisted
    if unlisted is not None and any(partial.hangs_on_resource(question.asked) for partial in partials):
        yield unlisted.words


def _settle(
    found: OutcomeRange, question: PreparedRequest, partials: Sequence[PartialResult], unknown: Iterable[str]
) -> tuple[OutcomeRange, tuple[UnknownKey, ...]]:
    """Narrow an open range to what is possible, by the unknown keys that undecided statements ask for (T27-T31)."""
    keys: dict[str, str] = {}
    for key in unknown:
        keys.setdefault(key.lower(), key)
    if not keys:
        return found, ()
    undecided = [statement for partial in partials for _, statement in partial.undecided]
    once = MatchOnce()

    def redecide(states: Mapping[str, KeyValue]) -> OutcomeRange | None:
        context = question.asked.context.with_states(states)
        if conflicting(context) is not None:
            return None
        checked = pre_check(question.subject, context)
        if checked is not None and checked.unless is None:
            return OutcomeRange(checked.outcome, checked.outcome)
        return _weigh(question, partials, question.asked._replace(context=context), checked, once)

    checked = pre_check(question.subject, question.asked.context)
    decisive = {checked.unless.lower(): checked.value} if checked and checked.unless and checked.value else {}
    left = Open(undecided, question.asked.context, question.asked.resources, decisive)
    return narrow(found, keys, left, redecide)


def decide_policies(policies: GivenPolicies, request: Request) -> Decision:
    """Decide a request on the given documents alone, as `aws iam simulate-custom-policy` does.

    Raises:
        RequestError: the request itself is malformed.
    """
    return _decide(request, FromDocuments(policies))


def judge_policies(policies: GivenPolicies, request: Request) -> OutcomeBounds:
    """`judge` for the given documents alone.

    Raises:
        RequestError: the request itself is malformed.
    """
    return _judge(request, FromDocuments(policies))


def _judge(request: Request, source: PolicySource) -> OutcomeBounds:
    question = prepare(request, source)
    checked = pre_check(question.subject, question.asked.context)
    if checked is not None and checked.unless is None:
        return OutcomeBounds(checked.outcome, checked.outcome)
    found = _weigh(question, _hear_all(question), question.asked, checked)
    return OutcomeBounds(found.best, found.worst, leaning(question.applicable.assumptions, found))


def _hear_all(question: PreparedRequest) -> list[PartialResult]:
    return [evaluate_layer(layer, question.asked) for layer in question.applicable.layers if layer.applies]


def _weigh(
    question: PreparedRequest,
    partials: Sequence[PartialResult],
    asked: MatchContext,
    checked: PreCheck | None,
    ask: Ask = match,
) -> OutcomeRange:
    """The best and worst outcome of evaluated layers, with their open statements asked for `asked`, by `ask`."""
    return _conclude_both(_resolve(question, partials, asked, ask), question, checked)


def _resolve(
    question: PreparedRequest, partials: Sequence[PartialResult], asked: MatchContext, ask: Ask = match
) -> tuple[ResolvedLayers, ResolvedLayers]:
    """What evaluated layers say at best and at worst."""
    results: LayerResults = {partial.layer.layer: partial.conclude(asked, ask) for partial in partials}
    return _range(_with_root_rule(results, question), question.setting)


def _conclude_both(
    resolved_both: tuple[ResolvedLayers, ResolvedLayers], question: PreparedRequest, checked: PreCheck | None
) -> OutcomeRange:
    """Best and worst; what AWS may refuse beforehand, on an unknown key, is at worst refused."""
    best = worst = combine(resolved_both[0], question.setting)
    if resolved_both[1] is not resolved_both[0]:
        worst = combine(resolved_both[1], question.setting)
    if checked is not None and worst.verdict is Verdict.ALLOWED:
        worst = checked.outcome
    return OutcomeRange(best, worst).agreed()


def _decide(request: Request, source: PolicySource) -> Decision:
    question = prepare(request, source)
    checked = pre_check(question.subject, question.asked.context)
    explained = Explained()
    results: LayerResults = {}
    traces: list[LayerTrace] = []
    for layer in question.applicable.layers:
        result, trace = explain_layer(layer, question.asked, explained)
        if result is not None:
            results[layer.layer] = result
        traces.append(trace)
    if checked is not None and checked.unless is None:
        return decided_without_policies(question, checked, traces)
    resolved_both = _range(_with_root_rule(results, question), question.setting)
    found = _conclude_both(resolved_both, question, checked)
    if checked is not None and checked.unless is not None:
        explained.note_unknown([checked.unless])
    keys: tuple[UnknownKey, ...] = ()
    if found.best != found.worst:
        found, keys = _settle(found, question, _hear_all(question), explained.unknown_keys.values())
    return assemble(question, explained, traces, found, keys, resolved_both)


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


def _range(results: LayerResults, setting: CombinationRules) -> tuple[ResolvedLayers, ResolvedLayers]:
    """The best and the worst standing: one and the same where nothing is open, as in most requests."""
    worst = resolve_unknowns(results, setting, favourable=False)
    for result in results.values():
        if result.is_open:
            return resolve_unknowns(results, setting, favourable=True), worst
    return worst, worst
