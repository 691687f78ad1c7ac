"""What decisions see of a user, role, group or policy that a request is about, but for its name (WC17).

No rule reads that name. So two that are in one place are decided alike where the same patterns in play match them, and
where all that statements in play read of them is the same on each side: tags, boundary, and what trust policies say.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

from iamtui import catalog
from iamtui.analysis.changes.action_classes import keys_tested
from iamtui.analysis.queries.resources.cutting import patterns_in_play
from iamtui.analysis.queries.resources.known import Known
from iamtui.analysis.queries.resources.known_resources import KnownResources
from iamtui.analysis.queries.resources.resource_reads import reads_of
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.patterns import matcher_of
from iamtui.policy.statement import Statement


class KnownEntities:
    """Those that some snapshots know, by ARN; found when first asked for, and kept."""

    def __init__(self, sides: Sequence[KnownResources]) -> None:
        self._sides = sides
        self._found: dict[Hashable, tuple[Mapping[str, Known], ...]] = {}

    def of(self, action: str) -> tuple[Mapping[str, Known], ...]:
        """Those that an action can be about, in each snapshot."""
        details = catalog.action(action)
        if details is None:
            return tuple({} for _ in self._sides)
        key = (details.service, *(one.name for one in details.resource_types))
        if key not in self._found:
            self._found[key] = tuple(
                {one.arn: one for one in side.of(details) if one.is_entity} for side in self._sides
            )
        return self._found[key]


class SeenEntities:
    """What the requests of one principal for one action see of entities, on both sides."""

    def __init__(
        self, known: Sequence[Mapping[str, Known]], questions: Sequence[PreparedRequest], taking: Sequence[Statement]
    ) -> None:
        """`questions` are a request for the action on each side, `taking` all statements that take it on either."""
        keys = keys_tested(taking)
        self._sides = [
            (entities, reads_of(one.subject.folded_action, keys, one.subject.caller, one.asked.context))
            for entities, one in zip(known, questions, strict=True)
        ]
        sets = dict.fromkeys(parts for one in questions for parts in patterns_in_play(one, taking))
        self._patterns = [tuple(map(matcher_of, each)) for each in sets]
        self._statements = tuple(map(id, taking))

    def of(self, resource: str) -> Hashable | None:
        """All that is seen of a resource; None where it is not a known entity on every side."""
        seen: list[Hashable] = []
        for entities, reads in self._sides:
            known = entities.get(resource)
            if known is None:
                return None
            seen.append(known.signature(reads))
        matched = [any(matches(resource) for matches in each) for each in self._patterns]
        return self._statements, *seen, *matched
