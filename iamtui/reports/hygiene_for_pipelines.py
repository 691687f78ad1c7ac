"""A review of accounts in the forms that pipelines read: SARIF 2.1.0 and JUnit XML."""

from __future__ import annotations

import os
from itertools import groupby
from urllib.parse import quote
from xml.etree import ElementTree as ET

from iamtui import __version__
from iamtui.analysis.findings.review.hygiene_results import HygieneFinding, HygieneReview
from iamtui.analysis.findings.review.rule_table import finding_rule
from iamtui.policy.lint import FindingSeverity
from iamtui.reports.serial import Data, json_bytes
from iamtui.visible import shown

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {
    FindingSeverity.ERROR: "error",
    FindingSeverity.SECURITY: "error",
    FindingSeverity.WARNING: "warning",
    FindingSeverity.SUGGESTION: "note",
    FindingSeverity.INFO: "note",
}


def review_as_sarif(review: HygieneReview, export: str = "") -> bytes:
    """One run of SARIF 2.1.0: a rule for each that found something, a result for each finding, mutes as suppressions.

    A subject is a logical location: it is a thing of an account. `export` is what was read, as its user named it: the
    physical location, without which code scanning takes no result.
    """
    numbers = tuple(dict.fromkeys(finding.rule for finding in review.findings))
    driver: dict[str, Data] = {"name": "iamtui", "version": __version__, "rules": [_rule(one) for one in numbers]}
    results = [_result(finding, _place_of(export)) for finding in review.findings]
    return json_bytes(
        {"$schema": _SCHEMA, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}
    )


def _rule(number: str) -> dict[str, Data]:
    row = finding_rule(number)
    found: dict[str, Data] = {"id": number, "shortDescription": {"text": row.title}}
    if row.why:
        found["fullDescription"] = {"text": row.why}
    if row.fix:
        found["help"] = {"text": row.fix}
    found["properties"] = {"tags": list(row.references)}
    return found


def _place_of(export: str) -> dict[str, Data]:
    if not export:
        return {}
    uri = quote(os.fsencode(export.replace("\\", "/")))  # a name need not be text
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": 1}}}


def _result(finding: HygieneFinding, place: dict[str, Data]) -> dict[str, Data]:
    subject = finding.subject
    location = {"name": subject.name, "fullyQualifiedName": subject.arn, "kind": subject.kind}
    muted = finding.muted
    suppressions: list[Data] = (
        [] if muted is None else [{"kind": "external", "status": "accepted", "justification": muted.reason}]
    )
    return {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{finding.message}. {finding.fix}"},
        "locations": [{**place, "logicalLocations": [location]}],
        "partialFingerprints": {"iamtui/v1": f"{finding.rule} {subject.arn} {finding.message}"},
        "suppressions": suppressions,
    }


def review_as_junit(review: HygieneReview) -> bytes:
    """A test suite for each rule: findings fail, muted ones and what the export does not tell are skipped."""
    root = ET.Element("testsuites", name="iamtui findings")
    cases: dict[str, list[ET.Element]] = {}
    for finding in review.findings:
        cases.setdefault(finding.rule, []).append(_case(finding))
    for one in review.unknown:
        case = ET.Element("testcase", name=shown(one.subject.arn), classname=one.rule)
        ET.SubElement(case, "skipped", message=shown(f"not exported: {' or '.join(one.needs)}"))
        cases.setdefault(one.rule, []).append(case)
    for number, reasons in groupby(review.clear, lambda one: one.rule):
        for clear in reasons:
            name = f"{clear.subjects:,} clear" + (f": {clear.reason}" if clear.reason else "")
            cases.setdefault(number, []).append(ET.Element("testcase", name=shown(name), classname=number))
    for number in sorted(cases):
        held = cases[number]
        failures = sum(case.find("failure") is not None for case in held)
        skipped = sum(case.find("skipped") is not None for case in held)
        suite = ET.SubElement(root, "testsuite", name=f"{number} {finding_rule(number).title}")
        suite.attrib |= {"tests": str(len(held)), "failures": str(failures), "skipped": str(skipped)}
        suite.extend(held)
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _case(finding: HygieneFinding) -> ET.Element:
    case = ET.Element(
        "testcase", name=f"{shown(finding.subject.arn)}: {shown(finding.message)}", classname=finding.rule
    )
    if finding.muted is None:
        failure = ET.SubElement(case, "failure", type=finding.severity.value, message=shown(finding.message))
        failure.text = shown(finding.fix)
    else:
        ET.SubElement(case, "skipped", message=f"muted: {shown(finding.muted.reason)}")
    return case
