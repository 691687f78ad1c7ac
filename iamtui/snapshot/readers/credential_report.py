"""The credential report: bare CSV, or base64 of it in the JSON of `get-credential-report` (I20-I22)."""

from __future__ import annotations

import base64
import binascii
import csv
import io
from collections.abc import Iterator, Mapping

from iamtui.files.heads import is_csv_report, is_report
from iamtui.files.source import MalformedError, Source, decode
from iamtui.snapshot.facts import CredentialsFact
from iamtui.snapshot.model import AccessKey, Credentials, LastUsed, Severity, SigningCertificate
from iamtui.snapshot.readers.reader import Intake, Reader

_HEAD = 2_000
_NOTHING = frozenset(("", "N/A", "no_information", "not_supported"))


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


def _credentials(row: Mapping[str, str | None], intake: Intake, place: str) -> Credentials:
    used, changed = _value(row, "password_last_used"), _value(row, "password_last_changed")
    return Credentials(
        console_password=_flag(row, "password_enabled"),
        password_last_used=intake.date(used, f"{place}, password_last_used"),
        password_changed=intake.date(changed, f"{place}, password_last_changed"),
        mfa=_flag(row, "mfa_active"),
        access_keys=tuple(key for number in (1, 2) if (key := _key(row, number, intake, place)) is not None),
        certificates=_certificates(row),
        made=intake.date(_value(row, "user_creation_time"), f"{place}, user_creation_time"),
    )


def _certificates(row: Mapping[str, str | None]) -> tuple[SigningCertificate, ...] | None:
    """The signing certificates of a report; one that is not active and was never uploaded is none."""
    states = [(_flag(row, f"cert_{number}_active"), _value(row, f"cert_{number}_last_rotated")) for number in (1, 2)]
    if all(active is None for active, _ in states):
        return None
    return tuple(SigningCertificate(None, active) for active, made in states if active or made is not None)


def _key(row: Mapping[str, str | None], number: int, intake: Intake, place: str) -> AccessKey | None:
    """A key of the report; one that is not active and was never made is none."""
    column = f"access_key_{number}"
    active, made = _flag(row, f"{column}_active"), _value(row, f"{column}_last_rotated")
    if not active and made is None:
        return None
    used = _value(row, f"{column}_last_used_date")
    last_used = LastUsed(
        intake.date(used, f"{place}, {column}_last_used_date"),
        _value(row, f"{column}_last_used_region"),
        _value(row, f"{column}_last_used_service"),
    )
    return AccessKey(None, active, intake.date(made, f"{place}, {column}_last_rotated"), last_used)


def _value(row: Mapping[str, str | None], column: str) -> str | None:
    text = row.get(column)
    return None if text is None or text in _NOTHING else text


def _flag(row: Mapping[str, str | None], column: str) -> bool | None:
    text = (row.get(column) or "").lower()
    return True if text == "true" else False if text == "false" else None


READER = Reader("credential-report", _recognises, _read)
