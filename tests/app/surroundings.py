"""What a snapshot's surroundings look like: the sample organization, its trees and cards as lines of text."""

from pathlib import Path

from iamtui.browsing.facts.entities import as_text, overview
from iamtui.browsing.facts.surroundings import surrounding_sections
from iamtui.browsing.findings import Looking, find_findings
from iamtui.browsing.subjects import find_subject
from iamtui.browsing.trees.tree_source import TreeSource
from iamtui.browsing.workspace import Workspace, build_indexes, sort_trees
from iamtui.content.facts import Fact
from iamtui.content.nodes import Node
from iamtui.snapshot.model import Snapshot
from iamtui.snapshot.opening import open_snapshot

ACME = Path(__file__).parents[2] / "samples" / "acme-org"
PROD, SANDBOX, MANAGEMENT, SUSPENDED = "111122223333", "444455556666", "999988887777", "222233334444"
SCP = f"arn:aws:organizations::{MANAGEMENT}:policy/o-acme000001/service_control_policy/"


def picture_of(*paths: Path) -> Workspace:
    """A picture with all its indexes."""
    snapshot = open_snapshot(list(paths))
    trees = sort_trees(snapshot)
    indexes = build_indexes(snapshot, trees, lambda: False)
    findings = find_findings(snapshot, lambda: False, rest=lambda: None, looking=Looking(trees=trees))
    return Workspace(snapshot, trees, indexes.relations, indexes.filters, findings=findings)


def lines(source: TreeSource) -> list[str]:
    """The whole tree, indented."""

    def below(nodes: list[Node], depth: int) -> list[str]:
        found = []
        for node in nodes:
            found.append(f"{'  ' * depth}{node.label} {node.detail}".rstrip())
            found += below(list(source.children(node.key)), depth + 1) if node.has_children else []
        return found

    return below(list(source.roots()), 0)


def card(workspace: Workspace, key: str) -> str:
    """The card of a subject as text."""
    subject = find_subject(workspace.snapshot, key)
    return as_text([*overview(workspace.snapshot, subject), *surrounding_sections(workspace, subject)])


def facts(workspace: Workspace, key: str, heading: str) -> list[Fact]:
    """The facts below a heading of a card; the heading may go on with a count."""
    subject = find_subject(workspace.snapshot, key)
    sections = [*overview(workspace.snapshot, subject), *surrounding_sections(workspace, subject)]
    return [fact for section in sections if section.heading.startswith(heading) for fact in section.facts]


def node(source: TreeSource, snapshot: Snapshot, key: str) -> Node:
    """The node of a subject, reached by its path."""
    path = source.path_to(key)
    siblings = source.children(path[-2]) if len(path) > 1 else source.roots()
    return next(found for found in siblings if found.key == path[-1])
