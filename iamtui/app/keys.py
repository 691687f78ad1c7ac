"""Which keys a user may set: the ids of all bindings of the app, its screens and its widgets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen

from iamtui.app.panes.explorer import Explorer
from iamtui.app.panes.pane import Pane
from iamtui.app.panes.simulation import SimulationPane
from iamtui.app.panes.subject import SubjectPane
from iamtui.app.screens.board_screen import BoardScreen
from iamtui.app.screens.can_screen import CanScreen
from iamtui.app.screens.changes_screen import ChangesScreen
from iamtui.app.screens.edit_screen import EditScreen
from iamtui.app.screens.event_screen import EventScreen
from iamtui.app.screens.findings_screen import FindingsScreen
from iamtui.app.screens.key_screen import KeyScreen
from iamtui.app.screens.list_screen import ListScreen
from iamtui.app.screens.mute_dialog import MuteDialog
from iamtui.app.screens.paths_screen import PathsScreen
from iamtui.app.screens.save_dialog import SaveDialog
from iamtui.app.screens.step_screen import StepScreen
from iamtui.app.screens.timeline_screen import TimelineScreen
from iamtui.app.screens.what_if_screen import WhatIfScreen
from iamtui.app.screens.who_can_screen import WhoCanScreen
from iamtui.app.workbench.panes import Panes
from iamtui.app.workbench.screen import Workbench
from iamtui.widgets.completing_input import CompletingInput
from iamtui.widgets.context_list import ContextEditor, ContextList
from iamtui.widgets.diff_view import DiffView
from iamtui.widgets.document_view import DocumentView
from iamtui.widgets.facts import Facts
from iamtui.widgets.filter_box import FilterBox
from iamtui.widgets.histogram_bar import HistogramBar
from iamtui.widgets.matrix_view import MatrixView
from iamtui.widgets.request_form import RequestForm
from iamtui.widgets.search_box import SearchBox
from iamtui.widgets.tree_list import TreeList

_HOLDERS: tuple[type[DOMNode], ...] = (
    Workbench,
    Panes,
    Explorer,
    SubjectPane,
    SimulationPane,
    ListScreen,
    TimelineScreen,
    EventScreen,
    EditScreen,
    WhatIfScreen,
    CanScreen,
    WhoCanScreen,
    FindingsScreen,
    PathsScreen,
    StepScreen,
    MuteDialog,
    ChangesScreen,
    BoardScreen,
    KeyScreen,
    SaveDialog,
    TreeList,
    MatrixView,
    Facts,
    DocumentView,
    DiffView,
    FilterBox,
    HistogramBar,
    SearchBox,
    RequestForm,
    CompletingInput,
    ContextEditor,
    ContextList,
)


def bindings(*more: type[DOMNode]) -> Iterator[tuple[type[DOMNode], Binding]]:
    """Every binding with the class that has it, once, those of the classes in `more` first."""
    classes = {base: None for holder in (*more, *_HOLDERS) for base in holder.__mro__ if issubclass(base, DOMNode)}
    for holder in classes:
        for binding in vars(holder).get("BINDINGS", ()):
            if isinstance(binding, Binding) and binding.id:
                yield holder, binding


def binding_ids(*more: type[DOMNode]) -> frozenset[str]:
    """The ids of all bindings, those of the classes in `more` included."""
    return frozenset(binding.id for _, binding in bindings(*more) if binding.id)


def clashes(keys: Mapping[str, str], *more: type[DOMNode]) -> list[str]:
    """What a key that the user set means besides, where both count at once, and which of the two wins."""
    effective = {id_: set(key.split(",")) for id_, key in keys.items()}
    found = list(bindings(*more))
    said: dict[str, None] = {}
    for holder, binding in found:
        own = effective.get(binding.id or "", set()) - set(binding.key.split(","))
        for other_holder, other in found:
            shared = own & effective.get(other.id or "", set(other.key.split(",")))
            if not shared or other.id == binding.id or other.action == binding.action:
                continue
            if _meet(holder, other_holder):
                wins = binding.id if _distance(holder) <= _distance(other_holder) else other.id
                said[f"{', '.join(sorted(shared))} is {binding.id} and {other.id}, {wins} wins"] = None
    return list(said)


def _distance(holder: type[DOMNode]) -> int:
    """How far from the focus: the nearer of two bindings wins, and of two at one place the one that was set."""
    ranks: tuple[type[DOMNode], ...] = (App, Screen, Panes, Pane)
    return next((len(ranks) - rank for rank, kind in enumerate(ranks) if issubclass(holder, kind)), 0)


def _meet(one: type[DOMNode], other: type[DOMNode]) -> bool:
    """Whether two parts of the app can have the focus within them at once."""
    if _distance(one) == _distance(other):
        return issubclass(one, other) or issubclass(other, one)
    screens = [part for part in (one, other) if issubclass(part, Screen) and not issubclass(part, Workbench)]
    return not screens or not any(issubclass(part, Panes | Pane) for part in (one, other))
