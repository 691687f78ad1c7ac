"""The subject's own credentials: keys, passwords, sessions of it and of the roles that it took (Z1-Z4, Z12)."""

from __future__ import annotations

from collections.abc import Iterable

from iamtui.analysis.containment.case import Case, telling
from iamtui.analysis.containment.commands import deactivate_key, delete_password, deny_all, revoke_sessions
from iamtui.analysis.containment.more_credentials import more_credentials
from iamtui.analysis.containment.results import Check, Remedy, State, Way
from iamtui.analysis.containment.subjects import SubjectKind
from iamtui.content.numbers import number_of
from iamtui.snapshot.model import User
from iamtui.trail.times import written
from iamtui.trail.views.sessions import Session

Found = tuple[Check, list[Way]]
"""A rule with its state, and the ways that it finds open."""


def keys(case: Case) -> Found:
    """Z1: every long-term key of the subject is inactive or deleted."""
    if case.subject.kind is not SubjectKind.USER:
        return Check(rule="Z1", state=State.NOT_APPLICABLE, text="a role has no keys of its own"), []
    held = [key for key in case.keys if case.subject.key in (None, key.key) or not case.subject.key.startswith("AKIA")]
    evidence = tuple(f"{key.key} {key.state or 'state unknown'}, by {key.source}" for key in held)
    active = [key for key in held if key.state == "active"]
    if case.is_gone:
        return Check(rule="Z1", state=State.DONE, text="the user is deleted", evidence=evidence), []
    if active:
        return (
            Check(
                rule="Z1",
                state=State.OPEN,
                text=f"{_count(active, 'key')} still active",
                evidence=evidence,
                remedies=tuple(deactivate_key(case.subject.principal, key.key) for key in active),
            ),
            [_way(case, "Z1", "key", case.subject.principal, key.key) for key in active],
        )
    unknown = [key for key in held if key.state in (None, "unknown")]
    if unknown or not _credentials_exported(case):
        text = "the state of the keys is not known: export aws iam list-access-keys --user-name " + case.subject.name
        return Check(rule="Z1", state=State.UNKNOWN, text=text, evidence=evidence), []
    text = "every key is inactive or deleted" if held else "the user has no key"
    return Check(rule="Z1", state=State.DONE, text=text, evidence=evidence), []


def other_credentials(case: Case) -> Found:
    """Z2: a second key, a password, and what no export of users shows."""
    if case.subject.kind is not SubjectKind.USER:
        return Check(rule="Z2", state=State.NOT_APPLICABLE, text="a role has no credentials of its own"), []
    user = case.entity
    if case.is_gone:
        return Check(rule="Z2", state=State.DONE, text="the user is deleted"), []
    if is_denied_everything(case):
        return Check(rule="Z2", state=State.DONE, text="whatever it signs in with, everything is denied (Z7)"), []
    others = [key for key in case.keys if case.subject.key not in (None, key.key) and key.state == "active"]
    password = user.credentials.console_password if isinstance(user, User) and user.credentials is not None else None
    remedies = tuple(deactivate_key(case.subject.principal, key.key) for key in others)
    ways = [_way(case, "Z2", "key", case.subject.principal, key.key) for key in others]
    if password:
        remedies += (delete_password(case.subject.principal),)
        ways.append(_way(case, "Z2", "password", case.subject.principal))
    more = more_credentials(case)
    remedies += tuple(more.values())
    ways += [_way(case, "Z2", "key", case.subject.principal) for _ in more]
    if ways:
        held = [*(f"key {key.key}" for key in others), *(["a console password"] if password else []), *more]
        return Check(rule="Z2", state=State.OPEN, text=f"it still has {', '.join(held)}", remedies=remedies), ways
    missing = [] if password is not None else ["the password: the credential report"]
    missing.append("service-specific, SSH and certificate credentials made before the events: a Deny closes them (Z7)")
    return Check(rule="Z2", state=State.UNKNOWN, text="not known: " + "; ".join(missing)), []


def user_sessions(case: Case) -> Found:
    """Z3: sessions from the key or user outlive it; only a Deny on the user ends them."""
    if case.subject.kind is not SubjectKind.USER:
        return Check(rule="Z3", state=State.NOT_APPLICABLE, text="the subject is no user"), []
    own = case.user_sessions
    evidence = tuple(_said(one) for one in own)
    if is_denied_everything(case):
        return Check(rule="Z3", state=State.DONE, text="everything is denied to the user", evidence=evidence), []
    if not own:
        return _no_session(case)
    powers = [(one, case.power(case.subject.principal, one.issued)) for one in own]
    if any(power is None for _, power in powers):
        text = f"{_count(own, 'session')} may live, and no export says whether the user is denied"
        return Check(rule="Z3", state=State.UNKNOWN, text=text, evidence=evidence), []
    left = [(one, power) for one, power in powers if power is not None and not power.is_closed]
    if not left:
        text = "every session that may live is denied by its time of issue"
        return Check(rule="Z3", state=State.DONE, text=text, evidence=evidence), []
    text = f"{_count(left, 'session')} may live until {written(max(one.until or case.at for one, _ in left))}"
    remedy = revoke_sessions(case.subject.principal, case.at)
    ways = [_session_way(case, "Z3", one, case.subject.principal) for one, _ in left]
    return Check(rule="Z3", state=State.OPEN, text=text, evidence=evidence, remedies=(remedy,)), ways


def _no_session(case: Case) -> Found:
    """No session was seen: that proves something only where events were read (R13)."""
    if case.trail is None:
        return Check(rule="Z3", state=State.UNKNOWN, text="no events were read: sessions may live"), []
    text = f"no session of it that may still live is in what was read, {number_of(len(case.trail), 'event')}"
    return Check(rule="Z3", state=State.DONE, text=text), []


def assumed_roles(case: Case) -> Found:
    """Z4: each role that was taken, down the chain, needs a Deny of its own."""
    of_roles = [one for one in case.sessions if one not in case.user_sessions and _role_of(one) is not None]
    evidence = tuple(_said(one) for one in of_roles)
    if case.trail is None:
        return Check(rule="Z4", state=State.UNKNOWN, text="no events were read: sessions of roles may live"), []
    if not of_roles:
        return _unseen_sessions(case)
    ways: list[Way] = []
    remedies: dict[Remedy, None] = {}
    unknown = []
    for one in of_roles:
        role, principal = _role_of(one), one.principal
        if role is None or principal is None or "/aws-service-role/" in role:
            continue
        power = case.power(principal, one.issued)
        if power is None:
            unknown.append(role)
        elif not power.is_closed:
            ways.append(_session_way(case, "Z4", one, principal))
            remedies[revoke_sessions(role, case.at)] = None
    if ways:
        roles = sorted({(way.principal or "").split("/")[1] for way in ways})
        text = f"sessions of {', '.join(roles)} may live: nothing on the user reaches them"
        return Check(rule="Z4", state=State.OPEN, text=text, evidence=evidence, remedies=tuple(remedies)), ways
    if unknown:
        text = f"whether sessions of {', '.join(sorted(set(unknown)))} are denied is not exported"
        return Check(rule="Z4", state=State.UNKNOWN, text=text, evidence=evidence), []
    text = "every such session is denied, or its role is gone"
    return Check(rule="Z4", state=State.DONE, text=text, evidence=evidence), []


def _unseen_sessions(case: Case) -> Found:
    """Sessions of roles that the subject could have taken, whose issuing events were not read (R13)."""
    unseen = [one for one in case.sessions_of_nobody if case.may_assume(_role_of(one) or "")]
    if not unseen:
        return Check(rule="Z4", state=State.DONE, text="no session of a role that it took may still live"), []
    text = f"who made {_count(unseen, 'session')} of roles that it may assume was not read"
    evidence = tuple(_said(one) for one in unseen)
    return Check(rule="Z4", state=State.UNKNOWN, text=text, evidence=evidence), []


def root(case: Case) -> Found:
    """Z12: root has no keys, and password and MFA changed since."""
    if case.subject.kind is not SubjectKind.ROOT:
        return Check(rule="Z12", state=State.NOT_APPLICABLE, text="the subject is not root"), []
    account = case.snapshot.accounts.get(case.subject.account) if case.snapshot is not None else None
    held = account.root if account is not None else None
    if held is None:
        return Check(rule="Z12", state=State.UNKNOWN, text="root is in no export: get the credential report"), []
    if any(key.active for key in held.access_keys or ()):
        way = Way(rule="Z12", kind="key", principal=case.subject.principal)
        return Check(rule="Z12", state=State.OPEN, text="root has an active key: delete it as root"), [way]
    changed = held.password_changed
    if case.since is not None and changed is not None and changed >= case.since and held.mfa:
        return Check(rule="Z12", state=State.DONE, text=f"no keys, MFA, password changed {written(changed)}"), []
    text = "whether password and MFA changed since the first bad moment is not known"
    return Check(rule="Z12", state=State.UNKNOWN, text=text), []


def is_denied_everything(case: Case) -> bool:
    """Whether an explicit Deny stops the subject whatever it does, with long-term credentials and sessions (Z7)."""
    power = case.power(case.subject.principal, case.issued)
    return power is not None and power.is_closed


def holding(case: Case) -> State:
    """Whether the subject still holds a credential: OPEN if it does, UNKNOWN if it may, DONE if it holds none."""
    if case.subject.kind is not SubjectKind.USER:
        return State.DONE if case.is_gone else State.OPEN
    states = {check(case)[0].state for check in (keys, other_credentials, user_sessions, assumed_roles)}
    return next((state for state in (State.OPEN, State.UNKNOWN) if state in states), State.DONE)


def _credentials_exported(case: Case) -> bool:
    user = case.entity
    return isinstance(user, User) and user.credentials is not None and user.credentials.access_keys is not None


def _role_of(session: Session) -> str | None:
    """The ARN of the role of a session, with its path where an event shows it."""
    if session.use is not None and session.use.caller.role is not None:
        return session.use.caller.role
    parts = (session.principal or "").split(":", 5)
    if len(parts) == 6 and parts[5].startswith("assumed-role/"):
        return f"{parts[0]}:{parts[1]}:iam::{parts[4]}:role/{parts[5].split('/')[1]}"
    return session.principal if len(parts) == 6 and parts[5].startswith("role/") else None


def _said(session: Session) -> str:
    until = f" until {written(session.until)}" if session.until is not None else ""
    return f"{session.key or 'a session'} of {session.principal}{until}"


def _session_way(case: Case, rule: str, session: Session, principal: str) -> Way:
    power = case.power(principal, session.issued)
    left = power.left if power is not None else ()
    return Way(
        rule=rule,
        kind="session",
        principal=session.principal,
        key=session.key,
        until=session.until,
        actions=len(left) if power is not None else None,
        examples=telling(left),
    )


def _way(case: Case, rule: str, kind: str, principal: str, key: str | None = None) -> Way:
    power = case.power(principal)
    left = power.left if power is not None else ()
    return Way(
        rule=rule,
        kind=kind,
        principal=principal,
        key=key,
        actions=len(left) if power is not None else None,
        examples=telling(left),
    )


def _count(things: Iterable[object], what: str) -> str:
    number = len(list(things))
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def deny_subject(case: Case) -> Remedy:
    """The Deny of everything on the subject."""
    return deny_all(case.entity.arn if case.entity is not None else case.subject.principal)
