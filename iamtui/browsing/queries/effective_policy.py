"""One policy with the effect of all that is in force, as the rows of a list (WP4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from iamtui.analysis.queries.one_principal.effective_policy import EffectivePolicy, LeftOut
from iamtui.browsing.policies_in_force import actions_words, statement_words
from iamtui.browsing.queries.leaning import leaning_nodes
from iamtui.content.nodes import ChildrenOf, Node
from iamtui.content.numbers import number_of
from iamtui.policy.document import Document, statements_written
from iamtui.policy.scopes import Data
from iamtui.policy.statement import Effect, Statement
from iamtui.reports.effective_policy import EXACT, INCOMPLETE, reason_of, too_long
from iamtui.reports.serial import json_bytes


def policy_rows(answer: EffectivePolicy) -> tuple[list[Node], ChildrenOf]:
    """How exact the policy is, then its statements; one unfolds to its elements, what is left out to its actions."""
    rows = _PolicyRows(answer)
    return list(rows.roots()), rows.children


def exactness(answer: EffectivePolicy) -> str:
    """How many statements the policy has, and whether it says just what is in force."""
    statements = number_of(len(answer.statements), "statement")
    if answer.left_out:
        actions = len({action for one in answer.left_out for action in one.actions})
        return f"{statements}, not exact: {number_of(actions, 'action')} left out"
    return f"{statements}, exact" if answer.complete else f"{statements}, not all held against what is in force"


class _PolicyRows:
    """The nodes of an answer; a key says which they are."""

    def __init__(self, answer: EffectivePolicy) -> None:
        self._answer = answer
        self._statements = statements_written(Document(json_bytes(answer.document)))

    def roots(self) -> Iterator[Node]:
        answer, long = self._answer, too_long(self._answer)
        if not answer.left_out and answer.complete:
            yield Node("exact", EXACT, "", "good", "✔")
        for number, one in enumerate(answer.left_out):
            yield _left_out(number, one)
        if not answer.complete:
            yield Node("incomplete", INCOMPLETE, "", "warn", "⚠")
        if long:
            yield Node("long", long, "", "warn", "⚠")
        yield from map(_statement, self._statements)
        yield from leaning_nodes(answer.leans_on)

    def children(self, key: str) -> Sequence[Node]:
        """What is below a node."""
        kind, _, number = key.partition(" ")
        match kind:
            case "statement":
                return list(_elements(number, self._answer.statements[int(number)]))
            case "left-out":
                one = self._answer.left_out[int(number)]
                return [Node(f"action {number} {action}", action, tone="muted") for action in one.actions]
            case _:
                return ()


def _elements(number: str, element: Data, name: str = "") -> Iterator[Node]:
    """`Action  s3:GetObject`: a row for each text of a statement, below the names under which it stands."""
    if isinstance(element, str):
        yield Node(f"line {number} {name} {element}", name, element)
    elif isinstance(element, Mapping):
        for inner, value in element.items():
            yield from _elements(number, value, f"{name} {inner}".strip())
    else:
        for value in element:
            yield from _elements(number, value, name)


def _left_out(number: int, one: LeftOut) -> Node:
    """`3 actions  allowed in truth (resource policy), denied by this policy alone; such as …`."""
    said = f"{one.truly} in truth ({reason_of(one)}), {one.said} by this policy alone; such as on {one.resource}"
    return Node(f"left-out {number}", number_of(len(one.actions), "action"), said, "warn", "≠", has_children=True)


def _statement(statement: Statement) -> Node:
    is_allow = statement.effect is Effect.ALLOW
    return Node(
        f"statement {statement.index}",
        f"{statement.effect.value} {actions_words(statement)}",
        statement_words(statement),
        "good" if is_allow else "bad",
        "✔" if is_allow else "✖",
        has_children=True,
    )
