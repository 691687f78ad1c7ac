"""The picture of what was exported: accounts, principals, policies, resources, organizations.

Everything here is immutable. `None` for a collection means "not exported": unknown, not empty (I12, T22).
An attribute that AWS leaves out of an export is `None` or empty as its docstring says.
"""

from __future__ import annotations

from iamtui.snapshot.model.account import Account, IdentityProvider
from iamtui.snapshot.model.credentials import (
    AccessKey,
    Credentials,
    LastUsed,
    ServerCertificate,
    ServiceAccess,
    SigningCertificate,
)
from iamtui.snapshot.model.organization import (
    ACCOUNT,
    RCP,
    ROOT,
    SCP,
    UNIT,
    Organization,
    OrganizationPolicy,
    OrganizationTarget,
)
from iamtui.snapshot.model.policies import InlinePolicy, ManagedPolicy, PolicyVersion, Tags
from iamtui.snapshot.model.principals import Entity, Group, InstanceProfile, Principal, Role, User
from iamtui.snapshot.model.resources import Exported, PublicAccessBlock, Resource, VpcEndpoint
from iamtui.snapshot.model.s3_policies import S3_POLICY, Assigned, S3Policies, S3Policy
from iamtui.snapshot.model.snapshot import Snapshot
from iamtui.snapshot.model.sources import Severity, SourceFile, SourceProblem

__all__ = [
    "ACCOUNT",
    "RCP",
    "ROOT",
    "S3_POLICY",
    "SCP",
    "UNIT",
    "AccessKey",
    "Account",
    "Assigned",
    "Credentials",
    "Entity",
    "Exported",
    "Group",
    "IdentityProvider",
    "InlinePolicy",
    "InstanceProfile",
    "LastUsed",
    "ManagedPolicy",
    "Organization",
    "OrganizationPolicy",
    "OrganizationTarget",
    "PolicyVersion",
    "Principal",
    "PublicAccessBlock",
    "Resource",
    "Role",
    "S3Policies",
    "S3Policy",
    "ServerCertificate",
    "ServiceAccess",
    "Severity",
    "SigningCertificate",
    "Snapshot",
    "SourceFile",
    "SourceProblem",
    "Tags",
    "User",
    "VpcEndpoint",
]
