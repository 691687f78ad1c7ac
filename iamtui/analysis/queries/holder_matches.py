"""Which statements of its own policies speak for or against a holder: found when somebody asks for the reasons."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

from iamtui.analysis.queries.answers import OwnMatch
from iamtui.analysis.queries.groups import Groups
from iamtui.analysis.queries.holders import Holder, Holders
from iamtui.analysis.queries.statements import NOTHING, Relevance
from iamtui.analysis.queries.taking import Side
from iamtui.evaluation.applicable.from_snapshot import managed_policy
from iamtui.evaluation.applicable.policies import AppliedPolicy
from iamtui.evaluation.decision import Layer
from iamtui.policy.statement import PolicyKind


class HolderMatches:
    """Finds them for one action; those of a policy once for all who carry it alike, where they hang on nobody."""

    def __init__(self, holders: Holders, action: str, groups: Groups) -> None:
        self._holders = holders
        self._groups = groups
        self._taking = holders.taking(action)
        self._first = holders.speaking(action).first
        self._relevant: dict[Side, dict[int, Relevance]] = {}
        self._found: dict[Hashable, Sequence[OwnMatch]] = {}

    def of(self, holder: Holder, layer: Layer) -> Sequence[OwnMatch]:
        """The statements of a holder's identity policies, or of its boundary, that are not false."""
        frame = holder.frame
        if layer is Layer.PERMISSIONS_BOUNDARY and frame.boundary is not None:
            snapshot = self._holders.snapshot
            policy = managed_policy(snapshot, frame.account, frame.boundary, "boundary", holder.arn)
            return self._of_policy(policy, self._groups.boundary_of(frame), holder, PolicyKind.BOUNDARY)
        side = frame.side
        relevant = self._relevant.setdefault(side, {})
        found: list[OwnMatch] = []
        for policy in holder.policies:
            key = id(policy.document)
            known = relevant.get(key)
            if known is None:
                known = relevant[key] = self._relevance(key, side)
            if known is not NOTHING:
                found += self._of_policy(policy, known, holder, PolicyKind.IDENTITY)
        return found

    def _relevance(self, document: int, side: Side) -> Relevance:
        taking = self._first.get(document)
        if taking is None:
            return NOTHING
        return self._groups.relevance(taking, PolicyKind.IDENTITY, self._holders.first_frames[side])

    def _of_policy(
        self, policy: AppliedPolicy, known: Relevance, holder: Holder, kind: PolicyKind
    ) -> Sequence[OwnMatch]:
        """The statements of one policy that are not false."""
        if known.varying or known.by_name:
            return tuple(self._anew(policy, known, holder, kind))
        key = (policy.arn or policy.owner, policy.name, policy.origin, id(policy.document), holder.frame.side, kind)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = tuple(self._anew(policy, known, holder, kind))
        return found

    def _anew(self, policy: AppliedPolicy, known: Relevance, holder: Holder, kind: PolicyKind) -> Iterator[OwnMatch]:
        document = self._taking.get(id(policy.document))
        for number, taken, certain in known.spoken:
            truth = self._groups.truth_of(taken, self._holders.places[holder.arn], kind) if certain is None else certain
            if truth:
                statement = taken.statement if document is None else document.statements[number].statement
                yield OwnMatch(policy, statement, truth)
