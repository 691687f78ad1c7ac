"""Who acted for the subject: its keys, their sessions, and the keys, users and roles that these made (Z13, Y7)."""

from __future__ import annotations

from collections.abc import Iterable

from iamtui.trail.trail import Trail
from iamtui.trail.views.changes import target_of
from iamtui.trail.views.lineage import Lineage

_MAKING = ("CreateUser", "CreateLoginProfile", "UpdateLoginProfile", "CreateRole", "CreateServiceLinkedRole")


def acting_keys(trail: Trail, lineage: Lineage, own_keys: Iterable[str]) -> frozenset[str]:
    """The keys of the subject, of every session that came of them, and of whatever principal they made.

    Raises:
        GoneError: a file changed since it was read.
    """
    columns = trail.columns
    by_principal: dict[str, list[str]] = {}
    for caller in columns.callers.in_order:
        if caller.key is not None and caller.entity is not None:
            by_principal.setdefault(caller.entity, []).append(caller.key)
    making = _making(trail)
    found, pending = set[str](), [*own_keys]
    while pending:
        key = pending.pop()
        if key in found:
            continue
        found.add(key)
        pending += lineage.below((key,))
        for row in making.get(key, ()):
            if (made := trail.issued.get(row)) is not None:
                pending.append(made)
            else:
                pending += by_principal.get(target_of(trail.record(row)) or "", ())
    return frozenset(found)


def _making(trail: Trail) -> dict[str, list[int]]:
    """The rows of the successful calls that made a key, a user or a role, by the key that signed them."""
    columns = trail.columns
    names = (*_MAKING, "CreateAccessKey")
    calls = {number for number, call in enumerate(columns.calls.in_order) if call[1] in names}
    found: dict[str, list[int]] = {}
    for row in trail.order if calls else ():
        if columns.calls_of[row] in calls and columns.error(row) is None:
            key = columns.caller(row).key
            if key is not None:
                found.setdefault(key, []).append(row)
    return found
