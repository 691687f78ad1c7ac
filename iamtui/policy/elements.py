"""The Action and Resource elements of a statement, compiled for matching (L20-L40)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from sys import intern

from iamtui.patterns import (
    Matcher,
    Part,
    Wild,
    compile_parts,
    confine_to_segment,
    glob,
    is_plain,
    split_wildcards,
)
from iamtui.policy.keys import Context
from iamtui.policy.truth import Truth
from iamtui.policy.variables import Resolved, Template, Variable, template

ANY_RESOURCE = "*"
"""The resource of a request whose action takes none (L36)."""


class ActionIndex:
    """Which of several lists of action patterns take an action, found without visiting the others (L20-L24).

    Lists are the bits of an integer, the first the lowest. Exact names are looked up; patterns with wildcards are tried
    where their service can be the action's, and compiled when an action first meets them.
    """

    __slots__ = ("_named", "_of_any", "_of_service", "_services")

    def __init__(self, lists: Iterable[Iterable[str]]) -> None:
        named: dict[str, int] = {}
        of_service: dict[str, list[tuple[str, int]]] = {}
        of_any: list[tuple[str, int]] = []
        for place, patterns in enumerate(lists):
            bit = 1 << place
            for written in patterns:
                pattern = intern(written.lower())
                if "*" not in pattern and "?" not in pattern:
                    named[pattern] = named.get(pattern, 0) | bit
                elif is_plain(service := pattern.partition(":")[0]):
                    of_service.setdefault(intern(service), []).append((pattern, bit))
                elif ":" in pattern or pattern == "*":
                    of_any.append((pattern, bit))
        self._named, self._of_any = named, tuple(of_any)
        self._of_service = {service: (*found, *of_any) for service, found in of_service.items()} or _OF_NONE
        self._services: frozenset[str] | None = None

    def speaks_of(self, service: str) -> bool:
        """Whether some list may take an action of a service, given in lower case."""
        if self._services is None:
            names = (name.partition(":")[0] for name in self._named)
            self._services = _services(frozenset((*self._of_service, *names)))
        return bool(self._of_any) or service in self._services

    def taking(self, folded_action: str, service: str) -> int:
        """The lists that take an action; it and its service are given in lower case."""
        found = self._named.get(folded_action, 0)
        for pattern, bit in self._of_service.get(service, self._of_any):
            if not found & bit and glob(pattern)(folded_action):
                found |= bit
        return found


_OF_NONE: Mapping[str, tuple[tuple[str, int], ...]] = {}


@lru_cache(maxsize=4_096)
def _services(services: frozenset[str]) -> frozenset[str]:
    """The same services: many documents speak of these and no others."""
    return services


@lru_cache(maxsize=4_096)
def index_of(patterns: tuple[str, ...]) -> ActionIndex:
    """The index of one list: thousands of statements have the same."""
    return ActionIndex((patterns,))


def places_of(bits: int) -> Iterator[int]:
    """The numbers of the bits that are set, the lowest first."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


class ActionElement:
    """Action, or with `negated` NotAction (L20, L22); a list of nothing matches nothing (L9).

    A pattern without a colon, other than `*`, never matches (L24).
    """

    __slots__ = ("_index", "negated", "patterns")

    negated: bool
    patterns: tuple[str, ...]
    """The patterns as written."""

    def __init__(self, patterns: tuple[str, ...], *, negated: bool) -> None:
        self.negated = negated and bool(patterns)
        self.patterns = patterns
        self._index: ActionIndex | None = None

    @property
    def folded(self) -> frozenset[str]:
        """The patterns in lower case: what AWS reads of them."""
        return frozenset(map(str.lower, self.patterns))

    def matches(self, folded_action: str, service: str) -> bool:
        """Whether an action is covered by the element; it and its service are given in lower case."""
        if self._index is None:  # to find it by the list takes as long as the list is, each time
            self._index = index_of(self.patterns)
        return bool(self._index.taking(folded_action, service)) is not self.negated

    def matching_patterns(self, folded_action: str) -> Iterator[str]:
        """The patterns, as written, that take the action; for NotAction those that exclude it."""
        for pattern in self.patterns:
            if action_pattern_matches(pattern, folded_action):
                yield pattern


def action_pattern_matches(pattern: str, folded_action: str) -> bool:
    """Whether one pattern, as written, takes an action given in lower case (L20, L21)."""
    folded = pattern.lower()
    if is_plain(folded):
        return folded == folded_action
    return (":" in folded or folded == "*") and glob(folded)(folded_action)


@dataclass(frozen=True, slots=True)
class ResourcePattern:
    """One Resource or NotResource pattern.

    `head` holds the first five segments, compiled together with what follows; a pattern that has fewer than
    six segments is `short`, and is completed in identity policies and boundaries only. `uncompleted` is what it
    matches elsewhere: nothing, unless it ends in a star (L34); `bare` are its parts then.
    """

    text: str
    head: tuple[Part, ...]
    rest: Template
    short: bool
    static: Matcher | None
    uncompleted: Matcher | None = None
    bare: tuple[Part, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether it is a whole ARN without variables, or `*`: nothing but matching to tell of it."""
        return (self.static is not None and not self.short) or self.text == ANY_RESOURCE

    @property
    def variables(self) -> tuple[Variable, ...]:
        """The variables of the part in which they count (V4)."""
        return () if self.static is not None else self.rest.variables

    @property
    def widest(self) -> tuple[Part, ...]:
        """Its parts with any text in the place of each variable: it matches nothing that these do not."""
        if self.text == ANY_RESOURCE:
            return (Wild.ANY,)
        return (*self.head, *(Wild.ANY if isinstance(piece, Variable) else piece for piece in self.rest.pieces))

    def match(self, resource: str, context: Context, *, completes_short: bool) -> Truth:
        """Compare with a request's resource; `*` there means no resource, which only `*` takes (L36, L37)."""
        if self.text == ANY_RESOURCE:
            return Truth.TRUE
        if resource == ANY_RESOURCE:
            return Truth.FALSE
        if self.short and not completes_short:
            return Truth.TRUE if self.uncompleted is not None and self.uncompleted(resource) else Truth.FALSE
        if self.static is not None:
            return Truth.TRUE if self.static(resource) else Truth.FALSE
        return self.resolve(context).match(resource)

    def resolve(self, context: Context) -> Resolved:
        """The pattern with the request's values in place; without a value it matches nothing (V8)."""
        rest = self.rest.resolve_parts(context)
        if rest is None:
            return Resolved(None, None)
        parts, text, unknown = rest
        head = "".join(part if isinstance(part, str) else part.value[0] for part in self.head)
        return Resolved(head + text, compile_parts((*self.head, *parts)), unknown)


@lru_cache(maxsize=65_536)
def resource_pattern(text: str, *, variables: bool) -> ResourcePattern:
    """Compile one pattern, matched from left to right as L30 says."""
    segments = text.split(":", 5)
    head: list[Part] = []
    for segment in segments[:5]:
        head.extend(confine_to_segment(split_wildcards(segment)))
        head.append(":")
    short = len(segments) < 6
    bare = tuple(head[:-1]) if short and text.endswith("*") else ()
    uncompleted = compile_parts(bare) if bare else None
    if short:
        for _ in range(5 - len(segments)):
            head.extend((*split_wildcards("*"), ":"))
    rest = template("*" if short else segments[5], wildcards=True, variables=variables)
    static = None if rest.static is None else compile_parts((*head, *rest.parts))
    return ResourcePattern(text, tuple(head), rest, short, static, uncompleted, bare)


class ResourceElement:
    """Resource, or with `negated` NotResource; patterns are compiled when a request first reaches them."""

    __slots__ = ("_is_plain", "_patterns", "negated", "texts", "variables")

    negated: bool
    texts: tuple[str, ...]
    """The patterns as written."""
    variables: bool
    """Whether `${…}` means a variable (V2)."""

    def __init__(self, texts: tuple[str, ...], *, negated: bool, variables: bool) -> None:
        self.negated = negated
        self.texts = texts
        self.variables = variables
        self._patterns: tuple[ResourcePattern, ...] | None = None
        self._is_plain: bool | None = None

    @property
    def is_plain(self) -> bool:
        """Whether all patterns are: there is nothing but matching to tell of them."""
        if self._is_plain is None:
            self._is_plain = all(pattern.is_plain for pattern in self.patterns)
        return self._is_plain

    @property
    def patterns(self) -> tuple[ResourcePattern, ...]:
        """The compiled patterns."""
        if self._patterns is None:
            self._patterns = tuple(resource_pattern(text, variables=self.variables) for text in self.texts)
        return self._patterns

    def __repr__(self) -> str:
        return f"{'NotResource' if self.negated else 'Resource'}{list(self.texts)}"
