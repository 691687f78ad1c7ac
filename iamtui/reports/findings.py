"""Findings on policy documents, entities and accounts as text and JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from iamtui.analysis.findings.linting.reviewed import Reviewed
from iamtui.content.numbers import number_of
from iamtui.policy.lint import Finding, FindingSeverity
from iamtui.reports.serial import Data, json_bytes
from iamtui.visible import shown


def findings_as_text(documents: Sequence[Reviewed], entities: Sequence[Reviewed] = ()) -> Iterator[str]:
    """Everything that has findings, with a line for what is wrong and one for how to mend it; then the counts."""
    every = [*documents, *entities]
    for checked in every:
        if checked.findings:
            owner = f"  {shown(checked.owner)}" if checked.owner is not None else ""
            yield f"{shown(checked.name)}  {checked.kind}{owner}"
            for finding in checked.findings:
                place = _place(finding, checked.kind)
                yield f"  {finding.severity.value:<10}  {finding.rule:<3}  {place}: {shown(finding.message)}"
                yield f"  {'':<10}  {'':<3}  → {shown(finding.fix)}"
    beside = f", {number_of(len(entities), 'entity', 'entities')}" if entities else ""
    yield f"{number_of(len(documents), 'document')}{beside}: {_counted(every)}"


def _place(finding: Finding, kind: str) -> str:
    if finding.line is not None:
        return f"line {finding.line}, column {finding.column}"
    return shown(finding.pointer) or f"the {kind}"


def severity_counts(checked: Iterable[Reviewed]) -> dict[FindingSeverity, int]:
    """How many findings there are of each severity, the gravest first."""
    counts = dict.fromkeys(FindingSeverity, 0)
    for one in checked:
        for finding in one.findings:
            counts[finding.severity] += 1
    return counts


def _counted(checked: Iterable[Reviewed]) -> str:
    found = [f"{count:,} {severity.value}" for severity, count in severity_counts(checked).items() if count]
    return ", ".join(found) or "no findings"


def findings_as_json(documents: Sequence[Reviewed], entities: Sequence[Reviewed] = ()) -> bytes:
    """What was checked and has findings, with the counts.

    `{"version": 1, "checked", "checked_entities", "counts": {SEVERITY: COUNT}, "documents", "entities"}`: the last two
    are lists of `{"name", "kind", "owner", "findings"}`, and a finding is
    `{"rule", "severity", "message", "fix", "pointer", "line", "column", "statement"}`.
    """
    counts = {severity.value: count for severity, count in severity_counts([*documents, *entities]).items()}
    return json_bytes(
        {
            "version": 1,
            "checked": len(documents),
            "checked_entities": len(entities),
            "counts": counts,
            "documents": findings_data(documents),
            "entities": findings_data(entities),
        }
    )


def findings_data(checked: Sequence[Reviewed]) -> list[Data]:
    """What has findings, with them, as `findings_as_json` says."""
    return [
        {
            "name": one.name,
            "kind": one.kind,
            "owner": one.owner,
            "findings": [_finding(finding) for finding in one.findings],
        }
        for one in checked
        if one.findings
    ]


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
