"""The exports that are measured, fresh processes, and the table at the end."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.benchmarks.generator.account import LARGE, SMALL, account_details
from tests.benchmarks.generator.documents import Json
from tests.benchmarks.generator.organization import write_organization
from tests.benchmarks.generator.requests import questions
from tests.benchmarks.table import REFERENCE_FLOOR, Figure, lines

ROOT = Path(__file__).parents[2]
ACCOUNT = "111122223333"
FIGURES = pytest.StashKey[list[Figure]]()


class Run:
    """Fresh processes, and the figures that come of them."""

    def __init__(self, figures: list[Figure]) -> None:
        self._figures = figures
        self._floors: dict[Path, float] = {}

    def probe(self, name: str, *paths: Path) -> dict[str, float]:
        """The figures of a probe in a process of its own, with its wall time as `wall`."""
        command = [sys.executable, "-m", "tests.benchmarks.probes", name, *map(str, paths)]
        start = time.perf_counter()
        environment = {**os.environ, "IAMTUI_PROBE_STARTED": str(time.time())}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # users compile iamtui once
        done = subprocess.run(  # noqa: S603 - our own
            command, check=True, capture_output=True, cwd=ROOT, text=True, env=environment
        )
        figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
        return {**figures, "wall": time.perf_counter() - start}

    def medians(self, name: str, *paths: Path, times: int = 5) -> dict[str, float]:
        """The median of each figure over fresh processes."""
        runs = [self.probe(name, *paths) for _ in range(times)]
        return {of: statistics.median(run[of] for run in runs) for of in runs[0]}

    def median(self, name: str, *paths: Path, of: str = "seconds", times: int = 5) -> float:
        """The median of one figure over fresh processes."""
        return self.medians(name, *paths, times=times)[of]

    def bare_loads(self, path: Path) -> float:
        """The floor of everything that depends on the machine: `orjson.loads` of the same bytes; CPU seconds."""
        if path not in self._floors:
            self._floors[path] = self.median("bare_loads", path)
        return self._floors[path]

    def note(self, name: str, value: float, unit: str, floor: tuple[float, str], bars: tuple[float, float]) -> None:
        """Put a figure into the table; `bars` are ratios to the floor: must, aim."""
        self._figures.append(Figure(name, value, unit, floor[0], floor[1], *bars))

    def note_of_machine(self, name: str, value: float, unit: str, path: Path, bars: tuple[float, float]) -> None:
        """A figure whose bars were set in `unit` on another machine: its floor is the aim, moved by the bare load."""
        must, aim = bars
        slower = self.bare_loads(path) / REFERENCE_FLOOR
        self.note(
            name, value, unit, (aim * slower, f"{aim:g} {unit} there, {slower:.2f} times slower here"), (must / aim, 1)
        )


def pytest_configure(config: pytest.Config) -> None:
    config.stash[FIGURES] = []


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave figures to `make bench`: they are no tests that somebody could miss."""
    if not config.getoption("benchmark_only"):
        figures = [item for item in items if "benchmark" in getattr(item, "fixturenames", ())]
        items[:] = [item for item in items if item not in figures]
        config.hook.pytest_deselected(items=figures)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if config.stash[FIGURES]:
        terminalreporter.write_sep("=", "figures beside their floors")
        for line in lines(config.stash[FIGURES]):
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def run(request: pytest.FixtureRequest) -> Run:
    return Run(request.config.stash[FIGURES])


@pytest.fixture(scope="session")
def details() -> Json:
    """An account of 10,000 principals."""
    return account_details(ACCOUNT, LARGE)


@pytest.fixture(scope="session")
def large(details: Json, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The export of 10,000 principals."""
    path = tmp_path_factory.mktemp("large") / "account.json"
    path.write_text(json.dumps(details, separators=(",", ":")))
    return path


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The export of 50 principals."""
    path = tmp_path_factory.mktemp("small") / "account.json"
    path.write_text(json.dumps(account_details(ACCOUNT, SMALL), separators=(",", ":")))
    return path


@pytest.fixture(scope="session")
def organization(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of 100 accounts with 1,000 principals each."""
    folder = tmp_path_factory.mktemp("organization")
    write_organization(folder, 100)
    return folder


@pytest.fixture(scope="session")
def indented(details: Json, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, indented by four as the command line of AWS prints."""
    path = tmp_path_factory.mktemp("indented") / "account.json"
    path.write_text(json.dumps(details, indent=4))
    return path


@pytest.fixture(scope="session")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """50,000 principals."""
    path = tmp_path_factory.mktemp("crowd") / "account.json"
    path.write_text(json.dumps(account_details(ACCOUNT, replace(LARGE, users=25_000, roles=25_000))))
    return path


@pytest.fixture(scope="session")
def requests(details: Json, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A thousand requests to the large export."""
    path = tmp_path_factory.mktemp("requests") / "requests.json"
    path.write_text(json.dumps(questions(details, ACCOUNT, 1_000)))
    return path


Measure = Callable[[Callable[[], None]], None]


@pytest.fixture
def measure(benchmark: Callable[..., None]) -> Measure:
    """Run a measurement once, as a benchmark: it starts its own processes and takes its own medians."""

    def once(measurement: Callable[[], None]) -> None:
        benchmark.pedantic(measurement, rounds=1, iterations=1)  # type: ignore[attr-defined]

    return once
