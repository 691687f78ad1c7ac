"""What every tab of the subject pane is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from textual.containers import Vertical
from textual.message import Message

from iamtui.app.panes.pane import rows_of
from iamtui.browsing.subjects import Subject
from iamtui.browsing.workspace import Workspace
from iamtui.policy.document import Document
from iamtui.widgets.line_cursor import LineCursor


class SubjectTab(Vertical):
    """One view of a subject. It is told what to show only while it is in front."""

    LABEL: ClassVar[str]
    """The name in the strip; its lower-case form is the key of the tab."""

    @dataclass
    class Followed(Message):
        """The user went on to another subject, or to a statement of a policy."""

        key: str
        statement: int | None = None

    @classmethod
    def key(cls) -> str:
        """The name by which a place remembers the tab."""
        return cls.LABEL.lower().replace(" ", "-")

    @classmethod
    def applies(cls, subject: Subject) -> bool:
        """Whether there is anything of this kind to say of a subject."""
        raise NotImplementedError

    def show(self, workspace: Workspace, subject: Subject) -> None:
        """Show a subject, or the same one anew after a reload."""
        raise NotImplementedError

    def go_to_statement(self, index: int) -> None:
        """Put the cursor on a statement; only tabs with a policy document can."""

    @property
    def view(self) -> LineCursor:
        """What takes the focus and is searched."""
        return self.query_one(LineCursor)

    def statement_here(self) -> tuple[Document, int] | None:
        """The statement under the cursor, if it is on one."""
        return None

    def action_here(self) -> str:
        """The action under the cursor, if it is on one."""
        return ""

    def as_text(self) -> Iterable[str]:
        """What is shown, as plain text to be saved, part by part."""
        return rows_of(self.view)
