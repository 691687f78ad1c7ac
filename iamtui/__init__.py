"""iamtui: the terminal explorer for AWS permissions. Offline, read-only, exact.

What is in `__all__` is public and stable; the rest may change without notice. Nothing is loaded before it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iamtui.public import (
        Can,
        Changes,
        Decided,
        Matrix,
        Request,
        Snapshot,
        WhoCan,
        can,
        changes,
        decide,
        matrix,
        open_snapshot,
        who_can,
    )

__version__ = "0.1.0"

__all__ = [
    "Can",
    "Changes",
    "Decided",
    "Matrix",
    "Request",
    "Snapshot",
    "WhoCan",
    "__version__",
    "can",
    "changes",
    "decide",
    "matrix",
    "open_snapshot",
    "who_can",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'iamtui' has no attribute {name!r}")
    return getattr(import_module("iamtui.public"), name)
