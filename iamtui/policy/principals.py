"""The entries of a Principal or NotPrincipal element, by form (L50-L57)."""

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
COGNITO = (
    "cognito-identity.amazonaws.com",
    "cognito-identity-us-gov.amazonaws.com",
    "cognito-identity.us-gov-east-1.amazonaws.com",
    "cognito-identity.cn-north-1.amazonaws.com.cn",
)
"""Who issues the tokens of Cognito's identity pools, and what their claims are called after.

The last three do so in GovCloud (AWS GovCloud User Guide, Amazon Cognito) and in China (Getting Started with AWS in
China, Amazon Cognito).
"""
_UNIQUE_ID = re.compile(r"A[A-Z0-9]{15,127}")
_HOST = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.ASCII)
_PROVIDER = re.compile(r"arn:aws[-a-z]*:iam::\d{12}:(?:saml|oidc)-provider/[^*?]+", re.ASCII)
_CANONICAL_ID = re.compile(r"[0-9a-f]{64}|[0-9a-f]{96}")  # an origin access identity has one of 96 digits
_FORMS = {
    "Service": ((_HOST,), EntryKind.SERVICE),
    "Federated": ((_PROVIDER, _HOST), EntryKind.PROVIDER),
    "CanonicalUser": ((_CANONICAL_ID,), EntryKind.CANONICAL_USER),
}
_NAME = "[^*?]*[^*?/]"
_RESOURCES = {
    "iam": (
        (re.compile("root"), EntryKind.ACCOUNT),
        (re.compile(f"user/{_NAME}"), EntryKind.USER),
        (re.compile(f"role/{_NAME}"), EntryKind.ROLE),
    ),
    "sts": (
        (re.compile("assumed-role/[^*?/]+/[^*?/]+"), EntryKind.ROLE_SESSION),
        (re.compile("federated-user/[^*?/]+"), EntryKind.FEDERATED_USER),
    ),
}


def parse_entry(key: str, text: str) -> PrincipalEntry:
    """Recognise one entry by its key and form; what no form fits is `INVALID`."""
    if key in _FORMS:
        forms, kind = _FORMS[key]
        fits = any(form.fullmatch(text) for form in forms)
        return PrincipalEntry(key, text, kind if fits else EntryKind.INVALID)
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
    return PrincipalEntry(key, text, _kind_of_arn(arn), arn.account, arn.partition)


def _kind_of_arn(arn: Arn) -> EntryKind:
    if arn.service == "iam" and arn.account == "cloudfront" and "*" not in arn.resource:
        return EntryKind.OTHER
    if arn.region or not is_account_id(arn.account):
        return EntryKind.INVALID
    forms = _RESOURCES.get(arn.service, ())
    return next((kind for form, kind in forms if form.fullmatch(arn.resource)), EntryKind.INVALID)
