"""The first line of the screen: what is open, how much it is, and whether it is watched."""

from __future__ import annotations

from pathlib import Path

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from iamtui.browsing.file_names import opened_as, written_on
from iamtui.snapshot.model import Account, Snapshot
from iamtui.widgets.text import fitted, shown


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

    def render(self) -> Content:
        """Draw both; where there is little room the last facts are left out."""
        state = " " + " · ".join(filter(None, (shown(self.alarms), self.pins, shown(self.state))))
        room = self.size.width - cell_len(state)
        said = f"iamtui  {shown(self.contents)}"
        while cell_len(said) > room and " · " in said:  # a fact that is cut says nothing
            said = said.rpartition(" · ")[0]
        return Content(fitted(said, room) + state)
