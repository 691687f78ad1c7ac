"""The nearest action or key for the first findings of a policy: for thousands of them it would take minutes."""

from __future__ import annotations

from collections.abc import Iterable

from iamtui.catalog.nearest import nearest_action, nearest_key
from iamtui.policy.lint.finding import StatementView

_MOST_STATEMENTS = 12
_MOST_IN_STATEMENT = 12


class Adviser:
    """Advises on one statement, until it has done so often enough."""

    def __init__(self, view: StatementView) -> None:
        self._left = _MOST_IN_STATEMENT if view.index < _MOST_STATEMENTS else 0

    def action(self, written: str) -> str | None:
        """The action that is called most like one that there is not; None where none is."""
        return nearest_action(written) if self._takes_part() else None

    def key(self, written: str, services: Iterable[str] = ()) -> str | None:
        """The condition key that is called most like one that there is not; None where none is."""
        return nearest_key(written, services) if self._takes_part() else None

    def _takes_part(self) -> bool:
        self._left -= 1
        return self._left >= 0
