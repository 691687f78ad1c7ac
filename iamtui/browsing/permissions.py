"""What a principal can really do, above the policies in force, as one tree (WP2, WP3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from iamtui.analysis.queries.one_principal.can_results import ActionWay, Can
from iamtui.analysis.subject_keys import SubjectKey
from iamtui.browsing.policies_in_force import InForce, policy_nodes, statement_nodes
from iamtui.browsing.queries.can import reach_rows, request_fields, summary, way_of
from iamtui.browsing.trees.tree_source import INSIDE
from iamtui.content.nodes import Node
from iamtui.content.requests import RequestFields
from iamtui.policy.document import statements_written

REACH = "reach"
"""The key of the row above all that is allowed."""

AS_POLICY = "as-policy"
"""The key of the row that leads to all that is allowed as one policy (WP4)."""

_FEW = 12
"""How many services are shown unfolded."""


class Place(NamedTuple):
    """A statement of a policy."""

    key: str
    statement: int


class Permissions:
    """The rows of one subject: its policies, and once it is known what all of them allow together."""

    def __init__(self, policies: tuple[InForce, ...] = (), *, is_asked: bool = False) -> None:
        self.policies = policies
        self.answer: Can | None = None
        self._said = "asking …" if is_asked else ""
        self._reach: tuple[Sequence[Node], Callable[[str], Sequence[Node]]] = ((), lambda key: ())

    def say(self, words: str) -> None:
        """Say how far the asking is."""
        self._said = words

    def take(self, answer: Can) -> None:
        """Show what is allowed."""
        self.answer = answer
        self._said = summary(answer)
        self._reach = reach_rows(answer)

    @property
    def has_few(self) -> bool:
        """Whether what is allowed fits on the screen beside the policies."""
        return self.answer is not None and len(self.answer.services) <= _FEW

    def roots(self) -> list[Node]:
        """What all of it allows, then the policies."""
        policies = policy_nodes(self.policies)
        if not self._said:
            return policies
        reach = Node(REACH, "all together allow", self._said, "accent", has_children=self.answer is not None)
        as_policy = [Node(AS_POLICY, "as one policy →", "what gives just this, to be looked at and saved", "accent")]
        shown = as_policy if self.answer is not None else []
        return [reach, *shown, *(policies or [Node("none", "no policies", "", "muted")])]

    def children(self, key: str) -> Sequence[Node]:
        """What is below a row."""
        if INSIDE in key:
            return statement_nodes(self.policies, key)
        return self._reach[0] if key == REACH else self._reach[1](key)

    def request_of(self, key: str) -> RequestFields | None:
        """The request whose trace explains an action."""
        return None if self.answer is None or INSIDE in key else request_fields(self.answer, key)

    def statement_of(self, key: str) -> Place | None:
        """The statement that a line below an action names."""
        way = None if self.answer is None or INSIDE in key else way_of(self.answer, key)
        return None if way is None else self._place_of(way)

    def _place_of(self, way: ActionWay) -> Place | None:
        keys = () if way.owner is None else (way.owner, SubjectKey.inline(way.owner, way.policy))
        for policy in self.policies:
            if policy.key in keys or (way.origin == "group" and policy.name == way.policy):
                for statement in statements_written(policy.document):
                    if statement.label == way.statement:
                        return Place(policy.key, statement.index)
        return None
