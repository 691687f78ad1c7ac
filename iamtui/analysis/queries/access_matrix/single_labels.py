"""The labels of actions that one has with a single Allow beside its guards (AM1)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from iamtui import catalog
from iamtui.analysis.queries.access_matrix.askers import Asker, Askers
from iamtui.analysis.queries.access_matrix.said import Held
from iamtui.analysis.queries.access_matrix.shared_labels import SharedLabels
from iamtui.analysis.queries.actions.alike import Alike, listed_on, types_of
from iamtui.analysis.queries.actions.shapes import are_apart
from iamtui.analysis.queries.actions.tag_classes import tags_read, tags_read_by
from iamtui.analysis.queries.deciding.answers import Answer, Cell, Situation, no_matches
from iamtui.analysis.queries.index.action_sets import of_names
from iamtui.analysis.queries.index.holders import Frame as HolderFrame
from iamtui.analysis.queries.index.holders import Holder
from iamtui.analysis.queries.index.taking import keys_named
from iamtui.analysis.queries.one_principal.ground import Ground
from iamtui.analysis.queries.one_principal.reach import Reach
from iamtui.analysis.queries.resources.cutting import shortest
from iamtui.analysis.queries.resources.resource_forms import forms_of, regions_told_apart
from iamtui.analysis.queries.resources.written import regions_of
from iamtui.evaluation.applicable.from_snapshot import PrincipalSide
from iamtui.evaluation.decide import settle_question
from iamtui.evaluation.decision import Layer
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.policy.statement import Statement


class Part(NamedTuple):
    """Actions of which an Allow says the same: what that is, but for whom and beside which guards.

    `types` are those of their resources on which it is certain to say it in the asker's own account, in some Regions
    or in any; None where that is not told. What is not given on these may be given on what is elsewhere, of `beyond`.
    `written` is how the Allow is written, for what depends on that; `text` the one of its patterns that counts, if not
    all of them do. Of those that are `untyped` it is told whether its patterns take what AWS asks about (L36).
    """

    said: Hashable
    actions: int
    types: frozenset[str] | None = None
    regions: frozenset[str] = frozenset()
    beyond: int = 0
    written: Hashable = None
    text: str | None = None
    untyped: bool = False


ALL_TYPES: frozenset[str] = frozenset()
"""Stands for all types that actions take."""


class Question:
    """Asks for the labels of actions that one has with one Allow beside its guards."""

    def __init__(
        self,
        askers: Askers,
        shared: SharedLabels,
        asker: Asker,
        one: Held | None,
        statements: tuple[Statement, ...],
        said: Hashable,
        part: Part,
    ) -> None:
        self.statements = statements
        self.is_whole = one is None or part.types == ALL_TYPES
        self._shared = shared
        self._askers = askers
        self._asker = asker
        self._one = one
        self._said = said
        self._part = part
        self._asking: Asking | None = None
        self._quick: Asking | None = None

    @property
    def tags(self) -> tuple[str, ...] | None:
        """The tags of resources that the statements read; None where these tell more than classes of actions apart."""
        if self.is_whole:
            return tags_read(self.statements)
        return tags_read_by(self.statements) if self._part.untyped else None

    def label(self, alike: Alike) -> str | None:
        """The label of some actions; None for one that must be asked with all that the principal has.

        Of an Allow that is told by types it is the best on resources of these in the asker's own account.
        """
        types = () if self._part.types is None else self._types_of(alike)
        said = (self._said, self._part.written) if self.depends_on_writing(alike) else self._said
        place = self._shared.place_of(self._asker, alike, said)
        if place is None:
            return None
        labels = self._shared.labels
        if place not in labels:
            labels[place] = self._decided(alike, types)
        return labels[place]

    def depends_on_writing(self, alike: Alike) -> bool:
        """Whether the types that an Allow reaches do not tell its label."""
        return self._part.types is not None and self._part.types != ALL_TYPES and not self._types_of(alike)

    def _decided(self, alike: Alike, types: Sequence[str]) -> str | None:
        if types:
            label = self._quickly(alike, types)
            if label != "denied" or self._part.types != ALL_TYPES or self._is_denied_anywhere(alike):
                return label
        if self._asking is None:
            self._asking = Asking(self._shared.ground, self._askers, self._asker.side_with(self._one))
        return self._asking.label(alike)

    def _types_of(self, alike: Alike) -> tuple[str, ...]:
        """The types of resources that stand for all on which the Allow says the same; none where that is not told."""
        action = alike.actions[0]
        every = types_of(action)
        if alike.kind is None:
            return ()
        wanted = self._part.types or ALL_TYPES
        met = every if wanted == ALL_TYPES else tuple(one for one in every if one in wanted)
        if self._part.types == ALL_TYPES or are_apart(action.partition(":")[0], met):
            return met
        return met if len({listed_on(action, one, self._keys) for one in met}) <= 1 else ()

    @cached_property
    def _keys(self) -> tuple[str, ...]:
        return tuple(sorted({key for one in self.statements for key in keys_named(one)}))

    def _quickly(self, alike: Alike, types: Sequence[str]) -> str | None:
        """The best label on one resource of each type in the asker's account."""
        if self._quick is None:
            side = self._asker.side_with(self._one, whole=True)
            self._quick = Asking(self._shared.ground, self._askers, side)
        labels = set()
        for resource in self._examples(alike.actions[0], types):
            label = self._quick.label_on(alike.actions[0], resource)
            if label in (None, "allowed"):
                return label
            labels.add(label)
        return "conditional" if "conditional" in labels else "denied"

    def _is_denied_anywhere(self, alike: Alike) -> bool:
        """Whether what its own side denies in the asker's account is denied in all: where nothing tells owners."""
        if self._quick is None or of_names(alike.actions[:1]) & self._shared.ground.asked_anyway:
            return False
        return self._quick.denied_by <= _OWN_SIDE and not any(key.startswith(_OF_OWNERS) for key in self._keys)

    def _examples(self, action: str, types: Sequence[str]) -> Iterator[str]:
        """A resource of each type in each Region, as far as something in play tells these apart."""
        seen = set()
        for resource in self._of_each_type(action, types):
            place = self._place_of(action, resource)
            if place not in seen:
                seen.add(place)
                yield resource

    def _place_of(self, action: str, resource: str) -> Hashable:
        """All of a resource that counts where all are taken: where it is, and the keys that go with its types."""
        found = catalog.action(action)
        if found is None or self._shared.ground.protecting(action):
            return resource
        fitting = catalog.fitting(found, resource) if self._keys else ()
        listed = frozenset(listed_on(action, part.name, self._keys) for part in fitting)
        return self._shared.ground.place_of(resource), listed

    def _of_each_type(self, action: str, types: Sequence[str]) -> Iterator[str]:
        found = catalog.action(action)
        partition = self._asker.holder.arn.split(":", 2)[1]
        written = [text for statement in self.statements for text in regions_of(statement)]
        regions = regions_told_apart(partition, written, self._part.regions)
        if found is not None:
            for form in forms_of(found, partition, (self._asker.kind.account,), regions):
                if form.kind.partition(":")[2] in types:
                    yield shortest(form.parts)


_OWN_SIDE = frozenset((Layer.SCP, Layer.IDENTITY, Layer.PERMISSIONS_BOUNDARY, Layer.NONE))
"""What decides where the principal's own side denies, or allows nothing."""

_OF_OWNERS = ("aws:resourceaccount", "aws:resourceorg", "s3:resourceaccount", "s3:dataaccesspoint")
"""How the keys begin that tell the owners of resources apart."""


class _Deciding:
    """Decides what one asks; `is_exact` while each answer would be the same with more policies.

    `denied_by` are the layers that decided where something was denied.
    """

    def __init__(self, holder: Holder, known: Callable[[str], bool]) -> None:
        self._holder = holder
        self._known = known
        self.is_exact = True
        self.denied_by: set[Layer] = set()

    def cell(self, prepared: PreparedRequest, resource: str) -> Cell:
        """One request, decided."""
        situation = Situation(prepared, settle_question(prepared))
        self.is_exact &= not situation.settled.may_be_wider and not self._known(resource)
        if situation.settled.is_denied:
            self.denied_by.add(situation.settled.best.decided_by)
        return Cell(resource, Answer(self._holder, situation, no_matches))


class Asking:
    """Asks what one with the policies of a side reaches."""

    def __init__(
        self, ground: Ground, askers: Askers, side: PrincipalSide, known: Callable[[str], bool] = lambda _: False
    ) -> None:
        """Ask with the policies of a side; what is `known` must not stand for others."""
        self._deciding = _Deciding(Holder(side.caller.text, HolderFrame(side.caller.kind, ""), None), known)
        self.reach = Reach(
            ground, lambda action, resource: askers.prepared(action, resource, side), self._deciding.cell
        )

    @property
    def denied_by(self) -> set[Layer]:
        """The layers that decided where something was denied."""
        return self._deciding.denied_by

    def label(self, alike: Alike) -> str | None:
        """The label of some actions; None where a limit was met, so that it may be another with more policies."""
        label = self.reach.label(alike)
        return label if self._deciding.is_exact and self.reach.complete else None

    def label_on(self, action: str, resource: str) -> str | None:
        """The label on one resource; None where it may be another with more policies."""
        label = self._deciding.cell(self.reach.prepare(action, resource), resource).answer.label
        return label if self._deciding.is_exact else None
