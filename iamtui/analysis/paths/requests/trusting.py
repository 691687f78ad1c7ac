"""Whom trust policies let in, as far as their words tell: what no word names is surely denied (EP9, EP56)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator

from iamtui.policy.principals import EntryKind, PrincipalEntry
from iamtui.policy.statement import Effect, PolicyDocument, Statement
from iamtui.snapshot.model import Role

ASSUME_ROLE = "sts:AssumeRole"

NAMING = frozenset(
    (EntryKind.USER, EntryKind.ROLE, EntryKind.ROLE_SESSION, EntryKind.FEDERATED_USER, EntryKind.UNIQUE_ID)
)
"""Principal entries that name one user or role, or sessions of one."""


def let_in_by(role: Role | None) -> frozenset[str]:
    """Whom a trust policy may let assume a role: ARNs, accounts, unique ids, and `*` where it does not say by name."""
    meant = (_meant(entry) for entry in _let_in(role))
    return frozenset(who for who in meant if who is not None)


def services_let_in(role: Role) -> frozenset[str]:
    """The services that a trust policy may let in, whatever they ask; `*` where it does not say by name."""
    content = None if role.trust is None else role.trust.policy
    if not isinstance(content, PolicyDocument):
        return frozenset("*")
    found: set[str] = set()
    for who in (one.principal for one in content.statements if one.effect is Effect.ALLOW):
        found |= {"*"} if who is None or who.negated else {entry.text for entry in who.entries}
    return frozenset(found)


def said_of_actors(statements: Iterable[Statement], *, named: bool) -> Hashable:
    """What statements of a trust policy say of users and roles: what they say of services alone is left out.

    So is, of one whom they do not name, what they say of others by name.
    """
    left_out = frozenset((EntryKind.SERVICE, *(() if named else NAMING)))
    found: list[Hashable] = []
    for one in statements:
        who: Hashable = None
        if one.principal is not None:
            is_negated = one.principal.negated
            entries = [each for each in one.principal.entries if is_negated or each.kind not in left_out]
            if not entries:
                continue
            who = (is_negated, frozenset((each.kind, each.text) for each in entries))
        tests = tuple(
            [(test.spelling, test.key, tuple([value.text for value in test.values])) for test in one.conditions]
        )
        found.append((one.effect, one.invalid, who, tests))
    return tuple(found)


def names_of(statement: Statement) -> Iterator[str]:
    """The names and ids, in lower case, of the users and roles that a statement names, of sessions their role's."""
    for entry in () if statement.principal is None else statement.principal.entries:
        if entry.kind is EntryKind.ROLE_SESSION:
            yield entry.text.split("/")[1].lower()
        elif entry.kind in NAMING:
            yield entry.text.rpartition("/")[2].lower()


def _let_in(role: Role | None) -> Iterator[PrincipalEntry | None]:
    """Whom a trust policy lets in; None where it does not say by name, or was not exported."""
    content = None if role is None or role.trust is None else role.trust.policy
    if not isinstance(content, PolicyDocument):
        yield None
        return
    for statement in content.statements:
        is_asked = statement.action.matches(ASSUME_ROLE.lower(), "sts")
        if is_asked and statement.effect is Effect.ALLOW and statement.principal is not None:
            yield from (None,) if statement.principal.negated else statement.principal.entries


_ANYBODY = frozenset((EntryKind.EVERYONE, EntryKind.OTHER, EntryKind.ROLE_SESSION, EntryKind.FEDERATED_USER))


def _meant(entry: PrincipalEntry | None) -> str | None:
    """Whom an entry means: an ARN, an account, `*` for who knows whom; None for nobody who can take a way."""
    if entry is None or entry.kind in _ANYBODY:
        return "*"
    if entry.kind in (EntryKind.USER, EntryKind.ROLE, EntryKind.UNIQUE_ID):
        return entry.text
    return entry.account or None


def can_start(role: Role) -> bool:
    """Whether a role can be a source: of no service, and its trust policy lets somebody in, or nobody knows (EP9)."""
    if role.is_service_linked:
        return False
    content = None if role.trust is None else role.trust.policy
    if not isinstance(content, PolicyDocument):
        return True
    return any(one.effect is Effect.ALLOW for one in content.statements)
