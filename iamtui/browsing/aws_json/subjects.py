"""Documents and entities as indented JSON, in the form of the AWS CLI, and the lines of a document's statements."""

from __future__ import annotations

import json
from textwrap import dedent

import orjson

from iamtui.browsing.aws_json.surroundings import surrounding_json
from iamtui.browsing.aws_json.values import Json, date_json, document_json, tags_json, without_nothing
from iamtui.browsing.subjects import ExternalEntity, Inline, Root, Subject
from iamtui.policy.document import Document
from iamtui.policy.strict_json import is_nested_deeply
from iamtui.reports.positions import statement_spans
from iamtui.snapshot.model import Account, Group, InlinePolicy, LastUsed, ManagedPolicy, PolicyVersion, Role, User

_INDENTED = orjson.OPT_INDENT_2


def document_text(document: Document | None) -> str:
    """A policy document to be read: as it was exported if it has lines of its own or is broken, else indented."""
    if document is None:
        return ""
    source = document.source
    if b"\n" in source.strip():
        return _outdented(document.text)
    return _indented(source, document.text)


def _outdented(text: str) -> str:
    """Take from all lines but the first the margin that they share: how deep a document stood in its file."""
    first, feed, others = text.partition("\n")
    return first + feed + dedent(others)


def comparable_text(document: Document) -> str:
    """A policy document indented in one way, so that two of them differ only where they say different things."""
    return _indented(document.source, document.text)


def _indented(source: bytes, fallback: str) -> str:
    if is_nested_deeply(source):
        return fallback
    try:
        # Through the standard parser: it keeps the order, repeated names and numbers too long for orjson.
        pairs = json.loads(source, object_pairs_hook=_Pairs)
    except (ValueError, RecursionError):
        return fallback
    return _write(pairs, 0)


class _Pairs(list[tuple[str, object]]):
    """The members of an object, repeated names included."""


def _write(value: object, depth: int) -> str:
    margin, inner = "  " * depth, "  " * (depth + 1)
    if isinstance(value, _Pairs):
        if not value:
            return "{}"
        members = (f"{inner}{json.dumps(name, ensure_ascii=False)}: {_write(item, depth + 1)}" for name, item in value)
        return "{\n" + ",\n".join(members) + f"\n{margin}}}"
    if isinstance(value, list):
        if not value:
            return "[]"
        return "[\n" + ",\n".join(f"{inner}{_write(item, depth + 1)}" for item in value) + f"\n{margin}]"
    return json.dumps(value, ensure_ascii=False)


def statement_lines(text: str, index: int) -> tuple[int, int] | None:
    """First and last line (from 1) of the statement with this index; `None` if the text has none."""
    spans = statement_spans(text)
    if index >= len(spans):
        return None
    start, end = spans[index]
    lines = text.split("\n")
    first, rest = start.line, lines[start.line - 1][start.column - 1 :]
    while first < end.line and not rest.strip(" \t\r,"):
        rest = lines[first]
        first += 1
    return first, end.line


def statement_at(text: str, line: int) -> int | None:
    """The index of the statement that stands at a line (from 1) of a document; `None` between statements."""
    spans = statement_spans(text)
    return next((index for index, (start, end) in enumerate(spans) if start.line <= line <= end.line), None)


def subject_json(subject: Subject) -> str:
    """A subject as `get-account-authorization-details` writes it."""
    return orjson.dumps(_subject(subject), option=_INDENTED).decode()


def _subject(subject: Subject) -> Json:
    match subject:
        case User():
            return _user(subject)
        case Group():
            return _group(subject)
        case Role():
            return _role(subject)
        case ManagedPolicy():
            return _policy(subject)
        case Inline():
            return _inline(subject.policy)
        case Account():
            return _account(subject)
        case Root():
            return {"Arn": f"arn:{subject.account.partition}:iam::{subject.account.account_id}:root"}
        case ExternalEntity():
            return {"Arn": subject.key}
        case _:
            return surrounding_json(subject)


def _account(account: Account) -> Json:
    counts = {
        "UserDetailList": account.users,
        "GroupDetailList": account.groups,
        "RoleDetailList": account.roles,
        "Policies": account.policies,
    }
    return {
        "Account": account.account_id,
        "AccountAlias": account.alias,
        "Counts": {name: None if kind is None else len(kind) for name, kind in counts.items()},
    }


def _user(user: User) -> Json:
    return without_nothing(
        {
            "Path": user.path,
            "UserName": user.name,
            "UserId": user.unique_id,
            "Arn": user.arn,
            "CreateDate": date_json(user.created),
            "UserPolicyList": [_inline(policy) for policy in user.inline],
            "GroupList": list(user.groups),
            "AttachedManagedPolicies": _attached(user.attached),
            "PermissionsBoundary": _boundary(user.boundary),
            "Tags": tags_json(user.tags),
        }
    )


def _group(group: Group) -> Json:
    return without_nothing(
        {
            "Path": group.path,
            "GroupName": group.name,
            "GroupId": group.unique_id,
            "Arn": group.arn,
            "CreateDate": date_json(group.created),
            "GroupPolicyList": [_inline(policy) for policy in group.inline],
            "AttachedManagedPolicies": _attached(group.attached),
        }
    )


def _role(role: Role) -> Json:
    return without_nothing(
        {
            "Path": role.path,
            "RoleName": role.name,
            "RoleId": role.unique_id,
            "Arn": role.arn,
            "CreateDate": date_json(role.created),
            "Description": role.description,
            "MaxSessionDuration": role.max_session_seconds,
            "AssumeRolePolicyDocument": None if role.trust is None else document_json(role.trust),
            "InstanceProfileList": [
                {"InstanceProfileName": profile.name, "InstanceProfileId": profile.profile_id, "Arn": profile.arn}
                for profile in role.instance_profiles
            ],
            "RolePolicyList": [_inline(policy) for policy in role.inline],
            "AttachedManagedPolicies": _attached(role.attached),
            "PermissionsBoundary": _boundary(role.boundary),
            "Tags": tags_json(role.tags),
            "RoleLastUsed": _last_used(role.last_used),
        }
    )


def _policy(policy: ManagedPolicy) -> Json:
    return without_nothing(
        {
            "PolicyName": policy.name,
            "PolicyId": policy.policy_id,
            "Arn": policy.arn,
            "Path": policy.path,
            "DefaultVersionId": policy.default_version_id,
            "AttachmentCount": policy.attachment_count,
            "PermissionsBoundaryUsageCount": policy.boundary_count,
            "IsAttachable": policy.is_attachable,
            "Description": policy.description,
            "CreateDate": date_json(policy.created),
            "UpdateDate": date_json(policy.updated),
            "PolicyVersionList": [_version(version) for version in policy.versions],
            "Tags": tags_json(policy.tags),
        }
    )


def _version(version: PolicyVersion) -> Json:
    return {
        "Document": document_json(version.document),
        "VersionId": version.version_id,
        "IsDefaultVersion": version.is_default,
        "CreateDate": date_json(version.created),
    }


def _inline(policy: InlinePolicy) -> Json:
    return {"PolicyName": policy.name, "PolicyDocument": document_json(policy.document)}


def _attached(arns: tuple[str, ...]) -> Json:
    return [{"PolicyName": arn.rpartition("/")[2], "PolicyArn": arn} for arn in arns]


def _boundary(arn: str | None) -> Json:
    return None if arn is None else {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn}


def _last_used(use: LastUsed | None) -> Json:
    if use is None:
        return None
    return without_nothing({"LastUsedDate": date_json(use.at), "Region": use.region, "ServiceName": use.service})
