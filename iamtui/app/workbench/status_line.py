"""The first line of the screen: what is open, how much it is, and whether it is watched."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from iamtui.browsing.file_names import opened_as, written_on
from iamtui.snapshot.model import Account, Snapshot
from iamtui.widgets.text import fitted, shown

_LEADS_TO: Final = {
    "●": "app.changes",
    "viewing": "app.changes",
    "f": "app.findings",
    "findings": "app.findings",
    "nothing": "app.problems",
}
"""The first words of parts of the state, and the id of the key that shows more about them."""


def contents(snapshot: Snapshot, *, is_dated: bool) -> str:
    """What a snapshot holds, and of which days its files are, in a line."""
    accounts = list(snapshot.accounts.values())
    if len(accounts) == 1:
        name = f"{accounts[0].alias} {accounts[0].account_id}" if accounts[0].alias else accounts[0].account_id
    else:
        name = f"{len(accounts):,} accounts"
    counts = [_count(accounts, kind) for kind in ("users", "roles", "policies")]
    written = written_on(snapshot.files) if is_dated else ""
    return " · ".join(filter(None, (name, written, *counts)))


def _count(accounts: list[Account], kind: str) -> str:
    known = [getattr(account, kind) for account in accounts]
    if accounts and all(found is None for found in known):
        return f"{kind} not exported"
    return f"{sum(len(found or ()) for found in known):,} {kind}"


class StatusLine(Widget):
    """A line with what was opened at the left and `state` at the right."""

    DEFAULT_CSS = """
    StatusLine { height: 1; width: 1fr; padding: 0 1; background: $panel; color: $foreground; }
    """

    snapshot: reactive[Snapshot | None] = reactive[Snapshot | None](None)
    """What was read."""
    state: reactive[str] = reactive("")
    """Reading, watching, and since when."""

    pins: reactive[str] = reactive("")
    """Which pins wait to be looked at."""
    alarms: reactive[str] = reactive("")
    """Which containment boards have a rule that opened again."""

    def __init__(self, paths: tuple[Path, ...], *, bundled: bool) -> None:
        """`paths` are what was opened; `bundled` says that it is the sample that comes with iamtui."""
        super().__init__()
        self._paths = paths
        self._bundled = bundled

    @property
    def contents(self) -> str:
        """What is open: files, account, counts, and of which days the files are."""
        opened = "the bundled sample" if self._bundled else opened_as(self._paths)
        if self.snapshot is None:
            return opened
        return f"{opened} · {contents(self.snapshot, is_dated=not self._bundled)}"

    def set_state(self, state: str) -> None:
        """Say how far the reading is."""
        self.state = state

    @property
    def _parts(self) -> list[tuple[str, str]]:
        """What stands at the right, each with the id of the key that a click on it presses."""
        said = [(part, _LEADS_TO.get(part.partition(" ")[0], "")) for part in shown(self.state).split(" · ")]
        return [one for one in ((shown(self.alarms), "app.boards"), (self.pins, "app.pins"), *said) if one[0]]

    def render(self) -> Content:
        """Draw both; where there is little room the last facts are left out."""
        state = " " + " · ".join(part for part, _ in self._parts)
        room = self.size.width - cell_len(state)
        said = f"iamtui  {shown(self.contents)}"
        while cell_len(said) > room and " · " in said:  # a fact that is cut says nothing
            said = said.rpartition(" · ")[0]
        return Content(fitted(said, room) + state)

    def on_click(self, event: events.Click) -> None:
        """Show more about what is under the mouse: what was opened, what changed, findings, pins, boards."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        start, leads_to = self.size.width, "app.inventory"
        for part, key in reversed(self._parts):
            start -= cell_len(part)
            if offset.x >= start:
                leads_to = key
                break
            start -= cell_len(" · ")
        for active in self.screen.active_bindings.values():
            if active.binding.id == leads_to:
                self.app.simulate_key(active.binding.key)
                return
