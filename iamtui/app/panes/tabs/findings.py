"""What is to be said of a subject's policies, each finding with the way to its statement."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult

from iamtui.app.panes.tabs.subject_tab import SubjectTab
from iamtui.browsing.finding_lists import advice, link_of, subject_findings
from iamtui.browsing.findings import Findings
from iamtui.browsing.links import split_link
from iamtui.browsing.subjects import ExternalEntity, Subject
from iamtui.browsing.workspace import Workspace
from iamtui.snapshot.model import Snapshot
from iamtui.widgets.tree_list import TreeList

_LOOKING = "looking through the documents …"
_NONE = "no findings"


class FindingsTab(SubjectTab):
    """Findings by policy; Enter on one goes to its statement, unfolding it shows how to mend it."""

    LABEL: ClassVar[str] = "Findings"

    def compose(self) -> ComposeResult:
        """One tree."""
        yield TreeList(empty=_LOOKING)

    def on_mount(self) -> None:
        """Let the tree ask for advice."""
        self._findings = Findings()
        self._snapshot = Snapshot({})
        self.query_one(TreeList).children_of = lambda key: advice(self._snapshot, self._findings, key)

    @classmethod
    def applies(cls, subject: Subject) -> bool:
        """What is in the export."""
        return not isinstance(subject, ExternalEntity)

    def show(self, workspace: Workspace, subject: Subject) -> None:
        """List them, or say that they are still being looked for."""
        self._findings, self._snapshot = workspace.findings or Findings(), workspace.snapshot
        tree = self.query_one(TreeList)
        tree.empty = _LOOKING if workspace.findings is None else _NONE
        tree.set_roots(subject_findings(workspace.snapshot, self._findings, subject))

    @on(TreeList.Opened)
    def _open(self, event: TreeList.Opened) -> None:
        event.stop()
        self.post_message(self.Followed(*split_link(link_of(self._findings, event.node.key))))
