"""Statements that unknown keys leave open are asked again and again, with keys in other states; answers are kept."""

from __future__ import annotations

from collections.abc import Hashable

from iamtui.evaluation.matching.explaining import keys_asked_for
from iamtui.evaluation.matching.statements import MatchContext, StatementMatch, match
from iamtui.policy.statement import PolicyKind, Statement


class MatchOnce:
    """Matches statements of one request, each once for every way in which the keys that it asks for are (T30)."""

    def __init__(self) -> None:
        self._keys: dict[int, tuple[str, ...]] = {}
        self._found: dict[Hashable, StatementMatch] = {}

    def __call__(self, statement: Statement, kind: PolicyKind, asked: MatchContext) -> StatementMatch:
        """What `match` finds; `asked` differs from call to call in its keys, and in what its layer is asked."""
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
