"""The entry to the evaluator: one request against one snapshot, or against documents that it brings along."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from iamtui.evaluation.answer.assembly import assemble, decided_without_policies, leaning
from iamtui.evaluation.applicable.from_documents import FromDocuments
from iamtui.evaluation.applicable.from_snapshot import FromSnapshot, PrincipalSide
from iamtui.evaluation.applicable.policies import GivenPolicies
from iamtui.evaluation.combining.outcome import LayerResults, ResolvedLayers
from iamtui.evaluation.decision import Decision, LayerTrace, Outcome, UnknownKey, Verdict
from iamtui.evaluation.fixed_outcomes import pre_check
from iamtui.evaluation.matching.layers import Explained, PartialResult, evaluate_layer, explain_layer, unknown_data
from iamtui.evaluation.matching.matching_once import TestsOnce
from iamtui.evaluation.preparing import PolicySource, PreparedRequest, prepare
from iamtui.evaluation.request.request import Request
from iamtui.evaluation.weighing import conclude, narrowed, resolve, standings, unknown_keys_of, weigh
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


def settle_question(
    question: PreparedRequest, heard: tuple[PartialResult, ...] | None = None, tests: TestsOnce | None = None
) -> Settled:
    """Decide a request that was made ready, as `decide` does, without a trace; `heard` are its layers if they were.

    Who decides for many keeps `tests`.
    """
    checked = pre_check(question.subject, question.asked.context)
    if checked is not None and checked.unless is None:
        return Settled(checked.outcome, checked.outcome)
    partials = tuple(_hear_all(question)) if heard is None else heard
    both = resolve(question, partials, question.asked)
    found = conclude(both, checked)
    keys: tuple[UnknownKey, ...] = ()
    was_open = found.best != found.worst
    if was_open:
        found, keys = narrowed(found, question, partials, unknown_keys_of(question, partials, checked), tests)
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
        both.worst,
    )


def _open_data(question: PreparedRequest, partials: Sequence[PartialResult]) -> Iterator[str]:
    """What the export does not say of the layers, and what AWS does not of the resource (T22, L36)."""
    yield from unknown_data(partial.layer for partial in partials)
    left = question.asked.left_open
    if left is not None and any(partial.depends_on_resource(question.asked) for partial in partials):
        yield left.words


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
    found = weigh(question, _hear_all(question), question.asked, checked)
    return OutcomeBounds(found.best, found.worst, leaning(question.applicable.assumptions, found))


def _hear_all(question: PreparedRequest) -> list[PartialResult]:
    return [evaluate_layer(layer, question.asked) for layer in question.applicable.layers if layer.applies]


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
    both = standings(results, question)
    found = conclude(both, checked)
    if checked is not None and checked.unless is not None:
        explained.note_unknown([checked.unless])
    keys: tuple[UnknownKey, ...] = ()
    if found.best != found.worst:
        found, keys = narrowed(found, question, _hear_all(question), explained.unknown_keys.values())
    return assemble(question, explained, traces, found, keys, both[:2])
