"""What to do about passwords, keys, MFA, boundaries and policies of principals: as edits."""

from __future__ import annotations

from collections.abc import Iterator

from iamtui.analysis.overlay.placing import bearer_at, user_at
from iamtui.analysis.overlay.principal_edits import (
    SetAttachment,
    SetBoundary,
    SetInlinePolicy,
    SetKey,
    SetPassword,
)
from iamtui.analysis.remedies.remedy import Finding, Remedy
from iamtui.policy.document import Document
from iamtui.snapshot.model import Group, Role, Snapshot, User

_NAME = "RequireMFA"
_REQUIRE_MFA = Document(
    b"""{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "OnlySelfServiceWithoutMFA",
      "Effect": "Deny",
      "NotAction": [
        "iam:ChangePassword",
        "iam:CreateVirtualMFADevice",
        "iam:EnableMFADevice",
        "iam:GetMFADevice",
        "iam:GetUser",
        "iam:ListMFADevices",
        "iam:ListVirtualMFADevices",
        "iam:ResyncMFADevice",
        "sts:GetSessionToken"
      ],
      "Resource": "*",
      "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
    }
  ]
}"""
)


def password(snapshot: Snapshot, finding: Finding) -> Iterator[Remedy]:
    """The user has no password any more."""
    yield Remedy("Remove the password", (SetPassword(user_at(snapshot, finding.subject).arn, has=False),))


def keys(snapshot: Snapshot, finding: Finding) -> Iterator[Remedy]:
    """Each active key, deactivated; a report does not say their ids."""
    for key_id in _active(snapshot, finding.subject):
        yield Remedy(f"Deactivate {key_id}", (SetKey(finding.subject, key_id, active=False),))


def everything(snapshot: Snapshot, finding: Finding) -> Iterator[Remedy]:
    """Neither password nor active keys."""
    edits = tuple(SetKey(finding.subject, key_id, active=False) for key_id in _active(snapshot, finding.subject))
    yield Remedy("Remove the password, deactivate the keys", (SetPassword(finding.subject, has=False), *edits))


def asked_for_mfa(_: Snapshot, finding: Finding) -> Iterator[Remedy]:
    """A Deny of all but self-service without MFA, in an inline policy of the user."""
    if ":user/" in finding.subject:
        edit = SetInlinePolicy(finding.subject, _NAME, _REQUIRE_MFA)
        yield Remedy("Deny all but self-service without MFA", (edit,))


def own_policies(snapshot: Snapshot, finding: Finding) -> Iterator[Remedy]:
    """No policy of its own: what groups and roles give stays."""
    holder = bearer_at(snapshot, finding.subject)
    inline = tuple(SetInlinePolicy(holder.arn, one.name, None) for one in holder.inline)
    yield Remedy(
        "Take its own policies away",
        (*inline, *(SetAttachment(holder.arn, one, attached=False) for one in holder.attached)),
    )


def inline_policies(snapshot: Snapshot, finding: Finding) -> Iterator[Remedy]:
    """The inline policies that the finding names are deleted."""
    held = {one.name for one in bearer_at(snapshot, finding.subject).inline}
    for name in finding.rows:
        if name in held:
            yield Remedy(f"Delete the inline policy {name}", (SetInlinePolicy(finding.subject, name, None),))


def boundary(snapshot: Snapshot, finding: Finding) -> Iterator[Remedy]:
    """The boundaries that others of the account have, those of most first."""
    holder = bearer_at(snapshot, finding.subject)
    if isinstance(holder, Group) or holder.boundary is not None:
        return
    account = snapshot.accounts[snapshot.account_of(holder.arn)]
    others: tuple[User | Role, ...] = (*(account.users or {}).values(), *(account.roles or {}).values())
    held = [one.boundary for one in others if one.boundary is not None]
    for arn in sorted(dict.fromkeys(held), key=held.count, reverse=True):
        yield Remedy(f"Set the boundary {arn.rpartition('/')[2]}", (SetBoundary(holder.arn, arn),))


def _active(snapshot: Snapshot, arn: str) -> list[str]:
    credentials = user_at(snapshot, arn).credentials
    held = () if credentials is None else credentials.access_keys or ()
    return [key.key_id for key in held if key.key_id is not None and key.active]
