"""The trust policy of a role, in words and as it is."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult

from iamtui.app.panes.tabs.document import mark_statement, problem_marks, statement_in
from iamtui.app.panes.tabs.subject_tab import SubjectTab
from iamtui.browsing.aws_json.subjects import document_text
from iamtui.browsing.facts.entities import trust_sections
from iamtui.browsing.subjects import Subject
from iamtui.browsing.workspace import Workspace
from iamtui.policy.document import Document
from iamtui.snapshot.model import Role
from iamtui.widgets.document_view import DocumentView
from iamtui.widgets.facts import Facts


class TrustTab(SubjectTab):
    """Who may assume a role: facts above, the document below."""

    LABEL: ClassVar[str] = "Trust"

    def compose(self) -> ComposeResult:
        """Words and document."""
        yield Facts(id="trust-words")
        yield DocumentView(empty="the trust policy was not exported")

    @classmethod
    def applies(cls, subject: Subject) -> bool:
        """Roles."""
        return isinstance(subject, Role)

    def show(self, workspace: Workspace, subject: Subject) -> None:
        """Show both."""
        if not isinstance(subject, Role):
            return
        self.query_one(Facts).set_sections(trust_sections(workspace.snapshot, subject))
        text, view = document_text(subject.trust), self.query_one(DocumentView)
        if text != view.text:
            view.show(text, marks=problem_marks(subject.trust) if subject.trust is not None else ())

    def statement_here(self) -> tuple[Document, int] | None:
        """The statement in which the cursor of the document is."""
        view = self.query_one(DocumentView)
        return statement_in(view) if view.has_focus else None

    def go_to_statement(self, index: int) -> None:
        """Mark a statement and go to it."""
        mark_statement(self.query_one(DocumentView), index)

    @on(Facts.Followed)
    def _follow(self, event: Facts.Followed) -> None:
        event.stop()
        self.post_message(self.Followed(event.key))
