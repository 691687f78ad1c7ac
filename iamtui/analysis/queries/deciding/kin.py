"""Whom one request meets alike: kinds and accounts whose members only what is their own can tell apart (WC2).

Each kind and account is looked at once, by the request of one of its members. Two of them are kin where everything is
equal that a decision can read of a caller but its own policies, its boundary, its name and its tags: the layers beside
these with every document, how their Principal elements match somebody whom they do not name, what AWS refuses
beforehand, and each key that a statement of these layers names. Statements read no other keys.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from iamtui.analysis.queries.index.holders import Frame, Holders
from iamtui.analysis.queries.index.statements import layers_beside, statements_of
from iamtui.analysis.queries.index.taking import Taken, keys_named, keys_of_test, own_keys
from iamtui.analysis.queries.index.trusts import nameless
from iamtui.evaluation.answer.assembly import leaning
from iamtui.evaluation.applicable.policies import AppliedLayer, AppliedPolicy
from iamtui.evaluation.decide import Settled
from iamtui.evaluation.decision import MatchClass
from iamtui.evaluation.fixed_outcomes import pre_check
from iamtui.evaluation.keys import differs_by_entity
from iamtui.evaluation.matching.layers import asked_of
from iamtui.evaluation.matching.principals import match_principal
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.evaluation.unknowns.outcome_range import OutcomeRange
from iamtui.policy.statement import Statement
from iamtui.policy.truth import Truth


@dataclass(frozen=True, slots=True)
class Kin:
    """Frames, each without a boundary, that are alike, their members as a set, and the request of one of them.

    `telling` are the statements beside their own policies that read keys of their own.
    """

    frames: tuple[Frame, ...]
    members: int
    question: PreparedRequest
    telling: tuple[tuple[AppliedLayer, Taken], ...]


class Kindred:
    """The kin of one request.

    Attributes:
        questions: for each frame without a boundary the request of one of its members; None across partitions.
        all: those of one partition.
        elsewhere: the frames in whose partition the resource is not.
    """

    def __init__(self, holders: Holders, prepared: Callable[[int], PreparedRequest | None]) -> None:
        self.questions = {frame: prepared(_lowest(members)) for frame, members in holders.unbounded.items()}
        self.elsewhere = [frame for frame, question in self.questions.items() if question is None]
        self._voices: dict[tuple[Frame, tuple[str, ...]], Hashable] = {}
        found: dict[Hashable, list[Frame]] = {}
        for frame, question in self.questions.items():
            if question is not None:
                found.setdefault(self._signature(frame, question), []).append(frame)
        self.all = tuple(self._kin_of(holders, frames) for frames in found.values())
        self._is_alike = {kin.frames: self._assume_alike(kin.frames) for kin in self.all}

    def _kin_of(self, holders: Holders, frames: Sequence[Frame]) -> Kin:
        question = self.questions[frames[0]]
        if question is None:
            raise ValueError("a frame of another partition has no kin")
        telling = tuple(
            (layer, Taken(statement, keys))
            for layer in layers_beside(question)
            for _, statement in statements_of(layer, question)
            if (keys := own_keys(statement, frames[0].kind)) and _may_match(layer, statement, question)
        )
        members = 0
        for frame in frames:
            members |= holders.unbounded[frame]
        return Kin(tuple(frames), members, question, telling)

    def voice_of(self, frame: Frame, keys: tuple[str, ...]) -> Hashable:
        """Equal for those to whom statements that name these keys say the same, but for what is their own."""
        found = self._voices.get((frame, keys))
        question = self.questions[frame]
        if found is None and question is not None:
            asked, common = question.asked, [key for key in keys if not differs_by_entity(key, frame.kind)]
            values = tuple([(key, asked.context.lookup(key)._replace(source="")) for key in common])
            kind = frame.kind if keys or asked.left_open is not None else None
            found = self._voices[frame, keys] = (kind, asked.resources, asked.left_open, values)
        return found

    def _signature(self, frame: Frame, question: PreparedRequest) -> Hashable:
        beside = [(layer, one) for layer in layers_beside(question) for _, one in statements_of(layer, question)]
        keys = tuple(dict.fromkeys(key for _, one in beside for key in keys_named(one)))
        return (
            frame.kind,
            self.voice_of(frame, keys),
            frame.is_service_linked,
            frame.is_for_guests,
            _of_caller(question),
            question.setting,
            tuple(map(_content_of, layers_beside(question))),
            tuple([one.may_grant for one in question.applicable.assumptions]),
            tuple(_how_named(question, [one for _, one in beside])),
        )

    def _assume_alike(self, frames: Sequence[Frame]) -> bool:
        """Whether what was not exported is told of in the same words."""
        questions = (self.questions[frame] for frame in frames)
        return len({one.applicable.assumptions for one in questions if one is not None}) < 2

    def leaning(self, kin: Kin, settled: Settled, frames: Iterable[Frame]) -> tuple[str, ...]:
        """What an answer leans on that holds for members of some frames of a kin (WC4)."""
        if self._is_alike[kin.frames]:
            return settled.assumed
        bounds = OutcomeRange(settled.best, settled.worst)
        questions = (self.questions[frame] for frame in dict.fromkeys(frames))
        texts = (text for one in questions if one for text in leaning(one.applicable.assumptions, bounds))
        return tuple(dict.fromkeys(texts)) if settled.partials else ()


def _lowest(members: int) -> int:
    return (members & -members).bit_length() - 1


def _of_caller(question: PreparedRequest) -> Hashable:
    """What of a caller counts beside its kind: where it is, and what AWS refuses it beforehand."""
    caller, checked = question.subject.caller, pre_check(question.subject, question.asked.context)
    beforehand = None if checked is None else (checked.outcome, checked.unless, checked.value)
    own = question.applicable.identity, question.applicable.permissions_boundary
    unknown = tuple(layer.reason if layer.unknown else None for layer in own)
    return caller.partition, caller.exported, beforehand, unknown


def _content_of(layer: AppliedLayer) -> Hashable:
    """What of a layer counts: all but whose it is."""
    levels = tuple([(level.missing, tuple(map(_of_policy, level.policies))) for level in layer.levels])
    return layer._replace(
        account=None, levels=(), reason=layer.reason if layer.unknown else None, assumptions=()
    ), levels


def _of_policy(policy: AppliedPolicy) -> Hashable:
    return (policy.name, policy.arn) if policy.document is None else (policy.name, id(policy.document))


def _may_match(layer: AppliedLayer, statement: Statement, question: PreparedRequest) -> bool:
    """Whether a statement may match somebody of a kin whom it does not name, whatever the keys of its own are."""
    if statement.principal is not None and not any(truth for truth, _ in _how_named(question, (statement,))):
        return False
    context, kind = asked_of(layer, question.asked).context, question.subject.caller.kind
    for test in statement.conditions:
        reads_own = any(differs_by_entity(key, kind) for key in keys_of_test(test))
        if not reads_own and not test.truth(context):
            return False
    return True


def _how_named(question: PreparedRequest, statements: Iterable[Statement]) -> Iterator[tuple[Truth, MatchClass | None]]:
    """How Principal elements match one of the caller's kind and account whom none of them names."""
    caller = nameless(question.subject.caller)
    for statement in statements:
        if statement.principal is not None:
            for has_boundary in (False, True):
                other = caller._replace(has_boundary=has_boundary)
                found = match_principal(statement.principal, statement.effect, other)
                yield found.truth, found.match_class
