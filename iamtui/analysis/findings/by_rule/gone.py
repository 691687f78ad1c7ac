"""Users and roles that resource policies name and that are gone (FI69)."""

from __future__ import annotations

from collections.abc import Iterator

from iamtui.analysis.findings.asking.everybody import Everybody
from iamtui.analysis.findings.review.hygiene_results import Answer, Found, Unknown
from iamtui.policy.principals import EntryKind
from iamtui.policy.statement import Effect, PolicyDocument
from iamtui.snapshot.model import Exported, Resource, Snapshot


def names_nobody(everybody: Everybody, resource: Resource) -> Iterator[Answer]:
    """An Allow for a user or role that its account, exported whole, does not have."""
    if resource.policy_state is Exported.UNKNOWN:
        yield Unknown()
        return
    policy = None if resource.policy is None else resource.policy.policy
    if not isinstance(policy, PolicyDocument):
        return
    told: set[str] = set()
    for statement in policy.statements:
        element = statement.principal
        if statement.effect is not Effect.ALLOW or element is None or element.negated:
            continue
        for entry in element.entries:
            if (
                entry.kind in (EntryKind.USER, EntryKind.ROLE)
                and entry.text not in told
                and _is_gone(everybody.snapshot, entry.text, entry.account)
            ):
                told.add(entry.text)
                yield Found(
                    f"lets in {entry.text}, which is gone: whoever makes one of that name is let in",
                    (f"statement {statement.label}", entry.text),
                )


def _is_gone(snapshot: Snapshot, arn: str, number: str) -> bool:
    account = snapshot.accounts.get(number)
    if account is None or not account.is_complete or account.users is None or account.roles is None:
        return False
    return snapshot.user(arn) is None and snapshot.role(arn) is None
