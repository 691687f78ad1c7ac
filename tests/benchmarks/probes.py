"""What is measured in a process of its own: `python -m tests.benchmarks.probes NAME PATH…` prints figures as JSON."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks import change_probes, question_probes, replay_probes, trail_probes

Figures = dict[str, float]


def bare_loads(path: Path) -> Figures:
    """The floor of a load: `orjson.loads` with the garbage collector off; CPU seconds."""
    import orjson  # noqa: PLC0415 - a probe imports what it measures

    gc.disable()
    data = path.read_bytes()
    start = time.process_time()
    orjson.loads(data)
    return {"seconds": time.process_time() - start}


def load(path: Path) -> Figures:
    """Opening an export: CPU seconds, and by how many bytes the process grew for each principal."""
    from iamtui.snapshot.opening import open_snapshot  # noqa: PLC0415

    before = _resident()
    start = time.process_time()
    snapshot = open_snapshot([path])
    seconds = time.process_time() - start
    count = sum(len(account.users or ()) + len(account.roles or ()) for account in snapshot.accounts.values())
    return {"seconds": seconds, "bytes": (_resident() - before) / count}


def _resident() -> int:
    """Bytes of memory that the process holds; 0 where the system does not say."""
    status = Path("/proc/self/statm")
    return int(status.read_text().split()[1]) * 4096 if status.exists() else 0


def decisions(path: Path, requests: Path) -> Figures:
    """One decision, of a principal not asked about before and again, bare and with its trace; CPU microseconds."""
    from iamtui.evaluation.decide import decide, judge  # noqa: PLC0415
    from iamtui.evaluation.request.request import Request  # noqa: PLC0415
    from iamtui.snapshot.opening import open_snapshot  # noqa: PLC0415

    asked = [Request(*given) for given in json.loads(requests.read_bytes())]
    half = len(asked) // 2
    snapshot = open_snapshot([path])
    figures: Figures = {}
    for name, ask, part in (
        ("fresh", judge, asked[:half]),
        ("traced", decide, asked[half:]),
        ("again", judge, asked),
        ("traced again", decide, asked),
    ):
        taken = sorted(_microseconds(lambda request, ask=ask: ask(snapshot, request), one) for one in part)
        figures |= {f"{name} median": taken[len(taken) // 2], f"{name} p95": taken[len(taken) * 95 // 100]}
    return figures


def _microseconds(ask: Callable[..., object], request: object) -> float:
    start = time.process_time_ns()
    ask(request)
    return (time.process_time_ns() - start) / 1_000


def layers(path: Path, requests: Path) -> Figures:
    """A decision that no organization layer concerns, beside its identity policies alone; CPU microseconds."""
    from iamtui.evaluation.applicable.from_snapshot import identity_policies  # noqa: PLC0415
    from iamtui.evaluation.applicable.policies import GivenPolicies  # noqa: PLC0415
    from iamtui.evaluation.decide import judge, judge_policies  # noqa: PLC0415
    from iamtui.evaluation.request.request import NamedPolicy, Request  # noqa: PLC0415
    from iamtui.snapshot.opening import open_snapshot  # noqa: PLC0415

    snapshot = open_snapshot([path])
    whole, alone = [], []
    for given in json.loads(requests.read_bytes()):
        request = Request(*given)
        entity = snapshot.user(request.principal) or snapshot.role(request.principal)
        if entity is None or entity.boundary is not None:
            continue
        found = identity_policies(snapshot, entity)
        policies = GivenPolicies(tuple(NamedPolicy(one.name, one.document) for one in found if one.document))
        judge(snapshot, request)
        whole.append(min(_microseconds(lambda asked: judge(snapshot, asked), request) for _ in range(3)))
        alone.append(
            min(_microseconds(lambda asked, own=policies: judge_policies(own, asked), request) for _ in range(3))
        )
    return {"whole": sorted(whole)[len(whole) // 2], "alone": sorted(alone)[len(alone) // 2]}


def thousand(path: Path, requests: Path) -> Figures:
    """Opening an export and a thousand calls of `decide`; CPU seconds of the whole process."""
    from iamtui.evaluation.decide import decide  # noqa: PLC0415
    from iamtui.evaluation.request.request import Request, Unstated  # noqa: PLC0415
    from iamtui.snapshot.opening import open_snapshot  # noqa: PLC0415

    snapshot = open_snapshot([path])
    for principal, action, resource in json.loads(requests.read_bytes()):
        decide(snapshot, Request(principal, action, resource, unstated=Unstated.ABSENT))
    return {"seconds": time.process_time()}


def check(scenarios: Path) -> Figures:
    """`iamtui check` on a file; CPU seconds of the whole process."""
    from contextlib import redirect_stdout, suppress  # noqa: PLC0415
    from io import StringIO  # noqa: PLC0415

    from iamtui.cli import main  # noqa: PLC0415

    sys.argv = ["iamtui", "check", str(scenarios)]
    with redirect_stdout(StringIO()), suppress(SystemExit):
        main()
    return {"seconds": time.process_time()}


def trivial_app() -> Figures:
    """An app with four stock widgets, until its first frame; the whole process is timed by who started it."""
    from textual.app import App, ComposeResult  # noqa: PLC0415
    from textual.widgets import DataTable, Footer, Header, Tree  # noqa: PLC0415, TID251

    class Trivial(App[None]):
        def compose(self) -> ComposeResult:
            yield Header()
            yield Tree("tree")
            yield DataTable()
            yield Footer()

        def on_ready(self) -> None:
            _leave()

    Trivial().run(headless=True, size=(120, 36))
    return {}


def _leave() -> None:
    """End the process at the first frame, whatever is under way behind it."""
    print("{}", flush=True)
    os._exit(0)


def first_frame(path: Path) -> Figures:
    """Our app until its first frame."""
    from iamtui.app.application import IamtuiApp  # noqa: PLC0415

    class Leaving(IamtuiApp):
        CSS_PATH = str(Path(sys.modules[IamtuiApp.__module__].__file__ or "").with_name("app.tcss"))

        def on_ready(self) -> None:
            _leave()

    Leaving((path,)).run(headless=True, size=(120, 36))
    return {}


def usable_list(path: Path) -> Figures:
    """Our app until the list of principals is on the screen, and then until every index is there.

    Figures: the longest freeze of the event loop meanwhile, and while letters are typed into the filter; seconds.
    """
    from iamtui.app.application import IamtuiApp  # noqa: PLC0415
    from iamtui.app.workbench.screen import Workbench  # noqa: PLC0415

    figures: Figures = {}

    async def measure() -> None:
        app = IamtuiApp((path,))
        async with app.run_test(size=(120, 36)) as pilot:
            ticking = _Ticking()
            while not (isinstance(app.screen, Workbench) and app.screen.query("#request-principal")):
                await asyncio.sleep(0.002)
            bench = app.screen
            while not bench.explorer.front_tree.row_count:
                await asyncio.sleep(0.002)
            drawn = asyncio.Event()
            bench.call_after_refresh(drawn.set)
            await drawn.wait()
            figures["usable"] = time.time() - float(os.environ["IAMTUI_PROBE_STARTED"])
            while bench.workspace is None or bench.workspace.relations is None:
                await asyncio.sleep(0.002)
            figures["freeze"] = ticking.stop()
            await pilot.press("slash")
            ticking = _Ticking()
            for letter in "service-1":
                await pilot.press(letter)
            figures["key"] = ticking.stop()

    asyncio.run(measure())
    return figures


class _Ticking:
    """A coroutine that wishes to run every two milliseconds, and notes how much later it could."""

    def __init__(self) -> None:
        self._longest = 0.0
        self._task = asyncio.create_task(self._tick())

    async def _tick(self) -> None:
        while True:
            start = time.perf_counter()
            await asyncio.sleep(0.002)
            self._longest = max(self._longest, time.perf_counter() - start - 0.002)

    def stop(self) -> float:
        self._task.cancel()
        return self._longest


PROBES: dict[str, Callable[..., Figures]] = {
    probe.__name__: probe
    for probe in (
        *(bare_loads, load, decisions, layers, thousand, check, trivial_app, first_frame, usable_list),
        *change_probes.PROBES,
        *question_probes.PROBES,
        *trail_probes.PROBES,
        *replay_probes.PROBES,
    )
}

if __name__ == "__main__":
    print(json.dumps(PROBES[sys.argv[1]](*map(Path, sys.argv[2:]))))
