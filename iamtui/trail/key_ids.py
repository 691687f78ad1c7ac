"""What an access key id says by itself: its kind, and the account that issued it (Y1-Y4)."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from types import MappingProxyType

_KINDS = MappingProxyType(
    {
        "AKIA": "access key",
        "ASIA": "temporary access key",
        "ABIA": "STS service bearer token",
        "ACCA": "context-specific credential",
        "ABSK": "Bedrock API key",
        "AGPA": "group",
        "AIDA": "user",
        "AIPA": "instance profile",
        "ANPA": "managed policy",
        "ANVA": "version of a managed policy",
        "APKA": "public key",
        "AROA": "role",
        "ASCA": "certificate",
    }
)
"""The prefixes of unique ids (Y1, L70)."""

_WITH_ACCOUNT = ("AKIA", "ASIA")
_BASE32 = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
_LENGTH = 20
_MASK = 0x7FFFFFFFFF80


@dataclass(frozen=True, slots=True)
class KeyId:
    """An id by its text alone.

    Attributes:
        text: as written.
        kind: what bears it; None for a prefix that no id has.
        account: the account that issued it (Y4: not whether it works); None where it cannot be told.
        why: why there is no account; None where there is one.
        is_secret: whether the text itself is a secret and must not be shown (Y1).
    """

    text: str
    kind: str | None
    account: str | None = None
    why: str | None = None
    is_secret: bool = False


def read_key_id(text: str) -> KeyId:
    """The kind of an id, and the account in an access key id of today's form."""
    prefix = text[:4].upper()
    kind = _KINDS.get(prefix)
    if prefix == "ABSK":
        return KeyId(text, kind, why="a Bedrock API key is a secret, not an id", is_secret=True)
    if kind is None:
        return KeyId(text, None, why="no id of AWS begins so: expected AKIA…, ASIA…, AROA… or AIDA…")
    if prefix not in _WITH_ACCOUNT:
        return KeyId(text, kind, why=f"the id of a {kind} does not say its account")
    reason = _refusal(text)
    if reason is not None:
        return KeyId(text, kind, why=reason)
    number = (int.from_bytes(base64.b32decode(text[4:])[:6], "big") & _MASK) >> 7
    if number == 0:
        return KeyId(text, kind, why="its account would be zero: the id was edited")
    return KeyId(text, kind, account=f"{number:012d}")


def _refusal(text: str) -> str | None:
    """Why a key id tells no account (Y3)."""
    if "*" in text:
        return "it is masked"
    if len(text) != _LENGTH:
        return f"expected {_LENGTH} characters, got {len(text)}"
    if text.endswith("EXAMPLE"):
        return "it is one of AWS's examples"
    if not _BASE32.issuperset(text[4:]) or text[:4] not in _WITH_ACCOUNT:
        return "it has characters that no key id has (0, 1, 8, 9 or lower case): it was edited"
    if text[4] in "IJ":
        return "it has the older form, which does not hold the account"
    return None
