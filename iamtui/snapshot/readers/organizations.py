"""The calls of AWS Organizations, one file a call (I50-I61)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from iamtui.files.source import MalformedError, Source, decode
from iamtui.snapshot.facts import Fact
from iamtui.snapshot.model import RCP, S3_POLICY, SCP, OrganizationPolicy
from iamtui.snapshot.organization_facts import AttachmentsFact, OrganizationFact, PolicyFact, TargetsFact
from iamtui.snapshot.readers.file_names import Naming
from iamtui.snapshot.readers.organization_tree import has_list, listed, listing, organization_of
from iamtui.snapshot.readers.reader import Intake, Reader
from iamtui.snapshot.readers.s3_policies import effective_facts, s3_policy_fact

_KINDS = frozenset({SCP, RCP, S3_POLICY})  # those that are read (I55)


class _Organization(msgspec.Struct, rename="pascal"):
    id: str
    feature_set: str | None = None
    master_account_id: str | None = None


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


def _describe_organization(source: Source, _: Intake) -> Iterator[Fact]:
    item = decode(source.members["Organization"], _Organization, "/Organization")
    none = False if item.feature_set == "CONSOLIDATED_BILLING" else None
    yield OrganizationFact(item.id, item.master_account_id, item.feature_set, none, none, none)


def _root_features(source: Source, _: Intake) -> Iterator[Fact]:
    """`iam list-organizations-features`: whether root of the members is managed centrally (FI14)."""
    organization = decode(source.members["OrganizationId"], str, "/OrganizationId")
    features = decode(source.members["EnabledFeatures"], list[str], "/EnabledFeatures")
    yield OrganizationFact(organization, root_features=frozenset(features))


def _policies(source: Source, intake: Intake) -> Iterator[Fact]:
    naming = Naming.of(source.path)
    items, is_whole = listing(source, "Policies", Summary, intake)
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
            yield AttachmentsFact(naming.target, kind, tuple(item.id for item in items if item.type == kind), is_whole)
    elif is_whole and naming.call in (None, "list-policies"):
        named = {*(item.type for item in items), *(() if items else (naming.policy_kind,))}
        yield from (listed(kind, None, (item.arn for item in items)) for kind in sorted(_KINDS) if kind in named)


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
    items, is_whole = listing(source, "Targets", _Target, intake)
    yield TargetsFact(policy, tuple(item.target_id for item in items), is_whole)


def _is_policy_list(source: Source) -> bool:
    """Whether it lists SCPs, RCPs or S3 policies; other types take part in no decision (I55)."""
    if not (has_list(source, "Policies", b'_POLICY"') or has_list(source, "Policies", b'"AwsManaged"')):
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
    Reader("organization-policies", _is_policy_list, _policies),
    Reader("organization-policy", _is_policy, _describe_policy),
    Reader("effective-s3-policy", _is_effective_s3_policy, effective_facts),
    Reader("organization-policy-targets", lambda source: has_list(source, "Targets", b'"TargetId"'), _targets),
)
