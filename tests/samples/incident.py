"""The trail of the sample account's night: made here, so that every event of it can be looked up and changed.

`python -m tests.samples.incident` writes `samples/acme-incident` anew. Nobody and nothing in it exists.
"""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ACCOUNT = "111122223333"
FOLDER = Path(__file__).parents[2] / "samples" / "acme-incident"
OFFICE, STRANGER, ELSEWHERE = "203.0.113.21", "198.51.100.77", "192.0.2.44"
CLI, TOOL, BROWSER = "aws-cli/2.31.8", "Boto3/1.28.4 md/Botocore#1.31.4 ua/2.0 os/linux", "Mozilla/5.0"
DENY_ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}

Record = dict[str, Any]


def _key(prefix: str, number: int) -> str:
    """An access key id of today's form that the sample account issued."""
    packed = ((1 << 47) | (int(ACCOUNT) << 7)).to_bytes(6, "big") + (number * 2_654_435_761 % 2**32).to_bytes(4, "big")
    return prefix + base64.b32encode(packed).decode()


FRANK, DANA, BACKUP, SYNC = (_key("AKIA", number) for number in range(1, 5))
WITH_MFA, TAKEN, GRACE, NIGHTLY, FRESH, DANAS, FRANKS = (_key("ASIA", number) for number in range(5, 12))
_IDS = {
    "frank": "AIDABTYMOND3YTBCTSG7E",
    "dana": "AIDAITK4XYYCFKUQPOX6D",
    "service/backup-svc": "AIDAUXP3ACGF6EGNTWWTB",
    "aws-support-sync": "AIDAC2MRYVHLFBB4OWY4G",
}
_ROLES = {
    "break-glass": "AROAYWM5YYSOKC3FQTA5H",
    "backup-operator": "AROAQ2ANAIYQGEDWAL7KI",
    "aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_AdministratorAccess_3b1f5c0d9e7a2468": (
        "AROATKE7QSOZTNHBCUEVE"
    ),
}


def _user(name: str, key: str, issued: str | None = None) -> Record:
    identity: Record = {
        "type": "IAMUser",
        "principalId": _IDS[name],
        "arn": f"arn:aws:iam::{ACCOUNT}:user/{name}",
        "accountId": ACCOUNT,
        "accessKeyId": key,
        "userName": name.rpartition("/")[2],
    }
    if issued is not None:
        attributes = {"creationDate": issued, "mfaAuthenticated": "true"}
        identity["sessionContext"] = {"sessionIssuer": {}, "webIdFederationData": {}, "attributes": attributes}
    return identity


def _session(role: str, name: str, key: str, issued: str, mfa: str = "false") -> Record:
    short = role.rpartition("/")[2]
    return {
        "type": "AssumedRole",
        "principalId": f"{_ROLES[role]}:{name}",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{short}/{name}",
        "accountId": ACCOUNT,
        "accessKeyId": key,
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": _ROLES[role],
                "arn": f"arn:aws:iam::{ACCOUNT}:role/{role}",
                "accountId": ACCOUNT,
                "userName": short,
            },
            "webIdFederationData": {},
            "attributes": {"creationDate": issued, "mfaAuthenticated": mfa},
        },
    }


class _Writer:
    """Numbers the events, so that each has an id that stays."""

    def __init__(self) -> None:
        self._number = 0

    def event(
        self, at: str, who: Record, address: str, call: str, parameters: Any = None, response: Any = None, **more: Any
    ) -> Record:
        """One record; `call` is `service:EventName`."""
        self._number += 1
        service, _, name = call.partition(":")
        is_global = service in ("iam", "organizations", "cloudfront")
        is_data = service == "s3" and name in ("GetObject", "PutObject")
        return {
            "eventVersion": "1.11",
            "userIdentity": who,
            "eventTime": at,
            "eventSource": f"{service}.amazonaws.com",
            "eventName": name,
            "awsRegion": "us-east-1" if is_global else "eu-west-1",
            "sourceIPAddress": address,
            "userAgent": more.pop("agent", CLI),
            "requestParameters": parameters,
            "responseElements": response,
            "requestID": f"{self._number:08X}",
            "eventID": str(uuid.uuid5(uuid.NAMESPACE_URL, f"acme-incident/{self._number}")),
            "readOnly": name.startswith(("Get", "List", "Describe", "AssumeRole", "Decrypt")),
            "eventType": "AwsApiCall",
            "managementEvent": not is_data,
            "recipientAccountId": ACCOUNT,
            "eventCategory": "Data" if is_data else "Management",
            "tlsDetails": {"tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256"},
            **more,
        }

    def refused(self, at: str, who: Record, address: str, call: str, action: str, ending: str, **more: Any) -> Record:
        """A refused call: AWS records no parameters of most."""
        text = f"User: {who['arn']} is not authorized to perform: {action} {ending}"
        return self.event(at, who, address, call, errorCode="AccessDenied", errorMessage=text, **more)


def _day(write: _Writer) -> Iterator[Record]:
    """16 November, the day: ordinary work."""
    dana, backup = _user("dana", DANAS, "2026-11-16T09:00:00Z"), _user("service/backup-svc", BACKUP)
    frank = _user("frank", FRANKS, "2026-11-16T10:00:00Z")
    role = {"roleArn": f"arn:aws:iam::{ACCOUNT}:role/backup-operator", "roleSessionName": "nightly"}
    answer = {
        "credentials": {
            "accessKeyId": NIGHTLY,
            "expiration": "Nov 16, 2026, 4:00:00 AM",
            "sessionToken": "AgoJb3JpZ2lu0001",
        },
        "assumedRoleUser": {"arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/backup-operator/nightly"},
    }
    yield write.event("2026-11-16T03:00:00Z", backup, "203.0.113.200", "sts:AssumeRole", role, answer)
    nightly = _session("backup-operator", "nightly", NIGHTLY, "2026-11-16T03:00:00Z")
    yield write.event("2026-11-16T03:00:04Z", nightly, "203.0.113.200", "backup:ListBackupVaults", {})
    for minute, call in ((2, "iam:ListRoles"), (9, "lambda:ListFunctions20150331"), (31, "logs:DescribeLogGroups")):
        yield write.event(f"2026-11-16T09:{minute:02d}:11Z", dana, OFFICE, call, {})
        yield write.event(f"2026-11-16T10:{minute:02d}:40Z", frank, OFFICE, call, {})
    yield write.refused(
        "2026-11-16T11:12:00Z",
        _user("dana", DANA),
        OFFICE,
        "s3:GetBucketPolicy",
        "s3:GetBucketPolicy",
        'on resource: "arn:aws:s3:::acme-ledger" with an explicit deny in an identity-based policy: '
        f"arn:aws:iam::{ACCOUNT}:policy/RequireMfa",
    )


def _night(write: _Writer) -> Iterator[Record]:
    """16 November, the night: somebody has Frank's key, and then a code of his MFA device."""
    frank, tool = _user("frank", FRANK), {"agent": TOOL}
    yield write.event("2026-11-16T22:14:09Z", frank, STRANGER, "sts:GetCallerIdentity", None, None, **tool)
    for second, call in (
        (12, "iam:ListUsers"),
        (14, "iam:ListRoles"),
        (17, "s3:ListBuckets"),
        (21, "secretsmanager:ListSecrets"),
    ):
        action = call.replace("s3:ListBuckets", "s3:ListAllMyBuckets")
        ending = f"with an explicit deny in an identity-based policy: arn:aws:iam::{ACCOUNT}:policy/RequireMfa"
        yield write.refused(f"2026-11-16T22:15:{second}Z", frank, STRANGER, call, action, ending, **tool)
    yield _token(write, "22:22:40", WITH_MFA, "Nov 18, 2026, 10:22:40 AM")
    yield from _taking_over(write)


def _token(write: _Writer, at: str, key: str, until: str) -> Record:
    """A session of Frank's with MFA."""
    serial = {"serialNumber": f"arn:aws:iam::{ACCOUNT}:mfa/frank", "durationSeconds": 129600}
    token = {"accessKeyId": key, "expiration": until, "sessionToken": "FwoGZXIvYXdzEA0002"}
    who, call = _user("frank", FRANK), "sts:GetSessionToken"
    return write.event(f"2026-11-16T{at}Z", who, STRANGER, call, serial, {"credentials": token}, agent=TOOL)


def _taking_over(write: _Writer) -> Iterator[Record]:
    frank, tool = _user("frank", WITH_MFA, "2026-11-16T22:22:40Z"), {"agent": TOOL}
    policy = f"arn:aws:iam::{ACCOUNT}:policy/DeveloperAccess"
    steps: tuple[tuple[str, str, Any, Any], ...] = (
        ("22:24:02", "iam:ListPolicyVersions", {"policyArn": policy}, None),
        ("22:24:30", "iam:GetPolicyVersion", {"policyArn": policy, "versionId": "v1"}, None),
        ("22:31:48", "iam:SetDefaultPolicyVersion", {"policyArn": policy, "versionId": "v1"}, None),
        ("22:36:15", "iam:AddUserToGroup", {"userName": "frank", "groupName": "Administrators"}, None),
        ("22:41:03", "iam:DeleteUserPermissionsBoundary", {"userName": "erin"}, None),
        ("22:47:05", "iam:CreateUser", {"userName": "aws-support-sync"}, {"user": {"userName": "aws-support-sync"}}),
        ("22:47:20", "iam:AddUserToGroup", {"userName": "aws-support-sync", "groupName": "Administrators"}, None),
        (
            "22:47:31",
            "iam:CreateAccessKey",
            {"userName": "aws-support-sync"},
            {"accessKey": {"userName": "aws-support-sync", "accessKeyId": SYNC, "status": "Active"}},
        ),
        (
            "22:52:44",
            "iam:UpdateAssumeRolePolicy",
            {"roleName": "monitoring-vendor", "policyDocument": json.dumps(_trust("444455556666", "777788889999"))},
            None,
        ),
    )
    for at, call, parameters, response in steps:
        yield write.event(f"2026-11-16T{at}Z", frank, STRANGER, call, parameters, response, **tool)
    arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/break-glass/ops"
    role = {"roleArn": f"arn:aws:iam::{ACCOUNT}:role/break-glass", "roleSessionName": "ops", "durationSeconds": 43200}
    answer = {
        "credentials": {
            "accessKeyId": TAKEN,
            "expiration": "Nov 17, 2026, 10:58:00 AM",
            "sessionToken": "IQoJb3JpZ2lu0003",
        },
        "assumedRoleUser": {"arn": arn},
    }
    yield _token(write, "22:56:30", FRESH, "Nov 18, 2026, 10:56:30 AM")  # break-glass wants MFA of the last 15 minutes
    fresh = _user("frank", FRESH, "2026-11-16T22:56:30Z")
    yield write.event("2026-11-16T22:58:00Z", fresh, STRANGER, "sts:AssumeRole", role, answer, **tool)
    yield from _as_break_glass(write)
    sync = _user("aws-support-sync", SYNC)
    yield write.event("2026-11-16T23:20:10Z", sync, ELSEWHERE, "sts:GetCallerIdentity", None, None, **tool)
    yield write.event(
        "2026-11-16T23:20:31Z", sync, ELSEWHERE, "iam:ListAccessKeys", {"userName": "grace"}, None, **tool
    )


def _as_break_glass(write: _Writer) -> Iterator[Record]:
    taken, tool = _session("break-glass", "ops", TAKEN, "2026-11-16T22:58:00Z", "true"), {"agent": TOOL}
    yield write.event("2026-11-16T23:00:12Z", taken, STRANGER, "s3:ListBuckets", {}, None, **tool)
    for minute, name in ((1, "q1"), (2, "q2"), (3, "q3")):
        parameters = {"bucketName": "acme-ledger", "key": f"2026/{name}.csv"}
        yield write.event(f"2026-11-16T23:0{minute}:30Z", taken, STRANGER, "s3:GetObject", parameters, None, **tool)
    secret = {"secretId": "checkout/db"}
    yield write.event("2026-11-16T23:06:00Z", taken, STRANGER, "secretsmanager:GetSecretValue", secret, None, **tool)
    yield write.refused(
        "2026-11-16T23:09:41Z",
        taken,
        STRANGER,
        "cloudtrail:StopLogging",
        "cloudtrail:StopLogging",
        f"on resource: arn:aws:cloudtrail:eu-west-1:{ACCOUNT}:trail/acme-main "
        "with an explicit deny in a service control policy",
        **tool,
    )


def _trust(*accounts: str) -> dict[str, Any]:
    principals = [f"arn:aws:iam::{account}:root" for account in accounts]
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": principals if len(principals) > 1 else principals[0]},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": "acme-7d1f4c0b92"}},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def _morning(write: _Writer) -> Iterator[Record]:
    """17 November: Grace sets the key inactive, and the stranger goes on; then she does the rest."""
    admin = next(role for role in _ROLES if "Administrator" in role)
    grace = _session(admin, "grace", GRACE, "2026-11-17T07:31:00Z")
    taken = _session("break-glass", "ops", TAKEN, "2026-11-16T22:58:00Z", "true")

    def done(at: str, call: str, **parameters: Any) -> Record:
        return write.event(f"2026-11-17T{at}Z", grace, OFFICE, f"iam:{call}", parameters, None, agent=BROWSER)

    yield done("07:42:10", "UpdateAccessKey", userName="frank", accessKeyId=FRANK, status="Inactive")
    parameters = {"bucketName": "acme-ledger", "key": "2026/q4-draft.csv"}
    yield write.event("2026-11-17T07:55:19Z", taken, STRANGER, "s3:GetObject", parameters, None, agent=TOOL)
    deny = json.dumps(DENY_ALL)
    yield done("08:06:02", "PutUserPolicy", userName="frank", policyName="Contained", policyDocument=deny)
    yield done("08:07:40", "PutUserPolicy", userName="aws-support-sync", policyName="Contained", policyDocument=deny)
    yield done("08:08:05", "UpdateAccessKey", userName="aws-support-sync", accessKeyId=SYNC, status="Inactive")
    older = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Deny",
                "Action": "*",
                "Resource": "*",
                "Condition": {"DateLessThan": {"aws:TokenIssueTime": "2026-11-17T08:10:00Z"}},
            }
        ],
    }
    yield done(
        "08:10:30",
        "PutRolePolicy",
        roleName="break-glass",
        policyName="AWSRevokeOlderSessions",
        policyDocument=json.dumps(older),
    )
    policy = f"arn:aws:iam::{ACCOUNT}:policy/DeveloperAccess"
    yield done("08:12:00", "SetDefaultPolicyVersion", policyArn=policy, versionId="v3")
    yield done("08:13:10", "RemoveUserFromGroup", userName="frank", groupName="Administrators")
    yield done("08:13:25", "RemoveUserFromGroup", userName="aws-support-sync", groupName="Administrators")
    boundary = f"arn:aws:iam::{ACCOUNT}:policy/boundaries/DeveloperBoundary"
    yield done("08:15:00", "PutUserPermissionsBoundary", userName="erin", permissionsBoundary=boundary)
    trust = json.dumps(_trust("444455556666"))
    yield done("08:17:30", "UpdateAssumeRolePolicy", roleName="monitoring-vendor", policyDocument=trust)
    yield done("08:30:00", "ListUsers")


def files() -> dict[Path, bytes]:
    """The content of every file of the sample, by its path below the folder."""
    write = _Writer()
    found: dict[Path, bytes] = {}
    parts = (("16", "1200", _day(write)), ("16", "2330", _night(write)), ("17", "0835", _morning(write)))
    for day, time, events in parts:
        by_region: dict[str, list[Record]] = {}
        for event in events:
            by_region.setdefault(event["awsRegion"], []).append(event)
        for region, records in by_region.items():
            name = f"{ACCOUNT}_CloudTrail_{region}_202611{day}T{time}Z_{region.replace('-', '')[:9]:A<16}.json"
            folder = Path("AWSLogs") / ACCOUNT / "CloudTrail" / region / "2026" / "11" / day
            found[folder / name] = json.dumps({"Records": records}, indent=1).encode() + b"\n"
    made = (
        (FRANK, "frank", "2024-02-01T09:20:00Z"),
        (DANA, "dana", "2023-05-09T08:05:00Z"),
        (BACKUP, "backup-svc", "2021-08-20T05:02:00Z"),
        (SYNC, "aws-support-sync", "2026-11-16T22:47:31Z"),
    )
    keys = [{"UserName": user, "AccessKeyId": key, "Status": "Active", "CreateDate": at} for key, user, at in made]
    for listed in keys:
        name = f"{listed['UserName']}.json"
        content = json.dumps({"AccessKeyMetadata": [listed]}, indent=1).encode() + b"\n"
        found[Path("iam-list-access-keys") / name] = content
    found[Path("iam-get-account-authorization-details.json")] = (FOLDER.parent / "acme-day2.json").read_bytes()
    return found


if __name__ == "__main__":
    for path, content in files().items():
        (FOLDER / path).parent.mkdir(parents=True, exist_ok=True)
        (FOLDER / path).write_bytes(content)
