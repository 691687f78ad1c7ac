"""How the screens look, on the bundled sample. A picture that changed is looked at before it is accepted."""

import os
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from iamtui.app.application import IamtuiApp
from iamtui.app.screens.rules_screen import RulesScreen
from iamtui.rules import rule
from tests.app.driving import Session

SAMPLE = Path(__file__).parents[2] / "samples" / "acme-day1.json"
DANA = "arn:aws:iam::111122223333:user/dana"
NEW_YEAR = datetime(2026, 1, 1, 12).timestamp()
Compare = Callable[..., bool]
Steps = Callable[[Session], Awaitable[None]]


async def _ask(running: Session) -> None:
    await running.select(DANA)
    await running.press("s")
    await running.paste("s3:GetObject")
    await running.press("tab")
    await running.paste("arn:aws:s3:::acme-ledger/test/x")
    await running.press("enter")
    await running.until(lambda: running.trace.has_focus and running.bench.simulation.decision)


async def _permissions(running: Session) -> None:
    await running.select(DANA)
    await running.press("enter", "t")
    await running.until_seen("actions in 2 services")


async def _filter(running: Session) -> None:
    await running.press("/")
    await running.type("finance")


async def _rules(running: Session) -> None:
    running.app.push_screen(RulesScreen([rule("E44"), rule("E41")]))
    await running.above(RulesScreen)


@pytest.mark.parametrize(
    ("steps", "size"),
    [
        pytest.param(_ask, (80, 24), id="trace-80x24"),
        pytest.param(_ask, (120, 36), id="trace-120x36"),
        pytest.param(_ask, (200, 50), id="trace-200x50"),
        pytest.param(_permissions, (80, 24), id="permissions-80x24"),
        pytest.param(_filter, (120, 36), id="filter-120x36"),
        pytest.param(_rules, (80, 24), id="rules-80x24"),
    ],
)
def test_the_workbench_looks_as_it_did(
    snap_compare: Compare, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, steps: Steps, size: tuple[int, int]
) -> None:
    monkeypatch.setattr(Input, "cursor_blink", False)
    sample = tmp_path / SAMPLE.name
    sample.write_bytes(SAMPLE.read_bytes())
    os.utime(sample, (NEW_YEAR, NEW_YEAR))
    app = IamtuiApp((sample,), clock=lambda: datetime(2026, 1, 2, 14, 2, 11))

    async def run_before(pilot: Pilot[None]) -> None:
        running = Session(app, pilot)
        await running.until_read()
        await running.until(lambda: "watching" in running.bench.status.state)
        await running.until(
            lambda: running.bench.workspace and running.bench.workspace.findings is not None, "the findings"
        )
        await steps(running)
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=run_before)
