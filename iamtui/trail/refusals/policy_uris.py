"""How AWS names policies and organization targets in authorization details (AT5, AT6)."""

from __future__ import annotations

from hashlib import sha256

from iamtui.arn import Arn, MalformedArnError
from iamtui.evaluation.decision import Layer, LayerTrace, LevelTrace, PolicyTrace

_KINDS = {"r-": "root", "ou-": "ou"}


def policy_uri(policy: PolicyTrace, layer: Layer, target: str = "") -> str:
    """The ARN of a managed policy; an inline one's is opaque: a hash of where it is and what it is called."""
    if policy.arn is not None:
        return policy.arn
    place = "\n".join((layer.value, target, policy.owner or "", policy.name))
    return f"inline:{sha256(place.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"


def target_arn(level: LevelTrace, trace: LayerTrace) -> str:
    """The ARN of a root, unit or account; what the export does not say of it stays empty."""
    partition, management, organization = _organization(trace)
    target = level.target_id or level.name
    kind = next((kind for start, kind in _KINDS.items() if target.startswith(start)), "account")
    return f"arn:{partition}:organizations::{management}:{kind}/{organization}/{target}"


def _organization(trace: LayerTrace) -> tuple[str, str, str]:
    """Partition, management account and id, as the ARN of a policy of the organization's own says them."""
    for policy in trace.policies:
        try:
            arn = Arn.parse(policy.arn or "")
        except MalformedArnError:
            continue
        if arn.service == "organizations" and arn.account.isdigit():
            return arn.partition, arn.account, arn.resource.split("/")[1]
    return "aws", "", ""
