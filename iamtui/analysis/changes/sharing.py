"""A class of actions, asked of one principal on both sides for all whom nothing tells apart from it (CH5, WC2)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import cached_property, partial
from itertools import chain
from typing import NamedTuple, TypeAlias

from iamtui.analysis.changes.action_classes import ActionClass
from iamtui.analysis.changes.both_sides import BothSides
from iamtui.analysis.changes.differing import Differing
from iamtui.analysis.changes.inputs import Inputs, Level
from iamtui.analysis.changes.labels import Asker, own_keys_read
from iamtui.analysis.changes.near import Near
from iamtui.analysis.changes.seen_entities import KnownEntities
from iamtui.analysis.changes.shares import Asked
from iamtui.analysis.changes.witnesses import Witnesses
from iamtui.analysis.queries.index.situations import Made, Situations
from iamtui.analysis.queries.index.taking import content_of
from iamtui.policy.document import Document, statements_written
from iamtui.policy.elements import ANY_RESOURCE
from iamtui.policy.statement import InvalidDocument, Statement
from iamtui.snapshot.model import Role, Snapshot

Telling: TypeAlias = tuple[Statement, ...] | None
"""The statements that alone tell two sides of a principal apart for an action; None where more may."""


class Labels(NamedTuple):
    """The resources that stand for all, with their labels; `complete` unless a limit was met."""

    asked: tuple[Asked, ...]
    complete: bool


class _Numbered(NamedTuple):
    """A statement, kept so that its identity stays its own, and the number of what it says."""

    statement: Statement
    number: int


class Subject:
    """A principal on both sides; None stands for a side where it is not."""

    def __init__(
        self,
        asker: Asker,
        arn: str,
        snapshots: Sequence[Snapshot],
        sides: Sequence[Inputs | None],
        known: KnownEntities,
    ) -> None:
        """`known` are the entities of both snapshots."""
        self.arn = arn
        self.account = arn.split(":", 5)[4]
        self._sides = sides
        there = [None if side is None else snapshot for snapshot, side in zip(snapshots, sides, strict=True)]
        self.both = BothSides(asker, there, arn, known)

    @property
    def names(self) -> frozenset[str]:
        """How policies can name it."""
        there = (side.entity for side in self._sides if side is not None)
        return frozenset(name for one in there for name in (one.arn, one.unique_id))

    @cached_property
    def _held(self) -> dict[Document, list[int]]:
        """The documents in force for it, each once, with the levels where they stand, counted over both sides."""
        found: dict[Document, list[int]] = {}
        levels = [level for side in self._sides if side is not None for layer in side.layers for level in layer or ()]
        for place, level in enumerate(levels):
            for document in level:
                if document is not None:
                    found.setdefault(document, []).append(place)
        return found

    @property
    def statements(self) -> tuple[Statement, ...]:
        """All statements in force for it, on either side."""
        return tuple(statement for document in self._held for statement in statements_written(document))

    @cached_property
    def places(self) -> dict[int, tuple[int, ...]]:
        """By the identity of a statement the levels where it stands."""
        return {
            id(statement): tuple(places)
            for document, places in self._held.items()
            for statement in statements_written(document)
        }

    @cached_property
    def frame(self) -> Hashable:
        """What of it decisions see beside statements and keys: its kind, which levels there are, and are not known."""
        is_linked = any(isinstance(one.entity, Role) and one.entity.is_service_linked for one in self._sides if one)
        levels = tuple(
            None
            if side is None
            else tuple(None if layer is None else tuple(map(_is_known, layer)) for layer in side.layers)
            for side in self._sides
        )
        return self.account, ":user/" in self.arn, is_linked, levels

    @property
    def is_narrowed(self) -> bool:
        """Whether a service narrows its sessions on either side."""
        return any(side is not None and side.lets_guests_in for side in self._sides)

    def values(self, key: str) -> Hashable:
        """A key of its own on both sides."""
        return tuple(side and side.value(key) for side in self._sides)


def _is_known(level: Level) -> bool:
    return not any(one is None or isinstance(one.policy, InvalidDocument) for one in level)


class Sharing:
    """Asks for a class once for all who carry the same statements that take it, and whose keys that it reads agree."""

    def __init__(self, witnesses: Witnesses, of_resources: Sequence[Statement], changed: Sequence[str] | None) -> None:
        """`of_resources` are the statements of the policies of resources and roles, on both sides.

        `changed` are the ARNs of the resources that changed; None where these may not be all.
        """
        self._witnesses = witnesses
        self._changed = changed
        self._of_resources = of_resources
        self._by_action: dict[tuple[tuple[str, ...], bool], list[int]] = {}
        for place, one in enumerate(of_resources):
            self._by_action.setdefault((one.action.patterns, one.action.negated), []).append(place)
        self._taking: dict[str, tuple[Statement, ...]] = {}
        self._named: dict[str, frozenset[str]] = {}
        self._contents: dict[int, _Numbered] = {}
        self._numbers: dict[Hashable, int] = {}
        self._situations: dict[Hashable, Situations[Subject, Labels]] = {}

    def taking(self, action: str) -> tuple[Statement, ...]:
        """The statements of the policies of resources and roles that take an action."""
        found = self._taking.get(action)
        if found is None:
            folded = action.lower()
            service = folded.partition(":")[0]
            alike = (each for each in self._by_action.values() if self._at(each[0]).action.matches(folded, service))
            found = tuple(map(self._at, sorted(chain.from_iterable(alike))))
            self._taking[action] = found
        return found

    def _at(self, place: int) -> Statement:
        return self._of_resources[place]

    def labels(self, subject: Subject, asked: ActionClass, differing: Differing) -> Labels:
        """The labels of the first action of a class, which stands for all; without those that are alike if all are.

        `differing` is what tells the sides of the principal apart.
        """
        action = asked.actions[0]
        telling = self._telling(action, differing)
        if subject.is_narrowed or not self._named_by(action).isdisjoint(subject.names):
            return self._ask(subject, asked, telling).result
        placed = tuple(dict.fromkeys([(self._content(one), subject.places[id(one)]) for one in asked.statements]))
        key = (action, subject.frame, placed, telling and frozenset(map(self._content, telling)))
        if key not in self._situations:
            self._situations[key] = Situations(lambda one: self._ask(one, asked, telling), Subject.values)
        return self._situations[key].result(subject)

    def _telling(self, action: str, differing: Differing) -> Telling:
        """The principal's statements that alone tell its sides apart for an action; None where more may."""
        if self._changed is None or differing.beside or any(one.principal is not None for one in differing.statements):
            return None
        folded = action.lower()
        service = folded.partition(":")[0]
        return tuple(one for one in differing.statements if one.action.matches(folded, service))

    def _content(self, statement: Statement) -> int:
        """The same number for statements that say the same where they take an action."""
        found = self._contents.get(id(statement))
        if found is None:
            number = self._numbers.setdefault(content_of(statement), len(self._numbers))
            found = self._contents[id(statement)] = _Numbered(statement, number)
        return found.number

    def _named_by(self, action: str) -> frozenset[str]:
        """Whom the policies of resources and roles name themselves where they take an action."""
        found = self._named.get(action)
        if found is None:
            elements = (one.principal for one in self.taking(action) if one.principal is not None)
            found = self._named[action] = frozenset(entry.text for one in elements for entry in one.entries)
        return found

    def _ask(self, subject: Subject, asked: ActionClass, telling: Telling) -> Made[Labels]:
        action = asked.actions[0]
        prepared = subject.both.prepared(action, ANY_RESOURCE)
        resources = self._witnesses.of(action, prepared, asked.statements)
        ask = partial(subject.both.labelled, prepared, taking=asked.statements)
        labelled = self._labelled(ask, action, resources.resources, telling)
        read = [key for side in prepared for key in own_keys_read(side)]
        read += [key for one in labelled for side in (one.old, one.new) for key in side.own_keys]
        return Made(Labels(labelled, resources.complete), tuple(dict.fromkeys(read)))

    def _labelled(
        self, ask: Callable[..., Iterator[Asked]], action: str, resources: Sequence[str], telling: Telling
    ) -> tuple[Asked, ...]:
        """All resources where some are decided otherwise; else none but those that may have been."""
        if telling is None or self._changed is None:
            return tuple(ask(resources))
        near = Near(telling, (*self._changed, *self._witnesses.changed(action)))
        found = tuple(ask(filter(near, resources)))
        if all(one.old.label == one.new.label for one in found):
            return found
        return tuple(ask(resources, near=near))
