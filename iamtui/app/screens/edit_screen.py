"""Writes a document that an export has otherwise: JSON, and beside it what lint says of it; nothing is saved."""

from __future__ import annotations

from typing import ClassVar

from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widgets import TextArea

from iamtui.app.screens.leaving import LeavesFromTop
from iamtui.browsing.what_if import Draft, drawable
from iamtui.content.nodes import Node
from iamtui.policy.document import Document
from iamtui.policy.lint import Finding, FindingSeverity
from iamtui.policy.statement import InvalidDocument
from iamtui.visible import Tone
from iamtui.widgets.key_bar import KeyBar
from iamtui.widgets.plain_text import PlainText
from iamtui.widgets.tree_list import TreeList

_TONES: dict[FindingSeverity, Tone] = {
    FindingSeverity.ERROR: "bad",
    FindingSeverity.SECURITY: "bad",
    FindingSeverity.WARNING: "warn",
}
_PAUSE = 0.25
"""Seconds without a key after which lint looks."""


class _Editor(TextArea):
    """Takes what is pasted in characters that are safe to draw."""

    def on_paste(self, event: events.Paste) -> None:
        """Take the text as JSON writes it."""
        event.prevent_default()
        event.stop()
        self.insert(drawable(event.text.replace("\r\n", "\n").replace("\r", "\n")))


class EditScreen(LeavesFromTop, ModalScreen[Document | None]):
    """Gives the document as it was written; None where nobody wants it."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]  # noqa: RUF012 - so declared by Textual
    DEFAULT_CSS = """
    EditScreen {
        layout: vertical; background: $background;
        #edited { height: 1; text-style: bold; padding: 0 1; }
        #sides { layout: vertical; height: 1fr; }
        &.-wide #sides { layout: horizontal; }
        TextArea, TextArea:focus { width: 1fr; height: 1fr; border: none; padding: 0; }
        #said { width: 1fr; height: 7; border-top: solid $panel; }
        &.-wide #said { width: 2fr; height: 1fr; border-top: none; border-left: solid $panel; }
        &.-wide TextArea { width: 3fr; }
        #keys { height: 1; }
    }
    """
    HELP: ClassVar[str] = """\
# What if the document said …
Write JSON; beside it stands what lint says of it, with the line. `ctrl+s` lays it over the picture and shows who would
gain and who would lose what. `tab` goes to the remarks and back, `Enter` on one goes to its line. `escape` drops the
edit. No file is changed.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "done", "What it does", id="edit.done", priority=True),
        Binding("escape", "leave", "Drop the edit", id="edit.leave", priority=True),
        Binding("tab", "other_side", "Remarks", id="edit.remarks", priority=True),
        Binding("f1", "app.toggle_help", "Help", id="edit.help"),
    ]

    editor = getters.query_one(_Editor)
    said = getters.query_one("#said", TreeList)

    def __init__(self, draft: Draft) -> None:
        """Begin with what the document says now."""
        super().__init__()
        self._draft = draft
        self._begun = draft.text
        self._findings: tuple[Finding, ...] = ()
        self._timer: Timer | None = None
        self._asked = False

    def compose(self) -> ComposeResult:
        """Heading, text, remarks, keys."""
        yield PlainText(f"What if {self._draft.title} ({self._draft.kind}) said", id="edited")
        with Vertical(id="sides"):
            yield _Editor(self._begun, show_line_numbers=True, tab_behavior="focus")
            yield TreeList(empty="no findings", id="said")
        with Vertical(id="keys"):
            yield KeyBar()

    def on_mount(self) -> None:
        """Look at what stands there."""
        self.editor.focus()
        self._look()

    @on(TextArea.Changed)
    def _changed(self) -> None:
        self._asked = False
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_PAUSE, self._look)

    def _look(self) -> None:
        self._findings = self._draft.findings(self.editor.text)
        nodes = []
        for place, one in enumerate(self._findings):
            where = f"line {one.line}, column {one.column}: " if one.line is not None else ""
            tone = _TONES.get(one.severity, "muted")
            glyph = "✖" if tone == "bad" else "!"
            nodes.append(Node(str(place), f"{one.severity.value} {one.rule}", f"{where}{one.message}", tone, glyph))
        self.said.set_roots(nodes)

    @on(TreeList.Opened)
    def _to_line(self, event: TreeList.Opened) -> None:
        event.stop()
        found = self._findings[int(event.node.key)]
        if found.line is not None:
            self.editor.move_cursor((found.line - 1, (found.column or 1) - 1), center=True)
            self.editor.focus()

    def action_other_side(self) -> None:
        """Go to the remarks, or back to the text."""
        (self.said if self.focused is self.editor else self.editor).focus()

    def action_leave(self) -> None:
        """Drop the edit; what was written is dropped at the second key only."""
        if self.editor.text != self._begun and not self._asked:
            self._asked = True
            self.notify("escape again drops what was written", severity="warning", timeout=3)
        else:
            self.dismiss(None)

    def action_done(self) -> None:
        """Give the document, if it is one."""
        document = Document(self.editor.text.encode("utf-8", "replace"))
        if isinstance(document.policy, InvalidDocument):
            self._look()
            refused = document.policy
            place = f"line {refused.line}, column {refused.column}: " if refused.line is not None else ""
            self.notify(f"no policy document: {place}{refused.message}", severity="error", timeout=5)
        else:
            self.dismiss(document)
