"""A screen of panes: side by side where there is room, else one at a time; focused, maximised and resized by key."""

from __future__ import annotations

from typing import ClassVar

from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.geometry import Size, clamp
from textual.reactive import reactive
from textual.screen import Screen

from iamtui.app.panes.explorer import Explorer
from iamtui.app.panes.pane import Pane
from iamtui.app.panes.simulation import SimulationPane
from iamtui.app.panes.subject import SubjectPane
from iamtui.app.workbench.status_line import StatusLine
from iamtui.widgets.banner import Banner
from iamtui.widgets.key_bar import KeyBar
from iamtui.widgets.tab_strip import TabStrip

PANES = (("explorer", "Explorer"), ("subject", "Subject"), ("simulation", "Simulate"))


WIDE, TALL = 120, 45
"""Columns from which on the panes stand side by side, and lines from which on there is room to spare."""


class PanedScreen(Screen[None]):
    """Explorer left, subject right above, simulation right below; one of them where there is no room."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012 - so declared by Textual
    VERTICAL_BREAKPOINTS = [(0, "-short"), (TALL, "-tall")]  # noqa: RUF012 - so declared by Textual
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

    _strip = getters.query_one("#strip", TabStrip)
    status = getters.query_one(StatusLine)
    banner = getters.query_one(Banner)
    explorer = getters.query_one("#explorer", Explorer)
    subject = getters.query_one("#subject", SubjectPane)
    simulation = getters.query_one("#simulation", SimulationPane)

    def compose(self) -> ComposeResult:
        """Status, banner, panes, footer."""
        yield StatusLine()
        yield Banner()
        yield TabStrip(tuple((pane, f"{number} {title}") for number, (pane, title) in enumerate(PANES, 1)), id="strip")
        with Horizontal(id="panes"):
            yield Explorer(id="explorer")
            with Vertical(id="right"):
                yield SubjectPane(id="subject")
                yield SimulationPane(id="simulation")
        yield KeyBar()

    def on_mount(self) -> None:
        """Name the panes in their frames, and place them before they are drawn."""
        self._note_size(self.app.size, update=False)  # all is styled after this
        for number, (pane, title) in enumerate(PANES, start=1):
            self.query_one(f"#{pane}").border_title = f"{number} {title}"
        self._arrange()

    @property
    def front_pane(self) -> Pane:
        """The pane in front."""
        return self.query_one(f"#{self.front}", Pane)

    def bring_to_front(self, pane: str) -> None:
        """Show a pane, wherever there is room for one only, and focus it."""
        self.front = pane
        self.front_pane.focus()

    def watch_front(self) -> None:
        """Mark the pane in front, and show it if only one is shown."""
        self._arrange()

    def watch_maximised(self) -> None:
        """Show one pane, or all."""
        self._arrange()

    def watch_explorer_share(self) -> None:
        """Set the width."""
        self._arrange()

    def watch_subject_share(self) -> None:
        """Set the height."""
        self._arrange()

    @on(events.Resize)
    def _resized(self, event: events.Resize) -> None:
        self._note_size(event.size, update=True)
        self._arrange()

    def _note_size(self, size: Size, *, update: bool) -> None:
        """Set the classes of the size at once: Textual does so only after a frame that has the wrong ones."""
        is_narrow, is_short = size.width < WIDE, size.height < TALL
        classes = {"-narrow": is_narrow, "-wide": not is_narrow, "-short": is_short, "-tall": not is_short}
        self.update_classes(classes, update=update, animate=False)
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to maximise only where there is more than one pane to be seen."""
        return action != "maximise" or not self.has_class("-narrow")

    def _arrange(self) -> None:
        """Place the panes. By inline styles: a class on the screen would style every widget anew at each step."""
        if not self.is_mounted:
            return
        alone = self.maximised or self.has_class("-narrow")
        for pane, _ in PANES:
            widget = self.query_one(f"#{pane}", Pane)
            widget.display = pane == self.front or not alone
            widget.frame(is_front=pane == self.front)
        self.query_one("#right").display = not alone or self.front != "explorer"
        self.explorer.styles.width = "1fr" if alone else f"{self.explorer_share}%"
        self.subject.styles.height = "1fr" if alone else f"{self.subject_share}%"
        self._strip.display = alone
        self._strip.front = self.front

    @on(events.DescendantFocus)
    def _focus_moved(self, event: events.DescendantFocus) -> None:
        for node in event.widget.ancestors_with_self:
            if isinstance(node, Pane) and node.id is not None:
                self.front = node.id

    @on(TabStrip.Chosen, "#strip")
    def _chosen(self, event: TabStrip.Chosen) -> None:
        self.bring_to_front(event.key)

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
        if self.maximised and not self.has_class("-narrow"):
            self.maximised = False
            return
        order = [pane for pane, _ in PANES]
        self.bring_to_front(order[max(0, order.index(self.front) - 1)])
