"""Principals by the customer managed policies that they carry: a way that rewrites one (EP57)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from operator import or_

from iamtui.analysis.paths.alike.actors import Actors
from iamtui.analysis.paths.alike.places import SortedArns
from iamtui.analysis.paths.requests.binding import policies_of
from iamtui.analysis.paths.requests.holding import Holding
from iamtui.analysis.paths.ways.catalogue import control_actions
from iamtui.analysis.queries.index.taking import keys_named
from iamtui.patterns import Part
from iamtui.policy.elements import ANY_RESOURCE, ResourcePattern
from iamtui.policy.statement import Effect, PolicyDocument, Statement
from iamtui.snapshot.model import Account
from iamtui.snapshot.model.policies import Tags

MOST_VERSIONS = 5
"""A policy that has so many takes no further one."""

_Carried = tuple[tuple[str, ...], str | None]
"""The customer managed policies that somebody carries, and its boundary where that is one of them."""


class PoliciesCarried:
    """Tells the customer managed policies of one snapshot apart, and with them those who carry them."""

    def __init__(self, likeness: Actors) -> None:
        """Tell them apart as `likeness` tells actors apart."""
        self._likeness = likeness
        self._sorted: dict[str, SortedArns] = {}
        self._taken: dict[tuple[str, tuple[Part, ...]], frozenset[str]] = {}
        self._classed: dict[tuple[str, frozenset[frozenset[str]], bool, bool], tuple[int, ...]] = {}
        self._said: dict[tuple[str, str], Hashable] = {}
        self._denying: dict[tuple[str, str], bool] = {}
        self._by_lists: dict[str, Mapping[_Carried, Sequence[str]]] = {}
        self._by_policy: dict[str, Mapping[str, int]] = {}
        self._by_path: dict[str, tuple[frozenset[str], ...]] = {}
        self._by_tags: dict[str, tuple[frozenset[str], ...]] = {}

    def classes(self, holding: Holding, statements: Sequence[Statement]) -> tuple[int, ...]:
        """The principals by what some statements of an actor take of the policies that they carry."""
        account = holding.account
        taken = (each for one in self._likeness.patterns(statements) for each in self.taken_by(one, holding))
        takes_any = holding.is_open or any(_takes_any(one) for one in statements)
        reads_tags = read_tags(statements)
        key = (account.account_id, frozenset(one for one in taken if one), takes_any, reads_tags)
        if key not in self._classed:
            classes = self._classes(account, key[1], takes_any=takes_any, reads_tags=reads_tags)
            self._classed[key] = tuple(classes)
        return self._classed[key]

    def carriers(self, account: Account, policies: Iterable[str]) -> Iterator[int]:
        """For each of some customer managed policies the principals that carry it."""
        number = account.account_id
        if number not in self._by_policy:
            found: dict[str, list[str]] = {}
            for (held, _), carriers in self._carrying(account).items():
                for arn in held:
                    found.setdefault(arn, []).extend(carriers)
            self._by_policy[number] = {arn: self._likeness.places.of(carriers) for arn, carriers in found.items()}
        return (self._by_policy[number].get(arn, 0) for arn in policies)

    def carrying_any(self, account: Account, policies: Iterable[str]) -> int:
        """The principals that carry some of these policies."""
        return reduce(or_, self.carriers(account, policies), 0)

    def denies_control(self, account: Account, policy: str) -> bool:
        """Whether a policy denies what makes an administrator, as far as its document tells."""
        key = (account.account_id, policy)
        if key not in self._denying:
            version = (account.policies or {})[policy].default
            content = None if version is None else version.document.policy
            self._denying[key] = not isinstance(content, PolicyDocument) or bool(self._denials(account, policy))
        return self._denying[key]

    def _denials(self, account: Account, policy: str) -> tuple[int, ...]:
        """The Denies of a policy of what makes an administrator."""
        version = (account.policies or {})[policy].default
        said = None if version is None else self._likeness.words.of(version.document)
        denying = (one for action in control_actions() for one in (said.saying(action) if said is not None else ()))
        return tuple([id(one) for one in denying if one.effect is Effect.DENY])

    def policies(self, account: Account) -> frozenset[str]:
        """The customer managed policies of an account that somebody carries."""
        return frozenset().union(*self.by_path(account))

    def by_path(self, account: Account) -> tuple[frozenset[str], ...]:
        """The same, those of one path together: AWS tells no more of them apart (S8)."""
        number = account.account_id
        if number not in self._by_path:
            found: dict[str, list[str]] = {}
            for arn in {arn for held, _ in self._carrying(account) for arn in held}:
                found.setdefault(arn.rpartition("/")[0], []).append(arn)
            self._by_path[number] = tuple(map(frozenset, found.values()))
        return self._by_path[number]

    def by_tags(self, account: Account) -> tuple[frozenset[str], ...]:
        """The same, of these again those together whose tags are equal, or not known."""
        number = account.account_id
        if number not in self._by_tags:
            found: dict[tuple[int, Tags | None], set[str]] = defaultdict(set)
            for place, group in enumerate(self.by_path(account)):
                for arn in group:
                    found[place, self._tags_of(arn)].add(arn)
            self._by_tags[number] = tuple(map(frozenset, found.values()))
        return self._by_tags[number]

    def _tags_of(self, arn: str) -> Tags | None:
        """The tags of a policy, where an export says them (S32)."""
        listed = self._likeness.snapshot.resources.get(arn)
        return None if listed is None else listed.tags

    def taken_by(self, pattern: ResourcePattern, holding: Holding) -> Iterator[frozenset[str]]:
        """The policies of an account that a pattern takes: together, or each alone where more than both counts."""
        account = holding.account
        key = (account.account_id, pattern.widest)
        if key not in self._taken:
            if account.account_id not in self._sorted:
                self._sorted[account.account_id] = SortedArns(account.policies or {})
            self._taken[key] = frozenset(self._sorted[account.account_id].taken(pattern.widest))
        widest = self._taken[key]
        if not widest or pattern.static is not None:
            yield widest
        elif not self._likeness.is_of_actor(pattern):
            yield from (frozenset((arn,)) for arn in widest)
        else:
            takes = pattern.resolve(self._likeness.context(holding)).matcher
            yield frozenset() if takes is None else frozenset(filter(takes, widest))

    def _classes(
        self, account: Account, taken: frozenset[frozenset[str]], *, takes_any: bool, reads_tags: bool
    ) -> Iterable[int]:
        counting = None if takes_any else frozenset().union(*taken)
        told: dict[str, Hashable] = {}
        found: dict[Hashable, list[str]] = {}
        for (policies, boundary), carriers in self._carrying(account).items():
            held = [arn for arn in policies if counting is None or arn in counting]
            for arn in held:
                if arn not in told:
                    tags = self._tags_of(arn) if reads_tags else None
                    told[arn] = (tuple([arn in one for one in taken]), self._of_policy(account, arn), tags)
            key = (frozenset(told[arn] for arn in held), boundary if boundary in held else None)
            found.setdefault(key, []).extend(carriers)
        return map(self._likeness.places.of, found.values())

    def _of_policy(self, account: Account, arn: str) -> Hashable:
        """What counts of a policy, whoever asks: whether it takes a further version, and what it denies."""
        key = (account.account_id, arn)
        if key not in self._said:
            policy = (account.policies or {})[arn]
            self._said[key] = (len(policy.versions) < MOST_VERSIONS, self._denials(account, arn))
        return self._said[key]

    def _carrying(self, account: Account) -> Mapping[_Carried, Sequence[str]]:
        """The principals of an account by the customer managed policies that they carry."""
        known = self._by_lists.get(account.account_id)
        if known is None:
            places, held = self._likeness.places, dict[_Carried, list[str]]()
            for arn in places.each(places.held_by(account.account_id)):
                entity, policies = places.entity(arn), tuple(policies_of(account, arn))
                boundary = None if entity is None else entity[1].boundary
                held.setdefault((policies, boundary if boundary in policies else None), []).append(arn)
            known = self._by_lists[account.account_id] = held
        return known


def read_tags(statements: Iterable[Statement]) -> bool:
    """Whether some statements read tags of what they take."""
    return any("resourcetag/" in key for one in statements for key in keys_named(one))


def _takes_any(statement: Statement) -> bool:
    """Whether a statement may take policies that no pattern of it names."""
    element = statement.resource
    return element is None or element.negated or any(one.text == ANY_RESOURCE for one in element.patterns)
