"""What a principal can really do, and the policies in force that make it so, down to their statements (WP2, WP3)."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.message import Message
from textual.timer import Timer
from textual.worker import get_current_worker

from iamtui.analysis.queries.one_principal.can_results import Can
from iamtui.app.faults import TellsFaults
from iamtui.app.handed import Handed
from iamtui.app.messages import RequestChosen
from iamtui.app.panes.tabs.subject_tab import SubjectTab
from iamtui.app.screens.query_screen import KINDS_OF_ACTIONS
from iamtui.browsing.descriptions import arn_of, document_of, key_of
from iamtui.browsing.permissions import AS_POLICY, REACH, Permissions
from iamtui.browsing.policies_in_force import organization_policies, policies_in_force, split_node_key
from iamtui.browsing.subjects import Inline, Subject
from iamtui.browsing.trees.tree_source import INSIDE
from iamtui.browsing.workspace import Workspace
from iamtui.policy.document import Document
from iamtui.snapshot.model import Group, ManagedPolicy, Role, Snapshot, User
from iamtui.widgets.tree_list import TreeList

_FEW = 3
"""How many policies come unfolded."""

_PAUSE = 0.2
"""Seconds that a principal stays on show before it is asked what it can do."""


class _NotWantedError(Exception):
    """Another subject is on show."""


class PermissionsTab(TellsFaults, SubjectTab):
    """What is allowed, by service and level, then the policies; Enter leads to the trace, or to the statement."""

    LABEL: ClassVar[str] = "Permissions"

    @dataclass
    class _Progressed(Message):
        shown: Permissions
        done: int
        total: int

    @dataclass
    class _Answered(Message):
        shown: Permissions
        answer: Can

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._shown = Permissions()
        self._subject: tuple[Snapshot, str] | None = None
        self._waiting: Timer | None = None

    def compose(self) -> ComposeResult:
        """One tree."""
        yield TreeList(empty="no policies: nothing allows anything")

    @classmethod
    def applies(cls, subject: Subject) -> bool:
        """Principals, groups, policies, and what carries one."""
        return isinstance(subject, User | Group | Role | ManagedPolicy | Inline) or document_of(subject) is not None

    def show(self, workspace: Workspace, subject: Subject) -> None:
        """List the policies, and ask what they allow; of another subject the only one, or the few, come unfolded."""
        before, self._subject = self._subject, (workspace.snapshot, key_of(subject))
        if before is not None and before[0] is workspace.snapshot and before[1] == self._subject[1]:
            return
        is_holder = isinstance(subject, User | Role | Group)
        own = policies_in_force(workspace.snapshot, subject)
        above = organization_policies(workspace.snapshot, subject) if isinstance(subject, User | Role) else ()
        self._shown = Permissions((*own, *above), is_asked=is_holder)
        nodes = self._shown.roots()
        few = nodes[int(is_holder) : int(is_holder) + len(own)] if len(own) <= _FEW else ()
        is_other = before is None or before[1] != self._subject[1]
        tree = self.query_one(TreeList)
        tree.children_of = self._shown.children
        tree.set_roots(nodes, expanded=frozenset(one.key for one in few) if is_other else None)
        self._stop_asking()
        if is_holder:
            handed = Handed((workspace.snapshot, self._shown, arn_of(subject)))
            self._waiting = self.set_timer(_PAUSE, lambda: self._ask(handed))

    def _stop_asking(self) -> None:
        if self._waiting is not None:
            self._waiting.stop()
        self.workers.cancel_group(self, "permissions")

    @work(thread=True, exclusive=True, group="permissions", exit_on_error=False, description="ask what one can do")
    def _ask(self, handed: Handed[tuple[Snapshot, Permissions, str]]) -> None:
        from iamtui.analysis.queries.one_principal.can import CanQuestion, can  # noqa: PLC0415 - the first frame does not wait for it

        worker, (snapshot, shown, principal) = get_current_worker(), handed.take()
        told = 0.0

        def progress(done: int, total: int) -> None:
            nonlocal told
            if worker.is_cancelled:
                raise _NotWantedError
            if time.monotonic() - told > _PAUSE:
                told = time.monotonic()
                self.post_message(self._Progressed(shown, done, total))

        try:
            answer = can(snapshot, CanQuestion(principal=principal), progress)
        except _NotWantedError:
            return
        self.post_message(self._Answered(shown, answer))

    @on(_Progressed)
    def _progressed(self, event: _Progressed) -> None:
        event.stop()
        if event.shown is self._shown and event.shown.answer is None:
            event.shown.say(f"asking {event.done:,} of {event.total:,}{KINDS_OF_ACTIONS}")
            self.query_one(TreeList).set_roots(event.shown.roots())

    @on(_Answered)
    def _answered(self, event: _Answered) -> None:
        event.stop()
        if event.shown is not self._shown:
            return
        self._shown.take(event.answer)
        tree = self.query_one(TreeList)
        opened = {REACH} if self._shown.has_few else set()
        tree.set_roots(self._shown.roots(), expanded=tree.open_keys | opened)

    def statement_here(self) -> tuple[Document, int] | None:
        """The statement under the cursor."""
        node = self.query_one(TreeList).cursor_node
        key, index = ("", None) if node is None else split_node_key(node.key)
        policy = next((policy for policy in self._shown.policies if policy.key == key), None)
        document = None if policy is None else policy.document
        return None if index is None or document is None else (document, index)

    def action_here(self) -> str:
        """The action under the cursor, of what all policies allow together."""
        node = self.query_one(TreeList).cursor_node
        fields = None if node is None else self._shown.request_of(node.key)
        return "" if fields is None else fields.action

    @on(TreeList.Opened)
    def _open(self, event: TreeList.Opened) -> None:
        event.stop()
        if event.node.key == AS_POLICY:
            self._show_as_policy()
            return
        fields, place = self._shown.request_of(event.node.key), self._shown.statement_of(event.node.key)
        if fields is not None:
            self.post_message(RequestChosen(fields))
        elif place is not None:
            self.post_message(self.Followed(*place))
        elif INSIDE in event.node.key:
            self.post_message(self.Followed(*split_node_key(event.node.key)))

    def _show_as_policy(self) -> None:
        """Show all that is in force as one policy (WP4)."""
        from iamtui.app.screens.policy_screen import PolicyScreen  # noqa: PLC0415 - the first frame does not wait

        if self._subject is not None:
            self.app.push_screen(PolicyScreen(*self._subject))
