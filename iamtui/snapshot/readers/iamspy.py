"""The two lists of IAMSpy: resources with their policies, and the tree of an organization with its SCPs."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from iamtui.files.source import Source, decode
from iamtui.snapshot.facts import Fact, ResourceFact
from iamtui.snapshot.model import ACCOUNT, RCP, ROOT, SCP, UNIT, Exported
from iamtui.snapshot.organization_facts import AttachmentsFact, OrganizationFact, OrganizationListedFact, TargetFact
from iamtui.snapshot.readers.organization_tree import PolicyType, enabled, manager_of, organization_of
from iamtui.snapshot.readers.organizations import Summary, policy_fact
from iamtui.snapshot.readers.reader import Intake, Reader, items_of
from iamtui.snapshot.resource_kinds import kind_of, name_in

_NULL = msgspec.Raw(b"null")


class _Resource(msgspec.Struct, rename="pascal"):
    resource: str
    account: str | None = None
    policy: msgspec.Raw = _NULL


class _Policy(Summary, rename="pascal"):
    content: msgspec.Raw = _NULL


class _Node(msgspec.Struct, rename="pascal"):
    id: str
    arn: str | None = None
    name: str | None = None
    email: str | None = None
    status: str | None = None
    policy_types: list[PolicyType] | None = None
    policies: list[_Policy] = []
    children: list[_Node] = []


def _resources(source: Source, intake: Intake) -> Iterator[Fact]:
    for place, item in items_of(msgspec.Raw(source.data), _Resource, "", intake):
        document = intake.document(item.policy, place, "/Policy")
        yield ResourceFact(
            kind_of(item.resource),
            name_in(item.resource),
            item.resource,
            account=item.account,
            policy=document,
            policy_state=Exported.NONE if document is None else Exported.PRESENT,
        )


def _tree(source: Source, intake: Intake) -> Iterator[Fact]:
    root = decode(source.data, _Node)
    organization = organization_of(root.arn)
    if organization is not None:
        scps, rcps = enabled(root.policy_types, SCP), enabled(root.policy_types, RCP)
        yield OrganizationFact(organization, manager_of(root.arn), None, scps, rcps)
    yield from _node(root, None, organization, intake)


def _node(node: _Node, parent: str | None, organization: str | None, intake: Intake) -> Iterator[Fact]:
    kind = ROOT if node.id.startswith("r-") else UNIT if node.id.startswith("ou-") else ACCOUNT
    yield TargetFact(node.id, kind, node.name, parent, node.arn, node.status, node.email, organization_id=organization)
    if kind == ROOT:
        yield OrganizationListedFact(ROOT, "", organization)
    if kind != ACCOUNT:
        yield from (OrganizationListedFact(below, node.id, organization) for below in (UNIT, ACCOUNT))
    for policy in node.policies:
        yield policy_fact(policy, policy.content, f"policy {policy.id}", intake)
    yield AttachmentsFact(node.id, SCP, tuple(policy.id for policy in node.policies if policy.type == SCP))
    for child in node.children:
        yield from _node(child, node.id, organization, intake)


READERS = (
    Reader("iamspy-resources", lambda source: {"Resource", "Policy"} <= source.first_keys, _resources),
    Reader("iamspy-organization", lambda source: {"Id", "Policies", "Children"} <= source.keys, _tree),
)
