"""The subject pane: one user, group, role, policy or account from several sides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import chain
from typing import ClassVar

from rich.text import Text
from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.widgets import ContentSwitcher

from iamtui.app.panes.pane import SearchedPane
from iamtui.app.panes.tabs import TABS, SubjectTab
from iamtui.app.saving import Format, late
from iamtui.browsing.aws_json.subjects import subject_json
from iamtui.browsing.breadcrumbs import breadcrumbs
from iamtui.browsing.copies import Copy, statement_copies, subject_copies
from iamtui.browsing.descriptions import account_id_of, arn_of, kind_of, name_of
from iamtui.browsing.navigation import Place
from iamtui.browsing.subjects import Subject, find_subject
from iamtui.browsing.workspace import Workspace
from iamtui.widgets.document_view import DocumentView
from iamtui.widgets.line_cursor import LineCursor
from iamtui.widgets.plain_text import PlainText
from iamtui.widgets.search_box import SearchBox
from iamtui.widgets.tab_strip import TabStrip
from iamtui.widgets.text import shown

_DEFAULT_TAB = TABS[0].key()


class SubjectPane(SearchedPane):
    """Shows the subject at `place` in `workspace`; the tab that the user chose stays while subjects have it."""

    BINDING_GROUP_TITLE = "Subject"
    HELP: ClassVar[str] = """\
## Subject
What is under the cursor of the explorer. `t` `T` turn its tabs. `enter` on a line with `→` follows it; `[` and `]` (or
`alt+←` `alt+→`) go back and forward. On a statement `enter` opens its policy there, and `w` asks who
can do what it names; on an action `w` asks who can do that. `/` searches, `n` and `N` go on.
In *Versions* the version under the cursor is compared with the one in force. `y` copies the ARN or the document, `Y`
lists all that can be copied.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "Search", id="subject.search", priority=True),
        Binding("t", "turn(1)", "Next tab", show=False, id="subject.next-tab"),
        Binding("T", "turn(-1)", "Previous tab", show=False, id="subject.previous-tab"),
    ]

    FORMATS: ClassVar[tuple[Format, ...]] = ("txt", "json", "svg")

    workspace: reactive[Workspace | None] = reactive[Workspace | None](None, always_update=True)
    """What is looked into."""
    place: reactive[Place | None] = reactive[Place | None](None, always_update=True)
    """Which subject is shown, and perhaps in which tab and at which statement."""

    _strip = getters.query_one(TabStrip)
    _switcher = getters.query_one(ContentSwitcher)
    _heading = getters.query_one("#subject-heading", PlainText)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._chosen = _DEFAULT_TAB
        self._subject: Subject | None = None

    def compose(self) -> ComposeResult:
        """Heading, strip, tabs, search line."""
        yield PlainText(id="subject-heading")
        yield TabStrip()
        with ContentSwitcher(initial=f"subject-{_DEFAULT_TAB}"):
            for tab in TABS:
                yield tab(id=f"subject-{tab.key()}")
        yield SearchBox()

    @property
    def subject(self) -> Subject | None:
        """The subject on show."""
        return self._subject

    @property
    def tabs(self) -> tuple[str, ...]:
        """The keys of the tabs that have something to say of the subject."""
        return tuple(key for key, _ in self._strip.names)

    @property
    def tab(self) -> SubjectTab:
        """The tab in front."""
        return self.query_one(f"#{self._switcher.current}", SubjectTab)

    @property
    def view(self) -> LineCursor:
        """What takes the focus and is searched."""
        return self.tab.view

    def focus(self, scroll_visible: bool = True) -> SubjectPane:  # noqa: FBT001, FBT002 - Textual's signature
        """Focus the tab in front."""
        self.view.focus(scroll_visible)
        return self

    # What is taken along

    @property
    def stem(self) -> str:
        """Name and tab."""
        return "" if self._subject is None else f"{name_of(self._subject)}-{self.tab.key()}"

    def exported(self, form: Format) -> Iterable[str]:
        """The tab in front as text, or the subject as JSON."""
        if self._subject is None:
            return ()
        if form == "json":
            return chain(late(partial(subject_json, self._subject)), ("\n",))
        return chain((f"{self._title()}\n\n",), self.tab.as_text())

    def copied(self) -> tuple[str, str] | None:
        """The document where one is in front, else the ARN."""
        if self._subject is None:
            return None
        if isinstance(self.view, DocumentView):
            return "document", self.view.text
        return "ARN", arn_of(self._subject)

    def copies(self) -> Sequence[Copy]:
        """The statement under the cursor, and all of the subject."""
        if self._subject is None:
            return ()
        here = self.tab.statement_here()
        return (*([] if here is None else statement_copies(*here)), *subject_copies(self._subject, self.opened))

    # Data

    def watch_workspace(self) -> None:
        """Look the subject up again."""
        self._show()

    def watch_place(self, place: Place | None) -> None:
        """Show another subject."""
        if place is not None and place.tab:
            self._chosen = place.tab
        self._show()
        if place is not None and place.statement is not None:
            self.tab.go_to_statement(place.statement)

    def _show(self) -> None:
        if self.workspace is None or self.place is None:
            return
        self._subject = subject = find_subject(self.workspace.snapshot, self.place.key)
        self._heading.update(Text(self._title(), no_wrap=True, overflow="ellipsis"))
        self._strip.names = tuple((tab.key(), tab.LABEL) for tab in TABS if tab.applies(subject))
        keys = [key for key, _ in self._strip.names]
        self._bring_to_front(self._chosen if self._chosen in keys else _DEFAULT_TAB)

    def _bring_to_front(self, key: str) -> None:
        if self.workspace is None or self._subject is None:
            return
        had_focus = self.tab.has_focus_within
        self._switcher.current = f"subject-{key}"
        self._strip.front = key
        self.tab.show(self.workspace, self._subject)
        if had_focus and not self.tab.has_focus_within:
            self.view.focus()

    def _title(self) -> str:
        if self._subject is None:
            return ""
        named = (shown(name_of(self._subject)), kind_of(self._subject), shown(account_id_of(self._subject)))
        way = "" if self.workspace is None else breadcrumbs(self.workspace.snapshot, self._subject)
        return "  ·  ".join(filter(None, (*named, way)))

    # Keys and mouse

    @on(TabStrip.Chosen)
    def _clicked(self, event: TabStrip.Chosen) -> None:
        event.stop()
        self._turn_to(event.key)
        self.view.focus()

    def _turn_to(self, key: str) -> None:
        self._chosen = key
        self._bring_to_front(key)

    def action_turn(self, step: int) -> None:
        """Go to another tab, past those that say nothing of this subject."""
        if self._subject is None:
            return
        keys = [key for key, _ in self._strip.names]
        self._turn_to(keys[(keys.index(self.tab.key()) + step) % len(keys)])
