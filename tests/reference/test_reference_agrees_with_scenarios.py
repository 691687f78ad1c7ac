"""The reference evaluator holds every scenario that carries its own policies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.reference.evaluator import index_references, reference_decide
from tests.tables import every_row

SCENARIOS = Path(__file__).parent.parent / "scenarios"


def cases() -> list[Any]:
    return [
        pytest.param(case, id=f"{path.stem}: {case['name']}")
        for path in sorted(SCENARIOS.glob("*.json"))
        for case in json.loads(path.read_text(encoding="utf-8"))["cases"]
        if "policies" in case
    ]


@every_row("case", cases)
def test_the_reference_decides_a_scenario_as_it_expects(case: dict[str, Any]) -> None:
    decision = reference_decide(case)
    expected = ("explicitDeny", "implicitDeny") if case["expect"] == "denied" else (case["expect"],)
    assert decision["decision"] in expected
    assert decision["decided_by"] == case.get("decided_by", decision["decided_by"])
    assert index_references(case, case.get("matched", [])) <= decision["matched"]
    assert {key.lower() for key in case.get("missing_context", [])} <= decision["missing_context"]
