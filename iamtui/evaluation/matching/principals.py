"""How the entries of a Principal element match the caller, and in which class (5.1, L50-L57)."""

from __future__ import annotations

from typing import NamedTuple

from iamtui.evaluation.decision import MatchClass
from iamtui.evaluation.request.caller import Caller, CallerKind
from iamtui.policy.principals import EntryKind, PrincipalElement, PrincipalEntry
from iamtui.policy.statement import Effect
from iamtui.policy.truth import Truth


class PrincipalMatch(NamedTuple):
    """Whether an element or entry matches the caller, and how."""

    truth: Truth
    match_class: MatchClass | None = None
    note: str | None = None


NO_MATCH = PrincipalMatch(Truth.FALSE)
_DIRECT = PrincipalMatch(Truth.TRUE, MatchClass.DIRECT)
_PARENT = PrincipalMatch(Truth.TRUE, MatchClass.PARENT)
_ACCOUNT = PrincipalMatch(Truth.TRUE, MatchClass.ACCOUNT)
_RANK = {MatchClass.DIRECT: 3, MatchClass.PARENT: 2, MatchClass.ACCOUNT: 1, None: 0}


def match_principal(element: PrincipalElement, effect: Effect, caller: Caller) -> PrincipalMatch:
    """Match a whole element: the best of its entries, or for NotPrincipal whoever is not spared."""
    if element.negated:
        return _match_not_principal(element, effect, caller)
    best = NO_MATCH
    for entry in element.entries:
        found = match_entry(entry, caller)
        if (found.truth, _RANK[found.match_class]) > (best.truth, _RANK[best.match_class]):
            best = found
    return best


def match_entry(entry: PrincipalEntry, caller: Caller) -> PrincipalMatch:
    """Match one entry; entries that AWS would refuse never match (L51, L52)."""
    match entry.kind:
        case EntryKind.EVERYONE:
            return _DIRECT
        case EntryKind.ACCOUNT:
            return _match_account(entry, caller)
        case EntryKind.USER:
            return _match_user(entry, caller)
        case EntryKind.ROLE:
            return _match_role(entry, caller)
        case EntryKind.ROLE_SESSION:
            return _match_session(entry, caller)
        case EntryKind.FEDERATED_USER:
            return _DIRECT if caller.kind is CallerKind.FEDERATED_USER and caller.text == entry.text else NO_MATCH
        case EntryKind.UNIQUE_ID:
            return _match_unique_id(entry, caller)
        case EntryKind.SERVICE:
            return _DIRECT if caller.kind is CallerKind.SERVICE and caller.text == entry.text else NO_MATCH
        case EntryKind.PROVIDER:
            return _DIRECT if caller.kind is CallerKind.EXTERNAL and caller.text == entry.text else NO_MATCH
        case EntryKind.CANONICAL_USER:
            return _match_canonical_user(caller)
        case EntryKind.OTHER | EntryKind.INVALID:
            return NO_MATCH


def _match_account(entry: PrincipalEntry, caller: Caller) -> PrincipalMatch:
    """Naming an account is direct for its root, and delegates to everyone else in it (E42)."""
    if not caller.has_account or caller.account != entry.account:
        return NO_MATCH
    if entry.partition and entry.partition != caller.partition:
        return NO_MATCH
    return _DIRECT if caller.kind is CallerKind.ROOT else _ACCOUNT


def _match_user(entry: PrincipalEntry, caller: Caller) -> PrincipalMatch:
    if caller.entity_arn != entry.text:
        return NO_MATCH
    if caller.kind is CallerKind.USER:
        return _DIRECT
    return _PARENT if caller.kind is CallerKind.FEDERATED_USER else NO_MATCH


def _match_role(entry: PrincipalEntry, caller: Caller) -> PrincipalMatch:
    """A session's ARN lacks the path of its role: without an export the name tells, which is unique (E7)."""
    if not caller.is_session_of_role:
        return NO_MATCH
    if caller.entity_arn == entry.text:
        return _PARENT
    if caller.kind is not CallerKind.ROLE_SESSION or caller.entity is not None:
        return NO_MATCH
    start, _, named = entry.text.partition(":role/")
    is_same = start == f"arn:{caller.partition}:iam::{caller.account}"
    return _PARENT if is_same and named.rpartition("/")[2].lower() == caller.name.lower() else NO_MATCH


def _match_session(entry: PrincipalEntry, caller: Caller) -> PrincipalMatch:
    if caller.kind is CallerKind.ROLE_SESSION and caller.text == entry.text:
        return _DIRECT
    if caller.kind is CallerKind.ROLE and caller.account == entry.account:
        role = entry.text.split(":", 5)[5].split("/")[1]
        if role.lower() == caller.name.lower():
            return PrincipalMatch(Truth.FALSE, note="names one session of the role; which one calls is not said (E8)")
    return NO_MATCH


def _match_unique_id(entry: PrincipalEntry, caller: Caller) -> PrincipalMatch:
    """A unique id matches only the living entity that has it (D216)."""
    if caller.unique_id is None:
        if caller.has_account and caller.kind is not CallerKind.ROOT and not caller.exported:
            return PrincipalMatch(Truth.UNKNOWN, MatchClass.DIRECT, "the caller's unique id was not exported")
        return NO_MATCH
    if caller.unique_id != entry.text:
        return NO_MATCH
    return _DIRECT if caller.kind is CallerKind.USER else _PARENT


def _match_canonical_user(caller: Caller) -> PrincipalMatch:
    """An account by its S3 canonical id, which exports do not tie to an account id."""
    if caller.has_account:
        note = "whose account this canonical id is was not exported"
        return PrincipalMatch(Truth.UNKNOWN, MatchClass.ACCOUNT, note)
    return NO_MATCH


def _match_not_principal(element: PrincipalElement, effect: Effect, caller: Caller) -> PrincipalMatch:
    """Deny spares only who is listed at every rank (L54, UNCONFIRMED in the strict reading); Allow inverts (L55)."""
    if effect is Effect.DENY and caller.has_boundary:
        return PrincipalMatch(Truth.TRUE, MatchClass.DIRECT, "a principal with a boundary is always denied (E50)")
    if effect is Effect.ALLOW or element.names_everyone:
        truth = max((match_entry(entry, caller).truth for entry in element.entries), default=Truth.FALSE)
        return PrincipalMatch(truth.negated, MatchClass.DIRECT)
    listed = {found.match_class for entry in element.entries if (found := match_entry(entry, caller)).truth}
    spared = listed >= _RANKS_TO_BE_SPARED[caller.kind]
    return NO_MATCH if spared else PrincipalMatch(Truth.TRUE, MatchClass.DIRECT)


_RANKS_TO_BE_SPARED: dict[CallerKind, set[MatchClass]] = {
    CallerKind.USER: {MatchClass.DIRECT, MatchClass.ACCOUNT},
    CallerKind.ROLE: {MatchClass.DIRECT, MatchClass.PARENT, MatchClass.ACCOUNT},
    CallerKind.ROLE_SESSION: {MatchClass.DIRECT, MatchClass.PARENT, MatchClass.ACCOUNT},
    CallerKind.FEDERATED_USER: {MatchClass.DIRECT, MatchClass.PARENT, MatchClass.ACCOUNT},
    CallerKind.ROOT: {MatchClass.DIRECT},
    CallerKind.SERVICE: {MatchClass.DIRECT},
    CallerKind.EXTERNAL: {MatchClass.DIRECT},
    CallerKind.ANONYMOUS: {MatchClass.DIRECT},
}
"""The classes in which NotPrincipal must list a caller: session, role and account for a session (L54)."""
