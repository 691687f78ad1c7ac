"""Whom the policies of resources and roles let in, and no longer do (CH5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from iamtui.analysis.changes.effect_results import Trust
from iamtui.analysis.changes.inputs import policy_of, statements_in
from iamtui.policy.principals import EntryKind, PrincipalEntry
from iamtui.policy.statement import Effect
from iamtui.snapshot.model import Snapshot

_OF_AN_ACCOUNT = (
    EntryKind.ACCOUNT,
    EntryKind.USER,
    EntryKind.ROLE,
    EntryKind.ROLE_SESSION,
    EntryKind.FEDERATED_USER,
)


def trust_changes(old: Snapshot, new: Snapshot, resources: Sequence[str]) -> tuple[Trust, ...]:
    """Who is named by an Allow of these resources, or roles, on one side only; those from outside first."""
    found: list[Trust] = []
    for arn in resources:
        before, after = dict(_let_in(old, arn)), dict(_let_in(new, arn))
        for change, own, other, snapshot in (("gained", after, before, new), ("lost", before, after, old)):
            for who, (entry, actions) in own.items():
                if who not in other:
                    what = f"{', '.join(actions)} on {arn}"
                    found.append(Trust(who, _is_outside(entry, snapshot), what, change))
    return tuple(sorted(found, key=lambda one: (not one.outside, one.change, one.who, one.what)))


def _let_in(snapshot: Snapshot, arn: str) -> Iterator[tuple[str, tuple[PrincipalEntry, tuple[str, ...]]]]:
    for statement in statements_in([policy_of(snapshot, arn)]):
        element = statement.principal
        if statement.effect is Effect.ALLOW and statement.invalid is None and element is not None:
            for entry in () if element.negated else element.entries:
                yield entry.text, (entry, statement.action.patterns)


def _is_outside(entry: PrincipalEntry, snapshot: Snapshot) -> bool:
    """Whether it is everybody, or of an account that is neither exported nor in an exported organization."""
    if entry.kind is EntryKind.EVERYONE:
        return True
    known = {*snapshot.accounts, *(one for found in snapshot.organizations.values() for one in found.targets)}
    return entry.kind in _OF_AN_ACCOUNT and entry.account not in known
