"""A search over rows of text: where its matches are, and which row has the next one."""

from __future__ import annotations

import re
from collections.abc import Callable


class RowSearch:
    """Looks for a text as it stands, letter case aside."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._pattern = re.compile(re.escape(text), re.IGNORECASE)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Give the characters of all matches in a text."""
        return [match.span() for match in self._pattern.finditer(text)]

    def next_row(self, start: int, step: int, count: int, text_of: Callable[[int], str]) -> tuple[int, bool] | None:
        """Find the first row with a match, from `start` on by `step`, around the end of `count` rows if need be.

        Returns:
            The row, and whether the search went around the end; `None` if no row has a match.
        """
        for place in range(start, start + step * count, step):
            if self._pattern.search(text_of(place % count)):
                return place % count, not 0 <= place < count
        return None
