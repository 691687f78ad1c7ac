"""What kind of resource an ARN means, and what the service calls it (I30)."""

from __future__ import annotations

_KINDS = {
    "s3": "s3:bucket",
    "sqs": "sqs:queue",
    "sns": "sns:topic",
    "ecr": "ecr:repository",
}
ACCESS_POINT = "s3:accesspoint"
"""The kind of the access points of S3."""


def kind_of(arn: str) -> str:
    """The kind of the resource with this ARN: `kms:key`, `s3:bucket`, `lambda:function` and so on."""
    parts = arn.split(":", 5)
    if len(parts) < 6:
        return ""
    service, resource = parts[2], parts[5].removeprefix("/")  # API Gateway begins with one
    if service == "s3" and parts[4] and resource.startswith("accesspoint/"):
        return ACCESS_POINT
    head = resource.partition("/")[0].partition(":")[0]
    return _KINDS.get(service) or f"{service}:{head if head != resource else 'resource'}"


def name_in(arn: str) -> str:
    """What the service calls the resource: the ARN's last part without its type."""
    parts = arn.split(":", 5)
    resource = parts[-1].removeprefix("/")
    if len(parts) < 6 or (parts[2] in ("s3", "sqs", "sns") and kind_of(arn) != ACCESS_POINT):
        return resource
    head = resource.partition("/")[0].partition(":")[0]
    return resource[len(head) + 1 :] or resource
