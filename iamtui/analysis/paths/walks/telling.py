"""An edge out of a walk: every step as `decide` tells it in its picture, with conditions and needs (EP1, EP2)."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import NamedTuple

from iamtui.analysis.overlay.laying import Edit
from iamtui.analysis.paths.privileges.administrators import DOCUMENT_CALL, Judged
from iamtui.analysis.paths.requests.asking import conditions_of
from iamtui.analysis.paths.requests.overlay import edit_of
from iamtui.analysis.paths.requests.recent import Recent
from iamtui.analysis.paths.requests.steps import (
    DOCUMENT,
    Condition,
    FactHeld,
    Grant,
    Need,
    StepTaken,
    Sureness,
    Told,
    worst,
)
from iamtui.analysis.paths.walks.walking import ACCOUNT_VARIABLES, Taken, Walk
from iamtui.analysis.paths.ways.catalogue import Way, catalogue
from iamtui.evaluation.decide import decide
from iamtui.evaluation.decision import Decision, Layer
from iamtui.evaluation.request.request import Request
from iamtui.policy.statement import Effect
from iamtui.snapshot.model import Snapshot

_GRANTING = frozenset((Layer.IDENTITY, Layer.RESOURCE, Layer.TRUST, Layer.BUCKET))
_MOST_KEPT = 10_000
_OF_LABEL: Mapping[str, Sureness] = {"allowed": "proven", "conditional": "conditional", "possible": "possible"}


class Gist(NamedTuple):
    """What an edge is worth, without its steps."""

    verdict: Sureness
    conditions: tuple[Condition, ...]
    needs: tuple[Need, ...]


def gist_of(way: Way, walk: Walk, judged: Judged | None) -> Gist:
    """How sure an edge is, and what it depends on; `judged` is how sure its end is an administrator (EP2, EP5)."""
    asked = [taken.asked for taken in walk.taken]
    conditions = [
        Condition(place, key, when)
        for place, one in enumerate(asked, 1)
        if one.label != "allowed"
        for key, when in conditions_of(one)
    ]
    needs = [*_needs_of_steps(walk), *(_need(way, fact) for fact in walk.state if fact.holds is None)]
    verdict = worst(*(_OF_LABEL[one.label] for one in asked))
    if any(fact.holds is None for fact in walk.state):
        verdict = "possible"
    if judged is not None:
        verdict = worst(verdict, judged.verdict)
        conditions += [one._replace(step=len(asked)) for one in judged.conditions]
        needs += judged.needs
    return Gist(verdict, tuple(conditions), tuple(dict.fromkeys(needs)))


def gist_of_both(first: Gist, second: Gist, judged: Judged | None) -> Gist:
    """The same of a way whose walk is two: what each depends on, and `judged`."""
    ends = [] if judged is None else [Gist(*judged)]
    parts = (first, second, *ends)
    conditions = tuple([one for part in parts for one in part.conditions])
    needs = tuple(dict.fromkeys(one for part in parts for one in part.needs))
    return Gist(worst(*(part.verdict for part in parts)), conditions, needs)


class Rests(NamedTuple):
    """The decisive statements of a request, and of these the Allows that granted it."""

    matched: tuple[str, ...] = ()
    grants: tuple[Grant, ...] = ()


class Decided:
    """What `decide` says of requests that were allowed: in the exported picture of late ones each is decided once."""

    def __init__(self, exported: Snapshot) -> None:
        self._exported = exported
        self._known: Recent[Hashable, Rests] = Recent(_MOST_KEPT)

    def rests(self, picture: Snapshot, request: Request) -> Rests:
        """On which statements a request rests."""
        if picture is not self._exported:
            return rests_of(picture, request)
        key = (request.principal, request.action, request.resource, tuple(request.context.items()))
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = rests_of(picture, request)
        return found


def rests_of(picture: Snapshot, request: Request) -> Rests:
    """The statements on which a request rests, as `decide` names them."""
    decision = decide(picture, request)
    return Rests(decision.matched, tuple(_grants(decision)))


def told_of(way: Way, walk: Walk, judged: Judged | None, decided: Decided | None = None) -> Told:
    """An edge with every step as `decide` tells it in its picture (EP1)."""
    gist = gist_of(way, walk, judged)
    hidden = (*ACCOUNT_VARIABLES, "actor")
    binds = {name: text for name, text in walk.binds.items() if text and name not in hidden}
    return Told(binds, tuple(_steps(walk, decided or Decided(walk.picture))), walk.state, gist.conditions, gist.needs)


def edits_of(walk: Walk) -> tuple[Edit, ...]:
    """What the steps of a walk leave changed."""
    edits = (_edit(walk, place) for place in range(len(walk.taken)))
    return tuple(one for one in edits if one is not None)


def _edit(walk: Walk, place: int) -> Edit | None:
    taken = walk.taken[place]
    change = taken.step.changes
    is_last = place + 1 == len(walk.taken) or walk.taken[place + 1].step is not taken.step
    is_known = walk.binds["account"] in taken.picture.accounts
    return edit_of(taken.picture, change, walk.binds) if change is not None and is_last and is_known else None


def _steps(walk: Walk, decided: Decided) -> Iterator[StepTaken]:
    for place, taken in enumerate(walk.taken):
        yield _step(taken, _edit(walk, place), decided)


def _step(taken: Taken, edit: Edit | None, decided: Decided) -> StepTaken:
    request = taken.request
    rests = decided.rests(taken.picture, request) if taken.asked.label == "allowed" else Rests()
    return StepTaken(
        request.principal,
        request.action,
        request.resource,
        {key: value.values for key, value in request.context.items()},
        "unknown"
        if taken.asked.label == "possible"
        else "allowed"
        if taken.asked.label == "allowed"
        else "conditional",
        taken.asked.decided_by,
        rests.matched,
        conditions_of(taken.asked) if taken.asked.label != "allowed" else (),
        taken.step.changes,
        edit,
        rests.grants,
        request,
    )


def _grants(decision: Decision) -> Iterator[Grant]:
    for layer in decision.layers:
        for policy in layer.policies if layer.layer in _GRANTING else ():
            owner = policy.arn or policy.owner or ""
            for one in policy.statements:
                if one.decisive and one.effect is Effect.ALLOW:
                    yield Grant(layer.layer.value, owner, policy.arn, policy.name, one.reference, one.index)


def _needs_of_steps(walk: Walk) -> Iterator[Need]:
    for taken in walk.taken:
        if taken.asked.label == "possible":
            for text in taken.asked.lacking:
                yield Need(DOCUMENT, text, (DOCUMENT_CALL,))


def _need(way: Way, fact: FactHeld) -> Need:
    known = catalogue().facts.get(fact.fact)
    return Need(fact.fact, fact.of, way.exports or (() if known is None else known.calls))
