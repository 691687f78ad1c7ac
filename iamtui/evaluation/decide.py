"""The entry to the evaluator: one request against one snapshot, or against documents that it brings along."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from iamtui.evaluation.answer.assembly import assemble, decided_without_policies, leaning
from iamtui.evaluation.applicable.from_documents import gather_case
from iamtui.evaluation.applicable.from_snapshot import gather
from iamtui.evaluation.applicable.policies import CasePolicies
from iamtui.evaluation.combining.outcome import Setting, Standing, Voices, conclude, stand
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
from iamtui.evaluation.matching.layers import Explained, Hearing, Voice, explain_layer, hear, unknown_data
from iamtui.evaluation.matching.statements import Asked
from iamtui.evaluation.preparing import Gather, Question, prepare
from iamtui.evaluation.request.caller import CallerKind
from iamtui.evaluation.request.request import Request
from iamtui.evaluation.request.services import BUCKET_POLICY_ACTIONS
from iamtui.evaluation.unknowns.outcome_range import Range, settle
from iamtui.policy.keys import KeyValue
from iamtui.policy.truth import Truth
from iamtui.snapshot.model import Snapshot


def decide(snapshot: Snapshot, request: Request) -> Decision:
    """Decide a request against a snapshot, with the full trace.

    Raises:
        RequestError: the request itself is malformed.
    """
    return _decide(request, snapshot, _gather_from(snapshot, request))


class Judgement(NamedTuple):
    """A decision without its trace: the best and the worst outcome, equal unless something unknown matters (T27).

    `assumed` is what was not exported and was taken as not there, so that the answer leans on it (T22).
    """

    best: Outcome
    worst: Outcome
    assumed: tuple[str, ...] = ()


def judge(snapshot: Snapshot, request: Request) -> Judgement:
    """The best and the worst outcome only, without a trace.

    The range may be wider than `decide` finds it, which tells apart what cannot be true together (T30).

    Raises:
        RequestError: the request itself is malformed.
    """
    return _judge(request, snapshot, _gather_from(snapshot, request))


class Settled(NamedTuple):
    """A decision without its trace: what `decide` finds, `best` and `worst` equal where it has an outcome.

    `hearings` are the layers that were asked; empty where no policy decides.
    """

    best: Outcome
    worst: Outcome
    unknown_keys: tuple[UnknownKey, ...] = ()
    unknown_data: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    may_be_wider: bool = False
    hearings: tuple[Hearing, ...] = ()

    @property
    def is_allowed(self) -> bool:
        """Whether it is allowed whatever the unknowns are."""
        return self.worst.verdict is Verdict.ALLOWED

    @property
    def is_denied(self) -> bool:
        """Whether it is denied whatever the unknowns are."""
        return self.best.verdict is not Verdict.ALLOWED


def prepare_for(snapshot: Snapshot, request: Request) -> Question:
    """Make a request ready to be settled against a snapshot.

    Raises:
        RequestError: the request itself is malformed.
    """
    return prepare(request, snapshot, _gather_from(snapshot, request), None)


def settle_question(question: Question) -> Settled:
    """Decide a request that was made ready, as `decide` does, without a trace."""
    checked = pre_check(question.subject, question.asked.context)
    if checked is not None and checked.unless is None:
        return Settled(checked.outcome, checked.outcome)
    hearings = tuple(_hear_all(question))
    voices: Voices = {hearing.layer.layer: hearing.conclude(question.asked) for hearing in hearings}
    found = _conclude_both(_range(_with_root_rule(voices, question), question.setting), question, checked)
    keys: tuple[UnknownKey, ...] = ()
    if found.best != found.worst:
        unknown = [key for hearing in hearings for key in hearing.unknown_keys(question.asked)]
        if checked is not None and checked.unless is not None:
            unknown.append(checked.unless)
        found, keys = _settle(found, question, hearings, unknown)
    data = () if found.best == found.worst else tuple(unknown_data(hearing.layer for hearing in hearings))
    return Settled(
        found.best, found.worst, keys, data, leaning(question.applicable.assumed, found), found.may_be_wider, hearings
    )


def _settle(
    found: Range, question: Question, hearings: Sequence[Hearing], unknown: Iterable[str]
) -> tuple[Range, tuple[UnknownKey, ...]]:
    """Narrow an open range to what is possible, by the unknown keys that undecided statements ask for (T27-T31)."""
    keys: dict[str, str] = {}
    for key in unknown:
        keys.setdefault(key.lower(), key)
    if not keys:
        return found, ()
    undecided = [statement for hearing in hearings for _, statement in hearing.undecided]

    def again(states: Mapping[str, KeyValue]) -> Range | None:
        context = question.asked.context.with_states(states)
        if conflicting(context) is not None:
            return None
        return _weigh(question, hearings, replace(question.asked, context=context))

    return settle(found, keys, question.asked.context, undecided, again)


def decide_policies(policies: CasePolicies, request: Request) -> Decision:
    """Decide a request on the given documents alone, as `aws iam simulate-custom-policy` does.

    Raises:
        RequestError: the request itself is malformed.
    """
    return _decide(request, None, _gather_case_from(policies), policies)


def judge_policies(policies: CasePolicies, request: Request) -> Judgement:
    """`judge` for the given documents alone.

    Raises:
        RequestError: the request itself is malformed.
    """
    return _judge(request, None, _gather_case_from(policies), policies)


def _gather_from(snapshot: Snapshot, request: Request) -> Gather:
    return lambda subject, context: gather(snapshot, subject, context, request.session_policies)


def _gather_case_from(policies: CasePolicies) -> Gather:
    return lambda subject, context: gather_case(policies, subject, context)


def _judge(
    request: Request, snapshot: Snapshot | None, gather_layers: Gather, policies: CasePolicies | None = None
) -> Judgement:
    question = prepare(request, snapshot, gather_layers, policies)
    checked = pre_check(question.subject, question.asked.context)
    if checked is not None and checked.unless is None:
        return Judgement(checked.outcome, checked.outcome)
    found = _weigh(question, _hear_all(question), question.asked)
    return Judgement(found.best, found.worst, leaning(question.applicable.assumed, found))


def _hear_all(question: Question) -> list[Hearing]:
    return [hear(layer, question.asked) for layer in question.applicable if layer.applies]


def _weigh(question: Question, hearings: Sequence[Hearing], asked: Asked) -> Range:
    """The best and worst outcome of layers that were heard, with their open statements asked for `asked`."""
    checked = pre_check(question.subject, asked.context)
    if checked is not None and checked.unless is None:
        return Range(checked.outcome, checked.outcome)
    voices: Voices = {hearing.layer.layer: hearing.conclude(asked) for hearing in hearings}
    return _conclude_both(_range(_with_root_rule(voices, question), question.setting), question, checked)


def _conclude_both(standings: tuple[Standing, Standing], question: Question, checked: PreCheck | None) -> Range:
    """Best and worst; what AWS may refuse beforehand, on an unknown key, is at worst refused."""
    best = worst = conclude(standings[0], question.setting)
    if standings[1] is not standings[0]:
        worst = conclude(standings[1], question.setting)
    if checked is not None and worst.verdict is Verdict.ALLOWED:
        worst = checked.outcome
    return Range(best, worst).agreed()


def _decide(
    request: Request, snapshot: Snapshot | None, gather_layers: Gather, policies: CasePolicies | None = None
) -> Decision:
    question = prepare(request, snapshot, gather_layers, policies)
    checked = pre_check(question.subject, question.asked.context)
    explained = Explained()
    voices: Voices = {}
    traces: list[LayerTrace] = []
    for layer in question.applicable:
        voice, trace = explain_layer(layer, question.asked, explained)
        if voice is not None:
            voices[layer.layer] = voice
        traces.append(trace)
    if checked is not None and checked.unless is None:
        return decided_without_policies(question, checked, traces)
    standings = _range(_with_root_rule(voices, question), question.setting)
    found = _conclude_both(standings, question, checked)
    if checked is not None and checked.unless is not None:
        explained.note_unknown([checked.unless])
    keys: tuple[UnknownKey, ...] = ()
    if found.best != found.worst:
        found, keys = _settle(found, question, _hear_all(question), explained.unknown_keys.values())
    return assemble(question, explained, traces, found, keys, standings)


def _with_root_rule(voices: Voices, question: Question) -> Voices:
    """Root of a bucket's account keeps its policy actions whatever the bucket policy denies (S19)."""
    subject = question.subject
    if (
        subject.caller.kind is CallerKind.ROOT
        and question.setting.same_account
        and subject.action.lower() in BUCKET_POLICY_ACTIONS
        and (voice := voices.get(Layer.RESOURCE)) is not None
    ):
        return {**voices, Layer.RESOURCE: Voice(Truth.FALSE, voice.allows, voice.grants)}
    return voices


def _range(voices: Voices, setting: Setting) -> tuple[Standing, Standing]:
    """The best and the worst standing: one and the same where nothing is open, as in most requests."""
    worst = stand(voices, setting, favourable=False)
    if any(voice.is_open for voice in voices.values()):
        return stand(voices, setting, favourable=True), worst
    return worst, worst
