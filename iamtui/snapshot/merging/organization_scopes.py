"""Which organization each fact is of: ids of roots, units and policies are unique within an organization only (I60).

Source: AWS Organizations API Reference, Root, OrganizationalUnit and PolicySummary (2026); ids of accounts are unique.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from iamtui.policy.document import DocumentTable
from iamtui.snapshot.merging.organizations import OrganizationBuilder
from iamtui.snapshot.model import Organization, Severity, SourceProblem
from iamtui.snapshot.organization_facts import (
    AttachmentsFact,
    EffectiveS3PolicyFact,
    OrganizationFact,
    OrganizationListedFact,
    OrganizationsFact,
    PolicyFact,
    S3PolicyFact,
    TargetFact,
    TargetsFact,
)


@dataclass(slots=True)
class OrganizationsBuilder:
    """Takes facts, the newest first, and makes organizations of them."""

    problems: list[SourceProblem] = field(default_factory=list)
    effective_s3_policies: dict[str, bool] = field(default_factory=dict)  # by account
    _facts: list[tuple[Path, OrganizationsFact]] = field(default_factory=list)

    def add(self, path: Path, fact: OrganizationsFact) -> None:
        """Add a fact; what a newer one said before stays."""
        self._facts.append((path, fact))
        if isinstance(fact, EffectiveS3PolicyFact):
            self.effective_s3_policies.setdefault(fact.account, fact.blocks)

    def build(self, documents: DocumentTable) -> dict[str, Organization]:
        """All organizations, by id."""
        scopes = _Scopes(self._facts)
        builders = {organization: OrganizationBuilder(organization) for organization in sorted(scopes.organizations)}
        lost: dict[Path, None] = {}
        for path, fact in self._facts:
            organization = scopes.of(path, fact)
            if organization is not None:
                builders[organization].add(path, fact)
            elif _is_of_aws(fact):
                for builder in builders.values():
                    builder.add(path, fact)
            elif builders and not isinstance(fact, EffectiveS3PolicyFact):
                lost[path] = None
        for path in lost:
            expected = f"expected to learn of which of {', '.join(builders)} this is"
            self.problems.append(SourceProblem(path, "", expected, "it is not used", Severity.WARNING))
        found = {organization: builder.build(documents) for organization, builder in builders.items()}
        for builder in builders.values():
            self.problems.extend(builder.problems)
        return found


class _Scopes:
    """The organization of every fact: its own word, that of the ids it names, else that of the files around it."""

    def __init__(self, facts: list[tuple[Path, OrganizationsFact]]) -> None:
        self.organizations: set[str] = set()
        self._holders: dict[str, set[str]] = defaultdict(set)
        self._folders: dict[Path, set[str]] = defaultdict(set)
        silent: list[TargetFact] = []
        for path, fact in facts:
            organization = _own_word(fact)
            if organization is None:
                if isinstance(fact, TargetFact):
                    silent.append(fact)
                continue
            self.organizations.add(organization)
            for folder in path.parents:
                self._folders[folder].add(organization)
            for name in _names(fact):
                self._holders[name].add(organization)
        self._follow_parents(silent)

    def _follow_parents(self, silent: list[TargetFact]) -> None:
        """A target that does not say its organization is of that of its ancestor, however deep."""
        is_learning = True
        while is_learning:
            is_learning = False
            for fact in silent:
                only = _only(self._holders.get(fact.parent or ""))
                if only is not None and fact.target_id not in self._holders:
                    self._holders[fact.target_id].add(only)
                    is_learning = True

    def of(self, path: Path, fact: OrganizationsFact) -> str | None:
        """The organization of a fact; None where nothing tells which of several it is."""
        own = _own_word(fact)
        if own is not None:
            return own
        for name in _names(fact):
            if (only := _only(self._holders.get(name))) is not None:
                return only
        for folder in path.parents:
            named = self._folders.get(folder)
            if named:
                return _only(named)
        return _only(self.organizations)


def _is_of_aws(fact: OrganizationsFact) -> bool:
    """A policy that AWS attaches everywhere (I59)."""
    return isinstance(fact, PolicyFact) and fact.policy.policy_id.endswith("FullAWSAccess")


def _only(organizations: set[str] | None) -> str | None:
    return next(iter(organizations)) if organizations is not None and len(organizations) == 1 else None


def _own_word(fact: OrganizationsFact) -> str | None:
    match fact:
        case OrganizationFact():
            return fact.organization_id
        case TargetFact():
            return fact.organization_id or _in_arn(fact.arn)
        case PolicyFact():
            return fact.organization_id or _in_arn(fact.policy.arn)
        case S3PolicyFact() | OrganizationListedFact():
            return fact.organization_id
        case _:
            return None


def _names(fact: OrganizationsFact) -> Iterator[str]:
    """The ids that a fact is about; policies of AWS are of every organization."""
    match fact:
        case TargetFact():
            yield fact.target_id
            if fact.parent is not None:
                yield fact.parent
        case PolicyFact() if not _is_of_aws(fact):
            yield fact.policy.policy_id
        case S3PolicyFact():
            yield fact.policy.policy_id
        case AttachmentsFact():
            yield fact.target_id
        case TargetsFact():
            yield fact.policy_id
            yield from fact.target_ids
        case OrganizationListedFact() if fact.parent:
            yield fact.parent
        case EffectiveS3PolicyFact():
            yield fact.account


def _in_arn(arn: str | None) -> str | None:
    """The organization in an ARN of AWS Organizations: the segment after the type (I60)."""
    if arn is None or ":organizations:" not in arn:
        return None
    return next((part for part in arn.split("/") if part.startswith("o-")), None)
