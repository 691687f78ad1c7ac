"""A subject as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult

from iamtui.app.panes.tabs.subject_tab import SubjectTab
from iamtui.browsing.aws_json.subjects import subject_json
from iamtui.browsing.subjects import ExternalEntity, Subject
from iamtui.browsing.workspace import Workspace
from iamtui.widgets.document_view import DocumentView


class JsonTab(SubjectTab):
    """What the export says of a subject, in the form of the AWS CLI."""

    LABEL: ClassVar[str] = "JSON"

    def compose(self) -> ComposeResult:
        """One document."""
        yield DocumentView()

    @classmethod
    def applies(cls, subject: Subject) -> bool:
        """What is in the export."""
        return not isinstance(subject, ExternalEntity)

    def show(self, workspace: Workspace, subject: Subject) -> None:
        """Show it; the same text keeps its cursor."""
        text, view = subject_json(subject), self.query_one(DocumentView)
        if text != view.text:
            view.show(text)

    def as_text(self) -> Iterable[str]:
        """The JSON itself, not as it is drawn."""
        return (self.query_one(DocumentView).text,)
