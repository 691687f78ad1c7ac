"""The policy document of a policy, with the statement that was asked for."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult

from iamtui.app.panes.tabs.subject_tab import SubjectTab
from iamtui.browsing.aws_json.subjects import document_text, statement_at, statement_lines
from iamtui.browsing.descriptions import document_of
from iamtui.browsing.subjects import Inline, Subject
from iamtui.browsing.surroundings import ControlPolicy
from iamtui.browsing.workspace import Workspace
from iamtui.content.documents import LineMark
from iamtui.policy.document import Document
from iamtui.policy.statement import InvalidDocument
from iamtui.snapshot.model import Exported, ManagedPolicy, Resource, VpcEndpoint
from iamtui.widgets.document_view import DocumentView


def problem_marks(document: Document) -> tuple[LineMark, ...]:
    """The line at which a document cannot be read, as far as the parser knows it."""
    policy = document.policy
    if not isinstance(policy, InvalidDocument):
        return ()
    line = policy.line or 1
    return (LineMark(line, line, "bad", str(policy)),)


class DocumentTab(SubjectTab):
    """JSON as it was exported."""

    LABEL: ClassVar[str] = "Document"

    def compose(self) -> ComposeResult:
        """One document."""
        yield DocumentView(empty="the document was not exported")

    @classmethod
    def applies(cls, subject: Subject) -> bool:
        """Policies, and what carries one: resources, endpoints, SCPs and RCPs."""
        return isinstance(subject, ManagedPolicy | Inline | Resource | VpcEndpoint | ControlPolicy)

    def show(self, workspace: Workspace, subject: Subject) -> None:
        """Show the document; the same text keeps its cursor."""
        document, view = document_of(subject), self.query_one(DocumentView)
        view.empty = _nothing(subject)
        text = document_text(document)
        if text != view.text or document is None:
            view.show(text, marks=problem_marks(document) if document is not None else ())

    def statement_here(self) -> tuple[Document, int] | None:
        """The statement in which the cursor is."""
        return statement_in(self.query_one(DocumentView))

    def go_to_statement(self, index: int) -> None:
        """Mark a statement and go to it."""
        mark_statement(self.query_one(DocumentView), index)


def _nothing(subject: Subject) -> str:
    """What is said where there is no document."""
    if isinstance(subject, VpcEndpoint):
        return "the default policy: it allows all (E37)"
    has_none = isinstance(subject, Resource) and subject.policy_state is Exported.NONE
    return "it has no policy" if has_none else "the document was not exported"


def mark_statement(view: DocumentView, index: int) -> None:
    """Mark the lines of a statement in a view of its document, and go there."""
    lines = statement_lines(view.text, index)
    if lines is not None:
        view.marks = (LineMark(*lines),)
        view.go_to(lines[0])


def statement_in(view: DocumentView) -> tuple[Document, int] | None:
    """The statement in which the cursor of a view of a document is."""
    index = statement_at(view.text, view.line)
    return None if index is None else (Document(view.text.encode("utf-8", "replace")), index)
