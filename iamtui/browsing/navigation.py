"""Where the user has been: back and forward as in a browser."""

from __future__ import annotations

from dataclasses import dataclass

_MOST = 500


@dataclass(frozen=True, slots=True)
class Place:
    """A subject, and where it matters its tab and a statement of its document."""

    key: str
    tab: str = ""
    statement: int | None = None


class Visits:
    """The places that were visited, in order, and which of them is current."""

    def __init__(self) -> None:
        self._places: list[Place] = []
        self._current = -1
        self._passing = False

    @property
    def current(self) -> Place | None:
        """Where the user is."""
        return self._places[self._current] if self._places else None

    def visit(self, place: Place, *, passing: bool = False) -> None:
        """Go to a place and forget what was forward. Places that the cursor only passes leave no trace but the last."""
        if place == self.current:
            self._passing = self._passing and passing
            return
        del self._places[self._current + 1 :]
        if self._passing and passing and self._places:
            self._places[-1] = place
        else:
            self._places.append(place)
        del self._places[:-_MOST]
        self._current = len(self._places) - 1
        self._passing = passing

    def step(self, by: int) -> Place | None:
        """Go back (-1) or forward (1); `None` at either end."""
        target = self._current + by
        if not 0 <= target < len(self._places):
            return None
        self._current, self._passing = target, False
        return self._places[target]
