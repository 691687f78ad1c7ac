"""What is measured of trails, each in a process of its own; CPU seconds but where it says otherwise."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import io
import json
import os
import time
from pathlib import Path

from tests.benchmarks.memory import peak_kilobytes
from tests.benchmarks.trails import KEY

Figures = dict[str, float]


def bare_trail(folder: Path) -> Figures:
    """The floor: gunzip and `orjson.loads` of the same files, one after the other, with the collector off."""
    import gzip  # noqa: PLC0415 - a probe imports what it measures

    import orjson  # noqa: PLC0415

    gc.disable()
    paths = sorted(folder.rglob("*.gz"))
    start = time.process_time()
    for path in paths:
        orjson.loads(gzip.decompress(path.read_bytes()))
    return {"seconds": time.process_time() - start}


def _command(*words: object) -> Figures:
    """What a command takes, from its first import to its last line."""
    from iamtui.cli import run  # noqa: PLC0415

    start = time.process_time()
    with contextlib.redirect_stdout(io.TextIOWrapper(io.BytesIO())):
        status = run([str(word) for word in words])
    assert status in (0, 1), status
    return {"seconds": time.process_time() - start}


def trail_summary(folder: Path) -> Figures:
    """The summary."""
    return _command("trail", folder)


def trail_views(folder: Path) -> Figures:
    """Four views at once."""
    return _command("trail", folder, "--denials", "--changes", "--sessions", "--first-seen")


def trail_key(folder: Path) -> Figures:
    """One key in the trail."""
    return _command("key", KEY, "--in", folder)


def trail_event(folder: Path) -> Figures:
    """One event of the trail, from the middle of a file in the middle."""
    import gzip  # noqa: PLC0415

    import orjson  # noqa: PLC0415

    paths = sorted(folder.rglob("*.gz"))
    records = orjson.loads(gzip.decompress(paths[len(paths) // 2].read_bytes()))["Records"]
    return _command("trail", folder, "--event", records[len(records) // 2]["eventID"])


def trail_memory(folder: Path) -> Figures:
    """By how many bytes the process grew at most for each event."""
    from iamtui.trail.reading import read_trail  # noqa: PLC0415

    before = peak_kilobytes()
    trail = read_trail([folder])
    after = peak_kilobytes()
    return {"bytes": (after - before) * 1024 / len(trail)}


def containment(folder: Path, export: Path) -> Figures:
    """Containment of a user of the large export, beyond reading both."""
    from iamtui.analysis.containment import Subject, contain  # noqa: PLC0415
    from iamtui.analysis.containment.subjects import SubjectKind  # noqa: PLC0415
    from iamtui.snapshot.opening import open_snapshot  # noqa: PLC0415
    from iamtui.trail.reading import read_trail  # noqa: PLC0415

    trail, snapshot = read_trail([folder]), open_snapshot([export])
    account = next(iter(snapshot.accounts.values()))
    user = next(iter((account.users or {}).values()))
    subject = Subject(kind=SubjectKind.USER, principal=user.arn, account=account.account_id, key=KEY)
    assert trail.span is not None
    start = time.process_time()
    contain(subject, trail.span[1], None, trail, snapshot)
    return {"seconds": time.process_time() - start}


def first_rows(folder: Path) -> Figures:
    """From the start of the process to the first rows of the timeline, while the rest is read; wall seconds."""
    from textual.events import Key  # noqa: PLC0415

    from iamtui.app.application import IamtuiApp  # noqa: PLC0415
    from iamtui.app.screens.timeline_screen import TimelineScreen  # noqa: PLC0415
    from iamtui.app.workbench.screen import Workbench  # noqa: PLC0415
    from iamtui.widgets.tree_list import TreeList  # noqa: PLC0415

    async def measure() -> None:
        app = IamtuiApp((folder,))
        async with app.run_test(size=(120, 36)):
            while not (isinstance(app.screen, Workbench) and app.screen.query("#request-principal")):
                await asyncio.sleep(0.002)
            app.post_message(Key("L", "L"))  # the pilot would wait until all is read
            while not any(
                isinstance(screen, TimelineScreen) and screen.is_mounted and screen.query_one(TreeList).row_count
                for screen in app.screen_stack
            ):
                await asyncio.sleep(0.002)
            taken = time.time() - float(os.environ["IAMTUI_PROBE_STARTED"])
            print(json.dumps({"seconds": taken}), flush=True)
            os._exit(0)  # whatever is under way behind it

    asyncio.run(measure())
    return {}


def version() -> Figures:
    """The start of `iamtui --version`."""
    return _command("--version")


def key_alone() -> Figures:
    """The start of `iamtui key ID` without files."""
    return _command("key", "ASIAY34FZKBOKMUTVV7A")


PROBES = (
    bare_trail,
    trail_summary,
    trail_views,
    trail_key,
    trail_event,
    trail_memory,
    containment,
    first_rows,
    version,
    key_alone,
)
