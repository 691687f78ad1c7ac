"""A review of accounts as text, JSON and CSV (FI1, FI2, FI6)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from iamtui.analysis.findings.review.hygiene_results import HygieneFinding, HygieneReview, Mute, Subject
from iamtui.analysis.findings.review.rule_table import finding_rule
from iamtui.policy.lint import FindingSeverity
from iamtui.reports.csv_rows import csv_text
from iamtui.reports.serial import Data, json_bytes
from iamtui.visible import shown


def review_as_text(review: HygieneReview, *, unknown: bool = False) -> Iterator[str]:
    """The gravest findings first, those of one rule together with why and remedy; then the unknown, and the counts."""
    for (severity, number), group in groupby(review.standing, lambda one: (one.severity, one.rule)):
        found = list(group)
        yield f"{severity.value}  {number}  {shown(finding_rule(number).title)}"
        for finding in found:
            yield f"  {shown(finding.message)}  {shown(finding.subject.arn)}"
        if found[0].why:
            yield f"  why: {shown(found[0].why)}"
        for fix in dict.fromkeys(finding.fix for finding in found if finding.fix):
            yield f"  → {shown(fix)}"
        yield ""
    if unknown:
        yield from _unknown_lines(review)
    for mute, word in review.stale_mutes:
        yield f"warning  FI7  the mute of {shown(mute.rule)} on {shown(mute.subject)} {word}"
    yield counted(review)
    if review.unknown and not unknown:
        yield f"not told by the export: {len(review.unknown):,} answers (--unknown lists what to export)"
    at = "the export has no date" if review.at is None else f"as of {review.at.date()}"
    yield f"{at}; what iamtui does not look for stands in docs/findings.md"


def _unknown_lines(review: HygieneReview) -> Iterator[str]:
    by_rule = sorted(review.unknown, key=lambda one: (one.rule, one.needs))
    for (number, needs), group in groupby(by_rule, lambda one: (one.rule, one.needs)):
        subjects = [one.subject for one in group]
        count = f"{len(subjects):,} subject{'' if len(subjects) == 1 else 's'}"
        exports = shown(" or ".join(needs))
        yield f"unknown  {number}  {shown(finding_rule(number).title)}: {count}; export {exports}"
        yield f"  {shown(names_of(subjects))}"
    if review.unknown:
        yield ""


def names_of(subjects: Sequence[Subject]) -> str:
    """`alice, bob and 24 more`."""
    names = ", ".join(one.name for one in subjects[:_MOST_NAMES])
    more = len(subjects) - _MOST_NAMES
    return f"{names} and {more:,} more" if more > 0 else names


_MOST_NAMES = 6


def counted(review: HygieneReview) -> str:
    """`12 found, 3 muted: 2 security, 10 warning`, the counts of what is not muted."""
    standing = review.standing
    mute_count = len(review.findings) - len(standing)
    counts = ((severity, sum(one.severity is severity for one in standing)) for severity in FindingSeverity)
    words = ", ".join(f"{count:,} {severity.value}" for severity, count in counts if count) or "no findings"
    return f"{len(review.findings):,} found, {mute_count:,} muted: {words}"


def review_as_json(review: HygieneReview) -> bytes:
    """The whole review.

    `{"version": 1, "at", "findings", "unknown": [{"rule", "subject", "needs"}], "clear": [{"rule", "subjects",
    "reason"}], "stale_mutes": [{"rule", "subject", "until", "state"}], "counts"}`: a finding is `{"rule", "severity",
    "subject": {"name", "kind", "arn"}, "message", "why", "fix", "rows", "references", "muted"}`, and muted is null or
    `{"reason", "until", "by"}`. `counts` has `found`, `muted`, `unknown`, and each severity of what is not muted.
    """
    standing = review.standing
    counts: dict[str, Data] = {
        "found": len(review.findings),
        "muted": len(review.findings) - len(standing),
        "unknown": len(review.unknown),
        **{severity.value: sum(one.severity is severity for one in standing) for severity in FindingSeverity},
    }
    return json_bytes(
        {
            "version": 1,
            "at": None if review.at is None else review.at.isoformat(),
            "findings": [_finding(finding) for finding in review.findings],
            "unknown": [
                {"rule": one.rule, "subject": one.subject.arn, "needs": list(one.needs)} for one in review.unknown
            ],
            "clear": [{"rule": one.rule, "subjects": one.subjects, "reason": one.reason} for one in review.clear],
            "stale_mutes": [
                {"rule": mute.rule, "subject": mute.subject, "until": mute.until.date().isoformat(), "state": state}
                for mute, state in review.stale_mutes
            ],
            "counts": counts,
        }
    )


def _finding(finding: HygieneFinding) -> dict[str, Data]:
    subject = finding.subject
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "subject": {"name": subject.name, "kind": subject.kind, "arn": subject.arn},
        "message": finding.message,
        "why": finding.why,
        "fix": finding.fix,
        "rows": list(finding.rows),
        "references": list(finding.references),
        "muted": _mute(finding.muted),
    }


def _mute(mute: Mute | None) -> Data:
    if mute is None:
        return None
    return {"reason": mute.reason, "until": mute.until.date().isoformat(), "by": mute.by}


def review_as_csv(review: HygieneReview) -> str:
    """A row for each finding: rule, severity, kind and ARN of the subject, message, remedy, until when it is muted."""
    rows: list[tuple[str, ...]] = [("rule", "severity", "kind", "subject", "message", "fix", "muted_until")]
    for one in review.findings:
        until = "" if one.muted is None else one.muted.until.date().isoformat()
        rows.append((one.rule, one.severity.value, one.subject.kind, one.subject.arn, one.message, one.fix, until))
    return csv_text(rows)
