"""From what the layers say to the outcome: the algorithms of E40 to E78, on plain booleans."""

from __future__ import annotations

from typing import NamedTuple

from iamtui.evaluation.decision import Layer, MatchClass, Outcome, Verdict
from iamtui.evaluation.matching.layers import LayerResult
from iamtui.evaluation.request.caller import CallerKind
from iamtui.evaluation.request.services import ResourceRule
from iamtui.policy.truth import Truth

DENY_ORDER = (
    Layer.RCP,
    Layer.SCP,
    Layer.VPC_ENDPOINT,
    Layer.ENDPOINT_TO_BUCKET,
    Layer.RESOURCE,
    Layer.TRUST,
    Layer.BUCKET,
    Layer.IDENTITY,
    Layer.PERMISSIONS_BOUNDARY,
    Layer.SESSION,
)
"""Which of several denying layers is reported (E84)."""


class CombinationRules(NamedTuple):
    """What decides how the layers combine, apart from what they say.

    `public_bucket_closed` says that S3 Block Public Access refuses this caller (S11).
    """

    caller_kind: CallerKind
    same_account: bool
    rule: ResourceRule
    public_bucket_closed: bool = False

    @property
    def resource_layer(self) -> Layer:
        """`trust` for a role's trust policy, else `resource`."""
        return Layer.TRUST if self.rule is ResourceRule.TRUST else Layer.RESOURCE


class Grants(NamedTuple):
    """The Allows of a resource's policy, by the class of their principal (E40-E42)."""

    direct: bool
    parent: bool
    account: bool

    @property
    def any(self) -> bool:
        """An Allow of any class (E74)."""
        return self.direct or self.parent or self.account


class ResolvedLayers(NamedTuple):
    """What the layers say, unknowns resolved one way: who denies, which filters pass, which grants there are.

    `bucket` is what the bucket behind an access point grants, None where the request goes through none (S17).
    """

    denying: frozenset[Layer]
    rcp: bool
    scp: bool
    vpc_endpoint: bool
    direct: bool
    parent: bool
    account: bool
    identity: bool
    boundary: bool
    session: bool
    bucket: Grants | None = None

    @property
    def any_resource_grant(self) -> bool:
        """An Allow of any class in the resource's policy (E74)."""
        return self.direct or self.parent or self.account


_NO_GRANTS = Grants(direct=False, parent=False, account=False)
_CLASSES = (MatchClass.DIRECT, MatchClass.PARENT, MatchClass.ACCOUNT)

LayerResults = dict[Layer, LayerResult]
"""What each layer says that applies; the others pass."""


def resolve_unknowns(results: LayerResults, setting: CombinationRules, *, favourable: bool) -> ResolvedLayers:
    """Resolve what is unknown: favourably, no unknown Deny matches and every unknown Allow does (T27)."""
    allowing, denying = (Truth.UNKNOWN, Truth.TRUE) if favourable else (Truth.TRUE, Truth.UNKNOWN)
    silent = {layer for layer, result in results.items() if result.allows < allowing}
    if setting.caller_kind is CallerKind.FEDERATED_USER and Layer.SESSION not in results:
        silent.add(Layer.SESSION)  # E55
    resource, bucket = results.get(setting.resource_layer), results.get(Layer.BUCKET)
    direct, parent, account = _NO_GRANTS if resource is None else _grants(resource, allowing)
    return ResolvedLayers(
        frozenset([layer for layer, result in results.items() if result.denies >= denying]),
        rcp=Layer.RCP not in silent,
        scp=Layer.SCP not in silent,
        vpc_endpoint=silent.isdisjoint((Layer.VPC_ENDPOINT, Layer.ENDPOINT_TO_BUCKET)),
        direct=direct,
        parent=parent,
        account=account,
        identity=Layer.IDENTITY in results and Layer.IDENTITY not in silent,
        boundary=Layer.PERMISSIONS_BOUNDARY not in silent,
        session=Layer.SESSION not in silent,
        bucket=None if bucket is None else _grants(bucket, allowing),
    )


def _grants(result: LayerResult, allowing: Truth) -> Grants:
    return Grants(*[result.grants.get(of, Truth.FALSE) >= allowing for of in _CLASSES]) if result.grants else _NO_GRANTS


def combine(resolved: ResolvedLayers, setting: CombinationRules) -> Outcome:
    """The outcome for one way that the unknowns may be; S3 Block Public Access has the last word (S11)."""
    outcome = _blocked(resolved) or _granted(resolved, setting)
    if outcome.verdict is Verdict.ALLOWED and not _bucket_allows(resolved, setting):
        return _silent(Layer.BUCKET)
    if outcome.verdict is Verdict.ALLOWED and setting.public_bucket_closed:
        return Outcome(Verdict.EXPLICIT_DENY, Layer.S3_BLOCK_PUBLIC_ACCESS)
    return outcome


def _blocked(resolved: ResolvedLayers) -> Outcome | None:
    """Explicit denies, then the organization's and the endpoint's filters (E16-E19)."""
    for layer in DENY_ORDER:
        if layer in resolved.denying:
            reported = Layer.VPC_ENDPOINT if layer is Layer.ENDPOINT_TO_BUCKET else layer
            return Outcome(Verdict.EXPLICIT_DENY, reported)
    if not resolved.rcp:
        return _silent(Layer.RCP)
    if not resolved.scp:
        return _silent(Layer.SCP)
    if not resolved.vpc_endpoint:
        return _silent(Layer.VPC_ENDPOINT)
    return None


def _granted(resolved: ResolvedLayers, setting: CombinationRules) -> Outcome:
    if setting.caller_kind in (CallerKind.SERVICE, CallerKind.ANONYMOUS, CallerKind.EXTERNAL):
        return _allowed(setting.resource_layer) if resolved.direct else _silent(Layer.NONE)  # E62, E68, E69
    if setting.same_account:
        return _within_account(resolved, setting)
    if setting.caller_kind is CallerKind.ROOT:
        return _root_of_another_account(resolved, setting)
    return _across_accounts(resolved, setting)


def _within_account(resolved: ResolvedLayers, setting: CombinationRules) -> Outcome:
    """Who grants within one account (E40-E51)."""
    layer = setting.resource_layer
    trusting = setting.rule is ResourceRule.TRUST
    direct = resolved.direct and not trusting
    limited = resolved.parent or (resolved.direct and trusting)  # S1: no bypass in a trust policy
    if direct:
        return _allowed(layer)  # E40
    if limited and resolved.boundary and resolved.session:
        return _allowed(layer)  # E41
    usable = setting.rule is ResourceRule.ORDINARY or resolved.account  # S1, S5
    if resolved.identity and usable:
        if not resolved.boundary:
            return _silent(Layer.PERMISSIONS_BOUNDARY)
        return _allowed(Layer.IDENTITY) if resolved.session else _silent(Layer.SESSION)
    if limited:
        return _silent(Layer.SESSION if resolved.boundary else Layer.PERMISSIONS_BOUNDARY)
    if resolved.identity:
        return _silent(layer)
    if resolved.account and setting.rule is not ResourceRule.ORDINARY:
        return _silent(Layer.IDENTITY)
    return _silent(Layer.NONE)


def _root_of_another_account(resolved: ResolvedLayers, setting: CombinationRules) -> Outcome:
    """No identity policy is asked for (E59); an AssumeRoot session has the limits of its task policy (E60)."""
    if not resolved.any_resource_grant:
        return _silent(Layer.NONE)
    return _allowed(setting.resource_layer) if resolved.session else _silent(Layer.SESSION)


def _across_accounts(resolved: ResolvedLayers, setting: CombinationRules) -> Outcome:
    """Both sides must allow (E72-E78)."""
    if not resolved.any_resource_grant:
        return _silent(setting.resource_layer if resolved.identity else Layer.NONE)
    if not resolved.identity:
        return _silent(Layer.IDENTITY)
    if not resolved.boundary:
        return _silent(Layer.PERMISSIONS_BOUNDARY)
    return _allowed(Layer.IDENTITY) if resolved.session else _silent(Layer.SESSION)


def _bucket_allows(resolved: ResolvedLayers, setting: CombinationRules) -> bool:
    """Whether the bucket behind an access point lets the request through as well (S17).

    Where one account holds all, what its identity policies allow of the access point is taken to hold for the
    bucket too (UNCONFIRMED); what the access point's policy alone grants is not.
    """
    bucket = resolved.bucket
    if bucket is None:
        return True
    if setting.caller_kind in (CallerKind.SERVICE, CallerKind.ANONYMOUS, CallerKind.EXTERNAL):
        return bucket.direct
    if not setting.same_account:
        return bucket.any
    return bucket.direct or ((bucket.parent or resolved.identity) and resolved.boundary and resolved.session)


def _allowed(layer: Layer) -> Outcome:
    return Outcome(Verdict.ALLOWED, layer)


def _silent(layer: Layer) -> Outcome:
    return Outcome(Verdict.IMPLICIT_DENY, layer)


def flipped(resolved: ResolvedLayers, layer: Layer, caller_kind: CallerKind) -> ResolvedLayers:
    """The standing if one silent layer allowed (T10); a resource names a role whose session is not known by its ARN."""
    match layer:
        case Layer.RCP:
            return resolved._replace(rcp=True)
        case Layer.SCP:
            return resolved._replace(scp=True)
        case Layer.VPC_ENDPOINT:
            return resolved._replace(vpc_endpoint=True)
        case Layer.RESOURCE | Layer.TRUST:
            is_role = caller_kind is CallerKind.ROLE
            return resolved._replace(parent=True) if is_role else resolved._replace(direct=True)
        case Layer.BUCKET:
            return resolved._replace(bucket=Grants(direct=True, parent=False, account=False))
        case Layer.IDENTITY:
            return resolved._replace(identity=True)
        case Layer.PERMISSIONS_BOUNDARY:
            return resolved._replace(boundary=True)
        case Layer.SESSION:
            return resolved._replace(session=True)
        case _:
            return resolved
