"""Findings on policy documents as text and JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from iamtui.analysis.document_findings import LintedDocument
from iamtui.policy.lint import Finding, FindingSeverity
from iamtui.reports.serial import Data, json_bytes
from iamtui.visible import shown


def findings_as_text(linted: Sequence[LintedDocument]) -> Iterator[str]:
    """Each document that has findings, with a line for what is wrong and one for how to mend it; then the counts."""
    for document in linted:
        if document.findings:
            owner = f"  {shown(document.placed.owner)}" if document.placed.owner is not None else ""
            yield f"{shown(document.placed.name)}  {document.placed.kind.value}{owner}"
            for finding in document.findings:
                yield f"  {finding.severity.value:<10}  {finding.rule:<3}  {_place(finding)}: {shown(finding.message)}"
                yield f"  {'':<10}  {'':<3}  → {shown(finding.fix)}"
    yield f"{len(linted):,} documents: {_counted(linted)}"


def _place(finding: Finding) -> str:
    if finding.line is not None:
        return f"line {finding.line}, column {finding.column}"
    return shown(finding.pointer) or "the document"


def severity_counts(linted: Sequence[LintedDocument]) -> dict[FindingSeverity, int]:
    """How many findings there are of each severity, the gravest first."""
    counts = dict.fromkeys(FindingSeverity, 0)
    for document in linted:
        for finding in document.findings:
            counts[finding.severity] += 1
    return counts


def _counted(linted: Sequence[LintedDocument]) -> str:
    found = [f"{count:,} {severity.value}" for severity, count in severity_counts(linted).items() if count]
    return ", ".join(found) or "nothing to say"


def findings_as_json(linted: Sequence[LintedDocument]) -> bytes:
    """`{"version": 1, "counts": {...}, "documents": [...]}`, with the documents that have findings."""
    documents: list[Data] = [
        {
            "name": document.placed.name,
            "kind": document.placed.kind.value,
            "owner": document.placed.owner,
            "findings": [_finding(finding) for finding in document.findings],
        }
        for document in linted
        if document.findings
    ]
    counts = {severity.value: count for severity, count in severity_counts(linted).items()}
    return json_bytes({"version": 1, "checked": len(linted), "counts": counts, "documents": documents})


def _finding(finding: Finding) -> dict[str, Data]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "message": finding.message,
        "fix": finding.fix,
        "pointer": finding.pointer,
        "line": finding.line,
        "column": finding.column,
        "statement": finding.statement,
    }
