"""What of a Resource element counts where the snapshot knows none of the resources: which types it reaches (WC2).

No rule reads the name of such a resource. Two elements that match resources of the same types, accounts and Regions
let the same be done.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import combinations
from typing import NamedTuple

from iamtui import catalog
from iamtui.analysis.queries.actions.alike import TOLD_APART, types_of
from iamtui.analysis.queries.index.action_sets import of_names
from iamtui.analysis.queries.resources.resource_forms import REGIONS
from iamtui.catalog import parts_of
from iamtui.patterns import Part, Wild, glob, split_wildcards
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


@lru_cache(maxsize=262_144)
def met_by(text: str, service: str, partition: str, account: str) -> Met:
    """What a pattern reaches for somebody of an account."""
    segments = tuple(text.split(":", 5))
    if len(segments) < _SEGMENTS or "${" in text:
        return Met(others=frozenset(_types_in(service)))
    may_cross, beginning = _may_cross(segments), segments[5].replace("?", "*").partition("*")[0]
    others: set[str] = set()
    regions: dict[frozenset[str], set[str]] = {}
    for name, template in _templates_in(service):
        if (may_cross or template.may_begin(beginning)) and _meets(template, segments):
            reached = _in_regions(template, segments, partition, account)
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


_SEGMENTS = 6


def _in_regions(template: _Template, segments: Sequence[str], partition: str, account: str) -> frozenset[str]:
    """The Regions in which a pattern certainly reaches resources of a type that are one's own account's or nobody's."""
    service, region, owner = template.fixed
    is_own = service is not None and glob(segments[1])(partition) and (owner is not None or glob(segments[4])(account))
    is_told_apart = service == "iam" and segments[5].startswith(_TOLD_APART)
    if not is_own or is_told_apart or not may_meet(split_wildcards(segments[5]), template.rest):
        return frozenset()
    return frozenset(("",)) if region is not None else _regions_of(segments[3], partition)


def _crossed_in(template: _Template, segments: Sequence[str], partition: str, account: str) -> frozenset[str]:
    """The same for a pattern that reaches them by a star over colons, at the end of its Region or account (L30)."""
    service, region, owner = template.fixed
    if service is None or segments[2] != service or segments[1] != partition or service in TOLD_APART:
        return frozenset()
    regions = frozenset(("",)) if region is not None else _regions_of(segments[3], partition)
    written = resource_pattern(":".join(segments), variables=False).widest
    own = account if owner is None else owner
    example = next(iter(regions), "")  # the star takes what follows any of them
    is_met = len(":".join(segments)) < _LONGEST and may_meet(
        written, (f"arn:{partition}:{service}:{example}:{own}:", *template.rest)
    )
    return regions if is_met else frozenset()


_LONGEST = 512
"""How long a pattern may be so that it is certain what it meets."""


@lru_cache(maxsize=16_384)
def _is_alone(service: str, name: str) -> bool:
    """Whether no resource of a type can be of another."""
    template = _template_of(service, name)
    return all(name == other or _begin_apart(template, one) for other, one in _templates_in(service))


def _reaches_others(template: _Template, segments: Sequence[str], account: str) -> bool:
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


@cache
def _types_in(service: str) -> tuple[str, ...]:
    """The types that any action of a service takes."""
    names = (name for action in catalog.actions(service) for name in types_of(f"{service}:{action}"))
    return tuple(dict.fromkeys(names))


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
    if len(segments) < _SEGMENTS:
        return True
    if not types:
        return not _is_of_another_service(service, segments)
    return any(_meets(_template_of(service, name), segments) for name in types)


@lru_cache(maxsize=16_384)
def are_apart(service: str, types: tuple[str, ...]) -> bool:
    """Whether no resource can be of two of some types, as already their beginnings tell."""
    templates = [_template_of(service, name) for name in types]
    return all(_begin_apart(one, other) for one, other in combinations(templates, 2))


def _begin_apart(one: _Template, other: _Template) -> bool:
    if any(ours != theirs for ours, theirs in zip(one.fixed, other.fixed, strict=False) if None not in (ours, theirs)):
        return True
    ours, theirs = (next(iter(each.rest), "") for each in (one, other))
    if not isinstance(ours, str) or not isinstance(theirs, str):
        return False
    return not ours.startswith(theirs) and not theirs.startswith(ours)


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
    """How the ARNs of a type look: service, Region and account, None where one of these varies; and the rest."""

    fixed: tuple[str | None, ...]
    rest: tuple[Part, ...]

    def may_begin(self, text: str) -> bool:
        """Whether the rest may begin as a text does that stands before any wildcard."""
        begins = self.rest[0] if self.rest and isinstance(self.rest[0], str) else ""
        return text.startswith(begins) or begins.startswith(text)

    @property
    def parts(self) -> tuple[Part, ...]:
        """All of it, as a pattern of whatever varies."""
        found: list[Part] = []
        for segment in ("arn", None, *self.fixed):
            found += (Wild.ANY_IN_SEGMENT if segment is None else segment, ":")
        return (*(part for part in found if part), *self.rest)

    @property
    def is_plain(self) -> bool:
        """Whether no rule reads the names."""
        return bool(self.fixed) and self.fixed[0] is not None and self.fixed[0] not in TOLD_APART

    @property
    def nameless(self) -> tuple[Part, ...]:
        """The same with a name of no meaning in the place of all that stands for a name."""
        names = len(self.parts) - len(self.rest)
        return (*self.parts[:names], *(part if isinstance(part, str) else _NAMELESS for part in self.rest))


_NAMELESS = "x7q"


def _meets(template: _Template, segments: Sequence[str]) -> bool:
    """Whether a pattern matches ARNs of a type: segment by segment where no star can take what follows."""
    if not template.fixed or _is_of_another_service(template.fixed[0], segments):
        return False
    for written, segment in zip(segments[2:5], template.fixed, strict=True):
        if segment is not None and written != segment and not glob(written)(segment):
            break
    else:
        if may_meet(split_wildcards(segments[5]), template.rest):
            return True
    whole = resource_pattern(":".join(segments), variables=False)
    return _may_cross(segments) and may_meet(whole.widest, template.parts)


def _is_of_another_service(service: str | None, segments: Sequence[str]) -> bool:
    """Whether a pattern begins with another service than one that is fixed: no star before it can take more."""
    return service not in (None, segments[2]) and _WILD.isdisjoint(":".join(segments[:3]))


_WILD = frozenset("*?")


@cache
def _templates_in(service: str) -> tuple[tuple[str, _Template], ...]:
    """The types that any action of a service takes, with how their ARNs look."""
    return tuple((name, _template_of(service, name)) for name in _types_in(service))


@cache
def services_of_arns(service: str) -> frozenset[str | None]:
    """The services that the ARNs of the types have which a service's actions take; None for any."""
    return frozenset(template.fixed[0] for _, template in _templates_in(service) if template.fixed)


@cache
def _template_of(service: str, name: str) -> _Template:
    found = catalog.resource_type(service, name)
    template = [] if found is None else found.arn_template.split(":", 5)
    if len(template) < _SEGMENTS:
        return _Template((), ())
    fixed = tuple(None if "$" in segment or segment == "*" else segment for segment in template[2:5])
    return _Template(fixed, tuple(parts_of(template[5])))


@lru_cache(maxsize=65_536)
def types_met(text: str, service: str) -> frozenset[str]:
    """The types of a service's resources that a pattern may match."""
    return frozenset(name for name in _types_in(service) if may_match(text, service, (name,)))


@lru_cache(maxsize=65_536)
def types_met_by_name(text: str, service: str) -> frozenset[str]:
    """Those of which it may match even a resource with a name of no meaning, or whose names rules read."""
    parts = resource_pattern(text, variables=True).widest
    met = ((name, _template_of(service, name)) for name in types_met(text, service))
    return frozenset(name for name, template in met if not template.is_plain or may_meet(parts, template.nameless))
