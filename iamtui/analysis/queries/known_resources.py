"""The resources of a set that the snapshot knows: each has an owner, a policy and tags of its own (WC17)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import fields
from functools import cached_property, reduce
from itertools import takewhile
from operator import or_
from typing import NamedTuple

from iamtui import catalog
from iamtui.analysis.queries.action_sets import on_resources_of
from iamtui.analysis.queries.resource_forms import Form
from iamtui.analysis.queries.resource_reads import READS_ALL, Reads
from iamtui.analysis.queries.trusts import Naming, nameless, said_to
from iamtui.evaluation.request.caller import Caller
from iamtui.patterns import Part, Wild, bits_of, matcher_of, places_in
from iamtui.policy.cells import PatternSet
from iamtui.policy.document import Document
from iamtui.policy.statement import PolicyDocument, Statement
from iamtui.snapshot.model import Account, Resource, Role, Snapshot, Tags, User


class Known(NamedTuple):
    """A resource, or all that lies in it: the objects of a bucket, the versions of a function.

    `nature` is what a decision can see of it whatever policies say; `boundary` is that of a user or role, and `policy`
    of a role its trust policy, where an action of STS is asked: no other reads it.
    """

    arn: str
    account: str
    region: str
    parts: tuple[Part, ...]
    nature: Hashable
    policy: Document | None = None
    tags: Tags | None = None
    boundary: str | None = None
    is_entity: bool = False

    @property
    def is_single(self) -> bool:
        """Whether it is one resource, not all that lies in one."""
        return len(self.parts) == 1

    @property
    def example(self) -> str:
        """It, or something that lies in it."""
        return "".join(part if isinstance(part, str) else "x" for part in self.parts)

    def signature(self, reads: Reads) -> Hashable:
        """All that a decision can see of it but its ARN."""
        own: Hashable = self.policy
        if self.is_entity:
            own = None if not reads.trust or self.policy is None else said_to(self.policy, reads.caller, reads.action)
        speaks_of_tags = own is not None and self.policy is not None and may_read_tags(self.policy)
        tags = self.tags if reads.tags is None or speaks_of_tags else _tags_called(self.tags, reads.tags)
        return self.nature, own, tags, self.boundary if reads.boundary else None


def _tags_called(tags: Tags | None, names: frozenset[str]) -> Hashable:
    """Those of some tags that are read, by key regardless of case (S31)."""
    return tags and tuple([(key.lower(), value) for key, value in tags if key.lower() in names]) if names else None


def may_read_tags(document: Document) -> bool:
    """Whether a policy may read tags of what it is on, as its bytes tell without reading it."""
    return b"\\" in document.source or b"tag/" in document.source.lower()


class KnownInForm:
    """What is known of one form, to be cut by patterns many times over: which each matches is found once."""

    def __init__(self, known: Sequence[Known]) -> None:
        self.all = tuple(known)
        plain = [one for one in known if one.is_single and (one.is_entity or one.policy is None)]
        self.others = tuple(one for one in known if not (one.is_single and (one.is_entity or one.policy is None)))
        self._plain = plain
        self._places = {one.arn: place for place, one in enumerate(plain)}
        self._matched: dict[tuple[Part, ...], int] = {}
        self._groups: dict[Reads, dict[Hashable, int]] = {}
        self._latest: tuple[Reads | None, dict[Hashable, int]] = (None, {})

    def standing_for_all(self, asked: tuple[Part, ...], patterns: Iterable[PatternSet], reads: Reads) -> list[str]:
        """One each of those without resource patterns of their own that nothing in play tells apart."""
        groups = [group & self._bits(asked) for group in self._alike(reads)]
        for each in patterns:
            bits = reduce(or_, map(self._bits, each))
            groups = [part for group in groups for part in (group & bits, group & ~bits) if part]
        return [self._plain[place].arn for place in sorted(_lowest(group) for group in groups if group)]

    def has(self, resource: str) -> bool:
        """Whether it is one of them, or lies in one."""
        return resource in self._places or any(matcher_of(one.parts)(resource) for one in self.others)

    def like(self, matched: frozenset[int], patterns: Sequence[PatternSet]) -> Iterator[tuple[Part, ...]]:
        """Those that match the same of some sets, and all that lies in others."""
        bits = reduce(or_, self._alike(READS_ALL), 0)
        for place, each in enumerate(patterns):
            own = reduce(or_, map(self._bits, each))
            bits &= own if place in matched else ~own
        yield from ((one.arn,) for place, one in enumerate(self._plain) if bits >> place & 1)
        yield from (one.parts for one in self.others)

    def _alike(self, reads: Reads) -> tuple[int, ...]:
        return tuple(self._by_signature(reads).values())

    def _by_signature(self, reads: Reads) -> dict[Hashable, int]:
        """Sets of those of which everything is the same that statements in play read."""
        if self._latest[0] == reads:
            return self._latest[1]
        found = self._groups.get(reads)
        if found is None:
            caller = reads.caller
            if caller is None or nameless(caller) == caller:
                found = self._groups[reads] = self._signed(reads, range(len(self._plain)))
            else:
                found = self._of_named(reads, caller)
            self._latest = (reads, found)
        return found

    def _of_named(self, reads: Reads, caller: Caller) -> dict[Hashable, int]:
        """The sets for one caller: as for all of its kind, but for those whose trust policy may name it."""
        naming = self._naming.of(caller)
        if naming is None:
            return self._signed(reads, range(len(self._plain)))
        if not naming:
            return self._by_signature(reads._replace(caller=nameless(caller)))
        others = self._by_signature(reads._replace(caller=nameless(caller))).items()
        found = {signature: left for signature, bits in others if (left := bits & ~naming)}
        for signature, bits in self._signed(reads, places_in(naming)).items():
            found[signature] = found.get(signature, 0) | bits
        return found

    def _signed(self, reads: Reads, places: Iterable[int]) -> dict[Hashable, int]:
        found: dict[Hashable, list[int]] = {}
        for place in places:
            found.setdefault(self._plain[place].signature(reads), []).append(place)
        return {signature: bits_of(each, len(self._plain)) for signature, each in found.items()}

    @cached_property
    def _naming(self) -> Naming:
        return Naming([one.policy if one.is_entity else None for one in self._plain])

    def _bits(self, pattern: tuple[Part, ...]) -> int:
        """Which of them a pattern matches."""
        found = self._matched.get(pattern)
        if found is None:
            while len(self._matched) >= _MOST_PATTERNS:
                del self._matched[next(iter(self._matched))]
            if len(pattern) == 1 and isinstance(pattern[0], str):
                place = self._places.get(pattern[0])
                found = 0 if place is None else 1 << place
            else:
                matches = matcher_of(pattern)
                found = bits_of((place for arn, place in self._places.items() if matches(arn)), len(self._plain))
            self._matched[pattern] = found
        return found


_MOST_PATTERNS = 4_096
"""For how many patterns it is kept which of the known they match."""


def _lowest(bits: int) -> int:
    return (bits & -bits).bit_length() - 1


class KnownResources:
    """The resources of a snapshot by the actions that take them; found when first asked for, and kept."""

    def __init__(self, snapshot: Snapshot | None) -> None:
        self._snapshot = snapshot
        self._of_types: dict[tuple[str, ...], tuple[Known, ...]] = {}
        self._of_service: dict[str, tuple[Known, ...]] = {}
        self._entities: dict[bool, tuple[Known, ...]] = {}
        self._in_form: dict[tuple[tuple[str, ...], tuple[Part, ...]], KnownInForm] = {}
        self._of_members: dict[tuple[int, ...], KnownInForm] = {}

    def of(self, action: catalog.Action) -> tuple[Known, ...]:
        """What can be of the types that `action` takes, of whichever service: users, roles and the like come last."""
        if self._snapshot is None:
            return ()
        key = _types(action)
        if key not in self._of_types:
            services = sorted(catalog.bearing_services(action))
            found = [one for service in services for one in self._resources_of(self._snapshot, service)]
            if "iam" in services:
                found += self._entities_of(self._snapshot, with_trust=action.service == "sts")
            self._of_types[key] = tuple(_taken(action, found))
        return self._of_types[key]

    def have_policies(self, action: catalog.Action) -> bool:
        """Whether something that `action` takes may have a policy which it asks."""
        found = self.of(action)
        return bool(found) and (not found[0].is_entity or action.service == "sts")

    def _resources_of(self, snapshot: Snapshot, service: str) -> tuple[Known, ...]:
        if service not in self._of_service:
            resources = (one for arn, one in snapshot.resources.items() if arn.split(":", 3)[2:3] == [service])
            self._of_service[service] = tuple(known for one in resources for known in _of_resource(one))
        return self._of_service[service]

    def _entities_of(self, snapshot: Snapshot, *, with_trust: bool) -> tuple[Known, ...]:
        if with_trust not in self._entities:
            accounts = snapshot.accounts.values()
            found = (known for one in accounts for known in _of_account(one, with_trust=with_trust))
            self._entities[with_trust] = tuple(found)
        return self._entities[with_trust]

    def in_form(self, action: catalog.Action, form: Form) -> KnownInForm:
        """That of one form."""
        key = (_types(action), form.parts)
        if key not in self._in_form:
            members = those_of(form, self.of(action))
            same = tuple(map(id, members))
            self._in_form[key] = self._of_members[same] = self._of_members.get(same) or KnownInForm(members)
        return self._in_form[key]


def actions_on_known(snapshot: Snapshot) -> int:
    """The actions that take resources of the services of which a snapshot knows some, as a set."""
    services = {arn.split(":", 3)[2] for arn in snapshot.resources}
    return reduce(or_, map(on_resources_of, services & set(catalog.services())), 0)


def _types(action: catalog.Action) -> tuple[str, ...]:
    return action.service, *(one.name for one in action.resource_types)


def _taken(action: catalog.Action, known: Iterable[Known]) -> Iterator[Known]:
    """Those on which the action is authorized, or on something in them; of IAM entities all of a kind are or none."""
    kinds: dict[Hashable, bool] = {}
    for one in known:
        if not one.is_entity:
            if _may_be(action, one):
                yield one
            continue
        if one.nature not in kinds:
            kinds[one.nature] = _may_be(action, one)
        if kinds[one.nature]:
            yield one


def _may_be(action: catalog.Action, known: Known) -> bool:
    """Whether the action is authorized on it, or on something in it."""
    return catalog.fits(action, known.example)


def _of_resource(resource: Resource) -> Iterator[Known]:
    nature = tuple(getattr(resource, one.name) for one in fields(Resource) if one.name not in _OF_ONE)
    region = resource.arn.split(":", 4)[3]
    insides = {"s3:bucket": "/", "s3:accesspoint": "/object/", "lambda:function": ":"}
    policy, tags = resource.policy, resource.tags
    yield Known(resource.arn, resource.account, region, (resource.arn,), nature, policy, tags)
    if (inside := insides.get(resource.kind)) is not None:
        parts = (f"{resource.arn}{inside}", Wild.ONE, Wild.ANY)
        yield Known(f"{resource.arn}{inside}", resource.account, region, parts, nature, policy, tags)


_OF_ONE = ("arn", "grants", "policy", "tags")
"""What of a resource is not of its nature."""


def _of_account(account: Account, *, with_trust: bool) -> Iterator[Known]:
    number = account.account_id
    entities: tuple[User | Role, ...] = (*(account.users or {}).values(), *(account.roles or {}).values())
    for entity in entities:
        kind = "Role" if isinstance(entity, Role) else "User"
        trust = entity.trust if with_trust and isinstance(entity, Role) else None
        nature = (number, kind)
        yield Known(entity.arn, number, "", (entity.arn,), nature, trust, entity.tags, entity.boundary, is_entity=True)
    for group in (account.groups or {}).values():
        yield Known(group.arn, number, "", (group.arn,), (number, "Group"), is_entity=True)
    for policy in (account.policies or {}).values():
        if not policy.is_aws_managed:
            yield Known(policy.arn, number, "", (policy.arn,), (number, "ManagedPolicy"), is_entity=True)


def own_patterns(known: Known) -> Iterator[PatternSet]:
    """The resource patterns of each statement of its own policy; a trust policy has none."""
    for statement in own_statements(known):
        for pattern in statement.resource.patterns if statement.resource is not None else ():
            yield (pattern.widest,)


def own_statements(known: Known) -> Sequence[Statement]:
    """The statements of its own policy, if that is no trust policy."""
    content = None if known.policy is None or known.is_entity else known.policy.policy
    return content.statements if isinstance(content, PolicyDocument) else ()


def those_of(form: Form, known: Iterable[Known]) -> list[Known]:
    """Those that have a form, or in which something has it."""
    matches = matcher_of(form.parts)
    beginning = "".join(map(str, takewhile(lambda part: isinstance(part, str), form.parts)))
    texts = ((one, one.arn if len(one.parts) == 1 else one.example) for one in known)
    return [one for one, text in texts if text.startswith(beginning) and matches(text)]
