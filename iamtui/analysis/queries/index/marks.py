"""What sort of role a row is of, where it is one that nobody made for people (WC11)."""

from __future__ import annotations

from iamtui.policy.document import Document
from iamtui.policy.principals import EntryKind
from iamtui.policy.statement import Effect, PolicyDocument
from iamtui.snapshot.model import Role, User


def mark_of(role: User | Role | None, known: dict[int, bool]) -> str | None:
    """What sort of role it is; `known` keeps which trust policies, by identity, let in services alone."""
    if not isinstance(role, Role):
        return None
    if role.is_service_linked:
        return "service-linked"
    if role.is_identity_center:
        return "identity-center"
    if role.trust is None:
        return None
    found = known.get(id(role.trust))
    if found is None:
        found = known[id(role.trust)] = _only_services(role.trust)
    return "service-role" if found else None


def _only_services(trust: Document) -> bool:
    if b"Service" not in trust.source and b"\\" not in trust.source:
        return False  # it need not be read to know
    content = trust.policy
    if not isinstance(content, PolicyDocument):
        return False
    allows = [one for one in content.statements if one.effect is Effect.ALLOW and one.principal is not None]
    entries = [entry for one in allows if one.principal is not None for entry in one.principal.entries]
    return bool(entries) and all(entry.kind is EntryKind.SERVICE for entry in entries)
