"""Service rules that are data: lists that AWS extends, each with its source (E33, E35, E79-E83, S rules)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from iamtui import catalog
from iamtui.arn import Arn

RCP_SERVICES = frozenset(
    [
        "s3",
        "sts",
        "kms",
        "sqs",
        "secretsmanager",
        "cognito-idp",
        "cognito-identity",
        "cognito-sync",
        "logs",
        "dynamodb",
        "appconfig",
        "appstream",
        "autoscaling",
        "codebuild",
        "codecommit",
        "comprehend",
        "comprehendmedical",
        "dax",
        "ecr",
        "health",
        "kinesisvideo",
        "aoss",
        "signin",
        "support",
        "textract",
        "transcribe",
        "translate",
    ]
)
"""Prefixes of the services under RCPs (E33, the page of 2026; the Cognito split is UNCONFIRMED)."""

RCP_EXEMPT_ACTIONS = frozenset(("kms:retiregrant",))
"""Actions that no RCP touches (E35)."""

NOT_MODELLED_SERVICES = {
    "execute-api": "API Gateway combines resource policies and authorizers in its own way (S30)",
    "iot": "AWS IoT decides device access by its own policies (S30)",
    "vpc-lattice-svcs": "VPC Lattice combines auth policies in its own way (S30)",
}

ASSUME_ROLE_ACTIONS = frozenset(
    (
        "sts:assumerole",
        "sts:assumerolewithsaml",
        "sts:assumerolewithwebidentity",
        "sts:tagsession",
        "sts:setsourceidentity",
    )
)
"""Actions that a role's trust policy decides (S1)."""

BUCKET_POLICY_ACTIONS = frozenset(("s3:getbucketpolicy", "s3:putbucketpolicy", "s3:deletebucketpolicy"))
"""What the root user of a bucket's account can do whatever the bucket policy says (S19)."""


GRANTABLE = frozenset(
    f"kms:{operation}"
    for operation in (
        "creategrant",
        "decapsulate",
        "decrypt",
        "derivesharedsecret",
        "describekey",
        "encapsulate",
        "encrypt",
        "generatedatakey",
        "generatedatakeypair",
        "generatedatakeypairwithoutplaintext",
        "generatedatakeywithoutplaintext",
        "generatemac",
        "getpublickey",
        "reencrypt",
        "reencryptfrom",
        "reencryptto",
        "retiregrant",
        "sign",
        "verify",
        "verifymac",
    )
)
"""What a grant of a key can allow (KMS API Reference, CreateGrant, Operations, 2026; of encapsulation UNCONFIRMED)."""


class ResourceRule(StrEnum):
    """How a resource's own policy and the identity policies combine."""

    ORDINARY = "ordinary"  # either suffices within an account (E46)
    TRUST = "role trust policy"  # must match the caller (S1)
    KEY_POLICY = "key policy"  # every grant comes from it, or is delegated by it (S5)


def is_role(arn: Arn | None) -> bool:
    """Whether it is the ARN of an IAM role."""
    return arn is not None and arn.service == "iam" and arn.resource.startswith("role/")


def is_service_linked_role(arn: Arn | None) -> bool:
    """Whether it is the ARN of a service-linked role, by its path (I17)."""
    return arn is not None and is_role(arn) and arn.path.startswith("/aws-service-role/")


def stands_for_key(action: str, arn: Arn) -> bool:
    """Whether an alias stands for its key: only the operations on aliases are authorized on the alias (S20)."""
    if arn.service != "kms" or not arn.resource.startswith("alias/"):
        return False
    found = catalog.action(action)
    return found is not None and all(kind.name != "alias" for kind in found.resource_types)


def resource_rule(action: str, arn: Arn | None) -> ResourceRule:
    """The rule for an action, in lower case, on a resource."""
    if action in ASSUME_ROLE_ACTIONS and is_role(arn):
        return ResourceRule.TRUST
    if arn is None or arn.service != "kms" or not action.startswith("kms:"):
        return ResourceRule.ORDINARY  # a key that another service's action names is an ordinary resource (S20)
    if arn.resource.startswith("key/") or stands_for_key(action, arn):
        return ResourceRule.KEY_POLICY
    return ResourceRule.ORDINARY


@dataclass(frozen=True, slots=True)
class RelatedAction:
    """A further authorization that a call needs (E70): on what, and when."""

    action: str
    when: str


FURTHER_ACTIONS: dict[str, tuple[RelatedAction, ...]] = {
    "sts:assumerole": (
        RelatedAction("sts:TagSession", "if session tags are passed"),
        RelatedAction("sts:SetSourceIdentity", "if a source identity is set"),
    ),
    "s3:copyobject": (RelatedAction("s3:GetObject", "on the source"), RelatedAction("s3:PutObject", "on the target")),
    "s3:uploadpartcopy": (
        RelatedAction("s3:GetObject", "on the source"),
        RelatedAction("s3:PutObject", "on the target"),
    ),
    "kms:reencrypt": (
        RelatedAction("kms:ReEncryptFrom", "on the source key"),
        RelatedAction("kms:ReEncryptTo", "on the target key"),
    ),
    "s3:putobject": (
        RelatedAction("s3:GetObject", "on the source, if the object is copied"),
        RelatedAction("s3:PutObjectTagging", "if tags are passed"),
        RelatedAction("s3:PutObjectAcl", "if an ACL is passed"),
    ),
    "ec2:runinstances": (
        RelatedAction("iam:PassRole", "on the role of the instance profile, if one is given"),
        RelatedAction("ec2:CreateTags", "if tags are passed"),
    ),
    "lambda:invokefunctionurl": (
        RelatedAction(
            "lambda:InvokeFunction", "on the function, with lambda:InvokedViaFunctionUrl (since October 2025)"
        ),
    ),
    "lambda:createfunction": (RelatedAction("iam:PassRole", "on the execution role"),),
    "lambda:updatefunctionconfiguration": (RelatedAction("iam:PassRole", "on the execution role, if it changes"),),
    "kms:reencryptfrom": (RelatedAction("kms:ReEncryptTo", "on the target key"),),
    "kms:reencryptto": (RelatedAction("kms:ReEncryptFrom", "on the source key"),),
    "iam:createuser": (RelatedAction("iam:TagUser", "if tags are passed"),),
    "iam:createrole": (RelatedAction("iam:TagRole", "if tags are passed"),),
}
"""The calls of E70 that need more than one action; the rest comes from the catalogue's dependent actions.

That of function URLs: Lambda Developer Guide, Control access to function URLs (2026).
"""


ACTIONS_OF_CALLS = {
    "lambda:invoke": "lambda:InvokeFunction",
    "s3:completemultipartupload": "s3:PutObject",
    "s3:createmultipartupload": "s3:PutObject",
    "s3:deleteobjects": "s3:DeleteObject",
    "s3:headbucket": "s3:ListBucket",
    "s3:headobject": "s3:GetObject",
    "s3:listbuckets": "s3:ListAllMyBuckets",
    "s3:listmultipartuploads": "s3:ListBucketMultipartUploads",
    "s3:listobjects": "s3:ListBucket",
    "s3:listobjectsv2": "s3:ListBucket",
    "s3:listobjectversions": "s3:ListBucketVersions",
    "s3:listparts": "s3:ListMultipartUploadParts",
    "s3:selectobjectcontent": "s3:GetObject",
    "s3:uploadpart": "s3:PutObject",
}
"""Calls that IAM knows by the name of another action (I91-I97)."""


def takes_no_resource(action: str) -> bool:
    """Whether AWS lists no resource type for an action: it is authorized on `*` (L36)."""
    found = catalog.action(action)
    return found is not None and not found.resource_types
