"""Deciding the requests of one command."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from iamtui.analysis.calls import decide_briefly
from iamtui.cli.errors import InputError
from iamtui.cli.output import with_progress
from iamtui.evaluation.decide import OutcomeBounds
from iamtui.evaluation.decision import Decision
from iamtui.evaluation.request.request import NamedPolicy, Request, RequestError
from iamtui.policy.keys import KeyValue

_WORTH_A_BAR = 1000


@dataclass(frozen=True, slots=True)
class DecisionSource:
    """What requests are decided against.

    Attributes:
        decide: a decision with its trace.
        judge: the best and the worst outcome, without a trace.
        known: the keys that a request has, stated and derived.
        principal: what is meant by what was written for the principal.
        session_policies: what was passed to the session beside it.
    """

    decide: Callable[[Request], Decision]
    judge: Callable[[Request], OutcomeBounds]
    known: Callable[[Request], Mapping[str, KeyValue]]
    principal: Callable[[str], str]
    session_policies: tuple[NamedPolicy, ...] | None


def traces_of(requests: Sequence[Request], against: DecisionSource) -> list[Decision]:
    """A decision with its trace for each request (E2).

    Raises:
        InputError: a request is malformed.
    """
    return _each(requests, against.decide)


def table_of(requests: Sequence[Request], against: DecisionSource, *, summaries: bool) -> list[Decision]:
    """Decisions without their traces, for a table: those of all actions together would fill the memory.

    With `summaries` what is denied because nothing allows it is explained too.

    Raises:
        InputError: a request is malformed.
    """
    return _each(requests, partial(decide_briefly, decide=against.decide, judge=None if summaries else against.judge))


def _each(requests: Sequence[Request], decide: Callable[[Request], Decision]) -> list[Decision]:
    try:
        return list(with_progress(map(decide, requests), len(requests), "Deciding", least=_WORTH_A_BAR))
    except RequestError as error:
        raise InputError(f"{error}; nothing is decided") from error
