"""The card of one event, and the ways that lead on from it (B12)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

from textual import on, work
from textual.binding import Binding, BindingType

from iamtui.app.screens.lines_screen import LinesScreen
from iamtui.browsing.copies import Copy, command_copies, request_copies
from iamtui.browsing.trail.event_card import EventCard
from iamtui.reports.lines import StatementRef
from iamtui.trail.trail import GoneError
from iamtui.widgets.tree_list import TreeList

OpenCard: TypeAlias = Callable[[str, str], Awaitable[str | None]]
"""Shows a card of a kind about somebody until it is closed; gives the filter that the user goes to from there."""
CardBeside: TypeAlias = Callable[[EventCard, int], Awaitable[EventCard]]
"""The card of the event so many places later than that of another card, as it is by now; it may be gone."""


@dataclass(frozen=True, slots=True)
class Onward:
    """Where the user goes from an event: to events that a filter means, to a request or a statement."""

    kind: Literal["filter", "simulate", "statement", "who-can"]
    filter: str = ""
    statement: StatementRef | None = None


class EventScreen(LinesScreen):
    """Stays open while another event comes, and below the card of a key or a board: a key meant for it finds it.

    `onward` says how the user left it, and `card` from where; nothing if it was only closed.
    """

    HELP: ClassVar[str] = """\
# One event
AWS's word stands beside ours, with the trace of each part and the record, secrets masked. `a` `o` `p` `u` show the
events of the same caller, resource, address and session; `s` simulates the request; `]` and `[` go on and back in time.
`c` shows the card of the key that signed, `b` whether its owner is contained, `w` who could and who did the same.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "simulate", "Simulate", id="event.simulate"),
        Binding("a", "same('caller')", "Same caller", id="event.caller"),
        Binding("o", "same('resource')", "Same resource", id="event.resource"),
        Binding("p", "same('address')", "Same address", id="event.address"),
        Binding("u", "same('session')", "Same session", id="event.session"),
        Binding("c", "board('key')", "Key card", id="event.key"),
        Binding("b", "board('containment')", "Containment", id="event.containment"),
        Binding("w", "who_can", "Who could", id="event.who-can"),
        Binding("right_square_bracket", "neighbour(1)", "Later", show=False, id="event.later"),
        Binding("left_square_bracket", "neighbour(-1)", "Earlier", show=False, id="event.earlier"),
    ]

    def __init__(self, card: EventCard, beside: CardBeside, open_card: OpenCard) -> None:
        """Show `card`; `beside` gives others, `open_card` shows a key or a containment board."""
        super().__init__(
            card.heading,
            card.lines,
            footer="a o p u: same caller, resource, address, session · c key b board w who can",
        )
        self.card = card
        self._beside = beside
        self._open_card = open_card
        self.onward: Onward | None = None

    def copies_here(self) -> Sequence[Copy]:
        """A statement, the key that signed, and the command that decides the request."""
        key = [] if self.card.key is None else [Copy("key", self.card.key)]
        asked = [] if self.card.fields is None else request_copies(self.card.fields, self.opened)
        return (*super().copies_here(), *key, *asked)

    def commands(self) -> Sequence[Copy]:
        """The command that shows the same."""
        return command_copies("trail", self.opened, "--event", self.card.event_id) if self.card.event_id else ()

    def _leave(self, onward: Onward) -> None:
        self.onward = onward
        self.dismiss(None)

    def action_simulate(self) -> None:
        """Fill in the simulation."""
        if self.card.fields is None:
            self.notify("the record does not tell a request that can be asked", severity="warning", timeout=3)
        else:
            self._leave(Onward("simulate"))

    def action_who_can(self) -> None:
        """Ask who can do this, beside who did."""
        if self.card.fields is None:
            self.notify("the record does not tell a request that can be asked", severity="warning", timeout=3)
        else:
            self._leave(Onward("who-can"))

    def action_same(self, what: str) -> None:
        """Show the events that have this in common."""
        text = self.card.same.get(what)
        if text is None:
            self.notify(f"the record names no {what} that can be shown", severity="warning", timeout=3)
        else:
            self._leave(Onward("filter", text))

    @work(exclusive=True, group="card", description="open a card")
    async def action_board(self, kind: Literal["key", "containment"]) -> None:
        """Show the card of the key, or the containment board of its owner."""
        who = self.card.key if kind == "key" else self.card.who
        if who is None:
            self.notify(f"the record does not name the {'key' if kind == 'key' else 'caller'}", severity="warning")
            return
        text = await self._open_card(kind, who)
        if text is None:
            await self.action_neighbour(0)  # files may have changed meanwhile
        else:
            self._leave(Onward("filter", text))

    async def action_neighbour(self, step: int) -> None:
        """Show the event before or after; the keys that come meanwhile wait, and are about that event."""
        try:
            card = await self._beside(self.card, step)
        except GoneError as error:
            self.notify(str(error), severity="warning")
            return
        if self not in self.app.screen_stack:
            return  # it was closed while the event was looked for
        if card is not self.card:
            self.card = card
            self.set_heading(card.heading)
            self.set_lines(card.lines)
            self._tree.cursor = 0

    @on(TreeList.Opened)
    def _statement_opened(self, event: TreeList.Opened) -> None:
        """Leave with a statement; everything else unfolds."""
        line = self.line(event.node.key)
        if line is not None and line.statement is not None:
            event.prevent_default()
            event.stop()
            self._leave(Onward("statement", statement=line.statement))
