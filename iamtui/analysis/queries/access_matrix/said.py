"""What a document says of the actions that are asked about, whoever carries it (AM1)."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import NamedTuple

from iamtui.analysis.queries.index.action_sets import taken_by
from iamtui.analysis.queries.index.taking import own_keys
from iamtui.evaluation.applicable.policies import AppliedPolicy
from iamtui.policy.statement import Effect, PolicyDocument, Statement


class Held(NamedTuple):
    """A statement of a policy, and those of the actions asked about that it takes."""

    statement: Statement
    actions: int
    policy: AppliedPolicy


class Taking(NamedTuple):
    """A statement, those of the actions asked about that it takes, and the keys of its holder's that it reads."""

    statement: Statement
    actions: int
    own: tuple[str, ...]


class Said(NamedTuple):
    """What a document says of the actions asked about; `taken` are those that its Allows take.

    Of the Allows some say the same `of_all` who hold them, others read who does: `of_some`.
    """

    of_all: tuple[Taking, ...]
    of_some: tuple[Taking, ...]
    denies: tuple[Taking, ...]
    taken: int

    @property
    def allows(self) -> tuple[Taking, ...]:
        """All of its Allows."""
        return self.of_all + self.of_some


def said_by(content: PolicyDocument, wanted: int) -> Said:
    """What a document says of the wanted actions."""
    held = [Taking(one, taken_by(one.action) & wanted, own_keys(one)) for one in content.statements]
    allows = [one for one in held if one.actions and one.statement.effect is Effect.ALLOW]
    of_all, of_some = (tuple(one for one in allows if bool(one.own) is own) for own in (False, True))
    denies = tuple(one for one in held if one.statement.effect is Effect.DENY)
    return Said(of_all, of_some, denies, reduce(or_, (one.actions for one in allows), 0))
