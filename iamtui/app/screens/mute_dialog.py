"""Asks why a finding is accepted, and until when (FI6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from iamtui.app.screens.leaving import LeavesFromTop
from iamtui.widgets.key_bar import KeyBar
from iamtui.widgets.line_input import LineInput
from iamtui.widgets.plain_text import PlainText
from iamtui.widgets.text import shown


@dataclass(frozen=True, slots=True)
class Accepted:
    """Why a finding is accepted, and the last day on which it is."""

    reason: str
    until: str


class MuteDialog(LeavesFromTop, ModalScreen[Accepted | None]):
    """A reason and a date; both are asked for until they are there."""

    HELP: ClassVar[str] = """\
# Mute a finding
A muted finding is accepted: it stays in the list with reason and day, but no badge counts it until the day has passed.
Mutes are kept in a file that you name once; `iamtui findings --mutes` takes it too. `tab` goes on to the day, `enter`
mutes.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel", id="mute.cancel"),
        Binding("f1", "app.toggle_help", "Help", id="mute.help"),
    ]

    def __init__(self, what: str, until: str, refusal: Callable[[Accepted], str]) -> None:
        """Mute `what`, until the day `until` unless another is given; `refusal` says what is wrong with an answer."""
        super().__init__()
        self._what = what
        self._until = until
        self._refusal = refusal

    def compose(self) -> ComposeResult:
        """What is muted, the two inputs, help."""
        with Vertical(classes="dialog"):
            yield PlainText(f"Mute {self._what}", classes="dialog--heading")
            yield PlainText("Why is it accepted?", classes="dialog--help")
            yield LineInput(id="mute-reason")
            yield PlainText("Until which day? (year-month-day)", classes="dialog--help")
            yield LineInput(id="mute-until")
            yield PlainText("Enter mutes, Tab goes to the date, Escape cancels", id="mute-help", classes="dialog--help")
        yield KeyBar()

    def on_mount(self) -> None:
        """Begin with the reason."""
        self.query_one("#mute-until", LineInput).put(self._until)
        self.query_one("#mute-reason", LineInput).focus()

    @on(LineInput.Submitted)
    def _entered(self, event: LineInput.Submitted) -> None:
        event.stop()
        reason, until = (self.query_one(f"#mute-{name}", LineInput).value for name in ("reason", "until"))
        accepted = Accepted(reason, until)
        refusal = self._refusal(accepted)
        if refusal:
            self.query_one("#mute-help", PlainText).update(Text(shown(refusal), style="bold"))
        else:
            self.dismiss(accepted)
