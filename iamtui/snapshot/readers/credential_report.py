"""The credential report: bare CSV, or base64 of it in the JSON of `get-credential-report` (I20-I22)."""

from __future__ import annotations

import base64
import binascii
import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

from iamtui.files.heads import is_csv_report, is_report
from iamtui.files.source import MalformedError, Source, decode
from iamtui.snapshot.facts import CredentialsFact
from iamtui.snapshot.model import AccessKey, Credentials, LastUsed, Severity, SigningCertificate
from iamtui.snapshot.readers.reader import Intake, Reader

Row: TypeAlias = Mapping[str, str | None]

_HEAD = 2_000
_STATES = {"true": True, "false": False}
_NEVER = frozenset(("N/A", "no_information"))
_NOTHING = _NEVER | {"", "not_supported"}


def _recognises(source: Source) -> bool:
    if source.members:
        return "Content" in source.keys and source.keys <= {"Content", "ReportFormat", "GeneratedTime"}
    return is_report(source.data.lstrip()[:_HEAD])


def _read(source: Source, intake: Intake) -> Iterator[CredentialsFact]:
    rows = csv.DictReader(io.StringIO(_text(source), newline=""))
    index = 0
    try:
        columns = len(rows.fieldnames or ())
        for index, row in enumerate(rows, 1):
            if len([value for value in row.values() if value is not None]) < columns:
                intake.problems.add(f"row {index}", f"expected {columns} columns", "the row is passed over")
            elif intake.is_arn(row.get("arn") or "", f"row {index}, arn"):
                yield CredentialsFact(_credentials(row, intake, f"row {index}"), arn=row["arn"])
    except csv.Error as error:
        intake.problems.add(f"row {index + 1}", f"expected CSV: {error}", "it and the rows after it are passed over")
    if index == 0:
        intake.problems.add("", "expected a row for each user", "the report adds nothing", Severity.WARNING)


def _text(source: Source) -> str:
    data, place = source.data, ""
    if source.members:
        place = "/Content"
        data = decode(source.members["Content"], str, place).encode(errors="surrogatepass")
    if not is_csv_report(data.lstrip()[:_HEAD]):
        try:
            data = base64.b64decode(b"".join(data.split()), validate=True)
        except binascii.Error as error:
            raise MalformedError(place, f"expected base64: {error}") from error
    try:
        text = data.decode("utf-8-sig").lstrip()
    except UnicodeDecodeError as error:
        raise MalformedError(place, f"expected UTF-8: {error.reason}") from error
    if not is_csv_report(text[:_HEAD].encode()):
        raise MalformedError(place, "expected CSV with the columns user, arn, …")
    return text


def _credentials(row: Row, intake: Intake, place: str) -> Credentials:
    changed = _value(row, "password_last_changed")
    used = _last_use(row, "password_last_used", intake, place)
    return Credentials(
        console_password=_flag(row, "password_enabled", intake, place),
        password_last_used=None if used is None else used.at,
        password_changed=intake.date(changed, f"{place}, password_last_changed"),
        mfa=_flag(row, "mfa_active", intake, place),
        access_keys=_keys(row, intake, place),
        certificates=_certificates(row, intake, place),
        made=intake.date(_value(row, "user_creation_time"), f"{place}, user_creation_time"),
        tells_password_use=used is not None,
    )


def _last_use(row: Row, column: str, intake: Intake, place: str) -> LastUsed | None:
    """When something was last used, or that it never was (I22); None where the report says neither."""
    if row.get(column) in _NEVER:
        return LastUsed()
    used = intake.date(_value(row, column), f"{place}, {column}")
    return None if used is None else LastUsed(used)


def _certificates(row: Row, intake: Intake, place: str) -> tuple[SigningCertificate, ...] | None:
    """The signing certificates of a report; one that is not active and was never uploaded is none."""
    columns = [f"cert_{number}" for number in (1, 2)]
    if all(_value(row, f"{column}_active") is None for column in columns):
        return None
    states = [(_flag(row, f"{column}_active", intake, place), column) for column in columns]
    return tuple(SigningCertificate(None, active) for active, column in states if _is_one(row, column, active=active))


def _keys(row: Row, intake: Intake, place: str) -> tuple[AccessKey, ...] | None:
    """The access keys of a report; not known where it has no column of any."""
    columns = [f"access_key_{number}" for number in (1, 2)]
    if not any(f"{column}_active" in row for column in columns):
        return None
    return tuple(key for column in columns if (key := _key(row, column, intake, place)) is not None)


def _key(row: Row, column: str, intake: Intake, place: str) -> AccessKey | None:
    """A key of the report; one that is not active and was never made is none."""
    active, made = _flag(row, f"{column}_active", intake, place), _value(row, f"{column}_last_rotated")
    if not _is_one(row, column, active=active):
        return None
    used = _last_use(row, f"{column}_last_used_date", intake, place)
    if used is not None:
        region, service = (_value(row, f"{column}_last_used_{name}") for name in ("region", "service"))
        used = replace(used, region=region, service=service)
    return AccessKey(None, active, intake.date(made, f"{place}, {column}_last_rotated"), used)


def _is_one(row: Row, column: str, *, active: bool | None) -> bool:
    """Whether there is a key or certificate; one of which the report says something that is no state may be there."""
    made = _value(row, f"{column}_last_rotated")
    return made is not None or (active is not False and _value(row, f"{column}_active") is not None)


def _value(row: Row, column: str) -> str | None:
    text = row.get(column)
    return None if text is None or text in _NOTHING else text


def _flag(row: Row, column: str, intake: Intake, place: str) -> bool | None:
    """A state, in any case (I22); another word is told, and says nothing."""
    text = _value(row, column)
    state = None if text is None else _STATES.get(text.lower())
    if text is not None and state is None:
        expected = f"expected true or false, got {text[:80]!r}"
        intake.problems.add(f"{place}, {column}", expected, "it counts as not known", Severity.WARNING)
    return state


READER = Reader("credential-report", _recognises, _read)
