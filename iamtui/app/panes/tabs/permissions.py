"""The policies in force, in the order in which they apply, down to their statements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult

from iamtui.app.panes.tabs.subject_tab import SubjectTab
from iamtui.browsing.copies import Copy, statement_copies
from iamtui.browsing.descriptions import document_of, key_of
from iamtui.browsing.policies_in_force import (
    InForce,
    organization_policies,
    policies_in_force,
    policy_nodes,
    split_node_key,
    statement_nodes,
)
from iamtui.browsing.subjects import Inline, Subject
from iamtui.browsing.workspace import Workspace
from iamtui.snapshot.model import Group, ManagedPolicy, Role, User
from iamtui.widgets.tree_list import TreeList


class PermissionsTab(SubjectTab):
    """A tree of policies; Enter on a statement opens its document there."""

    LABEL: ClassVar[str] = "Permissions"

    def compose(self) -> ComposeResult:
        """One tree."""
        yield TreeList(empty="no policies: nothing allows anything")

    def on_mount(self) -> None:
        """Let the tree ask for statements."""
        self._policies: tuple[InForce, ...] = ()
        self._shown = ""
        self.query_one(TreeList).children_of = lambda key: statement_nodes(self._policies, key)

    @classmethod
    def applies(cls, subject: Subject) -> bool:
        """Principals, groups, policies, and what carries one."""
        return isinstance(subject, User | Group | Role | ManagedPolicy | Inline) or document_of(subject) is not None

    def show(self, workspace: Workspace, subject: Subject) -> None:
        """List the policies; of another subject the only one, or the first few, come unfolded."""
        own = policies_in_force(workspace.snapshot, subject)
        above = organization_policies(workspace.snapshot, subject) if isinstance(subject, User | Role) else ()
        self._policies = (*own, *above)
        nodes = policy_nodes(self._policies)
        other = key_of(subject) != self._shown
        self._shown = key_of(subject)
        few = len(own) <= 3
        expanded = frozenset(node.key for node in nodes[: len(own)]) if few else frozenset()
        self.query_one(TreeList).set_roots(nodes, expanded=expanded if other else None)

    def statement_copies(self) -> Sequence[Copy]:
        """The statement under the cursor."""
        node = self.query_one(TreeList).cursor_node
        key, index = ("", None) if node is None else split_node_key(node.key)
        policy = next((policy for policy in self._policies if policy.key == key), None)
        return () if index is None or policy is None else statement_copies(policy.document, index)

    @on(TreeList.Opened)
    def _open(self, event: TreeList.Opened) -> None:
        event.stop()
        key, statement = split_node_key(event.node.key)
        self.post_message(self.Followed(key, statement))
