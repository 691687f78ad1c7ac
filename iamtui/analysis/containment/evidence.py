"""What an answer about containment was decided on, so that it can be decided again from an evidence pack (B20)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from iamtui.analysis.containment.case import Case
from iamtui.analysis.containment.picture import picture_at
from iamtui.analysis.containment.results import Containment
from iamtui.evaluation.request.request import Request
from iamtui.snapshot.model import Snapshot
from iamtui.trail.times import written
from iamtui.trail.trail import Trail

_ACTIONS = ("iam:CreateAccessKey", "s3:GetObject", "secretsmanager:GetSecretValue")
"""What is asked of a credential that no way of the answer tells examples of: that it is closed is an answer too."""

_MOST = 3  # actions a credential


@dataclass(frozen=True, slots=True)
class Decided:
    """The requests of an answer, each with a name, and the picture that they were decided on."""

    picture: Snapshot | None
    requests: tuple[tuple[str, Request], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Holder:
    """Credentials whose power the answer rests on: long-term ones if `issued` is None."""

    rule: str
    principal: str
    issued: datetime | None = None
    key: str | None = None

    def name(self, action: str) -> str:
        """A decision about them in words."""
        session = f" with a session issued {written(self.issued)}" if self.issued is not None else ""
        return f"{self.rule}: {action} by {self.principal}{session}"


def decided_of(found: Containment, since: datetime | None, trail: Trail | None, snapshot: Snapshot | None) -> Decided:
    """What is left to each credential of the subject, or closed, and the roles that it may come back to.

    Raises:
        GoneError: a file with events changed since it was read.
    """
    if snapshot is None:
        return Decided(None, ())
    picture, _ = picture_at(snapshot, trail, found.at)
    case = Case(found.subject, found.at, since, trail, picture)
    examples = {way.key: way.examples for way in found.ways if way.kind == "session" and way.examples}
    own = tuple(action for way in found.ways if way.kind in ("key", "password") for action in way.examples)
    requests: dict[str, Request] = {}
    for holder in _holders(case):
        told = examples.get(holder.key, ()) if holder.key is not None else own
        for action in told[:_MOST] or _ACTIONS:
            asked = case.request(holder.principal, holder.issued)
            requests[holder.name(action)] = replace(asked, action=action)
    for way in found.ways:
        if way.rule == "Z5" and way.principal is not None:
            name = f"Z5: {found.subject.name} may assume {way.principal}"
            requests[name] = Request(found.subject.principal, "sts:AssumeRole", way.principal, at=found.at)
    return Decided(picture, tuple(requests.items()))


def _holders(case: Case) -> Iterator[_Holder]:
    """The subject, its sessions and those of roles that may live, and what it made."""
    if case.entity is not None:
        yield _Holder(rule="Z7", principal=case.subject.principal, issued=case.issued)
    for session in case.sessions:
        is_own = session in case.user_sessions
        principal = case.subject.principal if is_own else session.principal
        if principal is not None:
            yield _Holder(rule="Z3" if is_own else "Z4", principal=principal, issued=session.issued, key=session.key)
    for target in dict.fromkeys(change.target for change in case.changes):
        if target is not None and (":user/" in target or ":role/" in target) and target != case.subject.principal:
            yield _Holder(rule="Z13", principal=target)
