"""Policies that say the same, and Allows that Denies of the same holder undo (FI98)."""

from __future__ import annotations

from collections.abc import Iterator

from iamtui.analysis.findings.asking.own_statements import Owned, statements_in
from iamtui.analysis.findings.by_rule.powers import told_elsewhere
from iamtui.analysis.findings.review.hygiene_case import AccountCase
from iamtui.analysis.findings.review.hygiene_results import Answer, Found, Unknown
from iamtui.analysis.queries.index.action_sets import taken_by
from iamtui.policy.covering import covers
from iamtui.policy.document import Document, statements_written
from iamtui.policy.elements import ANY_RESOURCE
from iamtui.policy.lint import FindingSeverity
from iamtui.policy.statement import Effect, Statement
from iamtui.snapshot.model import ManagedPolicy, Role, User

_MOST_NAMED = 4
_KEEP_ONE = "Attach one of them wherever the others are, and delete these."
_REMOVE = "Remove the Allow, or narrow the Deny."


def said_twice(case: AccountCase, policy: ManagedPolicy) -> Iterator[Answer]:
    """Other customer policies that AWS reads the same, told of the first of them (FI8)."""
    if policy.default is None:
        yield Unknown()
        return
    alike = case.equal_policies.get(policy.arn, ())
    if alike:
        more = len(alike) - _MOST_NAMED
        named = ", ".join(alike[:_MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")
        yield Found(f"says the same as {named}", alike, fix=_KEEP_ONE)


def undone(case: AccountCase, principal: User | Role) -> Iterator[Answer]:
    """An Allow of which a Deny without conditions takes every action on every resource."""
    elsewhere = told_elsewhere(case, principal)
    policies = case.everybody.policies(principal.arn)
    denies = [
        Owned(one.name, deny)
        for one in policies
        if one.document is not None
        for deny in case.once(_certain_denies, one.document)
    ]
    if not denies:
        return
    if elsewhere is not None:
        yield elsewhere
        return
    for owned in statements_in(policies):
        found = next((deny for deny in denies if owned.is_allow and _undoes(deny, owned)), None)
        if found is not None:
            allow, deny = (f"statement {one.statement.label} of {one.policy}" for one in (owned, found))
            yield Found(f"has the {allow}, which the {deny} undoes", (allow, deny), FindingSeverity.WARNING, _REMOVE)


def _certain_denies(_: AccountCase, document: Document) -> tuple[Statement, ...]:
    return tuple(one for one in statements_written(document) if _denies_always(one))


def _denies_always(statement: Statement) -> bool:
    return statement.effect is Effect.DENY and not statement.conditions and statement.invalid is None


def _undoes(deny: Owned, allow: Owned) -> bool:
    taken = taken_by(allow.statement.action)
    denied, allowed = deny.statement.resource, allow.statement.resource
    if not taken or taken & ~taken_by(deny.statement.action) or denied is None or denied.negated or allowed is None:
        return False
    if any(one.text == ANY_RESOURCE for one in denied.patterns):
        return True
    wide = [one.widest for one in denied.patterns if not one.variables and not one.short]
    narrow = None if allowed.negated else [one.widest for one in allowed.patterns]
    return narrow is not None and bool(narrow) and all(any(covers(one, part) for one in wide) for part in narrow)
