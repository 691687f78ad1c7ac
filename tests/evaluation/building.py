"""From the dictionaries of scenario cases to the evaluator's own types, and the smallest snapshots that tests need."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from iamtui.evaluation.applicable.policies import GivenLevel, GivenPolicies
from iamtui.evaluation.request.request import NamedPolicy, Request, Unstated
from iamtui.policy.document import Document
from iamtui.policy.keys import ABSENT, KeyValue
from iamtui.snapshot.model import Snapshot
from iamtui.snapshot.opening import open_snapshot

ACCOUNT = "111122223333"


def document(value: object) -> Document:
    """A policy document from Python values."""
    return Document(json.dumps(value).encode())


def allow(action: str = "*", resource: str = "*", **more: object) -> dict[str, object]:
    """An Allow statement."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: str = "*", resource: str = "*", **more: object) -> dict[str, object]:
    """A Deny statement."""
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


def policy(*statements: object) -> dict[str, object]:
    """A document of today's version."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def named(name: str, *statements: object) -> NamedPolicy:
    """A policy with a name."""
    return NamedPolicy(name, document(policy(*statements)))


def value(given: object) -> KeyValue:
    """A context value as scenario files write it, or a key's state."""
    if isinstance(given, KeyValue):
        return given
    if given is None:
        return ABSENT
    if isinstance(given, list):
        return KeyValue.listing(tuple(_text(member) for member in given))
    return KeyValue.of(_text(given))


def _text(given: object) -> str:
    return given if isinstance(given, str) else json.dumps(given)


def request(raw: dict[str, Any], unstated: Unstated = Unstated.ABSENT) -> Request:
    """The request of a case."""
    return Request(
        raw["principal"],
        raw["action"],
        raw.get("resource", "*"),
        raw.get("resource_account"),
        {key: value(given) for key, given in raw.get("context", {}).items()},
        unstated=unstated,
    )


def case_policies(raw: dict[str, Any]) -> GivenPolicies:
    """A case's own policies."""
    resource = raw.get("resource")
    return GivenPolicies(
        identity=_named(raw.get("identity")) or (),
        permissions_boundary=_named(raw.get("permissions_boundary")),
        session=_named(raw.get("session")),
        resource=None if resource is None else NamedPolicy("resource", document(resource)),
        scps=_levels(raw.get("scps")),
        rcps=_levels(raw.get("rcps")),
        vpc_endpoint=_named(raw.get("vpc_endpoint")),
        s3_block_public_access=raw.get("s3_block_public_access", False),
        s3_abac=raw.get("s3_abac", True),
        management_accounts=frozenset(raw.get("management_account", ())),
    )


def _named(raw: list[dict[str, Any]] | None) -> tuple[NamedPolicy, ...] | None:
    return None if raw is None else tuple(NamedPolicy(one["name"], document(one["document"])) for one in raw)


def _levels(raw: list[dict[str, Any]] | None) -> tuple[GivenLevel, ...] | None:
    return None if raw is None else tuple(GivenLevel(one["target"], _named(one["policies"]) or ()) for one in raw)


def arn(resource: str) -> str:
    """An IAM ARN of the test account."""
    return f"arn:aws:iam::{ACCOUNT}:{resource}"


def snapshot(folder: Path, **members: object) -> Snapshot:
    """Open an export with these members, as the CLI would have written it."""
    export = {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [], "Policies": [], **members}
    path = folder / "account.json"
    path.write_text(json.dumps(export))
    return open_snapshot([path])


def user(name: str, *statements: object, **more: object) -> dict[str, object]:
    """A user with one inline policy of these statements."""
    inline = [{"PolicyName": f"{name}-inline", "PolicyDocument": policy(*statements)}] if statements else []
    return {
        "Path": "/",
        "UserName": name,
        "UserId": f"AIDA{name.upper():0<16}"[:20],
        "Arn": arn(f"user/{name}"),
        "CreateDate": "2026-01-02T03:04:05+00:00",
        "UserPolicyList": inline,
        "GroupList": [],
        "AttachedManagedPolicies": [],
        **more,
    }


def role(name: str, trust: object, *statements: object, **more: object) -> dict[str, object]:
    """A role with a trust policy, and one inline policy of these statements."""
    inline = [{"PolicyName": f"{name}-inline", "PolicyDocument": policy(*statements)}] if statements else []
    return {
        "Path": "/",
        "RoleName": name,
        "RoleId": f"AROA{name.upper():0<16}"[:20],
        "Arn": arn(f"role/{name}"),
        "CreateDate": "2026-01-02T03:04:05+00:00",
        "AssumeRolePolicyDocument": trust,
        "InstanceProfileList": [],
        "RolePolicyList": inline,
        "AttachedManagedPolicies": [],
        "Tags": [],
        "RoleLastUsed": {},
        **more,
    }


def trust(principal: object, action: str = "sts:AssumeRole", **more: object) -> dict[str, object]:
    """A trust policy of one statement."""
    return policy({"Effect": "Allow", "Principal": principal, "Action": action, **more})


def managed(name: str, *statements: object, account: str = ACCOUNT) -> dict[str, object]:
    """A managed policy with one version."""
    return {
        "PolicyName": name,
        "PolicyId": f"ANPA{name.upper():0<16}"[:20],
        "Arn": f"arn:aws:iam::{account}:policy/{name}",
        "Path": "/",
        "DefaultVersionId": "v1",
        "AttachmentCount": 1,
        "PermissionsBoundaryUsageCount": 0,
        "IsAttachable": True,
        "CreateDate": "2026-01-02T03:04:05+00:00",
        "UpdateDate": "2026-01-02T03:04:05+00:00",
        "PolicyVersionList": [
            {
                "Document": policy(*statements),
                "VersionId": "v1",
                "IsDefaultVersion": True,
                "CreateDate": "2026-01-02T03:04:05+00:00",
            }
        ],
    }
