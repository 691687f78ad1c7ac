"""The tags of a subject."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult

from iamtui.app.panes.tabs.subject_tab import SubjectTab
from iamtui.browsing.facts.entities import tag_sections, tags_of
from iamtui.browsing.subjects import Subject
from iamtui.browsing.workspace import Workspace
from iamtui.widgets.facts import Facts


class TagsTab(SubjectTab):
    """Keys and values."""

    LABEL: ClassVar[str] = "Tags"

    def compose(self) -> ComposeResult:
        """One list of facts."""
        yield Facts()

    @classmethod
    def applies(cls, subject: Subject) -> bool:
        """What has tags."""
        return bool(tags_of(subject))

    def show(self, workspace: Workspace, subject: Subject) -> None:
        """List them."""
        self.query_one(Facts).set_sections(tag_sections(tags_of(subject)))
