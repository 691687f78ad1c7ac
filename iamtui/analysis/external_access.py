"""Whom the policy of a resource lets in from outside its account: what the policy says, not what is decided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from iamtui.policy.conditions import ConditionTest
from iamtui.policy.document import Document
from iamtui.policy.principals import EntryKind, PrincipalEntry
from iamtui.policy.statement import Effect, InvalidDocument, PolicyKind, Statement, forbidden_element

EQUAL_OR_LIKE = ("StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike")
"""Operators whose values say whom a condition lets in."""
_NOBODY = (EntryKind.INVALID, EntryKind.OTHER, EntryKind.UNIQUE_ID)
"""Entries that no request of another account can match (L51, L56)."""


@dataclass(frozen=True, slots=True)
class ExternalAccess:
    """An entry of an Allow that names somebody outside; with `negated` all but this entry are meant."""

    statement: Statement
    entry: PrincipalEntry
    negated: bool

    @property
    def is_everybody(self) -> bool:
        """Whether anybody of any account is meant, conditions aside."""
        return self.negated or self.entry.kind is EntryKind.EVERYONE

    @property
    def accounts(self) -> tuple[str, ...]:
        """The account that is named, by the entry or, where it means everybody, by a condition on who that is."""
        if not self.is_everybody:
            return (self.entry.account,) if self.entry.account else ()
        return tuple(dict.fromkeys(account for test in self.statement.conditions for account in _named_by(test)))


def _named_by(test: ConditionTest) -> Iterator[str]:
    if test.operator is None or test.operator.name not in EQUAL_OR_LIKE:
        return
    for text in (value.text for value in test.values):
        account = [*text.split(":"), "", "", "", "", ""][4] if test.folded_key == "aws:principalarn" else text
        if account.isdecimal() and test.folded_key in ("aws:principalarn", "aws:principalaccount"):
            yield account


def external_access(
    document: Document, account: str, kind: PolicyKind = PolicyKind.RESOURCE
) -> tuple[ExternalAccess, ...]:
    """Who outside `account` is let in, services of AWS included; nobody by a document that cannot be read."""
    policy = document.policy
    if isinstance(policy, InvalidDocument):
        return ()
    return tuple(
        found
        for statement in policy.statements
        if statement.effect is Effect.ALLOW and forbidden_element(statement, kind) is None
        for found in _of_statement(statement, account)
    )


def _of_statement(statement: Statement, account: str) -> Iterator[ExternalAccess]:
    principal = statement.principal
    if principal is None:
        return
    for entry in principal.entries:
        if principal.negated or (entry.kind not in _NOBODY and (not entry.account or entry.account != account)):
            yield ExternalAccess(statement, entry, principal.negated)
