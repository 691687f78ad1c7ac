"""Names in a sentence, cut short."""

from __future__ import annotations

from collections.abc import Sequence

_FEW = 3


def listed_names(names: Sequence[str], word: str) -> str:
    """`group A`, or `groups A, B, C and 7 more`."""
    shown = ", ".join(name[:200] for name in names[:_FEW])
    rest = f" and {len(names) - _FEW} more" if len(names) > _FEW else ""
    plural = word if len(names) == 1 else f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
    return f"{plural} {shown}{rest}"
