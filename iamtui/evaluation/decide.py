"""The entry to the evaluator: one request against one snapshot."""

from __future__ import annotations

from iamtui.evaluation.decision import Decision, Outcome
from iamtui.evaluation.request import Request
from iamtui.snapshot.model import Snapshot


def decide(snapshot: Snapshot, request: Request) -> Decision:
    """Decide a request, with the full trace.

    Raises:
        RequestError: the request itself is malformed.
    """
    raise NotImplementedError


def judge(snapshot: Snapshot, request: Request) -> tuple[Outcome, Outcome]:
    """The best and the worst outcome only, without a trace (T27): equal unless something unknown matters.

    Raises:
        RequestError: the request itself is malformed.
    """
    raise NotImplementedError
