"""On which resources the statements that tell the two sides of a principal apart can have a say (CH5).

What neither they nor a change of the resource itself reaches is decided alike on both sides.
"""

from __future__ import annotations

from collections.abc import Sequence

from iamtui.patterns import matcher_of
from iamtui.policy.elements import ANY_RESOURCE
from iamtui.policy.statement import Statement


class Near:
    """Says whether a resource may be decided otherwise on one side than on the other."""

    def __init__(self, telling: Sequence[Statement], changed: Sequence[str]) -> None:
        """`telling` are all statements that tell the sides apart; `changed` are the ARNs of resources that changed."""
        self._telling = telling
        self._changed = tuple(changed)

    def __call__(self, resource: str) -> bool:
        """Whether it may."""
        if resource == ANY_RESOURCE or _ALIAS in resource or resource.startswith(self._changed):
            return True
        return any(_may_match(one, resource) for one in self._telling)


_ALIAS = ":alias/"
"""What an alias stands for is matched in its place (S20)."""


def _may_match(statement: Statement, resource: str) -> bool:
    """Whether the Resource element may take a resource, whatever the keys of a request are."""
    element = statement.resource
    if element is None:
        return True
    if element.negated:
        return not any(one.is_plain and matcher_of(one.widest)(resource) for one in element.patterns)
    return any(matcher_of(one.widest)(resource) for one in element.patterns)
