"""S3 access points: the bucket behind one must allow a request through it as well (S17).

The caller's own policies are asked once, about the access point. The bucket's policy is asked about the bucket, with
`s3:DataAccessPointArn` and `s3:DataAccessPointAccount` in the context, as one more layer. The policy of a VPC endpoint
is asked about both, and must allow both (S3 User Guide, Creating access points restricted to a VPC).
"""

from __future__ import annotations

from dataclasses import dataclass

from iamtui.arn import Arn
from iamtui.evaluation.applicable.policies import AppliedLayer, AppliedLevel, AppliedPolicy
from iamtui.evaluation.decision import Layer
from iamtui.policy.statement import PolicyKind
from iamtui.snapshot.model import Exported, Resource, Snapshot


@dataclass(frozen=True, slots=True)
class BehindAccessPoint:
    """What a request through an access point reaches.

    `resource` is the ARN under which the bucket's policy knows it: that of the bucket, or of an object in it.
    """

    access_point: Resource
    bucket: Resource
    resource: str

    @property
    def owner(self) -> str:
        """The account of the bucket, which need not be that of the access point."""
        return self.access_point.bucket_account or self.bucket.account


def behind_access_point(snapshot: Snapshot | None, arn: Arn | None) -> BehindAccessPoint | None:
    """The access point and bucket of a request; None unless it goes through one and both policies were exported."""
    name = arn.access_point if arn is not None else None
    if snapshot is None or arn is None or name is None:
        return None
    access_point = snapshot.resources.get(name)
    if access_point is None or access_point.bucket is None:
        return None
    bucket = snapshot.resources.get(f"arn:{arn.partition}:s3:::{access_point.bucket}")
    if bucket is None or Exported.UNKNOWN in (access_point.policy_state, bucket.policy_state):
        return None
    return BehindAccessPoint(access_point, bucket, _reached(bucket.arn, arn))


def endpoint_to_bucket(snapshot: Snapshot, arn: Arn | None, endpoint: AppliedLayer) -> AppliedLayer | None:
    """The policy of the request's endpoint, asked about what is behind the access point; None without either."""
    access_point = None if arn is None or arn.access_point is None else snapshot.resources.get(arn.access_point)
    if arn is None or access_point is None or access_point.bucket is None or not endpoint.levels:
        return None
    resource = _reached(f"arn:{arn.partition}:s3:::{access_point.bucket}", arn)
    return endpoint._replace(layer=Layer.ENDPOINT_TO_BUCKET, resources=(resource,), reason=f"asked about {resource}")


def _reached(bucket: str, arn: Arn) -> str:
    """The bucket behind an access point, or the object in it that the access point's ARN names."""
    key = arn.resource.split("/", 3)[3] if arn.resource.split("/")[2:3] == ["object"] else None
    return bucket if key is None else f"{bucket}/{key}"


def bucket_layer(behind: BehindAccessPoint) -> AppliedLayer:
    """The bucket's policy as a layer of its own; one without policy is silent."""
    bucket = behind.bucket
    policies: tuple[AppliedPolicy, ...] = ()
    reason = f"{bucket.arn} has no policy"
    if bucket.policy_state is Exported.PRESENT and bucket.policy is not None:
        policies = (AppliedPolicy("bucket", bucket.policy, f"policy of {bucket.arn}", bucket.arn),)
        reason = f"asked about {behind.resource}"
    return AppliedLayer(
        Layer.BUCKET,
        PolicyKind.RESOURCE,
        behind.owner,
        (AppliedLevel(policies),),
        reason=reason,
        resources=(behind.resource,),
    )
