"""Which statements of its own policies speak for or against a holder: found when somebody asks for the reasons."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import NamedTuple

from iamtui.analysis.queries.deciding.answers import OwnMatch
from iamtui.analysis.queries.deciding.groups import Groups
from iamtui.analysis.queries.index.holders import Frame, Holder, Holders
from iamtui.analysis.queries.index.speaking import SpeakingDocuments
from iamtui.analysis.queries.index.statements import NOTHING, Relevance
from iamtui.evaluation.applicable.from_snapshot import managed_policy
from iamtui.evaluation.applicable.policies import AppliedPolicy
from iamtui.evaluation.decision import Layer
from iamtui.policy.statement import PolicyKind


class _Known(NamedTuple):
    """What is known of the documents of those of a kind and account, and of their policies as they carry them."""

    first: Frame
    said: dict[int, Relevance]
    found: dict[Hashable, Sequence[OwnMatch]]


class HolderMatches:
    """Finds them for one request; those of a policy once for all who carry it alike, where they depend on nobody.

    The documents that speak of its resource were asked for already.
    """

    def __init__(self, holders: Holders, speaking: SpeakingDocuments, groups: Groups) -> None:
        self._holders = holders
        self._groups = groups
        self._speaking = speaking
        self._known = [_Known(frame, {}, {}) for frame in holders.first_frames.values()]

    def of(self, holder: Holder, layer: Layer) -> Sequence[OwnMatch]:
        """The statements of a holder's identity policies, or of its boundary, that are not false."""
        if layer is Layer.PERMISSIONS_BOUNDARY and holder.frame.boundary is not None:
            frame, snapshot = holder.frame, self._holders.snapshot
            policy = managed_policy(snapshot, frame.account, frame.boundary or "", "boundary", holder.arn)
            return tuple(self._matching(policy, self._groups.boundary_of(frame), holder, PolicyKind.BOUNDARY))
        known = self._known[self._holders.side_numbers[self._holders.places[holder.arn]]]
        said = known.said
        found: list[OwnMatch] = []
        for policy in holder.policies:
            document = id(policy.document)
            relevance = said.get(document)
            if relevance is None:
                relevance = said[document] = self._relevance(document, known.first)
            if relevance is not NOTHING:
                found += self._of_policy(policy, relevance, holder, known)
        return found

    def _relevance(self, document: int, first: Frame) -> Relevance:
        taking = self._speaking.first.get(document)
        return NOTHING if taking is None else self._groups.relevance(taking, PolicyKind.IDENTITY, first)

    def _of_policy(
        self, policy: AppliedPolicy, relevance: Relevance, holder: Holder, known: _Known
    ) -> Sequence[OwnMatch]:
        """The statements of one policy that are not false."""
        if relevance.varying or relevance.by_name:
            return tuple(self._matching(policy, relevance, holder, PolicyKind.IDENTITY))
        key = (policy.arn or policy.owner, policy.name, policy.origin, id(policy.document))
        found = known.found.get(key)
        if found is None:
            found = known.found[key] = tuple(self._matching(policy, relevance, holder, PolicyKind.IDENTITY))
        return found

    def _matching(
        self, policy: AppliedPolicy, relevance: Relevance, holder: Holder, kind: PolicyKind
    ) -> Iterator[OwnMatch]:
        document = self._speaking.taking.get(id(policy.document))
        for number, taken, certain in relevance.spoken:
            truth = self._groups.truth_of(taken, self._holders.places[holder.arn], kind) if certain is None else certain
            if truth:
                statement = taken.statement if document is None else document.statements[number].statement
                yield OwnMatch(policy, statement, truth)
