"""Where the user is on the screen of paths, and how the user leaves it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from iamtui.analysis.overlay.laying import Edit
from iamtui.app.screens.list_screen import ListPlace
from iamtui.content.requests import RequestFields

if TYPE_CHECKING:
    from iamtui.browsing.queries.paths import Tab

TABS = (("paths", "Paths"), ("chokes", "c Choke points"), ("held", "b Held back"))
SAYING = {"chokes": "taking statements out …", "held": "taking guardrails out …"}
"""What the heading says while what a tab shows is looked for."""
EMPTY = {
    "chokes": "no edge or statement is on every proven path of anybody",
    "held": "no SCP, RCP or boundary alone holds a path back",
}
"""What is said where a tab has nothing to show."""


@dataclass(slots=True)
class PathsPlace:
    """Where the user was on the screen: it opens there again."""

    tab: Tab = "paths"
    sources: ListPlace = field(default_factory=ListPlace)
    ladder: str = ""
    above: tuple[str, ...] = ()
    wants: str = ""
    """The principal at whom it is to open, if that is a source."""


@dataclass(frozen=True, slots=True)
class Onward:
    """How the user left: to ask a request in the picture that edits leave, or to try edits."""

    edits: tuple[Edit, ...]
    fields: RequestFields | None = None
