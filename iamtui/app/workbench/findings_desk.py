"""Opens the list of findings, and keeps what is accepted in the file that `iamtui findings --mutes` reads (FI6)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.message import Message
from textual.widget import Widget

from iamtui.app.handed import Handed
from iamtui.app.loading.findings_worker import FindingsWorker
from iamtui.app.loading.reading import Reading
from iamtui.app.messages import RequestChosen
from iamtui.app.saving import Target
from iamtui.app.screens.findings_screen import FindingsScreen
from iamtui.app.screens.list_screen import ListPlace, ListScreen
from iamtui.app.screens.mute_dialog import Accepted, MuteDialog
from iamtui.app.screens.save_dialog import SaveDialog
from iamtui.app.workbench.what_if_desk import WhatIfDesk
from iamtui.browsing.descriptions import short_name
from iamtui.browsing.finding_lists import finding_at
from iamtui.browsing.workspace import Workspace
from iamtui.content.nodes import Node
from iamtui.content.requests import RequestFields
from iamtui.files.reading import UnreadableError, read_named, reason_of
from iamtui.files.writing import write_whole
from iamtui.snapshot.model import Snapshot
from iamtui.visible import visible

if TYPE_CHECKING:
    from iamtui.analysis.findings.review.hygiene_results import Mute
    from iamtui.analysis.remedies.remedy import Finding

_SUGGESTION = "mutes.json"
_LARGEST = 10_000_000
_THOROUGH = "asking what guardrails do and what could go"


class FindingsDesk(Widget):
    """Knows the mute file once the user has named it; writes in a thread, one mute after the other."""

    DEFAULT_CSS: ClassVar[str] = "FindingsDesk { display: none; }"

    @dataclass
    class Chosen(Message):
        """A finding was opened; `link` is where it leads."""

        link: str

    @dataclass
    class _Kept(Message):
        """The file is to be read, and a mute written to it if there is one."""

        mute: Mute | None
        path: Path

    def __init__(self) -> None:
        super().__init__()
        self._place = ListPlace()
        self._path: Path | None = None

    @property
    def _reading(self) -> Reading:
        return self.screen.query_one(Reading)

    @property
    def _worker(self) -> FindingsWorker:
        return self.screen.query_one(FindingsWorker)

    def on_mount(self) -> None:
        """A list that is open, on top or not, shows what is found anew."""
        self.watch(self._reading, "workspace", self._show_anew, init=False)

    def _show_anew(self, workspace: Workspace | None) -> None:
        if workspace is not None and workspace.findings is not None:
            for screen in self._lists():
                screen.call_later(screen.show, workspace.snapshot, workspace.findings)

    def _lists(self) -> list[FindingsScreen]:
        return [screen for screen in self.app.screen_stack if isinstance(screen, FindingsScreen)]

    def list_findings(self) -> None:
        """Open the list; on what the user chooses tell it."""
        workspace = self._reading.workspace
        if workspace is None or workspace.findings is None:
            self.notify("findings are still being looked for", markup=False, timeout=3)
            return

        def tell(link: str | None) -> None:
            if link is not None:
                self.post_message(self.Chosen(link))

        self.app.push_screen(FindingsScreen(workspace.snapshot, workspace.findings, self._place, self), tell)

    def look_thoroughly(self) -> None:
        """Ask what guardrails do and what could go (FI91, FI95-FI97); asked again, stop."""
        workspace = self._reading.workspace
        if workspace is None or workspace.findings is None:
            return
        worker = self._worker
        worker.look_thoroughly(workspace.snapshot, workspace.trees(), workspace.findings, self._say_thorough)
        self._say(f"{_THOROUGH} · t stops" if worker.is_thorough else f"{_THOROUGH}: stopped · t begins anew")

    def trace(self, fields: RequestFields) -> None:
        """Show the trace of a request that proves a finding."""
        self.post_message(RequestChosen(fields))

    def try_remedies(self, node_key: str) -> None:
        """Offer the remedies of the finding of a node; the one that is taken is shown by its effect, as a what-if."""
        from iamtui.browsing.remedies import finding_of  # noqa: PLC0415 - the first frame does not wait

        workspace = self._reading.workspace
        finding = None if workspace is None or workspace.findings is None else finding_of(workspace, node_key)
        if workspace is not None and finding is not None:
            self._offer(Handed((workspace.snapshot, finding)))

    @work(exclusive=True, group="remedies", description="try remedies")
    async def _offer(self, handed: Handed[tuple[Snapshot, Finding]]) -> None:
        from iamtui.analysis.remedies.offering import remedies_of  # noqa: PLC0415 - as above
        from iamtui.reports.edits import said_of_all  # noqa: PLC0415

        snapshot, finding = handed.take()
        remedies = await asyncio.to_thread(remedies_of, snapshot, finding)
        del snapshot
        if not remedies:
            self._warn(f"no edit mends {finding.rule} here: what to do is said below the finding")
            return
        rows = [Node(str(place), one.words, said_of_all(one.edits)) for place, one in enumerate(remedies)]
        footer = "Enter shows what it would do, and whether the finding is clear then; nothing is written"
        heading = f"Remedies: {finding.message}"
        key = await self.app.push_screen_wait(ListScreen(heading, rows, empty="none", footer=footer))
        if key is not None:
            self.screen.query_one(WhatIfDesk).try_remedy(finding, remedies[int(key)])

    def _say_thorough(self, percent: int) -> None:
        if self._worker.is_thorough:
            self._say(f"{_THOROUGH} · {percent} % · t stops")

    def _say(self, text: str) -> None:
        for screen in self._lists():
            screen.call_later(screen.say, text)

    # Mutes

    def mute(self, node_key: str) -> None:
        """Ask why the finding of a node is accepted, and keep that."""
        from iamtui.browsing.finding_mutes import DAYS, MuteError, mute_of  # noqa: PLC0415 - the first frame

        workspace = self._reading.workspace
        finding = None if workspace is None or workspace.findings is None else finding_at(workspace.findings, node_key)
        if workspace is None or finding is None:
            return
        snapshot, key = workspace.snapshot, node_key.partition("\n")[2]

        def refusal(accepted: Accepted) -> str:
            try:
                mute_of(snapshot, key, finding, accepted.reason, accepted.until)
            except MuteError as error:
                return str(error)
            return ""

        def keep(accepted: Accepted | None) -> None:
            if accepted is not None:
                self._keep_in_file(mute_of(snapshot, key, finding, accepted.reason, accepted.until))

        until = (datetime.now(UTC) + timedelta(days=DAYS)).date().isoformat()
        self.app.push_screen(
            MuteDialog(f"{finding.rule} of {short_name(snapshot, key)}: {finding.message}", until, refusal), keep
        )

    def _keep_in_file(self, mute: Mute) -> None:
        if self._path is not None:
            self.post_message(self._Kept(mute, self._path))
        else:
            self._ask_for_file("Keep mutes in a file, new or one that is there", mute)

    def open_file(self) -> None:
        """Ask for a file of mutes."""
        self._ask_for_file("Which file says what is accepted?", None)

    def _ask_for_file(self, heading: str, mute: Mute | None) -> None:
        def take(target: Target | None) -> None:
            if target is not None:
                self.post_message(self._Kept(mute, target.path))

        suggestion = str(self._path or _SUGGESTION)
        does = "opens it" if mute is None else "mutes"
        self.app.push_screen(SaveDialog(suggestion, ("json",), heading=heading, extends=True, does=does), take)

    @on(_Kept)
    async def _keep(self, event: _Kept) -> None:
        from iamtui.analysis.findings.review.mutes import MutesError  # noqa: PLC0415 - the first frame does not wait

        try:
            mutes = await asyncio.to_thread(_kept, event.path, event.mute)
        except (UnreadableError, MutesError) as error:
            self._warn(f"nothing is muted: {event.path}: {error}")
        except OSError as error:
            self._warn(f"not muted: {event.path}: {reason_of(error)}")
        else:
            self._path = event.path
            self.notify(
                visible(f"{len(mutes):,} mute{'' if len(mutes) == 1 else 's'} in {event.path}"), markup=False, timeout=5
            )
            self._reading.take_mutes(mutes)

    def _warn(self, text: str) -> None:
        self.notify(visible(text), severity="warning", markup=False, timeout=8)


def _kept(path: Path, mute: Mute | None) -> tuple[Mute, ...]:
    """The mutes of a file, in a thread; with one more where there is one, which is written first."""
    from iamtui.analysis.findings.review.mutes import read_mutes, with_mute  # noqa: PLC0415 - as above

    data = read_named(path, _LARGEST) if path.exists() or mute is None else b""
    if mute is not None:
        data = with_mute(data, mute)
        write_whole(path, data, replaces=True)
    return read_mutes(data)
