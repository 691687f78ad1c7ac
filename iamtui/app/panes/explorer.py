"""The explorer: trees of what was read, a tab each, and the filter over them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import ContentSwitcher

from iamtui.app.panes.pane import Pane, rows_of
from iamtui.app.saving import Format
from iamtui.browsing.copies import Copy, subject_copies
from iamtui.browsing.descriptions import arn_of
from iamtui.browsing.filtering import MatchTree, match_nodes
from iamtui.browsing.findings import badged, with_badges
from iamtui.browsing.subjects import find_subject
from iamtui.browsing.trees.tree_source import TreeSource, subject_of
from iamtui.browsing.workspace import TREES, Workspace
from iamtui.widgets.filter_box import FilterBox
from iamtui.widgets.line_cursor import LineCursor
from iamtui.widgets.tab_strip import TabStrip
from iamtui.widgets.tree_list import TreeList

_NO_MATCH = "nothing matches: every word must occur in name, path, ARN, id or a tag"


class Explorer(Pane):
    """Told what to show by `workspace`; tells which subject the cursor is on and which was opened."""

    BINDING_GROUP_TITLE = "Explorer"
    HELP: ClassVar[str] = """\
## Explorer
Principals, policies, resources and organizations, a tab each; `t` goes to the next. A badge (`✖` `⚠` `!`) stands before
what has findings. `/` filters by name, path, ARN, id and tag; every word must match; what
matches stands below the folders that hold it. `escape` ends the filter.
`→` `←` or `l` `h` unfold and fold, `space` turns, `*` unfolds all below. `enter` opens. `s` asks what a principal
may do, or what may be done with a resource; `w` who can do something to what is selected. `●` stands before what
changed on disk: `x` marks it as seen.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter", id="explorer.filter", priority=True),
        Binding("t", "turn(1)", "Next tab", show=False, id="explorer.next-tab"),
        Binding("T", "turn(-1)", "Previous tab", show=False, id="explorer.previous-tab"),
    ]

    workspace: reactive[Workspace | None] = reactive[Workspace | None](None, always_update=True)
    """What is browsed."""

    _strip = getters.query_one(TabStrip)
    _box = getters.query_one(FilterBox)
    _switcher = getters.query_one(ContentSwitcher)

    @dataclass
    class Passed(Message):
        """The cursor came to a subject."""

        key: str

    @dataclass
    class Opened(Message):
        """The user opened a subject."""

        key: str

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._sources: Sequence[TreeSource] = ()
        self._due = [""] * len(TREES)  # which trees are to be made, for the first time or again
        self._open_while_unfiltered: dict[int, frozenset[str]] = {}
        self._left_on: str | None = None  # where the cursor was before the filter

    def compose(self) -> ComposeResult:
        """Strip, filter, trees."""
        yield TabStrip(tuple((str(index), tree.LABEL) for index, tree in enumerate(TREES)))
        yield FilterBox("/ filter")
        with ContentSwitcher(initial="tree-0"):
            for index in range(len(TREES)):
                yield TreeList(empty="reading …", id=f"tree-{index}")

    def on_mount(self) -> None:
        """Mark the first tree."""
        self._strip.front = "0"

    # What is in front

    @property
    def front_tree(self) -> TreeList:
        """The tree in front."""
        return self.query_one(f"#tree-{self._front}", TreeList)

    @property
    def _front(self) -> int:
        return int((self._switcher.current or "tree-0").removeprefix("tree-"))

    @property
    def subject(self) -> str | None:
        """The key of the subject under the cursor."""
        node = self.front_tree.cursor_node
        return None if node is None else subject_of(node.key)

    @property
    def _cursor_key(self) -> str | None:
        node = self.front_tree.cursor_node
        return None if node is None else node.key

    def focus(self, scroll_visible: bool = True) -> Explorer:  # noqa: FBT001, FBT002 - Textual's signature
        """Focus the tree in front."""
        self.front_tree.focus(scroll_visible)
        return self

    @property
    def view(self) -> LineCursor:
        """What takes the focus."""
        return self.front_tree

    # What is taken along

    @property
    def stem(self) -> str:
        """The name of the tree in front."""
        return TREES[self._front].LABEL.lower()

    def exported(self, form: Format) -> Iterable[str]:
        """The rows that are unfolded."""
        return rows_of(self.front_tree)

    def copied(self) -> tuple[str, str] | None:
        """The ARN under the cursor."""
        if self.workspace is None or self.subject is None:
            return None
        return "ARN", arn_of(find_subject(self.workspace.snapshot, self.subject))

    def copies(self) -> Sequence[Copy]:
        """All of the subject under the cursor."""
        if self.workspace is None or self.subject is None:
            return ()
        return subject_copies(find_subject(self.workspace.snapshot, self.subject), self.opened)

    # Data

    def watch_workspace(self, old: Workspace | None, new: Workspace | None) -> None:
        """Make the tree in front anew, the others once they come there; open nodes and cursor stay."""
        if new is None:
            return
        self._sources = new.trees()
        for index, source in enumerate(self._sources):
            tree = self.query_one(f"#tree-{index}", TreeList)
            tree.children_of = badged(source.children, new.findings)
            tree.empty = source.EMPTY
            self._due[index] = self._due[index] or ("first" if old is None else "again")
        if self._text:
            self._due[self._front] = ""
            self._narrow(self._text)
        else:
            self._fill(self._front)

    def _fill(self, index: int) -> None:
        """Make a tree anew if there is another workspace since it was made: thousands of policies take their time."""
        due, self._due[index] = self._due[index], ""
        if due and self.workspace is not None:
            source = self._sources[index]
            roots = with_badges(source.roots(), self.workspace.findings)
            expanded = source.open_at_first() if due == "first" else None
            self.query_one(f"#tree-{index}", TreeList).set_roots(roots, expanded=expanded)

    def say_nothing_was_read(self) -> None:
        """Say so where the trees would be."""
        for tree in self.query(TreeList):
            tree.empty = "nothing was read: ! says why, R tries again"
            tree.rows_changed()

    def reveal(self, subject: str) -> None:
        """Put the cursor of the first tree that has the subject on it, and bring that tree to the front."""
        if self._text or subject == self.subject:
            return
        order = sorted(range(len(self._sources)), key=lambda index: index != self._front)
        for index in order:
            path = self._sources[index].path_to(subject)
            if path:
                self._turn_to(index)
                self.query_one(f"#tree-{index}", TreeList).select_key(path[-1], path[:-1])
                return

    # The filter

    @property
    def _text(self) -> str:
        return self._box.text.strip()

    @on(FilterBox.Changed)
    def _typed(self, event: FilterBox.Changed) -> None:
        event.stop()
        text = event.text.strip()
        if text and self._front not in self._open_while_unfiltered:
            self._open_while_unfiltered[self._front] = self.front_tree.open_keys
            self._left_on = self._cursor_key
        self._narrow(text)

    def _narrow(self, text: str) -> None:
        source = self._sources[self._front] if self._sources else None
        if source is None or self.workspace is None:
            return
        self.front_tree.empty = _NO_MATCH if text else source.EMPTY
        if not text:
            self._box.counts = None
            key = self._cursor_key or self._left_on
            self.front_tree.children_of = badged(source.children, self.workspace.findings)
            expanded = self._open_while_unfiltered.pop(self._front, None)
            self.front_tree.set_roots(with_badges(source.roots(), self.workspace.findings), expanded=expanded)
            subject = None if key is None else subject_of(key)
            path = source.path_to(subject) if subject is not None else filter(None, (key,))
            if steps := tuple(path):
                self.front_tree.select_key(steps[-1], steps[:-1])
            return
        index = self.workspace.filters.get(source.LABEL)
        if index is None:
            self._box.counts = (0, 0)
            return
        matches = index.matches(text)
        self._box.counts = (len(matches), len(index))
        found = MatchTree(source, match_nodes(matches, text, self.workspace.changed))
        tree = self.front_tree
        tree.children_of = badged(found.children, self.workspace.findings)
        tree.set_roots(with_badges(found.roots(), self.workspace.findings), expanded=found.open_keys)
        if tree.cursor_node is not None and not found.is_hit(tree.cursor_node.key):
            *_, first = found.path_to_first()
            tree.select_key(first)

    @on(FilterBox.Left)
    def _left(self, event: FilterBox.Left) -> None:
        event.stop()
        self.front_tree.focus()

    def clear_filter(self) -> bool:
        """End the filter; tell whether there was one."""
        if not self._text:
            return False
        self._box.set_text("")
        return True

    # News

    @on(TreeList.Highlighted)
    def _highlighted(self, event: TreeList.Highlighted) -> None:
        event.stop()
        key = subject_of(event.node.key) if event.node is not None else None
        if key is not None and event.tree is self.front_tree:
            self.post_message(self.Passed(key))

    def _tell_subject(self) -> None:
        """Another tree came to the front: what its cursor is on is the subject now."""
        if self.subject is not None:
            self.post_message(self.Passed(self.subject))

    @on(TreeList.Opened)
    def _opened(self, event: TreeList.Opened) -> None:
        event.stop()
        key = subject_of(event.node.key)
        if key is None:
            self.front_tree.action_toggle_fold()
        else:
            self.post_message(self.Opened(key))

    @on(TabStrip.Chosen)
    def _chosen(self, event: TabStrip.Chosen) -> None:
        event.stop()
        self._turn_to(int(event.key))
        self._tell_subject()
        self.front_tree.focus()

    def _turn_to(self, index: int) -> None:
        """Bring a tree to the front; a filter ends with that."""
        if index == self._front:
            return
        had_focus = self.front_tree.has_focus
        if self.clear_filter():
            self._narrow("")
        self._fill(index)
        self._switcher.current = f"tree-{index}"
        self._strip.front = str(index)
        if had_focus:
            self.front_tree.focus()

    # Keys

    def action_filter(self) -> None:
        """Type into the filter; where nothing matches, Escape goes back to where the cursor is now."""
        self._left_on = self._cursor_key or self._left_on
        self._box.focus()

    def action_turn(self, step: int) -> None:
        """Go to another tab."""
        self._turn_to((self._front + step) % len(TREES))
        self._tell_subject()
