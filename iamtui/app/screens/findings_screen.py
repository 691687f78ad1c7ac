"""All findings of a snapshot, the gravest first."""

from __future__ import annotations

from textual import on

from iamtui.app.screens.list_screen import ListPlace, ListScreen
from iamtui.browsing.findings import Findings, all_findings, counts, link_of
from iamtui.snapshot.model import Snapshot
from iamtui.widgets.tree_list import TreeList


class FindingsScreen(ListScreen):
    """Gives the link of the finding that was opened."""

    def __init__(self, snapshot: Snapshot, findings: Findings, place: ListPlace) -> None:
        """Show the findings of a snapshot, from where the user was at last."""
        roots, children_of = all_findings(snapshot, findings)
        super().__init__(
            f"Findings · {counts(findings)}",
            roots,
            empty="no findings",
            children_of=children_of,
            footer="Enter goes to the statement, → unfolds what to do, ] and [ go to the next and the one before",
            expanded=frozenset(node.key for node in roots[:1]),
            place=place,
        )
        self._findings = findings

    @on(TreeList.Opened)
    def _finding_opened(self, event: TreeList.Opened) -> None:
        if "\n" in event.node.key:
            event.stop()
            event.prevent_default()
            self.dismiss(link_of(self._findings, event.node.key))
