"""The panes of the workbench: side by side where there is room, else one at a time; maximised and resized by key."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.geometry import clamp
from textual.reactive import reactive

from iamtui.app.handed import Handed
from iamtui.app.panes.explorer import Explorer
from iamtui.app.panes.pane import Pane
from iamtui.app.panes.simulation import SimulationPane
from iamtui.app.panes.subject import SubjectPane
from iamtui.app.panes.tabs import DocumentTab, SubjectTab, TrustTab
from iamtui.app.workbench.pin_desk import PinDesk
from iamtui.app.workbench.query_desk import QueryDesk
from iamtui.app.workbench.trail_desk import TrailDesk
from iamtui.browsing.links import key_of_policy
from iamtui.browsing.navigation import Place, Visits
from iamtui.browsing.subjects import Subject, find_subject
from iamtui.browsing.workspace import Workspace
from iamtui.reports.lines import StatementRef
from iamtui.snapshot.model import Role
from iamtui.widgets.tab_strip import TabStrip

PANES = (("explorer", "Explorer"), ("subject", "Subject"), ("simulation", "Simulate"))


class Panes(Vertical):
    """Explorer left, subject right above, simulation right below; one of them where there is no room."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(str(number), f"front('{pane}')", f"To {title}", show=False, id=f"pane.{pane}")
            for number, (pane, title) in enumerate(PANES, start=1)
        ),
        Binding("s", "screen.simulate", "Simulate", id="app.simulate"),
        Binding("w", "who_can", "Who can", id="app.who-can"),
        Binding("c", "can", "Can do", id="app.can"),
        Binding("m", "matrix", "Matrix", id="app.matrix"),
        Binding("a", "paths", "Paths to administrators", show=False, id="app.paths"),
        Binding("L", "timeline", "Timeline of events", show=False, id="app.timeline"),
        Binding("p", "pin", "Pin", show=False, id="app.pin"),
        Binding("P", "pins", "Pins", show=False, id="app.pins"),
        Binding("A", "activity", "Activity of the selected", show=False, id="app.activity"),
        Binding("z", "maximise", "Maximise", id="pane.maximise"),
        Binding("less_than_sign", "widen(-5)", "Explorer narrower", show=False, id="pane.narrower"),
        Binding("greater_than_sign", "widen(5)", "Explorer wider", show=False, id="pane.wider"),
        Binding("plus", "heighten(5)", "Subject taller", show=False, id="pane.taller"),
        Binding("alt+left,left_square_bracket", "go(-1)", "Back", show=False, id="app.back"),
        Binding("alt+right,right_square_bracket", "go(1)", "Forward", show=False, id="app.forward"),
        Binding("minus", "heighten(-5)", "Subject shorter", show=False, id="pane.shorter"),
    ]

    workspace: reactive[Workspace | None] = reactive[Workspace | None](None, always_update=True)
    """What the panes show."""
    front: reactive[str] = reactive("explorer")
    """The pane in front: that which has, or had last, the focus."""
    is_narrow: reactive[bool] = reactive(default=False)
    """Whether there is room for one pane only."""
    maximised: reactive[bool] = reactive(default=False)
    """Whether only the pane in front is shown."""
    explorer_share: reactive[int] = reactive(36)
    """Width of the explorer, in percent of the screen."""
    subject_share: reactive[int] = reactive(45)
    """Height of the subject pane, in percent of the right side."""

    _strip = getters.query_one("#strip", TabStrip)
    explorer = getters.query_one("#explorer", Explorer)
    subject = getters.query_one("#subject", SubjectPane)
    simulation = getters.query_one("#simulation", SimulationPane)

    def __init__(self, paths: tuple[Path, ...]) -> None:
        """`paths` is what was opened."""
        super().__init__()
        self._paths = paths
        self._visits = Visits()

    def compose(self) -> ComposeResult:
        """A strip with the names of the panes, and the panes."""
        yield TabStrip(tuple((pane, f"{number} {title}") for number, (pane, title) in enumerate(PANES, 1)), id="strip")
        with Horizontal(id="panes"):
            yield Explorer(id="explorer")
            with Vertical(id="right"):
                yield SubjectPane(id="subject")
                yield SimulationPane(id="simulation")
        yield QueryDesk()
        yield TrailDesk(self._paths)
        yield PinDesk()

    def on_mount(self) -> None:
        """Name the panes in their frames, and place them before they are drawn."""
        for number, (pane, title) in enumerate(PANES, start=1):
            widget = self.query_one(f"#{pane}", Pane)
            widget.border_title = f"{number} {title}"
            widget.opened = self._paths
        self._arrange()

    @property
    def front_pane(self) -> Pane:
        """The pane in front."""
        return self.query_one(f"#{self.front}", Pane)

    def bring_to_front(self, pane: str) -> None:
        """Show a pane, wherever there is room for one only, and focus it."""
        self.front = pane
        self.front_pane.focus()

    def watch_workspace(self, workspace: Workspace | None) -> None:
        """Hand the workspace to every pane."""
        if workspace is not None:
            self.explorer.workspace = workspace
            self.subject.workspace = workspace
            self.simulation.workspace = workspace
            self.query_one(QueryDesk).set_snapshot(workspace.snapshot)
            self.query_one(TrailDesk).set_snapshot(workspace.snapshot)

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

    def watch_is_narrow(self) -> None:
        """Show one pane, or all."""
        self._arrange()
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to maximise only where there is more than one pane to be seen."""
        return action != "maximise" or not self.is_narrow

    def _arrange(self) -> None:
        """Place the panes. By inline styles: a class on the screen would style every widget anew at each step."""
        if not self.children:  # not composed yet
            return
        alone = self.maximised or self.is_narrow
        for pane, _ in PANES:
            widget = self.query_one(f"#{pane}", Pane)
            widget.display = pane == self.front or not alone
            widget.frame(is_front=pane == self.front)
        self.query_one("#right").display = not alone or self.front != "explorer"
        self.explorer.styles.width = "1fr" if alone else f"{self.explorer_share}%"
        self.subject.styles.height = "1fr" if alone else f"{self.subject_share}%"
        self._strip.display = alone
        self._strip.front = self.front

    @on(Explorer.Passed)
    def _passed(self, event: Explorer.Passed) -> None:
        current = self._visits.current
        if current is None or event.key != current.key:
            self._go_to(Place(event.key), passing=True)

    @on(Explorer.Opened)
    def _opened(self, event: Explorer.Opened) -> None:
        self._go_to(Place(event.key))
        self.bring_to_front("subject")

    @on(SubjectTab.Followed)
    def _followed(self, event: SubjectTab.Followed) -> None:
        self.go_to(event.key, event.statement)

    def go_to(self, key: str, statement: int | None = None) -> None:
        """Show a subject, at a statement of its document if one is given."""
        if self.workspace is None:
            return
        subject = find_subject(self.workspace.snapshot, key)
        tab = "" if statement is None else TrustTab.key() if isinstance(subject, Role) else DocumentTab.key()
        self._go_to(Place(key, tab, statement))
        self.bring_to_front("subject")

    def _go_to(self, place: Place, *, passing: bool = False) -> None:
        self._visits.visit(place, passing=passing)
        self.subject.place = place
        if not passing:
            self.explorer.reveal(place.key)

    def action_go(self, step: int) -> None:
        """Go back or forward."""
        place = self._visits.step(step)
        if place is None:
            self.notify("that is the last place" if step > 0 else "that is the first place", markup=False, timeout=2)
            return
        self.subject.place = place
        self.explorer.reveal(place.key)

    @on(SimulationPane.StatementOpened)
    def _statement_opened(self, event: SimulationPane.StatementOpened) -> None:
        self.open_statement(event.statement)

    def open_statement(self, statement: StatementRef) -> None:
        """Open the policy of a statement of a trace at the statement."""
        key = None if self.workspace is None else key_of_policy(self.workspace.snapshot, statement)
        if key is None:
            self.notify("this policy is no part of the export", severity="warning", markup=False, timeout=3)
        else:
            self.go_to(key, statement.index)

    @property
    def selected(self) -> Subject | None:
        """The subject under the cursor of the explorer, or that of the subject pane where another pane is in front."""
        if self.front == "explorer":
            key = self.explorer.subject
        else:
            key = None if self._visits.current is None else self._visits.current.key
        return None if key is None or self.workspace is None else find_subject(self.workspace.snapshot, key)

    def action_who_can(self) -> None:
        """Ask who can do what is under the cursor, what the form holds, or something on what is selected."""
        if self.workspace is not None:
            subject = self.selected if self.front != "simulation" else None
            tab = self.subject.tab if self.front == "subject" else None
            self.query_one(QueryDesk).who_can(self.workspace.snapshot, subject, self.simulation.form.fields, tab)

    def action_can(self) -> None:
        """Ask what the selected principal or group can do."""
        if self.workspace is not None:
            self.query_one(QueryDesk).can(self.workspace.snapshot, self.selected)

    def action_matrix(self) -> None:
        """Show who can do how much in which service."""
        if self.workspace is not None:
            self.query_one(QueryDesk).matrix(Handed(self.workspace.snapshot))

    def action_paths(self) -> None:
        """Show who can become an administrator, or read the selected resource."""
        if self.workspace is not None:
            self.query_one(QueryDesk).paths(Handed(self.workspace.snapshot), self.selected)

    def action_timeline(self) -> None:
        """Show what was recorded."""
        self.query_one(TrailDesk).timeline()

    def action_activity(self) -> None:
        """Show what the selected principal did, or what was done to anything else that is selected."""
        self.query_one(TrailDesk).activity(self.selected)

    @on(TrailDesk.StatementChosen)
    def _statement_of_event(self, event: TrailDesk.StatementChosen) -> None:
        self.open_statement(event.statement)

    def action_pin(self) -> None:
        """Keep the decision on the screen, and watch it."""
        self.query_one(PinDesk).pin(self.simulation.decision)

    def action_pins(self) -> None:
        """List what is pinned."""
        self.query_one(PinDesk).list_pins()

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

    def step_back(self) -> None:
        """One step out: end the filter, show all panes, go to the pane before."""
        if self.front == "explorer" and self.explorer.clear_filter():
            return
        if self.maximised and not self.is_narrow:
            self.maximised = False
            return
        order = [pane for pane, _ in PANES]
        self.bring_to_front(order[max(0, order.index(self.front) - 1)])
