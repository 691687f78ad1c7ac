"""What comparisons of two large snapshots cost."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

Figures = dict[str, float]


def _edited(path: Path, folder: Path) -> Path:
    """The export with another statement in an inline policy of every fiftieth user and role."""
    import orjson  # noqa: PLC0415 - a probe imports what it measures

    export: dict[str, list[dict[str, Any]]] = orjson.loads(path.read_bytes())
    allow = {"Effect": "Allow", "Action": "sqs:DeleteQueue", "Resource": "arn:aws:sqs:*:*:spare"}
    document = {"Version": "2012-10-17", "Statement": [allow]}
    for kind, inline in (("UserDetailList", "UserPolicyList"), ("RoleDetailList", "RolePolicyList")):
        for detail in export[kind][::50]:
            detail[inline] = [*detail.get(inline, []), {"PolicyName": "spare", "PolicyDocument": document}]
    edited = folder / "edited.json"
    edited.write_bytes(orjson.dumps(export))
    return edited


def comparison(path: Path, folder: Path) -> Figures:
    """Both loads, the comparison thing by thing, and what the changes do; CPU seconds."""
    edited = _edited(path, folder)
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

    edited = _edited(path, folder)
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
