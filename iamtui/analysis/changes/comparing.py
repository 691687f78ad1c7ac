"""Compares two values of one thing, facet by facet, and keeps count of what has no meaning or was not exported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias, TypeVar, cast

import orjson

from iamtui.analysis.changes.facets import Facet, How, unique_id
from iamtui.analysis.changes.results import Aspect, Change, ChangeKind, Data, EntityKind, Weight
from iamtui.policy.differences import differences
from iamtui.policy.document import Document
from iamtui.policy.meaning import Likeness, compare
from iamtui.policy.statement import Effect, InvalidDocument, PolicyDocument, PolicyKind

T = TypeVar("T")
OLD, NEW = "the old export", "the new export"
_WEIGHTS = list(Weight)
_Fields: TypeAlias = tuple[tuple[str, str], ...]


class Named(NamedTuple):
    """What a thing is called."""

    thing: EntityKind
    key: str
    name: str
    owner: str | None = None


class Comparing:
    """One comparison: what was found beside the changes themselves."""

    def __init__(self, gives_everything: Callable[[str], bool] = lambda _: False) -> None:
        """`gives_everything` says of the ARN of a policy whether it allows everything."""
        self.noise = 0
        self.is_proved = True
        self._gives_everything = gives_everything
        self._lacking: Counter[tuple[str, str]] = Counter()
        self._likeness: dict[tuple[int, int, PolicyKind], Likeness] = {}

    def lacks(self, what: str, side: str) -> None:
        """Note that one side did not export something (CH8)."""
        self._lacking[what, side] += 1

    @property
    def not_compared(self) -> tuple[str, ...]:
        """What was not compared, each said once."""
        return tuple(
            f"{what}{f' ({count:,})' if count > 1 else ''}: not in {side}"
            for (what, side), count in sorted(self._lacking.items())
        )

    def things(
        self,
        old: Mapping[str, T],
        new: Mapping[str, T],
        named: Callable[[T], Named],
        facets: Callable[[T], Iterable[Facet]],
    ) -> Iterator[Change]:
        """The changes from one collection to another, both of which are whole."""
        for key in dict.fromkeys((*old, *new)):
            before, after = old.get(key), new.get(key)
            if before is not after and before != after:
                yield from self.thing(before, after, named, facets)

    def thing(
        self,
        before: T | None,
        after: T | None,
        named: Callable[[T], Named],
        facets: Callable[[T], Iterable[Facet]],
    ) -> Iterator[Change]:
        """The change of one thing; None where it is not."""
        if after is None or before is None:
            there = cast("T", before if after is None else after)
            yield self._whole(named(there), list(facets(there)), is_there=before is None)
            return
        name = named(after)
        found = list(self._aspects(list(facets(before)), list(facets(after)), name.thing))
        old_id, new_id = unique_id(before), unique_id(after)
        if old_id and new_id and old_id != new_id:
            told = Aspect("unique_id", old_id, new_id, (f"- {old_id}", f"+ {new_id}"))
            yield _change(ChangeKind.RECREATED, name, [_Weighed(told, Weight.IDENTITY), *found])
        elif found:
            is_rewritten = all(one.aspect.rewritten for one in found)
            yield _change(ChangeKind.REWRITTEN if is_rewritten else ChangeKind.CHANGED, name, found)

    def _whole(self, name: Named, found: list[Facet], *, is_there: bool) -> Change:
        """What was added, or removed, with all that there is to say of it."""
        told: list[_Weighed] = []
        for facet in (_numbered(one) if _is_nameless(one) else one for one in found):
            if facet.how is not How.NOISE and facet.value not in (None, ()):
                sides = (None, facet.value) if is_there else (facet.value, None)
                told.extend(self._differing(facet, *sides))
        return _change(ChangeKind.ADDED if is_there else ChangeKind.REMOVED, name, told)

    def _aspects(self, before: list[Facet], after: list[Facet], thing: EntityKind) -> Iterator[_Weighed]:
        for old, new in zip(before, after, strict=True):
            if new.how is How.COUNTED:
                old, new = self._alike(old, new, thing)  # noqa: PLW2901
            if old.value is new.value or old.value == new.value:
                continue
            if new.how is How.NOISE:
                self.noise += 1
                continue
            lacking = [side for one, side in ((old, OLD), (new, NEW)) if one.value is None and one.can_lack]
            if lacking:
                self.lacks(f"{new.name.replace('_', ' ')} of {thing.value}", lacking[0])
            else:
                yield from self._differing(new, old.value, new.value)

    def _alike(self, old: Facet, new: Facet, thing: EntityKind) -> tuple[Facet, Facet]:
        """Both by number where one of them does not say the names."""
        nameless = [_is_nameless(one) for one in (old, new)]
        if not any(nameless):
            return old, new
        if old.value and new.value and not all(nameless):
            self.lacks(f"ids of {new.name.replace('_', ' ')} of {thing.value}", OLD if nameless[0] else NEW)
        return _numbered(old), _numbered(new)

    def _differing(self, like: Facet, old: object, new: object) -> Iterator[_Weighed]:
        if like.how is How.DOCUMENT:
            yield from self._documents(like, cast("Document | None", old), cast("Document | None", new))
            return
        if like.how is How.PLAIN:
            lines = _plain_lines(old, new)
        else:
            told = _member_lines if like.how is How.MEMBERS else _field_lines
            lines = told(cast("tuple[Any, ...]", old or ()), cast("tuple[Any, ...]", new or ()))
            if not lines:
                self.noise += 1
                return
        weight = like.weight
        if like.name == "attached" and any(self._gives_everything(line[2:]) for line in lines):
            weight = Weight.EVERYTHING
        has_names = like.how in (How.FIELDS, How.COUNTED)
        sides = (dict(cast("Any", side)) if has_names and side else side for side in (old, new))
        before, after = map(json_of, sides)
        yield _Weighed(Aspect(like.name, before, after, lines), weight)

    def _documents(self, like: Facet, old: Document | None, new: Document | None) -> Iterator[_Weighed]:
        likeness = Likeness.DIFFERENT if old is None or new is None else self._compare(old, new, like.kind)
        if likeness is Likeness.EQUAL:
            return
        told = differences(*(None if side is None else side.policy for side in (old, new)))
        if likeness is Likeness.NOT_PROVED:
            self.is_proved = False
        rewritten = {Likeness.REWRITTEN: True, Likeness.NOT_PROVED: None}.get(likeness, False)
        weight = Weight.NONE if rewritten else like.weight
        if not rewritten and allows_everything(old) != allows_everything(new):
            weight = Weight.EVERYTHING
        yield _Weighed(Aspect(like.name, json_of(old), json_of(new), tuple(told), rewritten), weight)

    def _compare(self, old: Document, new: Document, kind: PolicyKind) -> Likeness:
        """Documents that many carry are compared once."""
        key = (id(old), id(new), kind)
        if key not in self._likeness:
            self._likeness[key] = compare(old, new, kind)
        return self._likeness[key]


def _is_nameless(facet: Facet) -> bool:
    return facet.how is How.COUNTED and any(not name for name, _ in cast("_Fields", facet.value or ()))


def _numbered(facet: Facet) -> Facet:
    """The same with a number in the place of each name: `access key 1`."""
    if not facet.value:
        return facet
    word = facet.name.removesuffix("s").replace("_", " ")
    states = sorted(state for _, state in cast("_Fields", facet.value))
    return facet._replace(value=tuple((f"{word} {number}", state) for number, state in enumerate(states, 1)))


class _Weighed(NamedTuple):
    aspect: Aspect
    weight: Weight


def _change(kind: ChangeKind, named: Named, found: Iterable[_Weighed]) -> Change:
    weighed = sorted(found, key=lambda one: _WEIGHTS.index(one.weight))
    weight = weighed[0].weight if weighed else Weight.IDENTITY
    if kind in (ChangeKind.ADDED, ChangeKind.REMOVED) and _WEIGHTS.index(weight) > _WEIGHTS.index(Weight.ACCESS):
        weight = Weight.IDENTITY
    return Change(kind, named.thing, named.key, named.name, tuple(one.aspect for one in weighed), weight, named.owner)


def allows_everything(document: Document | None) -> bool:
    """Whether a statement allows every action on everything, without a condition."""
    policy = None if document is None else document.policy
    return isinstance(policy, PolicyDocument) and any(
        one.effect is Effect.ALLOW
        and not one.action.negated
        and "*" in one.action.patterns
        and one.resource is not None
        and not one.resource.negated
        and "*" in one.resource.texts
        and not one.conditions
        for one in policy.statements
    )


def _member_lines(old: tuple[str, ...], new: tuple[str, ...]) -> tuple[str, ...]:
    gone, come = ([one for one in side if one not in other] for side, other in ((old, new), (new, old)))
    return (*(f"- {one}" for one in gone), *(f"+ {one}" for one in come))


def _field_lines(old: tuple[tuple[str, str], ...], new: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    before, after = dict(old), dict(new)
    lines = []
    for name in dict.fromkeys((*before, *after)):
        if name not in after:
            lines.append(f"- {name}: {before[name]}")
        elif name not in before:
            lines.append(f"+ {name}: {after[name]}")
        elif before[name] != after[name]:
            lines.append(f"{name}: {before[name]} → {after[name]}")
    return tuple(lines)


def _plain_lines(old: object, new: object) -> tuple[str, ...]:
    sides = (("-", old), ("+", new))
    return tuple(f"{sign} {_word(side)}" for sign, side in sides if side is not None)


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, datetime) else str(value)


def json_of(value: object) -> Data:
    """A value as JSON holds it; a document as what it is, or as text where it is no JSON."""
    if isinstance(value, Document):
        if isinstance(value.policy, InvalidDocument):
            return value.text
        return orjson.loads(value.source)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple | frozenset):
        return [json_of(one) for one in value]
    return value
