"""The context keys of a request, each with its type and its state, and the line that edits one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from rich.cells import cell_len
from rich.segment import Segment
from rich.text import Text
from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input
from textual.widgets.input import Selection

from iamtui.content.requests import ContextField, ContextOffer, ContextState
from iamtui.widgets.context_fields import ContextFields, values_of
from iamtui.widgets.line_cursor import LineCursor
from iamtui.widgets.line_input import LineInput
from iamtui.widgets.pieces import Pieces
from iamtui.widgets.plain_text import PlainText
from iamtui.widgets.text import fitted, shown

_SIGNS: Final[dict[ContextState, str]] = {"value": "=", "absent": "∅", "unknown": "?"}
_WIDEST_NAME: Final = 32
_WIDEST_TYPE: Final = 10
_OTHER: Final = "another key …"


class ContextList(LineCursor):
    """One row a key; its first sign is its state: `=` value, `∅` absent, `?` unknown, `·` nothing said."""

    SECOND_CLICK_OPENS = True
    DEFAULT_CSS = """
    ContextList { height: auto; max-height: 8; }
    """
    BINDING_GROUP_TITLE = "the context keys"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "cycle", "Value/absent/unknown", id="context.cycle"),
        Binding("enter", "open", "Enter a value", id="context.edit"),
        Binding("a", "say('absent')", "Absent", show=False, id="context.absent"),
        Binding("u", "say('unknown')", "Unknown", show=False, id="context.unknown"),
        Binding("delete,backspace,x", "clear", "Say nothing", show=False, id="context.clear"),
    ]

    @dataclass
    class Edit(Message):
        """The user gives a value for a key, or for one that is not listed (`None`); `typed` is its first letter."""

        offer: ContextOffer | None
        typed: str = ""

    @dataclass
    class Stated(Message):
        """The user said something else about a key."""

    def __init__(self, fields: ContextFields) -> None:
        super().__init__()
        self._fields = fields

    @property
    def row_count(self) -> int:
        """One row a key, and one for a key that is not listed."""
        return len(self._fields.rows) + 1

    @property
    def cursor_offer(self) -> ContextOffer | None:
        """The key under the cursor; `None` in the last row."""
        rows = self._fields.rows
        return rows[self.cursor] if self.cursor < len(rows) else None

    def rows_changed(self) -> None:
        """Measure names and types too, and make room."""
        rows = self._fields.rows
        self._name_width = min(_WIDEST_NAME, max((cell_len(shown(row.name)) for row in rows), default=0))
        self._type_width = min(_WIDEST_TYPE, max((cell_len(shown(row.type_label)) for row in rows), default=0))
        super().rows_changed()
        self.refresh(layout=True)

    def on_mount(self) -> None:
        """Measure the first rows."""
        self.rows_changed()

    def row_text(self, index: int) -> str:
        """Give the row as it is drawn."""
        return "".join(piece.text for piece in self.row_pieces(index)[1])

    def row_pieces(self, index: int) -> tuple[Pieces, Pieces]:
        """Draw state, name, type and value."""
        muted = self.part_style("tone--muted")
        if index == len(self._fields.rows):
            return [], [Segment(f"+ {_OTHER}", muted)]
        offer = self._fields.rows[index]
        field = self._fields.of(offer.name)
        name = fitted(shown(offer.name), self._name_width)
        pieces: Pieces = [
            Segment("· " if field is None else f"{_SIGNS[field.state]} ", self.part_style("tone--accent")),
            Segment(f"{name}  ", None if offer.relevant or field else muted),
            Segment(f"{fitted(shown(offer.type_label), self._type_width)}  ", muted),
        ]
        if field is None:
            pieces.append(Segment(shown(offer.note), muted))
        elif field.state == "value":
            pieces.append(Segment(", ".join(shown(value) or '""' for value in field.values)))
        else:
            pieces.append(Segment(field.state, self.part_style("tone--warn")))
        return [], pieces

    def open_row(self, index: int) -> None:
        """Ask for the line that edits the key."""
        self.post_message(self.Edit(self._fields.rows[index] if index < len(self._fields.rows) else None))

    def on_key(self, event: events.Key) -> None:
        """Begin a value with the letter that is typed: no letter here is a command of the screen."""
        letter = event.character
        if letter is None or not letter.isalpha() or event.key in self._bindings.key_to_bindings:
            return
        event.stop()
        event.prevent_default()
        offer = self.cursor_offer
        self.post_message(self.Edit(offer, letter))

    def row_clicked(self, index: int, column: int, chain: int) -> None:
        """Cycle on the state sign; elsewhere move the cursor, then edit."""
        if column <= 1 and index < len(self._fields.rows):
            self.cursor = index
            self.action_cycle()
        else:
            super().row_clicked(index, column, chain)

    def action_cycle(self) -> None:
        """Go to the next state of the key under the cursor."""
        offer = self.cursor_offer
        if offer is not None:
            self._fields.cycle(offer)
            self._stated(offer.name)

    def action_say(self, state: ContextState) -> None:
        """Say that the key is absent or unknown."""
        offer = self.cursor_offer
        if offer is not None:
            self._fields.say(ContextField(offer.name, state))
            self._stated(offer.name)

    def action_clear(self) -> None:
        """Take back what was said about the key."""
        offer = self.cursor_offer
        if offer is not None and self._fields.of(offer.name) is not None:
            self._fields.clear(offer.name)
            self._stated(offer.name)

    def _stated(self, name: str) -> None:
        self.rows_changed()
        self.go_to_key(name)
        self.post_message(self.Stated())

    def go_to_key(self, name: str) -> None:
        """Put the cursor on a key, if it is listed; letter case aside."""
        rows = self._fields.rows
        wanted = name.casefold()
        self.cursor = next((place for place, row in enumerate(rows) if row.name.casefold() == wanted), self.cursor)


class ContextEditor(Vertical):
    """The list of keys, and under it the line that edits one while it is edited."""

    DEFAULT_CSS = """
    ContextEditor {
        height: auto;
        Horizontal { height: 1; display: none; background: $panel; }
        PlainText { width: auto; max-width: 50%; padding: 0 1; color: $text-accent; }
        &.-editing Horizontal { display: block; }
    }
    """
    BINDING_GROUP_TITLE = "the context keys"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave(False)", "Undo the edit", id="context.cancel"),
    ]

    keys = getters.query_one(ContextList)
    _label = getters.query_one(PlainText)
    _line = getters.query_one(LineInput)

    @dataclass
    class Changed(Message):
        """What is said about the context changed."""

    def __init__(self) -> None:
        super().__init__()
        self.context = ContextFields()
        self._edited: ContextOffer | None = None
        self._before: ContextField | None = None

    def compose(self) -> ComposeResult:
        """Lay out the list and the line."""
        yield ContextList(self.context)
        with Horizontal():
            yield PlainText()
            yield LineInput()

    def fill(self, fields: tuple[ContextField, ...]) -> None:
        """Replace all that was said; posts nothing."""
        self.context.fill(fields)
        self._show()

    def offer(self, offers: tuple[ContextOffer, ...]) -> None:
        """Offer other keys; the cursor stays on its key, what was said stays too."""
        self.context.offer(offers)
        self._show()

    def _show(self) -> None:
        here = self.keys.cursor_offer
        self.keys.rows_changed()
        if here is not None:
            self.keys.go_to_key(here.name)

    @on(ContextList.Edit)
    def _edit(self, event: ContextList.Edit) -> None:
        event.stop()
        self._edited = event.offer
        if event.offer is None:
            self._label.update(Text("name = value"))
            self._line.put("")
        else:
            self._before = self.context.of(event.offer.name)
            commas = ", between commas" if event.offer.multivalued else ""
            self._label.update(Text(f"{fitted(shown(event.offer.name), _WIDEST_NAME).rstrip()}{commas} ="))
            self._line.put(self.context.line_of(event.offer))
        self.add_class("-editing")
        self._line.focus()
        if event.typed:
            self._begin(event.typed)

    def _begin(self, typed: str) -> None:
        """Put the first letter of a value into the line, whole where only one value begins so."""
        values = () if self._edited is None else self._edited.values
        fitting = [value for value in values if value.startswith(typed.lower())]
        self._line.put(fitting[0] if len(fitting) == 1 else typed)
        if self._edited is not None:
            self._say(self._edited, self._line.true_value)
        if fitting:
            self._line.selection = Selection(1, len(self._line.value))

    @on(ContextList.Stated)
    def _stated(self, event: ContextList.Stated) -> None:
        event.stop()
        self.post_message(self.Changed())

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self._edited is not None and self._line.has_focus:
            self._say(self._edited, self._line.true_value)

    def _say(self, offer: ContextOffer, line: str) -> None:
        values = values_of(line, multivalued=offer.multivalued)
        if values:
            self.context.say(ContextField(offer.name, "value", values))
        else:
            self.context.clear(offer.name)
        self._show()
        self.post_message(self.Changed())

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        name, equals, value = self._line.value.partition("=")
        if self._edited is None and name.strip():
            offer = self.context.describe(name.strip())
            if equals:
                self._say(offer, value.strip() or '""')
            else:
                self.context.say(ContextField(offer.name, "absent"))
                self._show()
                self.post_message(self.Changed())
            self.keys.go_to_key(offer.name)
        self.action_leave(kept=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave Escape to others while nothing is edited."""
        return self.has_class("-editing") if action == "leave" else True

    def action_leave(self, kept: bool) -> None:  # noqa: FBT001 - named by the binding
        """Close the line; what the key was before comes back unless the edit is kept."""
        edited, self._edited = self._edited, None
        self.remove_class("-editing")
        self.keys.focus()
        if kept or edited is None or self.context.of(edited.name) == self._before:
            return
        if self._before is None:
            self.context.clear(edited.name)
        else:
            self.context.say(self._before)
        self._show()
        self.post_message(self.Changed())
