"""Records whose members are of any type, missing or absurd: every command says what it can and none ends in a fault."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iamtui.cli import run
from tests.samples.incident import files

ROOT = Path(__file__).parents[2]
RECORDS = [
    record for content in files().values() if b'"Records"' in content[:20] for record in json.loads(content)["Records"]
]
ODD: list[Any] = [
    *(None, True, 0, -1, 1e300, "", "x" * 5000, "\x00\x1b[0m", [], [None], {}, {"a": None}, [[[]]]),
    *("arn:", "arn:aws:iam::1", "arn:aws:iam::111122223333:user/", "2026-13-40T99:99:99Z", "{", '{"a":'),
    *({"items": 5}, {"items": [None, {}]}, "\ud800", "*", "%", "../x"),
]


@st.composite
def mutated(draw: st.DrawFn) -> list[Any]:
    """Records of the sample with members that were taken out or replaced."""

    def change(value: Any) -> Any:
        choice = draw(st.integers(0, 99))
        if choice < 5:
            return draw(st.sampled_from(ODD))
        if isinstance(value, dict):
            return {name: change(held) for name, held in value.items() if choice >= 8 or draw(st.booleans())}
        return [change(held) for held in value] if isinstance(value, list) else value

    return [change(record) for record in draw(st.lists(st.sampled_from(RECORDS), min_size=1, max_size=6))]


def try_all(records: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.json"
        path.write_text(json.dumps({"Records": records}))
        export = ROOT / "samples" / "acme-day2.json"
        views = ("--denials", "--changes", "--sessions", "--first-seen", "--events")
        for words in (
            ("trail", path, *views),
            ("trail", path, export, *views, "--format", "json", "--pack", Path(folder) / "pack"),
            ("trail", path, export, "--replay"),
            ("trail", path, "--events", "--resource", "*", "--format", "csv"),
            ("contain", path, export, "--who", "frank"),
        ):
            assert run([str(word) for word in words]) in (0, 1, 2), words


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(mutated())
def test_no_record_makes_a_command_fail(records: list[Any]) -> None:
    try_all(records)


@pytest.mark.fuzz
@settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(mutated())
def test_no_record_makes_a_command_fail_at_length(records: list[Any]) -> None:
    try_all(records)
