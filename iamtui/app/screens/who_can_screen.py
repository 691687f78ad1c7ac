"""Who can do something: users, roles, root and those outside, by which way, under which conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType

from iamtui.analysis.queries.everybody.questions import Question
from iamtui.analysis.queries.everybody.results import Row, WhoCan
from iamtui.app.saving import Format
from iamtui.app.screens.list_screen import ListPlace
from iamtui.app.screens.query_screen import Progress
from iamtui.app.screens.who_did_screen import WhoDidScreen
from iamtui.browsing.copies import Copy, question_copies, request_copies
from iamtui.browsing.queries.who_can import GROUPINGS, WhoCanRows, fields_of, heading, summary
from iamtui.browsing.queries.who_did import filter_of, is_event, with_calls
from iamtui.content.nodes import Node
from iamtui.content.requests import RequestFields
from iamtui.reports.serial import json_texts
from iamtui.snapshot.model import Snapshot
from iamtui.widgets.tree_list import TreeList


@dataclass(slots=True)
class WhoCanPlace:
    """A question, and where the user was in its answer: it opens there again.

    Attributes:
        before: what the form held, whose context stays.
        chosen: the request of the row that was opened last.
    """

    question: Question
    before: RequestFields
    grouping: str = GROUPINGS[0]
    rows: ListPlace = field(default_factory=ListPlace)
    chosen: RequestFields | None = None

    def asks(self, question: Question) -> bool:
        """Whether this is the question, whatever the user added to it on the screen."""
        return replace(self.question, via=question.via, show_denied=question.show_denied) == question


class WhoCanScreen(WhoDidScreen):
    """Gives the key of the row that was opened: `chosen` is the request that explains it."""

    HELP: ClassVar[str] = """\
# Who can
Everybody who can do what is asked. ✔ can now, ? can if something unknown is so: unfold the row to see what. `t` groups
by answer, way, account or kind; `v` adds those who can by becoming a role first, `d` those who are denied; `enter`
shows why, as a trace.
With CloudTrail events among the paths each row says how often it did and tried, and unfolds to its newest events; `e`
shows them all. Who did or tried and is not among those who can stands below. `w` on the trace of a row leads back here.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "regroup", "Group by", id="who-can.group"),
        Binding("v", "turn_chains", "Through roles", id="who-can.chains"),
        Binding("d", "turn_denied", "Denied too", id="who-can.denied"),
        Binding("e", "events", "Events", show=False, id="who-can.events"),
    ]

    def __init__(self, snapshot: Snapshot, place: WhoCanPlace) -> None:
        """Ask the question of `place`, which is kept up to date, and go to where the user was."""
        super().__init__(
            heading(place.question),
            snapshot,
            footer="Enter shows why, → conditions, t groups, v through roles, d denied too",
            place=place.rows,
        )
        self._at = place
        self._returns_to: ListPlace | None = replace(place.rows)
        self._question = place.question
        self._looked_for: WhoCan | None = None
        self._made: WhoCanRows | None = None
        self.chosen: RequestFields | None = None
        self.filter: str | None = None
        """The events that the user went to."""

    @property
    def question(self) -> Question:
        """With chains, and with the denied, as the heading says."""
        return self._question

    def answer_of(self, snapshot: Snapshot, progress: Progress) -> WhoCan:
        """Ask of everybody."""
        from iamtui.analysis.queries.everybody.who_can import who_can  # noqa: PLC0415 - the first frame does not wait for it

        answer = who_can(snapshot, self._question, progress)
        self._made = WhoCanRows(answer)  # here, in the thread: there may be many
        return answer

    def rows_of(self, answer: WhoCan) -> tuple[Sequence[Node], Callable[[str], Sequence[Node]]]:
        """The groups, and the rows of each."""
        made = self._rows(answer)
        rows = made.by(self._at.grouping)
        return rows if self.did is None else with_calls(*rows, made, self.did)

    def _rows(self, answer: WhoCan) -> WhoCanRows:
        """The rows of an answer; those of another may have been made since."""
        made = self._made
        return made if made is not None and made.answer is answer else WhoCanRows(answer)

    def _row_under(self, node: Node | None) -> Row | None:
        return None if self.answer is None or node is None else self._rows(self.answer).row_of(node.key)

    def show_answer(self) -> None:
        """Show the rows; look through the events of an answer that is new."""
        if self.answer is not self._looked_for:
            self._looked_for, self.did = self.answer, None
            self.look()
        super().show_answer()
        if self.answer is not None and self._returns_to is not None:
            self._tree.select_key(self._returns_to.cursor, self._returns_to.above)
            self._returns_to = None

    def unfolded(self, nodes: Sequence[Node]) -> Iterable[str]:
        """Every group."""
        return (node.key for node in nodes if node.has_children)

    def summary_of(self, answer: WhoCan) -> str:
        """How many of each label."""
        return f"{summary(answer)} · by {self._at.grouping}{self.said_of_events}"

    def copies_here(self) -> Sequence[Copy]:
        """Who the row is about, and the command that shows why."""
        node = self._tree.cursor_node
        row = self._row_under(node)
        if row is None:
            return ()
        fields = fields_of(row, self._question, self._at.before)
        return (Copy("ARN", row.arn), *request_copies(fields, self.opened))

    @property
    def formats(self) -> tuple[Format, ...]:
        """Text, JSON, or a picture."""
        return ("txt", "json", "svg") if self.answer is not None else ("txt", "svg")

    def exported(self, form: Format) -> Iterable[str]:
        """The rows that are unfolded; as JSON what `iamtui who-can` prints (WC6)."""
        if form != "json":
            return super().exported(form)
        return () if self.answer is None else json_texts(self.answer)

    def commands(self) -> Sequence[Copy]:
        """The command that asks the same."""
        return question_copies(self._question, self._at.before.context, self.opened)

    def action_regroup(self) -> None:
        """Group by what comes next: answer, way, account, kind."""
        self._at.grouping = GROUPINGS[(GROUPINGS.index(self._at.grouping) + 1) % len(GROUPINGS)]
        is_on_row = self._row_under(self._tree.cursor_node) is not None
        self.show_answer()
        if not is_on_row:
            self._tree.cursor = 0

    def action_turn_chains(self) -> None:
        """Add those who can by becoming a role first, or leave them out again (WC19)."""
        self._change(via=0 if self._question.via else "any")

    def action_turn_denied(self) -> None:
        """Add those who are denied, or leave them out again (WC15)."""
        self._change(show_denied=not self._question.show_denied)

    def action_events(self) -> None:
        """Show the recorded calls of a row."""
        node = self._tree.cursor_node
        if self.answer is not None and node is not None:
            self.filter = filter_of(node.key, self._question, self._rows(self.answer), self.did)
            if self.filter is not None:
                self.dismiss(None)

    def _change(self, **members: object) -> None:
        self._question = self._at.question = replace(self._question, **members)  # type: ignore[arg-type]
        self._question_text = heading(self._question)
        self.answer = None
        self._say("asking …")
        self.ask()

    @on(TreeList.Opened)
    def _row_opened(self, event: TreeList.Opened) -> None:
        """Leave with the request that explains a row, or for its events; a group folds."""
        if is_event(event.node.key):
            event.stop()
            event.prevent_default()
            self.action_events()
            return
        row = self._row_under(event.node)
        if row is None or not event.node.key.startswith("row "):
            return
        event.stop()
        event.prevent_default()
        self.chosen = self._at.chosen = fields_of(row, self._question, self._at.before)
        self.dismiss(event.node.key)
