"""A person of Identity Center: disabled there, and stopped in every account that it has a session in (Z11)."""

from __future__ import annotations

from iamtui.analysis.containment.case import Case
from iamtui.analysis.containment.commands import other
from iamtui.analysis.containment.credentials import Found
from iamtui.analysis.containment.results import Check, State, Way
from iamtui.analysis.containment.subjects import SubjectKind
from iamtui.trail.records import members_at, text_at
from iamtui.trail.times import from_milliseconds, written
from iamtui.trail.views.sessions import Session, session_of

_RESERVED = "/aws-reserved/sso.amazonaws.com/"
_SWITCHES = {"DisableUser": True, "DeleteUser": True, "EnableUser": False, "CreateUser": False}
"""Calls of the directory, and whether the person is out after them."""
_DIRECTORIES = ("sso-directory.amazonaws.com", "identitystore.amazonaws.com")


def identity_center(case: Case) -> Found:
    """Z11: the person is disabled, and every permission-set session that may live is denied everything."""
    if case.subject.kind is not SubjectKind.IDENTITY_CENTER:
        return Check(rule="Z11", state=State.NOT_APPLICABLE, text="the subject is no user of Identity Center"), []
    sessions = _sessions(case)
    powers = [(one, case.power(_role(one), one.issued)) for one in sessions]
    left = [one for one, power in powers if power is not None and not power.is_closed]
    evidence = tuple(f"{one.key} of {one.principal}{_until(one)}" for one in sessions)
    line = other("aws identitystore list-users --identity-store-id ID")
    if left:
        ways = [Way(rule="Z11", kind="session", principal=one.principal, key=one.key, until=one.until) for one in left]
        text = f"{len(left)} permission-set sessions may live: a Deny in the permission set, or an SCP, stops them"
        return Check(rule="Z11", state=State.OPEN, text=text, evidence=evidence, remedies=(line,)), ways
    out = _is_out(case)
    if out is False:
        text = "the user is enabled in Identity Center"
        return Check(rule="Z11", state=State.OPEN, text=text, evidence=evidence, remedies=(line,)), []
    if out is None or any(power is None for _, power in powers):
        missing = (
            "whether the user is disabled in Identity Center" if out is None else "whether its sessions are denied"
        )
        text = f"{missing}, nothing that was read says; sessions of up to 12 hours outlive it"
        return Check(rule="Z11", state=State.UNKNOWN, text=text, evidence=evidence, remedies=(line,)), []
    text = "the user is disabled, and no permission-set session is left"
    return Check(rule="Z11", state=State.DONE, text=text, evidence=evidence), []


def _sessions(case: Case) -> list[Session]:
    """The sessions of the person in permission-set roles of any account that may live."""
    if case.trail is None or case.lineage is None or case.subject.session is None:
        return []
    keys = [
        caller.key
        for caller in case.trail.columns.callers.in_order
        if caller.session == case.subject.session and _RESERVED in (caller.role or "") and caller.key is not None
    ]
    found = dict.fromkeys(session_of(case.trail, key, case.lineage) for key in keys)
    return [one for one in found if case.lives(one)]


def _role(session: Session) -> str:
    return (session.use.caller.role if session.use is not None else None) or session.principal or ""


def _until(session: Session) -> str:
    return f" until {written(session.until)}" if session.until is not None else ""


def _is_out(case: Case) -> bool | None:
    """Whether the newest event of the directory about the person puts it out; None where there is none."""
    trail = case.trail
    if trail is None or case.subject.session is None:
        return None
    columns = trail.columns
    wanted = {case.subject.session, _user_id(case)}
    for row in reversed(trail.order):
        call = columns.call(row)
        if call.source not in _DIRECTORIES or call.name not in _SWITCHES or columns.error(row) is not None:
            continue
        parameters = members_at(trail.record(row), "requestParameters")
        if from_milliseconds(columns.times[row]) <= case.at and wanted & {
            text_at(parameters, "userId"),
            text_at(parameters, "userName"),
        }:
            return _SWITCHES[call.name]
    return None


def _user_id(case: Case) -> str | None:
    """The id of the person in the identity store, as its own events name it (U13)."""
    trail = case.trail
    for row in trail.order if trail is not None else ():
        if trail is not None and case.subject.is_caller(trail.columns.caller(row)):
            return text_at(trail.record(row), "userIdentity", "onBehalfOf", "userId")
    return None
