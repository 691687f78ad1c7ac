"""Puts together what is said of the S3 policies of an organization, and where they are attached (I55-I58, S10)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from types import MappingProxyType

from iamtui.snapshot.merging.attachments import Attachments
from iamtui.snapshot.model import S3_POLICY, S3Policies, S3Policy
from iamtui.snapshot.organization_facts import EffectiveS3PolicyFact, OrganizationFact, S3PolicyFact
from iamtui.snapshot.wording import listed_names

_CONSEQUENCE = "whether public buckets of its accounts are restricted is not known (S10, T22)"


@dataclass(slots=True)
class S3PoliciesBuilder:
    """Takes facts, the newest first."""

    effective: dict[str, bool] = field(default_factory=dict)  # by account
    _policies: dict[str, S3PolicyFact] = field(default_factory=dict)

    def add(self, fact: S3PolicyFact | EffectiveS3PolicyFact) -> None:
        """Add a fact; what a newer one said before stays, but content is taken from whichever has it."""
        match fact:
            case S3PolicyFact(policy=policy):
                known = self._policies.get(policy.policy_id)
                if known is None or (fact.has_content and not known.has_content):
                    self._policies[policy.policy_id] = fact
            case EffectiveS3PolicyFact():
                self.effective.setdefault(fact.account, fact.blocks)

    def build(
        self,
        organization: OrganizationFact,
        targets: Collection[str],
        attachments: Attachments,
    ) -> S3Policies:
        """The S3 policies of the organization."""
        policies = {policy_id: fact.policy for policy_id, fact in self._policies.items()}
        attached: dict[str, tuple[str, ...]] = {}
        for target in targets:
            ids = attachments.listed_at(target, S3_POLICY)
            if ids is None:
                ids = attachments.told_by_policies(target, S3_POLICY, policies)
            if ids is not None:
                attached[target] = ids
        for policy_id in (policy_id for ids in attached.values() for policy_id in ids):
            policies.setdefault(policy_id, S3Policy(policy_id, policy_id))
        return S3Policies(organization.s3_policies_enabled, MappingProxyType(policies), MappingProxyType(attached))

    def lacks(self, found: S3Policies, targets: Collection[str]) -> Iterator[tuple[str, str]]:
        """What was not exported of S3 policies that there are, and what is not known for that reason."""
        if found.enabled is False or not found.policies:
            return
        known = {policy_id for policy_id, fact in self._policies.items() if fact.has_content}
        missing = sorted(policy.name for policy_id, policy in found.policies.items() if policy_id not in known)
        if missing:
            yield f"no content of {listed_names(missing, 'S3 policy')}", _CONSEQUENCE
        if not found.attached.keys() >= set(targets):
            names = sorted(policy.name for policy in found.policies.values())
            yield f"expected all targets of {listed_names(names, 'S3 policy')}", _CONSEQUENCE
