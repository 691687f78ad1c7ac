"""The card of a subject."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult

from iamtui.app.panes.tabs.subject_tab import SubjectTab
from iamtui.browsing.facts.entities import overview
from iamtui.browsing.facts.surroundings import power_sections, surrounding_sections
from iamtui.browsing.links import split_link
from iamtui.browsing.subjects import Subject
from iamtui.browsing.workspace import Workspace
from iamtui.widgets.facts import Facts


class OverviewTab(SubjectTab):
    """What a subject is, in facts of which many lead on."""

    LABEL: ClassVar[str] = "Overview"

    def compose(self) -> ComposeResult:
        """One list of facts."""
        yield Facts()

    @classmethod
    def applies(cls, subject: Subject) -> bool:
        """Everything has a card."""
        return True

    def show(self, workspace: Workspace, subject: Subject) -> None:
        """Fill the card."""
        own, *others = overview(workspace.snapshot, subject)
        self.query_one(Facts).set_sections(
            [own, *power_sections(workspace, subject), *others, *surrounding_sections(workspace, subject)]
        )

    @on(Facts.Followed)
    def _follow(self, event: Facts.Followed) -> None:
        event.stop()
        self.post_message(self.Followed(*split_link(event.key)))
