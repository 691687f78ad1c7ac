"""Who may read a sensitive resource as it is: each an edge that ends there (EP46)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import islice

from iamtui.analysis.paths.answer.edge import Edge
from iamtui.analysis.paths.answer.teller import Memory, Teller
from iamtui.analysis.paths.requests.asking import FRESH, LABELS, Asked, Desk
from iamtui.analysis.paths.requests.holding import Holding, Words
from iamtui.analysis.paths.requests.steps import SURENESS, Told
from iamtui.analysis.paths.walks.telling import gist_of, told_of
from iamtui.analysis.paths.walks.walking import Taken, Walk
from iamtui.analysis.paths.ways.catalogue import Ending, Step, Way, catalogue
from iamtui.patterns import Wild
from iamtui.policy.cells import common_text
from iamtui.policy.elements import ANY_RESOURCE
from iamtui.policy.statement import Effect, Statement
from iamtui.snapshot.model import Snapshot

REACH = Way(
    id="reach",
    name="Read it",
    kind="resource-policy",
    source="own",
    actor=("user", "role"),
    steps=(),
    outcome=Ending(reads="resource"),
)
"""A direct read: no way of the catalogue, for nothing is gained on it."""

_KEYS = (
    "with which keys things are encrypted was not exported: a read under a customer's key needs kms:Decrypt on it too"
)
_ENCRYPTED = frozenset(("s3:bucket", "secretsmanager:secret", "ssm:parameter", "dynamodb:table", "sqs:queue"))
_MOST_OBJECTS = 8


def readings() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """By kind of resource, in lower case, the requests that read it: action and resource."""
    return {one.type.lower(): one.reads for one in catalogue().sensitive}


def read_actions() -> Iterator[str]:
    """Every action that reads something sensitive."""
    return (action for reads in readings().values() for action, _ in reads)


def sensitive_in(snapshot: Snapshot) -> tuple[str, ...]:
    """The exported resources that are sensitive by their kind."""
    known = readings()
    return tuple(one.arn for one in snapshot.resources.values() if one.kind.lower() in known)


class DirectReads:
    """Asks whether principals may read resources: one of the requests that read it is enough."""

    def __init__(self, desk: Desk, words: Words, kinds: Mapping[str, str]) -> None:
        """Ask at `desk`; `kinds` has the kind of each resource that is asked about."""
        self._desk = desk
        self._words = words
        self._kinds = kinds
        self._memory = Memory()

    def edges(self, holding: Holding) -> Iterator[Edge]:
        """An edge to each resource that a principal may read."""
        for arn, kind in self._kinds.items():
            found = self._surest(holding, arn, kind)
            if found is not None:
                if kind.lower() in _ENCRYPTED:
                    self._desk.leans_on.setdefault(_KEYS)
                binds = {"resource": arn, "account": holding.account.account_id}
                walk = Walk(binds, self._desk.snapshot, (found,))
                verdict = gist_of(REACH, walk, None).verdict
                yield Edge(REACH, holding.arn, arn, "data", verdict, Teller(partial(_told, walk), self._memory))

    def _surest(self, holding: Holding, arn: str, kind: str) -> Taken | None:
        best: Taken | None = None
        for action, template in readings().get(kind.lower(), ()):
            for text in self._texts(holding, action, arn, template):
                asked = self._desk.ask(self._desk.snapshot, holding.arn, action, text, {})
                if asked.label != "denied" and (best is None or _level(asked) < _level(best.asked)):
                    best = Taken(Step(ask=action, on=(text,)), asked, self._desk.snapshot, holding.arn, text)
                if asked.label == "allowed":
                    return best
        return best

    def _texts(self, holding: Holding, action: str, arn: str, template: str) -> Iterator[str]:
        """What is asked on: the resource, or something in it, of any name and of those that Allows ask for (WC18)."""
        held = self._desk.snapshot.resources.get(arn)
        granting = () if held is None or held.policy is None else self._words.of(held.policy).saying(action)
        if not (holding.is_open or holding.takes(action) or granting):
            return  # what no Allow takes is denied (EP56)
        if template == "{arn}" or (":s3:::" in arn and "/" in arn):
            yield arn
            return
        yield f"{arn}/{FRESH}"
        statements = (*holding.taking(action), *(one for one in granting if one.effect is Effect.ALLOW))
        yield from islice(dict.fromkeys(self._inside(holding, arn, statements)), _MOST_OBJECTS)

    def _inside(self, holding: Holding, arn: str, statements: Iterable[Statement]) -> Iterator[str]:
        """Names in a resource that patterns take, with what their variables are for this principal."""
        context = self._desk.context(holding.arn)
        for statement in statements:
            for pattern in () if statement.resource is None else statement.resource.patterns:
                rest = None if pattern.text == ANY_RESOURCE else pattern.rest.resolve_parts(context)
                if rest is None:
                    continue
                try:
                    text = common_text((f"{arn}/", Wild.ONE, Wild.ANY), (*pattern.head, *rest[0]))
                except ValueError:  # too long to be compared: no witness of it
                    continue
                if text is not None:
                    yield text


def _told(walk: Walk, start: str, end: str) -> Told:
    return told_of(REACH, walk, None)


def _level(asked: Asked) -> int:
    return LABELS.index(asked.label)


def needed_of(direct: Iterable[Edge], wanted: int) -> Mapping[str, frozenset[tuple[str, str]]]:
    """Who may read all that is asked for, with the conditions of that; none where it is certain (EP8)."""
    found: dict[str, list[Edge]] = {}
    for edge in direct:
        found.setdefault(edge.start, []).append(edge)
    return {
        start: frozenset((one.key, one.when) for edge in edges for one in edge.conditions)
        for start, edges in found.items()
        if len(edges) == wanted and all(edge.verdict != "possible" for edge in edges)
    }


def is_nothing_new(
    edge: Edge, direct: Mapping[tuple[str, str], Edge], needed: frozenset[tuple[str, str]] | None
) -> bool:
    """Whether its start reads that as surely as it is, or all under no more conditions than are the edge's (EP8)."""
    read = direct.get((edge.start, edge.end))
    if read is not None and SURENESS.index(read.verdict) <= SURENESS.index(edge.verdict):
        return True
    return needed is not None and needed <= {(one.key, one.when) for one in edge.conditions}
