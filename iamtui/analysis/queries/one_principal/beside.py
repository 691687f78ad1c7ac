"""What is decided beside a principal's own policies: where none of them says anything it is the same for many (WP1).

Users of one account with the same boundary are denied alike what none of their policies speaks of, and for the same
reasons: that is asked once for all of them. What guards them, and what protects the resources, may have a say, as far
as it reads nothing in which one differs from another, nor the time, nor how one signed in (which answers tell of, K35).
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from iamtui.analysis.queries.actions.alike import tells_all_apart
from iamtui.analysis.queries.deciding.answers import Cell
from iamtui.analysis.queries.index.taking import keys_named
from iamtui.analysis.queries.index.trusts import nameless
from iamtui.analysis.queries.one_principal.ground import Ground
from iamtui.analysis.queries.one_principal.own_side import is_read, statements_of_layer
from iamtui.evaluation.answer.session_notes import KEYS_OF_SIGN_IN
from iamtui.evaluation.applicable.policies import AppliedLayer
from iamtui.evaluation.keys import differs_by_entity
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.policy.statement import Statement


class Beside:
    """The answers on which the policies of a principal have no say; `base` is some request of it.

    Without a ground there are none.
    """

    def __init__(self, base: PreparedRequest, ground: Ground | None) -> None:
        standing = None if ground is None else _standing_of(base)
        self._is_shared = standing is not None
        self.cells: dict[Hashable, Cell] = {} if ground is None or standing is None else ground.beside(standing)
        self._own = set(map(id, statements_of_layer(base.applicable.identity)))
        self._says_the_same: dict[int, bool] = {}

    def is_told_by(self, statements: Sequence[Statement] | None) -> bool:
        """Whether one that some statements have a say on is among them; None stands for statements nobody knows."""
        return self._is_shared and statements is not None and all(map(self._is_same, statements))

    def _is_same(self, statement: Statement) -> bool:
        """Whether a statement says the same to all of a kind, account and guards."""
        found = self._says_the_same.get(id(statement))
        if found is None:
            found = id(statement) not in self._own and not any(map(_tells_apart, keys_named(statement)))
            self._says_the_same[id(statement)] = found
        return found


def _tells_apart(key: str) -> bool:
    return key in _OF_NOW or key in KEYS_OF_SIGN_IN or differs_by_entity(key)


_OF_NOW = frozenset(("aws:currenttime", "aws:epochtime"))


def _standing_of(base: PreparedRequest) -> Hashable:
    """All of a principal that counts beside its own policies; None where that is not told."""
    caller, applicable = base.subject.caller, base.applicable
    if base.request.context or not is_read(applicable.identity) or tells_all_apart(base):
        return None
    guards = (_said_by(applicable.permissions_boundary), _said_by(applicable.scp))
    return nameless(caller), caller.entity is None, caller.is_service_linked, base.request.unstated, guards


def _said_by(layer: AppliedLayer) -> Hashable:
    """What a layer says, whoever it binds."""
    documents = tuple((one.missing, tuple([id(policy.document) for policy in one.policies])) for one in layer.levels)
    return layer.unknown, layer.may_deny, layer.always_allows, layer.assumptions, documents
