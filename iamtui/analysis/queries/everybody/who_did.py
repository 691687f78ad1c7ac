"""Who did and who tried what was asked, beside who can (B10): recorded calls of the same actions and resources.

Nothing is decided here. A recorded call counts for a principal, whatever the principal could do at its time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from iamtui.analysis.queries.everybody.questions import Question, expanded
from iamtui.analysis.queries.everybody.results import Row, WhoCan
from iamtui.arn import Arn, MalformedArnError
from iamtui.evaluation.request.services import takes_no_resource
from iamtui.patterns import glob, split_wildcards
from iamtui.policy.meeting import may_meet
from iamtui.snapshot.model import Snapshot
from iamtui.trail.callers import Caller, CallerKind
from iamtui.trail.columns import Call
from iamtui.trail.records import AUTHORIZED_TYPES
from iamtui.trail.requests import Part, parts_of, prefixes_of
from iamtui.trail.trail import Trail
from iamtui.trail.views.denials import refusal_of
from iamtui.trail.views.lineage import Lineage


@dataclass(slots=True)
class Calls:
    """Event ids, oldest first: calls that succeeded, and calls that ended in an error, refused or not."""

    did: list[str] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)


class Standing(StrEnum):
    """Why a caller is not among those who can."""

    DENIED = "denied"
    NOT_EXPORTED = "not exported"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherCaller:
    """A caller that did or tried and is not among those who can.

    Attributes:
        caller: the one of its newest call; all its sessions and keys are together.
        standing: the exports hold it and it is denied; they do not hold it; or policies let in an organization or a
            provider, of which it may be.
    """

    caller: Caller
    calls: Calls
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoDid:
    """Recorded calls beside the rows of `who_can`.

    Attributes:
        principals: for the ARN of a row its calls; who made none is left out.
        through: the same for the sessions of a role that a principal made, by the ARNs of principal and role (Y7).
        others: callers that did or tried and could not, in the order of their first call.
        unplaced: events of these actions whose record does not say on what; oldest first.
        trail: what was read; silence outside of its span proves nothing (R13).
    """

    principals: Mapping[str, Calls]
    through: Mapping[tuple[str, str], Calls]
    others: tuple[OtherCaller, ...]
    unplaced: tuple[str, ...]
    trail: Trail

    def calls_of(self, row: Row) -> Calls:
        """The calls of a row: its own, or, where it becomes a role first, those of the sessions that it made."""
        found = self.through.get((row.arn, row.via[-1])) if row.via else self.principals.get(row.arn)
        return found or Calls()

    @property
    def has_data_events(self) -> bool:
        """Whether any data event was read; many calls on objects, items and messages are recorded only as such."""
        return any(call[5] for call in self.trail.columns.calls.in_order)


def who_did(snapshot: Snapshot, question: Question, answer: WhoCan, trail: Trail) -> WhoDid:
    """Lay the recorded calls of what was asked beside the answer.

    Raises:
        GoneError: a file with events changed since it was read.
    """
    asked = _Asked(question, snapshot)
    rows = _Rows(snapshot, answer)
    lineage = Lineage(trail)
    principals: dict[str, Calls] = {}
    through: dict[tuple[str, str], Calls] = {}
    others: dict[tuple[object, ...], OtherCaller] = {}
    unplaced = []
    for row, fits in _fitting(trail, asked):
        event_id, caller = trail.columns.event_id(row), trail.columns.caller(row)
        if fits == "perhaps":
            unplaced.append(event_id)
            continue
        arn = rows.row_of(caller)
        if arn is not None and arn in rows.able:
            calls = principals.setdefault(arn, Calls())
        else:
            key = (caller.kind, arn or caller.entity or caller.label, caller.account)
            before = others.get(key)
            calls = Calls() if before is None else before.calls
            others[key] = OtherCaller(caller=caller, calls=calls, standing=rows.standing(caller, arn))
            if arn is not None and arn in rows.arns:
                principals[arn] = calls  # a row of --all stands in both
        made_by = {rows.row_of(maker) for maker in lineage.makers(caller.key)}
        of_makers = [through.setdefault((maker, arn), Calls()) for maker in made_by if maker is not None and arn]
        for one in (calls, *of_makers):
            (one.did if trail.columns.error(row) is None else one.tried).append(event_id)
    return WhoDid(
        principals=principals,
        through=through,
        others=tuple(others.values()),
        unplaced=tuple(unplaced),
        trail=trail,
    )


_Fits = Literal["yes", "perhaps"]


def _fitting(trail: Trail, asked: _Asked) -> Iterator[tuple[int, _Fits]]:
    """The rows of recorded calls that needed what was asked, in order."""
    columns = trail.columns
    calls = {n for n in range(len(columns.calls)) if asked.may_be_of(columns.call_of_number(n))}
    found: dict[int, _Fits] = {}
    for row, record in trail.records(row for row in trail.order if columns.calls_of[row] in calls):
        fits = {asked.fits(part) for part in parts_of(record, asked.snapshot, refusal_of(record))}
        if "yes" in fits:
            found[row] = "yes"
        elif "perhaps" in fits:
            found[row] = "perhaps"
    return ((row, found[row]) for row in trail.order if row in found)


class _Asked:
    """The actions and resources of a question, to be held against the parts of recorded calls."""

    def __init__(self, question: Question, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._actions = {action.lower() for action in expanded(question.actions)}
        self._prefixes = {action.partition(":")[0] for action in self._actions}
        self._passes_roles = "iam:passrole" in self._actions
        self._resources = [text for text in question.resources if text != "*"]
        self._matchers = [glob(text) for text in self._resources]

    def may_be_of(self, call: Call) -> bool:
        """Whether a call can have needed one of the actions: a call of their service, or one that can pass a role."""
        if call.type not in AUTHORIZED_TYPES:
            return False
        is_of_service = not self._prefixes.isdisjoint(prefixes_of(call.source))
        return is_of_service or (self._passes_roles and call.read_only is not True)

    def fits(self, part: Part) -> _Fits | None:
        """Whether a part is of what was asked; perhaps where the record does not say on what it was."""
        if part.action is None or part.action.lower() not in self._actions:
            return None
        if not self._resources or takes_no_resource(part.action):
            return "yes"
        if any(matches(part.resource) for matches in self._matchers):
            return "yes"
        theirs = split_wildcards(part.resource)
        is_open = part.note is not None or len(theirs) != 1 or not isinstance(theirs[0], str)
        return "perhaps" if is_open and any(may_meet(theirs, split_wildcards(one)) for one in self._resources) else None


class _Rows:
    """Finds the row of a caller: a session's is its role's, an outsider's the one of its account or of everyone."""

    def __init__(self, snapshot: Snapshot, answer: WhoCan) -> None:
        self._snapshot = snapshot
        self.arns = {row.arn for row in answer.principals}
        self.able = {row.arn for row in answer.principals if row.decision != "denied"}
        outside = [row for row in answer.principals if row.outside]
        self._accounts = {row.account: row.arn for row in outside if row.kind == "account"}
        self._everyone = next((row.arn for row in outside if row.kind == "everyone"), None)
        self._has_groups = any(row.kind in _GROUPS for row in outside)

    def row_of(self, caller: Caller) -> str | None:
        """The ARN of the row that a caller belongs to, or would; None for one that has no name here."""
        arn = self._entity_of(caller)
        if arn in self.arns or self._is_exported(caller):
            return arn
        return self._accounts.get(caller.account, self._everyone) or arn

    def standing(self, caller: Caller, arn: str | None) -> Standing:
        """Why a caller is not among those who can."""
        if self._is_exported(caller):
            is_held = arn is not None and self._is_held(caller, arn)
            return Standing.DENIED if is_held else Standing.NOT_EXPORTED
        return Standing.UNKNOWN if self._has_groups else Standing.NOT_EXPORTED

    def _is_exported(self, caller: Caller) -> bool:
        return caller.account is not None and caller.account in self._snapshot.accounts

    def _is_held(self, caller: Caller, arn: str) -> bool:
        held = self._snapshot.user(arn) or self._snapshot.role(arn)
        return held is not None or caller.kind is CallerKind.ROOT

    def _entity_of(self, caller: Caller) -> str | None:
        arn = caller.entity
        if caller.kind is not CallerKind.ROLE_SESSION or caller.role is not None or arn is None:
            return self._unless_made_again(caller, arn)
        try:
            parsed = Arn.parse(arn)
        except MalformedArnError:
            return arn
        name = parsed.resource.split("/")[1:2]
        role = self._snapshot.role_of_session(parsed.partition, parsed.account, *name) if name else None
        return arn if role is None else self._unless_made_again(caller, role.arn)

    def _unless_made_again(self, caller: Caller, arn: str | None) -> str | None:
        """The ARN, or None where it is now that of another: deleted and made again, it has another unique id (CH2)."""
        held = None if arn is None else self._snapshot.user(arn) or self._snapshot.role(arn)
        called = (caller.unique_id or "").partition(":")[0]
        is_other = (
            held is not None and held.unique_id and called[:4] == held.unique_id[:4] != "" and called != held.unique_id
        )
        return None if is_other else arn


_GROUPS = ("organization", "organizational_unit", "provider", "canonical_user")
