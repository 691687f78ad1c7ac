"""The bars of comparisons: thing by thing, by effect, and ten loads kept (CH5, CH9)."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks.conftest import Measure, Run


def test_comparison(run: Run, large: Path, tmp_path: Path, measure: Measure) -> None:
    def measurement() -> None:
        found = run.medians("comparison", large, tmp_path, times=3)
        run.note_of_machine("comparison of two large, structure", found["structure"], "s", large, (2, 0.6))
        run.note_of_machine("comparison of effects, both loads included", found["effects"], "s", large, (6, 2.5))

    measure(measurement)


def test_ten_loads(run: Run, large: Path, tmp_path: Path, measure: Measure) -> None:
    def measurement() -> None:
        multiple = run.median("ten_loads", large, tmp_path, of="multiple", times=3)
        run.note("memory of ten loads", multiple, "times one", (2, "less than two"), (1, 0.75))

    measure(measurement)
