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
ENDS = ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z")
ODD: list[Any] = [
    *(None, True, 0, -1, 1e300, "", "x" * 5000, "\x00\x1b[0m", [], [None], {}, {"a": None}, [[[]]]),
    *("arn:", "arn:aws:iam::1", "arn:aws:iam::111122223333:user/", "2026-13-40T99:99:99Z", *ENDS, "{", '{"a":'),
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


def test_no_calendar_is_too_short_for_what_came_of_a_key() -> None:
    """A session that begins with the calendar, or would outlive it (R10, Y8)."""
    issuing = [record for record in RECORDS if record["eventName"] in ("AssumeRole", "GetSessionToken")]
    uses = [record for record in RECORDS if "sessionContext" in record["userIdentity"]]
    context = {"attributes": {"creationDate": ENDS[1], "mfaAuthenticated": "false"}}
    for moment in ENDS:
        made = [{**record, "eventTime": moment, "eventID": f"{moment}{n}"} for n, record in enumerate(issuing)]
        used = [
            {**record, "eventTime": moment, "userIdentity": {**record["userIdentity"], "sessionContext": context}}
            for record in uses
        ]
        try_all([*made, *used])
