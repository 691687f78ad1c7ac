"""Trails to measure: made records of about 1.2 KB in delivered files, the same for the same numbers."""

from __future__ import annotations

import gzip
import random
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

ACCOUNT = "111122223333"
KEY = "AKIAQGH5DJSQ7LEAKED2"
"""A long-term key that signs one event in a thousand, and assumes roles."""

_START = datetime(2026, 11, 1, tzinfo=UTC)
_CALLS = (
    ("s3", "GetObject", True, 40),
    ("ec2", "DescribeInstances", True, 15),
    ("sts", "AssumeRole", True, 5),
    ("kms", "Decrypt", True, 15),
    ("iam", "ListRoles", True, 5),
    ("iam", "PutRolePolicy", False, 1),
    ("s3", "PutObject", False, 10),
    ("lambda", "Invoke20150331", False, 9),
)


def write_trail(folder: Path, events: int, files: int) -> None:
    """Write a trail of so many events in so many files of one delivery tree."""
    made = random.Random(7)  # noqa: S311 - the same each time
    calls = [call[:3] for call in _CALLS for _ in range(call[3])]
    of_file = events // files
    for number in range(files):
        first = number * of_file
        records = list(_records(made, calls, first, of_file))
        day = _START + timedelta(seconds=3 * first)
        tree = folder / "AWSLogs" / ACCOUNT / "CloudTrail" / "eu-west-1" / f"{day:%Y/%m/%d}"
        tree.mkdir(parents=True, exist_ok=True)
        name = f"{ACCOUNT}_CloudTrail_eu-west-1_{day:%Y%m%dT%H%MZ}_{number:016d}.json.gz"
        (tree / name).write_bytes(gzip.compress(orjson.dumps({"Records": records}), 6, mtime=0))


def _records(made: random.Random, calls: list[Any], first: int, count: int) -> Iterator[dict[str, Any]]:
    for number in range(first, first + count):
        service, name, read_only = made.choice(calls)
        yield _record(made, number, service, name, read_only=read_only)


def _record(made: random.Random, number: int, service: str, name: str, *, read_only: bool) -> dict[str, Any]:
    at = (_START + timedelta(seconds=3 * number + made.randrange(60))).strftime("%Y-%m-%dT%H:%M:%SZ")
    role = made.randrange(20) + 20 * (number // 1200 % 10)
    identity = _user() if number % 1000 == 0 else _session(role, made.randrange(5), number // 1200)
    refused = made.random() < 0.03
    text = f"User: {identity['arn']} is not authorized to perform: {service}:{name} on resource: * because no "
    return {
        "eventVersion": "1.09",
        "userIdentity": identity,
        "eventTime": at,
        "eventSource": f"{service}.amazonaws.com",
        "eventName": name,
        "awsRegion": "eu-west-1",
        "sourceIPAddress": f"203.0.{role % 20}.{role + made.randrange(3)}",
        "userAgent": f"aws-sdk-java/2.{role % 30}.1 Linux/5.10 OpenJDK_64-Bit_Server_VM/17",
        **({"errorCode": "AccessDenied", "errorMessage": text + "identity-based policy allows it"} if refused else {}),
        "requestParameters": None if refused else _parameters(made),
        "responseElements": _answer(made) if name == "AssumeRole" and not refused else None,
        "additionalEventData": {
            "SignatureVersion": "SigV4",
            "CipherSuite": "TLS_AES_128_GCM_SHA256",
            "bytesTransferredIn": 0,
            "x-amz-id-2": "x" * 76,
        },
        "requestID": f"{made.randrange(2**60):016X}",
        "eventID": str(uuid.UUID(int=made.getrandbits(128))),
        "readOnly": read_only,
        "eventType": "AwsApiCall",
        "managementEvent": service != "s3",
        "recipientAccountId": ACCOUNT,
        "eventCategory": "Data" if service == "s3" else "Management",
        "tlsDetails": {"tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256"},
    }


def _user() -> dict[str, Any]:
    arn = f"arn:aws:iam::{ACCOUNT}:user/leaked"
    return {"type": "IAMUser", "arn": arn, "accountId": ACCOUNT, "accessKeyId": KEY, "userName": "leaked"}


def _session(role: int, name: int, hour: int) -> dict[str, Any]:
    """A session of a role: of 20 roles five an hour, so that one makes a dozen events."""
    role_id, made_at = f"AROA{role:017d}", _START + timedelta(hours=hour)
    return {
        "type": "AssumedRole",
        "principalId": f"{role_id}:s{name}",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/role-{role}/s{name}",
        "accountId": ACCOUNT,
        "accessKeyId": f"ASIA{hour:06d}{role:05d}{name:05d}",
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": role_id,
                "arn": f"arn:aws:iam::{ACCOUNT}:role/role-{role}",
                "accountId": ACCOUNT,
                "userName": f"role-{role}",
            },
            "attributes": {"creationDate": f"{made_at:%Y-%m-%dT%H:%M:%SZ}", "mfaAuthenticated": "false"},
        },
    }


def _parameters(made: random.Random) -> dict[str, Any]:
    return {
        "bucketName": f"bucket-{made.randrange(50)}",
        "key": f"path/to/{made.randrange(10**6)}.parquet",
        "roleName": f"role-{made.randrange(200)}",
        "roleArn": f"arn:aws:iam::{ACCOUNT}:role/role-{made.randrange(200)}",
    }


def _answer(made: random.Random) -> dict[str, Any]:
    key = f"ASIA{made.randrange(10**16):016d}"
    return {
        "credentials": {"accessKeyId": key, "expiration": "Nov 2, 2026, 1:00:00 AM", "sessionToken": "A" * 400},
        "assumedRoleUser": {"arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/r/x"},
    }
