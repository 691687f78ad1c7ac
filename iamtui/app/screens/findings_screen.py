"""All findings of a snapshot, the gravest first."""

from __future__ import annotations

from textual import on

from iamtui.app.screens.list_screen import ListScreen
from iamtui.browsing.findings import Findings, all_findings, counts, link_of
from iamtui.snapshot.model import Snapshot
from iamtui.widgets.tree_list import TreeList


class FindingsScreen(ListScreen):
    """Gives the link of the finding that was opened."""

    def __init__(self, snapshot: Snapshot, findings: Findings) -> None:
        """Show the findings of a snapshot."""
        roots, children_of = all_findings(snapshot, findings)
        super().__init__(
            f"Findings · {counts(findings)}",
            roots,
            empty="nothing to say: no finding",
            children_of=children_of,
            footer="Enter goes to the statement, → unfolds what to do, Escape closes",
            expanded=frozenset(node.key for node in roots[:1]),
        )
        self._findings = findings

    @on(TreeList.Opened)
    def _finding_opened(self, event: TreeList.Opened) -> None:
        if "\n" in event.node.key:
            event.stop()
            event.prevent_default()
            self.dismiss(link_of(self._findings, event.node.key))
