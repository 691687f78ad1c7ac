"""The words of a decision: verdicts, layers, and what each part says to a request."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """The words of the IAM policy simulator."""

    ALLOWED = "allowed"
    EXPLICIT_DENY = "explicitDeny"
    IMPLICIT_DENY = "implicitDeny"


class Layer(StrEnum):
    """The kinds of policy that take part in a decision, in the order in which they are shown (T1)."""

    PRE_CHECK = "pre_check"
    RCP = "rcp"
    SCP = "scp"
    VPC_ENDPOINT = "vpc_endpoint"
    ENDPOINT_TO_BUCKET = "vpc_endpoint_to_bucket"  # the same, asked about the bucket behind an access point (S17)
    RESOURCE = "resource"
    TRUST = "trust"
    BUCKET = "bucket"  # the policy of the bucket behind an access point (S17)
    IDENTITY = "identity"
    PERMISSIONS_BOUNDARY = "permissions_boundary"
    SESSION = "session"
    S3_BLOCK_PUBLIC_ACCESS = "s3_block_public_access"
    NONE = "none"  # only as `decided_by`: nothing allowed it


# What AWS calls a policy of each layer in its messages.
POLICY_WORDS = {
    Layer.RCP: "resource control policy",
    Layer.SCP: "service control policy",
    Layer.VPC_ENDPOINT: "VPC endpoint policy",
    Layer.ENDPOINT_TO_BUCKET: "VPC endpoint policy",
    Layer.RESOURCE: "resource-based policy",
    Layer.TRUST: "role trust policy",
    Layer.BUCKET: "bucket policy",
    Layer.IDENTITY: "identity-based policy",
    Layer.PERMISSIONS_BOUNDARY: "permissions boundary",
    Layer.SESSION: "session policy",
}


class LayerEffect(StrEnum):
    """What one layer, level or document says to the request."""

    DENIES = "denies"
    ALLOWS = "allows"
    SILENT = "silent"
    UNDECIDED = "undecided"  # it depends on something unknown
    NOT_APPLICABLE = "not applicable"


class MatchClass(StrEnum):
    """How a principal entry matches the requester (E40-E42)."""

    DIRECT = "direct"
    PARENT = "parent"
    ACCOUNT = "account"


class ElementKind(StrEnum):
    """The elements of a statement in the order in which they are shown (T4)."""

    PRINCIPAL = "Principal"
    ACTION = "Action"
    RESOURCE = "Resource"
    CONDITION = "Condition"
