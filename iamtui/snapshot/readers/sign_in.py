"""Keys, certificates, login profiles, MFA devices and users (I27): what `iam` says of signing in, user by user."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from iamtui.files.source import MalformedError, Source, decode, says_more_follows
from iamtui.snapshot.facts import CredentialsFact
from iamtui.snapshot.model import AccessKey, Credentials, SigningCertificate
from iamtui.snapshot.readers.file_names import Naming
from iamtui.snapshot.readers.reader import Intake, Reader, items_of

Date = str | float | None


class _Key(msgspec.Struct, rename="pascal"):
    access_key_id: str
    user_name: str | None = None
    status: str | None = None
    create_date: Date = None


class _Certificate(msgspec.Struct, rename="pascal"):
    certificate_id: str
    user_name: str | None = None
    status: str | None = None


class _Device(msgspec.Struct, rename="pascal"):
    """Seed and QR code are not among the members, so they are never read (I27)."""

    serial_number: str
    user_name: str | None = None


class _Named(msgspec.Struct, rename="pascal"):
    arn: str | None = None
    user_name: str | None = None
    password_last_used: Date = None


class _VirtualDevice(msgspec.Struct, rename="pascal"):
    serial_number: str
    user: _Named | None = None


def _access_keys(source: Source, intake: Intake) -> Iterator[CredentialsFact]:
    if says_more_follows(source.members) is not None:
        return  # how many keys a user has, no page alone says
    items = list(items_of(source.members["AccessKeyMetadata"], _Key, "/AccessKeyMetadata", intake))
    names = {item.user_name for _, item in items if item.user_name is not None}
    for name in names or {_subject(source)}:
        keys = tuple(
            AccessKey(
                item.access_key_id,
                None if item.status is None else item.status == "Active",
                intake.date(item.create_date, place, "/CreateDate"),
            )
            for place, item in items
            if item.user_name in (name, None)
        )
        yield CredentialsFact(Credentials(access_keys=keys), user=name)


def _certificates(source: Source, intake: Intake) -> Iterator[CredentialsFact]:
    if says_more_follows(source.members) is not None:
        return
    items = [item for _, item in items_of(source.members["Certificates"], _Certificate, "/Certificates", intake)]
    names = {item.user_name for item in items if item.user_name is not None}
    for name in names or {_subject(source)}:
        held = tuple(
            SigningCertificate(item.certificate_id, None if item.status is None else item.status == "Active")
            for item in items
            if item.user_name in (name, None)
        )
        yield CredentialsFact(Credentials(certificates=held), user=name)


def _devices(source: Source, intake: Intake) -> Iterator[CredentialsFact]:
    items = [item for _, item in items_of(source.members["MFADevices"], _Device, "/MFADevices", intake)]
    is_whole = says_more_follows(source.members) is None
    names = {item.user_name for item in items if item.user_name is not None}
    for name in names or {_subject(source)}:
        serials = tuple(item.serial_number for item in items if item.user_name in (name, None))
        if is_whole:
            yield CredentialsFact(Credentials(mfa=bool(serials), mfa_devices=serials), user=name)
        elif serials:
            yield CredentialsFact(Credentials(mfa=True), user=name)


def _virtual_devices(source: Source, intake: Intake) -> Iterator[CredentialsFact]:
    """Devices of users and root; where some are assigned, all that are: root has no other virtual one (FI12).

    A list of none that somebody has may have been asked for those that nobody has.
    """
    items = items_of(source.members["VirtualMFADevices"], _VirtualDevice, "/VirtualMFADevices", intake)
    held = {item.serial_number: item.user.arn for _, item in items if item.user is not None and item.user.arn}
    for serial, arn in held.items():
        yield CredentialsFact(Credentials(mfa=True, mfa_devices=(serial,)), arn=arn)
    if says_more_follows(source.members) is not None:
        return
    for root in dict.fromkeys(arn.rpartition(":")[0] + ":root" for arn in held.values()):
        yield CredentialsFact(Credentials(mfa_devices=()), arn=root)


def _login_profile(source: Source, _: Intake) -> Iterator[CredentialsFact]:
    profile = decode(source.members["LoginProfile"], _Named, "/LoginProfile")
    name = profile.user_name or _subject(source)
    yield CredentialsFact(Credentials(console_password=True), user=name)


def _users(source: Source, intake: Intake) -> Iterator[CredentialsFact]:
    """`list-users` and `get-user`: only they say when a password was last used."""
    if "User" in source.keys:
        items = [("/User", decode(source.members["User"], _Named, "/User"))]
    else:
        items = list(items_of(source.members["Users"], _Named, "/Users", intake))
    for place, item in items:
        if item.arn is not None:
            used = intake.date(item.password_last_used, place, "/PasswordLastUsed")
            is_told = used is not None or not item.password_last_used
            yield CredentialsFact(Credentials(password_last_used=used, tells_password_use=is_told), arn=item.arn)


def _subject(source: Source) -> str:
    naming = Naming.of(source.path)
    if naming.call is None or naming.subject is None:
        raise MalformedError(
            "", "expected a user's name inside, or a file named CALL/USER, as list-access-keys/alice.json"
        )
    return naming.subject


def _is_iam(key: str) -> bool:
    return key in ("User", "Users")


def _recognises_users(source: Source) -> bool:
    key = next(filter(_is_iam, source.keys), None)
    return key is not None and b'"UserName"' in bytes(source.members[key])


def _recognises_certificates(source: Source) -> bool:
    raw = source.members.get("Certificates")
    named = Naming.of(source.path).call == "list-signing-certificates"
    return raw is not None and (named or b'"CertificateId"' in bytes(raw))


READERS = (
    Reader("access-keys", lambda source: "AccessKeyMetadata" in source.keys, _access_keys),
    Reader("signing-certificates", _recognises_certificates, _certificates),
    Reader("mfa-devices", lambda source: "MFADevices" in source.keys, _devices),
    Reader("virtual-mfa-devices", lambda source: "VirtualMFADevices" in source.keys, _virtual_devices),
    Reader("login-profile", lambda source: "LoginProfile" in source.keys, _login_profile),
    Reader("users", _recognises_users, _users),
)
