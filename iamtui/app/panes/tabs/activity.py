"""What was recorded of a subject (B16)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.message import Message

from iamtui.app.messages import EventsWanted
from iamtui.app.panes.tabs.subject_tab import SubjectTab
from iamtui.browsing.links import split_link
from iamtui.browsing.subjects import Subject
from iamtui.browsing.workspace import Workspace
from iamtui.snapshot.model import ManagedPolicy, Resource, Role, User
from iamtui.widgets.tree_list import TreeList

if TYPE_CHECKING:
    from iamtui.browsing.trail.activity import Activity


class ActivityTab(SubjectTab):
    """Asks for the events of the subject when it comes to the front; Enter on a statement goes there."""

    LABEL: ClassVar[str] = "Activity"

    @dataclass
    class Wanted(Message):
        """The events of a subject are to be looked for; `carriers` are those whose calls may rely on a policy."""

        tab: ActivityTab
        subject: Subject
        carriers: tuple[str, ...] = ()

    @dataclass
    class Found(Message):
        """What was found of a subject."""

        wanted: ActivityTab.Wanted
        activity: Activity

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.wanted: ActivityTab.Wanted | None = None
        self._activity: Activity | None = None

    def compose(self) -> ComposeResult:
        """One list."""
        yield TreeList(empty="reading events …")

    @classmethod
    def applies(cls, subject: Subject) -> bool:
        """What CloudTrail names."""
        return isinstance(subject, User | Role | ManagedPolicy | Resource)

    def show(self, workspace: Workspace, subject: Subject) -> None:
        """Ask for what was recorded."""
        carriers: tuple[str, ...] = ()
        if isinstance(subject, ManagedPolicy) and workspace.relations is not None:
            relations = workspace.relations
            held = relations.attached_to.get(subject.arn, ())
            members = (member for group in held for member in relations.members.get(group, ()))
            carriers = tuple(key for key in dict.fromkeys((*held, *members)) if ":user/" in key or ":role/" in key)
        is_other = self.wanted is None or self.wanted.subject is not subject
        # Made in its own time: Textual passes a message on no further than to whom it was made by, here the pane.
        self.call_later(self._want, subject, carriers)
        if is_other:
            self.wanted = self._activity = None
            self.query_one(TreeList).set_roots(())

    def _want(self, subject: Subject, carriers: tuple[str, ...]) -> None:
        self.wanted = self.Wanted(self, subject, carriers)
        self.post_message(self.wanted)

    @on(Found)
    def _found(self, event: Found) -> None:
        """Show what was found, if it is still wanted."""
        event.stop()
        if event.wanted is self.wanted:
            self._activity = event.activity
            self.query_one(TreeList).set_roots(event.activity.nodes)

    @on(TreeList.Opened)
    def _open(self, event: TreeList.Opened) -> None:
        event.stop()
        if self._activity is None:
            return
        link = self._activity.links.get(event.node.key)
        if link is not None:
            self.post_message(self.Followed(*split_link(link)))
        elif event.node.key.startswith(("event ", "all", "total")):
            self.post_message(EventsWanted(self._activity.filter))
