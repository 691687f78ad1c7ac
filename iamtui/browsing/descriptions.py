"""What every kind of subject is called and carries: one function a kind, so that a new kind is one place here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch

from iamtui.analysis.subject_keys import SubjectKey
from iamtui.arn import account_of
from iamtui.browsing.subjects import ExternalEntity, Inline, Root, Subject, find_subject, outside_account
from iamtui.browsing.surroundings import SCP, ControlPolicy, OrganizationNode, level_key
from iamtui.policy.document import Document
from iamtui.snapshot.model import (
    Account,
    Group,
    IdentityProvider,
    ManagedPolicy,
    Organization,
    Resource,
    Role,
    Snapshot,
    User,
    VpcEndpoint,
)
from iamtui.snapshot.resource_kinds import name_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """One subject in words.

    Attributes:
        key: under which `find_subject` finds it.
        name: what people call it.
        kind: what it is, in AWS's words.
        account: the account in which it lives; `aws` for AWS managed policies, empty where nothing says it.
        arn: the ARN that stands for it, for an inline policy that of its owner; empty: the key.
        document: its policy document, of a managed policy the default version's; None where it has or says none.
        short: kind and name in one, such as `role/finance-reader`; empty: the name.
    """

    key: str
    name: str
    kind: str
    account: str = ""
    arn: str = ""
    document: Document | None = None
    short: str = ""


@singledispatch
def describe(subject: Subject) -> Description:
    """Describe a subject.

    Raises:
        TypeError: nothing here describes its kind.
    """
    raise TypeError(f"no description of {type(subject).__name__}")


@describe.register
def _user(user: User) -> Description:
    return Description(
        key=user.arn, name=user.name, kind="user", account=account_of(user.arn), short=f"user/{user.name}"
    )


@describe.register
def _group(group: Group) -> Description:
    return Description(
        key=group.arn, name=group.name, kind="group", account=account_of(group.arn), short=f"group/{group.name}"
    )


@describe.register
def _role(role: Role) -> Description:
    return Description(
        key=role.arn, name=role.name, kind="role", account=account_of(role.arn), short=f"role/{role.name}"
    )


@describe.register
def _managed_policy(policy: ManagedPolicy) -> Description:
    return Description(
        key=policy.arn,
        name=policy.name,
        kind="AWS managed policy" if policy.is_aws_managed else "customer managed policy",
        account=account_of(policy.arn),
        document=None if policy.default is None else policy.default.document,
    )


@describe.register
def _inline(inline: Inline) -> Description:
    owner = describe(inline.owner)
    return Description(
        key=SubjectKey.inline(inline.owner.arn, inline.policy.name),
        name=inline.policy.name,
        kind="inline policy",
        account=owner.account,
        arn=inline.owner.arn,
        document=inline.policy.document,
        short=f"{owner.short} · {inline.policy.name}",
    )


@describe.register
def _account(account: Account) -> Description:
    return Description(
        key=SubjectKey.account(account.account_id),
        name=account.alias or account.account_id,
        kind="account",
        account=account.account_id,
        arn=f"arn:{account.partition}:iam::{account.account_id}:root",
        short=f"account {account.account_id}",
    )


@describe.register
def _root(root: Root) -> Description:
    account_id = root.account.account_id
    return Description(
        key=SubjectKey.root(account_id),
        name="root user",
        kind="root user",
        account=account_id,
        arn=describe(root.account).arn,
        short=f"root user of {account_id}",
    )


@describe.register
def _external_entity(entity: ExternalEntity) -> Description:
    account = outside_account(entity)
    return Description(
        key=entity.key,
        name=_external_name(entity.key),
        kind="outside account" if account else "not in the export",
        account=account_of(entity.key),
        short=f"account {account}" if account else "",
    )


def _external_name(key: SubjectKey) -> str:
    inline = key.inline_name
    if inline is not None:
        return inline.name
    return outside_account(ExternalEntity(key)) or (key.rpartition("/")[2] if key.startswith("arn:") else key)


@describe.register
def _resource(resource: Resource) -> Description:
    return Description(
        key=resource.arn,
        name=resource.aliases[0] if resource.aliases else name_in(resource.arn),
        kind=resource.kind.replace(":", " "),
        account=resource.account,
        document=resource.policy,
    )


@describe.register
def _vpc_endpoint(endpoint: VpcEndpoint) -> Description:
    return Description(
        key=endpoint.endpoint_id,
        name=endpoint.endpoint_id,
        kind="VPC endpoint",
        account=endpoint.owner or "",
        document=endpoint.policy,
    )


@describe.register
def _identity_provider(provider: IdentityProvider) -> Description:
    return Description(
        key=provider.arn,
        name=provider.arn.split(":", 5)[-1].partition("/")[2],
        kind="SAML provider" if ":saml-provider/" in provider.arn else "OIDC provider",
        account=account_of(provider.arn),
    )


@describe.register
def _organization(organization: Organization) -> Description:
    return Description(
        key=SubjectKey.organization(organization.organization_id),
        name=organization.organization_id,
        kind="organization",
        account=organization.management_account or "",
        arn=organization.organization_id,
    )


@describe.register
def _organization_node(node: OrganizationNode) -> Description:
    kinds = {"ROOT": "organization root", "ORGANIZATIONAL_UNIT": "organizational unit"}
    return Description(
        key=level_key(node.target),
        name=node.target.name or node.target.target_id,
        kind=kinds.get(node.target.kind, "account of an organization"),
        account=node.target.target_id if node.target.kind == "ACCOUNT" else "",
        arn=node.target.arn or node.target.target_id,
    )


@describe.register
def _control_policy(control: ControlPolicy) -> Description:
    policy = control.policy
    name = policy.name or policy.policy_id
    return Description(
        key=policy.arn,
        name=name,
        kind="service control policy" if policy.kind == SCP else "resource control policy",
        document=policy.document,
        short=f"{control.kind} {name}",
    )


def key_of(subject: Subject) -> str:
    """The key under which `find_subject` finds it."""
    return describe(subject).key


def name_of(subject: Subject) -> str:
    """What people call it."""
    return describe(subject).name


def kind_of(subject: Subject) -> str:
    """What it is, in AWS's words."""
    return describe(subject).kind


def account_id_of(subject: Subject) -> str:
    """The account in which a subject lives; `aws` for AWS managed policies, empty where nothing says it."""
    return describe(subject).account


def arn_of(subject: Subject) -> str:
    """The ARN that stands for a subject; for an inline policy that of its owner."""
    described = describe(subject)
    return described.arn or described.key


def document_of(subject: Subject) -> Document | None:
    """The policy document of a policy, of a managed one its default version, or of what carries one."""
    return describe(subject).document


def short_name(snapshot: Snapshot, key: str) -> str:
    """Kind and name of what a key stands for, on one line: `role/finance-reader`."""
    described = describe(find_subject(snapshot, key))
    return described.short or described.name
