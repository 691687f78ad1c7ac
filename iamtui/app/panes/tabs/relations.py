"""Who refers to a subject."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult

from iamtui.app.panes.tabs.subject_tab import SubjectTab
from iamtui.browsing.facts.entities import used_by
from iamtui.browsing.subjects import Subject
from iamtui.browsing.workspace import Workspace
from iamtui.content.facts import Fact, FactSection
from iamtui.widgets.facts import Facts


class RelationsTab(SubjectTab):
    """Relations from their far end; Enter follows them."""

    LABEL: ClassVar[str] = "Relations"

    def compose(self) -> ComposeResult:
        """One list of facts."""
        yield Facts(empty="nobody, as far as the export says")

    @classmethod
    def applies(cls, subject: Subject) -> bool:
        """Anything can be named by something."""
        return True

    def show(self, workspace: Workspace, subject: Subject) -> None:
        """List them, or say that they are still being looked up."""
        if workspace.relations is None:
            sections = [FactSection("", (Fact("", "looking through the documents …", tone="muted"),))]
        else:
            sections = used_by(workspace.snapshot, workspace.relations, subject)
        self.query_one(Facts).set_sections(sections)

    @on(Facts.Followed)
    def _follow(self, event: Facts.Followed) -> None:
        event.stop()
        self.post_message(self.Followed(event.key))
