"""What a principal can do: by service, then by action, and what was taken away."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType

from iamtui.analysis.queries.one_principal.can_results import Can
from iamtui.app.saving import Format
from iamtui.app.screens.query_screen import KINDS_OF_ACTIONS, Progress, QueryScreen
from iamtui.browsing.copies import Copy, command_copies, request_copies
from iamtui.browsing.queries.can import reach_rows, request_fields, summary
from iamtui.content.nodes import Node
from iamtui.content.requests import RequestFields
from iamtui.reports.serial import json_texts
from iamtui.snapshot.model import Snapshot
from iamtui.widgets.tree_list import TreeList


class CanScreen(QueryScreen[Can]):
    """Gives the key of the action that was opened: `chosen` is the request that explains it."""

    HELP: ClassVar[str] = """\
# What a principal can do
Every action that all policies in force together allow, by service; the bar says how much of it lies there.
Unfold a service to access levels and actions, an action to what grants it and on what: ✔ on every resource, ◐ on some,
? only if something unknown is so. What a boundary, an SCP or a Deny takes away
stands below. `enter` on an action shows why, as a trace; `w` asks who else can do it, and closing that returns here.
"""
    BINDINGS: ClassVar[list[BindingType]] = [Binding("w", "who_can", "Who can", id="can.who-can")]

    COUNTED: ClassVar[str] = KINDS_OF_ACTIONS

    def __init__(
        self,
        snapshot: Snapshot,
        principal: str,
        name: str,
        services: tuple[str, ...] = (),
        *,
        who_can: Callable[[Snapshot, RequestFields], None],
    ) -> None:
        """Ask what `principal`, called `name`, can do, in some services if they are given; `who_can` asks of all."""
        where = f" in {', '.join(services)}" if services else ""
        super().__init__(
            f"What {name} can do{where}",
            snapshot,
            footer="→ unfolds, Enter on an action shows why as a trace, w who can do it",
        )
        self._principal = principal
        self._services = services
        self._who_can = who_can
        self.chosen: RequestFields | None = None

    def answer_of(self, snapshot: Snapshot, progress: Progress) -> Can:
        """Ask for every action."""
        from iamtui.analysis.queries.one_principal.can import CanQuestion, can  # noqa: PLC0415 - the first frame does not wait for it

        return can(snapshot, CanQuestion(principal=self._principal, services=self._services), progress)

    def rows_of(self, answer: Can) -> tuple[Sequence[Node], Callable[[str], Sequence[Node]]]:
        """A row for each service."""
        return reach_rows(answer)

    def summary_of(self, answer: Can) -> str:
        """How many actions in how many services."""
        return summary(answer)

    @property
    def _request_here(self) -> RequestFields | None:
        node = self._tree.cursor_node
        return None if self.answer is None or node is None else request_fields(self.answer, node.key)

    def action_who_can(self) -> None:
        """Ask who can do the action under the cursor, on whatever resource."""
        fields = self._request_here
        if fields is None:
            self.notify("put the cursor on an action first", severity="warning", timeout=3)
        else:
            self._who_can(self._snapshot, RequestFields(action=fields.action))

    def copies_here(self) -> Sequence[Copy]:
        """The action, and the command that shows why."""
        fields = self._request_here
        return () if fields is None else (Copy("action", fields.action), *request_copies(fields, self.opened))

    @property
    def formats(self) -> tuple[Format, ...]:
        """Text, JSON, or a picture."""
        return ("txt", "json", "svg") if self.answer is not None else ("txt", "svg")

    def exported(self, form: Format) -> Iterable[str]:
        """The rows that are unfolded; as JSON what `iamtui can` prints (WC6)."""
        if form != "json":
            return super().exported(form)
        return () if self.answer is None else json_texts(self.answer)

    def commands(self) -> Sequence[Copy]:
        """The command that asks the same."""
        services = [word for service in self._services for word in ("--service", service)]
        return command_copies("can", self.opened, self._principal, *services)

    @on(TreeList.Opened)
    def _action_opened(self, event: TreeList.Opened) -> None:
        """Leave with the request that explains an action; a service folds."""
        fields = None if self.answer is None else request_fields(self.answer, event.node.key)
        if fields is not None:
            event.stop()
            event.prevent_default()
            self.chosen = fields
            self.dismiss(event.node.key)
