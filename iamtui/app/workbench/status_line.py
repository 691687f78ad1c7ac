"""The first line of the screen: what is open, how much it is, and whether it is watched."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from iamtui.snapshot.model import Account, Snapshot
from iamtui.widgets.text import fitted, shown


def contents(snapshot: Snapshot) -> str:
    """What a snapshot holds, in a line."""
    accounts = list(snapshot.accounts.values())
    if len(accounts) == 1:
        name = f"{accounts[0].alias} {accounts[0].account_id}" if accounts[0].alias else accounts[0].account_id
    else:
        name = f"{len(accounts):,} accounts"
    counts = [_count(accounts, kind) for kind in ("users", "roles", "policies")]
    return " · ".join((name, *counts))


def _count(accounts: list[Account], kind: str) -> str:
    known = [getattr(account, kind) for account in accounts]
    if accounts and all(found is None for found in known):
        return f"{kind} not exported"
    return f"{sum(len(found or ()) for found in known):,} {kind}"


class StatusLine(Widget):
    """A line with `contents` at the left and `state` at the right."""

    DEFAULT_CSS = """
    StatusLine { height: 1; width: 1fr; padding: 0 1; background: $panel; color: $foreground; }
    """

    contents: reactive[str] = reactive("")
    """What is open."""
    state: reactive[str] = reactive("")
    """Reading, watching, and since when."""

    pins: reactive[str] = reactive("")
    """Which pins wait to be looked at."""

    def render(self) -> Content:
        """Draw both; where there is little room the left is cut."""
        state = f" {self.pins}{' · ' if self.pins else ''}{shown(self.state)}"
        return Content(fitted(f"iamtui  {shown(self.contents)}", self.size.width - cell_len(state)) + state)
