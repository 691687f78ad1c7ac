"""The findings of a review as sections of a document (FI1, FI2, FI6)."""

from __future__ import annotations

from itertools import groupby, islice

from iamtui.analysis.findings.review.hygiene_results import HygieneFinding, HygieneReview, UnknownAnswer
from iamtui.analysis.findings.review.rule_table import finding_rule
from iamtui.policy.lint import FindingSeverity
from iamtui.reports.hygiene import counted, names_of
from iamtui.reports.review.document import Document, Row, Section, Table, bounded
from iamtui.visible import Tone

_TONES: dict[FindingSeverity, Tone] = {
    FindingSeverity.ERROR: "bad",
    FindingSeverity.SECURITY: "bad",
    FindingSeverity.WARNING: "warn",
    FindingSeverity.SUGGESTION: "accent",
    FindingSeverity.INFO: "muted",
}


def findings_document(review: HygieneReview) -> Document:
    """Findings alone as a document, with every row and with what the export does not tell."""
    day = "The export has no date." if review.at is None else f"Judged as of {review.at.date()}."
    found = findings_section(review, None)
    tables = (unknown_table(review, None),) if review.unknown else ()
    unknown = (Section("unknown", "Not told by the export", (), tables),) if tables else ()
    return Document("Findings", (day, *found.said), (*found.sections, *unknown))


def findings_section(review: HygieneReview, most: int | None) -> Section:
    """A section for each rule, then what was accepted, and mutes that mute nothing (FI6, FI7)."""
    groups = groupby(review.standing, lambda one: (one.severity, one.rule))
    sections = [_rule(severity, number, list(found), most) for (severity, number), found in groups]
    muted = [one for one in review.findings if one.muted is not None]
    if muted:
        columns = ("rule", "subject", "finding", "reason", "until", "by")
        table = bounded(columns, map(_muted, muted), most, "iamtui findings --lint --mutes FILE --format csv")
        sections.append(Section("muted", "Accepted findings", (), (table,)))
    stale = tuple(f"the mute of {mute.rule} on {mute.subject} {word}" for mute, word in review.stale_mutes)
    said = (f"{counted(review)}; the gravest first, of one rule together.", *stale)
    return Section("findings", "Findings", said, (), tuple(sections))


def _rule(severity: FindingSeverity, number: str, found: list[HygieneFinding], most: int | None) -> Section:
    row = finding_rule(number)
    fixes = dict.fromkeys(one.fix for one in found if one.fix)
    said = [found[0].why or row.why, *(f"→ {fix}" for fix in islice(fixes, None if most is None else 3))]
    said += [f"sources: {', '.join(row.references)}"] if row.references else []
    columns = (severity.value, "subject", "finding", "shown by")
    rows = (
        Row((one.subject.kind, one.subject.arn, one.message, "; ".join(one.rows)), _TONES[severity]) for one in found
    )
    table = bounded(columns, rows, most, f"iamtui findings --lint --rule {number} --format csv")
    title = f"{number} {row.title} ({severity.value}, {len(found):,})"
    return Section(f"{severity.value}-{number}", title, tuple(text for text in said if text), (table,))


def _muted(finding: HygieneFinding) -> Row:
    mute = finding.muted
    told = ("", "", "") if mute is None else (mute.reason, mute.until.date().isoformat(), mute.by)
    return Row((finding.rule, finding.subject.arn, finding.message, *told), "muted")


def unknown_table(review: HygieneReview, most: int | None) -> Table:
    """What no export tells, of how many subjects, and the call that would (FI2)."""
    by_rule = sorted(review.unknown, key=_rule_and_needs)
    groups = ((one, [answer.subject for answer in group]) for one, group in groupby(by_rule, _rule_and_needs))
    rows = (
        Row(
            (number, finding_rule(number).title, f"{len(subjects):,}", names_of(subjects), " or ".join(needs)),
            "warn",
        )
        for (number, needs), subjects in groups
    )
    return bounded(("rule", "finding", "subjects", "of whom", "export"), rows, most, "iamtui findings --unknown")


def _rule_and_needs(one: UnknownAnswer) -> tuple[str, tuple[str, ...]]:
    return one.rule, one.needs
