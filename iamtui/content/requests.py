"""The fields of the request under test, as text, and what is offered for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

ContextState = Literal["value", "absent", "unknown"]


@dataclass(frozen=True, slots=True)
class ContextOffer:
    """A context key that the request may carry.

    `type_label` is shown beside the name, `note` says where its value comes from while the user has said nothing;
    `relevant` keys come first. Only the values of a `multivalued` key are separated by commas. `values` are all
    that it can have, where those are few, such as true and false.
    """

    name: str
    type_label: str = ""
    note: str = ""
    relevant: bool = True
    multivalued: bool = False
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ContextField:
    """What the user said about one context key: values, that it is absent, or that it is not known."""

    name: str
    state: ContextState
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RequestFields:
    """All that the form holds, as text.

    `context` has only the keys that the user said something about. `extra` is the path of a session policy, which
    nobody reads here.
    """

    principal: str = ""
    action: str = ""
    resource: str = ""
    context: tuple[ContextField, ...] = ()
    extra: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One completion: the value that it fills in, and what the list says about it."""

    value: str
    detail: str = ""


KeyDescriber = Callable[[str], ContextOffer]
"""Says what is known of a context key, by its name."""

Completer = Callable[[str], Sequence[Suggestion]]
"""Gives the completions of what was typed, at most some fifty."""
