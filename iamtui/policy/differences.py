"""What differs between two documents, told element by element (CH3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from iamtui.policy.normal_form import Elements, NormalStatement, elements, normal_statement
from iamtui.policy.statement import InvalidDocument, PolicyDocument, Statement

PLUS, MINUS = "+", "-"


def differences(
    old: PolicyDocument | InvalidDocument | None, new: PolicyDocument | InvalidDocument | None
) -> list[str]:
    """A line for each statement and each member of a statement that is on one side only; None is no document."""
    unreadable = [
        f"{sign} not readable: {side}"
        for sign, side in ((MINUS, old), (PLUS, new))
        if isinstance(side, InvalidDocument)
    ]
    left = _statements(old)
    right = _statements(new)
    for key in left.keys() & right.keys():
        del left[key], right[key]
    return [*unreadable, *_told(list(left.values()), list(right.values()))]


class _Told:
    """A statement with its elements."""

    def __init__(self, statement: Statement, found: Elements) -> None:
        self.statement = statement
        self.elements = found

    @property
    def name(self) -> str:
        return f"statement {self.statement.label}"

    def likeness(self, other: _Told) -> tuple[bool, int]:
        """How much two have in common: the Sid, then whole elements."""
        same_sid = self.statement.sid is not None and self.statement.sid == other.statement.sid
        shared = sum(
            key in other.elements and element.members.keys() == other.elements[key].members.keys()
            for key, element in self.elements.items()
        )
        return same_sid, shared

    def whole(self) -> str:
        """The statement in one line."""
        parts = [f"{element.label}: {', '.join(element.members.values())}" for element in self.elements.values()]
        return f"{self.name}: {'; '.join(parts)}"


def _statements(policy: PolicyDocument | InvalidDocument | None) -> dict[NormalStatement, _Told]:
    if not isinstance(policy, PolicyDocument):
        return {}
    found = (_Told(statement, elements(statement, policy)) for statement in policy.statements)
    return {normal_statement(one.elements): one for one in found}


def _told(left: list[_Told], right: list[_Told]) -> Iterator[str]:
    """Pairs those that are most alike; what is left over is told whole."""
    while left and right:
        likeness, i, j = max(
            (one.likeness(other), -i, -j) for i, one in enumerate(left) for j, other in enumerate(right)
        )
        if likeness < (False, 2):
            break
        yield from _of_pair(left.pop(-i), right.pop(-j))
    yield from (f"{MINUS} {one.whole()}" for one in left)
    yield from (f"{PLUS} {one.whole()}" for one in right)


def _of_pair(old: _Told, new: _Told) -> Iterator[str]:
    for key in dict.fromkeys((*old.elements, *new.elements)):
        element = new.elements.get(key) or old.elements[key]
        before, after = _members(old.elements, key), _members(new.elements, key)
        for sign, ones, others in ((MINUS, before, after), (PLUS, after, before)):
            only = [text for form, text in ones.items() if form not in others]
            if only:
                yield f"{new.name}: {element.label}: {sign} {', '.join(only)}"


def _members(found: Elements, key: str) -> Mapping[object, str]:
    element = found.get(key)
    return {} if element is None else dict(element.members)
