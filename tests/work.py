"""How much work something is, counted in calls: the same on a fast machine and on a slow one."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType


def calls_of(work: Callable[[], object], of: Callable[..., object] | None = None) -> int:
    """How many functions are called, of Python and of C, while `work` runs here; how often `of` is, if it is given."""
    wanted = None if of is None else getattr(of, "__code__", None)
    count = 0

    def note(frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call") and (of is None or (event == "call" and frame.f_code is wanted))

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count
