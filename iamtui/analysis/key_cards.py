"""What there is to know of an access key: by its text, by exports, by events, and what it can do (Y6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from iamtui.policy.keys import KeyValue
from iamtui.snapshot.model import Snapshot
from iamtui.snapshot.moments import snapshot_moment
from iamtui.trail.key_ids import KeyId, read_key_id
from iamtui.trail.times import written
from iamtui.trail.trail import Trail
from iamtui.trail.views.changes import Change, change_rows, changes_of
from iamtui.trail.views.keys import KeyUse, Owner, owner_of, rows_of_keys, use_of, uses_by_key
from iamtui.trail.views.lineage import Lineage
from iamtui.trail.views.sessions import Session, session_of

if TYPE_CHECKING:
    from iamtui.analysis.paths.answer.results import Paths
    from iamtui.analysis.power import Power


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyCard:
    """One key; what was not asked for, or cannot be told, is None.

    Attributes:
        id: what its text says.
        owner: whose it is.
        lineage: the keys above it, oldest first, each with its principal and the row of the event that issued it.
        sessions: the sessions that came of it.
        uses: what each of these did, by its key.
        at: the moment that is asked for, else the newest that is known: sessions that end later are alive.
        use: what it did.
        power: what it can do at that moment, by the export and what events changed of it.
        missing: what of the policies of that moment neither tells (J5).
        roles: the roles that its owner may assume.
        paths: how its owner can become an administrator; None where that was not asked or is not known.
        changes: what it changed.
    """

    id: KeyId
    owner: Owner | None = None
    lineage: tuple[tuple[str, str | None, int | None], ...] = ()
    sessions: tuple[Session, ...] = ()
    uses: Mapping[str, KeyUse] = field(default_factory=dict)
    at: datetime | None = None
    use: KeyUse | None = None
    power: Power | None = None
    roles: tuple[str, ...] = ()
    paths: Paths | None = None
    changes: tuple[Change, ...] = ()
    missing: tuple[str, ...] = ()


def key_card(
    text: str,
    trail: Trail | None,
    snapshot: Snapshot | None,
    *,
    with_paths: bool = False,
    at: datetime | None = None,
) -> KeyCard:
    """The card of one id at a moment, the newest that is known if left out.

    `with_paths` searches paths to administrators too, which asks many requests.

    Raises:
        GoneError: a file changed since it was read.
    """
    key = read_key_id(text)
    if key.is_secret:
        return KeyCard(id=key)
    owner = owner_of(text, trail, snapshot)
    at = at or _newest(trail, snapshot)
    lineage = Lineage(trail) if trail is not None else None
    picture, missing = _picture(trail, snapshot, at)
    power, roles = _power(owner, picture, _issued(text, trail, lineage))
    paths = _paths(owner, picture) if with_paths and power is not None else None
    if trail is None or lineage is None:
        return KeyCard(id=key, owner=owner, power=power, roles=roles, paths=paths, at=at, missing=missing)
    rows = rows_of_keys(trail, (text,))
    changes = changes_of(trail, change_rows(trail, rows), snapshot)
    sessions = tuple(dict.fromkeys(session_of(trail, one, lineage) for one in lineage.below((text,))))
    return KeyCard(
        id=key,
        owner=owner,
        lineage=tuple(_above(trail, lineage, text)),
        sessions=sessions,
        uses=uses_by_key(trail, {one.key: (one.key, *one.more_keys) for one in sessions if one.key is not None}),
        at=at,
        missing=missing,
        use=use_of(trail, rows),
        power=power,
        roles=roles,
        paths=paths,
        changes=tuple(changes),
    )


def _newest(trail: Trail | None, snapshot: Snapshot | None) -> datetime | None:
    span = trail.span if trail is not None else None
    moments = [span[1] if span is not None else None, snapshot_moment(snapshot) if snapshot else None]
    return max((moment for moment in moments if moment is not None), default=None)


def _picture(
    trail: Trail | None, snapshot: Snapshot | None, at: datetime | None
) -> tuple[Snapshot | None, tuple[str, ...]]:
    """The policies of the moment (J5)."""
    if snapshot is None or at is None:
        return snapshot, ()
    from iamtui.analysis.containment.picture import picture_at  # noqa: PLC0415 - only an export is decided on

    return picture_at(snapshot, trail, at)


def _issued(key: str, trail: Trail | None, lineage: Lineage | None) -> datetime | None:
    """When the session of a temporary key began: a Deny by time of issue may close it."""
    if trail is None or lineage is None or not key.startswith("ASIA"):
        return None
    return session_of(trail, key, lineage).issued


def _above(trail: Trail, lineage: Lineage, key: str) -> list[tuple[str, str | None, int | None]]:
    found = []
    for above in lineage.chain(key):
        use = lineage.uses.get(above)
        row = lineage.issuing_row(above)
        if above != key or row is not None:
            found.append((above, use.caller.principal if use is not None else None, row))
    return found


def _power(
    owner: Owner | None, snapshot: Snapshot | None, issued: datetime | None
) -> tuple[Power | None, tuple[str, ...]]:
    """What the owner can do with credentials of a time of issue; nothing where no export holds the owner."""
    if (
        owner is None
        or snapshot is None
        or (snapshot.user(owner.principal) is None and snapshot.role(owner.principal) is None)
    ):
        return None, ()
    from iamtui.analysis.power import assumable_roles, power_of  # noqa: PLC0415 - only an export is decided on
    from iamtui.evaluation.request.request import Request, RequestError  # noqa: PLC0415

    context = {} if issued is None else {"aws:TokenIssueTime": KeyValue.of(written(issued), "the session")}
    request = Request(owner.principal, "sts:AssumeRole", context=context)
    try:
        return power_of(snapshot, request), tuple(assumable_roles(snapshot, request))
    except RequestError:
        return None, ()


def _paths(owner: Owner | None, snapshot: Snapshot | None) -> Paths | None:
    """The paths of the owner to administrators, each step decided (EP1)."""
    if owner is None or snapshot is None:
        return None
    from iamtui.analysis.paths.answer.question import PathQuestion  # noqa: PLC0415 - only where it is asked
    from iamtui.analysis.paths.searching.search import find_paths  # noqa: PLC0415

    return find_paths(snapshot, PathQuestion(starts=(owner.principal,)))
