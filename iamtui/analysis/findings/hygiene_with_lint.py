"""The findings of `lint` in the shape of a review, so that one list holds both and one file mutes both."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from iamtui.analysis.findings.accounts import account_findings
from iamtui.analysis.findings.documents import documents_of, lint_documents
from iamtui.analysis.findings.hygiene_results import HygieneFinding, Subject
from iamtui.analysis.findings.rule_table import finding_rule
from iamtui.snapshot.model import Snapshot


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
