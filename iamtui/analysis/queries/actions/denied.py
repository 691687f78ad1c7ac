"""What a Deny of the principal's own takes away on every resource, so that no resource need be asked about (WP3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from iamtui.analysis.queries.index.taking import keys_named
from iamtui.evaluation.applicable.policies import AppliedLayer
from iamtui.evaluation.matching.statements import match
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.policy.document import statements_written
from iamtui.policy.elements import ANY_RESOURCE
from iamtui.policy.statement import Effect, PolicyKind, Statement
from iamtui.policy.truth import Truth

OF_THE_CALLER = frozenset(
    (
        "aws:multifactorauthage",
        "aws:multifactorauthpresent",
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:principaltype",
        "aws:tokenissuetime",
        "aws:userid",
        "aws:username",
    )
)
"""Keys that follow from who calls, whatever is called on what."""


def takes_all_resources(statement: Statement) -> bool:
    """Whether the Resource element matches whatever is asked about."""
    element = statement.resource
    return element is not None and not element.negated and ANY_RESOURCE in element.texts


def depends_on_the_caller(statement: Statement) -> bool:
    """Whether its conditions read nothing but who calls."""
    return all(key in OF_THE_CALLER or key.startswith("aws:principaltag/") for key in keys_named(statement))


class OwnDeny(NamedTuple):
    """A Deny of an identity policy."""

    policy: str
    statement: Statement

    @property
    def reference(self) -> str:
        """As `POLICY#STATEMENT`."""
        return f"{self.policy}#{self.statement.label}"


class OwnDenies:
    """The Denies of a principal's identity policies; `base` is some request of it."""

    def __init__(self, base: PreparedRequest) -> None:
        self._base = base
        self._holding = {id(one): policy for one, policy in _statements_of(base.applicable.identity)}
        self._of_scps = {id(one) for one, _ in _statements_of(base.applicable.scp)}
        self._certain: dict[int, bool] = {}

    def first_of_all(self, statements: Sequence[Statement]) -> OwnDeny | None:
        """The first of some Denies, if it denies on every resource: nothing of policies that denies comes before it."""
        denying = [one for one in statements if one.effect is Effect.DENY]
        if not denying or not self._is_certain(denying[0]) or any(id(one) in self._of_scps for one in denying):
            return None
        return OwnDeny(self._holding[id(denying[0])], denying[0])

    def on_all(self, statements: Sequence[Statement]) -> OwnDeny | None:
        """The same where one of the Allows grants on every resource: it is then what decides."""
        grants = any(one.effect is Effect.ALLOW and self._is_certain(one) for one in statements)
        return self.first_of_all(statements) if grants else None

    def allowing(self, statements: Sequence[Statement]) -> Iterator[Statement]:
        """The Allows of identity policies among some."""
        return (one for one in statements if one.effect is Effect.ALLOW and id(one) in self._holding)

    def denies_all(self, statements: Sequence[Statement]) -> bool:
        """Whether one of some statements certainly denies whatever they take, on every resource."""
        return any(one.effect is Effect.DENY and self._is_certain(one) for one in statements)

    def _is_certain(self, statement: Statement) -> bool:
        """Whether it matches every request whose action it takes."""
        found = self._certain.get(id(statement))
        if found is None:
            found = self._certain[id(statement)] = id(statement) in self._holding and self._matches_all(statement)
        return found

    def _matches_all(self, statement: Statement) -> bool:
        if not takes_all_resources(statement) or not depends_on_the_caller(statement):
            return False
        return match(statement, PolicyKind.IDENTITY, self._base.asked).truth is Truth.TRUE


def _statements_of(layer: AppliedLayer) -> Iterator[tuple[Statement, str]]:
    """The statements of a layer with the names of their policies, the first last."""
    for level in layer.levels:
        for policy in reversed(level.policies):
            for statement in statements_written(policy.document):
                yield statement, policy.name
