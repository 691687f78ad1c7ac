"""What of a Resource element counts where the snapshot knows none of the resources: the shape of its patterns (WC2).

No rule reads the name of such a resource. Two elements of one shape match resources of the same types, accounts and
Regions, so they let the same be done.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import cache, lru_cache
from typing import NamedTuple

from iamtui import catalog
from iamtui.analysis.queries.alike import types_of
from iamtui.analysis.queries.resource_forms import parts_of
from iamtui.evaluation.request.foreign_resources import opens_by_name
from iamtui.patterns import Part, Wild, split_wildcards
from iamtui.policy.cells import may_meet
from iamtui.policy.elements import ANY_RESOURCE, ResourceElement, resource_pattern

Shape = Hashable
"""`NOTHING`, or what stands for all elements alike."""

NOTHING: Shape = frozenset()
"""The shape of what matches no resource of an action."""

_NAMED = ("iam", "kms", "sts")
"""Services whose resources are told apart by name."""


def shape_of(element: ResourceElement, action: str, account: str) -> Shape | None:
    """The shape for an action that takes resources, asked by somebody of an account; None where names count."""
    if element.negated or "${" in "".join(element.texts):
        return None
    if ANY_RESOURCE in element.texts:
        return ANY_RESOURCE
    service, types = action.partition(":")[0], types_of(action)
    found = (_of_pattern(text, service, types) for text in element.texts)
    patterns = frozenset(one for one in found if one is not None)
    if not patterns:
        return NOTHING
    counts = service in _NAMED or any(opens_by_name(one[1]) and one[3] != account for one in patterns)
    return None if counts else patterns


def spans(element: ResourceElement | None, action: str) -> bool | None:
    """Whether an element matches all resources of an action, or none of them; None where it may be some.

    What the action of no types is asked about is no resource, which only `*` takes for certain (L36).
    """
    if element is None or "${" in "".join(element.texts):
        return None
    if ANY_RESOURCE in element.texts:
        return not element.negated
    service, types = action.partition(":")[0], types_of(action)
    if not types or any(text.count(":") < 5 or _of_pattern(text, service, types) is not None for text in element.texts):
        return None
    return element.negated


_Pattern = tuple[str, str, str, str, tuple[str, ...]]
"""Partition, service, Region and account as written, and the types that the rest can be of.

In the place of the account of one that reaches over a colon (L30) stands all of it.
"""


@lru_cache(maxsize=262_144)
def _of_pattern(text: str, service: str, types: tuple[str, ...]) -> _Pattern | None:
    """The shape of one pattern; None where it matches no resource of some types."""
    segments = text.split(":", 5)
    if len(segments) < 6:
        return ("", service, "", text, types)
    _, partition, of_service, region, account, rest = segments
    widest, last = resource_pattern(text, variables=False).widest, split_wildcards(rest)
    forms = {name: form for name in types if (form := _form_of(service, name)) is not None}
    met = tuple(name for name, form in forms.items() if may_meet(widest, (*form.head, *form.rest)))
    if not all(may_meet(last, forms[name].rest) for name in met):
        return (partition, of_service, "", text, met)
    return (partition, of_service, region, account, met) if met else None


class _Form(NamedTuple):
    """All ARNs of a type: up to the fifth colon, and after it."""

    head: tuple[Part, ...]
    rest: tuple[Part, ...]


@cache
def _form_of(service: str, name: str) -> _Form | None:
    """The ARNs of a type; None where AWS lists none."""
    found = catalog.resource_type(service, name)
    segments = [] if found is None else found.arn_template.split(":", 5)
    if len(segments) < 6:
        return None
    head: list[Part] = []
    for segment in segments[:5]:
        head += [Wild.ANY_IN_SEGMENT if "$" in segment or segment == "*" else segment, ":"]
    return _Form(tuple(filter(None, head)), tuple(parts_of(segments[5])))
