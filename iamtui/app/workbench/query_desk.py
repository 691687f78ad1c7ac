"""Questions over everybody: opens their screens, and asks them anew when what was read changes."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from textual import work
from textual.app import ComposeResult
from textual.widget import Widget

from iamtui.app.handed import Handed
from iamtui.app.loading.reading import Reading
from iamtui.app.messages import EventsWanted, RecordedWanted, RequestChosen
from iamtui.app.panes.tabs import SubjectTab
from iamtui.app.screens.list_screen import ListScreen
from iamtui.app.workbench.covered import uncover
from iamtui.app.workbench.paths_desk import PathsDesk
from iamtui.browsing.descriptions import arn_of, name_of
from iamtui.browsing.subjects import Subject
from iamtui.content.requests import RequestFields
from iamtui.policy.document import Document
from iamtui.snapshot.model import Group, ManagedPolicy, Resource, Role, Snapshot, User
from iamtui.visible import visible

if TYPE_CHECKING:
    from iamtui.analysis.queries.everybody.questions import Question
    from iamtui.app.screens.who_can_screen import WhoCanPlace

_ActedOn: TypeAlias = User | Role | Group | ManagedPolicy | Resource
_Asked: TypeAlias = tuple[Snapshot, Subject | None, RequestFields, tuple[Document, int] | None]


class QueryDesk(Widget):
    """Asks what is selected, and tells the request whose trace the user wants to see."""

    DEFAULT_CSS: ClassVar[str] = "QueryDesk { display: none; }"

    def __init__(self) -> None:
        """Nothing was asked yet."""
        super().__init__()
        self._place: WhoCanPlace | None = None
        self._newest: Snapshot | None = None  # what is on the screen: it may change while the user chooses

    def compose(self) -> ComposeResult:
        """Who remembers what was found."""
        yield PathsDesk()

    def set_snapshot(self, snapshot: Snapshot) -> None:
        """Ask an open question of another snapshot."""
        self._newest = snapshot
        self.query_one(PathsDesk).note_seen()
        if self.app.screen is self.screen:
            return
        from iamtui.app.screens.matrix_screen import MatrixScreen  # noqa: PLC0415 - the first frame does not wait
        from iamtui.app.screens.query_screen import QueryScreen  # noqa: PLC0415
        from iamtui.app.screens.what_if_screen import WhatIfScreen  # noqa: PLC0415

        as_read = self.screen.query_one(Reading).newest or snapshot  # over which the edits of a what-if are laid
        for screen in self.app.screen_stack:
            if isinstance(screen, QueryScreen | MatrixScreen):  # one that was only just opened is not composed yet
                screen.call_later(screen.ask_again, as_read if isinstance(screen, WhatIfScreen) else snapshot)

    def who_can(
        self, snapshot: Snapshot, subject: Subject | None, fields: RequestFields, tab: SubjectTab | None = None
    ) -> None:
        """Ask who can do what is under the cursor of a tab, what is chosen on a subject, or what the form holds."""
        statement, action = (None, "") if tab is None else (tab.statement_here(), tab.action_here())
        if action:
            subject, fields = None, replace(fields, action=action, resource="")
        if statement is None and not isinstance(subject, _ActedOn) and not fields.action.strip():
            self.notify("select what is acted on, or fill in an action, first", severity="warning", timeout=3)
            return
        self._who_can(Handed((snapshot, subject, fields, statement)))

    @work(exclusive=True, group="who-can", description="ask who can")
    async def _who_can(self, handed: Handed[_Asked]) -> None:
        from iamtui.app.screens.who_can_screen import WhoCanPlace, WhoCanScreen  # noqa: PLC0415 - the first frame does not wait
        from iamtui.browsing.queries.who_can import question_of  # noqa: PLC0415

        snapshot, subject, fields, statement = handed.take()
        if statement is None and isinstance(subject, _ActedOn):
            fields = await self._chosen(subject, fields)
            snapshot = self._newest or snapshot
        if statement is None and not fields.action:
            return
        try:
            question = question_of(fields) if statement is None else _question_of(*statement, subject, fields)
        except ValueError as error:
            self.notify(visible(str(error)), severity="warning", markup=False, timeout=4)
            return
        returns = self._place is not None and statement is None and fields == self._place.chosen
        if self._place is None or not (returns or self._place.asks(question)):
            self._place = WhoCanPlace(question, fields)
        screen = WhoCanScreen(snapshot, self._place)
        closed = asyncio.shield(self.app.push_screen(screen, wait_for_dismiss=True))
        self.post_message(RecordedWanted())
        await closed
        if screen.filter is not None:
            self.post_message(EventsWanted(screen.filter))
        elif screen.chosen is not None:
            self._go_on(screen.chosen)

    def _go_on(self, fields: RequestFields) -> None:
        """Show the trace of a request, whatever lies above the panes."""
        uncover(self.screen)
        self.post_message(RequestChosen(fields))

    async def _chosen(self, subject: _ActedOn, fields: RequestFields) -> RequestFields:
        """The action that the user chooses on a subject, or what the form holds; without an action if none."""
        from iamtui.browsing.queries.who_can import FORM, actions_on, form_row  # noqa: PLC0415 - as above

        chosen = await self.app.push_screen_wait(
            ListScreen(
                f"Who can do what on {name_of(subject)}?",
                [*form_row(fields), *actions_on(arn_of(subject))],
                empty="AWS lists no action on it",
                footer="/ finds an action, Enter asks who can do it",
            )
        )
        return fields if chosen == FORM else replace(fields, action=chosen or "", resource=arn_of(subject))

    def can(self, snapshot: Snapshot, subject: Subject | None) -> None:
        """Ask what the selected principal or group can do."""
        if isinstance(subject, User | Role | Group):
            self._can(Handed(snapshot), arn_of(subject), name_of(subject))
        else:
            self.notify("select a user, a role or a group first", severity="warning", timeout=3)

    @work(exclusive=True, group="can", description="ask what somebody can do")
    async def _can(self, handed: Handed[Snapshot], arn: str, name: str) -> None:
        await self._show_can(handed, arn, name)

    async def _show_can(self, handed: Handed[Snapshot], arn: str, name: str, services: tuple[str, ...] = ()) -> None:
        """Show what somebody can do, until that is closed; who else can is asked above it."""
        from iamtui.app.screens.can_screen import CanScreen  # noqa: PLC0415 - the first frame does not wait

        screen = CanScreen(
            handed.take(), arn, name, services, who_can=lambda held, fields: self.who_can(held, None, fields)
        )
        await self.app.push_screen_wait(screen)
        if screen.chosen is not None:
            self._go_on(screen.chosen)

    @work(exclusive=True, group="matrix", description="show the access matrix")
    async def matrix(self, handed: Handed[Snapshot]) -> None:
        """Show the access matrix; the actions behind a cell that is opened are shown above it."""
        from iamtui.app.screens.matrix_screen import MatrixScreen  # noqa: PLC0415 - the first frame does not wait

        await self.app.push_screen_wait(MatrixScreen(handed.take(), self._open_cell))

    async def _open_cell(self, handed: Handed[Snapshot], principal: str, service: str) -> None:
        await self._show_can(handed, principal, principal.rpartition("/")[2], (service,))

    def paths(self, handed: Handed[Snapshot], subject: Subject | None) -> None:
        """Ask who can become an administrator, or read the selected resource."""
        self.query_one(PathsDesk).open(handed, "" if subject is None else arn_of(subject))


def _question_of(document: Document, index: int, subject: Subject | None, fields: RequestFields) -> Question:
    """What a statement names, asked in the circumstances that the form states.

    Raises:
        QuestionError: it names nothing that can be asked about.
        RequestError: a key of the form has a value that it cannot have.
    """
    from iamtui.browsing.queries.statement_questions import question_of_statement  # noqa: PLC0415 - as above
    from iamtui.browsing.requests.fields import key_values  # noqa: PLC0415

    own = arn_of(subject) if isinstance(subject, Resource | Role) else ""
    return replace(question_of_statement(document, index, own), context=key_values(fields))
