"""What to doubt of a request before its answer: slips of the hand that leave it well formed."""

from __future__ import annotations

from collections.abc import Iterator

from iamtui import catalog
from iamtui.catalog import Action
from iamtui.content.requests import RequestFields


def hints(fields: RequestFields) -> Iterator[str]:
    """Each doubt in a few words. A request that is decided in spite of them is mostly denied, for no true reason."""
    action, resource = fields.action.strip(), fields.resource.strip()
    known = catalog.action(action)
    if known is None:
        yield f"AWS lists no action {action}"
    if "${" in resource:
        yield "fill in what is in ${} in the resource"
    elif known is not None and known.resource_types:
        yield from _of_resource(known, resource)


def _of_resource(action: Action, resource: str) -> Iterator[str]:
    if not resource:
        yield "no resource given: decided for *"
        return
    found = (catalog.resource_type(action.service, taken.name) for taken in action.resource_types)
    services = {_service(kind.arn_template) for kind in found if kind is not None}
    if resource != "*" and services and _service(resource) not in services:
        yield f"{action.service}:{action.name} takes no resource of {_service(resource)}"


def _service(arn: str) -> str:
    return arn.partition(":")[2].partition(":")[2].partition(":")[0]
