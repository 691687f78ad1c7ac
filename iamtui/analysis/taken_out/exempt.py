"""Whom a condition on who asks exempts from a statement, whatever is asked (FI95)."""

from __future__ import annotations

from iamtui.analysis.queries.actions.denied import OF_THE_CALLER
from iamtui.policy.conditions import ConditionTest
from iamtui.policy.keys import Context
from iamtui.policy.statement import Statement


def exempting(statement: Statement, context: Context) -> ConditionTest | None:
    """The condition on who asks by which a statement does not match, whatever is asked; None where there is none."""
    return next((one for one in statement.conditions if _is_of_caller(one) and not one.judge(context).truth), None)


def _is_of_caller(test: ConditionTest) -> bool:
    named = [test.folded_key]
    named += [key.folded for value in test.values if value.template is not None for key in value.template.variables]
    return all(key in _OF_THE_CALLER or key.startswith("aws:principaltag/") for key in named)


_OF_THE_CALLER = OF_THE_CALLER | {"aws:principalisawsservice"}
"""Of users, roles and root, whom alone is asked about, what they call as is known."""
