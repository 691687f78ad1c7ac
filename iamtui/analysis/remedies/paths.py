"""What to do about a path to an administrator: cut it at a step, or cut one after the other until none is left."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import replace

from iamtui.analysis.findings.asking.row_requests import request_of_row
from iamtui.analysis.overlay.laying import Edit, laid_over
from iamtui.analysis.paths.answer.question import PathQuestion
from iamtui.analysis.paths.searching.search import find_paths
from iamtui.analysis.remedies.changing_grants import place_of, until_denied, without_it
from iamtui.analysis.remedies.remedy import Finding, Remedy
from iamtui.evaluation.request.request import Request, RequestError
from iamtui.snapshot.model import Snapshot

_MOST_PATHS = 12
_MOST_PRINCIPALS = 150
"""Of so many principals paths are looked for anew after each cut."""


def each_step(snapshot: Snapshot, finding: Finding) -> Iterator[Remedy]:
    """Every path of the source is cut; or the one that is told, at one of its steps."""
    yield from _every_path(snapshot, finding)
    rows = (request_of_row(row) for row in finding.rows)
    for request in (replace(one, context={}) for one in rows if one is not None):
        edits = until_denied(snapshot, [request], without_it)
        if edits:
            yield Remedy(f"Remove what allows {request.action} on {request.resource}", edits)


def _every_path(snapshot: Snapshot, finding: Finding) -> Iterator[Remedy]:
    held = (len(account.users or ()) + len(account.roles or ()) for account in snapshot.accounts.values())
    if sum(held) > _MOST_PRINCIPALS:
        return
    edits: dict[Hashable, Edit] = {}
    for _ in range(_MOST_PATHS):
        try:
            picture = laid_over(snapshot, edits.values())
            cuts = _cuts(picture, finding.subject)
        except RequestError:
            return  # somebody has a name that AWS does not allow
        if cuts is None:
            yield Remedy("Remove what its paths rest on, one after the other", tuple(edits.values()))
            return
        if not cuts:
            return
        edits.update((place_of(edit), edit) for edit in cuts)


def _cuts(picture: Snapshot, start: str) -> tuple[Edit, ...] | None:
    """The edits that cut a path at the first step that can be cut; None where there is no path."""
    found = find_paths(picture, PathQuestion(starts=(start,)))
    path = next((one for one in found.paths if one.start == start and one.outcome == "admin"), None)
    if path is None:
        return None
    for step in (step for edge in path.edges for step in edge.steps):
        edits = until_denied(picture, [Request(step.principal, step.action, step.resource)], without_it)
        if edits:
            return edits
    return ()
