"""Whose policy speaks for a part of a resource: a bucket's for its objects, a table's for its indexes.

A table of data: parts that have no policy of their own, by the service in their ARN. Sources, read in 2026: the pages
on resource-based policies in the guides of S3, DynamoDB, OpenSearch Service, CodeArtifact, EventBridge, Glue,
MediaStore, MSK (cluster policies), SNS, SageMaker (model package groups), EventBridge Schemas, Signer, S3 Vectors, S3
on Outposts and CloudWatch Logs.
"""

from __future__ import annotations

import re

from iamtui.arn import Arn

_PARTS = {
    "codeartifact": ((r"package/([^/]+/[^/]+)/.+", r"repository/\1"),),
    "dynamodb": ((r"(table/[^/]+)/index/.+", r"\1"),),
    "es": ((r"(domain/[^/]+)/.+", r"\1"),),
    "events": ((r"rule/([^/]+)/[^/]+", r"event-bus/\1"), (r"rule/[^/]+", "event-bus/default")),
    "glue": ((r"(?:database|table|tableVersion|userDefinedFunction|connection)/.+", "catalog"),),
    "kafka": ((r"(?:topic|group|transactional-id)/([^/]+/[^/]+)/.+", r"cluster/\1"),),
    "logs": ((r"(log-group:[^:]+):.*", r"\1"),),
    "mediastore": ((r"(container/[^/]+)/.+", r"\1"),),
    "s3-outposts": ((r"(outpost/[^/]+/(?:bucket|accesspoint)/[^/]+)/object/.+", r"\1"),),
    "s3vectors": ((r"(bucket/[^/]+)/index/.+", r"\1"),),
    "sagemaker": ((r"model-package/([^/]+)/.+", r"model-package-group/\1"),),
    "schemas": ((r"schema/([^/]+)/.+", r"registry/\1"),),
    "signer": ((r"(/signing-profiles/[^/]+)/.+", r"\1"),),
    "sns": ((r"([^:]+):[0-9a-f-]{36}", r"\1"),),
}
_COMPILED = {
    service: [(re.compile(part, re.DOTALL), whole) for part, whole in rows] for service, rows in _PARTS.items()
}


def bearer_of(arn: Arn) -> str | None:
    """The ARN of the resource whose policy speaks for this part of it; None where it is no part of another."""
    if arn.access_point is not None:
        return arn.access_point if str(arn) != arn.access_point else None
    if arn.service == "s3" and not arn.account:
        bucket, slash, _ = arn.resource.partition("/")
        return f"arn:{arn.partition}:s3:::{bucket}" if slash else None
    start = f"arn:{arn.partition}:{arn.service}:{arn.region}:{arn.account}:"
    for part, whole in _COMPILED.get(arn.service, ()):
        if (found := part.fullmatch(arn.resource)) is not None:
            return start + whole.replace(r"\1", (*found.groups(), "")[0])
    return None
