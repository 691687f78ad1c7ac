"""Decides the requests of recorded calls, each distinct one once (J1)."""

from __future__ import annotations

from collections.abc import Hashable

from iamtui.evaluation.decide import Settled, decide, prepare_for, settle_question
from iamtui.evaluation.decision import Decision
from iamtui.evaluation.request.request import Request, RequestError
from iamtui.snapshot.model import Snapshot

_TIMES = ("aws:currenttime", "aws:epochtime")


def request_key(request: Request) -> Hashable:
    """What tells a request apart from others, its instant left out."""
    context = tuple(sorted(request.context.items(), key=lambda item: item[0]))
    policies = request.session_policies
    session = None if policies is None else tuple((policy.name, policy.document.text) for policy in policies)
    return request.principal, request.action.lower(), request.resource, request.resource_account, context, session


class Settling:
    """The decisions of one replay, kept by request.

    One that a policy makes depend on the clock is decided anew for each instant.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._settled: dict[Hashable, Settled | RequestError] = {}
        self._timed: set[Hashable] = set()
        self._decisions: dict[Hashable, Decision] = {}

    @property
    def count(self) -> int:
        """How many requests were decided."""
        return len(self._settled)

    def key(self, request: Request) -> Hashable:
        """What the decision of a request is kept under, once it is settled."""
        key = request_key(request)
        return (key, request.at) if key in self._timed else key

    def settle(self, request: Request) -> Settled:
        """The decision without its trace.

        Raises:
            RequestError: the request cannot be decided, as where its caller is no more.
        """
        key = self.key(request)
        found = self._settled.get(key)
        if found is None:
            found = self._settle(request)
            self._settled[self.key(request)] = found
        if isinstance(found, RequestError):
            raise found
        return found

    def decide(self, request: Request) -> Decision:
        """The decision with its trace, for a request that was settled."""
        key = self.key(request)
        found = self._decisions.get(key)
        if found is None:
            found = self._decisions[key] = decide(self._snapshot, request)
        return found

    def _settle(self, request: Request) -> Settled | RequestError:
        try:
            question = prepare_for(self._snapshot, request)
        except RequestError as error:
            return error
        settled = settle_question(question)
        if any(key in question.asked.context.consulted for key in _TIMES):
            self._timed.add(request_key(request))
        return settled
