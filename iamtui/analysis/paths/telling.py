"""An edge out of a walk: every step as `decide` tells it in its picture, with conditions and needs (EP1, EP2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from iamtui.analysis.paths.administrators import DOCUMENT_CALL, Judged
from iamtui.analysis.paths.asking import conditions_of
from iamtui.analysis.paths.catalogue import Way, catalogue
from iamtui.analysis.paths.results import (
    Condition,
    Edge,
    FactHeld,
    Need,
    OutcomeWord,
    StepTaken,
    Sureness,
    worst,
)
from iamtui.analysis.paths.walking import ACCOUNT_VARIABLES, Taken, Walk
from iamtui.evaluation.decide import decide
from iamtui.evaluation.request.request import Request
from iamtui.snapshot.model import Snapshot

_OF_LABEL: Mapping[str, Sureness] = {"allowed": "proven", "conditional": "conditional", "possible": "possible"}


def edge_of(way: Way, walk: Walk, end: str, outcome: OutcomeWord, judged: Judged | None) -> Edge:
    """The edge; `judged` is how sure its end is an administrator, where it is one (EP5)."""
    steps = tuple(_step(taken) for taken in walk.taken)
    conditions = [Condition(place, key, when) for place, step in enumerate(steps, 1) for key, when in step.conditions]
    needs = [*_needs_of_steps(walk), *(_need(way, fact) for fact in walk.state if fact.holds is None)]
    verdict = worst(*(_OF_LABEL[taken.asked.label] for taken in walk.taken))
    if any(fact.holds is None for fact in walk.state):
        verdict = "possible"
    if judged is not None:
        verdict = worst(verdict, judged.verdict)
        conditions += [one._replace(step=len(steps)) for one in judged.conditions]
        needs += judged.needs
    hidden = (*ACCOUNT_VARIABLES, "actor")
    binds = {name: text for name, text in walk.binds.items() if name not in hidden}
    start = walk.binds["actor"]
    found = tuple(dict.fromkeys(needs))
    return Edge(way, start, end, outcome, verdict, binds, steps, walk.state, tuple(conditions), found)


def _step(taken: Taken) -> StepTaken:
    request, settled = taken.asked.request, taken.asked.settled
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
        "" if settled is None else settled.best.decided_by.value,
        matched_in(taken.picture, request) if taken.asked.label == "allowed" else (),
        conditions_of(taken.asked) if taken.asked.label != "allowed" else (),
        taken.step.changes,
    )


def matched_in(picture: Snapshot, request: Request) -> tuple[str, ...]:
    """The decisive statements of a request, as `decide` names them."""
    return decide(picture, request).matched


def _needs_of_steps(walk: Walk) -> Iterator[Need]:
    for taken in walk.taken:
        if taken.asked.label == "possible" and taken.asked.settled is not None:
            for text in taken.asked.settled.unknown_data:
                yield Need("document", text, (DOCUMENT_CALL,))


def _need(way: Way, fact: FactHeld) -> Need:
    known = catalogue().facts.get(fact.fact)
    return Need(fact.fact, fact.of, way.exports or (() if known is None else known.calls))
