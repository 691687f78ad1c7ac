"""One tree for everything that is a tree or a list: principals, policies, traces, findings, history, problems."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from iamtui.widgets.line_cursor import LineCursor
from iamtui.widgets.text import TONE_CLASSES, Tone


@dataclass(frozen=True, slots=True)
class Node:
    """One row: plain text of any kind, however long or hostile; nothing in it is read as markup.

    Keys are unique in the tree. `detail` is drawn muted after the label; `glyph` and `mark` (a sign such as `●` changed or `⚠`)
    before it; `tone` colours glyph and label.
    """

    key: str
    label: str
    detail: str = ""
    tone: Tone = "plain"
    glyph: str = ""
    has_children: bool = False
    mark: str = ""


class TreeList(LineCursor):
    """Rows of a tree, folded and unfolded in place; children are asked for when their parent is first opened."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *TONE_CLASSES,
        "tree-list--fold",
        "tree-list--mark",
        "tree-list--detail",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,l", "unfold", "Unfold", show=False, id="tree.unfold"),
        Binding("left,h", "fold", "Fold", show=False, id="tree.fold"),
        Binding("space", "toggle", "Fold/unfold", show=False, id="tree.toggle"),
        Binding("asterisk", "expand_all", "Unfold all below", show=False, id="tree.unfold-all"),
        Binding("enter", "open", "Open", id="tree.open"),
        Binding("shift+left", "shift(-8)", "Scroll left", show=False, id="tree.scroll-left"),
        Binding("shift+right", "shift(8)", "Scroll right", show=False, id="tree.scroll-right"),
    ]

    children_of: Callable[[str], Sequence[Node]]
    """Gives the children of a key; the owner sets it before the first node is opened."""

    @dataclass
    class Highlighted(Message):
        """The cursor came to another node, or to none (an empty list)."""

        tree: TreeList
        node: Node | None

        @property
        def control(self) -> TreeList:
            """The tree."""
            return self.tree

    @dataclass
    class Opened(Message):
        """The user opened a node: Enter, a double click, or a click on the row under the cursor."""

        tree: TreeList
        node: Node

        @property
        def control(self) -> TreeList:
            """The tree."""
            return self.tree

    def __init__(
        self,
        children_of: Callable[[str], Sequence[Node]] | None = None,
        *,
        empty: str = "",
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
    ) -> None:
        """Make an empty tree; `empty` is the line that is shown, muted, while there are no rows."""
        super().__init__(id=id, classes=classes)
        self.children_of = children_of or (lambda key: ())

    def set_roots(self, nodes: Sequence[Node], *, expanded: frozenset[str] | None = None) -> None:
        """Show these nodes at the top level, in place of all that was shown.

        Args:
            nodes: The new roots.
            expanded: The keys of the nodes that are open; `None` (a reload) keeps those that are open now. The
                cursor stays on its key or goes to the nearest sibling or ancestor that survived, and stays at its
                height on the screen.
        """

    @property
    def cursor_node(self) -> Node | None:
        """The node under the cursor, `None` in an empty tree."""

    @property
    def open_keys(self) -> frozenset[str]:
        """The keys of all open nodes, those inside closed ones included."""

    def expand(self, key: str) -> None:
        """Open a node that is on show; any other key is ignored."""

    def collapse(self, key: str) -> None:
        """Close a node that is on show; the cursor, if inside, goes to it."""

    def expand_all_below(self, key: str, limit: int = 5000) -> bool:
        """Open a node and all below it until `limit` rows were added; tell whether all of them were opened."""

    def select_key(self, key: str, ancestors: Sequence[str] = ()) -> bool:
        """Open the ancestors (outermost first) and put the cursor on a key; `False` if it is not there."""
