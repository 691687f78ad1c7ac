"""Puts what is said of one organization together: the tree, the policies and what is attached where (I50-I61, I114)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from iamtui.policy.document import Document, DocumentTable
from iamtui.snapshot.merging.attachments import Attachments
from iamtui.snapshot.merging.s3_policies import S3PoliciesBuilder
from iamtui.snapshot.model import (
    ACCOUNT,
    RCP,
    ROOT,
    SCP,
    UNIT,
    Organization,
    OrganizationPolicy,
    OrganizationTarget,
    Severity,
    SourceProblem,
)
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
from iamtui.snapshot.wording import listed_names

_WORDS = {SCP: "SCP", RCP: "RCP"}
_BUILT_IN = {  # I59
    "p-FullAWSAccess": (
        "FullAWSAccess",
        SCP,
        b'{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
    ),
    "p-RCPFullAWSAccess": (
        "RCPFullAWSAccess",
        RCP,
        b'{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}',
    ),
}


@dataclass(slots=True)
class OrganizationBuilder:
    """Takes the facts of one organization, the newest first, and puts it together."""

    organization_id: str
    path: Path = field(default_factory=Path)  # a file that spoke of it, to name in problems
    problems: list[SourceProblem] = field(default_factory=list)
    s3_policies: S3PoliciesBuilder = field(default_factory=S3PoliciesBuilder)
    _organization: OrganizationFact | None = None
    _targets: dict[str, TargetFact] = field(default_factory=dict)
    _policies: dict[str, PolicyFact] = field(default_factory=dict)
    _attachments: Attachments = field(default_factory=Attachments)

    def add(self, path: Path, fact: OrganizationsFact) -> None:
        """Add a fact; what a newer one said before stays."""
        self.path = path
        match fact:
            case OrganizationFact():
                self._organization = _joined_organization(self._organization, fact)
            case TargetFact():
                self._targets[fact.target_id] = _joined_target(self._targets.get(fact.target_id), fact)
            case PolicyFact():
                self._policies[fact.policy.policy_id] = _joined_policy(self._policies.get(fact.policy.policy_id), fact)
            case AttachmentsFact() | TargetsFact() | OrganizationListedFact():
                self._attachments.add(fact)
            case S3PolicyFact() | EffectiveS3PolicyFact():
                self.s3_policies.add(fact)

    def build(self, documents: DocumentTable) -> Organization:
        """The organization, as far as it was exported."""
        fact = self._organization or OrganizationFact(self.organization_id)
        targets = {member.target_id: self._target(member) for member in self._targets.values()}
        policies = self._policies_of(targets.values(), documents)
        roots = [target.target_id for target in targets.values() if target.kind == ROOT]
        organization = Organization(
            organization_id=self.organization_id,
            management_account=fact.management_account,
            root_id=roots[0] if len(roots) == 1 else None,
            targets=MappingProxyType(targets),
            policies=MappingProxyType(policies),
            scps_enabled=fact.scps_enabled,
            rcps_enabled=fact.rcps_enabled,
            feature_set=fact.feature_set,
            root_features=fact.root_features,
            s3_policies=self.s3_policies.build(fact, targets, self._attachments),
            listed=frozenset(self._attachments.listed),
        )
        self._check(organization)
        return organization

    def _target(self, fact: TargetFact) -> OrganizationTarget:
        return OrganizationTarget(
            target_id=fact.target_id,
            name=fact.name or fact.target_id,
            kind=fact.kind or _kind_of(fact.target_id),
            parent=fact.parent,
            scps=self._attached(fact.target_id, SCP),
            rcps=self._attached(fact.target_id, RCP),
            status=fact.status,
            email=fact.email,
            arn=fact.arn,
            tags=fact.tags or (),
        )

    def _attached(self, target: str, kind: str) -> tuple[str, ...] | None:
        """The policies of a target, by name where lists of targets say them.

        AWS has a policy of its own of each kind that is enabled: where none is known, not all were listed.
        """
        listed = self._attachments.listed_at(target, kind)
        if listed is not None:
            return listed
        known = self._known(kind)
        return self._attachments.told_by_policies(target, kind, known) if known else None

    def _known(self, kind: str) -> list[str]:
        """The policies of a kind, by name."""
        ids = (policy_id for policy_id, known in self._policies.items() if known.policy.kind == kind)
        return sorted(ids, key=lambda policy_id: self._policies[policy_id].policy.name)

    def _policies_of(
        self, targets: Iterable[OrganizationTarget], documents: DocumentTable
    ) -> dict[str, OrganizationPolicy]:
        found = {policy_id: fact.policy for policy_id, fact in self._policies.items()}
        for target in targets:
            for kind, ids in ((SCP, target.scps), (RCP, target.rcps)):
                for policy_id in ids or ():
                    found.setdefault(
                        policy_id, OrganizationPolicy(policy_id, "", policy_id, kind, None, aws_managed=False)
                    )
        return {policy_id: _with_document(policy, documents) for policy_id, policy in found.items()}

    def _check(self, organization: Organization) -> None:
        name = organization.organization_id
        missing = sorted(policy.name for policy in organization.policies.values() if policy.document is None)
        if missing:
            self._note(f"{name}: no content of {listed_names(missing, 'policy')}", "what they deny is not known (T22)")
        lost = sorted(
            target.target_id
            for target in organization.targets.values()
            if target.kind == ACCOUNT and organization.levels(target.target_id) is None
        )
        if lost:
            self._note(
                f"{name}: expected the way from the root to {listed_names(lost, 'account')}",
                "which SCPs and RCPs bind them is not known (T22)",
            )
        for kind, enabled in ((SCP, organization.scps_enabled), (RCP, organization.rcps_enabled)):
            if enabled is not False:
                self._check_attachments(organization, kind)
        if organization.scps_enabled is None:
            self._note(f"{name}: expected list-roots to say whether SCPs are enabled", "whether they bind is not known")
        for expected, consequence in self.s3_policies.lacks(organization.s3_policies, organization.targets):
            self._note(f"{name}: {expected}", consequence)

    def _check_attachments(self, organization: Organization, kind: str) -> None:
        """Say which lists lack where policies of a kind are known, and not whom they bind; they spare the manager."""
        lost = sorted(
            target.target_id
            for target in organization.targets.values()
            if (target.scps if kind == SCP else target.rcps) is None
            and target.target_id != organization.management_account
        )
        known = self._known(kind)
        if not lost or not known:
            return
        word = _WORDS[kind]
        open_ended = [self._policies[one].policy.name for one in known if not self._attachments.has_all_targets(one)]
        expected = [f"all targets of {listed_names(open_ended, word)}"] if open_ended else []
        if not organization.lists_all(kind):
            expected.insert(0, f"a whole list of {word}s")
        self._note(
            f"{organization.organization_id}: expected {' and '.join(expected)}",
            f"which {word}s bind {listed_names(lost, 'target')} is not known (T22)",
        )

    def _note(self, expected: str, consequence: str) -> None:
        self.problems.append(SourceProblem(self.path, "", expected, consequence, Severity.WARNING))


def _joined_organization(known: OrganizationFact | None, fact: OrganizationFact) -> OrganizationFact:
    if known is None:
        return fact
    return OrganizationFact(
        known.organization_id,
        known.management_account or fact.management_account,
        known.feature_set or fact.feature_set,
        fact.scps_enabled if known.scps_enabled is None else known.scps_enabled,
        fact.rcps_enabled if known.rcps_enabled is None else known.rcps_enabled,
        fact.s3_policies_enabled if known.s3_policies_enabled is None else known.s3_policies_enabled,
        fact.root_features if known.root_features is None else known.root_features,
    )


def _joined_target(known: TargetFact | None, fact: TargetFact) -> TargetFact:
    if known is None:
        return fact
    return TargetFact(
        known.target_id,
        known.kind or fact.kind,
        known.name or fact.name,
        known.parent or fact.parent,
        known.arn or fact.arn,
        known.status or fact.status,
        known.email or fact.email,
        fact.tags if known.tags is None else known.tags,
        known.organization_id or fact.organization_id,
    )


def _joined_policy(known: PolicyFact | None, fact: PolicyFact) -> PolicyFact:
    if known is None:
        return fact
    if known.policy.document is None and fact.policy.document is not None:
        return PolicyFact(fact.policy, fact.organization_id or known.organization_id)
    return known


def _kind_of(target_id: str) -> str:
    return ROOT if target_id.startswith("r-") else UNIT if target_id.startswith("ou-") else ACCOUNT


def _with_document(policy: OrganizationPolicy, documents: DocumentTable) -> OrganizationPolicy:
    """The policy; those that AWS attaches everywhere are known without an export (I59)."""
    if policy.document is not None or policy.policy_id not in _BUILT_IN:
        return policy
    name, kind, source = _BUILT_IN[policy.policy_id]
    document: Document = documents.intern(source)
    return replace(policy, name=name, kind=kind, document=document, aws_managed=True)
