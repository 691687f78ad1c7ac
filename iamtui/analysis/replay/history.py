"""What of a trail tells why a replay disagrees: changes of policies in between, and changes just before (J3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from iamtui.analysis.denials.causes import Cause, CauseKind
from iamtui.arn import Arn, MalformedArnError
from iamtui.snapshot.model import Snapshot
from iamtui.trail.trail import Event, Trail
from iamtui.trail.views.changes import Change, change_rows, changes_of

PROPAGATION = timedelta(seconds=120)
"""How long a change may take to be in force everywhere (J3, seen; AWS names no bound)."""

_MOST = 3  # changes that one cause names


@dataclass(frozen=True, slots=True)
class _Changed:
    at: datetime
    event_id: str
    name: str
    row: int


class PolicyHistory:
    """The successful changes of a trail by what they changed."""

    def __init__(self, trail: Trail, snapshot: Snapshot, moment: datetime | None) -> None:
        self._snapshot = snapshot
        self._moment = moment
        self._by_target: dict[str, list[_Changed]] = {}
        self._of_organization: list[_Changed] = []
        for change in changes_of(trail, change_rows(trail), snapshot):
            if not change.succeeded:
                continue
            event = trail.event(change.row)
            changed = _Changed(event.time, event.event_id, event.call.name, event.row)
            if event.call.source == "organizations.amazonaws.com":
                self._of_organization.append(changed)
            elif change.target is not None:
                for target in {change.target, self._member(change, event)} - {None}:
                    self._by_target.setdefault(_folded(target or ""), []).append(changed)

    def causes(self, event: Event, resources: tuple[str, ...]) -> Iterator[Cause]:
        """The changes that lie between a call and the snapshot, then those that were hardly in force yet."""
        found = self._found(event, resources)
        between = [changed for changed in found if self._is_between(changed.at, event.time)]
        for changed in between[:_MOST]:
            side = "after the call" if changed.at > event.time else "before the call, after the export"
            yield Cause(CauseKind.CHANGED, f"{changed.name} {side}, event {changed.event_id}")
        if len(between) > _MOST:
            yield Cause(CauseKind.CHANGED, f"{len(between) - _MOST} more changes in between")
        for changed in found:
            if timedelta() <= event.time - changed.at <= PROPAGATION:
                seconds = int((event.time - changed.at).total_seconds())
                text = f"{changed.name} was {seconds} seconds old, event {changed.event_id}"
                yield Cause(CauseKind.NOT_PROPAGATED, text)

    def between(self, event: Event, resources: tuple[str, ...]) -> tuple[int, ...]:
        """The rows of the changes between a call and the snapshot that concern it, in order."""
        found = self._found(event, resources)
        return tuple(changed.row for changed in found if self._is_between(changed.at, event.time))

    def _found(self, event: Event, resources: tuple[str, ...]) -> list[_Changed]:
        return sorted(set(self._concerning(event, resources)), key=lambda changed: (changed.at, changed.event_id))

    def _member(self, change: Change, event: Event) -> str | None:
        """The user that a change of a group's members is about."""
        name = (change.after or {}).get("userName")
        account = self._snapshot.accounts.get(event.place.account or "")
        user = (account.users or {}).get(str(name).lower()) if account is not None and name is not None else None
        return None if user is None else user.arn

    def _is_between(self, at: datetime, called: datetime) -> bool:
        """Whether a change lies between call and snapshot; where that has no date, any after the call may."""
        if self._moment is None:
            return at > called
        return min(called, self._moment) < at <= max(called, self._moment)

    def _concerning(self, event: Event, resources: tuple[str, ...]) -> Iterator[_Changed]:
        for target in self._targets(event, resources):
            yield from self._by_target.get(_folded(target), ())
        yield from self._of_organization

    def _targets(self, event: Event, resources: tuple[str, ...]) -> Iterator[str]:
        """What a decision rests on: the caller, its groups and policies, the resource, its bucket."""
        entity = event.caller.entity
        if entity is not None:
            yield entity
            yield from self._of_entity(entity)
        for resource in resources:
            yield resource
            if resource.startswith("arn:") and ":s3:::" in resource:
                yield resource.partition("/")[0]

    def _of_entity(self, entity: str) -> Iterator[str]:
        user, role = self._snapshot.user(entity), self._snapshot.role(entity)
        found = user or role
        if found is None:
            return
        yield from found.attached
        if found.boundary is not None:
            yield found.boundary
        for name in user.groups if user is not None else ():
            try:
                group = self._snapshot.group(Arn.parse(entity).account, name)
            except MalformedArnError:
                return
            if group is not None:
                yield group.arn
                yield from group.attached


def _folded(target: str) -> str:
    return target.lower()
