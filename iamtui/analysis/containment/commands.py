"""Remedies as lines of the AWS CLI: to copy, never run (Z15). What stands in them is quoted for a shell."""

from __future__ import annotations

import shlex
from datetime import datetime

from iamtui.analysis.containment.picture import DENY_ALL, deny_older
from iamtui.analysis.containment.results import Remedy
from iamtui.analysis.overlay.principal_edits import SetInlinePolicy, SetKey, SetMembership, SetPassword
from iamtui.policy.document import Document
from iamtui.trail.times import written

_NAME = "Containment"


def deactivate_key(user_arn: str, key: str) -> Remedy:
    """Set a key inactive."""
    words = ("update-access-key", "--user-name", _name(user_arn), "--access-key-id", key, "--status", "Inactive")
    return Remedy(command=_line(*words), edit=SetKey(user_arn, key, active=False))


def deny_all(arn: str) -> Remedy:
    """Deny a user or role everything."""
    return _put(arn, DENY_ALL)


def revoke_sessions(arn: str, before: datetime) -> Remedy:
    """Deny a user's or role's sessions that were issued before a moment."""
    return _put(arn, deny_older(written(before)))


def delete_password(user_arn: str) -> Remedy:
    """Delete the console password of a user."""
    command = _line("delete-login-profile", "--user-name", _name(user_arn))
    return Remedy(command=command, edit=SetPassword(user_arn, has=False))


def leave_group(user_arn: str, group: str) -> Remedy:
    """Take a user out of a group."""
    words = ("remove-user-from-group", "--group-name", group, "--user-name", _name(user_arn))
    return Remedy(command=_line(*words), edit=SetMembership(user_arn, group, member=False))


def other(command: str) -> Remedy:
    """A line whose effect the picture cannot show."""
    return Remedy(command=command)


def iam_line(*words: str) -> str:
    """A line of `aws iam`."""
    return _line(*words)


def _put(arn: str, document: str) -> Remedy:
    kind = "user" if ":user/" in arn else "role"
    words = (f"put-{kind}-policy", f"--{kind}-name", _name(arn), "--policy-name", _NAME, "--policy-document", document)
    edit = SetInlinePolicy(arn, _NAME, Document(document.encode()))
    return Remedy(command=_line(*words), edit=edit)


def _line(*words: str) -> str:
    return shlex.join(("aws", "iam", *words))


def _name(arn: str) -> str:
    return arn.rpartition("/")[2]
