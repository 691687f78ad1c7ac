"""What statements read of the actor itself, by which those are told apart who carry the same (EP57)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import NamedTuple

from iamtui.analysis.queries.index.situations import Marks
from iamtui.analysis.queries.index.taking import keys_tested, own_keys
from iamtui.evaluation.keys import differs_by_entity
from iamtui.policy.statement import Statement


class Reading(NamedTuple):
    """The keys of an actor itself that some statements read, and what of their values matters."""

    keys: tuple[str, ...]
    marks: Marks

    @classmethod
    def of(cls, statements: Iterable[Statement]) -> Reading:
        """What statements read, in their resources too."""
        reading = [(one, keys) for one in statements if (keys := own_keys(one))]
        if not reading:
            return _NOTHING
        names = dict.fromkeys(key for _, keys in reading for key in keys)
        return cls(tuple(names), Marks(one for one, _ in reading))

    @classmethod
    def of_conditions(cls, statements: Iterable[Statement]) -> Reading:
        """What statements read whose resources were compared already."""
        held = list(statements)
        keys = dict.fromkeys(key for one in held for key in keys_tested(one) if differs_by_entity(key))
        return cls(tuple(keys), Marks(held)) if keys else _NOTHING


_NOTHING = Reading((), Marks())


class Readings:
    """What statements read of actors, in one search: one reading for all that read the same (EP58)."""

    def __init__(self) -> None:
        self._known: dict[Hashable, Reading] = {}

    def of(self, statements: Iterable[Statement]) -> Reading:
        """What some statements read, in their resources too."""
        reading = [one for one in statements if own_keys(one)]
        said = tuple(map(_read_by, reading))
        found = self._known.get(said)
        if found is None:
            found = self._known[said] = Reading.of(reading)
        return found


def _read_by(statement: Statement) -> Hashable:
    """Equal for statements that read the same: tests, which are shared by who says the same, and variables."""
    patterns = () if statement.resource is None else statement.resource.patterns
    variables = [variable.folded for pattern in patterns for variable in pattern.variables]
    return tuple(map(id, statement.conditions)), tuple(variables)
