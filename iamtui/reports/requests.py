"""What was asked, as names and values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from iamtui.analysis.requests.spelling import misspellings
from iamtui.evaluation.request.request import Request
from iamtui.policy.keys import KeyState, KeyValue
from iamtui.reports.lines import Line

Fact = tuple[str, str]
"""The name of a part of a request, and its value in words."""

_WIDTH = 10


def request_facts(request: Request) -> Iterator[Fact]:
    """Everything that a request states."""
    yield "principal", request.principal
    yield "action", request.action
    yield "resource", request.resource
    if request.resource_account is not None:
        yield "resource account", request.resource_account
    for key, value in request.context.items():
        yield "context", f"{key} {_stated(value)}"
    if request.session_policies is not None:
        yield "session policies", ", ".join(policy.name for policy in request.session_policies) or "none"
    if request.at is not None:
        yield "at", request.at.isoformat()


def warning_lines(requests: Iterable[Request]) -> list[Line]:
    """A line for whatever AWS does not know in the requests, to stand above their answer."""
    said = dict.fromkeys(text for request in requests for text in misspellings(request))
    return [Line(f"warning{text}", text, "", "warn", "⚠") for text in said]


def shared_facts(requests: Iterable[Request]) -> list[Fact]:
    """What all of the requests state alike."""
    shared: dict[Fact, None] | None = None
    for request in requests:
        facts = dict.fromkeys(request_facts(request))
        shared = facts if shared is None else {fact: None for fact in shared if fact in facts}
    return list(shared or ())


def fact_lines(facts: Sequence[Fact]) -> list[Line]:
    """A line for each, the values below each other."""
    width = max((_WIDTH, *(len(name) for name, _ in facts)))
    return [Line(f"request{index}", f"{name:<{width}}", value) for index, (name, value) in enumerate(facts)]


def _stated(value: KeyValue) -> str:
    if value.state is not KeyState.PRESENT:
        return f"is {value.state.value}"
    listed = ", ".join(f'"{item}"' for item in value.values)
    return f"= [{listed}]" if value.is_list else f"= {listed}"
