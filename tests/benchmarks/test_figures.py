"""The bars: load, memory, decisions, first frame, usable list, freezes; `make bench` prints them."""

from __future__ import annotations

import json
from pathlib import Path

from tests.benchmarks.conftest import Measure, Run

BARE = "orjson.loads, GC off"


def test_load(run: Run, large: Path, measure: Measure) -> None:
    def measurement() -> None:
        run.note("load large", run.median("load", large), "s", (run.bare_loads(large), BARE), (5, 3))

    measure(measurement)


def test_load_indented(run: Run, indented: Path, measure: Measure) -> None:
    def measurement() -> None:
        run.note("load large, indented", run.median("load", indented), "s", (run.bare_loads(indented), BARE), (5, 3))

    measure(measurement)


def test_memory(run: Run, large: Path, measure: Measure) -> None:
    def measurement() -> None:
        grown = run.median("load", large, of="bytes", times=3) / 1000
        run.note("memory by loading, a principal", grown, "KB", (8.9, "a prototype"), (20 / 8.9, 12 / 8.9))

    measure(measurement)


def test_decisions(run: Run, large: Path, requests: Path, measure: Measure) -> None:
    def measurement() -> None:
        found = run.medians("decisions", large, requests)
        for name in ("fresh", "again"):
            run.note_of_machine(f"decision, {name}: median", found[f"{name} median"], "µs", large, (200, 60))
            run.note_of_machine(f"decision, {name}: p95", found[f"{name} p95"], "µs", large, (1_000, 200))
        for name in ("traced", "traced again"):
            run.note_of_machine(f"decision, {name}: median", found[f"{name} median"], "µs", large, (1_500, 300))
            run.note_of_machine(f"decision, {name}: p95", found[f"{name} p95"], "µs", large, (5_000, 1_000))

    measure(measurement)


def test_layers_that_do_not_concern_a_request(run: Run, large: Path, requests: Path, measure: Measure) -> None:
    def measurement() -> None:
        found = run.medians("layers", large, requests, times=3)
        floor = (found["alone"], "its identity policies alone")
        run.note("decision without organization", found["whole"], "µs", floor, (2, 1.2))

    measure(measurement)


def test_check(run: Run, large: Path, requests: Path, tmp_path: Path, measure: Measure) -> None:
    scenarios = tmp_path / "scenarios.json"
    cases = [
        {
            "name": f"case {number}",
            "request": {"principal": principal, "action": action, "resource": resource},
            "expect": "denied",
        }
        for number, (principal, action, resource) in enumerate(json.loads(requests.read_bytes()))
    ]
    scenarios.write_text(json.dumps({"version": 1, "snapshot": str(large), "cases": cases}))

    def measurement() -> None:
        floor = (run.median("thousand", large, requests, times=3), "the same by decide in one process")
        run.note("iamtui check, 1,000 cases", run.median("check", scenarios, times=3), "s", floor, (2, 1.2))

    measure(measurement)


def test_first_frame(run: Run, large: Path, measure: Measure) -> None:
    def measurement() -> None:
        stock = run.median("trivial_app", of="wall")
        ours = run.median("first_frame", large, of="wall")
        run.note_of_machine(f"start to first frame (stock widgets {stock:.2f} s)", ours, "s", large, (1.0, 0.75))

    measure(measurement)


def test_usable_list(run: Run, large: Path, measure: Measure) -> None:
    def measurement() -> None:
        found = run.medians("usable_list", large)
        run.note_of_machine("start to usable list of large, wall", found["usable"], "s", large, (2.0, 1.3))
        run.note_of_machine("longest freeze while large loads", found["freeze"] * 1000, "ms", large, (250, 80))
        run.note_of_machine("longest freeze while filtering large", found["key"] * 1000, "ms", large, (100, 30))

    measure(measurement)


def test_filter_of_fifty_thousand(run: Run, large: Path, crowd: Path, measure: Measure) -> None:
    def measurement() -> None:
        found = run.medians("usable_list", crowd, times=3)
        run.note_of_machine("longest freeze, filtering 50,000", found["key"] * 1000, "ms", large, (100, 30))

    measure(measurement)
