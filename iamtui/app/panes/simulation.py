"""The simulation pane: a request, the verdict, and the trace of the decision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive

from iamtui import catalog
from iamtui.app.panes.pane import SearchedPane
from iamtui.app.saving import Format, late
from iamtui.browsing.copies import Copy, request_copies, statement_copies
from iamtui.browsing.line_nodes import LineNodes
from iamtui.browsing.requests import completions
from iamtui.browsing.requests.answers import ActionTable, Answer
from iamtui.browsing.requests.fields import context_offers, described_key
from iamtui.browsing.workspace import Workspace
from iamtui.content.requests import RequestFields, Suggestion
from iamtui.evaluation.decision import Decision
from iamtui.reports import outline
from iamtui.reports.lines import StatementRef
from iamtui.reports.words import deciding_statements, sentence
from iamtui.widgets.line_cursor import LineCursor
from iamtui.widgets.request_form import RequestForm
from iamtui.widgets.search_box import SearchBox
from iamtui.widgets.tree_list import TreeList
from iamtui.widgets.verdict_bar import Verdict, VerdictBar, VerdictKind

_MOST_NAMED = 3


class SimulationPane(SearchedPane):
    """Holds the request as typed; shows the `answer` that the owner found for it."""

    BINDING_GROUP_TITLE = "Simulate"
    HELP: ClassVar[str] = """\
## Simulate
May this principal do this action on this resource? The answer comes as you type. `tab` goes from field to field; in a
field `↓` opens completions. Below *Context* stand the keys that were consulted: `space` turns a key from value to
absent to unknown. In the trace `enter` on a statement opens its policy there; `/`, `n`, `N` search; `r` lists earlier
requests; `y` copies the trace, `Y` also the statement under the cursor or the command that asks the same; `ctrl+s`
saves. An action with wildcards, such as `s3:*`, makes a table: `enter` on a row asks for its action.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "Search", id="simulation.search", priority=True),
        Binding("e", "edit", "Edit request", id="simulation.edit"),
    ]

    FORMATS: ClassVar[tuple[Format, ...]] = ("txt", "json", "md", "svg")

    workspace: reactive[Workspace | None] = reactive[Workspace | None](None, always_update=True)
    """What completions come from."""
    answer: reactive[Answer | None] = reactive[Answer | None](None, always_update=True)
    """What was found for the request; None: nothing was asked."""

    form = getters.query_one(RequestForm)
    _bar = getters.query_one(VerdictBar)
    _trace = getters.query_one("#trace", TreeList)

    @dataclass
    class Asked(Message):
        """The request changed; `final` when the user said that it is whole."""

        fields: RequestFields
        final: bool = False

    @dataclass
    class StatementOpened(Message):
        """The user opened a statement of the trace."""

        statement: StatementRef

    def compose(self) -> ComposeResult:
        """Form, verdict, trace, search line."""
        yield RequestForm()
        yield VerdictBar()
        yield TreeList(id="trace", empty="no decision yet: s on a user or role, or type above")
        yield SearchBox()

    def on_mount(self) -> None:
        """Answer what the form and the trace ask."""
        self._lines = LineNodes()
        self._unfolds: frozenset[str] = frozenset()  # what the trace on show unfolds of itself
        self.form.complete_principal = self._principals
        self.form.complete_action = completions.actions
        self.form.complete_resource = self._resources
        self.form.describe_key = described_key
        self._trace.children_of = self._lines.below

    def _principals(self, typed: str) -> list[Suggestion]:
        return [] if self.workspace is None else completions.principals(self.workspace, typed)

    def _resources(self, typed: str) -> list[Suggestion]:
        if self.workspace is None:
            return []
        fields = self.form.fields
        return completions.resources(self.workspace.snapshot, fields.action, fields.principal, typed)

    @property
    def view(self) -> LineCursor:
        """What is searched."""
        return self._trace

    def focus(self, scroll_visible: bool = True) -> SimulationPane:  # noqa: FBT001, FBT002 - Textual's signature
        """Focus the form while there is no answer, else the trace."""
        if self.decision is None:
            self.form.focus(scroll_visible)
        else:
            self._trace.focus(scroll_visible)
        return self

    @property
    def wants_resource(self) -> bool:
        """Whether the action, or one that it means, takes a resource and none is given."""
        fields = self.form.fields
        pattern = fields.action.strip()
        named = catalog.matching(pattern) if "*" not in pattern.partition(":")[0] else ()
        actions = map(catalog.action, named)
        return not fields.resource.strip() and any(action is not None and action.resource_types for action in actions)

    @property
    def decision(self) -> Decision | None:
        """The decision on show."""
        return None if self.answer is None else self.answer.decision

    # What is taken along

    @property
    def stem(self) -> str:
        """Principal and action."""
        fields = self.form.fields
        return f"{fields.principal.rpartition('/')[2]}-{fields.action}"

    def exported(self, form: Format) -> Iterable[str]:
        """The decision with its whole trace, or the table."""
        if self.decision is None:
            return () if self._table is None else late(partial(_written_table, self._table, form))
        return late(partial(_written, self.decision, form, full=True))

    def copied(self) -> tuple[str, str] | None:
        """The trace as it unfolds at first, or the table."""
        if self.decision is None:
            return None if self._table is None else ("table", _written_table(self._table, "txt"))
        return "trace", _written(self.decision, "txt")

    def copies(self) -> Sequence[Copy]:
        """The statement under the cursor, the answer, and the command that asks the same."""
        node, taken = self._trace.cursor_node, self.copied()
        line = None if node is None else self._lines.line(node.key)
        at = None if line is None else line.statement
        statement = [] if at is None else statement_copies(at.policy.document, at.index)
        if self.decision is not None:
            statement += [Copy("JSON", _written(self.decision, "json"))]
        return (*([] if taken is None else [Copy(*taken)]), *statement, *request_copies(self.form.fields, self.opened))

    @property
    def _table(self) -> ActionTable | None:
        return None if self.answer is None else self.answer.table

    # The answer

    def watch_answer(self) -> None:
        """Show verdict and trace; what the user unfolded or folded stays so where the new trace has the same."""
        decision = self.decision
        self._bar.verdict = _verdict(self.answer)
        lines = () if decision is None else outline.outline(decision)
        self._lines.clear()
        before, self._unfolds = self._unfolds, frozenset(outline.open_keys(lines))
        if decision is None:
            self._trace.set_roots(() if self._table is None else self._table.rows)
            return
        by_hand = self._trace.open_keys - (before - self._unfolds)
        below = lines[0].children if lines else ()  # the bar says the verdict; the trace does not say it again
        self._trace.set_roots(self._lines.of((*below, *lines[1:])), expanded=by_hand | (self._unfolds - before))
        self.form.set_context_offers(context_offers(decision, decision.request.action))

    def forget_verdict(self) -> None:
        """Say that the answer on show is one of before, until `answer` is set again."""
        if self.answer is not None:
            self._bar.verdict = Verdict("none", "what is asked of changed: deciding anew …")

    # News

    @on(RequestForm.Changed)
    def _changed(self, event: RequestForm.Changed) -> None:
        event.stop()
        self.post_message(self.Asked(event.fields))

    @on(RequestForm.Submitted)
    def _submitted(self, event: RequestForm.Submitted) -> None:
        event.stop()
        self.post_message(self.Asked(event.fields, final=True))

    @on(TreeList.Opened)
    def _opened(self, event: TreeList.Opened) -> None:
        event.stop()
        line = self._lines.line(event.node.key)
        if self._table is not None:  # a row leads to the decision with its trace
            self.form.set_fields(replace(self.form.fields, action=event.node.key))
            self.post_message(self.Asked(self.form.fields, final=True))
        elif line is not None and line.statement is not None:
            self.post_message(self.StatementOpened(line.statement))
        else:
            self._trace.action_toggle_fold()

    def action_edit(self) -> None:
        """Go back to the form."""
        self.form.focus()


def _verdict(answer: Answer | None) -> Verdict:
    if answer is None:
        return Verdict("none")
    if answer.table is not None:
        return Verdict("table", answer.table.counts, caution=" · ".join(answer.hints))
    if answer.decision is None:
        return Verdict("error" if answer.problem else "none", answer.problem)
    decision = answer.decision
    cautions = " · ".join(filter(None, (*answer.hints, caution(decision))))
    if decision.outcome is None:
        kind: VerdictKind = "denied" if decision.is_denied else "conditional"
        return Verdict(kind, sentence(decision), answer.was, cautions)
    return Verdict(decision.outcome.verdict.value, _sentence(decision), answer.was, cautions)


def caution(decision: Decision) -> str:
    """That something that was not exported could change the answer, if so; the trace says what (T22)."""
    count = len(dict.fromkeys((*decision.assumed, *decision.unknown_data)))
    return f"{count} missing export{'s' if count != 1 else ''} could change this" if count else ""


def _sentence(decision: Decision) -> str:
    named = deciding_statements(decision)
    return f"{sentence(decision)} · {', '.join(named[:_MOST_NAMED])}" if named else sentence(decision)


def _written_table(table: ActionTable, form: Format) -> str:
    from iamtui.reports import tables as reports  # noqa: PLC0415 - as in `_written`

    if form == "json":
        return reports.table_as_json(table.decisions).decode()
    write = reports.table_as_markdown if form == "md" else reports.table_as_plain_text
    return write(table.decisions)


def _written(decision: Decision, form: Format, *, full: bool = False) -> str:
    # Imported when first needed: the first frame does not wait for reports.
    from iamtui.reports import decision as reports  # noqa: PLC0415

    if form == "json":
        return reports.as_json(decision).decode()
    write = reports.as_markdown if form == "md" else reports.as_plain_text
    return write(decision, full=full)
