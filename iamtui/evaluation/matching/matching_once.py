"""Statements that unknown keys leave open are asked again and again, with keys in other states; answers are kept."""

from __future__ import annotations

from collections.abc import Hashable

from iamtui.evaluation.matching.explaining import keys_asked_for
from iamtui.evaluation.matching.statements import MatchContext, StatementMatch, match
from iamtui.policy.conditions import ConditionTest
from iamtui.policy.keys import Context
from iamtui.policy.statement import PolicyKind, Statement
from iamtui.policy.truth import Truth


class TestsOnce:
    """How lines of Condition blocks come out, each once for every way in which the keys that it reads are.

    Nothing else counts for them, whoever asks for what.
    """

    __test__ = False  # no test of pytest

    def __init__(self) -> None:
        self._keys: dict[int, tuple[ConditionTest, tuple[str, ...]]] = {}  # a line is kept: its identity stays its own
        self._found: dict[Hashable, Truth] = {}

    def __call__(self, test: ConditionTest, context: Context) -> Truth:
        """What its `truth` is."""
        known = self._keys.get(id(test))
        if known is None:
            templates = (one.template for one in test.values if one.template is not None)
            variables = (variable.folded for template in templates for variable in template.variables)
            known = self._keys[id(test)] = (test, tuple(dict.fromkeys((test.folded_key, *variables))))
        way = id(test), *[context.lookup(key) for key in known[1]]
        found = self._found.get(way)
        if found is None:
            if len(self._found) >= _MOST_KEPT:
                self._found.clear()
            found = self._found[way] = test.truth(context)
        return found


_MOST_KEPT = 32_768
"""How many ways are kept; then all are forgotten, so that questions without end take no memory without end."""


class MatchOnce:
    """Matches statements of one request, each once for every way in which the keys that it asks for are (T30)."""

    def __init__(self, tests: TestsOnce | None = None) -> None:
        self._tests = TestsOnce() if tests is None else tests
        self._fixed: dict[Hashable, Truth | None] = {}
        self._keys: dict[int, tuple[str, ...]] = {}
        self._found: dict[Hashable, StatementMatch] = {}

    def __call__(self, statement: Statement, kind: PolicyKind, asked: MatchContext) -> StatementMatch:
        """What `match` finds; `asked` differs from call to call in its keys, and in what its layer is asked."""
        way = id(statement), kind, asked.resources
        if way not in self._fixed:
            self._fixed[way] = _without_conditions(statement, kind, asked)
        truth = self._fixed[way]
        if truth is None:
            return self._of_all(statement, kind, asked)
        for test in statement.conditions:
            if not truth:
                break
            truth = min(truth, self._tests(test, asked.context))
        return _MATCHES[truth]

    def _of_all(self, statement: Statement, kind: PolicyKind, asked: MatchContext) -> StatementMatch:
        """The same of a statement of which more than its Condition block turns on who asks for what."""
        identity = id(statement)
        keys = self._keys.get(identity)
        if keys is None:
            keys = self._keys[identity] = tuple(dict.fromkeys(map(str.lower, keys_asked_for(statement))))
        values = tuple([asked.context.lookup(key) for key in keys])
        way = identity, kind, asked.resources, asked.account_is_root, values
        found = self._found.get(way)
        if found is None:
            found = self._found[way] = match(statement, kind, asked)
        return found


_MATCHES = {truth: StatementMatch(truth) for truth in Truth}


def _without_conditions(statement: Statement, kind: PolicyKind, asked: MatchContext) -> Truth | None:
    """How all but the Condition block matches, where that is so whatever the keys are; else None."""
    element = statement.resource
    reads = element is not None and any(pattern.variables for pattern in element.patterns)
    if reads or statement.principal is not None or asked.open_resource is not None:
        return None
    return match(statement, kind, asked, ()).truth
