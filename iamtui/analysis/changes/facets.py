"""What there is to compare of a thing: each attribute with how it is compared and how much it matters (CH1, CH8)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from enum import Enum, auto
from typing import NamedTuple

from iamtui.analysis.changes.results import Weight
from iamtui.policy.statement import PolicyKind
from iamtui.snapshot.model import (
    Account,
    Credentials,
    Exported,
    Group,
    IdentityProvider,
    InlinePolicy,
    ManagedPolicy,
    Organization,
    OrganizationPolicy,
    OrganizationTarget,
    PublicAccessBlock,
    Resource,
    Role,
    Snapshot,
    User,
    VpcEndpoint,
)


class How(Enum):
    """How two values of an attribute are compared."""

    PLAIN = auto()
    MEMBERS = auto()  # their order says nothing
    FIELDS = auto()  # names with their values; their order says nothing
    COUNTED = auto()  # the same, but an export may know how many there are and no names: they are empty then
    DOCUMENT = auto()  # by what it means
    NOISE = auto()  # a difference has no meaning


class Facet(NamedTuple):
    """One attribute of a thing.

    Attributes:
        value: None for nothing, or where it `can_lack`, for what was not exported.
        kind: of the policy that a document is.
    """

    name: str
    value: object
    how: How = How.PLAIN
    weight: Weight = Weight.DETAIL
    can_lack: bool = False
    kind: PolicyKind = PolicyKind.IDENTITY


ACCESS, IDENTITY, DETAIL = Weight.ACCESS, Weight.IDENTITY, Weight.DETAIL
SCP, RCP = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"


def unique_id(thing: object) -> str:
    """What AWS never gives twice: the id of an entity; empty where it has none."""
    match thing:
        case User() | Group() | Role():
            return thing.unique_id
        case ManagedPolicy():
            return thing.policy_id
        case _:
            return ""


def _path(path: str) -> str | None:
    """A path other than the one that everything has."""
    return None if path == "/" else path


def facets_of_principal(entity: User | Role) -> Iterator[Facet]:
    """A user or a role, without inline policies: these are told as themselves."""
    yield Facet("path", _path(entity.path))
    yield Facet("attached", entity.attached, How.MEMBERS, ACCESS)
    yield Facet("boundary", entity.boundary, weight=ACCESS)
    yield Facet("tags", entity.tags, How.FIELDS, IDENTITY)
    yield Facet("created", entity.created, How.NOISE)
    if isinstance(entity, User):
        yield Facet("groups", entity.groups, How.MEMBERS, ACCESS)
        yield from _credentials(entity.credentials)
        return
    yield Facet("trust", entity.trust, How.DOCUMENT, ACCESS, can_lack=True, kind=PolicyKind.TRUST)
    yield Facet("instance_profiles", tuple(one.arn for one in entity.instance_profiles), How.MEMBERS, ACCESS)
    yield Facet("description", entity.description, can_lack=True)
    yield Facet("max_session_seconds", entity.max_session_seconds, can_lack=True)
    yield Facet("last_used", entity.last_used, How.NOISE)


def facets_of_group(group: Group) -> Iterator[Facet]:
    """A group, without inline policies."""
    yield Facet("path", _path(group.path))
    yield Facet("attached", group.attached, How.MEMBERS, ACCESS)
    yield Facet("created", group.created, How.NOISE)


def facets_of_policy(policy: ManagedPolicy) -> Iterator[Facet]:
    """A managed policy: the document in force, and which versions there are."""
    default = policy.default
    yield Facet("document", None if default is None else default.document, How.DOCUMENT, ACCESS, can_lack=True)
    yield Facet("default_version", policy.default_version_id)
    yield Facet("versions", tuple(version.version_id for version in policy.versions), How.MEMBERS)
    yield Facet("path", _path(policy.path))
    yield Facet("tags", policy.tags, How.FIELDS)
    yield Facet("description", policy.description, can_lack=True)
    for name in ("attachment_count", "boundary_count", "created", "updated", "is_attachable"):
        yield Facet(name, getattr(policy, name), How.NOISE)


def facets_of_inline(policy: InlinePolicy) -> Iterator[Facet]:
    """An inline policy: its document."""
    yield Facet("document", policy.document, How.DOCUMENT, ACCESS)


def _credentials(found: Credentials | None) -> Iterator[Facet]:
    said = found or Credentials()
    yield Facet("console_password", said.console_password, weight=ACCESS, can_lack=True)
    yield Facet("password_changed", said.password_changed, weight=IDENTITY, can_lack=True)
    yield Facet("mfa", said.mfa, weight=ACCESS, can_lack=True)
    yield Facet("mfa_devices", said.mfa_devices, How.MEMBERS, IDENTITY, can_lack=True)
    keys = said.access_keys
    named = None if keys is None else tuple((key.key_id or "", _STATES[key.active]) for key in keys)
    yield Facet("access_keys", named, How.COUNTED, ACCESS, can_lack=True)
    signing = said.certificates
    held = None if signing is None else tuple((one.certificate_id or "", _STATES[one.active]) for one in signing)
    yield Facet("certificates", held, How.COUNTED, ACCESS, can_lack=True)
    yield Facet("made", said.made, How.NOISE)
    yield Facet("password_last_used", said.password_last_used, How.NOISE)
    yield Facet("keys_last_used", None if keys is None else tuple(key.last_used for key in keys), How.NOISE)


_STATES = {True: "active", False: "inactive", None: "state unknown"}


def facets_of_account(account: Account, snapshot: Snapshot) -> Iterator[Facet]:
    """An account itself."""
    yield Facet("alias", account.alias, can_lack=True)
    for facet in _credentials(account.root):
        yield facet._replace(name=f"root_{facet.name}")
    yield _password_policy(account)
    yield _public_access_block(account.public_access_block)
    computed = snapshot.effective_s3_policies.get(account.account_id)
    yield Facet("effective_s3_policies", computed, weight=ACCESS, can_lack=True)
    kept = account.server_certificates
    named = None if kept is None else tuple(one.arn for one in kept)
    yield Facet("server_certificates", named, How.MEMBERS, can_lack=True)
    yield Facet("in_organization", account.in_organization, can_lack=True)
    yield Facet("summary", account.summary, How.NOISE)
    yield Facet("service_access", account.service_access, How.NOISE)


def _password_policy(account: Account) -> Facet:
    """Its fields; an account without one has the policy of AWS."""
    fields_set = tuple((name, _word(value)) for name, value in (account.password_policy or {}).items())
    is_unknown = account.password_policy_state is Exported.UNKNOWN and not fields_set
    return Facet("password_policy", None if is_unknown else fields_set, How.FIELDS, can_lack=is_unknown)


def _word(value: object) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _public_access_block(block: PublicAccessBlock | None) -> Facet:
    value = None if block is None else tuple((one.name, _word(getattr(block, one.name))) for one in fields(block))
    return Facet("public_access_block", value, How.FIELDS, ACCESS, can_lack=True)


def facets_of_provider(provider: IdentityProvider) -> Iterator[Facet]:
    """A SAML or OIDC provider; what a list leaves out of it only its details say."""
    yield Facet("url", provider.url, weight=ACCESS, can_lack=True)
    yield Facet("audiences", provider.audiences or None, How.MEMBERS, ACCESS, can_lack=True)
    yield Facet("tags", provider.tags or None, How.FIELDS, can_lack=not provider.audiences)
    yield Facet("valid_until", provider.valid_until, can_lack=True)


def facets_of_resource(resource: Resource) -> Iterator[Facet]:
    """A resource: its policy, and what else decisions look at."""
    kind = PolicyKind.KMS_KEY if resource.kind == "kms:key" else PolicyKind.RESOURCE
    is_unknown = resource.policy_state is Exported.UNKNOWN
    yield Facet("policy", resource.policy, How.DOCUMENT, ACCESS, can_lack=is_unknown, kind=kind)
    yield Facet("tags", resource.tags, How.FIELDS, IDENTITY, can_lack=True)
    yield _public_access_block(resource.public_access_block)
    yield Facet("is_public", resource.is_public, weight=ACCESS, can_lack=True)
    yield Facet("aliases", resource.aliases, How.MEMBERS)
    yield Facet("grants", resource.grants, weight=ACCESS, can_lack=True)
    yield Facet("account", resource.account, weight=ACCESS)
    yield Facet("bucket", resource.bucket, weight=ACCESS, can_lack=True)


def facets_of_endpoint(endpoint: VpcEndpoint) -> Iterator[Facet]:
    """A VPC endpoint; without a policy the default allows all (E37)."""
    yield Facet("policy", endpoint.policy, How.DOCUMENT, ACCESS, kind=PolicyKind.VPC_ENDPOINT)
    for name in ("vpc_id", "service_name", "endpoint_type", "owner"):
        yield Facet(name, getattr(endpoint, name))


def facets_of_organization_policy(policy: OrganizationPolicy) -> Iterator[Facet]:
    """An SCP or RCP."""
    kind = PolicyKind.RCP if policy.kind == RCP else PolicyKind.SCP
    yield Facet("document", policy.document, How.DOCUMENT, ACCESS, can_lack=True, kind=kind)
    yield Facet("name", _name(policy.name, policy.policy_id), can_lack=True)
    yield Facet("description", policy.description, can_lack=True)


def _name(name: str, own_id: str) -> str | None:
    """A name, which an export without it puts the id in the place of."""
    return None if name == own_id else name


def facets_of_target(target: OrganizationTarget) -> Iterator[Facet]:
    """The root, a unit or an account of an organization."""
    yield Facet("parent", target.parent, weight=ACCESS, can_lack=True)
    yield Facet("scps", target.scps, How.MEMBERS, ACCESS, can_lack=True)
    yield Facet("rcps", target.rcps, How.MEMBERS, ACCESS, can_lack=True)
    yield Facet("status", target.status, weight=ACCESS, can_lack=True)
    yield Facet("name", _name(target.name, target.target_id), can_lack=True)
    yield Facet("email", target.email, can_lack=True)
    yield Facet("tags", target.tags, How.FIELDS)


def facets_of_organization(organization: Organization) -> Iterator[Facet]:
    """An organization itself."""
    for name in ("management_account", "root_id", "scps_enabled", "rcps_enabled", "feature_set"):
        yield Facet(name, getattr(organization, name), weight=ACCESS, can_lack=True)
    s3 = organization.s3_policies
    yield Facet("s3_policies_enabled", s3.enabled, weight=ACCESS, can_lack=True)
    yield Facet(
        "s3_policies", tuple(f"{one.policy_id} {one.assigns}" for one in s3.policies.values()), How.MEMBERS, ACCESS
    )
    attached = (f"{target} {policy}" for target, ids in s3.attached.items() for policy in ids)
    yield Facet("s3_policy_attachments", tuple(attached), How.MEMBERS, ACCESS)
