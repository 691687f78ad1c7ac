"""What becomes of a text that is pasted where nobody types: what can be done with it is offered."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import ClassVar

from textual import work
from textual.message import Message
from textual.widget import Widget

from iamtui.app.loading.reading import Reading
from iamtui.app.messages import RequestChosen
from iamtui.app.screens.list_screen import ListScreen
from iamtui.app.workbench.trail_desk import TrailDesk
from iamtui.reports.lines import StatementRef
from iamtui.snapshot.model import Snapshot


class PasteDesk(Widget):
    """Reads what was pasted behind the screen, lists what can be done, and tells what was chosen."""

    DEFAULT_CSS: ClassVar[str] = "PasteDesk { display: none; }"

    @dataclass
    class SubjectChosen(Message):
        """A subject is to be shown."""

        key: str

    @dataclass
    class StatementChosen(Message):
        """The policy of a statement is to be opened there."""

        statement: StatementRef

    @work(exclusive=True, group="paste", description="read what was pasted")
    async def take(self, text: str) -> None:
        """Offer what can be done with a text; what is chosen closes the screens above the workbench."""
        from iamtui.app.screens.denial_screen import DenialScreen  # noqa: PLC0415 - the first list does not wait
        from iamtui.browsing.pasted import read_pasted  # noqa: PLC0415

        snapshot = self.screen.query_one(Reading).snapshot or Snapshot({})
        has_events = self.screen.query_one(TrailDesk).has_events
        pasted = await asyncio.to_thread(read_pasted, text, snapshot, has_events=has_events)
        if not pasted.offers:
            self.notify(pasted.heading, severity="warning", markup=False, timeout=6)
            return
        nodes = [offer.node for offer in pasted.offers]
        key = await self.app.push_screen_wait(ListScreen(pasted.heading, nodes, empty=""))
        chosen = next((offer for offer in pasted.offers if offer.node.key == key), None)
        if chosen is None:
            return
        if chosen.card is None and chosen.go_to is None and chosen.fields is None and chosen.why is None:
            return
        while self.app.screen is not self.screen:
            await self.app.screen.dismiss(None)
        if chosen.card is not None:
            self.screen.query_one(TrailDesk).open_card(*chosen.card)
        elif chosen.go_to is not None:
            self.post_message(self.SubjectChosen(chosen.go_to))
        elif chosen.fields is not None:
            self.post_message(RequestChosen(chosen.fields))
        elif chosen.why is not None:
            screen = DenialScreen(chosen.why)
            row = await self.app.push_screen_wait(screen)
            statement = None if row is None else screen.statement(row)
            if statement is not None:
                self.post_message(self.StatementChosen(statement))
