"""Statements without which most sources have no proven path: each is taken out, and the search is made anew (EP53)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from iamtui.analysis.changes.effects import with_effects
from iamtui.analysis.changes.entities import compare_snapshots
from iamtui.analysis.overlay.laying import Edit, laid_over
from iamtui.analysis.overlay.policy_edits import SetDocument, SetResourcePolicy
from iamtui.analysis.overlay.principal_edits import SetInlinePolicy, SetTrust
from iamtui.analysis.paths.answer.choke_points import starts_that_reach
from iamtui.analysis.paths.answer.edge import Edge
from iamtui.analysis.paths.answer.pace import Progress
from iamtui.analysis.paths.answer.question import PathQuestion
from iamtui.analysis.paths.answer.results import ChokeStatement, Paths
from iamtui.analysis.paths.requests.steps import Grant
from iamtui.analysis.paths.searching.returning import MOST_SOURCES
from iamtui.analysis.paths.searching.search import find_paths
from iamtui.evaluation.decision import Layer
from iamtui.policy.document import Document
from iamtui.snapshot.model import Snapshot

_MOST = 10


def choke_statements(
    snapshot: Snapshot,
    question: PathQuestion,
    found: Paths,
    progress: Progress | None = None,
) -> Paths:
    """The answer with the statements that cut most.

    Those on the ways of most are taken out of the picture, one after the other, and what is left is asked again: an
    Allow that is gone allows nothing new, so the ways that were proven before are all that can be; but paths that lead
    back (EP20) are looked for only from whom no other path leads, so all ways are asked where these are. A statement of
    a policy of AWS's own cannot be taken out.
    """
    edges = [edge for edge in found.edges if edge.verdict == "proven"]
    whole = find_paths(snapshot, replace(question, starts=()), progress) if question.starts else found
    before = _starts(whole)
    ways = whole.graph.proven_ways() if whole.sources > MOST_SOURCES else question.ways
    again = replace(question, ways=ways, certain=True, starts=())
    told = progress or (lambda done, count: None)
    candidates = _on_most(edges, question.named)
    cutting: list[ChokeStatement] = []
    for place, grant in enumerate(candidates):
        told(place, len(candidates))
        edit = edit_without(snapshot, grant)
        if edit is not None:
            picture = laid_over(snapshot, (edit,))
            left = frozenset(_starts(find_paths(picture, again)))
            cut = tuple(arn for arn in before if arn not in left)
            if cut:
                cutting.append(ChokeStatement(grant, edit, cut, len(before)))
    cutting.sort(key=lambda one: (-len(one.cut), one.grant))
    return replace(found, choke_statements=tuple(cutting))


def _starts(found: Paths) -> tuple[str, ...]:
    """Who has a proven path, one that leads back too."""
    proven = (path.start for path in found.paths if path.verdict == "proven")
    return tuple(dict.fromkeys((*found.graph.starts(), *proven)))


def with_costs(snapshot: Snapshot, found: Paths, progress: Progress | None = None) -> Paths:
    """The answer with what taking each statement out also takes from others, by its effect (CH5)."""
    told = progress or (lambda done, count: None)
    costed: list[ChokeStatement] = []
    for place, one in enumerate(found.choke_statements or ()):
        told(place, len(found.choke_statements or ()))
        losing = _losing(snapshot, laid_over(snapshot, (one.edit,)))
        costed.append(replace(one, also_lose=tuple(arn for arn in losing if arn not in one.cut)))
    return replace(found, choke_statements=tuple(costed))


def _on_most(edges: Sequence[Edge], ends: Sequence[str]) -> list[Grant]:
    """The statements without whose edges most sources would be cut off; the most that taking one out can do."""
    resting: dict[Grant, list[Edge]] = defaultdict(list)
    for edge in edges:
        for grant in dict.fromkeys(grant for step in edge.steps for grant in step.grants):
            resting[grant].append(edge)
    bounds: dict[Grant, int] = {}
    reaching = starts_that_reach(edges, ends)
    for grant, those in resting.items():
        gone = {id(edge) for edge in those}
        kept = [edge for edge in edges if id(edge) not in gone]
        bounds[grant] = len(reaching) - len(starts_that_reach(kept, ends))
    ranked = sorted((grant for grant in bounds if bounds[grant]), key=lambda one: (-bounds[one], one))
    return ranked[:_MOST]


def edit_without(snapshot: Snapshot, grant: Grant) -> Edit | None:
    """The edit that takes a statement out; None where it is not to be edited, or stands in no document any more."""
    if grant.layer == Layer.TRUST.value:
        role = snapshot.role(grant.owner)
        left = None if role is None else _left(role.trust, grant)
        return None if left is None else SetTrust(grant.owner, left)
    if grant.arn is not None:
        account = next((one for one in snapshot.accounts.values() if grant.arn in (one.policies or {})), None)
        held = None if account is None else (account.policies or {})[grant.arn]
        version = None if held is None or held.is_aws_managed else held.default
        left = None if version is None else _left(version.document, grant)
        return None if left is None else SetDocument(grant.arn, left)
    if grant.layer == Layer.IDENTITY.value:
        left = next((_left(one, grant) for one in _inline(snapshot, grant)), None)
        return None if left is None else SetInlinePolicy(grant.owner, grant.policy, left if _says(left) else None)
    resource = snapshot.resources.get(grant.owner)
    left = None if resource is None else _left(resource.policy, grant)
    return None if left is None else SetResourcePolicy(grant.owner, left)


def _inline(snapshot: Snapshot, grant: Grant) -> Iterator[Document]:
    kind, _, name = grant.owner.split(":", 5)[5].partition("/")
    account = snapshot.accounts.get(snapshot.account_of(grant.owner))
    if account is not None:
        held = {"user": account.users, "role": account.roles, "group": account.groups}.get(kind) or {}
        bearer = held.get(name.rpartition("/")[2].lower())
        yield from (one.document for one in (() if bearer is None else bearer.inline) if one.name == grant.policy)


def _left(document: Document | None, grant: Grant) -> Document | None:
    """A document without a statement, written anew; None where it is not as the statement was found in."""
    if document is None:
        return None
    content = json.loads(document.source)
    written = content["Statement"]
    statements = written if isinstance(written, list) else [written]
    if grant.index >= len(statements):
        return None
    kept = [one for place, one in enumerate(statements) if place != grant.index]
    return Document(json.dumps({**content, "Statement": kept}, indent=2).encode())


def _says(document: Document) -> bool:
    return bool(json.loads(document.source)["Statement"])


def _losing(snapshot: Snapshot, picture: Snapshot) -> tuple[str, ...]:
    effects = with_effects(compare_snapshots(snapshot, picture), snapshot, picture).effects or ()
    return tuple(dict.fromkeys(arn for effect in effects if effect.lost for arn in effect.principals))
