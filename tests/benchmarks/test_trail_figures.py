"""The bars of incident.md section 5; `make bench` prints them beside the floor: gunzip and orjson of the same files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks.conftest import Measure, Run
from tests.benchmarks.trails import write_trail

EVENTS = 200_000
FLOOR = "gunzip and orjson.loads, GC off"
MEMORY_FLOOR = (130.0, "a prototype")


@pytest.fixture(scope="session", params=[4_000, 100], ids=["4,000 files", "100 files"])
def trail(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trail")
    write_trail(folder, EVENTS, request.param)
    return folder


def test_trail(run: Run, trail: Path, measure: Measure) -> None:
    def measurement() -> None:
        floor = (run.median("bare_trail", trail, times=3), FLOOR)
        files = sum(1 for _ in trail.rglob("*.gz"))
        for name, probe, bars in (
            ("trail, summary", "trail_summary", (3, 1.8)),
            ("trail, four views", "trail_views", (4, 2.5)),
            ("key ID --in", "trail_key", (1.2, 0.6)),
            ("trail --event ID", "trail_event", (1.2, 0.6)),
        ):
            run.note(f"{name}, {files:,} files", run.median(probe, trail, times=3), "s", floor, bars)
        taken = run.median("first_rows", trail, times=3)
        run.note(f"first rows of the timeline, {files:,} files", taken, "s", (1, "the aim"), (1.5, 1))

    measure(measurement)


def test_memory_of_a_trail(run: Run, tmp_path_factory: pytest.TempPathFactory, measure: Measure) -> None:
    folder = tmp_path_factory.mktemp("long")
    write_trail(folder, 10 * EVENTS, 400)

    def measurement() -> None:
        grown = run.median("trail_memory", folder, of="bytes", times=1)
        run.note("memory of a trail, an event", grown, "B", MEMORY_FLOOR, (300 / 130, 150 / 130))

    measure(measurement)


def test_containment(run: Run, large: Path, tmp_path_factory: pytest.TempPathFactory, measure: Measure) -> None:
    folder = tmp_path_factory.mktemp("contained")
    write_trail(folder, EVENTS, 100)

    def measurement() -> None:
        seconds = run.median("containment", folder, large, times=3)
        run.note("contain, beyond reading", seconds, "s", (1, "the aim"), (3, 1))

    measure(measurement)


def test_replay(run: Run, large: Path, requests: Path, measure: Measure) -> None:
    def measurement() -> None:
        taken = run.medians("replayed", large, requests, times=3)
        floor = (taken["check"], "check on the same requests")
        run.note("trail --replay, beyond reading", taken["seconds"], "s", floor, (1.5, 1.1))

    measure(measurement)


def test_start_of_key(run: Run, measure: Measure) -> None:
    def measurement() -> None:
        floor = (run.median("version", of="wall"), "iamtui --version")
        run.note("start of iamtui key ID", run.median("key_alone", of="wall"), "s", floor, (1.5, 1.2))

    measure(measurement)
