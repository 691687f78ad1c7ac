"""Deciding the requests of one command."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from iamtui.cli.errors import InputError
from iamtui.cli.output import with_progress
from iamtui.evaluation.decision import Decision
from iamtui.evaluation.request.request import NamedPolicy, Request, RequestError
from iamtui.policy.keys import KeyValue

_WORTH_A_BAR = 1000


@dataclass(frozen=True, slots=True)
class DecisionSource:
    """What requests are decided against.

    Attributes:
        decide: a decision with its trace.
        briefly: a decision without its trace.
        known: the keys that a request has, stated and derived.
        principal: what is meant by what was written for the principal.
        session_policies: what was passed to the session beside it.
    """

    decide: Callable[[Request], Decision]
    briefly: Callable[[Request], Decision]
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

    With `summaries` each has its notes, and what is missing.

    Raises:
        InputError: a request is malformed.
    """
    return _each(requests, partial(_summary, against.decide) if summaries else against.briefly)


def _summary(decide: Callable[[Request], Decision], request: Request) -> Decision:
    return replace(decide(request), layers=())


def _each(requests: Sequence[Request], decide: Callable[[Request], Decision]) -> list[Decision]:
    try:
        return list(with_progress(map(decide, requests), len(requests), "Deciding", least=_WORTH_A_BAR))
    except RequestError as error:
        raise InputError(f"{error}; nothing is decided") from error
