"""Edits as a JSON Patch (RFC 6902) of the picture, and such a patch as edits again.

The paths name things instead of counting them, for an export comes in files and pages of any order:

    /accounts/ID/users/NAME/inline/POLICY      a document; likewise below groups and roles
    /accounts/ID/users/NAME/attached/ARN       true
    /accounts/ID/users/NAME/boundary           an ARN; likewise below roles
    /accounts/ID/users/NAME/groups/GROUP       true
    /accounts/ID/users/NAME/keys/KEY           "Active" or "Inactive"
    /accounts/ID/users/NAME/password           true
    /accounts/ID/roles/NAME/trust              a document
    /accounts/ID/policies/ARN/document         the document in force
    /accounts/ID/policies/ARN/default          the version in force
    /organizations/ID/policies/POLICY/document a document
    /organizations/ID/targets/ID/attached/POLICY  true
    /resources/ARN/policy                      a document
    /endpoints/ID/policy                       a document

Each change is preceded by a `test` of what it changes: a patch does not fit a picture in which that is not so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal, TypeAlias

import msgspec
import orjson

from iamtui.analysis.changes.comparing import json_of
from iamtui.analysis.overlay.laying import Edit, bearer_of
from iamtui.analysis.overlay.placing import MissingThingError, account_holding, bearer_at
from iamtui.analysis.overlay.policy_edits import (
    SetDefaultVersion,
    SetDocument,
    SetEndpointPolicy,
    SetOrganizationAttachment,
    SetOrganizationDocument,
    SetResourcePolicy,
    SetVersions,
    organization_policy_at,
)
from iamtui.analysis.overlay.principal_edits import (
    SetAttachment,
    SetBearer,
    SetBoundary,
    SetInlinePolicy,
    SetKey,
    SetMembership,
    SetPassword,
    SetTrust,
)
from iamtui.policy.document import Document
from iamtui.policy.positions import escape
from iamtui.snapshot.model import Account, Snapshot

Data: TypeAlias = Any
"""What JSON can hold."""

_BEARERS = {"user": "users", "group": "groups", "role": "roles"}
_STATUS = {"Active": True, "Inactive": False}


class PatchError(ValueError):
    """A patch that is none, or that does not fit the picture; the message says where."""


class _Operation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    op: Literal["test", "add", "replace", "remove"]
    path: str
    value: Data = None


def patch_of(snapshot: Snapshot, edits: Iterable[Edit]) -> list[Data]:
    """The edits as operations of a JSON Patch; what is so already needs none.

    Raises:
        MissingThingError: an edit is of something that the picture does not hold.
    """
    operations: list[Data] = []
    for edit in edits:
        after_edit = edit.laid_over(snapshot)
        before, after = _value(edit.as_held(snapshot)), _value(edit.as_held(after_edit))
        path = "".join(f"/{escape(segment)}" for segment in _segments(snapshot, edit))
        if before != after:
            operations += [] if before is None else [{"op": "test", "path": path, "value": before}]
            op = "remove" if after is None else "add" if before is None else "replace"
            operations.append({"op": op, "path": path} | ({} if after is None else {"value": after}))
        snapshot = after_edit
    return operations


def edits_of_patch(snapshot: Snapshot, source: bytes) -> tuple[Edit, ...]:
    """The edits that a patch makes of a picture that it fits, or in which they are made already.

    Raises:
        PatchError: it is no patch of a picture, or does not fit this one.
    """
    try:
        operations = msgspec.json.decode(source, type=list[_Operation])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise PatchError(f"expected a JSON Patch: {error}") from error
    edits: list[Edit] = []
    expected: dict[str, Data] = {}
    for place, one in enumerate(operations):
        try:
            edit = _edit(snapshot, one.path, None if one.op in ("test", "remove") else one.value)
            held = _value(edit.as_held(snapshot))
            if one.op == "test":
                expected[one.path] = one.value
                continue
            wanted = _value(edit)
            if held not in (expected.get(one.path), wanted):
                raise PatchError(f"the picture has changed there: {one.path} is no longer as the patch expects it")
            snapshot = edit.laid_over(snapshot)
        except (PatchError, MissingThingError) as error:
            raise PatchError(f"operation {place}: {error}") from error
        edits.append(edit)
    return tuple(edits)


def _value(edit: Edit) -> Data:
    """What an edit states, as JSON; None for nothing."""
    match edit:
        case SetInlinePolicy() | SetTrust() | SetOrganizationDocument() | SetResourcePolicy() | SetEndpointPolicy():
            return json_of(edit.document)
        case SetDocument():
            return json_of(edit.document)
        case SetVersions():
            return json_of(next((one.document for one in edit.versions if one.version_id == edit.default), None))
        case SetAttachment() | SetOrganizationAttachment():
            return edit.attached or None
        case SetBoundary():
            return edit.policy
        case SetMembership():
            return edit.member or None
        case SetKey():
            return None if edit.active is None else "Active" if edit.active else "Inactive"
        case SetPassword():
            return edit.has or None
        case SetDefaultVersion():
            return edit.version
        case SetBearer():
            raise MissingThingError(f"{edit.arn} as a whole is no part of a patch")


def _segments(snapshot: Snapshot, edit: Edit) -> tuple[str, ...]:
    match edit:
        case SetDocument() | SetVersions() | SetDefaultVersion():
            last = "default" if isinstance(edit, SetDefaultVersion) else "document"
            return ("accounts", account_holding(snapshot, edit.policy).account_id, "policies", edit.policy, last)
        case SetOrganizationDocument():
            organization, policy = organization_policy_at(snapshot, edit.policy)
            return ("organizations", organization.organization_id, "policies", policy.policy_id, "document")
        case SetOrganizationAttachment():
            organization, policy = organization_policy_at(snapshot, edit.policy)
            place = ("organizations", organization.organization_id, "targets", edit.target)
            return (*place, "attached", policy.policy_id)
        case SetResourcePolicy():
            return ("resources", edit.resource, "policy")
        case SetEndpointPolicy():
            return ("endpoints", edit.endpoint, "policy")
    return (*_bearer(snapshot, bearer_of(edit)), *_below_bearer(edit))


def _below_bearer(edit: Edit) -> tuple[str, ...]:
    match edit:
        case SetInlinePolicy():
            return "inline", edit.name
        case SetAttachment():
            return "attached", edit.policy
        case SetBoundary():
            return ("boundary",)
        case SetMembership():
            return "groups", edit.group
        case SetKey():
            return "keys", edit.key_id
        case SetPassword():
            return ("password",)
        case SetTrust():
            return ("trust",)
    raise MissingThingError("users, groups and roles as a whole are no part of a patch")


def _bearer(snapshot: Snapshot, arn: str) -> tuple[str, ...]:
    kind = arn.split(":", 5)[-1].partition("/")[0]
    return ("accounts", account_holding(snapshot, arn).account_id, _BEARERS[kind], bearer_at(snapshot, arn).name)


def _edit(snapshot: Snapshot, path: str, value: Data) -> Edit:
    """The edit that makes a place of the picture be this; None: nothing."""
    segments = [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:]]
    match segments:
        case ["accounts", account_id, "policies", arn, last] if last in ("document", "default"):
            _account(snapshot, account_id)
            return (
                SetDocument(arn, _document(path, value)) if last == "document" else SetDefaultVersion(arn, str(value))
            )
        case ["accounts", account_id, ("users" | "groups" | "roles") as kind, name, *rest]:
            held = (getattr(_account(snapshot, account_id), kind) or {}).get(name.lower())
            if held is None:
                raise PatchError(f"account {account_id} has no {kind[:-1]} {name}")
            return _of_bearer(held.arn, path, rest, value)
        case ["organizations", _, "policies", policy_id, "document"]:
            return SetOrganizationDocument(_organization_arn(snapshot, policy_id), _optional(path, value))
        case ["organizations", _, "targets", target, "attached", policy_id]:
            return SetOrganizationAttachment(_organization_arn(snapshot, policy_id), target, attached=_is(path, value))
        case ["resources", arn, "policy"]:
            return SetResourcePolicy(arn, _optional(path, value))
        case ["endpoints", endpoint, "policy"]:
            return SetEndpointPolicy(endpoint, _optional(path, value))
    raise PatchError(f"{path} is no place of a picture")


def _of_bearer(arn: str, path: str, rest: Sequence[str], value: Data) -> Edit:
    match rest:
        case ["inline", name]:
            return SetInlinePolicy(arn, name, _optional(path, value))
        case ["attached", policy]:
            return SetAttachment(arn, policy, attached=_is(path, value))
        case ["boundary"] if value is None or isinstance(value, str):
            return SetBoundary(arn, value)
        case ["groups", group]:
            return SetMembership(arn, group, member=_is(path, value))
        case ["keys", key] if value is None or value in _STATUS:
            return SetKey(arn, key, None if value is None else _STATUS[value])
        case ["password"]:
            return SetPassword(arn, has=_is(path, value))
        case ["trust"]:
            return SetTrust(arn, _optional(path, value))
    raise PatchError(f"{path} is no place of a picture, or cannot be {orjson.dumps(value).decode()[:60]}")


def _account(snapshot: Snapshot, account_id: str) -> Account:
    found = snapshot.accounts.get(account_id)
    if found is None:
        raise PatchError(f"account {account_id} was not exported")
    return found


def _organization_arn(snapshot: Snapshot, policy_id: str) -> str:
    for organization in snapshot.organizations.values():
        if policy_id in organization.policies:
            return organization.policies[policy_id].arn
    raise PatchError(f"the export has no organization policy {policy_id}")


def _is(path: str, value: Data) -> bool:
    if value not in (None, True):
        raise PatchError(f"{path}: expected true")
    return value is True


def _optional(path: str, value: Data) -> Document | None:
    return None if value is None else _document(path, value)


def _document(path: str, value: Data) -> Document:
    if value is None:
        return Document(b"null")
    if not isinstance(value, dict):
        raise PatchError(f"{path}: expected a policy document")
    return Document(orjson.dumps(value))
