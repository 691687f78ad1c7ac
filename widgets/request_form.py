"""The request under test: who does what to which resource, in what context."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from iamtui.content.requests import Completer, ContextOffer, KeyDescriber, RequestFields, Suggestion
from iamtui.widgets.completing_input import CompletingInput
from iamtui.widgets.context_list import ContextEditor
from iamtui.widgets.line_input import LineInput
from iamtui.widgets.plain_text import PlainText

_CONTEXT_HELP: Final = "= value  ∅ absent  ? unknown  · not stated   Space Enter Delete"


def _nothing(prefix: str) -> Sequence[Suggestion]:
    return ()


class RequestForm(Widget):
    """Fields with completion for principal, action and resource, a session policy, and the list of context keys."""

    DEFAULT_CSS = """
    RequestForm {
        layout: vertical;
        height: auto;
        max-height: 100%;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        .request-form--row { height: 1; }
        .request-form--label { width: 11; padding: 0 1; color: $text-muted; }
        .request-form--help { width: 1fr; height: 1; color: $text-muted; }
    }
    """

    BINDING_GROUP_TITLE = "the form"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "app.focus_next", "Next field", id="form.next"),
        Binding("shift+tab", "app.focus_previous", "Previous field", show=False, id="form.previous"),
    ]

    complete_principal: Completer = staticmethod(_nothing)
    """Gives at most some fifty suggestions for what was typed; the owner sets it. So the next two."""
    complete_action: Completer = staticmethod(_nothing)
    complete_resource: Completer = staticmethod(_nothing)
    describe_key: KeyDescriber = staticmethod(ContextOffer)
    """Says what is known of a context key that is typed in; the owner sets it."""

    _principal = getters.query_one("#request-principal", CompletingInput)
    _action = getters.query_one("#request-action", CompletingInput)
    _resource = getters.query_one("#request-resource", CompletingInput)
    _extra = getters.query_one("#request-extra", LineInput)
    _context_editor = getters.query_one(ContextEditor)

    @dataclass
    class Changed(Message):
        """The user edited something; posted on every keystroke that changes a field."""

        form: RequestForm
        fields: RequestFields

        @property
        def control(self) -> RequestForm:
            """The form."""
            return self.form

    @dataclass
    class Submitted(Message):
        """Enter in a field, with no completion picked."""

        form: RequestForm
        fields: RequestFields

        @property
        def control(self) -> RequestForm:
            """The form."""
            return self.form

    def compose(self) -> ComposeResult:
        """Lay out the fields."""
        yield from self._row("Principal", CompletingInput("ARN or name", id="request-principal"))
        yield from self._row("Action", CompletingInput("service:Action", id="request-action"))
        yield from self._row("Resource", CompletingInput("ARN or *", id="request-resource"))
        yield from self._row("Session", LineInput(placeholder="file of a session policy, if any", id="request-extra"))
        yield from self._row("Context", PlainText(_CONTEXT_HELP, classes="request-form--help"))
        yield ContextEditor()

    def _row(self, label: str, field: Widget) -> ComposeResult:
        with Horizontal(classes="request-form--row"):
            yield PlainText(label, classes="request-form--label")
            yield field

    def on_mount(self) -> None:
        """Let the inputs ask the owner, whose functions are looked up at each use and may be set at any time."""
        self._principal.complete = lambda prefix: self.complete_principal(prefix)  # noqa: PLW0108
        self._action.complete = lambda prefix: self.complete_action(prefix)  # noqa: PLW0108
        self._resource.complete = lambda prefix: self.complete_resource(prefix)  # noqa: PLW0108
        self._context_editor.context.describe = lambda name: self.describe_key(name)  # noqa: PLW0108

    @property
    def fields(self) -> RequestFields:
        """What the form holds now."""
        return RequestFields(
            self._principal.value,
            self._action.value,
            self._resource.value,
            self._context_editor.context.said,
            self._extra.true_value,
        )

    def set_fields(self, fields: RequestFields) -> None:
        """Fill the form; posts no `Changed`. A field that holds the same already keeps its text cursor."""
        texts = (fields.principal, fields.action, fields.resource)
        for box, text in zip((self._principal, self._action, self._resource), texts, strict=True):
            if box.value != text:
                box.put(text)
        if self._extra.true_value != fields.extra:
            self._extra.put(fields.extra)
        if self._context_editor.context.said != fields.context:
            self._context_editor.fill(fields.context)

    def set_context_offers(self, offers: tuple[ContextOffer, ...]) -> None:
        """Offer these context keys; what the user has entered stays, also for keys that are no longer offered."""
        self._context_editor.offer(offers)

    def focus(self, scroll_visible: bool = True) -> RequestForm:  # noqa: FBT001, FBT002 - Textual's signature
        """Focus the first field that is empty, else the action."""
        boxes = (self._principal, self._action, self._resource)
        box = next((box for box in boxes if not box.value), self._action)
        box.line.focus(scroll_visible)
        return self

    @on(CompletingInput.Edited)
    @on(ContextEditor.Changed)
    def _edited(self, event: Message) -> None:
        event.stop()
        self.post_message(self.Changed(self, self.fields))

    @on(CompletingInput.Entered)
    def _entered(self, event: CompletingInput.Entered) -> None:
        event.stop()
        self.post_message(self.Submitted(self, self.fields))

    @on(Input.Changed, "#request-extra")
    def _extra_edited(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(self, self.fields))

    @on(Input.Submitted, "#request-extra")
    def _extra_entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Submitted(self, self.fields))
