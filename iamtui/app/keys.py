"""Which keys a user may set: the ids of all bindings of the app, its screens and its widgets."""

from __future__ import annotations

from collections.abc import Iterator

from textual.binding import Binding
from textual.dom import DOMNode

from iamtui.app.panes.explorer import Explorer
from iamtui.app.panes.simulation import SimulationPane
from iamtui.app.panes.subject import SubjectPane
from iamtui.app.screens.event_screen import EventScreen
from iamtui.app.screens.list_screen import ListScreen
from iamtui.app.screens.save_dialog import SaveDialog
from iamtui.app.screens.timeline_screen import TimelineScreen
from iamtui.app.workbench.panes import Panes
from iamtui.app.workbench.screen import Workbench
from iamtui.widgets.completing_input import CompletingInput
from iamtui.widgets.context_list import ContextEditor, ContextList
from iamtui.widgets.diff_view import DiffView
from iamtui.widgets.document_view import DocumentView
from iamtui.widgets.facts import Facts
from iamtui.widgets.filter_box import FilterBox
from iamtui.widgets.histogram_bar import HistogramBar
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
    SaveDialog,
    TreeList,
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
