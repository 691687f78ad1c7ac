"""Which policies a request meets, layer by layer (E10-E13), whether from a snapshot or from the request itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from iamtui.evaluation.decision import Layer
from iamtui.evaluation.request.request import NamedPolicy
from iamtui.policy.document import Document
from iamtui.policy.statement import PolicyKind


class AppliedPolicy(NamedTuple):
    """One document and why it applies; `document` is None where the export lacks it (T22)."""

    name: str
    document: Document | None
    origin: str
    owner: str | None = None
    arn: str | None = None
    version: str | None = None


class AppliedLevel(NamedTuple):
    """The documents that are pooled: one organization target's, or all of another layer's (E10)."""

    policies: tuple[AppliedPolicy, ...]
    name: str = ""
    target_id: str = ""
    missing: str | None = None  # why what is attached here is not known


class Assumption(NamedTuple):
    """Something that was not exported and is taken as not there (T22).

    `may_grant` is False for what could only have denied: a denial does not lean on it.
    """

    text: str
    may_grant: bool = False


class AppliedLayer(NamedTuple):
    """One layer for one request.

    Attributes:
        levels: empty where the layer does not apply; it then passes.
        reason: why it does not apply, or what is not known of it.
        unknown: nothing is known of the layer: it may deny, and may allow (T22).
        may_deny: False where an unknown layer can only allow.
        always_allows: a level allows whatever it lists: `RCPFullAWSAccess` cannot be detached (E32).
        can_exist: whether there could be such a policy: an EC2 instance has none, whatever is written.
        is_gateway: a gateway endpoint's, where naming an account means its root only (E38).
        resources: what is matched in place of the request's resource: the bucket behind an access point (S17).
        assumptions: what of it was not exported and was taken as not there (T22).
    """

    layer: Layer
    kind: PolicyKind
    account: str | None
    levels: tuple[AppliedLevel, ...] = ()
    reason: str | None = None
    unknown: bool = False
    may_deny: bool = True
    always_allows: bool = False
    is_gateway: bool = False
    can_exist: bool = True
    resources: tuple[str, ...] | None = None
    assumptions: tuple[Assumption, ...] = ()

    @property
    def applies(self) -> bool:
        """Whether the layer has a say at all."""
        return self.unknown or bool(self.levels)


class Applicable(NamedTuple):
    """All layers of a request; `assumed` is what was assumed of the rest."""

    rcp: AppliedLayer
    scp: AppliedLayer
    vpc_endpoint: AppliedLayer
    resource: AppliedLayer  # a trust policy's layer is TRUST
    identity: AppliedLayer
    permissions_boundary: AppliedLayer
    session: AppliedLayer
    bucket: AppliedLayer | None = None  # behind the access point that the request goes through (S17)
    endpoint_to_bucket: AppliedLayer | None = None  # the endpoint's policy about that bucket
    restricts_public_buckets: bool | None = False  # effective RestrictPublicBuckets (S10); None: not known whether
    is_public: bool | None = None  # what GetBucketPolicyStatus says (I33)
    assumed: tuple[Assumption, ...] = ()

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """Everything that was not exported and was taken as not there, of the resource's side first (T22)."""
        found = self.assumed
        for layer in (self.resource, self.rcp, self.scp, self.vpc_endpoint, self.session):
            found += layer.assumptions
        return found

    @property
    def layers(self) -> tuple[AppliedLayer, ...]:
        """The layers in the order in which they are shown (T1)."""
        bucket = () if self.bucket is None else (self.bucket,)
        to_bucket = () if self.endpoint_to_bucket is None else (self.endpoint_to_bucket,)
        own = (self.identity, self.permissions_boundary, self.session)
        return (self.rcp, self.scp, self.vpc_endpoint, *to_bucket, self.resource, *bucket, *own)


@dataclass(frozen=True, slots=True)
class GivenLevel:
    """One level of SCPs or RCPs that a case brings along, root first."""

    target: str
    policies: tuple[NamedPolicy, ...]


@dataclass(frozen=True, slots=True)
class GivenPolicies:
    """The policies of a request that is decided on its own documents alone (samples/scenarios/README.md).

    None means left out: no boundary, no session policy, no organization, no endpoint. An empty
    `permissions_boundary` is a boundary that allows nothing.
    """

    identity: tuple[NamedPolicy, ...] = ()
    permissions_boundary: tuple[NamedPolicy, ...] | None = None
    session: tuple[NamedPolicy, ...] | None = None
    resource: NamedPolicy | None = None
    scps: tuple[GivenLevel, ...] | None = None
    rcps: tuple[GivenLevel, ...] | None = None
    vpc_endpoint: tuple[NamedPolicy, ...] | None = None
    s3_block_public_access: bool = False
    s3_abac: bool = True
    management_accounts: frozenset[str] = frozenset()
