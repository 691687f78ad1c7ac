"""The Action and Resource elements of a statement, compiled for matching (L20-L40)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from iamtui.policy.keys import Context
from iamtui.policy.patterns import Matcher, Part, compile_parts, confine_to_segment, glob, split_wildcards
from iamtui.policy.truth import Truth
from iamtui.policy.variables import Resolved, Template, Variable, template

ANY_RESOURCE = "*"
"""The resource of a request whose action takes none (L36)."""


@dataclass(frozen=True, slots=True)
class ActionElement:
    """Action, or with `negated` NotAction: exact names in lower case, and patterns (L20, L22)."""

    negated: bool
    patterns: tuple[str, ...]
    exact: frozenset[str]
    wild: tuple[tuple[str, Matcher], ...]

    def matches(self, folded_action: str) -> bool:
        """Whether an action, given in lower case, is covered by the element."""
        return (folded_action in self.exact or any(match(folded_action) for _, match in self.wild)) != self.negated

    def matching_patterns(self, folded_action: str) -> Iterator[str]:
        """The patterns, as written, that take the action; for NotAction those that exclude it."""
        for pattern in self.patterns:
            if action_pattern_matches(pattern, folded_action):
                yield pattern


def action_element(patterns: tuple[str, ...], *, negated: bool) -> ActionElement:
    """Compile a list of action patterns; one without a colon, other than `*`, never matches (L24)."""
    usable = [pattern.lower() for pattern in patterns if ":" in pattern or pattern == "*"]
    exact = frozenset(pattern for pattern in usable if "*" not in pattern and "?" not in pattern)
    wild = tuple((pattern, glob(pattern)) for pattern in usable if pattern not in exact)
    return ActionElement(negated, patterns, exact, wild)


def action_pattern_matches(pattern: str, folded_action: str) -> bool:
    """Whether one pattern, as written, takes an action given in lower case (L20, L21)."""
    return (":" in pattern or pattern == "*") and glob(pattern.lower())(folded_action)


@dataclass(frozen=True, slots=True)
class ResourcePattern:
    """One Resource or NotResource pattern.

    `head` holds the first five segments, compiled together with what follows; a pattern that has fewer than
    six segments is `short`, and is completed in identity policies and boundaries only (L34).
    """

    text: str
    head: tuple[Part, ...]
    rest: Template
    short: bool
    static: Matcher | None

    @property
    def variables(self) -> tuple[Variable, ...]:
        """The variables of the part in which they count (V4)."""
        return self.rest.variables

    def match(self, resource: str, context: Context, *, completes_short: bool) -> Truth:
        """Compare with a request's resource; `*` there means no resource, which only `*` takes (L36, L37)."""
        if self.text == ANY_RESOURCE:
            return Truth.TRUE
        if resource == ANY_RESOURCE or (self.short and not completes_short and not self.text.endswith("*")):
            return Truth.FALSE
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
    if short:
        for _ in range(5 - len(segments)):
            head.extend((*split_wildcards("*"), ":"))
    rest = template("*" if short else segments[5], wildcards=True, variables=variables)
    static = None if rest.static is None else compile_parts((*head, *rest.parts))
    return ResourcePattern(text, tuple(head), rest, short, static)


@dataclass(frozen=True, slots=True)
class ResourceElement:
    """Resource, or with `negated` NotResource."""

    negated: bool
    patterns: tuple[ResourcePattern, ...]

    def match(self, resource: str, context: Context, *, completes_short: bool) -> Truth:
        """Whether the element covers a resource (L35)."""
        truth = Truth.FALSE
        for pattern in self.patterns:
            truth = max(truth, pattern.match(resource, context, completes_short=completes_short))
            if truth is Truth.TRUE:
                break
        return truth.negated if self.negated else truth
