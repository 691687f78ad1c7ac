"""The calls of AWS Organizations, one file a call (I50-I61)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from iamtui.files.source import MalformedError, Source, decode, says_more_follows
from iamtui.snapshot.facts import (
    AttachmentsFact,
    Fact,
    NoS3PoliciesFact,
    OrganizationFact,
    PolicyFact,
    TargetFact,
    TargetsFact,
)
from iamtui.snapshot.model import S3_POLICY, OrganizationPolicy
from iamtui.snapshot.readers.file_names import Naming
from iamtui.snapshot.readers.reader import Intake, Reader, items_of
from iamtui.snapshot.readers.s3_policies import effective_facts, s3_policy_fact

SCP, RCP = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"
_KINDS = frozenset({SCP, RCP, S3_POLICY})  # those that are read (I55)
ROOT, UNIT, ACCOUNT = "ROOT", "ORGANIZATIONAL_UNIT", "ACCOUNT"


class _Organization(msgspec.Struct, rename="pascal"):
    id: str
    feature_set: str | None = None
    master_account_id: str | None = None


class PolicyType(msgspec.Struct, rename="pascal"):
    """A type of organization policy, and whether it is enabled."""

    type: str
    status: str | None = None


class _Root(msgspec.Struct, rename="pascal"):
    id: str
    arn: str | None = None
    name: str | None = None
    policy_types: list[PolicyType] | None = None


class _Unit(msgspec.Struct, rename="pascal"):
    id: str
    arn: str | None = None
    name: str | None = None
    path: str | None = None


class _Account(msgspec.Struct, rename="pascal"):
    id: str
    arn: str | None = None
    name: str | None = None
    email: str | None = None
    status: str | None = None
    state: str | None = None
    paths: list[str] | None = None


class _Relative(msgspec.Struct, rename="pascal"):
    id: str
    type: str | None = None


class Summary(msgspec.Struct, rename="pascal"):
    """The summary of an organization policy."""

    id: str
    type: str
    arn: str | None = None
    name: str | None = None
    description: str | None = None
    aws_managed: bool | None = None


class _Policy(msgspec.Struct, rename="pascal"):
    policy_summary: Summary
    content: msgspec.Raw = msgspec.Raw(b"null")


class _Target(msgspec.Struct, rename="pascal"):
    target_id: str


def organization_of(arn: str | None) -> str | None:
    """The organization in an ARN of AWS Organizations: the segment after the type (I60)."""
    if arn is None or ":organizations:" not in arn:
        return None
    return next((part for part in arn.split("/") if part.startswith("o-")), None)


def manager_of(arn: str | None) -> str | None:
    """The management account in an ARN of AWS Organizations (I60)."""
    parts = (arn or "").split(":")
    return parts[4] or None if len(parts) > 5 else None


def enabled(types: list[PolicyType] | None, kind: str) -> bool | None:
    """Whether a policy type is enabled at the root (I51); between the two it is not known."""
    if types is None:
        return None
    status = next((item.status for item in types if item.type == kind), "DISABLED")
    return True if status == "ENABLED" else None if (status or "").startswith("PENDING") else False


def _describe_organization(source: Source, _: Intake) -> Iterator[Fact]:
    item = decode(source.members["Organization"], _Organization, "/Organization")
    none = False if item.feature_set == "CONSOLIDATED_BILLING" else None
    yield OrganizationFact(item.id, item.master_account_id, item.feature_set, none, none, none)


def _root_features(source: Source, _: Intake) -> Iterator[Fact]:
    """`iam list-organizations-features`: whether root of the members is managed centrally (FI14)."""
    organization = decode(source.members["OrganizationId"], str, "/OrganizationId")
    features = decode(source.members["EnabledFeatures"], list[str], "/EnabledFeatures")
    yield OrganizationFact(organization, root_features=frozenset(features))


def _roots(source: Source, intake: Intake) -> Iterator[Fact]:
    for _, item in items_of(source.members["Roots"], _Root, "/Roots", intake):
        organization = organization_of(item.arn)
        yield TargetFact(item.id, ROOT, item.name, arn=item.arn, organization_id=organization)
        if organization is not None:
            scps, rcps, s3 = (enabled(item.policy_types, kind) for kind in (SCP, RCP, S3_POLICY))
            yield OrganizationFact(organization, manager_of(item.arn), None, scps, rcps, s3)


def _units(source: Source, intake: Intake) -> Iterator[Fact]:
    named = Naming.of(source.path).target
    for _, item in items_of(source.members["OrganizationalUnits"], _Unit, "/OrganizationalUnits", intake):
        yield _unit(item, named)


def _one_unit(source: Source, _: Intake) -> Iterator[Fact]:
    yield _unit(decode(source.members["OrganizationalUnit"], _Unit, "/OrganizationalUnit"), None)


def _unit(item: _Unit, parent: str | None) -> TargetFact:
    parent = parent or _parent_in(item.path, item.id)
    return TargetFact(item.id, UNIT, item.name, parent, item.arn, organization_id=organization_of(item.arn))


def _accounts(source: Source, intake: Intake) -> Iterator[Fact]:
    named = Naming.of(source.path).target
    for _, item in items_of(source.members["Accounts"], _Account, "/Accounts", intake):
        yield _account(item, named)


def _one_account(source: Source, _: Intake) -> Iterator[Fact]:
    yield _account(decode(source.members["Account"], _Account, "/Account"), None)


def _account(item: _Account, parent: str | None) -> TargetFact:
    parent = parent or _parent_in(item.paths[0] if item.paths else None, item.id)
    status = item.state or item.status
    organization = organization_of(item.arn)
    return TargetFact(item.id, ACCOUNT, item.name, parent, item.arn, status, item.email, organization_id=organization)


def _parent_in(path: str | None, child: str) -> str | None:
    """The parent in a path such as `o-…/r-…/ou-…/` or `o-…/r-…/ou-…/CHILD/`."""
    parts = [part for part in (path or "").split("/") if part and part != child]
    return parts[-1] if parts and parts[-1].startswith(("r-", "ou-")) else None


def _parents(source: Source, intake: Intake) -> Iterator[Fact]:
    child = Naming.of(source.path).target
    if child is None:
        raise MalformedError("", "expected the child's id as the name of the file")
    for _, item in items_of(source.members["Parents"], _Relative, "/Parents", intake):
        yield TargetFact(child, parent=item.id)


def _children(source: Source, intake: Intake) -> Iterator[Fact]:
    parent = Naming.of(source.path).target
    if parent is None:
        raise MalformedError("", "expected the parent's id as the name of the file")
    for _, item in items_of(source.members["Children"], _Relative, "/Children", intake):
        yield TargetFact(item.id, item.type, parent=parent)


def _policies(source: Source, intake: Intake) -> Iterator[Fact]:
    naming = Naming.of(source.path)
    items = [item for _, item in items_of(source.members["Policies"], Summary, "/Policies", intake)]
    kinds = {item.type for item in items} or {naming.policy_kind or SCP}
    for item in items:
        if item.type in (SCP, RCP):
            yield policy_fact(item, None, "", intake)
        elif item.type == S3_POLICY:
            yield s3_policy_fact(item.id, item.name, None, organization_of(item.arn), intake)
    if naming.target is not None:
        if not items and naming.policy_kind is None:
            raise MalformedError("", "expected the kind of policy in the name of the file, as the list is empty")
        for kind in kinds & _KINDS:
            yield AttachmentsFact(naming.target, kind, tuple(item.id for item in items if item.type == kind))
    elif not items and naming.policy_kind == S3_POLICY and says_more_follows(source.members) is None:
        yield NoS3PoliciesFact()


def policy_fact(item: Summary, content: msgspec.Raw | None, place: str, intake: Intake) -> PolicyFact:
    """What a summary, with the document if there is one, says of a policy."""
    return PolicyFact(
        OrganizationPolicy(
            policy_id=item.id,
            arn=item.arn or "",
            name=item.name or item.id,
            kind=item.type,
            document=intake.document(content, place),
            aws_managed=item.aws_managed is True,
            description=item.description,
        ),
        organization_of(item.arn),
    )


def _describe_policy(source: Source, intake: Intake) -> Iterator[Fact]:
    item = decode(source.members["Policy"], _Policy, "/Policy")
    about = item.policy_summary
    if about.type in (SCP, RCP):
        yield policy_fact(about, item.content, "/Policy/Content", intake)
    elif about.type == S3_POLICY:
        yield s3_policy_fact(about.id, about.name, item.content, organization_of(about.arn), intake)


def _targets(source: Source, intake: Intake) -> Iterator[Fact]:
    policy = Naming.of(source.path).organization_policy
    if policy is None:
        raise MalformedError("", "expected the policy's id as the name of the file")
    items = items_of(source.members["Targets"], _Target, "/Targets", intake)
    yield TargetsFact(policy, tuple(item.target_id for _, item in items))


def _has(source: Source, key: str, member: bytes) -> bool:
    """Whether a list is there and its first item has a member; empty lists count if the file's name says the call."""
    raw = bytes(source.members.get(key, b""))
    if not raw.startswith(b"["):
        return False
    if raw[1:].strip() == b"]":
        naming = Naming.of(source.path)
        return naming.service == "organizations" or naming.target is not None or naming.policy_kind is not None
    return member in raw[:4_000]


def _is_policy_list(source: Source) -> bool:
    """Whether it lists SCPs, RCPs or S3 policies; other types take part in no decision (I55)."""
    if not (_has(source, "Policies", b'_POLICY"') or _has(source, "Policies", b'"AwsManaged"')):
        return False
    raw = bytes(source.members["Policies"])
    return raw[1:].strip() == b"]" or any(kind.encode() in raw for kind in _KINDS)


def _is_policy(source: Source) -> bool:
    raw = bytes(source.members.get("Policy", b""))
    return b'"PolicySummary"' in raw and any(f'"{kind}"'.encode() in raw for kind in _KINDS)


def _is_effective_s3_policy(source: Source) -> bool:
    return f'"{S3_POLICY}"'.encode() in bytes(source.members.get("EffectivePolicy", b""))


READERS = (
    Reader("organization", lambda source: source.keys == {"Organization"}, _describe_organization),
    Reader(
        "organization-root-features",
        lambda source: {"OrganizationId", "EnabledFeatures"} <= source.keys,
        _root_features,
    ),
    Reader("organization-roots", lambda source: "Roots" in source.keys, _roots),
    Reader("organizational-units", lambda source: "OrganizationalUnits" in source.keys, _units),
    Reader("organizational-unit", lambda source: source.keys == {"OrganizationalUnit"}, _one_unit),
    Reader(
        "organization-accounts",
        lambda source: "Organization" not in source.keys and _has(source, "Accounts", b'"Id"'),
        _accounts,
    ),
    Reader(
        "organization-account",
        lambda source: source.keys == {"Account"} and bytes(source.members["Account"]).startswith(b"{"),
        _one_account,
    ),
    Reader("organization-parents", lambda source: "Parents" in source.keys, _parents),
    Reader("organization-children", lambda source: _has(source, "Children", b'"Type"'), _children),
    Reader("organization-policies", _is_policy_list, _policies),
    Reader("organization-policy", _is_policy, _describe_policy),
    Reader("effective-s3-policy", _is_effective_s3_policy, effective_facts),
    Reader("organization-policy-targets", lambda source: _has(source, "Targets", b'"TargetId"'), _targets),
)
