"""What a snapshot knows, by the actions that take it (WC17)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import fields
from functools import cached_property, reduce
from operator import or_
from typing import NamedTuple

from iamtui import catalog
from iamtui.analysis.queries.index.action_sets import names_in, on_resources_of
from iamtui.analysis.queries.resources.known import Known
from iamtui.analysis.queries.resources.known_by_form import KnownByForm
from iamtui.analysis.queries.resources.known_in_form import KnownInForm
from iamtui.analysis.queries.resources.resource_forms import Form
from iamtui.patterns import Part, Wild
from iamtui.snapshot.model import Account, Resource, Role, Snapshot, User


class Places(NamedTuple):
    """The accounts and Regions of some resources, in the order in which they come."""

    accounts: tuple[str, ...]
    regions: tuple[str, ...]


class KnownResources:
    """The resources of a snapshot by the actions that take them; found when first asked for, and kept."""

    def __init__(self, snapshot: Snapshot | None) -> None:
        self._snapshot = snapshot
        self._of_types: dict[tuple[str, ...], tuple[Known, ...]] = {}
        self._of_service: dict[str, tuple[Known, ...]] = {}
        self._places: dict[tuple[str, ...], Places] = {}
        self._entities: dict[bool, tuple[Known, ...]] = {}
        self._in_form: dict[tuple[tuple[str, ...], tuple[Part, ...]], KnownInForm] = {}
        self._by_form: dict[bool, KnownByForm] = {}
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

    def places_of(self, action: catalog.Action) -> Places:
        """Where that is, each place once."""
        key = _types(action)
        if key not in self._places:
            known = self.of(action)
            accounts = tuple(dict.fromkeys(one.account for one in known))
            regions = tuple(dict.fromkeys(one.region for one in known if one.region))
            self._places[key] = Places(accounts, regions)
        return self._places[key]

    def have_policies(self, action: catalog.Action) -> bool:
        """Whether something that `action` takes may have a policy which it asks."""
        if action.service != "sts" and f"{action.service}:{action.name}" not in self._on_known:
            return False
        found = self.of(action)
        return bool(found) and (not found[0].is_entity or action.service == "sts")

    @cached_property
    def _on_known(self) -> frozenset[str]:
        """The actions that take resources of services of which some are known, users and roles aside."""
        return frozenset() if self._snapshot is None else frozenset(names_in(actions_on_known(self._snapshot)))

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
        types = _types(action)
        key = (types, form.parts)
        if key not in self._in_form:
            members = tuple(_taken(action, self._of_everything(with_trust=action.service == "sts").members(form)))
            same = tuple(map(id, members))
            self._in_form[key] = self._of_members[same] = self._of_members.get(same) or KnownInForm(members)
        return self._in_form[key]

    def _of_everything(self, *, with_trust: bool) -> KnownByForm:
        """All that is known, whichever actions take it: divided by form once for all of these."""
        if with_trust not in self._by_form:
            found: list[Known] = []
            if self._snapshot is not None:
                for service in sorted({arn.split(":", 3)[2] for arn in self._snapshot.resources}):
                    found += self._resources_of(self._snapshot, service)
                found += self._entities_of(self._snapshot, with_trust=with_trust)
            self._by_form[with_trust] = KnownByForm(found)
        return self._by_form[with_trust]


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
