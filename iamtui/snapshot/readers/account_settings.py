"""Summary, password policy, alias, public access block and identity providers of an account (I23-I26, I32)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from iamtui.arn import is_account_id
from iamtui.files.source import MalformedError, Source, decode, says_more_follows
from iamtui.snapshot.facts import AccountFact, ProviderFact, RoleFact
from iamtui.snapshot.model import Exported, IdentityProvider, ServerCertificate, Tags
from iamtui.snapshot.readers.file_names import Naming
from iamtui.snapshot.readers.reader import Intake, Reader, items_of

Date = str | float | None


class Tag(msgspec.Struct, rename="pascal"):
    """A tag as most services write it."""

    key: str
    value: str | None = None


def tags_of(items: list[Tag] | None) -> Tags:
    """The tags of a list, in its order."""
    return tuple((item.key, item.value or "") for item in items or ())


class _Provider(msgspec.Struct, rename="pascal"):
    arn: str
    valid_until: Date = None
    create_date: Date = None


class _Certificate(msgspec.Struct, rename="pascal"):
    arn: str
    expiration: Date = None


class _OidcProvider(msgspec.Struct):
    url: str | None = msgspec.field(name="Url", default=None)
    audiences: list[str] | None = msgspec.field(name="ClientIDList", default=None)
    create_date: Date = msgspec.field(name="CreateDate", default=None)
    tags: list[Tag] | None = msgspec.field(name="Tags", default=None)


class _Identity(msgspec.Struct, rename="pascal"):
    account: str


class _Role(msgspec.Struct, rename="pascal"):
    arn: str
    description: str | None = None
    max_session_duration: int | None = None


def _caller(source: Source, _: Intake) -> Iterator[AccountFact]:
    """`sts get-caller-identity`: which account the files beside it are of."""
    identity = decode(source.data, _Identity)
    if not is_account_id(identity.account):
        raise MalformedError("/Account", f"expected an account of twelve digits, got {identity.account[:40]!r}")
    yield AccountFact(account=identity.account)


def _summary(source: Source, _: Intake) -> Iterator[AccountFact]:
    summary = decode(source.members["SummaryMap"], dict[str, int | None], "/SummaryMap")
    yield AccountFact(summary={name: count for name, count in summary.items() if count is not None})


def _password_policy(source: Source, _: Intake) -> Iterator[AccountFact]:
    policy = decode(source.members["PasswordPolicy"], dict[str, int | bool | None], "/PasswordPolicy")
    known = {name: value for name, value in policy.items() if value is not None}
    yield AccountFact(password_policy=known, password_policy_state=Exported.PRESENT)


def _aliases(source: Source, intake: Intake) -> Iterator[AccountFact]:
    aliases = [alias for _, alias in items_of(source.members["AccountAliases"], str, "/AccountAliases", intake)]
    yield AccountFact(alias=aliases[0] if aliases else None)


def _saml_providers(source: Source, intake: Intake) -> Iterator[AccountFact]:
    yield AccountFact(saml_providers=_listed_providers(source, "SAMLProviderList", intake))


def _oidc_providers(source: Source, intake: Intake) -> Iterator[AccountFact]:
    yield AccountFact(oidc_providers=_listed_providers(source, "OpenIDConnectProviderList", intake))


def _listed_providers(source: Source, key: str, intake: Intake) -> tuple[IdentityProvider, ...] | None:
    """All providers of a kind; None: the list is cut off."""
    found = tuple(
        IdentityProvider(
            arn=item.arn,
            url=item.arn.partition(":oidc-provider/")[2] or None,
            valid_until=intake.date(item.valid_until, place, "/ValidUntil"),
            created=intake.date(item.create_date, place, "/CreateDate"),
        )
        for place, item in items_of(source.members[key], _Provider, f"/{key}", intake)
        if intake.is_arn(item.arn, f"{place}/Arn")
    )
    return found if says_more_follows(source.members) is None else None


def _server_certificates(source: Source, intake: Intake) -> Iterator[AccountFact]:
    key = "ServerCertificateMetadataList"
    held = tuple(
        ServerCertificate(item.arn, intake.date(item.expiration, place, "/Expiration"))
        for place, item in items_of(source.members[key], _Certificate, f"/{key}", intake)
        if intake.is_arn(item.arn, f"{place}/Arn")
    )
    yield AccountFact(server_certificates=held if says_more_follows(source.members) is None else None)


def _oidc_provider(source: Source, intake: Intake) -> Iterator[ProviderFact]:
    item = decode(source.data, _OidcProvider)
    subject = Naming.of(source.path).subject or ""
    if not subject.startswith("arn:") and not item.url:
        raise MalformedError("", "expected Url, or the provider's ARN as the name of the file (percent-encoded)")
    yield ProviderFact(
        IdentityProvider(
            arn=subject if subject.startswith("arn:") else "",
            url=(item.url or "").removeprefix("https://") or None,
            audiences=tuple(item.audiences or ()),
            created=intake.date(item.create_date, "/CreateDate"),
            tags=tags_of(item.tags),
        )
    )


def _roles(source: Source, intake: Intake) -> Iterator[RoleFact]:
    """`list-roles` and `get-role`: only they say description and session duration."""
    if "Role" in source.keys:
        items = [decode(source.members["Role"], _Role, "/Role")]
    else:
        items = [item for _, item in items_of(source.members["Roles"], _Role, "/Roles", intake)]
    for item in items:
        yield RoleFact(item.arn, item.description, item.max_session_duration)


def _recognises_roles(source: Source) -> bool:
    raw = source.members.get("Role", source.members.get("Roles"))
    return raw is not None and (b'"RoleName"' in bytes(raw) or bytes(raw) == b"[]")


def _is_identity(source: Source) -> bool:
    account = bytes(source.members.get("Account", b""))
    return account.startswith(b'"') and source.keys <= {"Account", "UserId", "Arn"}


READERS = (
    Reader("caller-identity", _is_identity, _caller),
    Reader("account-summary", lambda source: "SummaryMap" in source.keys, _summary),
    Reader("password-policy", lambda source: "PasswordPolicy" in source.keys, _password_policy),
    Reader("account-alias", lambda source: "AccountAliases" in source.keys, _aliases),
    Reader("saml-providers", lambda source: "SAMLProviderList" in source.keys, _saml_providers),
    Reader("oidc-providers", lambda source: "OpenIDConnectProviderList" in source.keys, _oidc_providers),
    Reader("server-certificates", lambda source: "ServerCertificateMetadataList" in source.keys, _server_certificates),
    Reader("oidc-provider", lambda source: {"ClientIDList", "ThumbprintList"} <= source.keys, _oidc_provider),
    Reader("roles", _recognises_roles, _roles),
)
