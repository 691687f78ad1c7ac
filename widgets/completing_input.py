"""An input with a list of completions under it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input

from iamtui.content.requests import Completer, Suggestion
from iamtui.widgets.line_cursor import LineCursor
from iamtui.widgets.line_input import LineInput
from iamtui.widgets.pieces import Pieces
from iamtui.widgets.text import shown


class SuggestionList(LineCursor, can_focus=False):
    """The completions; none is picked until the user moves into the list."""

    DEFAULT_CSS = """
    SuggestionList {
        display: none;
        height: auto;
        max-height: 8;
        overlay: screen;
        constrain: none inflect;
        background: $panel;
        &.-open { display: block; }
    }
    """

    @dataclass
    class Clicked(Message):
        """The user clicked on a suggestion."""

        suggestion: Suggestion

    def __init__(self) -> None:
        super().__init__()
        self._suggestions: Sequence[Suggestion] = ()
        self.is_picking = False

    def offer(self, suggestions: Sequence[Suggestion]) -> None:
        """Show these, or hide if there are none."""
        self._suggestions = suggestions
        self.is_picking = False
        self.cursor = 0
        self.rows_changed()
        self.scroll_home(animate=False)
        self.set_class(bool(suggestions), "-open")

    @property
    def is_open(self) -> bool:
        """Whether there is something to choose from."""
        return bool(self._suggestions)

    @property
    def picked(self) -> Suggestion | None:
        """The suggestion that the user moved to, if any."""
        return self._suggestions[self.cursor] if self.is_picking and self._suggestions else None

    def step(self, step: int) -> None:
        """Move into the list or along it; up from its first row leaves it."""
        if not self.is_picking:
            self.is_picking = step > 0
        elif step < 0 and self.cursor == 0:
            self.is_picking = False
        else:
            self.action_move(step)
        self.refresh()

    @property
    def row_count(self) -> int:
        """How many suggestions there are."""
        return len(self._suggestions)

    def row_pieces(self, index: int) -> tuple[Pieces, Pieces]:
        """Draw value and detail."""
        suggestion = self._suggestions[index]
        detail = Segment(shown(suggestion.detail), self.part_style("tone--muted"))
        return [], [Segment(shown(suggestion.value)), Segment("  "), detail]

    def cursor_style(self, index: int) -> Style | None:
        """Show the cursor only while the user picks."""
        if not self.is_picking or index != self.cursor:
            return None
        return self.part_style("line-cursor--cursor")

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take a suggestion at once: by the time of the click the input may have lost the focus."""
        offset = event.get_content_offset(self)
        index = self.row_count if offset is None else offset.y + self.scroll_offset.y
        if index < self.row_count:
            event.stop()
            self.post_message(self.Clicked(self._suggestions[index]))


class CompletingInput(Vertical):
    """A line that offers completions as one types: down and up pick, Enter or Tab takes, Escape closes the list.

    What was typed is never changed unless a completion was picked.
    """

    DEFAULT_CSS = """
    CompletingInput { width: 1fr; height: 1; }
    """
    BINDING_GROUP_TITLE = "the field"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "step(1)", "Completions", id="completion.next"),
        Binding("up", "step(-1)", "Previous completion", show=False, id="completion.previous"),
        Binding("tab", "take", "Complete", id="completion.take"),
        Binding("escape", "close", "Close the list", id="completion.close"),
    ]

    complete: Completer
    """The owner's source of completions."""

    line = getters.query_one(LineInput)
    suggestions = getters.query_one(SuggestionList)

    @dataclass
    class Edited(Message):
        """The text changed by the user's hand."""

        input: CompletingInput

    @dataclass
    class Entered(Message):
        """Enter was pressed without a picked completion."""

        input: CompletingInput

    def __init__(
        self,
        placeholder: str = "",
        *,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(id=id)
        self._placeholder = placeholder
        self.complete = lambda prefix: ()

    def compose(self) -> ComposeResult:
        """Lay out the line and its list."""
        yield LineInput(placeholder=self._placeholder)
        yield SuggestionList()

    @property
    def value(self) -> str:
        """What the line stands for."""
        return self.line.true_value

    def put(self, value: str) -> None:
        """Fill in a value; posts nothing and closes the list."""
        self.line.put(value)
        self.suggestions.offer(())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave Tab and Escape to others while there is no list, or nothing picked in it."""
        if action == "take":
            return self.suggestions.picked is not None
        if action == "close":
            return self.suggestions.is_open
        return True

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.suggestions.offer(self._useful(event.value) if self.line.has_focus else ())
        self.post_message(self.Edited(self))

    def _useful(self, typed: str) -> Sequence[Suggestion]:
        """Complete, but do not offer only what stands there already."""
        found = self.complete(typed)
        return () if len(found) == 1 and found[0].value == typed else found

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        if self.suggestions.picked is not None:
            self.action_take()
        else:
            self.suggestions.offer(())
            self.post_message(self.Entered(self))

    @on(Input.Blurred)
    def _left(self) -> None:
        self.suggestions.offer(())

    @on(SuggestionList.Clicked)
    def _clicked(self, event: SuggestionList.Clicked) -> None:
        event.stop()
        self._take(event.suggestion)

    def action_step(self, step: int) -> None:
        """Move in the list; down opens it."""
        if self.suggestions.is_open:
            self.suggestions.step(step)
        elif step > 0:
            self.suggestions.offer(self.complete(self.line.value))

    def action_take(self) -> None:
        """Fill in the picked completion."""
        picked = self.suggestions.picked
        if picked is not None:
            self._take(picked)

    def action_close(self) -> None:
        """Close the list and keep what was typed."""
        self.suggestions.offer(())

    def _take(self, suggestion: Suggestion) -> None:
        """Fill in a value; one that ends with a colon is half a name, and its completions follow."""
        self.put(suggestion.value)
        self.line.focus()
        if suggestion.value.endswith(":"):
            self.suggestions.offer(self.complete(suggestion.value))
        self.post_message(self.Edited(self))
