"""Ends that are reached alike: no statement in play tells them apart, and what a way needs of them is equal (EP57)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from functools import cached_property, partial
from itertools import chain
from typing import Literal, NamedTuple

from iamtui.analysis.paths.alike.actors import Actors
from iamtui.analysis.paths.alike.alike_policies import PoliciesCarried
from iamtui.analysis.paths.alike.trusted_ends import TrustedEnds
from iamtui.analysis.paths.requests.binding import policies_of, role_of
from iamtui.analysis.paths.requests.holding import Holding
from iamtui.analysis.paths.requests.trusting import ASSUME_ROLE
from iamtui.analysis.paths.ways.catalogue import MAKING, Way
from iamtui.analysis.paths.ways.parts import actions_naming_end, actions_on, actions_on_end, parts_of
from iamtui.analysis.queries.index.taking import keys_named
from iamtui.policy.elements import ResourcePattern, places_of
from iamtui.policy.statement import Statement
from iamtui.snapshot.model import Role, User

_BOUNDARY = "iam:permissionsboundary"
_DENIED: tuple[Hashable, ...] = ()
"""What is needed of an end that no way reaches: a service that must take it may not."""


Kind = Literal["asking", "beginning", "becoming", "making"]
"""What ends are told apart for: one request on them, the first step of a way, the whole, or what it makes of them."""


class _Need(NamedTuple):
    """What of ends counts for a way, or for one action, beside the patterns in play."""

    asked: bytes | str
    kind: Kind
    tags: frozenset[str]
    boundary: bool
    gives_all: bool
    named: bool = False
    """Whether trust policies of the ends may speak of the actor by name: else what they say of others is left out."""


class _Splits(NamedTuple):
    """What parts ends: sets that may overlap, and classes that do not."""

    sets: tuple[int, ...]
    classes: tuple[int, ...] = ()


class Group(NamedTuple):
    """Ends that are alike, and what tells them from others; `by_rest` says that what a way makes before counts too."""

    key: Hashable
    ends: int
    by_rest: bool


class AlikeEnds:
    """Tells ends of one snapshot apart."""

    def __init__(self, likeness: Actors, trusted: TrustedEnds, carried: PoliciesCarried) -> None:
        self._likeness = likeness
        self._places = likeness.places
        self._classes: dict[_Need, dict[tuple[Hashable, ...], int]] = {}
        self._classed: dict[_Need, int] = {}
        self._trusted = trusted
        self._carried = carried
        self._splits: dict[Hashable, tuple[_Need, _Splits]] = {}
        self._needs: dict[_Need, _Need] = {}

    def groups(self, way: Way, holding: Holding, ends: int, kind: Kind) -> Iterator[Group]:
        """The ends, those together that an actor's requests do not tell apart."""
        same = parts_of(way).key if kind == "becoming" else way.id
        key = (same, self._likeness.of_end(way, holding))
        if key not in self._splits:
            self._splits[key] = self._split(way, same, holding)
        need, splits = self._splits[key]
        need = need._replace(kind=kind)
        for named, those in self._by_naming(holding, ends):
            need = need._replace(named=named)
            classed = self._classed_by(need, partial(self._of_end, way, need), those)
            for place, (told, group) in enumerate(classed.items()):
                if group & those and told:
                    for mark, part in _parted(group & those, splits):
                        yield Group((named, place, mark), part, bool(told[-1]))

    def _by_naming(self, holding: Holding, ends: int) -> Iterator[tuple[bool, int]]:
        """The ends by whether their trust policies may speak of an actor by name."""
        naming = self._trusted.naming(holding)
        return ((named, those) for named, those in ((False, ends & ~naming), (True, ends & naming)) if those)

    def asked(self, action: str, holding: Holding, ends: int) -> Iterator[int]:
        """The ends, those together on which one request of an actor is decided alike."""
        statements = self._likeness.in_play(holding, (action,))
        keys = {key for one in statements for key in keys_named(one)}
        need = _Need(action, "asking", _tags_named(keys), _BOUNDARY in keys, gives_all=False)
        splits = _Splits(tuple(dict.fromkeys(self._taking(holding, statements))))
        for named, those in self._by_naming(holding, ends):
            need = need._replace(named=named)
            for group in self._classed_by(need, partial(self._of_asked, need), those).values():
                yield from (part for _, part in _parted(group & those, splits)) if group & those else ()

    def _of_asked(self, need: _Need, end: str) -> tuple[Hashable, ...]:
        """What one request needs of an end."""
        held = self._places.entity(end)
        if held is None:
            return (end,)
        account, entity = held
        found = (account.account_id, entity.path, need.boundary and entity.boundary, _tags_of(entity, need.tags))
        if not isinstance(entity, Role):
            return found
        trusted = self._trusted.of_actors(entity, named=need.named) if need.asked == ASSUME_ROLE else None
        return (*found, entity.is_service_linked, trusted)

    def _split(self, way: Way, same: bytes | str, holding: Holding) -> tuple[_Need, _Splits]:
        """What the statements in play read of an end, and the ends that their patterns take."""
        actions = actions_on_end(way)
        statements = self._likeness.in_play(holding, actions)
        keys = {key for one in statements for key in keys_named(one)}
        gives_all = _gives_all(way) and self._likeness.chooses_freely(way, holding)
        reads_boundary = _BOUNDARY in keys or any(state.fact == "boundary" for state in way.state)
        need = _Need(same, "becoming", _tags_named(keys), reads_boundary, gives_all)
        need = self._needs.setdefault(need, need)  # of many equal ones the first (EP58)
        splits = tuple(dict.fromkeys(self._taking(holding, statements)))
        carried = [name for name, bind in way.bind.items() if bind.attached_to and bind.attached_to in way.bind]
        if not carried:
            return need, _Splits(splits)
        rewriting = self._likeness.in_play(holding, actions_on(way, carried))
        held = chain(policies_of(holding.account, holding.arn), (holding.entity.boundary or "",))
        own = self._carried.carriers(holding.account, held)
        classes = self._carried.classes(holding, rewriting)
        return need, _Splits(tuple(dict.fromkeys((*splits, *own))), classes)

    def _taking(self, holding: Holding, statements: Iterable[Statement]) -> Iterator[int]:
        """For each pattern of some statements the principals that it takes, those alone of whom that is open."""
        for pattern in self._likeness.patterns(statements):
            taken = self._places.matching(pattern.widest)
            if taken and pattern.static is None:
                yield from self._resolved(holding, pattern, taken)
            else:
                yield taken

    def _resolved(self, holding: Holding, pattern: ResourcePattern, widest: int) -> Iterator[int]:
        if not self._likeness.is_of_actor(pattern):
            yield from (1 << place for place in places_of(widest))
            return
        rest = pattern.rest.resolve_parts(self._likeness.context(holding))
        if rest is not None and rest[2]:  # what is unknown is a condition, another one for each name
            yield from (1 << place for place in places_of(widest))
        elif rest is not None:
            yield self._places.taken((*pattern.head, *rest[0]))

    def _classed_by(
        self, need: _Need, told: Callable[[str], tuple[Hashable, ...]], ends: int
    ) -> Mapping[tuple[Hashable, ...], int]:
        """Principals by what is needed of them: each is looked at once."""
        classes = self._classes.setdefault(need, {})
        new = ends & ~self._classed.get(need, 0)
        if new:
            self._classed[need] = self._classed.get(need, 0) | new
            found: dict[tuple[Hashable, ...], list[str]] = {}
            for arn in self._places.each(new):
                found.setdefault(told(arn), []).append(arn)
            for key, arns in found.items():
                classes[key] = classes.get(key, 0) | self._places.of(arns)
        return classes

    def _of_end(self, way: Way, need: _Need, end: str) -> tuple[Hashable, ...]:
        """What a way needs of an end; at last whether what it makes before counts."""
        held = self._places.entity(end)
        if held is None:
            return (end, False)
        account, entity = held
        found: list[Hashable] = [
            account.account_id,
            entity.boundary if need.boundary else None,
            _tags_of(entity, need.tags),
        ]
        name = way.outcome.becomes or ""
        if isinstance(entity, Role):
            bind, is_asked = way.bind[name], bool(actions_naming_end(way))
            found += [
                is_asked and (entity.is_service_linked, entity.path.startswith("/aws-reserved/")),
                bind.instance_profile and bool(entity.instance_profiles),
                end if bind.carried_by and end in self._running else None,
            ]
            trusted = () if need.kind == "beginning" else self._trusted.key(way, name, entity, named=need.named)
            if trusted is None:
                return _DENIED
            found.append(trusted)
        elif way.state:
            known = entity.credentials
            found.append(known and (known.access_keys and len(known.access_keys), known.console_password, known.mfa))
        if need.kind == "making":
            made = self._if_made(way, need, self._likeness.holding(end))
            if made is None:
                return _DENIED
            found.append(made)
        return (*found, isinstance(entity, Role) and self._trusted.depends_on_source(way, name, entity))

    def _if_made(self, way: Way, need: _Need, holding: Holding) -> Hashable:
        """What a way needs of an end of which it makes an administrator; None where it makes none."""
        is_denied = way.rewrites and self._may_free(holding)  # a policy that is written anew denies no more
        judged = self._likeness.given_all(holding) if _gives_all(way) and not is_denied else holding.arn
        if judged is None or (need.gives_all and not is_denied and not _changes_trust(way)):
            return judged
        return self._likeness.of_control(holding, denies_only=need.gives_all)

    def _may_free(self, holding: Holding) -> bool:
        """Whether a policy of a principal that can be rewritten keeps it from being an administrator."""
        account, own = holding.account, tuple(policies_of(holding.account, holding.arn))
        return holding.entity.boundary in own or any(self._carried.denies_control(account, arn) for arn in own)

    @cached_property
    def _running(self) -> frozenset[str]:
        """The roles with which something that was exported runs."""
        held = [
            (one, self._likeness.snapshot.accounts.get(one.account))
            for one in self._likeness.snapshot.resources.values()
            if one.role
        ]
        found = (role_of(account, one.role or "") for one, account in held if account is not None)
        return frozenset(arn for arn in found if arn is not None)


def _tags_named(keys: Iterable[str]) -> frozenset[str]:
    """The tags of a resource that some keys are."""
    return frozenset(key.partition("resourcetag/")[2] for key in keys if "resourcetag/" in key)


def _tags_of(entity: User | Role, keys: frozenset[str]) -> Hashable:
    """The tags of an end that statements in play read."""
    return tuple([tag for tag in entity.tags if tag[0].lower() in keys]) if keys else None


def _parted(group: int, splits: _Splits) -> Iterator[tuple[Hashable, int]]:
    """A group, parted by each of some sets: for each part what tells it from the others."""
    found = [(0, group)]
    for place, split in enumerate(splits.sets):
        if split & group:
            inside = [(mark | 1 << place, one & split) for mark, one in found]
            found = [(mark, one) for mark, one in (*inside, *((mark, one & ~split) for mark, one in found)) if one]
    for mark, part in found:
        left = part
        for place, one in enumerate(splits.classes):
            if left & one:
                yield (mark, place), left & one
                left &= ~one
            if not left:
                break
        if left:
            yield (mark, None), left


def _changes_trust(way: Way) -> bool:
    """Whether a way writes whom its end trusts anew, and so which tags a session of it may have (K14)."""
    return any(step.changes is not None and step.changes.change == "trust" for step in way.asked())


def _gives_all(way: Way) -> bool:
    """Whether a way gives its end every right, so that only Denies can keep it from being an administrator."""
    changes = [step.changes for step in way.asked() if step.changes is not None and step.changes.change in MAKING]
    return all(one.without is None and one.change not in ("default", "boundary") for one in changes)
