"""Decides the requests of recorded calls, each distinct one once (J1)."""

from __future__ import annotations

from typing import NamedTuple

from iamtui.analysis.denials.facts import DecisionFacts, facts_of_decision, facts_of_settled
from iamtui.evaluation.decide import Settled, decide, prepare_for, settle_question
from iamtui.evaluation.request.request import Request, RequestError
from iamtui.snapshot.model import Snapshot

_SEPARATOR = "\x1f"
_TIMES = ("aws:currenttime", "aws:epochtime")


class Settlement(NamedTuple):
    """One request as it was settled: `key` is equal for equal requests; `error` says why it cannot be decided."""

    key: str
    settled: Settled | None
    error: str | None = None


class Settling:
    """The decisions of one replay, kept by request.

    One that a policy makes depend on the clock is decided anew for each instant.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._settled: dict[str, Settlement] = {}
        self._timed: set[str] = set()

    def settle(self, request: Request) -> Settlement:
        """The decision of a request without its trace."""
        key = request_key(request)
        if key in self._timed:
            key = f"{key}{_SEPARATOR}{request.at}"
        found = self._settled.get(key)
        if found is None:
            found = self._settle(request, key)
            self._settled[found.key] = found
        return found

    def facts(self, request: Request, settled: Settled, *, with_policies: bool = False) -> DecisionFacts:
        """What is compared with AWS's word; `with_policies` says that it names one, which only a trace can tell of."""
        if with_policies:
            return facts_of_decision(decide(self._snapshot, request))
        return facts_of_settled(prepare_for(self._snapshot, request), settled)

    def _settle(self, request: Request, key: str) -> Settlement:
        try:
            question = prepare_for(self._snapshot, request)
        except RequestError as error:
            return Settlement(key, None, str(error))
        settled = settle_question(question)
        consulted = question.asked.context.consulted
        if key not in self._timed and any(time in consulted for time in _TIMES):
            self._timed.add(key)
            key = f"{key}{_SEPARATOR}{request.at}"
        return Settlement(key, settled)


def request_key(request: Request) -> str:
    """What tells a request apart from others, its instant left out."""
    said = [request.principal, request.action.lower(), request.resource, request.resource_account or ""]
    for key in sorted(request.context):
        value = request.context[key]
        said += (key, value.state.name, "list" if value.is_list else "", *value.values, *sorted(value.excluded))
    for policy in request.session_policies or ():
        said += ("session", policy.name, policy.document.text)
    return _SEPARATOR.join(said)
