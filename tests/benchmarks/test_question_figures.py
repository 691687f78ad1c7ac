"""The bars of questions over everybody; `make bench` prints them beside brute force."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks.conftest import Measure, Run


def test_who_can(run: Run, large: Path, requests: Path, measure: Measure) -> None:
    def measurement() -> None:
        found = run.medians("who_can", large, requests, times=3)
        run.note_of_machine("index of 10,000 principals", found["index"], "s", large, (0.5, 0.25))
        run.note_of_machine("who can, first ask: slowest", found["first slowest"], "s", large, (0.15, 0.06))
        run.note_of_machine("who can, warm: median", found["warm median"], "s", large, (0.05, 0.008))
        run.note_of_machine("who can, warm: slowest", found["warm slowest"], "s", large, (0.25, 0.05))
        run.note_of_machine("who can, labels alone: median", found["labels median"], "s", large, (0.05, 0.008))
        brute = (found["judge each"], "judge for every principal")
        run.note("who can beside brute force", found["warm median"], "s", brute, (0.1, 0.01))

    measure(measurement)


def test_who_can_as_a_command(run: Run, large: Path, requests: Path, measure: Measure) -> None:
    def measurement() -> None:
        seconds = run.median("who_can_command", large, requests, times=3)
        run.note_of_machine("who-can as a command", seconds, "s", large, (1.5, 0.8))

    measure(measurement)


def test_can(run: Run, large: Path, requests: Path, measure: Measure) -> None:
    def measurement() -> None:
        found = run.medians("can", large, requests, times=1)
        run.note_of_machine("what one can: median", found["median"], "s", large, (0.02, 0.003))
        run.note_of_machine("what one can: slowest", found["slowest"], "s", large, (0.2, 0.03))

    measure(measurement)


def test_matrix(run: Run, large: Path, measure: Measure) -> None:
    def measurement() -> None:
        seconds = run.median("whole_matrix", large, times=1)
        run.note_of_machine("all principals x all actions", seconds, "s", large, (5, 1))

    measure(measurement)


def test_findings(run: Run, large: Path, measure: Measure) -> None:
    def measurement() -> None:
        found = run.medians("findings", large, times=1)
        run.note_of_machine("findings of 10,000 principals", found["seconds"], "s", large, (10, 5))
        run.note_of_machine("findings: longest step", found["longest"], "s", large, (0.5, 0.02))

    measure(measurement)
