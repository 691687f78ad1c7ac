"""The trace of one step of a path (EP60)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from iamtui.app.screens.lines_screen import LinesScreen
from iamtui.browsing.copies import Copy, request_copies

if TYPE_CHECKING:  # the first frame does not wait
    from iamtui.browsing.queries.paths import StepTrace


class StepScreen(LinesScreen):
    """The trace of one step, in the picture that the steps before it leave; `simulates` if the user goes on to it."""

    HELP: ClassVar[str] = """\
# A step of a path
The request of the step as every layer decides it. ≠ above says what the steps before it have changed: the trace is of
that picture, not of the export as it is. `s` shows the request in the simulation pane, over the same picture.
"""
    BINDINGS: ClassVar[list[BindingType]] = [Binding("s", "simulate", "Simulate", id="paths.simulate")]

    def __init__(self, trace: StepTrace) -> None:
        """Show `trace`."""
        super().__init__(trace.heading, trace.lines, footer="Escape returns to the step, s simulates it")
        self._trace = trace
        self.simulates = False

    def copies_here(self) -> Sequence[Copy]:
        """A statement, and the command that decides the step where no other step is assumed."""
        asked = () if self._trace.assumed else request_copies(self._trace.fields, self.opened)
        return (*super().copies_here(), *asked)

    def action_simulate(self) -> None:
        """Leave for the simulation pane."""
        self.simulates = True
        self.dismiss(None)
