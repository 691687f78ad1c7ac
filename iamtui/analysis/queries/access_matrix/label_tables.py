"""What Allows give as sets of actions, and the tables that know of these how they are decided (AM1)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from iamtui.analysis.queries.access_matrix.dependence import Dependence


class Given(NamedTuple):
    """What one Allow gives of some actions; `alone` are those that are asked of each principal with all it has.

    `dependent` are conditional by something in the Allow itself, with what that is.
    """

    allowed: int = 0
    conditional: int = 0
    alone: int = 0
    dependent: tuple[tuple[Dependence, int], ...] = ()

    def of(self, actions: int) -> Given:
        """What of it is of some actions."""
        dependent = tuple([(what, both) for what, members in self.dependent if (both := members & actions)])
        return Given(self.allowed & actions, self.conditional & actions, self.alone & actions, dependent)


class Table:
    """The labels of actions beside one that is said, as far as they were asked for."""

    __slots__ = ("allowed", "alone", "conditional", "known")

    def __init__(self) -> None:
        self.known = 0
        self.allowed = 0
        self.conditional = 0
        self.alone = 0

    def add(self, label: str | None, actions: int) -> None:
        """Note the label of some actions; None where it must be asked for each principal."""
        self.known |= actions
        if label == "allowed":
            self.allowed |= actions
        elif label == "conditional":
            self.conditional |= actions
        elif label is None:
            self.alone |= actions

    def given(self, actions: int) -> Given:
        """What is known of some actions."""
        return Given(actions & self.allowed, actions & self.conditional, actions & self.alone)


def joined(found: Iterable[Given]) -> Given:
    """What several give."""
    allowed = conditional = alone = 0
    for one in found:
        allowed |= one.allowed
        conditional |= one.conditional
        alone |= one.alone
    return Given(allowed, conditional, alone)
