"""How much memory a process of its own has taken at most."""

from __future__ import annotations

import re
import resource
from pathlib import Path

_STATUS = Path("/proc/self/status")
_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB", re.MULTILINE)


def peak_kilobytes() -> int:
    """The largest resident size of this process so far, in KB.

    `ru_maxrss` would not do where Linux tells better: it begins with what the process had that started this one.
    """
    found = _PEAK.search(_STATUS.read_text()) if _STATUS.exists() else None
    return int(found[1]) if found is not None else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
