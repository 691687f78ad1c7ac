"""The findings of `lint` and of a review in each other's shape, so that one list holds both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

from iamtui.analysis.findings.asking.everybody import Everybody
from iamtui.analysis.findings.checks import RULES, count_questions
from iamtui.analysis.findings.hygiene import Reviewing, ask_all, findings_of
from iamtui.analysis.findings.linting.accounts import account_findings
from iamtui.analysis.findings.linting.documents import lint_documents
from iamtui.analysis.findings.linting.reviewed import Reviewed
from iamtui.analysis.findings.review.hygiene_results import HygieneFinding, Limits, Subject
from iamtui.analysis.findings.review.rule_table import finding_rule, hygiene_rules
from iamtui.analysis.findings.thorough import THOROUGH, ask_thoroughly
from iamtui.analysis.placed_documents import documents_of
from iamtui.policy.lint import Finding
from iamtui.snapshot.model import Snapshot
from iamtui.snapshot.moments import snapshot_moment


def linted(snapshot: Snapshot) -> Iterator[HygieneFinding]:
    """Every finding about documents, names, quotas and missing things; what AWS manages is left out."""
    documents = (placed for placed in documents_of(snapshot) if not placed.is_aws_managed)
    checked = (one.checked for one in lint_documents(documents))
    for one in chain(checked, account_findings(snapshot)):
        subject = Subject(one.name, one.kind, one.owner or one.name)
        for finding in one.findings:
            row = finding_rule(finding.rule)
            place = f"line {finding.line}" if finding.line is not None else finding.pointer
            yield HygieneFinding(
                rule=finding.rule,
                severity=finding.severity,
                subject=subject,
                message=f"{one.name}: {finding.message}",
                why=row.why,
                fix=finding.fix,
                rows=(place,) if place else (),
                references=row.references,
            )


def count_kept(snapshot: Snapshot) -> int:
    """How much `badly_kept` gives."""
    return count_questions(snapshot, RULES)


def everybody_in(snapshot: Snapshot) -> Everybody:
    """The principals of a snapshot, asked as of its newest date."""
    return Everybody(snapshot, snapshot_moment(snapshot))


def badly_kept(snapshot: Snapshot, everybody: Everybody) -> Iterator[Reviewed]:
    """What each rule says of each subject, one after the other, as the list of the app takes it; mostly nothing."""
    for _ in everybody.look_for_administrators():
        yield Reviewed("", "", None, ())  # nothing is said yet, but who looks may rest
    for asked in ask_all(snapshot, everybody.at, Limits(), everybody=everybody):
        if asked is None:
            yield Reviewed("", "", None, ())
            continue
        subject = asked.subject
        findings = tuple(
            Finding(one.rule, one.severity, one.message, f"{one.fix} {one.why}", "", rows=one.rows)
            for one in findings_of(asked)
        )
        yield Reviewed(subject.name, subject.kind, subject.arn, findings, asked.reach)


def thoroughly(snapshot: Snapshot, progress: Callable[[int, int], None]) -> Iterator[Reviewed | None]:
    """What the thorough rules say, as the list of the app takes it, one after the other; None where one may rest."""
    everybody = everybody_in(snapshot)
    for asked in ask_thoroughly(snapshot, everybody.at, THOROUGH, everybody, progress):
        if asked is None:
            yield None
            continue
        subject = asked.subject
        told = findings_of(Reviewing(hygiene_rules()[asked.rule], subject, asked.answers))
        findings = tuple(
            Finding(one.rule, one.severity, one.message, f"{one.fix} {one.why}", "", rows=one.rows) for one in told
        )
        yield Reviewed(subject.name, subject.kind, subject.arn, findings)
