"""What comparisons of two large snapshots cost."""

from __future__ import annotations

import time
from pathlib import Path

from tests.benchmarks import edits

Figures = dict[str, float]


def comparison(path: Path, folder: Path) -> Figures:
    """Both loads, the comparison thing by thing, and what the changes do; CPU seconds."""
    edited = edits.edited(path, folder)
    from iamtui.analysis.changes.effects import with_effects  # noqa: PLC0415
    from iamtui.analysis.changes.entities import compare_snapshots  # noqa: PLC0415
    from iamtui.snapshot.opening import open_snapshot  # noqa: PLC0415

    start = time.process_time()
    old, new = open_snapshot([path]), open_snapshot([edited])
    loaded = time.process_time()
    changes = compare_snapshots(old, new)
    compared = time.process_time()
    found = with_effects(changes, old, new)
    if not found.effects:
        raise AssertionError("the edits have effects")
    return {
        "loads": loaded - start,
        "structure": compared - loaded,
        "effects": time.process_time() - start,
        "changes": len(changes.objects),
    }


def ten_loads(path: Path, folder: Path) -> Figures:
    """How much ten loads of a run hold, as a multiple of one (CH9)."""
    from iamtui.snapshot.opening import open_snapshot  # noqa: PLC0415

    edited = edits.edited(path, folder)
    before = _resident()
    loads = [open_snapshot([path])]
    one = _resident() - before
    for number in range(9):
        loads.append(open_snapshot([edited if number % 2 == 0 else path], previous=loads[-1]))
    return {"multiple": (_resident() - before) / one}


def _resident() -> int:
    status = Path("/proc/self/statm")
    return int(status.read_text().split()[1]) * 4096 if status.exists() else 0


PROBES = (comparison, ten_loads)
