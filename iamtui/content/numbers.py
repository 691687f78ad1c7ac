"""Numbers of things, in words."""

from __future__ import annotations


def number_of(count: int, one: str, many: str = "") -> str:
    """How many there are: `1 action`, `2,000 actions`; `many` where more than one is not `one` with an s."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"
