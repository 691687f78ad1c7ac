"""What of a Resource element counts where the snapshot knows none of the resources: which types it reaches (WC2).

No rule reads the name of such a resource. Two elements that match resources of the same types, accounts and Regions
let the same be done.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import combinations
from typing import NamedTuple

from iamtui import catalog
from iamtui.analysis.queries.actions.alike import TOLD_APART, types_of
from iamtui.analysis.queries.actions.type_names import (
    SEGMENTS,
    WILD,
    Template,
    template_of,
    templates_in,
    types_in,
    without_names,
)
from iamtui.analysis.queries.index.action_sets import of_names
from iamtui.analysis.queries.resources.resource_forms import REGIONS
from iamtui.patterns import Wild, glob, split_wildcards
from iamtui.policy.elements import ANY_RESOURCE, ResourceElement, resource_pattern
from iamtui.policy.meeting import may_meet


class Met(NamedTuple):
    """The types of a service's resources that a pattern reaches.

    `by_regions` are those of which it certainly reaches some in one's own account or of nobody, by the Regions in which
    it does; `anywhere` the same, whatever the Regions; `others` those of which it may reach more, or others.
    """

    by_regions: tuple[tuple[frozenset[str], frozenset[str]], ...] = ()
    anywhere: tuple[tuple[frozenset[str], frozenset[str]], ...] = ()
    others: frozenset[str] = frozenset()


def met_by(text: str, service: str, partition: str, account: str) -> Met:
    """What a pattern reaches for somebody of an account: found once for all that differ in names alone."""
    return met_as_written(without_names(text, service), service, partition, account)


@lru_cache(maxsize=262_144)
def met_as_written(text: str, service: str, partition: str, account: str) -> Met:
    """The same of one pattern."""
    segments = tuple(text.split(":", 5))
    if len(segments) < SEGMENTS or "${" in text:
        return Met(others=frozenset(types_in(service)))
    may_cross, met = _may_cross(segments), _names_met(segments[5], service)
    others: set[str] = set()
    regions: dict[frozenset[str], set[str]] = {}
    for name, template in templates_in(service):
        if _meets(template, segments, by_name=name in met):
            reached = _in_regions(template, segments, partition, account) if name in met else frozenset()
            if not reached and may_cross and _is_alone(service, name):
                reached = _crossed_in(template, segments, partition, account)
            if reached:
                regions.setdefault(reached, set()).add(name)
            if not reached or _reaches_others(template, segments, account):
                others.add(name)
    types = frozenset().union(*regions.values())
    return Met(
        tuple((frozenset(names), reached) for reached, names in regions.items()),
        ((types, frozenset()),) if types else (),
        frozenset(others),
    )


@lru_cache(maxsize=65_536)
def _names_met(pattern: str, service: str) -> frozenset[str]:
    """The types of a service of whose names, all after the account, a pattern may match some."""
    parts, beginning = split_wildcards(pattern), pattern.replace("?", "*").partition("*")[0]
    return frozenset(
        name
        for name, template in templates_in(service)
        if template.may_begin(beginning) and may_meet(parts, template.rest)
    )


def _in_regions(template: Template, segments: Sequence[str], partition: str, account: str) -> frozenset[str]:
    """The Regions in which a pattern certainly reaches resources of a type that are one's own account's or nobody's.

    It matches names of the type.
    """
    service, region, owner = template.fixed
    is_own = service is not None and glob(segments[1])(partition) and (owner is not None or glob(segments[4])(account))
    is_told_apart = service == "iam" and segments[5].startswith(_TOLD_APART)
    if not is_own or is_told_apart:
        return frozenset()
    return frozenset(("",)) if region is not None else _regions_of(segments[3], partition)


def _crossed_in(template: Template, segments: Sequence[str], partition: str, account: str) -> frozenset[str]:
    """The same for a pattern that reaches them by a star over colons, at the end of its Region or account (L30)."""
    service, region, owner = template.fixed
    if service is None or segments[2] != service or segments[1] != partition or service in TOLD_APART:
        return frozenset()
    regions = frozenset(("",)) if region is not None else _regions_of(segments[3], partition)
    own = account if owner is None else owner
    example = next(iter(regions), "")  # the star takes what follows any of them
    if len(":".join(segments)) >= _LONGEST:
        return frozenset()
    is_met = _takes_whatever_is_named(template, segments) or may_meet(
        resource_pattern(":".join(segments), variables=False).widest,
        (f"arn:{partition}:{service}:{example}:{own}:", *template.rest),
    )
    return regions if is_met else frozenset()


_LONGEST = 512
"""How long a pattern may be so that it is certain what it meets."""


@lru_cache(maxsize=16_384)
def _is_alone(service: str, name: str) -> bool:
    """Whether no resource of a type can be of another."""
    template = template_of(service, name)
    return all(name == other or _begin_apart(template, one) for other, one in templates_in(service))


def _reaches_others(template: Template, segments: Sequence[str], account: str) -> bool:
    """Whether a pattern may reach resources of other accounts too."""
    return _may_cross(segments) or (template.fixed[2] is None and segments[4] not in ("", account))


def _may_cross(segments: Sequence[str]) -> bool:
    """Whether a star at the end of a segment may take what follows too (L30)."""
    return any(segment.endswith("*") for segment in segments[:5])


_TOLD_APART = ("role/aws-reserved/", "role/aws-service-role/", "policy/")
"""How the names begin in IAM of what AWS may decide otherwise than its neighbours."""


@lru_cache(maxsize=4_096)
def _regions_of(pattern: str, partition: str) -> frozenset[str]:
    """The Regions that a pattern matches."""
    return frozenset(filter(glob(pattern), REGIONS.get(partition, REGIONS["aws"])))


@lru_cache(maxsize=65_536)
def actions_on(service: str, types: frozenset[str]) -> int:
    """The actions of a service that take some types of resources."""
    names = (f"{service}:{name}" for name in catalog.actions(service))
    return of_names(name for name in names if not types.isdisjoint(types_of(name)))


def spans(element: ResourceElement | None, action: str) -> bool | None:
    """Whether an element matches all resources of an action, or none of them; None where it may be some.

    An action of no types is asked about no resource, which only `*` takes for certain, or about some ARN of its own
    service (L36).
    """
    if element is None or "${" in "".join(element.texts):
        return None
    if ANY_RESOURCE in element.texts:
        return not element.negated
    service, types = action.partition(":")[0], types_of(action)
    if any(may_match(text, service, types) for text in element.texts):
        return None
    return element.negated


@lru_cache(maxsize=262_144)
def may_match(text: str, service: str, types: tuple[str, ...]) -> bool:
    """Whether a pattern may match resources of some types; of none, whatever a service may be asked about."""
    segments = text.split(":", 5)
    if len(segments) < SEGMENTS:
        return True
    if not types:
        return not _is_of_another_service(service, segments)
    met = _names_met(segments[5], service)
    return any(_meets(template_of(service, name), segments, by_name=name in met) for name in types)


@lru_cache(maxsize=16_384)
def are_apart(service: str, types: tuple[str, ...]) -> bool:
    """Whether no resource can be of two of some types, as already their beginnings tell."""
    templates = [template_of(service, name) for name in types]
    return all(_begin_apart(one, other) for one, other in combinations(templates, 2))


def _begin_apart(one: Template, other: Template) -> bool:
    if any(ours != theirs for ours, theirs in zip(one.fixed, other.fixed, strict=False) if None not in (ours, theirs)):
        return True
    ours, theirs = (next(iter(each.rest), "") for each in (one, other))
    if not isinstance(ours, str) or not isinstance(theirs, str):
        return False
    return not ours.startswith(theirs) and not theirs.startswith(ours)


def _meets(template: Template, segments: Sequence[str], *, by_name: bool) -> bool:
    """Whether a pattern matches ARNs of a type: segment by segment where no star can take what follows.

    `by_name` says whether it may match names of the type.
    """
    may_cross = _may_cross(segments)
    if not (by_name or may_cross) or not template.fixed or _is_of_another_service(template.fixed[0], segments):
        return False
    for written, segment in zip(segments[2:5], template.fixed, strict=True):
        if segment is not None and written != segment and not glob(written)(segment):
            break
    else:
        if by_name:
            return True
    if not may_cross or _takes_whatever_is_named(template, segments):
        return may_cross
    return may_meet(resource_pattern(":".join(segments), variables=False).widest, template.parts)


def _takes_whatever_is_named(template: Template, segments: Sequence[str]) -> bool:
    """Whether a pattern of all Regions of a service certainly matches ARNs of a type: some name ends as it does (L30).

    Its star takes all of the ARN up to there, as names of the type may end in any way.
    """
    if segments[0] != "arn" or segments[2] != template.fixed[0] or segments[3] != "*":
        return False
    return template.rest[-2:] == (Wild.ONE, Wild.ANY)


def _is_of_another_service(service: str | None, segments: Sequence[str]) -> bool:
    """Whether a pattern begins with another service than one that is fixed: no star before it can take more."""
    return service not in (None, segments[2]) and WILD.isdisjoint(":".join(segments[:3]))


@cache
def services_of_arns(service: str) -> frozenset[str | None]:
    """The services that the ARNs of the types have which a service's actions take; None for any."""
    return frozenset(template.fixed[0] for _, template in templates_in(service) if template.fixed)


def services_reached_by(text: str) -> frozenset[str] | None:
    """The services whose actions may take resources that a pattern matches; None for any."""
    segments = text.split(":", 5)
    if len(segments) < SEGMENTS or "${" in text or not WILD.isdisjoint(":".join(segments[:3])):
        return None
    return _services_taking(segments[2])


@cache
def _services_taking(service: str) -> frozenset[str]:
    """The services that have types whose ARNs are of a service, or of any."""
    return frozenset(one for one in catalog.services() if not services_of_arns(one).isdisjoint((service, None)))


@lru_cache(maxsize=65_536)
def types_met(text: str, service: str) -> frozenset[str]:
    """The types of a service's resources that a pattern may match."""
    return frozenset(name for name in types_in(service) if may_match(text, service, (name,)))


@lru_cache(maxsize=65_536)
def types_met_by_name(text: str, service: str) -> frozenset[str]:
    """Those of which it may match even a resource with a name of no meaning, or whose names rules read."""
    parts = resource_pattern(text, variables=True).widest
    met = ((name, template_of(service, name)) for name in types_met(text, service))
    return frozenset(name for name, template in met if not template.is_plain or may_meet(parts, template.nameless))
