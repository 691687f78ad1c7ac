from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from iamtui.browsing.filtering import SHOWN, FilterIndex, MatchTree, match_nodes
from iamtui.browsing.trees.policies import PolicyTree
from iamtui.browsing.trees.principals import PrincipalTree
from iamtui.browsing.trees.tree_source import CHANGED, Entry
from iamtui.browsing.workspace import TREES
from iamtui.content.nodes import ChildrenOf, Node
from iamtui.snapshot.model import Snapshot
from tests.app.exports import arn, company, export, opened, role, user


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    return opened(tmp_path / "company.json", company())


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ALICE", ["alice"]),
        ("/staff/", ["alice"]),
        ("AIDAbob", ["bob"]),
        ("payments", ["alice"]),
        ("team=pay", ["alice"]),
        (arn("role", "app"), ["app"]),
        ("role app", ["app"]),
        ("alice bob", []),
        ("nobody", []),
    ],
)
def test_names_paths_arns_ids_and_tags_match(typed: str, found: list[str], snapshot: Snapshot) -> None:
    index = FilterIndex(PrincipalTree(snapshot, None, frozenset()).entries())
    matches = [entry.label for entry in index.matches(typed)]
    assert [name for name in matches if name in {"alice", "bob", "app", "AWSServiceRoleForSupport"}] == found


def test_managed_and_inline_policies_match(snapshot: Snapshot) -> None:
    index = FilterIndex(PolicyTree(snapshot, None, frozenset()).entries())
    assert [entry.label for entry in index.matches("reading")] == ["Reading"]
    assert [entry.label for entry in index.matches("alice")] == ["own"]


def test_typing_on_and_taking_back_give_what_a_fresh_search_gives(snapshot: Snapshot) -> None:
    entries = list(PrincipalTree(snapshot, None, frozenset()).entries())
    index = FilterIndex(entries)
    for typed in ("a", "al", "ali", "al", "alice s", "alice st", "b", "", "rO", "ro a"):
        assert index.matches(typed) == FilterIndex(entries).matches(typed), typed


def test_where_only_a_tag_matches_the_tag_is_shown(snapshot: Snapshot) -> None:
    index = FilterIndex(PrincipalTree(snapshot, None, frozenset()).entries())
    (node,) = match_nodes(index.matches("payments"), "payments")
    assert node.detail == "user /staff/ · team=Payments"


def test_changed_subjects_are_marked_among_matches(snapshot: Snapshot) -> None:
    index = FilterIndex(PrincipalTree(snapshot, None, frozenset()).entries())
    (node,) = match_nodes(index.matches("bob"), "bob", frozenset({arn("user", "bob")}))
    assert node.mark == CHANGED


def test_more_matches_than_anybody_reads_are_counted() -> None:
    index = FilterIndex(Entry(f"k{n}", f"user {n}", f"user {n}", "") for n in range(SHOWN + 5))
    nodes = match_nodes(index.matches("user"), "user")
    assert len(nodes) == SHOWN + 1
    assert nodes[-1].label == "5 more"


def test_matches_stand_below_their_folders_in_the_order_of_the_tree(snapshot: Snapshot) -> None:
    tree = PrincipalTree(snapshot, None, frozenset())
    index = FilterIndex(tree.entries())
    whole = list(_keys(tree.roots(), tree.children))
    for typed in ("a", "alice", "app", "staff", "role"):
        found = MatchTree(tree, match_nodes(index.matches(typed), typed))
        shown = list(_keys(found.roots(), found.children))
        assert [key for key in whole if key in set(shown)] == shown
        assert {key for key in shown if found.is_hit(key)} == {entry.key for entry in index.matches(typed)}
        assert set(shown) == {step for entry in index.matches(typed) for step in tree.path_to(entry.key)}
        assert found.open_keys == set(shown) - {key for key in shown if found.is_hit(key)}


def test_who_has_no_path_or_the_arn_of_another_account_is_found_in_the_account_that_holds_it(tmp_path: Path) -> None:
    """So a real export has it; a folder would stand inside itself, or nowhere."""
    roles = [role("plain"), role("bare", ""), role("deep", "/deep/")]
    strangers = [user("strange", account="aws")]
    strangers[0]["Arn"] = "arn:aws:iam::aws:user/strange"
    snapshot = opened(tmp_path / "odd.json", export(users=[user("ann"), *strangers], roles=roles))
    tree = PrincipalTree(snapshot, None, frozenset())
    index = FilterIndex(tree.entries())
    found = MatchTree(tree, match_nodes(index.matches(""), ""))
    shown = list(_keys(found.roots(), found.children))
    assert len(shown) == len(set(shown))
    assert {entry.key for entry in index.matches("")} <= set(shown)
    whole = list(_keys(tree.roots(), tree.children))
    assert len(whole) == len(set(whole))


def _keys(nodes: Sequence[Node], children: ChildrenOf) -> Iterator[str]:
    for node in nodes:
        yield node.key
        if node.has_children:
            yield from _keys(children(node.key), children)


def test_more_matches_than_are_listed_are_counted_at_the_end_of_the_tree(snapshot: Snapshot) -> None:
    for kind in TREES:
        tree = kind(snapshot, None, frozenset())
        more = [Node("folder:more", "5 more")]
        found = MatchTree(tree, [*match_nodes(FilterIndex(tree.entries()).matches(""), ""), *more])
        assert [node.key for node in found.roots()][-1:] == ["folder:more"]
