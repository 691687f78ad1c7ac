"""What every pane of the workbench is: a view that takes the focus, is searched, copied from and saved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from iamtui.app.messages import CopiesOffered
from iamtui.app.saving import Format
from iamtui.browsing.copies import Copy
from iamtui.visible import shown
from iamtui.widgets.line_cursor import LineCursor
from iamtui.widgets.search_box import SearchBox
from iamtui.widgets.tree_list import TreeList


class Pane(Vertical):
    """A part of the workbench."""

    FORMATS: ClassVar[tuple[Format, ...]] = ("txt", "svg")
    """In which forms its content can be saved, the usual one first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("Y", "choose_copy", "Copy …", show=False, id="app.copy-menu"),
    ]

    opened: tuple[Path, ...] = ()
    """What was opened: the commands that are copied ask of it."""

    def frame(self, *, is_front: bool) -> None:
        """Draw the frame of a pane in front, or of another. Only the frame: Textual would style all inside anew."""
        if self.has_class("-front") != is_front:
            self.set_class(is_front, "-front", update=False)
            self.app.stylesheet.apply(self)

    @property
    def view(self) -> LineCursor:
        """What takes the focus and is searched."""
        raise NotImplementedError

    @property
    def formats(self) -> tuple[Format, ...]:
        """In which forms the content can be saved now."""
        return self.FORMATS

    @property
    def stem(self) -> str:
        """What a file with its content would be called."""
        raise NotImplementedError

    def exported(self, form: Format) -> Iterable[str]:
        """The content as text, JSON or Markdown, part by part; parts are made when they are asked for, in a thread."""
        raise NotImplementedError

    def copied(self) -> tuple[str, str] | None:
        """What the copy key takes, its name first; `None` if there is nothing."""
        raise NotImplementedError

    def copies(self) -> Sequence[Copy]:
        """All that can be copied of what is selected."""
        raise NotImplementedError

    def action_choose_copy(self) -> None:
        """List what can be copied, and send what is chosen to the clipboard."""
        self.post_message(CopiesOffered(self.copies()))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer no key that a line under the cursor would take as text; these come before any widget's own."""
        return not (action in ("filter", "search") and isinstance(self.app.focused, Input))


class SearchedPane(Pane):
    """A pane with a `SearchBox`: `/` opens it, `n` and `N` go on."""

    def action_search(self) -> None:
        """Open the search line."""
        self.query_one(SearchBox).open()

    @on(SearchBox.Search)
    def _search(self, event: SearchBox.Search) -> None:
        event.stop()
        if event.final:
            self.view.focus()
        else:
            self.view.search(event.text)

    @on(SearchBox.Dismissed)
    def _dismiss(self, event: SearchBox.Dismissed) -> None:
        event.stop()
        self.view.search("")
        self.view.focus()

    @on(LineCursor.Searched)
    def _searched(self, event: LineCursor.Searched) -> None:
        event.stop()
        if not event.found:
            where = " in what is unfolded (* unfolds below the cursor)" if _holds_folded(event.view) else ""
            self.notify(f"not found{where}: {shown(event.text)}", severity="warning", markup=False, timeout=3)
        elif event.wrapped:
            self.notify("wrapped around", markup=False, timeout=2)


def _holds_folded(view: LineCursor) -> bool:
    return isinstance(view, TreeList) and view.holds_folded


def rows_of(view: LineCursor) -> Iterable[str]:
    """The rows of a view as plain text."""
    return (f"{text}\n" for text in view.row_texts())
