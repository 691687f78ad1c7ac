"""What to doubt of a request that the form holds: slips of the hand that leave it well formed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from iamtui import catalog
from iamtui.analysis.requests.spelling import misspellings
from iamtui.catalog import Action
from iamtui.evaluation.request.request import Request


def hints(request: Request, *, names_resource: bool = True) -> Iterator[str]:
    """Give each hint in a few words.

    A request that is decided in spite of them is mostly denied, for no true reason. `names_resource` is False where
    the form names none, so that `*` is only what is taken instead.
    """
    yield from hints_of_several((request,), names_resource=names_resource)
    known = catalog.action(request.action)
    if known is not None and names_resource and request.resource != "*" and "${" not in request.resource:
        yield from _of_resource(known, request.resource)


def hints_of_several(requests: Sequence[Request], *, names_resource: bool) -> Iterator[str]:
    """The hints on requests that differ in their actions only."""
    yield from misspellings(requests[0])
    if "${" in requests[0].resource:
        yield "fill in what is in ${} in the resource"
    elif not names_resource:
        actions = (catalog.action(request.action) for request in requests)
        if any(action is not None and action.resource_types for action in actions):
            yield "no resource given: decided for *"


def _of_resource(action: Action, resource: str) -> Iterator[str]:
    found = (catalog.resource_type(action.service, taken.name) for taken in action.resource_types)
    services = {_service(kind.arn_template) for kind in found if kind is not None}
    if services and _service(resource) not in services:
        yield f"{action.service}:{action.name} takes no resource of {_service(resource)}"


def _service(arn: str) -> str:
    return arn.partition(":")[2].partition(":")[2].partition(":")[0]
