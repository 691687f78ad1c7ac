"""The request under test: who does what to which resource, in what context."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from textual.message import Message
from textual.widget import Widget

ContextState = Literal["value", "absent", "unknown"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One completion: the value that it fills in, and what the list says about it."""

    value: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ContextOffer:
    """A context key that the request may carry.

    `type_label` is shown beside the name, `note` says where its value comes from while the user has said nothing;
    `relevant` keys come first. Only the values of a `multivalued` key are separated by commas.
    """

    name: str
    type_label: str = ""
    note: str = ""
    relevant: bool = True
    multivalued: bool = False


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


Completer = Callable[[str], Sequence[Suggestion]]


class RequestForm(Widget):
    """Fields with completion for principal, action and resource, and the list of context keys."""

    complete_principal: Completer
    """Gives at most some fifty suggestions for what was typed; the owner sets it. So the next two."""
    complete_action: Completer
    complete_resource: Completer

    @dataclass
    class Changed(Message):
        """The user edited something."""

        form: RequestForm
        fields: RequestFields

        @property
        def control(self) -> RequestForm:
            """The form."""
            return self.form

    @dataclass
    class Submitted(Message):
        """Enter in a field without an open completion list."""

        form: RequestForm
        fields: RequestFields

        @property
        def control(self) -> RequestForm:
            """The form."""
            return self.form

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self.complete_principal = self.complete_action = self.complete_resource = lambda prefix: ()

    @property
    def fields(self) -> RequestFields:
        """What the form holds now."""
        return RequestFields()

    def set_fields(self, fields: RequestFields) -> None:
        """Fill the form; posts no `Changed`."""

    def set_context_offers(self, offers: tuple[ContextOffer, ...]) -> None:
        """Offer these context keys; what the user has entered stays, also for keys that are no longer offered."""
