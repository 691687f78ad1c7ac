"""How a screen is left: only while it is on top."""

from __future__ import annotations

from typing import Any

from textual.await_complete import AwaitComplete
from textual.screen import Screen


class LeavesFromTop(Screen[Any]):
    """A screen above others. Textual closes the one on top, whichever asks: a click and a key may come at once."""

    def dismiss(self, result: Any = None) -> AwaitComplete:
        """Leave with a result; nothing if another screen is above, or this one was left already."""
        if self.app.screen is self:
            return super().dismiss(result)
        return AwaitComplete()
