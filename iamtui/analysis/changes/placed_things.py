"""What differs between resources and endpoints: one is gone, or new, only where the other export tells of its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple, TypeVar

from iamtui.analysis.changes import facets
from iamtui.analysis.changes.comparing import NEW, OLD, Comparing, Named
from iamtui.analysis.changes.results import Change, EntityKind
from iamtui.snapshot.model import Resource, Snapshot, VpcEndpoint

T = TypeVar("T")


class Place(NamedTuple):
    """What is listed at once: the things of a kind in one Region of an account."""

    kind: str
    account: str
    region: str

    def of_kind(self, kind: str) -> Place:
        """The place of things of another kind there."""
        return self._replace(kind=kind)


def compare_placed_things(comparing: Comparing, old: Snapshot, new: Snapshot) -> Iterator[Change]:
    """The changes of resources and VPC endpoints."""
    lists = (_listed(old), _listed(new))
    resources = _comparable(comparing, lists, (old.resources, new.resources), _place_of_resource)
    resources = _with_told_aliases(comparing, lists, *resources)
    yield from comparing.things(*resources, _named_resource, facets.facets_of_resource)
    endpoints = _comparable(comparing, lists, (old.endpoints, new.endpoints), _place_of_endpoint)
    yield from comparing.things(*endpoints, _named_endpoint, facets.facets_of_endpoint)


def _listed(snapshot: Snapshot) -> frozenset[Place]:
    return frozenset(Place(kind.lower(), account, region) for kind, account, region in snapshot.listed)


def _comparable(
    comparing: Comparing,
    lists: tuple[frozenset[Place], frozenset[Place]],
    sides: tuple[Mapping[str, T], Mapping[str, T]],
    place_of: Callable[[T], Place],
) -> tuple[dict[str, T], dict[str, T]]:
    """Both collections, without what the other side may have in a list that it did not export (CH8).

    Of what neither side listed each is taken to have exported all things of a kind and account of which it has any.
    """
    held = [{place_of(one)[:2] for one in side.values()} for side in sides]

    def known(own: int, other: int, side: str) -> dict[str, T]:
        kept: dict[str, T] = {}
        for key, one in sides[own].items():
            place = place_of(one)
            is_told = place in lists[other] or (place not in lists[own] and place[:2] in held[other])
            if key in sides[other] or is_told:
                kept[key] = one
            else:
                comparing.lacks(f"{place.kind} of account {place.account}", side)
        return kept

    return known(0, 1, NEW), known(1, 0, OLD)


def _with_told_aliases(
    comparing: Comparing,
    lists: tuple[frozenset[Place], frozenset[Place]],
    old: dict[str, Resource],
    new: dict[str, Resource],
) -> tuple[dict[str, Resource], dict[str, Resource]]:
    """The resources, without the aliases of keys where one side alone listed all of them."""
    for arn in old.keys() & new.keys():
        if old[arn].aliases != new[arn].aliases:
            place = _place_of_resource(old[arn]).of_kind("kms:alias")
            is_listed = [place in one for one in lists]
            if any(is_listed) and not all(is_listed):
                comparing.lacks("aliases of resource", NEW if is_listed[0] else OLD)
                old[arn], new[arn] = (replace(side[arn], aliases=()) for side in (old, new))
    return old, new


def _place_of_resource(resource: Resource) -> Place:
    return Place(resource.kind.lower(), resource.account, resource.arn.split(":", 4)[3])


def _place_of_endpoint(endpoint: VpcEndpoint) -> Place:
    return Place("ec2:vpc-endpoint", endpoint.owner or "", endpoint.region)


def _named_resource(resource: Resource) -> Named:
    return Named(EntityKind.RESOURCE, resource.arn, resource.arn)


def _named_endpoint(endpoint: VpcEndpoint) -> Named:
    return Named(EntityKind.ENDPOINT, endpoint.endpoint_id, endpoint.endpoint_id)
