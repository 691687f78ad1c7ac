"""Which resource types of an action an ARN can be, and which condition keys go with them (E71)."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from iamtui.catalog.model import Action, ActionResource
from iamtui.catalog.service_resources import resource_type
from iamtui.patterns import Part, Wild

_PART = re.compile(r"\$\{\w+\}")
_PIECES = re.compile(r"(\$\{\w+\})")
_VARIABLE = re.compile(r"\$\{|<|(?<=/)tag-key$|(?<=/)$")
"""Where the open part of a condition key begins, as AWS writes it: `${TagKey}`, `<key>`, `tag-key`, or nothing."""

_LONGEST = 2_048
"""No ARN has more characters."""


def types_of(action: Action, resource: str) -> tuple[ActionResource, ...]:
    """The resource types that `resource` can be; all that the action takes for `*` and for an ARN of no known form."""
    if resource == "*" or len(resource) > _LONGEST:
        return action.resource_types
    fitting = _fitting(action.service, tuple([part.name for part in action.resource_types]), resource)
    return tuple([part for part in action.resource_types if part.name in fitting]) or action.resource_types


@lru_cache(maxsize=16_384)
def _fitting(service: str, names: tuple[str, ...], resource: str) -> frozenset[str]:
    """Those of some types that `resource` can be; kept because each key of a request asks again."""
    return frozenset([name for name in names if _fits(service, name, resource)])


def fits(action: Action, resource: str) -> bool:
    """Whether `resource` can be of a type that the action takes; an ARN too long to be one is not looked at."""
    return len(resource) > _LONGEST or any(_fits(action.service, part.name, resource) for part in action.resource_types)


def carries(action: Action, resource: str, key: str) -> bool:
    """Whether AWS lists `key`, in lower case, for the action itself or for what `resource` can be."""
    return lists_key(action.condition_keys, key) or any(
        lists_key(part.condition_keys, key) for part in types_of(action, resource)
    )


def belongs_to_another_type(action: Action, resource: str, key: str) -> bool:
    """Whether `key` goes with other resources of the action's calls, and so is absent where this one is asked (E71)."""
    listed = any(lists_key(part.condition_keys, key) for part in action.resource_types)
    return listed and not carries(action, resource, key)


def sends(action: Action, resource: str, key: str) -> bool:
    """Whether requests of `action` on `resource` can have `key`, in lower case: its own, or one of the resource's type.

    What AWS lists for other resources of the same call is not this one's (E71), and an action without resource types
    has no resource whose keys it could send (S32).
    """
    if belongs_to_another_type(action, resource, key):
        return False
    return carries(action, resource, key) or any(
        lists_key(kind.condition_keys, key)
        for part in types_of(action, resource)
        if (kind := resource_type(action.service, part.name)) is not None
    )


@cache
def parts_of(template: str) -> tuple[Part, ...]:
    """The last segment: names hold no slash, but the last of several may, as object keys and paths do."""
    pieces = [piece for piece in _PIECES.split(template) if piece]
    open_ended = "/" in template or ":" in template
    found: list[Part] = []
    for place, piece in enumerate(pieces):
        if not piece.startswith("${"):
            found.append(piece)
        elif open_ended and place == len(pieces) - 1:
            found += (Wild.ONE, Wild.ANY)
        else:
            found += (Wild.ONE_IN_PART, Wild.ANY_IN_PART)
    return tuple(found)


def lists_key(keys: tuple[str, ...], wanted: str) -> bool:
    """Whether `wanted`, in lower case, is one of some keys as AWS lists them, or one with a tag of its own."""
    whole, beginnings = _forms(keys)
    return wanted in whole or wanted.startswith(beginnings)


@cache
def _forms(keys: tuple[str, ...]) -> tuple[frozenset[str], tuple[str, ...]]:
    """Keys as AWS lists them, in lower case: those that are whole, and how the others begin."""
    split = [_VARIABLE.split(key.lower(), 1) for key in keys]
    return frozenset(name for name, *part in split if not part), tuple(name for name, *part in split if part)


def _fits(service: str, name: str, resource: str) -> bool:
    form = _form(service, name)
    return form is not None and form.fullmatch(resource) is not None


@cache
def _form(service: str, name: str) -> re.Pattern[str] | None:
    """The template of a resource type as an expression: its last part may hold slashes, as object keys do."""
    found = resource_type(service, name)
    if found is None:
        return None
    *head, resource = found.arn_template.split(":", 5)
    texts = _PART.split(resource)
    last = ".+" if "/" in resource or ":" in resource else "[^/:]+"
    parts = ["[^:]+"] * max(0, len(texts) - 2) + [last] * (len(texts) > 1)
    written = "".join(re.escape(text) + part for text, part in zip(texts, [*parts, ""], strict=True))
    return re.compile(":".join(_PART.sub("[^:]*", segment) for segment in head) + ":" + written)
