"""All findings of a snapshot, the gravest first, to be worked through one by one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import ClassVar, Protocol

from textual import on
from textual.binding import Binding, BindingType

from iamtui.app.saving import Format
from iamtui.app.screens.list_screen import ListPlace, ListScreen
from iamtui.browsing.copies import Copy, command_copies, finding_copies
from iamtui.browsing.finding_lists import all_findings, counts, finding_at, link_of, looked_at, written
from iamtui.browsing.finding_rows import request_of, row_at
from iamtui.browsing.findings import Findings
from iamtui.content.requests import RequestFields
from iamtui.snapshot.model import Snapshot
from iamtui.widgets.plain_text import PlainText
from iamtui.widgets.tree_list import TreeList

_FOOTER = "Enter goes there, → unfolds, ] [ next and previous, W tries a remedy, m mutes, t looks thoroughly"


class Desk(Protocol):
    """Who keeps the mutes."""

    def mute(self, node_key: str) -> None:
        """Ask why the finding of a node is accepted, and keep that."""
        ...

    def open_file(self) -> None:
        """Ask for the file of mutes."""
        ...

    def look_thoroughly(self) -> None:
        """Ask what guardrails do and what could go, or stop asking."""
        ...

    def try_remedies(self, node_key: str) -> None:
        """Offer the remedies of the finding of a node that are edits."""
        ...

    def trace(self, fields: RequestFields) -> None:
        """Show the trace of a request that proves a finding."""
        ...


class FindingsScreen(ListScreen):
    """Gives the link of the finding that was opened."""

    HELP: ClassVar[str] = """\
# Findings
What is badly kept, grouped by rule, the gravest first: ✖ wrong, ⚠ security, ! warning, then suggestions and what is
good to know; the number counts how many it holds for. → unfolds a rule to its findings, and a finding to what to do
about it and the rows that prove it. `enter` goes to what it is about, on a request to its trace; `]` and `[` go from
one to the next. `m` mutes one that is accepted, with a reason and until a day; `M` names the file of such mutes. `W`
tries a remedy on a copy: nothing is written. `t` looks for what takes long too: guardrails without effect, and what
could go.
"""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "mute", "Mute", id="findings.mute"),
        Binding("M", "mute_file", "Mute file", show=False, id="findings.mute-file"),
        Binding("W", "try_remedy", "Try a remedy", show=False, id="findings.try"),
        Binding("t", "look_thoroughly", "Thorough look", show=False, id="findings.thorough"),
    ]

    def __init__(self, snapshot: Snapshot, findings: Findings, place: ListPlace, desk: Desk) -> None:
        """Show the findings of a snapshot, from where the user was at last; `desk` mutes them."""
        roots, children_of = all_findings(snapshot, findings)
        super().__init__(
            f"Findings · {counts(findings)}",
            roots,
            empty="no findings",
            children_of=children_of,
            footer=f"{looked_at(findings)} · {_FOOTER}",
            expanded=frozenset(node.key for node in roots[:1]),
            place=place,
        )
        self._snapshot = snapshot
        self._findings = findings
        self._desk = desk

    def show(self, snapshot: Snapshot, findings: Findings) -> None:
        """Show other findings in their place; the user stays where he is."""
        self._snapshot = snapshot
        self._findings = findings
        self.set_heading(f"Findings · {counts(findings)}")
        self.query_one(".dialog--help", PlainText).update(f"{looked_at(findings)} · {_FOOTER}")
        self.set_nodes(*all_findings(snapshot, findings))

    @on(TreeList.Opened)
    def _finding_opened(self, event: TreeList.Opened) -> None:
        if "\n" in event.node.key:
            event.stop()
            event.prevent_default()
            finding = finding_at(self._findings, event.node.key)
            request = None if finding is None else request_of(row_at(event.node.key, finding.rows))
            if request is not None:
                self._desk.trace(request)
                self.dismiss(None)
                return
            self.dismiss(link_of(self._findings, event.node.key))

    def action_mute(self) -> None:
        """Accept the finding under the cursor, for a reason and until a day."""
        node = self._tree.cursor_node
        if node is None or finding_at(self._findings, node.key) is None:
            self.notify("go to a finding below its rule first: → unfolds", severity="warning", markup=False, timeout=3)
        else:
            self._desk.mute(node.key)

    def action_try_remedy(self) -> None:
        """See what a remedy of the finding under the cursor would do, and whether it is clear then."""
        node = self._tree.cursor_node
        if node is None or finding_at(self._findings, node.key) is None:
            self.notify("go to a finding below its rule first: → unfolds", severity="warning", markup=False, timeout=3)
        else:
            self._desk.try_remedies(node.key)

    def action_mute_file(self) -> None:
        """Name the file with what is accepted."""
        self._desk.open_file()

    def action_look_thoroughly(self) -> None:
        """Ask what guardrails do and what could go too; again, to stop."""
        self._desk.look_thoroughly()

    def say(self, text: str) -> None:
        """Show how far the thorough look is, in place of the help below."""
        self.query_one(".dialog--help", PlainText).update(text)

    def copies_here(self) -> Sequence[Copy]:
        """The remedy, the statement and the subject of the finding under the cursor."""
        node = self._tree.cursor_node
        return () if node is None else finding_copies(self._snapshot, self._findings, node.key, self.opened)

    def commands(self) -> Sequence[Copy]:
        """The command that finds the same."""
        return command_copies("findings", self.opened, "--lint")

    def exported(self, form: Format) -> Iterable[str]:
        """Everything, what is folded too."""
        del form
        return (f"{line}\n" for line in chain((self._heading_text, ""), written(self._findings)))
