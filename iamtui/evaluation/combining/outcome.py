"""From what the layers say to the outcome: the algorithms of sections 5.2, 6 and 7, on plain booleans."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from iamtui.evaluation.decision import Layer, MatchClass, Outcome, Verdict
from iamtui.evaluation.matching.layers import Voice
from iamtui.evaluation.request.caller import CallerKind
from iamtui.evaluation.request.services import ResourceRule
from iamtui.policy.truth import Truth

DENY_ORDER = (
    Layer.RCP,
    Layer.SCP,
    Layer.VPC_ENDPOINT,
    Layer.RESOURCE,
    Layer.TRUST,
    Layer.BUCKET,
    Layer.IDENTITY,
    Layer.PERMISSIONS_BOUNDARY,
    Layer.SESSION,
)
"""Which of several denying layers is reported (E84)."""


@dataclass(frozen=True, slots=True)
class Setting:
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
    """The Allows of a resource's policy, by the class of their principal (5.1)."""

    direct: bool
    parent: bool
    account: bool

    @property
    def any(self) -> bool:
        """An Allow of any class (E74)."""
        return self.direct or self.parent or self.account


class Standing(NamedTuple):
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

Voices = dict[Layer, Voice]
"""What each layer says that applies; the others pass."""


def stand(voices: Voices, setting: Setting, *, favourable: bool) -> Standing:
    """Resolve what is unknown: favourably, no unknown Deny matches and every unknown Allow does (T27)."""
    allowing, denying = (Truth.UNKNOWN, Truth.TRUE) if favourable else (Truth.TRUE, Truth.UNKNOWN)
    silent = {layer for layer, voice in voices.items() if voice.allows < allowing}
    if setting.caller_kind is CallerKind.FEDERATED_USER and Layer.SESSION not in voices:
        silent.add(Layer.SESSION)  # E55
    resource, bucket = voices.get(setting.resource_layer), voices.get(Layer.BUCKET)
    direct, parent, account = _NO_GRANTS if resource is None else _grants(resource, allowing)
    return Standing(
        frozenset([layer for layer, voice in voices.items() if voice.denies >= denying]),
        rcp=Layer.RCP not in silent,
        scp=Layer.SCP not in silent,
        vpc_endpoint=Layer.VPC_ENDPOINT not in silent,
        direct=direct,
        parent=parent,
        account=account,
        identity=Layer.IDENTITY in voices and Layer.IDENTITY not in silent,
        boundary=Layer.PERMISSIONS_BOUNDARY not in silent,
        session=Layer.SESSION not in silent,
        bucket=None if bucket is None else _grants(bucket, allowing),
    )


def _grants(voice: Voice, allowing: Truth) -> Grants:
    return Grants(*[voice.grants.get(of, Truth.FALSE) >= allowing for of in _CLASSES]) if voice.grants else _NO_GRANTS


def conclude(standing: Standing, setting: Setting) -> Outcome:
    """The outcome for one way that the unknowns may be; S3 Block Public Access has the last word (S11)."""
    outcome = _blocked(standing) or _granted(standing, setting)
    if outcome.verdict is Verdict.ALLOWED and not _bucket_allows(standing, setting):
        return _silent(Layer.BUCKET)
    if outcome.verdict is Verdict.ALLOWED and setting.public_bucket_closed:
        return Outcome(Verdict.EXPLICIT_DENY, Layer.S3_BLOCK_PUBLIC_ACCESS)
    return outcome


def _blocked(standing: Standing) -> Outcome | None:
    """Explicit denies, then the organization's and the endpoint's filters (E16-E19)."""
    for layer in DENY_ORDER:
        if layer in standing.denying:
            return Outcome(Verdict.EXPLICIT_DENY, layer)
    if not standing.rcp:
        return _silent(Layer.RCP)
    if not standing.scp:
        return _silent(Layer.SCP)
    if not standing.vpc_endpoint:
        return _silent(Layer.VPC_ENDPOINT)
    return None


def _granted(standing: Standing, setting: Setting) -> Outcome:
    if setting.caller_kind in (CallerKind.SERVICE, CallerKind.ANONYMOUS, CallerKind.EXTERNAL):
        return _allowed(setting.resource_layer) if standing.direct else _silent(Layer.NONE)  # E62, E68, E69
    if setting.same_account:
        return _within_account(standing, setting)
    if setting.caller_kind is CallerKind.ROOT:
        return _root_of_another_account(standing, setting)
    return _across_accounts(standing, setting)


def _within_account(standing: Standing, setting: Setting) -> Outcome:
    """Section 5.2, from the grants on."""
    layer = setting.resource_layer
    trusting = setting.rule is ResourceRule.TRUST
    direct = standing.direct and not trusting
    limited = standing.parent or (standing.direct and trusting)  # S1: no bypass in a trust policy
    if direct:
        return _allowed(layer)  # E40
    if limited and standing.boundary and standing.session:
        return _allowed(layer)  # E41
    usable = setting.rule is ResourceRule.ORDINARY or standing.account  # S1, S5
    if standing.identity and usable:
        if not standing.boundary:
            return _silent(Layer.PERMISSIONS_BOUNDARY)
        return _allowed(Layer.IDENTITY) if standing.session else _silent(Layer.SESSION)
    if limited:
        return _silent(Layer.SESSION if standing.boundary else Layer.PERMISSIONS_BOUNDARY)
    if standing.identity:
        return _silent(layer)
    if standing.account and setting.rule is not ResourceRule.ORDINARY:
        return _silent(Layer.IDENTITY)
    return _silent(Layer.NONE)


def _root_of_another_account(standing: Standing, setting: Setting) -> Outcome:
    """No identity policy is asked for (E59); an AssumeRoot session has the limits of its task policy (E60)."""
    if not standing.any_resource_grant:
        return _silent(Layer.NONE)
    return _allowed(setting.resource_layer) if standing.session else _silent(Layer.SESSION)


def _across_accounts(standing: Standing, setting: Setting) -> Outcome:
    """Section 7: both sides must allow (E72-E78)."""
    if not standing.any_resource_grant:
        return _silent(setting.resource_layer if standing.identity else Layer.NONE)
    if not standing.identity:
        return _silent(Layer.IDENTITY)
    if not standing.boundary:
        return _silent(Layer.PERMISSIONS_BOUNDARY)
    return _allowed(Layer.IDENTITY) if standing.session else _silent(Layer.SESSION)


def _bucket_allows(standing: Standing, setting: Setting) -> bool:
    """Whether the bucket behind an access point lets the request through as well (S17).

    Where one account holds all, what its identity policies allow of the access point is taken to hold for the
    bucket too (UNCONFIRMED); what the access point's policy alone grants is not.
    """
    bucket = standing.bucket
    if bucket is None:
        return True
    if setting.caller_kind in (CallerKind.SERVICE, CallerKind.ANONYMOUS, CallerKind.EXTERNAL):
        return bucket.direct
    if not setting.same_account:
        return bucket.any
    return bucket.direct or ((bucket.parent or standing.identity) and standing.boundary and standing.session)


def _allowed(layer: Layer) -> Outcome:
    return Outcome(Verdict.ALLOWED, layer)


def _silent(layer: Layer) -> Outcome:
    return Outcome(Verdict.IMPLICIT_DENY, layer)


def flipped(standing: Standing, layer: Layer, caller_kind: CallerKind) -> Standing:
    """The standing if one silent layer allowed (T10); a resource names a role whose session is not known by its ARN."""
    match layer:
        case Layer.RCP:
            return standing._replace(rcp=True)
        case Layer.SCP:
            return standing._replace(scp=True)
        case Layer.VPC_ENDPOINT:
            return standing._replace(vpc_endpoint=True)
        case Layer.RESOURCE | Layer.TRUST:
            is_role = caller_kind is CallerKind.ROLE
            return standing._replace(parent=True) if is_role else standing._replace(direct=True)
        case Layer.BUCKET:
            return standing._replace(bucket=Grants(direct=True, parent=False, account=False))
        case Layer.IDENTITY:
            return standing._replace(identity=True)
        case Layer.PERMISSIONS_BOUNDARY:
            return standing._replace(boundary=True)
        case Layer.SESSION:
            return standing._replace(session=True)
        case _:
            return standing
