"""The mute file: which findings are accepted, why, and until when (FI6, FI7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time

import msgspec

from iamtui.analysis.findings.review.hygiene_results import HygieneFinding, Mute
from iamtui.analysis.findings.review.rule_table import is_rule
from iamtui.patterns import glob

ANY = "*"


class MutesError(ValueError):
    """A mute file that cannot be used; the message names the place and what was expected."""


class _Record(msgspec.Struct, forbid_unknown_fields=True):
    rule: str
    subject: str
    reason: str
    until: str
    by: str = ""


_DECODER = msgspec.json.Decoder(list[_Record])


def read_mutes(data: bytes) -> tuple[Mute, ...]:
    """The mutes of a file.

    Raises:
        MutesError: no JSON list of mutes, a rule that does not exist, a blank reason, no date, or a mute of everything.
    """
    try:
        records = _DECODER.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise MutesError(f"expected a list of mutes: {error}") from error
    return tuple(_mute(place, record) for place, record in enumerate(records))


def _mute(place: int, record: _Record) -> Mute:
    if record.rule != ANY and not is_rule(record.rule):
        raise MutesError(f"/{place}/rule: {record.rule[:40]!r} is no rule")
    if not record.subject.strip():
        raise MutesError(f"/{place}/subject: expected the ARN of a subject, wildcards allowed")
    if not record.subject.strip("*") and record.rule == ANY:
        raise MutesError(f"/{place}: a mute of every rule on every subject is refused")
    if not record.reason.strip():
        raise MutesError(f"/{place}/reason: expected why the finding is accepted")
    try:
        day = date.fromisoformat(record.until)
    except ValueError:
        raise MutesError(f"/{place}/until: expected a date such as 2027-03-31") from None
    until = datetime.combine(day, time(23, 59, 59, 999_999), UTC)
    return Mute(rule=record.rule, subject=record.subject, reason=record.reason, until=until, by=record.by)


def muted(findings: Iterable[HygieneFinding], mutes: Sequence[Mute], at: datetime) -> Iterator[HygieneFinding]:
    """The findings, each with the first mute that covers it on the day of `at`."""
    for finding in findings:
        mute = next((one for one in mutes if one.until >= at and covers(one, finding)), None)
        yield finding if mute is None else replace(finding, muted=mute)


def stale(findings: Sequence[HygieneFinding], mutes: Sequence[Mute], at: datetime) -> Iterator[tuple[Mute, str]]:
    """The mutes that have expired or match nothing any more, each with which of both (FI7)."""
    for mute in mutes:
        if mute.until < at:
            yield mute, f"expired on {mute.until.date()}"
        elif not any(covers(mute, finding) for finding in findings):
            yield mute, "matches nothing"


def covers(mute: Mute, finding: HygieneFinding) -> bool:
    """Whether a mute is about a finding, its date aside."""
    return is_meant(mute, finding.rule, finding.subject.arn)


def is_meant(mute: Mute, rule: str, arn: str) -> bool:
    """Whether a mute is about findings of a rule on a subject, its date aside."""
    return mute.rule in (ANY, rule) and bool(glob(mute.subject)(arn))


def with_mute(data: bytes, mute: Mute) -> bytes:
    """The content of a mute file with one mute more, in place of one of the same; empty content is a new file.

    Raises:
        MutesError: what is there is no list of mutes.
    """
    known = read_mutes(data) if data.strip() else ()
    records = [
        {"rule": one.rule, "subject": one.subject, "reason": one.reason, "until": one.until.date().isoformat()}
        | ({"by": one.by} if one.by else {})
        for one in (*(one for one in known if (one.rule, one.subject) != (mute.rule, mute.subject)), mute)
    ]
    return msgspec.json.format(msgspec.json.encode(records)) + b"\n"
