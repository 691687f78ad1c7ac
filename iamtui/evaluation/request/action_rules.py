"""Services of which single actions are decided by rules of their own: their actions are never taken for alike (WP1)."""

from __future__ import annotations

HAVE_RULES_OF_THEIR_OWN = frozenset(
    (
        "cloudhsm",
        "detective",
        "ebs",
        "ec2",
        "events",
        "iam",
        "kms",
        "lambda",
        "license-manager",
        "organizations",
        "ram",
        "redshift",
        "route53",
        "s3",
        "servicecatalog",
        "sqs",
        "sts",
        "workspaces",
    )
)
"""The services that some table of this package names together with operations: calls that only the owner can make, that
are part of other calls, that need no permission, that send other keys than their neighbours."""
