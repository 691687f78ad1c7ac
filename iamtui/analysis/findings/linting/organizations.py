"""What is to be said of the root, OUs and accounts of an organization: quotas and tags (Q48-Q50, Q53, S31)."""

from __future__ import annotations

from collections.abc import Iterator

from iamtui.analysis.findings.linting.names import check_tags
from iamtui.analysis.findings.linting.reviewed import Reviewed
from iamtui.policy.lint import Finding
from iamtui.policy.lint.finding import warning
from iamtui.snapshot.model import Organization, OrganizationTarget

_MOST_SCPS = 10  # since 2026-05-15, 5 before (Q48)
_MOST_RCPS = 5  # UNCONFIRMED whether doubled too (Q49)
_RCP_OF_AWS = "p-RCPFullAWSAccess"  # UNCONFIRMED whether it counts (Q49): not counted, so that what is over surely is
_DEEPEST = 5  # levels of OUs below the root (Q50)
_KINDS = {"ROOT": "organization root", "ORGANIZATIONAL_UNIT": "organizational unit", "ACCOUNT": "member account"}


def check_organization(organization: Organization) -> Iterator[Reviewed]:
    """Every target of an organization with its findings."""
    for target in organization.targets.values():
        findings = (*_attached(target), *_depth(target, organization), *check_tags(target.tags))
        kind = _KINDS.get(target.kind, target.kind)
        yield Reviewed(target.name or target.target_id, kind, target.arn or target.target_id, findings)


def _attached(target: OrganizationTarget) -> Iterator[Finding]:
    """Policies attached directly to one target (Q48, Q49)."""
    rcps = [policy for policy in target.rcps or () if policy != _RCP_OF_AWS]
    for rule, word, policies, most in (
        ("Q48", "service control policies", target.scps or (), _MOST_SCPS),
        ("Q49", "resource control policies", rcps, _MOST_RCPS),
    ):
        if len(policies) > most:
            yield warning(
                rule,
                "/Policies",
                f"{len(policies):,} {word} are attached directly; the quota is {most:,}",
                "Join policies, or attach some to an OU above.",
            )


def _depth(target: OrganizationTarget, organization: Organization) -> Iterator[Finding]:
    """How deep an OU lies below the root (Q50)."""
    if target.kind != "ORGANIZATIONAL_UNIT":
        return
    way = organization.levels(target.target_id)
    depth = 0 if way is None else len(way) - 1
    if depth > _DEEPEST:
        yield warning(
            "Q50",
            "/Id",
            f"the OU lies {depth:,} levels below the root; the quota is {_DEEPEST:,}",
            "Move it up; if the export was edited, export it again.",
        )
