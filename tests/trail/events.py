"""CloudTrail records for tests: what AWS writes, made small, and files in which they come."""

from __future__ import annotations

import gzip
import json
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ACCOUNT = "111122223333"
Record = dict[str, Any]


def user(name: str = "dana", key: str | None = "AKIAQGH5DJSQ7XAMPLE2", account: str = ACCOUNT) -> Record:
    """The identity of a user with a long-term key."""
    return {
        "type": "IAMUser",
        "principalId": "AIDAQGH5DJSQ7DANA0000",
        "arn": f"arn:aws:iam::{account}:user/{name}",
        "accountId": account,
        "accessKeyId": key,
        "userName": name,
    }


def session(
    role: str = "backup", name: str = "nightly", key: str = "ASIAQGH5DJSQ7SESSION", created: str | None = None
) -> Record:
    """The identity of a role session."""
    role_id = f"AROA{role.upper():0<17}"[:21]
    return {
        "type": "AssumedRole",
        "principalId": f"{role_id}:{name}",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{role.rpartition('/')[2]}/{name}",
        "accountId": ACCOUNT,
        "accessKeyId": key,
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": role_id,
                "arn": f"arn:aws:iam::{ACCOUNT}:role/{role}",
                "accountId": ACCOUNT,
                "userName": role.rpartition("/")[2],
            },
            "webIdFederationData": {},
            "attributes": {"creationDate": created or "2026-11-23T09:00:00Z", "mfaAuthenticated": "false"},
        },
    }


def event(
    name: str = "GetObject",
    source: str = "s3",
    *,
    number: int = 0,
    at: str = "2026-11-23T10:00:00Z",
    who: Mapping[str, Any] | None = None,
    parameters: Any = None,
    response: Any = None,
    **more: Any,
) -> Record:
    """One record; `number` makes its id."""
    return {
        "eventVersion": "1.11",
        "userIdentity": user() if who is None else who,
        "eventTime": at,
        "eventSource": f"{source}.amazonaws.com",
        "eventName": name,
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "203.0.113.9",
        "userAgent": "aws-cli/2.17.32",
        "requestParameters": parameters,
        "responseElements": response,
        "eventID": str(uuid.UUID(int=number)),
        "readOnly": name.startswith(("Get", "List", "Describe")),
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": ACCOUNT,
        "eventCategory": "Management",
        **more,
    }


def delivered(path: Path, records: Sequence[Record], *, packed: bool | None = None) -> Path:
    """A file as CloudTrail delivers it; packed if its name says so."""
    data = json.dumps({"Records": list(records)}).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(data) if (path.suffix == ".gz" if packed is None else packed) else data)
    return path
