"""Which statements of its own policies speak for or against a holder: found when somebody asks for the reasons."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

from iamtui.analysis.queries.deciding.answers import OwnMatch
from iamtui.analysis.queries.deciding.groups import Groups
from iamtui.analysis.queries.deciding.own_allows import EverybodysAllows, Said
from iamtui.analysis.queries.index.carrying import carried_like
from iamtui.analysis.queries.index.holders import Holder, Holders
from iamtui.analysis.queries.index.speaking import SpeakingDocuments
from iamtui.analysis.queries.index.statements import Relevance
from iamtui.analysis.queries.index.taking import Side
from iamtui.evaluation.applicable.from_snapshot import managed_policy
from iamtui.evaluation.applicable.policies import AppliedPolicy
from iamtui.evaluation.decision import Layer
from iamtui.policy.statement import PolicyKind


class HolderMatches:
    """Finds them for one request; those of a policy once for all who carry it alike, where they depend on nobody."""

    def __init__(self, holders: Holders, speaking: SpeakingDocuments, groups: Groups) -> None:
        self._holders = holders
        self._groups = groups
        self._speaking = speaking
        self._noted: list[tuple[Sequence[int], Mapping[Side, Said]]] = []
        self._said: dict[int, Mapping[Side, Said]] = {}
        self._found: dict[Hashable, Sequence[OwnMatch]] = {}

    def note(self, documents: Sequence[int], said: Mapping[Side, Said]) -> None:
        """Note what some documents, by their identity, say to those of each kind and account; of others: nothing."""
        self._noted.append((documents, said))
        self._said.update(dict.fromkeys(documents, said))

    def allows(self) -> EverybodysAllows:
        """What the identity policies of everybody allow."""
        found = EverybodysAllows(self._holders.carrying, self._speaking.speakers, self._groups.heard_of)
        for documents, said in self._noted:
            found.add(documents, said)
        return found

    def of(self, holder: Holder, layer: Layer) -> Sequence[OwnMatch]:
        """The statements of a holder's identity policies, or of its boundary, that are not false."""
        if layer is Layer.PERMISSIONS_BOUNDARY and holder.frame.boundary is not None:
            frame, snapshot = holder.frame, self._holders.snapshot
            policy = managed_policy(snapshot, frame.account, frame.boundary or "", "boundary", holder.arn)
            return tuple(self._matching(policy, self._groups.boundary_of(frame), holder, PolicyKind.BOUNDARY))
        side = holder.frame.side
        found: list[OwnMatch] = []
        for policy in holder.policies:
            said = self._said.get(id(policy.document), _NOTHING).get(side)
            if said is not None:
                found += self._of_policy(policy, said.relevance, holder)
        return found

    def _of_policy(self, policy: AppliedPolicy, relevance: Relevance, holder: Holder) -> Iterable[OwnMatch]:
        """The statements of one policy that are not false."""
        if relevance.varying or relevance.by_name:
            return self._matching(policy, relevance, holder, PolicyKind.IDENTITY)
        key = carried_like(policy), id(relevance)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = tuple(self._matching(policy, relevance, holder, PolicyKind.IDENTITY))
        return found

    def _matching(
        self, policy: AppliedPolicy, relevance: Relevance, holder: Holder, kind: PolicyKind
    ) -> Iterator[OwnMatch]:
        speaker = self._speaking.speakers.get(id(policy.document))
        for number, taken, certain in relevance.spoken:
            truth = self._groups.truth_of(taken, self._holders.places[holder.arn], kind) if certain is None else certain
            if truth:
                statement = taken.statement if speaker is None else speaker.statement(number)
                yield OwnMatch(policy, statement, truth)


_NOTHING: Mapping[Side, Said] = {}
