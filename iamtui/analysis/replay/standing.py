"""How AWS's word and ours stand to one recorded call, over all its parts (J2, J3)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import TypeAlias

from iamtui.analysis.denials.agreement import Agreement
from iamtui.analysis.denials.causes import Cause, CauseKind, causes_of, causes_of_facts
from iamtui.analysis.denials.comparing import agrees_with, compare_refusal
from iamtui.analysis.denials.facts import DecisionFacts
from iamtui.analysis.replay.model import AwsWord, DecidedPart
from iamtui.analysis.replay.settling import Settlement, Settling
from iamtui.evaluation.decide import Settled
from iamtui.evaluation.decision import Layer, Verdict
from iamtui.evaluation.request.request import Request
from iamtui.trail.masking import mask_text
from iamtui.trail.refusals import About, Refusal
from iamtui.trail.requests.parts import Part
from iamtui.trail.requests.recorded import RecordedCall

_ORDER = tuple(CauseKind)

SettledParts: TypeAlias = "tuple[tuple[Part, Request, Settlement], ...]"
"""The parts of a call that have an action, each with its request as it was settled."""


class Standing:
    """The parts of one call as the snapshot settles them, beside AWS's word to the call."""

    def __init__(
        self, call: RecordedCall, aws: AwsWord, parts: SettledParts, settling: Settling, accounts: Collection[str]
    ) -> None:
        self._call = call
        self._aws = aws
        self._settling = settling
        self._errors = [found.error for _, _, found in parts if found.error is not None]
        self._settled = [(part, request, found.settled) for part, request, found in parts if found.settled is not None]
        concerned = _accounts(call)
        self._unknown_accounts = concerned if concerned.isdisjoint(accounts) else frozenset()

    def agreement(self) -> Agreement:
        """The class of the call: AWS refuses it if it refuses one part, and allows it if it allows all."""
        if self._aws.open_because is not None or not self._settled or self._errors or self._unknown_accounts:
            return Agreement.NOT_COMPARABLE
        return self._of_allowed() if self._aws.refusal is None else self._of_refused(self._aws.refusal)

    def _of_allowed(self) -> Agreement:
        denied = [part for part, _, settled in self._settled if settled.is_denied]
        if any(part.note is None for part in denied):
            return Agreement.AWS_ALLOWED_WE_DENY
        if denied:  # the record does not say on what: for what it was really on it may be allowed
            return Agreement.NOT_COMPARABLE
        return Agreement.AGREES if all(settled.is_allowed for _, _, settled in self._settled) else Agreement.FITS

    def _of_refused(self, refusal: Refusal) -> Agreement:
        if refusal.about in (About.CREDENTIALS, About.BILLING):
            return Agreement.NOT_COMPARABLE
        asked = self._refused(refusal)
        denied = [(request, settled) for _, request, settled in asked if settled.is_denied]
        if any(agrees_with(refusal, settled) for _, settled in denied):
            return Agreement.AGREES
        if denied:
            found = {compare_refusal(refusal, self._facts(request, settled)) for request, settled in denied}
            return Agreement.AGREES if Agreement.AGREES in found else min(found, key=[*Agreement].index)
        if any(not settled.is_allowed for _, _, settled in asked):
            return Agreement.FITS
        if self._call.leans_on and refusal.layer in (None, Layer.SESSION):
            return Agreement.FITS  # a session policy that no event shows may have refused it (U14)
        if any(part.action is None for part in self._call.parts):
            return Agreement.NOT_COMPARABLE
        return Agreement.AWS_REFUSED_WE_ALLOW

    def _facts(self, request: Request, settled: Settled) -> DecisionFacts:
        named = self._aws.refusal is not None and self._aws.refusal.policy is not None
        return self._settling.facts(request, settled, with_policies=named)

    def _refused(self, refusal: Refusal) -> list[tuple[Part, Request, Settled]]:
        """The parts that the refusal can be about: those of its action, else all (A3)."""
        action = (refusal.action or "").lower()
        return [one for one in self._settled if one[1].action.lower() == action] or self._settled

    def parts(self) -> tuple[DecidedPart, ...]:
        """The parts with what was decided of each."""
        settled = {id(part): (request, found) for part, request, found in self._settled}
        return tuple(self._decided(part, settled.get(id(part))) for part in self._call.parts)

    def _decided(self, part: Part, settled: tuple[Request, Settled] | None) -> DecidedPart:
        part = replace(part, resource=mask_text(part.resource))
        if settled is None:
            return DecidedPart(part=part, request=None, word=None, decided_by=None)
        request, found = settled
        is_certain = found.best == found.worst
        leans = (*(key.key for key in found.unknown_keys), *found.unknown_data, *found.assumed, *self._call.leans_on)
        return DecidedPart(
            part=part,
            request=request,
            word=_word(found),
            decided_by=found.best.decided_by if is_certain else None,
            leans_on=tuple(dict.fromkeys(leans)),
        )

    def causes(self, agreement: Agreement, seen: Iterable[Cause]) -> tuple[Cause, ...]:
        """The causes in the order of J3; `seen` are those that the trail shows. Never none where the two differ."""
        found = [*seen, *self._of_call(), *self._of_decisions(agreement)]
        if len(found) > 1:
            found = [cause for cause in found if cause.kind is not CauseKind.UNEXPLAINED] or found[:1]
        if not found:
            found = [Cause(CauseKind.UNEXPLAINED, "the export shows no reason")]
        masked = dict.fromkeys(Cause(cause.kind, mask_text(cause.evidence)) for cause in found)
        return tuple(sorted(masked, key=lambda cause: _ORDER.index(cause.kind)))

    def _of_call(self) -> Iterator[Cause]:
        """What the record leaves open."""
        if self._aws.open_because is not None:
            yield Cause(CauseKind.NOT_STATED, self._aws.open_because)
        if self._call.reason is not None:
            yield Cause(CauseKind.NOT_STATED, self._call.reason)
        for account in sorted(self._unknown_accounts):
            yield Cause(CauseKind.NOT_EXPORTED, f"account {account} was not exported")
        for error in self._errors:
            yield Cause(CauseKind.CHANGED, error)
        for part in self._call.parts:
            if part.note is not None:
                yield Cause(CauseKind.NOT_STATED, part.note)
        for text in self._call.leans_on:
            yield Cause(CauseKind.NOT_STATED, text)

    def _of_decisions(self, agreement: Agreement) -> Iterator[Cause]:
        refusal = self._aws.refusal
        if refusal is not None:
            for _, request, settled in self._refused(refusal):
                yield from causes_of(refusal, self._facts(request, settled), agreement)
            return
        for _, request, settled in self._settled:
            if not settled.is_allowed:
                yield from causes_of_facts(self._facts(request, settled), agreement)


def _accounts(call: RecordedCall) -> frozenset[str]:
    """The accounts that a call is about: of the caller, and of what it was on."""
    owners = {part.owner for part in call.parts}
    return frozenset(account for account in (call.caller.account, *owners) if account)


def _word(settled: Settled) -> str:
    if settled.best == settled.worst:
        return settled.best.verdict.value
    return "denied" if settled.best.verdict is not Verdict.ALLOWED else "conditional"
