"""The entries of a Principal or NotPrincipal element, by form (policy-language.md section 4)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from iamtui.arn import Arn, MalformedArnError, is_account_id


class EntryKind(StrEnum):
    """What a principal entry names."""

    EVERYONE = "everyone"
    ACCOUNT = "account"
    USER = "user"
    ROLE = "role"
    ROLE_SESSION = "role session"
    FEDERATED_USER = "federated user"
    UNIQUE_ID = "unique id"
    SERVICE = "service"
    PROVIDER = "identity provider"
    CANONICAL_USER = "canonical user"
    OTHER = "other"  # valid, but no principal of a request: an origin access identity, say
    INVALID = "invalid"  # a group, a partial wildcard, not an ARN (L51, L52)


@dataclass(frozen=True, slots=True)
class PrincipalEntry:
    """One entry: `key` is `AWS`, `Service`, `Federated`, `CanonicalUser`, or `*` for the bare star.

    `account` and `partition` are set for entries of one account; `partition` is empty for a bare account id.
    """

    key: str
    text: str
    kind: EntryKind
    account: str = ""
    partition: str = ""


@dataclass(frozen=True, slots=True)
class PrincipalElement:
    """A Principal, or with `negated` a NotPrincipal, element."""

    negated: bool
    entries: tuple[PrincipalEntry, ...]

    @property
    def names_everyone(self) -> bool:
        """Whether `*` is among the entries."""
        return any(entry.kind is EntryKind.EVERYONE for entry in self.entries)


KEYS = ("AWS", "Service", "Federated", "CanonicalUser")
_UNIQUE_ID = re.compile(r"A[A-Z0-9]{15,127}")
_IAM_KINDS = {"user": EntryKind.USER, "role": EntryKind.ROLE}
_STS_KINDS = {"assumed-role": EntryKind.ROLE_SESSION, "federated-user": EntryKind.FEDERATED_USER}


def parse_entry(key: str, text: str) -> PrincipalEntry:
    """Recognise one entry by its key and form; what no form fits is `INVALID`."""
    if key == "Service":
        return PrincipalEntry(key, text, EntryKind.INVALID if "*" in text or "?" in text else EntryKind.SERVICE)
    if key == "Federated":
        return PrincipalEntry(key, text, EntryKind.INVALID if "*" in text or not text else EntryKind.PROVIDER)
    if key == "CanonicalUser":
        return PrincipalEntry(key, text, EntryKind.CANONICAL_USER)
    if text == "*":
        return PrincipalEntry(key, text, EntryKind.EVERYONE)
    if is_account_id(text):
        return PrincipalEntry(key, text, EntryKind.ACCOUNT, account=text)
    if _UNIQUE_ID.fullmatch(text):
        return PrincipalEntry(key, text, EntryKind.UNIQUE_ID)
    return _parse_arn_entry(key, text)


def _parse_arn_entry(key: str, text: str) -> PrincipalEntry:
    try:
        arn = Arn.parse(text)
    except MalformedArnError:
        return PrincipalEntry(key, text, EntryKind.INVALID)
    kind = EntryKind.INVALID
    if "*" in text or "?" in text:
        pass
    elif arn.service == "iam" and arn.account == "cloudfront":
        kind = EntryKind.OTHER
    elif not is_account_id(arn.account):
        pass
    elif arn.service == "iam" and arn.resource == "root":
        kind = EntryKind.ACCOUNT
    elif arn.service == "iam":
        kind = _IAM_KINDS.get(arn.resource_type, EntryKind.INVALID)
    elif arn.service == "sts":
        kind = _STS_KINDS.get(arn.resource_type, EntryKind.INVALID)
    return PrincipalEntry(key, text, kind, arn.account, arn.partition)
