"""What the rules of containment look at: the picture, and the keys, sessions and doings of the subject."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from iamtui.analysis.containment.actors import acting_keys
from iamtui.analysis.containment.subjects import Subject, SubjectKind
from iamtui.analysis.power import Power, power_of
from iamtui.evaluation.decide import judge
from iamtui.evaluation.decision import Verdict
from iamtui.evaluation.request.request import Request, RequestError
from iamtui.policy.keys import UNKNOWN, KeyValue
from iamtui.snapshot.model import Role, Snapshot, User
from iamtui.trail.callers import Caller, CallerKind
from iamtui.trail.times import milliseconds, written
from iamtui.trail.trail import Trail
from iamtui.trail.views.changes import Change, change_rows, changes_of
from iamtui.trail.views.keys import KeyEvent, key_events, state_by_second
from iamtui.trail.views.lineage import Lineage
from iamtui.trail.views.sessions import Session, session_of


@dataclass(frozen=True, slots=True)
class HeldKey:
    """A long-term key of the subject: `state` is active, inactive, deleted, or None where nothing says."""

    key: str
    state: str | None
    source: str


class Case:
    """One subject at one moment, with what exports and events say of it. Everything is found when first asked for."""

    def __init__(
        self, subject: Subject, at: datetime, since: datetime | None, trail: Trail | None, snapshot: Snapshot | None
    ) -> None:
        self.subject = subject
        self.at = at
        self.since = since
        self.trail = trail
        self.snapshot = snapshot
        self.tried: frozenset[str] = frozenset()
        """Keys that are inactive in the picture as if a remedy were done, whatever events say (Z15)."""
        self._powers: dict[tuple[str, str | None], Power | None] = {}

    @cached_property
    def entity(self) -> User | Role | None:
        """The user or role in the picture; None where it is not there, or nothing was exported."""
        if self.snapshot is None:
            return None
        found: User | Role | None = self.snapshot.user(self.subject.principal) or self.snapshot.role(
            self.subject.principal
        )
        if found is None and self.subject.kind in (SubjectKind.ROLE, SubjectKind.IDENTITY_CENTER):
            partition = self.subject.principal.split(":", 2)[1]
            found = self.snapshot.role_of_session(partition, self.subject.account, self.subject.name)
        return found

    @property
    def is_gone(self) -> bool:
        """Whether the subject was deleted, as far as the exported account shows."""
        if self.snapshot is None or self.subject.kind is SubjectKind.ROOT or self.entity is not None:
            return False
        account = self.snapshot.accounts.get(self.subject.account)
        names = None if account is None else account.users if self.subject.kind is SubjectKind.USER else account.roles
        return account is not None and names is not None and account.is_complete

    @cached_property
    def rows(self) -> list[int]:
        """The rows of everything up to the moment, from the first bad moment on."""
        if self.trail is None:
            return []
        times = self.trail.columns.times
        start = milliseconds(self.since) if self.since is not None else None
        end = milliseconds(self.at)
        return [row for row in self.trail.order if (start is None or times[row] >= start) and times[row] <= end]

    @cached_property
    def lineage(self) -> Lineage | None:
        """Which key came from which."""
        return Lineage(self.trail) if self.trail is not None else None

    @cached_property
    def key_events(self) -> list[KeyEvent]:
        """What happened to access keys up to the moment, of the subject's account."""
        if self.trail is None:
            return []
        end, columns = milliseconds(self.at), self.trail.columns
        return [
            event
            for event in key_events(self.trail)
            if columns.times[event.row] <= end and columns.place(event.row).account == self.subject.account
        ]

    @cached_property
    def keys(self) -> list[HeldKey]:
        """The subject's long-term keys; a later event beats the export (Z1)."""
        found: dict[str, HeldKey] = {}
        if isinstance(self.entity, User):
            credentials = self.entity.credentials
            for listed in (credentials.access_keys if credentials is not None else None) or ():
                if listed.key_id is not None:
                    state = {True: "active", False: "inactive", None: None}[listed.active]
                    found[listed.key_id] = HeldKey(listed.key_id, state, "the export")
        for event in self.key_events:
            if event.user == self.subject.name or event.key == self.subject.key:
                reported = state_by_second(self.entity, self.trail, event) if self.trail is not None else None
                source = self.event(event.row) if reported is None else "the credential report"
                found[event.key] = HeldKey(event.key, reported or event.state, source)
        for caller in self._callers:
            if caller.key is not None and caller.key.startswith("AKIA"):
                found.setdefault(caller.key, HeldKey(caller.key, None, "events that it signed"))
        if self.subject.key is not None and self.subject.key.startswith("AKIA"):
            found.setdefault(self.subject.key, HeldKey(self.subject.key, None, "the question"))
        return [replace(key, state="inactive") if key.key in self.tried else key for key in found.values()]

    @property
    def _callers(self) -> list[Caller]:
        if self.trail is None:
            return []
        return [caller for caller in self.trail.columns.callers.in_order if self.subject.is_caller(caller)]

    @cached_property
    def own_keys(self) -> tuple[str, ...]:
        """Every key that the subject called with, its long-term keys first."""
        used = [caller.key for caller in self._callers if caller.key is not None]
        if self.subject.key is not None:
            return (self.subject.key,)
        return tuple(dict.fromkeys([*(key.key for key in self.keys), *used]))

    @cached_property
    def sessions(self) -> list[Session]:
        """The sessions of the subject and all that came of them, that may live at the moment (Y7, Y8)."""
        if self.trail is None or self.lineage is None:
            return []
        own = [key for key in self.own_keys if not key.startswith("AKIA")]
        keys = dict.fromkeys([*own, *self.lineage.below(self.own_keys)])
        found = dict.fromkeys(session_of(self.trail, key, self.lineage) for key in keys)
        return [one for one in found if self.lives(one)]

    @cached_property
    def sessions_of_nobody(self) -> list[Session]:
        """Role sessions that may live and whose issuing event was not read: anybody may have made them."""
        if self.trail is None or self.lineage is None:
            return []
        found = []
        for key, use in self.lineage.uses.items():
            is_role = use.caller.role is not None and use.caller.has_session and use.caller.is_person_like
            if is_role and self.lineage.issuing_row(key) is None and key not in self.own_keys:
                found.append(session_of(self.trail, key, self.lineage))
        return [
            one
            for one in dict.fromkeys(found)
            if self.lives(one) and (self.since is None or _began_after(one, self.since))
        ]

    @cached_property
    def user_sessions(self) -> list[Session]:
        """The sessions of the user itself that may live: what of them is left, a Deny on the user closes (Z3)."""
        return [one for one in self.sessions if self._is_of_user(one)]

    def _is_of_user(self, session: Session) -> bool:
        principal, use = session.principal or "", session.use
        if principal == self.subject.principal or ":federated-user/" in principal:
            return True
        return use is not None and use.caller.kind in (CallerKind.USER, CallerKind.FEDERATED)

    @cached_property
    def issued(self) -> datetime | None:
        """When the one session of a role was issued that the subject is; None if it is a whole user or role."""
        key = self.subject.key
        if not self.is_one_session or key is None or self.trail is None or self.lineage is None:
            return None
        return session_of(self.trail, key, self.lineage).issued

    @property
    def is_one_session(self) -> bool:
        """Whether the subject is one session of a role, named by its key: the role may be taken by others."""
        return self.subject.kind is not SubjectKind.USER and (self.subject.key or "").startswith("ASIA")

    @cached_property
    def issues(self) -> tuple[datetime | None, ...]:
        """When the credentials were issued that the subject may hold: None for long-term ones, then its sessions."""
        return (self.issued, *dict.fromkeys(one.issued for one in self.user_sessions))

    def may_assume(self, role: str) -> bool:
        """Whether the subject may assume a role, as far as the export says; where it does not, it may."""
        if self.snapshot is None or self.snapshot.role(role) is None:
            return True
        try:
            request = Request(self.subject.principal, "sts:AssumeRole", role, at=self.at)
            return judge(self.snapshot, request).best.verdict is Verdict.ALLOWED
        except RequestError:
            return False

    def lives(self, session: Session) -> bool:
        """Whether a session may live at the moment."""
        began = session.issued is None or session.issued <= self.at
        return began and (session.until is None or session.until > self.at)

    @cached_property
    def actors(self) -> frozenset[str]:
        """The keys of the subject, of every session that came of it, living or not, and of whom it made."""
        if self.trail is None or self.lineage is None:
            return frozenset(self.own_keys)
        return acting_keys(self.trail, self.lineage, self.own_keys)

    @cached_property
    def changes(self) -> list[Change]:
        """What the subject changed, itself or through its sessions (Z13)."""
        if self.trail is None:
            return []
        columns = self.trail.columns
        numbers = {
            number
            for number, caller in enumerate(columns.callers.in_order)
            if caller.key in self.actors or (self.subject.key is None and self.subject.is_caller(caller))
        }
        rows = change_rows(self.trail, (row for row in self.rows if columns.callers_of[row] in numbers))
        return [change for change in changes_of(self.trail, rows, self.snapshot, self.at) if change.succeeded]

    def power(self, principal: str, issued: datetime | None = None) -> Power | None:
        """What a principal can do at the moment, with credentials of a time; None where the export does not hold it."""
        key = (principal, written(issued) if issued is not None else None)
        if key not in self._powers:
            self._powers[key] = self._power(principal, issued)
        return self._powers[key]

    def request(self, principal: str, issued: datetime | None) -> Request:
        """A request of a principal at the moment, with credentials of a time of issue; None: long-term ones."""
        context: dict[str, KeyValue] = {}
        if issued is not None:
            of_session = KeyValue.of(written(issued), "the session")
            context = {"aws:TokenIssueTime": of_session, "aws:MultiFactorAuthAge": UNKNOWN}
        return Request(principal, "sts:AssumeRole", context=context, at=self.at)

    def _power(self, principal: str, issued: datetime | None) -> Power | None:
        if self.snapshot is None:
            return None
        account = self.snapshot.accounts.get(principal.split(":", 5)[4])
        if account is None or account.users is None or account.roles is None:
            return None
        try:
            return power_of(self.snapshot, self.request(principal, issued))
        except RequestError:
            return Power(())  # deleted: it can do nothing

    def event(self, row: int) -> str:
        """An event in a few words, to be evidence."""
        if self.trail is None:
            return ""
        found = self.trail.event(row)
        who = (found.caller.entity or found.caller.label).rpartition("/")[2]
        return f"{written(found.time)} {found.call.name} by {who} ({found.event_id})"


def _began_after(session: Session, moment: datetime) -> bool:
    return session.issued is None or session.issued >= moment


def few(values: Iterable[str], most: int = 8) -> tuple[str, ...]:
    """The first of many values."""
    found = list(values)
    return tuple(found[:most])


_TELLING = (
    "iam:CreateUser",
    "iam:CreateAccessKey",
    "sts:AssumeRole",
    "iam:PassRole",
    "secretsmanager:GetSecretValue",
    "s3:GetObject",
    "kms:Decrypt",
    "s3:DeleteObject",
    "ec2:RunInstances",
    "cloudtrail:StopLogging",
    "organizations:LeaveOrganization",
)


def telling(actions: Iterable[str], most: int = 8) -> tuple[str, ...]:
    """The first of many actions, those first that tell a responder most."""
    found = list(actions)
    held = set(found)
    return tuple(dict.fromkeys([*(action for action in _TELLING if action in held), *found]))[:most]
