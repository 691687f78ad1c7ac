"""How AWS writes the names of the resources of each type, and what in names tells types apart (WC2)."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from iamtui import catalog
from iamtui.analysis.queries.actions.alike import TOLD_APART, types_of
from iamtui.catalog import parts_of
from iamtui.patterns import Part, Wild

SEGMENTS = 6
"""How many parts between colons an ARN has, the last of which may hold more."""


WILD = frozenset("*?")
"""The characters of a pattern that stand for others."""


@cache
def types_in(service: str) -> tuple[str, ...]:
    """The types that any action of a service takes."""
    names = (name for action in catalog.actions(service) for name in types_of(f"{service}:{action}"))
    return tuple(dict.fromkeys(names))


class Template(NamedTuple):
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


@cache
def templates_in(service: str) -> tuple[tuple[str, Template], ...]:
    """The types that any action of a service takes, with how their ARNs look."""
    return tuple((name, template_of(service, name)) for name in types_in(service))


@cache
def template_of(service: str, name: str) -> Template:
    """How the ARNs of a type look; nothing where AWS does not say."""
    found = catalog.resource_type(service, name)
    template = [] if found is None else found.arn_template.split(":", 5)
    if len(template) < SEGMENTS:
        return Template((), ())
    fixed = tuple(None if "$" in segment or segment == "*" else segment for segment in template[2:5])
    return Template(fixed, tuple(parts_of(template[5])))


class _Words(NamedTuple):
    """The texts between the separators of the names of types, and with what these begin and end."""

    whole: frozenset[str]
    beginnings: frozenset[str]
    endings: frozenset[str]


@cache
def _words_of(service: str | None) -> _Words:
    """What tells one type's names from another's, of a service or of all."""
    services = catalog.services() if service is None else (service,)
    rest = (part for one in services for _, template in templates_in(one) for part in template.rest)
    parts = [word for part in rest if isinstance(part, str) for word in re.split("[:/]", part)]
    return _Words(
        frozenset(filter(None, parts)),
        frozenset(word[:size] for word in parts for size in range(len(word) + 1)),
        frozenset(word[at:] for word in parts for at in range(len(word) + 1)),
    )


@lru_cache(maxsize=65_536)
def is_no_word(value: str, service: str | None = None) -> bool:
    """Whether a value in a name can be no part of what tells types apart, so that any other could stand for it.

    It then neither begins nor ends a text of any type, nor does such a text begin or end it.
    """
    whole, beginnings, endings = _words_of(service)
    if not value or not _IN_NO_NAME.isdisjoint(value) or value in beginnings or value in endings:
        return False
    return not any(value[: at + 1] in whole or value[at:] in whole for at in range(len(value)))


_IN_NO_NAME = frozenset("*?$:/ ,")


@lru_cache(maxsize=262_144)
def without_names(text: str, service: str) -> str:
    """A pattern with names of no meaning in the place of those that tell no types of a service apart.

    What stands between wildcards is left: it may lie inside of what tells types apart. So is what rules read of IAM.
    """
    segments = text.split(":", 5)
    if len(segments) < SEGMENTS or "${" in text or segments[2] == "iam" or not WILD.isdisjoint(segments[2]):
        return text
    pieces = (_without_name(one, service) for one in _SEPARATORS.split(segments[5]))
    return ":".join((*segments[:5], "".join(pieces)))


def _without_name(piece: str, service: str) -> str:
    between = _WILDCARDS.split(piece)
    for place in {0, len(between) - 1}:
        if is_no_word(between[place], service):
            between[place] = _NAMES.sub(_NAMELESS, between[place])
    return "".join(between)


_SEPARATORS = re.compile("([:/])")
_WILDCARDS = re.compile("([*?]+)")
_NAMES = re.compile("[^-.+]+")
"""What stands in names between the characters that part them, in some types."""
