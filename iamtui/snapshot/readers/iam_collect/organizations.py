"""Organizations of a store: the tree, the policies, and what is attached where (I114, I115)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from iamtui.snapshot.facts import Fact
from iamtui.snapshot.model import ACCOUNT, RCP, ROOT, S3_POLICY, SCP, UNIT, OrganizationPolicy
from iamtui.snapshot.organization_facts import (
    AttachmentsFact,
    OrganizationFact,
    OrganizationListedFact,
    PolicyFact,
    TargetFact,
)
from iamtui.snapshot.readers.iam_collect.folder import Folder
from iamtui.snapshot.readers.reader import Intake


class _Level(msgspec.Struct, rename="camel"):
    ou: str | None = None
    parent: str | None = None
    scps: list[str] | None = None
    rcps: list[str] | None = None


def facts_of_organization(folder: Folder, intake: Intake) -> Iterator[Fact]:
    """What a folder at or below `organizations/ORGANIZATION` says."""
    organization, metadata = folder.place[2], folder.metadata()
    match folder.place[3:]:
        case ():
            features = metadata.features or {}
            scps, rcps, s3 = (features.get(kind) for kind in (SCP, RCP, S3_POLICY))
            yield OrganizationFact(organization, metadata.root_account_id, None, scps, rcps, s3)
            yield from _levels(folder, organization)
        case ("ous", target):
            yield TargetFact(target, name=metadata.name, arn=metadata.arn, tags=folder.tags())
        case ("scps" | "rcps", policy_id):
            kind = SCP if folder.place[3] == "scps" else RCP
            yield OrganizationListedFact(kind, "", organization)  # a store has a folder for each
            yield PolicyFact(
                OrganizationPolicy(
                    policy_id=_id_in(metadata.arn) or policy_id,
                    arn=metadata.arn or "",
                    name=metadata.name or policy_id,
                    kind=kind,
                    document=intake.document(folder.raw("policy"), "policy.json"),
                    aws_managed=metadata.aws_managed is True,
                    description=metadata.description,
                ),
                organization,
            )


def _levels(folder: Folder, organization: str) -> Iterator[Fact]:
    """Accounts and OUs with what is attached directly to each (I115)."""
    for aspect, kinds in (("ous", (ROOT, UNIT)), ("accounts", (ACCOUNT,))):
        if aspect in folder:
            yield from (OrganizationListedFact(kind, "", organization) for kind in kinds)
    for target, level in (folder.get("ous", dict[str, _Level]) or {}).items():
        yield TargetFact(target, UNIT if level.parent else ROOT, parent=level.parent, organization_id=organization)
        yield from _attachments(target, level)
    for account, level in (folder.get("accounts", dict[str, _Level]) or {}).items():
        yield TargetFact(account, ACCOUNT, parent=level.ou, organization_id=organization)
        yield from _attachments(account, level)


def _attachments(target: str, level: _Level) -> Iterator[Fact]:
    for kind, arns in ((SCP, level.scps), (RCP, level.rcps)):
        yield AttachmentsFact(target, kind, tuple(_id_in(arn) or arn for arn in arns or ()))


def _id_in(arn: str | None) -> str | None:
    return (arn or "").rpartition("/")[2] or None
