"""The authorization details of one account: users, groups, roles, managed policies with versions, boundaries."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from random import Random

from tests.benchmarks.generator.documents import USED, Json, boundary, document, permissions, trust

CREATED = "2026-01-02T03:04:05+00:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How many of each an account has."""

    users: int
    roles: int
    groups: int
    policies: int
    aws_policies: int


LARGE = Size(users=5_000, roles=5_000, groups=300, policies=2_500, aws_policies=400)
"""As many users and roles as the quotas of IAM allow in one account."""
SMALL = Size(users=15, roles=35, groups=6, policies=20, aws_policies=30)
MEMBER = Size(users=250, roles=750, groups=30, policies=200, aws_policies=60)
"""One account of many."""


def account_details(account: str, size: Size) -> Json:
    """What `aws iam get-account-authorization-details` prints of an account of this size."""
    made = _Account(account, size)
    return {
        "UserDetailList": [made.user(number) for number in range(size.users)],
        "GroupDetailList": [made.group(number) for number in range(size.groups)],
        "RoleDetailList": [made.role(number) for number in range(size.roles)],
        "Policies": made.policies(),
        "IsTruncated": False,
    }


class _Account:
    """Makes entities that refer to one another; what it makes depends on the account's id alone."""

    def __init__(self, account: str, size: Size) -> None:
        self._account, self._size = account, size
        self._random = Random(account)  # noqa: S311 - no secret comes of it
        self._attached: Counter[str] = Counter()
        self._bounds = 0
        self._boundary = f"arn:aws:iam::{account}:policy/boundary"
        self._own = [f"arn:aws:iam::{account}:policy/own-{number:05}" for number in range(size.policies)]
        self._aws = [f"arn:aws:iam::aws:policy/Job{number:05}" for number in range(size.aws_policies)]

    def user(self, number: int) -> Json:
        team, name = number % 40, f"user-{number:05}"
        groups = self._random.sample(range(self._size.groups), min(self._size.groups, self._random.randint(0, 3)))
        return {
            "Path": f"/team-{team}/",
            "UserName": name,
            "UserId": f"AIDA{number:016}",
            "Arn": f"arn:aws:iam::{self._account}:user/team-{team}/{name}",
            "CreateDate": CREATED,
            "GroupList": [f"group-{group:05}" for group in groups],
            "Tags": [{"Key": "team", "Value": f"t{team}"}],
            **self._policies_of("User", inline=0.3, most=2),
            **self._bounded(0.2),
        }

    def group(self, number: int) -> Json:
        name = f"group-{number:05}"
        return {
            "Path": "/",
            "GroupName": name,
            "GroupId": f"AGPA{number:016}",
            "Arn": f"arn:aws:iam::{self._account}:group/{name}",
            "CreateDate": CREATED,
            **self._policies_of("Group", inline=0.5, most=4),
        }

    def role(self, number: int) -> Json:
        name = f"service-{number:05}"
        return {
            "Path": "/",
            "RoleName": name,
            "RoleId": f"AROA{number:016}",
            "Arn": f"arn:aws:iam::{self._account}:role/{name}",
            "CreateDate": CREATED,
            "AssumeRolePolicyDocument": trust(self._random, self._account),
            "InstanceProfileList": [],
            "Tags": [{"Key": "team", "Value": f"t{number % 40}"}],
            "RoleLastUsed": {"LastUsedDate": CREATED, "Region": "eu-central-1"} if number % 3 else {},
            **self._policies_of("Role", inline=0.8, most=3),
            **self._bounded(0.1),
        }

    def policies(self) -> list[Json]:
        """The customer's policies, the boundary and AWS's, after the entities: they count who uses them."""
        everything = document({"Effect": "Allow", "Action": [f"{service}:*" for service in USED], "Resource": "*"})
        return [
            *(self._policy(arn, [self._permissions() for _ in range(self._random.randint(1, 2))]) for arn in self._own),
            self._policy(self._boundary, [boundary()]),
            *(
                self._policy(arn, [everything if not i % 50 else self._permissions()])
                for i, arn in enumerate(self._aws)
            ),
        ]

    def _permissions(self) -> Json:
        return permissions(self._random, self._account)

    def _policy(self, arn: str, documents: list[Json]) -> Json:
        name = arn.rpartition("/")[2]
        versions = [
            {
                "Document": one,
                "VersionId": f"v{number}",
                "IsDefaultVersion": number == len(documents),
                "CreateDate": CREATED,
            }
            for number, one in enumerate(documents, 1)
        ]
        return {
            "PolicyName": name,
            "PolicyId": f"ANPA{name.upper():0>16}",
            "Arn": arn,
            "Path": "/",
            "DefaultVersionId": f"v{len(documents)}",
            "AttachmentCount": self._attached[arn],
            "PermissionsBoundaryUsageCount": self._bounds if arn == self._boundary else 0,
            "IsAttachable": True,
            "CreateDate": CREATED,
            "UpdateDate": CREATED,
            "PolicyVersionList": versions[::-1],
        }

    def _policies_of(self, kind: str, *, inline: float, most: int) -> Json:
        own = [{"PolicyName": "own", "PolicyDocument": self._permissions()}] if self._random.random() < inline else []
        known = [*self._own, *self._aws]
        attached = self._random.sample(known, min(len(known), self._random.randint(0, most)))
        self._attached.update(attached)
        return {
            f"{kind}PolicyList": own,
            "AttachedManagedPolicies": [{"PolicyName": arn.rpartition("/")[2], "PolicyArn": arn} for arn in attached],
        }

    def _bounded(self, share: float) -> Json:
        if self._random.random() >= share:
            return {}
        self._bounds += 1
        return {
            "PermissionsBoundary": {
                "PermissionsBoundaryType": "Policy",
                "PermissionsBoundaryArn": self._boundary,
            }
        }
