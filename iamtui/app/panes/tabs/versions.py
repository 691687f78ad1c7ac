"""The versions of a managed policy, and how one differs from another."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult

from iamtui.app.panes.tabs.subject_tab import SubjectTab
from iamtui.browsing.aws_json.subjects import comparable_text
from iamtui.browsing.dates import moment
from iamtui.browsing.subjects import Subject
from iamtui.browsing.workspace import Workspace
from iamtui.content.nodes import Node
from iamtui.snapshot.model import ManagedPolicy, PolicyVersion
from iamtui.widgets.diff_view import DiffView
from iamtui.widgets.tree_list import TreeList


class VersionsTab(SubjectTab):
    """Versions above; below, the one under the cursor beside the version in force, or beside the one before it."""

    LABEL: ClassVar[str] = "Versions"

    def compose(self) -> ComposeResult:
        """The list and the difference."""
        yield TreeList(id="versions", empty="no version was exported")
        yield DiffView()

    def on_mount(self) -> None:
        """Begin with nothing."""
        self._policy: ManagedPolicy | None = None

    @classmethod
    def applies(cls, subject: Subject) -> bool:
        """Managed policies with more than one version."""
        return isinstance(subject, ManagedPolicy) and len(subject.versions) > 1

    def show(self, workspace: Workspace, subject: Subject) -> None:
        """List the versions."""
        if not isinstance(subject, ManagedPolicy) or subject == self._policy:
            return
        self._policy = subject
        self.query_one(TreeList).set_roots([_node(version) for version in subject.versions])
        self._compare()

    @on(TreeList.Highlighted)
    def _moved(self, event: TreeList.Highlighted) -> None:
        event.stop()
        self._compare()

    @on(TreeList.Opened)
    def _opened(self, event: TreeList.Opened) -> None:
        event.stop()
        self.query_one(DiffView).focus()

    def _compare(self) -> None:
        node = self.query_one(TreeList).cursor_node
        if self._policy is None or node is None:
            return
        pair = versions_to_compare(self._policy, node.key)
        if pair is not None:
            old, new = pair
            self.query_one(DiffView).compare(
                comparable_text(old.document),
                comparable_text(new.document),
                old_title=_title(old),
                new_title=_title(new),
            )


def versions_to_compare(policy: ManagedPolicy, version_id: str) -> tuple[PolicyVersion, PolicyVersion] | None:
    """A version and the one in force, the older first; for the one in force itself the version before it."""
    ids = [version.version_id for version in policy.versions]  # newest first
    default = policy.default
    if version_id not in ids or default is None:
        return None
    chosen = ids.index(version_id)
    other = ids.index(default.version_id)
    if chosen == other:
        other = chosen + 1 if chosen + 1 < len(ids) else chosen - 1
    older, newer = max(chosen, other), min(chosen, other)
    return policy.versions[older], policy.versions[newer]


def _node(version: PolicyVersion) -> Node:
    created = moment(version.created) if version.created is not None else "date not exported"
    detail = f"{created} · in force" if version.is_default else created
    glyph = "✔" if version.is_default else "·"
    return Node(version.version_id, version.version_id, detail, "good" if version.is_default else "plain", glyph)


def _title(version: PolicyVersion) -> str:
    return f"{version.version_id} in force" if version.is_default else version.version_id
