"""Edges that lead to no administrator, told where their end may do something that their start may not (EP7, EP8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from iamtui import catalog
from iamtui.analysis.overlay.laying import laid_over
from iamtui.analysis.paths.alike.places import Places
from iamtui.analysis.paths.answer.edge import Edge
from iamtui.analysis.paths.answer.question import PathQuestion
from iamtui.analysis.paths.answer.teller import Teller
from iamtui.analysis.paths.ends.edges import EdgeFinder
from iamtui.analysis.paths.ends.making import Making
from iamtui.analysis.paths.ends.trying import Trying
from iamtui.analysis.paths.privileges.gains import Counting
from iamtui.analysis.paths.requests.asking import Desk, Label
from iamtui.analysis.paths.requests.holding import Holding
from iamtui.analysis.paths.requests.naming import DEFAULT_REGION, filled
from iamtui.analysis.paths.searching.outside import edges_from_outside
from iamtui.analysis.paths.walks.telling import gist_of, told_of
from iamtui.analysis.paths.ways.catalogue import ACTOR, Way
from iamtui.analysis.queries.resources.resource_forms import forms_of
from iamtui.evaluation.applicable.from_snapshot import identity_policies
from iamtui.policy.cells import common_text
from iamtui.policy.elements import ANY_RESOURCE
from iamtui.policy.statement import Effect, PolicyDocument, Statement
from iamtui.snapshot.model import Snapshot

_MOST_ACTIONS = 2
"""Of a pattern of actions so many are asked, the first and the last."""

_MOST_REQUESTS = 400
_MOST_REGIONS = 3


def lateral_edges(
    trying: Trying,
    finder: EdgeFinder,
    question: PathQuestion,
    ways: Sequence[Way],
    sources: Sequence[Holding],
    into: int,
) -> Iterator[Edge]:
    """Edges into principals from whom nobody becomes an administrator, and changes to oneself that make none."""
    gaining = Gaining(trying.desk.snapshot, question)
    taken = finder.actors(ways, sources)
    for way in ways:
        actors = taken[way.id]
        for edge in finder.edges(way, actors, into, is_first=False):
            if edge.outcome == "lateral" and not _makes(trying, edge) and gaining.gains(edge):
                yield edge
        for holding in actors.all if way.outcome.changes == ACTOR else ():
            finder.pause()
            yield from islice(filter(gaining.gains, _stronger(trying, way, holding)), 1)
    for arn in _roles(trying.likeness.places, into):
        yield from edges_from_outside(trying.desk, arn, None)


def _makes(trying: Trying, edge: Edge) -> bool:
    """Whether an edge leaves an administrator at its end, and so is told as one that does (EP7)."""
    if not edge.edits:
        return False
    picture = laid_over(trying.desk.snapshot, edge.edits)
    return trying.judge.judge(picture, edge.end, picture.account_of(edge.end)) is not None


def _roles(places: Places, those: int) -> Iterator[str]:
    return places.each(those & places.of_kind("role"))


def _stronger(trying: Trying, way: Way, holding: Holding) -> Iterator[Edge]:
    """What one may change of oneself that makes no administrator."""
    for bound in Making(trying).bindings(way, holding, {}):
        walk = trying.walker.walk(way, holding, bound)
        if walk is not None and trying.judge.judge(walk.picture, holding.arn, holding.account.account_id) is None:
            verdict = gist_of(way, walk, None).verdict
            teller = Teller(lambda start, end, walk=walk: told_of(way, walk, None))  # type: ignore[misc]
            yield Edge(way, holding.arn, holding.arn, "lateral", verdict, teller)


class Gaining:
    """Says whether an edge gains anything: by a request that its end is allowed and its start denied, if one shows it.

    Requests are made of what the end's policies allow, so that most edges need a few; where none tells the two apart,
    all that each may do is compared.
    """

    def __init__(self, snapshot: Snapshot, question: PathQuestion) -> None:
        """Ask in `snapshot`, under the circumstances of `question`."""
        self._snapshot = snapshot
        self._desk = Desk(snapshot, question.context, question.at)
        self._counting = Counting(snapshot, question)
        self._of: dict[str, list[tuple[str, str]]] = {}

    def gains(self, edge: Edge) -> bool:
        """Whether the end of an edge may do something that its start may not."""
        edits = edge.edits
        picture = laid_over(self._snapshot, edits) if edits else self._snapshot
        if edits or edge.end not in self._of:
            requests = list(islice(_requests(picture, edge.end), _MOST_REQUESTS))
            if not edits:
                self._of[edge.end] = requests
        else:
            requests = self._of[edge.end]
        if any(self._tells_apart(picture, edge, *request) for request in requests):
            return True
        counted = self._counting.of(edge, _actions(picture, edge.end))
        return counted is None or counted.actions > 0

    def _tells_apart(self, picture: Snapshot, edge: Edge, action: str, resource: str) -> bool:
        is_allowed = self._label(picture, edge.end, action, resource) == "allowed"
        return is_allowed and self._label(self._snapshot, edge.start, action, resource) != "allowed"

    def _label(self, picture: Snapshot, arn: str, action: str, resource: str) -> Label:
        return self._desk.ask(picture, arn, action, resource, {}).label


def _requests(picture: Snapshot, arn: str) -> Iterator[tuple[str, str]]:
    """Requests that the Allows of a principal may take, then those that its boundary's may."""
    used = (one.arn.split(":", 4)[3] for one in picture.resources.values())
    regions = tuple(dict.fromkeys((*(one for one in used if one), DEFAULT_REGION)))[:_MOST_REGIONS]
    for content in _contents(picture, arn):
        for statement in content.statements:
            if statement.effect is Effect.ALLOW:
                yield from _taken_by(statement, arn.split(":", 2)[1], picture.account_of(arn), regions)


def _actions(picture: Snapshot, arn: str) -> tuple[str, ...]:
    """Patterns of all that a principal may be allowed, by its own policies or those of resources; none of all."""
    held = (one.policy.policy for one in picture.resources.values() if one.policy is not None)
    granting = (content for content in held if isinstance(content, PolicyDocument))
    found: dict[str, None] = {"sts:AssumeRole*": None}
    for content in (*_contents(picture, arn, with_boundary=False), *granting):
        for statement in content.statements:
            if statement.effect is Effect.ALLOW and statement.action.negated:
                return ()
            if statement.effect is Effect.ALLOW:
                found |= dict.fromkeys(one for one in statement.action.patterns if catalog.matching(one))
    return () if "*" in found else tuple(found)


def _contents(picture: Snapshot, arn: str, *, with_boundary: bool = True) -> Iterator[PolicyDocument]:
    """What the identity policies of a principal say, then its boundary."""
    entity = picture.user(arn) or picture.role(arn)
    if entity is None:
        return
    documents = [policy.document for policy in identity_policies(picture, entity)]
    boundary = None if entity.boundary is None else picture.policy(picture.account_of(arn), entity.boundary)
    if with_boundary and boundary is not None and boundary.default is not None:
        documents.append(boundary.default.document)
    for document in documents:
        content = None if document is None else document.policy
        if isinstance(content, PolicyDocument):
            yield content


def _taken_by(statement: Statement, partition: str, account: str, regions: Sequence[str]) -> Iterator[tuple[str, str]]:
    if statement.action.negated or statement.resource is None or statement.resource.negated:
        return
    patterns = [one.widest for one in statement.resource.patterns if one.text != ANY_RESOURCE]
    for pattern in statement.action.patterns:
        found = catalog.matching(pattern)
        for name in dict.fromkeys((*found[: _MOST_ACTIONS - 1], *found[-1:])):
            action = catalog.action(name)
            forms = () if action is None else forms_of(action, partition, (account,), regions)
            shapes = [form.parts for form in forms]
            for shape in shapes:
                texts = [common_text(shape, one) for one in patterns] if patterns else [filled(shape)]
                yield from ((name, text) for text in texts if text is not None)
            if not shapes:
                yield name, "*"
