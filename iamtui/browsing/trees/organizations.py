"""The tree of organizations: root, OUs and accounts, each with the SCPs and RCPs that are attached to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import ClassVar

from iamtui.analysis.relations import Relations
from iamtui.analysis.subject_keys import KeyKind, SubjectKey
from iamtui.browsing.surroundings import ControlPolicy, find_surrounding, level_key
from iamtui.browsing.trees.tree_source import INSIDE, Entry, Marks, folder, haystack
from iamtui.content.nodes import Node
from iamtui.content.numbers import number_of
from iamtui.snapshot.model import Organization, OrganizationPolicy, OrganizationTarget, Snapshot
from iamtui.visible import Tone

_GLYPHS = {"ROOT": "◈", "ORGANIZATIONAL_UNIT": "▣"}


class OrganizationTree:
    """Organizations, each with its levels and a list of all its policies."""

    LABEL: ClassVar[str] = "Org"
    EMPTY: ClassVar[str] = "no organization in what was read: no SCP or RCP is known"

    def __init__(self, snapshot: Snapshot, relations: Relations | None, changed: frozenset[str]) -> None:
        self._snapshot = snapshot
        self._marks = Marks(changed, self.path_to)

    def updated(self, relations: Relations | None, changed: frozenset[str]) -> OrganizationTree:
        """The tree of the same snapshot with other relations and changes."""
        return OrganizationTree(self._snapshot, relations, changed)

    # The tree

    def roots(self) -> Sequence[Node]:
        """One node an organization."""
        return [self._organization_node(organization) for organization in self._snapshot.organizations.values()]

    def open_at_first(self) -> frozenset[str]:
        """Organizations, roots and OUs, if they are few."""
        if sum(len(organization.targets) for organization in self._snapshot.organizations.values()) > 40:
            return frozenset(map(SubjectKey.organization, self._snapshot.organizations))
        levels = (
            level_key(target)
            for organization in self._snapshot.organizations.values()
            for target in organization.targets.values()
            if target.kind != "ACCOUNT"
        )
        return frozenset((*map(SubjectKey.organization, self._snapshot.organizations), *levels))

    def children(self, key: str) -> Sequence[Node]:
        """What an organization begins with, a level's policies and the levels below it, or all policies."""
        for organization in self._snapshot.organizations.values():
            if key == SubjectKey.organization(organization.organization_id):
                return self._tops(organization)
            if key == _policies_key(organization):
                policies = sorted(organization.policies.values(), key=lambda policy: policy.name.casefold())
                return [self._policy_node(organization, policy, policy.arn) for policy in policies]
        found = self._targets.get(key)
        if found is None:
            return []
        organization, target = found
        attached = [*self._attached(organization, target, "SCP"), *self._attached(organization, target, "RCP")]
        below = self._below.get((organization.organization_id, target.target_id), ())
        return [*attached, *(self._target_node(organization, child) for child in below)]

    def path_to(self, subject: str) -> Sequence[str]:
        """Organization, then root and OUs, or the list of its policies, then the subject."""
        key = SubjectKey(subject)
        if key.kind is KeyKind.ORGANIZATION:
            return (key,) if key.name in self._snapshot.organizations else ()
        found = self._targets.get(subject)
        if found is None:
            control = find_surrounding(self._snapshot, key) if ":organizations:" in subject else None
            if not isinstance(control, ControlPolicy):
                return ()
            organization = control.organization
            return (SubjectKey.organization(organization.organization_id), _policies_key(organization), subject)
        organization, target = found
        return (SubjectKey.organization(organization.organization_id), *map(level_key, _way(organization, target)))

    # What is where

    @cached_property
    def _targets(self) -> Mapping[str, tuple[Organization, OrganizationTarget]]:
        return {
            level_key(target): (organization, target)
            for organization in self._snapshot.organizations.values()
            for target in organization.targets.values()
        }

    @cached_property
    def _below(self) -> Mapping[tuple[str, str | None], Sequence[OrganizationTarget]]:
        """The levels below each level: OUs before accounts, by name. Those of an unknown parent are below `None`."""
        found: defaultdict[tuple[str, str | None], list[OrganizationTarget]] = defaultdict(list)
        for organization in self._snapshot.organizations.values():
            for target in organization.targets.values():
                parent = target.parent if target.parent in organization.targets else None
                found[organization.organization_id, parent].append(target)
        for targets in found.values():
            targets.sort(key=lambda target: (target.kind == "ACCOUNT", target.name.casefold()))
        return found

    def _tops(self, organization: Organization) -> list[Node]:
        nodes = [
            self._target_node(organization, target)
            for target in self._below.get((organization.organization_id, None), ())
        ]
        key, count = _policies_key(organization), len(organization.policies)
        detail = f"{count:,}" if count else "not exported"
        return [
            *nodes,
            Node(key, "All SCPs and RCPs", detail, "plain" if count else "muted", has_children=count > 0),
        ]

    # Nodes

    def _organization_node(self, organization: Organization) -> Node:
        key = SubjectKey.organization(organization.organization_id)
        accounts = sum(target.kind == "ACCOUNT" for target in organization.targets.values())
        facts = [number_of(accounts, "account")]
        for enabled, plural in ((organization.scps_enabled, "SCPs"), (organization.rcps_enabled, "RCPs")):
            if enabled is not True:
                facts.append(
                    f"{plural} not enabled" if enabled is False else f"whether {plural} are enabled: not known"
                )
        mark = self._marks.of(key)
        return Node(key, organization.organization_id, " · ".join(facts), glyph="◈", has_children=True, mark=mark)

    def _target_node(self, organization: Organization, target: OrganizationTarget) -> Node:
        key = level_key(target)
        has_children = bool(
            target.scps or target.rcps or self._below.get((organization.organization_id, target.target_id))
        )
        tone: Tone = "plain"
        remarks = []
        if target.kind == "ACCOUNT":
            remarks = [target.target_id] if target.name != target.target_id else []
            if organization.management_account == target.target_id:
                remarks.append("management account: no SCP or RCP binds it")
            if target.status not in (None, "ACTIVE"):
                remarks.append(f"⚠ {str(target.status).lower()}")
            if target.target_id not in self._snapshot.accounts:
                remarks.append("not exported")
                tone = "muted"
        if target.scps is None and target.rcps is None:
            remarks.append("attached policies not exported")
        return Node(
            key,
            target.name or target.target_id,
            " · ".join(remarks),
            tone,
            _GLYPHS.get(target.kind, "◆"),
            has_children=has_children,
            mark=self._marks.of(key),
        )

    def _attached(self, organization: Organization, target: OrganizationTarget, kind: str) -> Iterator[Node]:
        for policy_id in (target.scps if kind == "SCP" else target.rcps) or ():
            policy = organization.policies.get(policy_id)
            above = f"{level_key(target)}{INSIDE}{kind}{INSIDE}"
            if policy is None:
                yield Node(f"{above}folder:{policy_id}", policy_id, f"{kind} · not exported", "warn", "?")
            else:
                yield self._policy_node(organization, policy, f"{above}{policy.arn}")

    def _policy_node(self, organization: Organization, policy: OrganizationPolicy, key: str) -> Node:
        kind = ControlPolicy(organization, policy).kind
        detail = f"{kind} · of AWS" if policy.aws_managed else kind
        if policy.document is None:
            return Node(key, policy.name, f"{detail} · its document was not exported", "warn", "?")
        return Node(key, policy.name, detail, "muted" if policy.aws_managed else "plain", mark=self._marks.of(key))

    # The filter

    def entries(self) -> Iterator[Entry]:
        """Every root, OU, account and policy."""
        for organization in self._snapshot.organizations.values():
            for target in organization.targets.values():
                text = haystack(
                    f"{target.name}\n{target.arn or ''}", f"{target.target_id} {target.email or ''}", target.tags
                )
                kind = {"ROOT": "root", "ORGANIZATIONAL_UNIT": "OU"}.get(target.kind, f"account {target.target_id}")
                yield Entry(level_key(target), text, target.name or target.target_id, kind, target.tags)
            for policy in organization.policies.values():
                text = haystack(f"{policy.arn}\n{policy.name}", policy.policy_id)
                yield Entry(policy.arn, text, policy.name, ControlPolicy(organization, policy).kind)


def _policies_key(organization: Organization) -> str:
    return folder("controls", organization.organization_id)


def _way(organization: Organization, target: OrganizationTarget) -> list[OrganizationTarget]:
    """From the outermost known level down to `target`, whether or not that is the root."""
    way = [target]
    while (above := organization.targets.get(way[0].parent or "")) is not None and len(way) <= len(
        organization.targets
    ):
        way.insert(0, above)
    return way
