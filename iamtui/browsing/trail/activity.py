"""What was recorded of one subject: how much, on which statements it relied, its newest events (B16)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from iamtui.analysis.replay.reliance import Reliance, statements_relied_on
from iamtui.browsing.descriptions import arn_of
from iamtui.browsing.links import key_of_policy, statement_link
from iamtui.browsing.subjects import Subject
from iamtui.browsing.trail.filter_words import rows_meant
from iamtui.browsing.trail.recorded import Recorded
from iamtui.browsing.trail.rows import EventRows, when
from iamtui.content.nodes import Node
from iamtui.content.numbers import number_of
from iamtui.reports.lines import StatementRef
from iamtui.reports.words import statement_name
from iamtui.snapshot.model import ManagedPolicy, Resource, Role, Snapshot, User
from iamtui.trail.refusals.codes import is_denial
from iamtui.trail.trail import Trail
from iamtui.trail.views.changes import change_rows

_NEWEST = 50
_MOST_DECIDED = 2000
"""Events, the newest, whose statements are looked for: each distinct request is decided with its trace."""


@dataclass(frozen=True, slots=True)
class Activity:
    """Rows about a subject.

    Attributes:
        nodes: the rows.
        links: by the key of a row the subject or statement that it leads to.
        filter: the filter of the timeline for all its events.
    """

    nodes: tuple[Node, ...]
    filter: str
    links: Mapping[str, str] = field(default_factory=dict)


NOTHING = Activity((Node("none", "no CloudTrail events among the paths", tone="muted"),), "")
"""What there is to show without events."""


def filter_of(subject: Subject) -> str | None:
    """The filter for what a principal did, or what was done to anything else; None where nothing is recorded of it."""
    if isinstance(subject, User | Role):
        return f"who={arn_of(subject)}"
    if isinstance(subject, Resource | ManagedPolicy):
        return f"resource={arn_of(subject)} resource={arn_of(subject)}/*"
    return None


def activity(
    recorded: Recorded, subject: Subject, carriers: Sequence[str] = (), stop: Callable[[], bool] = lambda: False
) -> Activity:
    """What was recorded of a subject; reads files and decides, so not on the event loop.

    Args:
        recorded: the events.
        subject: a user, role, resource or managed policy.
        carriers: of a policy, the ARNs of users and roles that carry it: their calls may rely on it.
        stop: asked between events; True ends the search for statements.

    Raises:
        GoneError: a file changed since it was read.
    """
    trail, text = recorded.trail, filter_of(subject) or ""
    rows = rows_meant(trail, text)
    nodes = [_total(trail, rows)]
    links: dict[str, str] = {}
    if recorded.snapshot is not None and isinstance(subject, User | Role | ManagedPolicy):
        found, links = _relied(recorded, subject, rows, carriers, stop)
        nodes += found
    shown = EventRows(trail, recorded.firsts)
    newest = rows[-_NEWEST:]
    shown.read_resources(newest)
    nodes += [shown.node(row) for row in reversed(newest)]
    if len(rows) > _NEWEST:
        nodes.append(Node("all", f"{len(rows) - _NEWEST:,} older events", "A shows the timeline", "muted"))
    return Activity(tuple(nodes), text, links)


def _total(trail: Trail, rows: Sequence[int]) -> Node:
    columns = trail.columns
    if not rows:
        return Node("none", "no event", _covered(trail), "muted")
    denied = sum(is_denial(columns.error(row) or "") for row in rows)
    changes = number_of(len(change_rows(trail, rows)), "change")
    addresses = number_of(len({columns.addresses_of[row] for row in rows}), "address", "addresses")
    said = f"{denied:,} refused · {changes} · {addresses} · {when(trail, rows[0])} to {when(trail, rows[-1])}"
    return Node("total", number_of(len(rows), "event"), said, "accent")


def _covered(trail: Trail) -> str:
    """What silence proves: the span, and whether calls on objects and items would have been seen (R13)."""
    if not len(trail):
        return "nothing was read"
    has_data = any(call[5] for call in trail.columns.calls.in_order)
    events = "data events too" if has_data else "no data events"
    return f"in what was read, {when(trail, trail.order[0])} to {when(trail, trail.order[-1])}, {events}"


def _relied(
    recorded: Recorded, subject: Subject, rows: Sequence[int], carriers: Sequence[str], stop: Callable[[], bool]
) -> tuple[list[Node], dict[str, str]]:
    trail, snapshot = recorded.trail, recorded.snapshot
    if snapshot is None:
        return [], {}
    if isinstance(subject, ManagedPolicy):
        rows = rows_meant(trail, " ".join(f"who={arn}" for arn in carriers)) if carriers else ()
    found = statements_relied_on(trail, snapshot, rows[-_MOST_DECIDED:], stop)
    if isinstance(subject, ManagedPolicy):
        found = [one for one in found if one.policy.arn == subject.arn]
    nodes = [Node(f"statement {number}", *_words(one, trail), "good") for number, one in enumerate(found)]
    if isinstance(subject, ManagedPolicy):
        nodes += _idle(subject, found, trail)
    return nodes, dict(_links(snapshot, found))


def _words(one: Reliance, trail: Trail) -> tuple[str, str]:
    calls = f"{number_of(one.events, 'event')} relied on it"
    return statement_name(one.layer, one.policy, one.statement), f"{calls} · last {when(trail, one.newest)}"


def _idle(policy: ManagedPolicy, found: Sequence[Reliance], trail: Trail) -> Iterator[Node]:
    """The statements of the policy in force on which no event relied."""
    used = {one.statement.index for one in found}
    parsed = policy.default.document.policy if policy.default is not None else None
    for index, statement in enumerate(getattr(parsed, "statements", ())):
        if index not in used:
            name = f"{policy.name}#{statement.sid or index}"
            yield Node(f"idle {index}", name, f"no event relied on it {_covered(trail)}", "muted")


def _links(snapshot: Snapshot, found: Sequence[Reliance]) -> Iterator[tuple[str, str]]:
    for number, one in enumerate(found):
        key = key_of_policy(snapshot, StatementRef(one.policy, one.statement.index))
        if key is not None:
            yield f"statement {number}", statement_link(key, one.statement.index)
