"""What the screen shows: one snapshot with all that is looked up in it, swapped whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from iamtui.analysis.changes.results import Change, ChangeKind
from iamtui.analysis.relations import Relations, build_relations
from iamtui.browsing.filtering import FilterIndex
from iamtui.browsing.findings import Findings
from iamtui.browsing.trees.organizations import OrganizationTree
from iamtui.browsing.trees.policies import PolicyTree
from iamtui.browsing.trees.principals import PrincipalTree
from iamtui.browsing.trees.resources import ResourceTree
from iamtui.browsing.trees.tree_source import TreeSource
from iamtui.snapshot.model import Snapshot

TREES: tuple[type[TreeSource], ...] = (PrincipalTree, PolicyTree, ResourceTree, OrganizationTree)
"""The trees of the explorer, a tab each, in their order."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """A snapshot, its indexes, and which of its things changed on disk.

    Attributes:
        snapshot: what was read.
        sorted_trees: the trees of the snapshot, sorted beforehand: that takes longer than the screen may stand still.
        relations: who refers to whom; None until that is known, a moment after the snapshot.
        filters: what the filter of each tree searches, by the tree's label.
        findings: what is to be said of its policies; None until that is known.
        changes: what differs from the pictures before, and was not acknowledged yet.
    """

    snapshot: Snapshot
    sorted_trees: tuple[TreeSource, ...]
    relations: Relations | None = None
    filters: Mapping[str, FilterIndex] = field(default_factory=lambda: MappingProxyType({}))
    changes: tuple[Change, ...] = ()
    findings: Findings | None = None

    @property
    def changed(self) -> frozenset[str]:
        """The keys of what changed in meaning and is still there."""
        unmarked = (ChangeKind.REMOVED, ChangeKind.REWRITTEN)
        return frozenset(change.key for change in self.changes if change.kind not in unmarked)

    def trees(self) -> tuple[TreeSource, ...]:
        """The trees over this picture."""
        return tuple(tree.updated(self.relations, self.changed) for tree in self.sorted_trees)


@dataclass(frozen=True, slots=True)
class Indexes:
    """What is built after a snapshot was read: it is shown before they are there."""

    relations: Relations
    filters: Mapping[str, FilterIndex]


def sort_trees(snapshot: Snapshot) -> tuple[TreeSource, ...]:
    """Make the trees of a snapshot, and sort in the calling thread what they show at first."""
    trees = tuple(tree(snapshot, None, frozenset()) for tree in TREES)
    for tree in trees:
        tree.roots()
        for key in tree.open_at_first():
            tree.children(key)
    return trees


def build_indexes(snapshot: Snapshot, trees: tuple[TreeSource, ...], stop: Callable[[], bool]) -> Indexes:
    """Build relations and filters.

    Raises:
        RelationsCancelledError: `stop` returned true.
    """
    relations = build_relations(snapshot, stop)
    related = (tree.updated(relations, frozenset()) for tree in trees)
    return Indexes(relations, MappingProxyType({tree.LABEL: FilterIndex(tree.entries(), stop) for tree in related}))
