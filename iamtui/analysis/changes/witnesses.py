"""Resources on which a principal's decisions about an action can differ between two snapshots (CH5, WC17).

The patterns of both sides cut them into cells; a resource stands for all of its cell on both.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import cached_property, reduce
from operator import or_
from typing import NamedTuple

from iamtui import catalog
from iamtui.analysis.changes.seen_entities import KnownEntities
from iamtui.analysis.queries.everybody.strangers import unused_account
from iamtui.analysis.queries.index.accounts import accounts_told_apart
from iamtui.analysis.queries.resources.cutting import cut, meeting, own_in_play, patterns_in_play
from iamtui.analysis.queries.resources.known import Known, own_patterns
from iamtui.analysis.queries.resources.known_by_form import KnownByForm
from iamtui.analysis.queries.resources.known_resources import KnownResources, actions_on_known
from iamtui.analysis.queries.resources.resource_forms import forms_of, regions_told_apart
from iamtui.analysis.queries.resources.resource_reads import READS_ALL
from iamtui.analysis.queries.resources.written import accounts_written
from iamtui.arn import is_account_id
from iamtui.evaluation.keys.regions import REGION_KEYS
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.policy.cells import ANYTHING
from iamtui.policy.elements import ANY_RESOURCE
from iamtui.policy.statement import Statement
from iamtui.snapshot.model import Snapshot

MOST = 512
"""How many resources are asked about for one action before the answer is not complete."""


class Found(NamedTuple):
    """The resources; `complete` unless a limit was met."""

    resources: tuple[str, ...]
    complete: bool


class Witnesses:
    """Finds them for any principal and action of two snapshots."""

    def __init__(self, old: Snapshot, new: Snapshot) -> None:
        self._sides = (old, new)
        self._resources = (KnownResources(old), KnownResources(new))
        self.entities = KnownEntities(self._resources)
        self._others = accounts_told_apart(old, new)
        self._fresh = unused_account(new)
        self._known: dict[tuple[str, frozenset[str]], tuple[tuple[Known, ...], KnownByForm]] = {}
        self._changed: dict[tuple[str, frozenset[str]], frozenset[str]] = {}

    @cached_property
    def actions_on_known(self) -> int:
        """The actions that take resources of the services of which one of the snapshots knows some."""
        return reduce(or_, map(actions_on_known, self._sides))

    def _known_to(self, action: catalog.Action) -> tuple[tuple[Known, ...], KnownByForm]:
        """What either side knows that the action takes, one of those that are seen alike on both sides."""
        key = (action.service, frozenset(one.name for one in action.resource_types))
        if key not in self._known:
            seen: dict[str, dict[Hashable, Known]] = {}
            for side in self._resources:
                for known in side.of(action):
                    seen.setdefault(known.arn, {}).setdefault(known.signature(READS_ALL), known)
            told_apart = tuple(known for each in seen.values() for known in _told_apart(each))
            self._known[key] = told_apart, KnownByForm(told_apart)
        return self._known[key]

    def changed(self, action: str) -> frozenset[str]:
        """The ARNs of what is not the same on both sides, or known to one of them only, that the action takes."""
        details = catalog.action(action)
        if details is None:
            return frozenset()
        key = (details.service, frozenset(one.name for one in details.resource_types))
        if key not in self._changed:
            old, new = (frozenset(side.of(details)) for side in self._resources)
            self._changed[key] = frozenset(one.arn for one in old ^ new)
        return self._changed[key]

    def of(self, action: str, sides: Sequence[PreparedRequest], statements: Sequence[Statement]) -> Found:
        """The resources for one action; `sides` are a request of the principal on each side where it is."""
        details = catalog.action(action)
        if details is None or not details.resource_types:
            return Found((ANY_RESOURCE,), complete=True)
        known, by_form = self._known_to(details)
        patterns = dict.fromkeys(parts for side in sides for parts in patterns_in_play(side, statements))
        patterns.update(dict.fromkeys(parts for one in known for parts in own_patterns(one)))
        caller = sides[0].subject.caller
        written = filter(is_account_id, (one.account for one in known))
        accounts = dict.fromkeys(
            (caller.account or "", *written, *accounts_written(statements), *self._others, self._fresh)
        )
        partition = caller.partition or "aws"
        told_apart = regions_told_apart(partition, _regions_written(statements))
        regions = tuple(dict.fromkeys((*(one.region for one in known if one.region), *told_apart)))
        found: dict[str, None] = {}
        complete = True
        for form in forms_of(details, partition, tuple(accounts), regions):
            here = by_form.of(form)
            own = (parts for side in sides for parts in own_in_play(here, side))
            some = cut(
                form,
                ANYTHING,
                meeting(dict.fromkeys((*patterns, *own)), form),
                here,
                READS_ALL,
            )
            found.update(some.known)
            found.update(some.others)
            complete &= some.complete
        return Found(tuple(found)[:MOST], complete and len(found) <= MOST)


def _told_apart(seen: Mapping[Hashable, Known]) -> Iterator[Known]:
    """What a resource is on both sides; where it differs, it stands only for those that differ alike."""
    for known in seen.values():
        yield known if len(seen) == 1 else known._replace(nature=(known.nature, *seen))


def _regions_written(statements: Sequence[Statement]) -> Iterator[str]:
    for statement in statements:
        for text in statement.resource.texts if statement.resource is not None else ():
            segments = text.split(":", 4)
            if len(segments) > 3:
                yield segments[3]
        for test in statement.conditions:
            if test.folded_key in REGION_KEYS:
                yield from (value.text for value in test.values)
