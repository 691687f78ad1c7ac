"""The calls that hand out credentials (H3), and the access key id in what they answer (Y7)."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Raw

ISSUING_CALLS = frozenset(
    (
        "AssumeRole",
        "AssumeRoleWithSAML",
        "AssumeRoleWithWebIdentity",
        "AssumeRoot",
        "GetDelegatedAccessToken",
        "GetFederationToken",
        "GetRoleCredentials",
        "GetScopedCredentials",
        "GetSessionToken",
        "GetWebIdentityToken",
    )
)
"""Calls that answer with temporary credentials."""

SESSION_CALLS = ISSUING_CALLS | {
    "ConsoleLogin",
    "GetSigninToken",
    "SendSSHPublicKey",
    "SendSerialConsoleSSHPublicKey",
    "StartSession",
    "SwitchRole",
}
"""Calls that begin a session of some kind (H3)."""

ANSWER_WITH_KEYS = ISSUING_CALLS | {"CreateAccessKey"}
"""Calls whose answer shows the id of an access key that they made."""

_MEMBERS = ("credentials", "roleCredentials", "accessKey")


def issued_key(name: str, response: Raw | bytes) -> str | None:
    """The access key id that a call handed out; None where the record shows none."""
    if name not in ANSWER_WITH_KEYS or len(bytes(response)) < 5:
        return None
    try:
        answer: Any = msgspec.json.decode(response)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None
    return key_in(answer)


def key_in(answer: object) -> str | None:
    """The access key id in a decoded answer."""
    for member in _MEMBERS:
        holder = answer.get(member) if isinstance(answer, dict) else None
        found = holder.get("accessKeyId") if isinstance(holder, dict) else None
        if isinstance(found, str) and found:
            return found
    return None
