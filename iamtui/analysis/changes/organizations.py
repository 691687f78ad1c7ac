"""What differs between two exports of an organization: itself, its policies, and its root, units and accounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TypeVar

from iamtui.analysis.changes import facets
from iamtui.analysis.changes.comparing import NEW, OLD, Comparing, Named
from iamtui.analysis.changes.results import Change, EntityKind
from iamtui.snapshot.model import (
    ACCOUNT,
    RCP,
    ROOT,
    S3_POLICY,
    SCP,
    UNIT,
    Assigned,
    Organization,
    OrganizationPolicy,
    OrganizationTarget,
    S3Policies,
    Snapshot,
)

Member = TypeVar("Member", OrganizationPolicy, OrganizationTarget)
_WORDS = {SCP: "SCPs", RCP: "RCPs", ROOT: "roots", UNIT: "units", ACCOUNT: "accounts"}


def compare_organizations(comparing: Comparing, old: Snapshot, new: Snapshot) -> Iterator[Change]:
    """The changes of all organizations; what one side has is gone, or new, only where the other listed all (CH8)."""
    for key in dict.fromkeys((*old.organizations, *new.organizations)):
        before, after = old.organizations.get(key), new.organizations.get(key)
        if before is None or after is None:
            comparing.lacks(f"organization {key}", OLD if before is None else NEW)
        elif before is not after:
            yield from _Sides(comparing, before, after).changes()


class _Sides:
    """Both exports of one organization."""

    def __init__(self, comparing: Comparing, before: Organization, after: Organization) -> None:
        self._comparing = comparing
        self._before = before
        self._after = after
        self._gone = after.known_to_lack(before)
        self._come = before.known_to_lack(after)

    def changes(self) -> Iterator[Change]:
        """All that differs."""
        comparing, before, after = self._comparing, self._before, self._after
        old = replace(before, s3_policies=self._comparable(before, after, self._gone, NEW))
        new = replace(after, s3_policies=self._comparable(after, before, self._come, OLD))
        yield from comparing.thing(old, new, _named, facets.facets_of_organization)
        policies = self._both(before.policies, after.policies)
        yield from comparing.things(*policies, _named_policy, facets.facets_of_organization_policy)
        targets = self._both(before.targets, after.targets)
        yield from comparing.things(*targets, _named_target, facets.facets_of_target)

    def _both(
        self, old: Mapping[str, Member], new: Mapping[str, Member]
    ) -> tuple[Mapping[str, Member], Mapping[str, Member]]:
        """Both collections, without what the other side may have in a list that it did not export."""
        return self._known(old, new, self._gone, NEW), self._known(new, old, self._come, OLD)

    def _known(
        self, own: Mapping[str, Member], other: Mapping[str, Member], absent: frozenset[str], side: str
    ) -> Mapping[str, Member]:
        kept: dict[str, Member] = {}
        for key, one in own.items():
            if key in other or key in absent:
                kept[key] = one
            else:
                self._lacks(_WORDS.get(one.kind, one.kind), side)
        return kept

    def _lacks(self, what: str, side: str) -> None:
        self._comparing.lacks(f"{what} of organization {self._before.organization_id}", side)

    def _comparable(self, own: Organization, other: Organization, absent: frozenset[str], side: str) -> S3Policies:
        """What one side says of S3 policies, as far as the other says it too."""
        policies, attached = dict(own.s3_policies.policies), dict(own.s3_policies.attached)
        there = other.s3_policies
        for policy_id in own.s3_policies.policies:
            found = there.policies.get(policy_id)
            if found is None and not other.lists_all(S3_POLICY):
                self._lacks("S3 policies", side)
                del policies[policy_id]
            elif found is not None and Assigned.UNKNOWN in (found.assigns, policies[policy_id].assigns):
                if found.assigns is Assigned.UNKNOWN and policies[policy_id].assigns is not Assigned.UNKNOWN:
                    self._lacks("contents of S3 policies", side)
                del policies[policy_id]
        for target in own.s3_policies.attached:
            if target not in there.attached and target not in absent:
                self._lacks("attachments of S3 policies", side)
                del attached[target]
        return replace(own.s3_policies, policies=MappingProxyType(policies), attached=MappingProxyType(attached))


def _named(organization: Organization) -> Named:
    return Named(EntityKind.ORGANIZATION, organization.organization_id, organization.organization_id)


def _named_policy(policy: OrganizationPolicy) -> Named:
    return Named(EntityKind.ORGANIZATION_POLICY, policy.arn or policy.policy_id, policy.name)


def _named_target(target: OrganizationTarget) -> Named:
    return Named(EntityKind.ORGANIZATION_TARGET, target.target_id, target.name)
