"""The bars of questions over everybody; `make bench` prints them beside brute force."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks.conftest import Measure, Run

BARE = "orjson.loads, GC off"
BRUTE = "judge for every principal"


def test_who_can(run: Run, large: Path, requests: Path, measure: Measure) -> None:
    def measurement() -> None:
        found = run.medians("who_can", large, requests, times=3)
        floor = (run.bare_loads(large), BARE)
        run.note("load and index large", found["load"] + found["index"], "s", floor, (5, 3))
        run.note_of_machine("who can, first ask: slowest", found["first slowest"], "s", large, (0.15, 0.06))
        run.note_of_machine("who can, warm: median", found["warm median"], "s", large, (0.05, 0.008))
        run.note_of_machine("who can, warm: slowest", found["warm slowest"], "s", large, (0.25, 0.05))
        run.note_of_machine("who can, labels alone: median", found["labels median"], "s", large, (0.05, 0.008))
        run.note("who can beside brute force", found["warm median"], "s", (found["judge each"], BRUTE), (0.1, 0.01))

    measure(measurement)


def test_who_can_as_a_command(run: Run, large: Path, small: Path, requests: Path, measure: Measure) -> None:
    def measurement() -> None:
        seconds = run.median("who_can_command", large, requests, times=3)
        run.note_of_machine("who-can as a command", seconds, "s", large, (1.5, 0.8))
        seconds = run.median("who_can_command", small, requests, times=3)
        run.note_of_machine("who-can as a command, small", seconds, "s", large, (0.4, 0.25))

    measure(measurement)


def test_who_can_of_a_hundred_accounts(
    run: Run, large: Path, organization: Path, requests: Path, measure: Measure
) -> None:
    def measurement() -> None:
        found = run.median("load", organization, times=1), run.median("load", organization, of="bytes", times=1) / 1000
        run.note_of_machine("load 100 accounts", found[0], "s", large, (20, 8))
        run.note("memory of 100 accounts, a principal", found[1], "KB", (11, "a prototype"), (20 / 11, 9 / 11))
        asked = run.medians("who_can", organization, requests, times=1)
        run.note_of_machine("who can of 100,000, first ask: median", asked["first median"], "s", large, (1.5, 0.2))
        run.note_of_machine("who can of 100,000, warm: median", asked["warm median"], "s", large, (0.5, 0.1))
        brute = (asked["judge each"], BRUTE)
        run.note("who can of 100,000 beside brute force", asked["warm median"], "s", brute, (0.1, 0.01))

    measure(measurement)


def test_can(run: Run, large: Path, requests: Path, measure: Measure) -> None:
    def measurement() -> None:
        found = run.medians("can", large, requests, times=1)
        run.note_of_machine("what one can: median", found["median"], "s", large, (0.02, 0.003))
        run.note_of_machine("what one can: slowest", found["slowest"], "s", large, (0.2, 0.03))
        brute = (found["judge each"], "judge for every action, on one resource")
        run.note("what one can beside brute force", found["median"], "s", brute, (0.1, 0.01))

    measure(measurement)


def test_matrix(run: Run, large: Path, measure: Measure) -> None:
    def measurement() -> None:
        found = run.medians("whole_matrix", large, times=1)
        run.note_of_machine("all principals x all actions", found["seconds"], "s", large, (5, 1))
        brute = (found["judge each"], "judge for every pair, on one resource")
        run.note("all principals beside brute force", found["seconds"], "s", brute, (0.1, 0.01))

    measure(measurement)


def test_findings(run: Run, large: Path, measure: Measure) -> None:
    def measurement() -> None:
        found = run.medians("findings", large, times=1)
        run.note_of_machine("findings of 10,000 principals", found["seconds"], "s", large, (10, 5))
        run.note_of_machine("findings: longest step", found["longest"], "s", large, (0.5, 0.02))

    measure(measurement)


def test_paths(run: Run, large: Path, small: Path, measure: Measure) -> None:
    def measurement() -> None:
        found = run.medians("paths", large, times=1)
        run.note_of_machine("paths among 10,000 principals", found["seconds"], "s", large, (60, 15))
        run.note_of_machine("paths: first result", found["first"], "s", large, (2, 1))
        run.note_of_machine("paths: longest without a sign", found["longest"], "s", large, (1, 0.1))
        run.note_of_machine("paths of one of 10,000, median", found["from one"], "s", large, (1, 0.3))
        run.note_of_machine("paths of the slowest of 20", found["from the slowest"], "s", large, (60, 15))
        run.note("paths: memory above the snapshot", found["megabytes"], "MB", (200, "EP58"), (1, 1))
        of_small = run.median("paths", small, times=3)
        run.note_of_machine("paths in a small account", of_small, "s", large, (1, 0.3))

    measure(measurement)
