"""Which Region a service without Regions is called in (K80): a table of data.

Sources: the endpoints of AWS's own clients (botocore 1.44, 2026-10), which name the Region that requests to the only
endpoint of a partition are signed for; and, for Chatbot and Device Farm, IAM User Guide, Denies access to AWS based on
the requested Region. Not listed, and so unknown: STS, whose calls go to Regions too; Support and Health, which
have several endpoints; and Chime, whose SDK is called in several Regions under the same prefix.
"""

from __future__ import annotations

_SERVICES = {
    ("aws", "us-east-1"): (
        "account",
        "billingconductor",
        "budgets",
        "ce",
        "cloudfront",
        "iam",
        "importexport",
        "notifications-contacts",
        "organizations",
        "route53",
        "route53domains",
        "savingsplans",
        "shield",
        "tax",
        "waf",
    ),
    ("aws", "us-west-2"): ("chatbot", "devicefarm", "globalaccelerator", "networkmanager"),
    ("aws-cn", "cn-north-1"): ("iam",),
    ("aws-cn", "cn-northwest-1"): ("account", "budgets", "ce", "cloudfront", "organizations", "route53"),
    ("aws-us-gov", "us-gov-west-1"): ("iam", "networkmanager", "organizations", "route53"),
    ("aws-iso", "us-iso-east-1"): ("budgets", "ce", "iam", "organizations", "route53"),
    ("aws-iso-b", "us-isob-east-1"): ("budgets", "ce", "iam", "organizations", "route53"),
    ("aws-iso-e", "eu-isoe-west-1"): ("budgets", "organizations", "route53", "savingsplans"),
    ("aws-iso-f", "us-isof-south-1"): ("budgets", "ce", "iam", "organizations", "route53", "savingsplans"),
}

REGION_KEYS = frozenset(("aws:requestedregion", "ec2:region"))
"""The keys, in lower case, that hold the Region of a call; EC2 has one of its own (IAM User Guide, Amazon EC2: Allows
full EC2 access within a specific Region)."""

_REGIONS = {(partition, service): region for (partition, region), services in _SERVICES.items() for service in services}


def region_of_global_service(partition: str, service: str) -> str | None:
    """The Region of the only endpoint that a service, a prefix in lower case, has in a partition."""
    return _REGIONS.get((partition, service))
