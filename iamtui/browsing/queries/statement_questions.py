"""Who can do what a statement names: asked of everybody, whatever the statement says of it (WC16-WC18)."""

from __future__ import annotations

import re

from iamtui.analysis.queries.everybody.questions import Question, QuestionError
from iamtui.policy.document import Document
from iamtui.policy.statement import PolicyDocument, Statement

_VARIABLE = re.compile(r"\$\{[^}]*\}")
_ALL_ACTIONS = frozenset(("*", "*:*"))


def question_of_statement(document: Document, index: int, own: str) -> Question:
    """Who can do the actions of a statement on its resources; a policy variable stands for anything.

    `own` is the resource that carries the policy, where one does.

    Raises:
        QuestionError: AWS would refuse the statement, or it names no action or resource, or every action.
    """
    policy = document.policy
    statements = policy.statements if isinstance(policy, PolicyDocument) else ()
    statement = statements[index] if index < len(statements) else None
    if statement is None or statement.invalid is not None:
        raise QuestionError("AWS reads no statement here")
    if statement.action.negated or not statement.action.patterns:
        raise QuestionError("this statement names no action to ask about: NotAction says what it leaves out")
    if not _ALL_ACTIONS.isdisjoint(statement.action.patterns):
        raise QuestionError("this statement takes every action: fill in one to ask about")
    return Question(actions=statement.action.patterns, resources=_resources(statement, own))


def _resources(statement: Statement, own: str) -> tuple[str, ...]:
    """Its patterns; where they take all, the resource whose policy has a Principal, or none: some resource (WC18)."""
    element = statement.resource
    if element is not None and element.negated:
        raise QuestionError("this statement names no resource to ask about: NotResource says what it leaves out")
    texts = () if element is None else element.texts
    if not texts or "*" in texts:
        return (own,) if own and statement.principal is not None else ()
    return tuple(dict.fromkeys(_VARIABLE.sub("*", text) for text in texts))
