"""What of a Resource element counts where the snapshot knows none of the resources: which types it reaches (WC2).

No rule reads the name of such a resource. Two elements that match resources of the same types, accounts and Regions
let the same be done.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from iamtui import catalog
from iamtui.analysis.queries.action_sets import of_names
from iamtui.analysis.queries.alike import types_of
from iamtui.analysis.queries.resource_forms import REGIONS, parts_of
from iamtui.patterns import Part, glob, is_plain, split_wildcards
from iamtui.policy.cells import may_meet
from iamtui.policy.elements import ANY_RESOURCE, ResourceElement


class Met(NamedTuple):
    """The types of a service's resources that some patterns reach: in one's own account, or of nobody; and elsewhere.

    `regions` are the Regions in which they do, the same for all types; None where it is not told by types alone what
    they reach: then `types` are all of which they may reach something.
    """

    types: frozenset[str]
    elsewhere: frozenset[str] = frozenset()
    regions: frozenset[str] | None = None


class _Reached(NamedTuple):
    """What one pattern reaches of a type."""

    regions: frozenset[str]
    own: bool
    elsewhere: bool


@lru_cache(maxsize=262_144)
def met_by(texts: tuple[str, ...], service: str, partition: str, account: str) -> Met:
    """What patterns reach for somebody of an account."""
    reached: list[tuple[str, _Reached | None]] = []
    for text in texts:
        segments = tuple(text.split(":", 5))
        for name in _types_in(service):
            template = _template_of(service, name)
            if len(segments) < 6:
                reached.append((name, None))
            elif _meets(template, segments[2:]):
                one = None if "${" in text else _reached_of(template, segments, partition, account)
                if one is None or one.own or one.elsewhere:
                    reached.append((name, one))
    certain = [(name, one) for name, one in reached if one is not None]
    regions = {one.regions for _, one in certain}
    if len(certain) < len(reached) or len(regions) > 1:
        return Met(frozenset(name for name, _ in reached))
    return Met(
        frozenset(name for name, one in certain if one.own),
        frozenset(name for name, one in certain if one.elsewhere),
        regions.pop() if regions else frozenset(),
    )


def _reached_of(template: _Template, segments: Sequence[str], partition: str, account: str) -> _Reached | None:
    """What a pattern reaches whose last segment matches names of a type; None where that is not told.

    A star at the end of a segment may take what follows too (L30), so that nothing can be left out for what stands
    between.
    """
    if template.fixed[0] == "iam" and _is_told_apart(segments):
        return None
    _, _, region, owner = (None, *template.fixed)
    regions = _regions_of(segments[3], partition) if region is None else frozenset(("",))
    is_own = owner is not None or glob(segments[4])(account)
    is_elsewhere = owner is None and segments[4] not in ("", account)
    if not glob(segments[1])(partition) or not regions or not (is_own or is_elsewhere):
        may_take_more = any(segment.endswith("*") for segment in segments[:5])
        return None if may_take_more else _Reached(regions, own=False, elsewhere=False)
    return _Reached(regions, is_own, is_elsewhere)


@lru_cache(maxsize=4_096)
def _regions_of(pattern: str, partition: str) -> frozenset[str]:
    """The Regions that a pattern matches."""
    return frozenset(filter(glob(pattern), REGIONS.get(partition, REGIONS["aws"])))


def _is_told_apart(segments: Sequence[str]) -> bool:
    """Whether all that a pattern of IAM matches may be what AWS decides otherwise than its neighbours."""
    inside = segments[5].startswith(("role/aws-reserved/", "role/aws-service-role/"))
    return inside or (segments[4] != "" and not is_plain(segments[4])) or segments[4] == "aws"


@lru_cache(maxsize=65_536)
def actions_on(service: str, types: frozenset[str]) -> int:
    """The actions of a service that take some types of resources."""
    names = (f"{service}:{name}" for name in catalog.actions(service))
    return of_names(name for name in names if not types.isdisjoint(types_of(name)))


@cache
def _types_in(service: str) -> tuple[str, ...]:
    """The types that any action of a service takes."""
    names = (name for action in catalog.actions(service) for name in types_of(f"{service}:{action}"))
    return tuple(dict.fromkeys(names))


def spans(element: ResourceElement | None, action: str) -> bool | None:
    """Whether an element matches all resources of an action, or none of them; None where it may be some.

    What the action of no types is asked about is no resource, which only `*` takes for certain (L36).
    """
    if element is None or "${" in "".join(element.texts):
        return None
    if ANY_RESOURCE in element.texts:
        return not element.negated
    service, types = action.partition(":")[0], types_of(action)
    if not types or any(_may_match(text, service, types) for text in element.texts):
        return None
    return element.negated


@lru_cache(maxsize=262_144)
def _may_match(text: str, service: str, types: tuple[str, ...]) -> bool:
    """Whether a pattern may match resources of some types."""
    segments = text.split(":", 5)
    return len(segments) < 6 or any(_meets(_template_of(service, name), segments[2:]) for name in types)


@cache
def _words() -> tuple[str, ...]:
    """The texts between the separators of the names of all types: what tells one type's names from another's."""
    words: dict[str, None] = {}
    for service in catalog.services():
        for name in _types_in(service):
            for part in _template_of(service, name).rest:
                words.update(dict.fromkeys(re.split("[:/]", part) if isinstance(part, str) else ()))
    return tuple(filter(None, words))


@lru_cache(maxsize=65_536)
def is_no_word(value: str) -> bool:
    """Whether a value in a name can be no part of what tells types apart, so that any other could stand for it."""
    return _IN_NO_NAME.isdisjoint(value) and not any(
        value.startswith(word) or word.startswith(value) or word.endswith(value) or value.endswith(word)
        for word in _words()
    )


_IN_NO_NAME = frozenset("*?$:/ ,")


class _Template(NamedTuple):
    """How the ARNs of a type look: service, Region and account, None where one of these varies, and the rest."""

    fixed: tuple[str | None, ...]
    rest: tuple[Part, ...]


def _meets(template: _Template, segments: Sequence[str]) -> bool:
    """Whether the service, Region, account and rest of a pattern match ARNs of a type, whatever varies in the first."""
    for written, segment in zip(segments[:3], template.fixed, strict=False):
        if segment is not None and written != segment and not glob(written)(segment):
            return False
    return bool(template.fixed) and may_meet(split_wildcards(segments[3]), template.rest)


@cache
def _template_of(service: str, name: str) -> _Template:
    found = catalog.resource_type(service, name)
    template = [] if found is None else found.arn_template.split(":", 5)
    if len(template) < 6:
        return _Template((), ())
    varying = tuple(None if "$" in segment or segment == "*" else segment for segment in template[3:5])
    return _Template((template[2], *varying), tuple(parts_of(template[5])))
