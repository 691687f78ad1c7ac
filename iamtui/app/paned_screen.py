"""A screen of panes: side by side where there is room, else one at a time; focused, maximised and resized by key."""

from __future__ import annotations

from typing import ClassVar

from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.geometry import clamp
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import Footer

from iamtui.app.explorer import Explorer
from iamtui.app.pane import Pane
from iamtui.app.pane_strip import PaneStrip
from iamtui.app.simulation import SimulationPane
from iamtui.app.status_line import StatusLine
from iamtui.app.subject import SubjectPane
from iamtui.widgets.banner import Banner

PANES = (("explorer", "Explorer"), ("subject", "Subject"), ("simulation", "Simulate"))


class PanedScreen(Screen[None]):
    """Explorer left, subject right above, simulation right below. The sizes are in `app.tcss`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(str(number), f"front('{pane}')", f"To {title}", show=False, id=f"pane.{pane}")
            for number, (pane, title) in enumerate(PANES, start=1)
        ),
        Binding("z", "maximise", "Maximise", id="pane.maximise"),
        Binding("less_than_sign", "widen(-5)", "Explorer narrower", show=False, id="pane.narrower"),
        Binding("greater_than_sign", "widen(5)", "Explorer wider", show=False, id="pane.wider"),
        Binding("plus", "heighten(5)", "Subject taller", show=False, id="pane.taller"),
        Binding("minus", "heighten(-5)", "Subject shorter", show=False, id="pane.shorter"),
        Binding("escape", "step_back", "Back out", show=False, id="pane.out"),
    ]

    front: reactive[str] = reactive("explorer")
    """The pane in front: that which has, or had last, the focus."""
    maximised: reactive[bool] = reactive(default=False)
    """Whether only the pane in front is shown."""
    explorer_share: reactive[int] = reactive(36)
    """Width of the explorer, in percent of the screen."""
    subject_share: reactive[int] = reactive(45)
    """Height of the subject pane, in percent of the right side."""

    status = getters.query_one(StatusLine)
    banner = getters.query_one(Banner)
    explorer = getters.query_one("#explorer", Explorer)
    subject = getters.query_one("#subject", SubjectPane)
    simulation = getters.query_one("#simulation", SimulationPane)

    def compose(self) -> ComposeResult:
        """Status, banner, panes, footer."""
        yield StatusLine()
        yield Banner()
        yield PaneStrip(PANES)
        with Horizontal(id="panes"):
            yield Explorer(id="explorer")
            with Vertical(id="right"):
                yield SubjectPane(id="subject")
                yield SimulationPane(id="simulation")
        yield Footer()

    def on_mount(self) -> None:
        """Name the panes in their frames."""
        for number, (pane, title) in enumerate(PANES, start=1):
            self.query_one(f"#{pane}").border_title = f"{number} {title}"

    @property
    def front_pane(self) -> Pane:
        """The pane in front."""
        return self.query_one(f"#{self.front}", Pane)

    def bring_to_front(self, pane: str) -> None:
        """Show a pane, wherever there is room for one only, and focus it."""
        self.front = pane
        self.front_pane.focus()

    def watch_front(self, old: str, new: str) -> None:
        """Tell the style sheet and the strip."""
        self.remove_class(f"-front-{old}")
        self.add_class(f"-front-{new}")
        if self.is_mounted:
            self.query_one(PaneStrip).front = new

    def watch_maximised(self, maximised: bool) -> None:  # noqa: FBT001 - Textual's signature
        """Tell the style sheet."""
        self.set_class(maximised, "-maximised")

    def watch_explorer_share(self, share: int) -> None:
        """Set the width."""
        if self.is_mounted:
            self.explorer.styles.width = f"{share}%"

    def watch_subject_share(self, share: int) -> None:
        """Set the height."""
        if self.is_mounted:
            self.subject.styles.height = f"{share}%"

    @on(events.DescendantFocus)
    def _focus_moved(self, event: events.DescendantFocus) -> None:
        for node in event.widget.ancestors_with_self:
            if isinstance(node, Pane) and node.id is not None:
                self.front = node.id

    @on(PaneStrip.Chosen)
    def _chosen(self, event: PaneStrip.Chosen) -> None:
        self.bring_to_front(event.pane)

    def action_front(self, pane: str) -> None:
        """Go to a pane."""
        self.bring_to_front(pane)

    def action_maximise(self) -> None:
        """Show the pane in front alone, or all panes again."""
        self.maximised = not self.maximised

    def action_widen(self, percent: int) -> None:
        """Give the explorer more or less of the width."""
        self.explorer_share = clamp(self.explorer_share + percent, 15, 75)

    def action_heighten(self, percent: int) -> None:
        """Give the subject pane more or less of the height."""
        self.subject_share = clamp(self.subject_share + percent, 15, 80)

    def action_step_back(self) -> None:
        """One step out: end the filter, show all panes, go to the pane before."""
        if self.front == "explorer" and self.explorer.clear_filter():
            return
        if self.maximised:
            self.maximised = False
            return
        order = [pane for pane, _ in PANES]
        self.bring_to_front(order[max(0, order.index(self.front) - 1)])
