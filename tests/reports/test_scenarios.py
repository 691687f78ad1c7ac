from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import orjson

from iamtui.analysis.scenarios.running import CaseResult
from iamtui.reports.scenarios import results_as_json, results_as_junit, results_as_text

FILE = Path("ledger.json")
PASSED = CaseResult(FILE, 0, "reads", "allowed", "allowed", "identity", ("readers#0",))
FAILED = CaseResult(FILE, 1, "writes", "allowed", "implicitDeny", "none", differences=("expected allowed, got …",))
BROKEN = CaseResult(Path("other.json"), 0, "bad\x1b\u202e\ud800", None, error="not an ARN: 'x'")


def test_text_has_a_line_for_each_case_that_differs_then_the_counts() -> None:
    assert list(results_as_text([PASSED, FAILED, BROKEN])) == [
        'FAIL  ledger.json: case 1 "writes": expected allowed, got …',
        "ERROR other.json: case 0 \"bad\\u{1b}\\u{202e}\\u{d800}\": not an ARN: 'x'",
        "1 passed, 1 failed, 1 error",
    ]


def test_json_has_the_shape_of_the_specification() -> None:
    assert orjson.loads(results_as_json([PASSED])) == {
        "version": 1,
        "passed": 1,
        "failed": 0,
        "errors": 0,
        "cases": [
            {
                "file": "ledger.json",
                "index": 0,
                "name": "reads",
                "expect": "allowed",
                "got": "allowed",
                "decided_by": "identity",
                "passed": True,
                "matched": ["readers#0"],
                "missing_context": [],
                "error": None,
            }
        ],
    }


def test_junit_is_well_formed_whatever_the_names() -> None:
    root = ElementTree.fromstring(results_as_junit([PASSED, FAILED, BROKEN]))  # noqa: S314 - our own output
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("3", "1", "1")
    assert [suite.get("name") for suite in root] == ["ledger.json", "other.json"]
    assert [case.find("failure") is not None for case in root[0]] == [False, True]
    assert root[1][0].find("error") is not None
