"""`organization.json` and `resources.json` as the generator of test exports writes them beside its accounts."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from iamtui.files.source import Source, decode
from iamtui.snapshot.facts import (
    AttachmentsFact,
    Fact,
    OrganizationFact,
    PolicyFact,
    ResourceFact,
    TargetFact,
)
from iamtui.snapshot.merging.resources import name_in
from iamtui.snapshot.model import Exported, OrganizationPolicy
from iamtui.snapshot.readers.account_settings import Tag, tags_of
from iamtui.snapshot.readers.organizations import ACCOUNT, RCP, ROOT, SCP, UNIT
from iamtui.snapshot.readers.public_access import Block, block_of
from iamtui.snapshot.readers.reader import Intake, Reader, items_of

_NULL = msgspec.Raw(b"null")


class _Organization(msgspec.Struct, rename="pascal"):
    id: str
    master_account_id: str | None = None
    feature_set: str | None = None


class _Node(msgspec.Struct, rename="pascal"):
    id: str
    name: str | None = None
    policies: list[str] = []
    accounts: list[str] = []
    organizational_units: list[_Node] = []


class _Account(msgspec.Struct, rename="pascal"):
    id: str
    arn: str | None = None
    name: str | None = None
    email: str | None = None
    status: str | None = None
    policies: list[str] = []
    tags: list[Tag] | None = None


class _Policy(msgspec.Struct, rename="pascal"):
    id: str
    type: str
    name: str | None = None
    aws_managed: bool = False
    document: msgspec.Raw = _NULL


class _Resource(msgspec.Struct, rename="pascal"):
    arn: str
    type: str
    account: str | None = None
    region: str | None = None
    policy: msgspec.Raw = _NULL
    public_access_block: Block | None = None
    tags: list[Tag] | None = None


def _read_organization(source: Source, intake: Intake) -> Iterator[Fact]:
    item = decode(source.members["Organization"], _Organization, "/Organization")
    yield OrganizationFact(item.id, item.master_account_id, item.feature_set, scps_enabled=True, rcps_enabled=True)
    policies = list(items_of(source.members["Policies"], _Policy, "/Policies", intake))
    kinds = {policy.id: policy.type for _, policy in policies}
    for place, policy in policies:
        document = intake.document(policy.document, place, "/Document")
        name = policy.name or policy.id
        known = OrganizationPolicy(policy.id, "", name, policy.type, document, policy.aws_managed)
        yield PolicyFact(known, item.id)
    yield from _node(decode(source.members["Root"], _Node, "/Root"), None, item.id, kinds)
    for _, account in items_of(source.members["Accounts"], _Account, "/Accounts", intake):
        yield TargetFact(
            account.id,
            ACCOUNT,
            account.name,
            None,
            account.arn,
            account.status,
            account.email,
            tags_of(account.tags),
            item.id,
        )
        yield from _attachments(account.id, account.policies, kinds)


def _node(node: _Node, parent: str | None, organization: str, kinds: dict[str, str]) -> Iterator[Fact]:
    kind = ROOT if parent is None else UNIT
    yield TargetFact(node.id, kind, node.name, parent, organization_id=organization)
    yield from _attachments(node.id, node.policies, kinds)
    for account in node.accounts:
        yield TargetFact(account, ACCOUNT, parent=node.id, organization_id=organization)
    for unit in node.organizational_units:
        yield from _node(unit, node.id, organization, kinds)


def _attachments(target: str, policies: list[str], kinds: dict[str, str]) -> Iterator[Fact]:
    for kind in (SCP, RCP):
        yield AttachmentsFact(target, kind, tuple(policy for policy in policies if kinds.get(policy) == kind))


def _read_resources(source: Source, intake: Intake) -> Iterator[Fact]:
    for place, item in items_of(msgspec.Raw(source.data), _Resource, "", intake):
        document = intake.document(item.policy, place, "/Policy")
        yield ResourceFact(
            kind=item.type,
            name=name_in(item.arn),
            arn=item.arn,
            account=item.account,
            region=item.region,
            policy=document,
            policy_state=Exported.NONE if document is None else Exported.PRESENT,
            tags=None if item.tags is None else tags_of(item.tags),
            public_access_block=block_of(item.public_access_block),
        )


READERS = (
    Reader(
        "generated-organization",
        lambda source: {"Organization", "Root", "Policies", "Accounts"} <= source.keys,
        _read_organization,
    ),
    Reader("generated-resources", lambda source: {"Arn", "Type", "Policy"} <= source.first_keys, _read_resources),
)
