"""Ends that are reached alike: no statement in play tells them apart, and what a way needs of them is equal (EP57)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

from iamtui.analysis.paths.binding import policies_of, role_of
from iamtui.analysis.paths.catalogue import MAKING, Way, catalogue
from iamtui.analysis.paths.holding import Holding
from iamtui.analysis.paths.parts import actions_naming_end, actions_on_end
from iamtui.analysis.paths.trusted_ends import TrustedEnds
from iamtui.analysis.queries.taking import keys_named
from iamtui.policy.elements import ResourcePattern, places_of
from iamtui.policy.statement import Effect, Statement
from iamtui.snapshot.model import Account, Role, User

if TYPE_CHECKING:
    from iamtui.analysis.paths.likeness import Likeness

CONTROL = tuple(dict.fromkeys(step.ask for step in catalogue().control))
"""What one is asked that may be an administrator (EP3)."""

_MOST_VERSIONS = 5
"""A policy that has so many takes no further one."""

_BOUNDARY = "iam:permissionsboundary"
_DENIED: tuple[Hashable, ...] = ()
"""What is needed of an end that no way reaches: a service that must take it may not."""


Kind = Literal["beginning", "becoming", "making"]
"""What ends are told apart for: the first step on them, the whole way, or whether they are administrators then too."""


class _Need(NamedTuple):
    """What of ends counts for a way, beside the patterns in play."""

    way: str
    kind: Kind
    tags: frozenset[str]
    boundary: bool
    gives_all: bool


class Group(NamedTuple):
    """Ends that are alike, and what tells them from others; `by_rest` says that what a way makes before counts too."""

    key: Hashable
    ends: int
    by_rest: bool


class AlikeEnds:
    """Tells ends of one snapshot apart."""

    def __init__(self, likeness: Likeness) -> None:
        self._likeness = likeness
        self._places = likeness.places
        self._classes: dict[_Need, dict[tuple[Hashable, ...], int]] = {}
        self._classed: dict[_Need, int] = {}
        self._trusted = TrustedEnds(likeness)
        self._policies: dict[tuple[str, str], Hashable] = {}
        self._carried: dict[str, Mapping[tuple[str, ...], int]] = {}
        self._splits: dict[Hashable, tuple[_Need, tuple[int, ...]]] = {}

    def groups(self, way: Way, holding: Holding, ends: int, kind: Kind) -> Iterator[Group]:
        """The ends, those together that an actor's requests do not tell apart."""
        key = (way.id, self._likeness.of_end_actions(way, holding))
        if key not in self._splits:
            self._splits[key] = self._split(way, holding)
        need, splits = self._splits[key][0]._replace(kind=kind), self._splits[key][1]
        for place, (told, group) in enumerate(self._classed_by(need, way, ends).items()):
            if group & ends and told:
                for mark, part in _parted(group & ends, splits):
                    yield Group((place, mark), part, bool(told[-1]))

    def _split(self, way: Way, holding: Holding) -> tuple[_Need, tuple[int, ...]]:
        """What the statements in play read of an end, and the ends that their patterns take."""
        actions = actions_on_end(way)
        statements = self._likeness.in_play(holding, actions)
        keys = {key for one in statements for key in keys_named(one)}
        gives_all = _gives_all(way) and self._likeness.chooses_freely(way, holding)
        tags = frozenset(key.partition("resourcetag/")[2] for key in keys if "resourcetag/" in key)
        reads_boundary = _BOUNDARY in keys or any(state.fact == "boundary" for state in way.state)
        need = _Need(way.id, "becoming", tags, reads_boundary, gives_all)
        splits = dict.fromkeys(self._taking(holding, statements))
        if way.outcome.becomes and any(bind.attached_to == way.outcome.becomes for bind in way.bind.values()):
            splits.update(dict.fromkeys(self._by_policies(way, holding, statements)))
        return need, tuple(splits)

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
        found = pattern.resolve(self._likeness.context(holding))
        if found.matcher is not None:
            taken = found.text is not None and self._places.of((found.text,))
            yield taken or self._places.of(filter(found.matcher, self._places.each(widest)))

    def _by_policies(self, way: Way, holding: Holding, statements: list[Statement]) -> Iterator[int]:
        """The ends by what counts of the customer managed policies that they carry, in their order."""
        patterns = tuple(self._likeness.matchers(holding, statements))
        own = frozenset(policies_of(holding.account, holding.arn))
        told: dict[str, Hashable] = {}
        found: dict[Hashable, int] = {}
        for policies, ends in self._carrying(holding.account).items():
            for arn in policies:
                if arn not in told:
                    taken = tuple([takes(arn) for takes in patterns])
                    told[arn] = (taken, arn in own, self._of_policy(holding.account, arn))
            key = tuple(dict.fromkeys([told[arn] for arn in policies]))
            found[key] = found.get(key, 0) | ends
        return iter(found.values())

    def _carrying(self, account: Account) -> Mapping[tuple[str, ...], int]:
        """The principals of an account by the customer managed policies that they carry."""
        known = self._carried.get(account.account_id)
        if known is None:
            held: dict[tuple[str, ...], list[str]] = {}
            for arn in self._places.each(self._places.held_by(account.account_id)):
                held.setdefault(tuple(policies_of(account, arn)), []).append(arn)
            known = self._carried[account.account_id] = {key: self._places.of(arns) for key, arns in held.items()}
        return known

    def _of_policy(self, account: Account, arn: str) -> Hashable:
        """What counts of a policy, whoever asks: whether it takes a further version, and what it denies."""
        key = (account.account_id, arn)
        if key not in self._policies:
            policy = (account.policies or {})[arn]
            said = {} if policy.default is None else self._likeness.words.of(policy.default.document)
            denying = [id(one) for action in CONTROL for one in said.get(action, ()) if one.effect is Effect.DENY]
            self._policies[key] = (min(len(policy.versions), _MOST_VERSIONS), tuple(denying))
        return self._policies[key]

    def _classed_by(self, need: _Need, way: Way, ends: int) -> Mapping[tuple[Hashable, ...], int]:
        """Principals by what a way needs of them: each is looked at once."""
        classes = self._classes.setdefault(need, {})
        new = ends & ~self._classed.get(need, 0)
        if new:
            self._classed[need] = self._classed.get(need, 0) | new
            for place in places_of(new):
                key = self._of_end(way, need, self._places.arns[place])
                classes[key] = classes.get(key, 0) | 1 << place
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
            trusted = () if need.kind == "beginning" else self._trusted.key(way, name, entity)
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
        return (*found, isinstance(entity, Role) and self._trusted.hangs_on_source(way, name, entity))

    def _if_made(self, way: Way, need: _Need, holding: Holding) -> Hashable:
        """What a way needs of an end of which it makes an administrator; None where it makes none."""
        rewrites = any(step.changes is not None and step.changes.change == "document" for step in way.asked())
        is_denied = rewrites and self._denies(holding)  # a policy that is written anew denies no more
        judged = self._likeness.given_all(holding) if _gives_all(way) and not is_denied else holding.arn
        if judged is None or (need.gives_all and not is_denied):
            return judged
        return self._likeness.of_control(holding, denies_only=need.gives_all)

    def _denies(self, holding: Holding) -> bool:
        """Whether a customer managed policy of a principal denies what makes an administrator."""
        policies = [(holding.account.policies or {})[arn].default for arn in policies_of(holding.account, holding.arn)]
        said = [self._likeness.words.of(one.document) for one in policies if one is not None]
        return any(one.effect is Effect.DENY for each in said for action in CONTROL for one in each.get(action, ()))

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


def _tags_of(entity: User | Role, keys: frozenset[str]) -> Hashable:
    """The tags of an end that statements in play read."""
    return tuple([tag for tag in entity.tags if tag[0].lower() in keys]) if keys else None


def _parted(group: int, splits: Iterable[int]) -> list[tuple[int, int]]:
    """A group, parted by each of some sets: for each part the sets that it lies in, as bits."""
    found = [(0, group)]
    for place, split in enumerate(splits):
        if split & group:
            inside = [(mark | 1 << place, one & split) for mark, one in found]
            found = [(mark, one) for mark, one in (*inside, *((mark, one & ~split) for mark, one in found)) if one]
    return found


def _gives_all(way: Way) -> bool:
    """Whether a way gives its end every right, so that only Denies can keep it from being an administrator."""
    changes = [step.changes for step in way.asked() if step.changes is not None and step.changes.change in MAKING]
    return all(one.without is None and one.change not in ("default", "boundary") for one in changes)
