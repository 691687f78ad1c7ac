"""The cards of resources, VPC endpoints and identity providers: who is let in, whether a bucket is public, and why."""

from __future__ import annotations

from collections.abc import Iterator

from iamtui.analysis.external_access import ExternalAccess, external_access
from iamtui.analysis.subject_keys import SubjectKey
from iamtui.browsing.dates import moment
from iamtui.browsing.descriptions import account_id_of, name_of
from iamtui.browsing.facts.entities import LISTED, tag_sections
from iamtui.browsing.links import statement_link
from iamtui.browsing.policies_in_force import actions_words
from iamtui.browsing.trust import condition_words, principal_words
from iamtui.content.facts import Fact, FactSection
from iamtui.evaluation.applicable.public_buckets import public_statements
from iamtui.policy.principals import EntryKind
from iamtui.policy.statement import InvalidDocument, PolicyKind
from iamtui.snapshot.model import Exported, IdentityProvider, PublicAccessBlock, Resource, Snapshot, VpcEndpoint

_NOT_EXPORTED = "not exported"
_BLOCKS = (
    ("block_public_acls", "BlockPublicAcls"),
    ("ignore_public_acls", "IgnorePublicAcls"),
    ("block_public_policy", "BlockPublicPolicy"),
    ("restrict_public_buckets", "RestrictPublicBuckets"),
)


def resource_sections(snapshot: Snapshot, resource: Resource) -> Iterator[FactSection]:
    """The card of a resource."""
    yield FactSection("", tuple(_identity(snapshot, resource)))
    yield FactSection("Policy", tuple(_policy(resource)))
    if resource.kind == "s3:bucket":
        yield FactSection("Public or not", tuple(_public(snapshot, resource)))
    if resource.policy is not None:
        yield _let_in(snapshot, resource)
    if resource.kind == "kms:key":
        yield FactSection("Grants", (_grants(resource),))
    if resource.tags is None:
        yield FactSection("Tags", (Fact("", _NOT_EXPORTED, tone="muted"),))
    else:
        yield FactSection("Tags", tuple(tag_sections(resource.tags)[0].facts) or (Fact("", "none", tone="muted"),))


def _identity(snapshot: Snapshot, resource: Resource) -> Iterator[Fact]:
    yield Fact("name", name_of(resource))
    yield Fact("ARN", resource.arn)
    for alias in resource.aliases:
        yield Fact("alias", alias)
    yield account_fact(snapshot, resource.account)
    if not resource.account_is_certain:
        yield Fact("", "whose it is was not exported: the account is taken, as the only one", tone="warn")
    yield Fact("region", resource.region or "none, or not exported")


def account_fact(snapshot: Snapshot, account_id: str) -> Fact:
    """The account of something, as a way to it."""
    if not account_id:
        return Fact("account", "not known", tone="warn")
    account = snapshot.accounts.get(account_id)
    name = f"{account.alias} {account_id}" if account is not None and account.alias else account_id
    return Fact("account", name, SubjectKey.account(account_id))


def _policy(resource: Resource) -> Iterator[Fact]:
    if resource.policy_state is Exported.UNKNOWN:
        yield Fact("policy", "not exported: whom it lets in or keeps out is not known", tone="warn")
    elif resource.policy is None or resource.policy_state is Exported.NONE:
        yield Fact("policy", "none")
    elif isinstance(resource.policy.policy, InvalidDocument):
        yield Fact("policy", f"cannot be read: {resource.policy.policy}", tone="bad")
    else:
        count = len(resource.policy.policy.statements)
        yield Fact("policy", f"{count:,} statement{'s' if count != 1 else ''}", statement_link(resource.arn, 0))


def _grants(resource: Resource) -> Fact:
    if resource.grants is None:
        return Fact("grants", _NOT_EXPORTED, tone="warn")
    if not resource.grants:
        return Fact("grants", "none")
    return Fact("grants", f"{resource.grants:,}, not evaluated: they may allow more than is shown", tone="warn")


# Public or not


def _public(snapshot: Snapshot, bucket: Resource) -> Iterator[Fact]:
    """What AWS says, what the policy says by S13, and what Block Public Access makes of it (S10-S14)."""
    says = {None: _NOT_EXPORTED, True: "public", False: "not public"}[bucket.is_public]
    yield Fact("AWS says", f"{says} (GetBucketPolicyStatus)", tone="warn" if bucket.is_public else "plain")
    policy = None if bucket.policy is None else bucket.policy.policy
    statements = () if policy is None or isinstance(policy, InvalidDocument) else public_statements(policy)
    for statement in statements:
        said = f"public: statement {statement.label} lets in whoever comes, no condition fixes who"
        yield Fact("the policy", said, statement_link(bucket.arn, statement.index))
    if not statements:
        yield Fact("the policy", _not_public(bucket))
    account = snapshot.accounts.get(bucket.account)
    of_account = None if account is None else account.public_access_block
    blocks = (bucket.public_access_block, of_account)
    for label, block in zip(("of the bucket", "of the account"), blocks, strict=True):
        yield Fact(f"block {label}", block_words(block), tone="muted" if block is None else "plain")
    yield organization_block(snapshot, bucket.account, "block of the organization")
    is_known = None not in blocks and snapshot.organization_blocks_public_access(bucket.account) is not None
    restricted = snapshot.restricts_public_buckets(bucket.account, bucket) is True
    is_public = _is_public(bucket, bool(statements))
    yield _public_in_effect(is_public=is_public, restricted=restricted, is_known=is_known)


def _is_public(bucket: Resource, by_policy: bool) -> bool | None:  # noqa: FBT001 - one of the two judgements
    """AWS's own word before our judgement (I33); None where neither is known."""
    if bucket.is_public is not None:
        return bucket.is_public
    return None if bucket.policy_state is Exported.UNKNOWN else by_policy


def _not_public(bucket: Resource) -> str:
    if bucket.policy_state is Exported.UNKNOWN:
        return _NOT_EXPORTED
    if bucket.policy is None:
        return "none, so not public by policy"
    if isinstance(bucket.policy.policy, InvalidDocument):
        return "cannot be read"
    return "not public: each Allow is for fixed principals or fixed by a condition"


def block_words(block: PublicAccessBlock | None) -> str:
    """The four settings of S3 Block Public Access in words (I31)."""
    if block is None:
        return _NOT_EXPORTED
    on = [name for field, name in _BLOCKS if getattr(block, field)]
    return "all four on" if len(on) == len(_BLOCKS) else f"only {', '.join(on)} on" if on else "all off"


def organization_block(snapshot: Snapshot, account_id: str, label: str) -> Fact:
    """What the S3 policies of its organization make of Block Public Access for an account (S10)."""
    blocks = snapshot.organization_blocks_public_access(account_id)
    if blocks is None:
        return Fact(label, _NOT_EXPORTED, tone="muted")
    return Fact(label, "all four on" if blocks else "no S3 policy turns it on")


def _public_in_effect(*, is_public: bool | None, restricted: bool, is_known: bool) -> Fact:
    if is_public is None:
        return Fact("so", "whether it is public is not known", tone="warn")
    if not is_public:
        return Fact("so", "not public by its policy; ACLs are not looked at")
    if restricted:
        return Fact("so", "public by its policy, but RestrictPublicBuckets lets in only its account and AWS services")
    if not is_known:
        return Fact("so", "public, unless a Block Public Access that was not exported prevents it", tone="warn")
    return Fact("so", "public: anybody may do what the policy allows", tone="bad")


# Who is let in


def _let_in(snapshot: Snapshot, resource: Resource) -> FactSection:
    kind = PolicyKind.KMS_KEY if resource.kind == "kms:key" else PolicyKind.RESOURCE
    policy = resource.policy
    found = external_access(policy, resource.account, kind) if policy is not None else ()
    facts = [_admitted_fact(snapshot, resource.arn, one) for one in found[:LISTED]]
    if len(found) > LISTED:
        facts.append(Fact("", f"and {len(found) - LISTED:,} more", tone="muted"))
    if policy is not None and isinstance(policy.policy, InvalidDocument):
        facts.append(Fact("", "not known: the policy cannot be read", tone="bad"))
    nobody = Fact("", "nobody by its policy", tone="muted")
    return FactSection(f"Let in from outside its account {len(found):,}", tuple(facts) or (nobody,))


def _admitted_fact(snapshot: Snapshot, key: str, found: ExternalAccess) -> Fact:
    statement = found.statement
    who = f"everybody but {principal_words(found.entry)}" if found.negated else principal_words(found.entry)
    if found.entry.account:
        who += f" ({_whose(snapshot, found.entry.account)})"
    conditions = f", if {' and '.join(map(condition_words, statement.conditions))}" if statement.conditions else ""
    label = "AWS service" if found.entry.kind is EntryKind.SERVICE and not found.negated else "outside"
    if found.is_everybody:
        label = "everybody" if statement.conditions else "⚠ everybody"
    link = statement_link(key, statement.index)
    return Fact(label, f"{who}: {actions_words(statement)}{conditions}", link)


def _whose(snapshot: Snapshot, account_id: str) -> str:
    if account_id in snapshot.accounts:
        return "exported too"
    organization = snapshot.organization_of(account_id)
    return "outside account" if organization is None else f"of organization {organization.organization_id}"


# Endpoints and providers


def endpoint_sections(snapshot: Snapshot, endpoint: VpcEndpoint) -> Iterator[FactSection]:
    """The card of a VPC endpoint."""
    policy = "its own" if endpoint.policy is not None else "the default one, which allows all (E37)"
    link = endpoint.endpoint_id if endpoint.policy is not None else ""
    yield FactSection(
        "",
        (
            Fact("service", endpoint.service_name),
            Fact("type", endpoint.endpoint_type or _NOT_EXPORTED),
            Fact("VPC", endpoint.vpc_id or _NOT_EXPORTED),
            account_fact(snapshot, account_id_of(endpoint)),
            Fact("policy", policy, statement_link(link, 0) if link else ""),
        ),
    )
    yield FactSection("In a simulation", (Fact("", f"say aws:SourceVpce = {endpoint.endpoint_id} in the context"),))


def provider_sections(snapshot: Snapshot, provider: IdentityProvider) -> Iterator[FactSection]:
    """The card of a SAML or OIDC provider."""
    facts = [Fact("ARN", provider.arn), account_fact(snapshot, account_id_of(provider))]
    if ":saml-provider/" in provider.arn:
        until = moment(provider.valid_until) if provider.valid_until is not None else _NOT_EXPORTED
        facts.append(Fact("valid until", until))
    else:
        facts.append(Fact("URL", provider.url or _NOT_EXPORTED))
        facts.append(Fact("audiences", ", ".join(provider.audiences) or _NOT_EXPORTED))
    facts.append(Fact("created", moment(provider.created) if provider.created is not None else _NOT_EXPORTED))
    yield FactSection("", tuple(facts))
    yield FactSection("Tags", tuple(Fact(key, value) for key, value in provider.tags))
