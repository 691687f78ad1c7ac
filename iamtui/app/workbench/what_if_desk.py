"""Edits in the mind: chosen for what is selected, shown by their effect, and kept laid over the picture if wanted."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.message import Message
from textual.widget import Widget

from iamtui.app.handed import Handed
from iamtui.app.loading.reading import Reading
from iamtui.app.loading.viewer import LAID
from iamtui.app.messages import RequestChosen
from iamtui.app.screens.list_screen import ListScreen
from iamtui.browsing.descriptions import name_of
from iamtui.browsing.subjects import Subject
from iamtui.content.nodes import Node
from iamtui.content.requests import RequestFields
from iamtui.snapshot.model import Snapshot
from iamtui.visible import visible

if TYPE_CHECKING:  # the first list does not wait for what compares pictures
    from iamtui.analysis.overlay.laying import Edit
    from iamtui.analysis.remedies.remedy import Finding, Remedy
    from iamtui.browsing.what_if import Choice, Draft


class WhatIfDesk(Widget):
    """Holds the edits that are being tried."""

    DEFAULT_CSS: ClassVar[str] = "WhatIfDesk { display: none; }"

    @dataclass
    class Kept(Message):
        """The edits of a patch are to be laid over the picture; an empty one: they are to be taken off."""

        patch: bytes

    def __init__(self) -> None:
        """Without edits."""
        super().__init__()
        self.edits: tuple[Edit, ...] = ()
        self._wanted: RequestFields | None = None

    def on_mount(self) -> None:
        """Ask what waits for the edits as soon as they are laid over the picture."""
        self.watch(self.screen.query_one(Reading), "workspace", self._shown, init=False)

    def _shown(self) -> None:
        if self._wanted is not None and self.screen.query_one(Reading).what_if == LAID:
            self.post_message(RequestChosen(self._wanted))
            self._wanted = None

    def drop(self) -> None:
        """Take the edits off."""
        self.edits = ()
        self.post_message(self.Kept(b""))

    def go_on(self, edits: tuple[Edit, ...], fields: RequestFields | None) -> None:
        """Show what edits do besides those that there are; with a request keep them on, and ask that."""
        self._go_on((*self.edits, *edits), fields)

    def try_remedy(self, finding: Finding, remedy: Remedy) -> None:
        """Show what a remedy does, beside the edits that there are, and whether its finding is clear then."""
        self._try(finding, remedy)

    @work(exclusive=True, group="what-if", description="try a remedy")
    async def _try(self, finding: Finding, remedy: Remedy) -> None:
        base = self.screen.query_one(Reading).newest
        if base is not None:
            await self._show(base, (*self.edits, *remedy.edits), (finding, remedy))

    @work(exclusive=True, group="what-if", description="try the changes of a path")
    async def _go_on(self, edits: tuple[Edit, ...], fields: RequestFields | None) -> None:
        base = self.screen.query_one(Reading).newest
        if base is None:
            return
        if fields is None:
            await self._show(base, edits)
        elif edits == self.edits:
            self.post_message(RequestChosen(fields))
        elif await self._keep(base, edits):
            self._wanted = fields

    async def _keep(self, base: Snapshot, edits: tuple[Edit, ...]) -> bool:
        """Lay edits over the picture; False, and it is told, where no patch can say them."""
        from iamtui.analysis.overlay.placing import MissingThingError  # noqa: PLC0415 - the first list does not wait
        from iamtui.browsing.what_if import patch_bytes  # noqa: PLC0415

        try:
            patch = await asyncio.to_thread(patch_bytes, base, edits)
        except MissingThingError as error:
            self.notify(visible(f"not kept on: {error}"), severity="warning", markup=False, timeout=6)
            return False
        self.edits = edits
        self.post_message(self.Kept(patch))
        return True

    def open(self, base: Snapshot, shown: Snapshot, subject: Subject | None) -> None:
        """Offer what can be edited of a subject of the picture on the screen, and the edits that there are."""
        self._open(Handed((base, shown, subject)))

    @work(exclusive=True, group="what-if", description="try an edit")
    async def _open(self, handed: Handed[tuple[Snapshot, Snapshot, Subject | None]]) -> None:
        base, shown, subject = handed.take()
        from iamtui.browsing.what_if import choices  # noqa: PLC0415 - as above

        held = [] if subject is None else choices(shown, subject)
        if not held and not self.edits:
            self.notify("select a principal or a policy that can be edited first", severity="warning", timeout=3)
            return
        edit = await self._chosen(subject, held)
        if edit is None:
            return
        base = self.screen.query_one(Reading).newest or base  # files may have changed while the user chose
        await self._show(base, edit if isinstance(edit, tuple) else (*self.edits, edit))

    async def _chosen(self, subject: Subject | None, held: list[Choice]) -> Edit | tuple[Edit, ...] | None:
        """An edit, or those that there are already; None: nothing is wanted."""
        heading = "What if" if subject is None else f"What if: {name_of(subject)}"
        while True:
            rows = [Node(str(place), one.label, one.detail) for place, one in enumerate(held)]
            if self.edits:
                count = f"{len(self.edits)} edit{'' if len(self.edits) == 1 else 's'}"
                rows.insert(0, Node("there", f"Show what the {count} laid over the picture do", "", "accent", "●"))
            footer = "Enter tries it: what it would do is shown first, and nothing is written"
            key = await self.app.push_screen_wait(ListScreen(heading, rows, empty="nothing to choose", footer=footer))
            if key is None:
                return None
            if key == "there":
                return self.edits
            choice = held[int(key)]
            if choice.draft is not None:
                return await self._written(choice.draft)
            if choice.edit is not None:
                return choice.edit
            heading, held = choice.label, list(choice.more)

    async def _written(self, draft: Draft) -> Edit | None:
        from iamtui.app.screens.edit_screen import EditScreen  # noqa: PLC0415 - the first frame does not wait

        document = await self.app.push_screen_wait(EditScreen(draft))
        return None if document is None else draft.edit(document)

    async def _show(
        self, base: Snapshot, edits: tuple[Edit, ...], remedy: tuple[Finding, Remedy] | None = None
    ) -> None:
        from iamtui.app.screens.what_if_screen import WhatIfScreen  # noqa: PLC0415 - the first frame does not wait

        screen = WhatIfScreen(base, edits, remedy)
        await self.app.push_screen_wait(screen)
        if screen.ending in ("keep", "more"):
            if await self._keep(base, edits) and screen.ending == "more":
                self.notify("kept on · select what to edit next, then W", timeout=4)
        elif screen.ending == "off":
            self.drop()
