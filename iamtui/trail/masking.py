"""Hides secrets in records before anything shows, copies or writes them (M1-M4). No switch shows them.

In the place of a secret stand its length and eight hexadecimal digits of its SHA-256, so that equal secrets look equal.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any

import msgspec

from iamtui.trail.records import Record

_NAMES = (
    "sessiontoken",
    "securitytoken",
    "secretaccesskey",
    "password",
    "servicecredentialsecret",
    "secretstring",
    "secretbinary",
    "privatekey",
    "keymaterial",
    "base32stringseed",
    "qrcodepng",
    "plaintext",
    "userdata",
    "samlassertion",
    "identitytoken",
    "tradeintoken",
    "accesstoken",
    "refreshtoken",
    "idtoken",
    "tokenvalue",
    "clientsecret",
    "zipfile",
)
"""How the names of members with secrets end, without case, `_` and `-` (M1)."""

_HIDDEN_BY_AWS = ("HIDDEN_DUE_TO_SECURITY_REASONS", "<sensitiveDataRemoved>", "***")
_SEPARATORS = str.maketrans("", "", "_-")
_TOKEN = r"(?:IQoJb3JpZ2lu|FwoGZXIv|FQoGZXIv|AgoJb3JpZ2lu)[A-Za-z0-9+/=_%-]*"  # noqa: S105 - how they begin
_SHAPES = re.compile(
    rf"{_TOKEN}"
    r"|ABSK[A-Za-z0-9+/=]{16,}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
    r"|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*",
    re.DOTALL,
)
_HINT = re.compile(r"IQoJ|GZXIv|AgoJ|ABSK|PRIVATE KEY|eyJ|://|\"")
_SHORTEST = 14
"""No text that is shorter shows a secret by its shape, or holds JSON with one."""
_SIGNED_URL = re.compile(r"(https?://[^\s\"'?]+\?)([^\s\"']*(?:X-Amz-|Signature=|AWSAccessKeyId=)[^\s\"']*)")
_MEMBER = re.compile(r'(\\*"([A-Za-z0-9_-]+)\\*"\s*:\s*)(\\*")((?:(?!\3).)*)', re.DOTALL)
_DEEPEST = 4  # JSON strings in each other
_DEEPEST_PLACE = 200  # members in each other


@dataclass(frozen=True, slots=True)
class Masked:
    """A record without its secrets, and the JSON pointers of the places where they were."""

    record: Record
    places: tuple[str, ...]


def mask_record(record: Record) -> Masked:
    """Hide every secret in a record."""
    source = record.get("eventSource")
    hiding = _Hiding(is_ssm=source == "ssm.amazonaws.com")
    masked = {name: hiding.member(name, value, f"/{_escaped(name)}") for name, value in record.items()}
    return Masked(masked, tuple(hiding.places))


def mask_text(text: str) -> str:
    """Hide secrets that a text shows by their shape (M2), and those in JSON that it holds, also where it was cut."""
    if len(text) < _SHORTEST or _HINT.search(text) is None:
        return text
    text = _MEMBER.sub(_mask_member, text)
    text = _SIGNED_URL.sub(lambda found: found[1] + hidden(found[2]), text)
    return _SHAPES.sub(lambda found: hidden(found[0]), text)


def hidden(secret: str) -> str:
    """What stands in the place of a secret (M3)."""
    digest = hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()[:8]
    return f"[masked: {len(secret):,} characters, sha256 {digest}]"


def is_secret_name(name: str) -> bool:
    """Whether a member of this name holds a secret (M1)."""
    return name.lower().translate(_SEPARATORS).endswith(_NAMES)


def _mask_member(found: re.Match[str]) -> str:
    """A member of JSON inside a text, whose value may be cut off."""
    if not is_secret_name(found[2]) or not found[4] or found[4] in _HIDDEN_BY_AWS or found[4].startswith("[masked: "):
        return found[0]
    return found[1] + found[3] + hidden(found[4])


class _Hiding:
    """One walk over a record."""

    def __init__(self, *, is_ssm: bool) -> None:
        self._is_ssm = is_ssm
        self.places: list[str] = []

    def member(self, name: str, value: Any, place: str, depth: int = 0) -> Any:
        """The value of a member, with what is secret of it hidden."""
        if is_secret_name(name) or (self._is_ssm and name == "value"):
            return self._all(value, place)
        if name.lower() == "environment" and isinstance(value, dict):
            return {
                inner: self._all(held, f"{place}/{_escaped(inner)}")
                if inner.lower() == "variables"
                else self.member(inner, held, f"{place}/{_escaped(inner)}", depth)
                for inner, held in value.items()
            }
        return self._value(value, place, depth)

    def _value(self, value: Any, place: str, depth: int) -> Any:
        if place.count("/") > _DEEPEST_PLACE:
            return "[not shown: nested too deep]"
        if isinstance(value, dict):
            return {name: self.member(name, held, f"{place}/{_escaped(name)}", depth) for name, held in value.items()}
        if isinstance(value, list):
            return [self._value(held, f"{place}/{index}", depth) for index, held in enumerate(value)]
        if not isinstance(value, str):
            return value
        masked = self._text(value, place, depth)
        if masked != value:
            self.places.append(place)
        return masked

    def _text(self, text: str, place: str, depth: int) -> str:
        """A string; one that is JSON is opened, for its members' names say what is secret (M2)."""
        if text[:1] in ("{", "[") and depth < _DEEPEST:
            try:
                value = msgspec.json.decode(text)
            except (msgspec.DecodeError, ValueError, RecursionError):
                return mask_text(text)
            inner = _Hiding(is_ssm=False)
            masked = inner._value(value, place, depth + 1)
            return msgspec.json.encode(masked).decode() if inner.places else text
        return mask_text(text)

    def _all(self, value: Any, place: str) -> Any:
        """Everything below a secret's name: strings and numbers; what AWS hid stays as it is (M4)."""
        if place.count("/") > _DEEPEST_PLACE:
            self.places.append(place)
            return "[masked]"
        if isinstance(value, dict):
            return {name: self._all(held, f"{place}/{_escaped(name)}") for name, held in value.items()}
        if isinstance(value, list):
            return [self._all(held, f"{place}/{index}") for index, held in enumerate(value)]
        if value is None or isinstance(value, bool) or value == "" or value in _HIDDEN_BY_AWS:
            return value
        self.places.append(place)
        return hidden(str(value))


def _escaped(name: str) -> str:
    """A name as a JSON pointer writes it."""
    return name.replace("~", "~0").replace("/", "~1")
