"""What a scope takes for one caller, with the values in place that are known of it (WP4, V1)."""

from __future__ import annotations

from re import Match

from iamtui.analysis.queries.actions.denied import OF_THE_CALLER
from iamtui.policy.elements import ANY_RESOURCE
from iamtui.policy.keys import Context, KeyState
from iamtui.policy.scopes import Scope
from iamtui.policy.shared_patterns import Patterns, UnwritableError
from iamtui.policy.variables import VARIABLE

_SEGMENTS = 6
_SPECIAL = frozenset("*?$")
"""What a value cannot hold where it is to be written as text (V5)."""


class _NeverMatchesError(Exception):
    """A pattern is left out: it asks for a value that the caller does not have (V8)."""


def in_known_values(scope: Scope, context: Context) -> Scope:
    """The same with the caller's own values in its resources; variables of which nothing is known stay."""
    texts: dict[str, None] = {}
    for text in scope.resources.texts:
        try:
            texts[_written(text, context)] = None
        except _NeverMatchesError:
            continue
    negated = scope.resources.negated
    if negated and not texts:
        return scope._replace(resources=Patterns((ANY_RESOURCE,)))
    return scope._replace(resources=Patterns(tuple(texts), negated))


def _written(text: str, context: Context) -> str:
    """One pattern; variables count in the last segment alone (V4)."""
    segments = text.split(":", _SEGMENTS - 1)
    if len(segments) == _SEGMENTS:
        segments[-1] = VARIABLE.sub(lambda found: _value(found, context), segments[-1])
    return ":".join(segments)


def _value(found: Match[str], context: Context) -> str:
    escaped, key, default = found.groups()
    if escaped or not (key.lower() in OF_THE_CALLER or key.lower().startswith("aws:principaltag/")):
        return found.group()
    value = context.lookup(key.lower())
    if value.state in (KeyState.UNKNOWN, KeyState.UNKNOWN_VALUE):
        return found.group()
    written = default if value.as_variable is None else value.as_variable
    if written is None:
        raise _NeverMatchesError
    if not _SPECIAL.isdisjoint(written):
        raise UnwritableError(f"{found.group()} as {written}")
    return str(written)
