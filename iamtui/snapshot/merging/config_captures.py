"""Chooses of what AWS Config recorded the newest capture of each thing, whatever file it is in (I66)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from iamtui.snapshot.facts import Coverage, Fact, IamEntities, RecordedFact

K = TypeVar("K")
E = TypeVar("E")
_UNKNOWN = datetime.min.replace(tzinfo=UTC)


def newest_recorded(placed: Sequence[tuple[K, Fact]]) -> Iterator[tuple[K, Fact]]:
    """The facts with their places, in their order; of recorded ones those in force, without what is deleted.

    Entities of one place are put together again, as if one list had held them.
    """
    in_force: dict[tuple[str, ...], RecordedFact] = {}
    for _, fact in placed:
        if isinstance(fact, RecordedFact):
            known = in_force.get(fact.identity)
            if known is None or (known.captured or _UNKNOWN) < (fact.captured or _UNKNOWN):
                in_force[fact.identity] = fact
    entities: dict[K, list[IamEntities]] = defaultdict(list)
    for place, fact in placed:
        if not isinstance(fact, RecordedFact):
            yield place, fact
        elif in_force[fact.identity] is fact and isinstance(fact.fact, IamEntities):
            entities[place].append(fact.fact)
        elif in_force[fact.identity] is fact and fact.fact is not None:
            yield place, fact.fact
    for place, parts in entities.items():
        yield place, _together(parts)


def _together(parts: list[IamEntities]) -> IamEntities:
    return IamEntities(
        users=_joined([part.users for part in parts]),
        groups=_joined([part.groups for part in parts]),
        roles=_joined([part.roles for part in parts]),
        policies=_joined([part.policies for part in parts]),
        coverage=Coverage.SELECTION,
    )


def _joined(lists: list[tuple[E, ...] | None]) -> tuple[E, ...] | None:
    """All items; `None` if no list is there, as Config may not have been asked (I12)."""
    there = [items for items in lists if items is not None]
    return tuple(item for items in there for item in items) if there else None
