import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iamtui.analysis.relations import build_relations
from iamtui.analysis.subject_keys import SubjectKey
from iamtui.browsing.trees.policies import PolicyTree
from iamtui.browsing.trees.principals import PrincipalTree
from iamtui.browsing.trees.tree_source import CHANGED, TreeSource, subject_of
from iamtui.snapshot.model import Snapshot
from tests.app.exports import ACCOUNT, NOT_EXPORTED, arn, company, export, opened, policy, role, trust, user

ALICE = arn("user", "alice", "/staff/")


def lines(tree: TreeSource, *, depth: int = 9) -> list[str]:
    """The whole tree as indented labels with details."""

    def walk(nodes: object, level: int) -> Iterator[str]:
        for node in nodes:  # type: ignore[attr-defined]
            mark = f"{node.mark} " if node.mark else ""
            yield f"{'  ' * level}{mark}{node.label} {node.detail}".rstrip()
            if node.has_children and level < depth:
                yield from walk(tree.children(node.key), level + 1)

    return list(walk(tree.roots(), 0))


def principals(snapshot: Snapshot, changed: frozenset[str] = frozenset()) -> PrincipalTree:
    return PrincipalTree(snapshot, build_relations(snapshot), changed)


def policies(snapshot: Snapshot, changed: frozenset[str] = frozenset()) -> PolicyTree:
    return PolicyTree(snapshot, build_relations(snapshot), changed)


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    return opened(tmp_path / "company.json", company(of_center=NOT_EXPORTED))


def test_the_nodes_of_a_folder_are_made_once_and_bear_the_signs_of_each_tree(snapshot: Snapshot) -> None:
    tree, users = principals(snapshot), f"folder:{ACCOUNT}/Users/staff/"
    (alice,) = tree.children(users)
    assert tree.children(users)[0] is alice
    (changed,) = tree.updated(None, frozenset({alice.key})).children(users)
    assert (alice.mark, changed.mark) == ("", CHANGED)


def test_principals_stand_by_kind_and_path(snapshot: Snapshot) -> None:
    assert lines(principals(snapshot)) == [
        ACCOUNT,
        "  Users 2",
        "    /staff/ 1",
        "      alice ◇ boundary",
        "        Readers member of",
        "        own inline",
        "        Limit boundary",
        "    bob no policies",
        "  Groups 1",
        "    Readers",
        "      Reading attached",
        "  Roles 1",
        "    deploy",
        "      pass inline",
        "  Service roles 1",
        "    app",
        "      Reading attached",
        "  Identity Center roles 1",
        "    AWSReservedSSO_Admin_0123",
        "      ReadOnlyAccess attached",
        "  Service-linked roles 1",
        "    AWSServiceRoleForSupport no policies",
        "  Root user",
        "  Identity providers not exported",
        "Outside accounts 1",
        "  444455556666 named in 1 document · outside",
    ]


def test_policies_stand_by_kind_with_who_uses_them(snapshot: Snapshot) -> None:
    assert lines(policies(snapshot)) == [
        "Customer managed 2",
        "  Limit boundary of 1",
        "    user/alice boundary",
        "  Reading attached to 2",
        "    group/Readers attached",
        "    role/app attached",
        "AWS managed 0 · 1 not exported",
        "  ReadOnlyAccess not exported",
        "    role/AWSReservedSSO_Admin_0123 attached",
        "Inline 2",
        "  alice user · 1",
        "    own",
        "  deploy role · 1",
        "    pass",
    ]


def test_what_was_not_exported_is_said_and_not_shown_as_empty(tmp_path: Path) -> None:
    content = company()
    del content["GroupDetailList"]
    tree = principals(opened(tmp_path / "a.json", content))
    assert "  Groups not exported" in lines(tree)


def test_several_accounts_stand_side_by_side(tmp_path: Path) -> None:
    other = "444455556666"
    content = export(
        users=[user("alice"), user("zoe", account=other)],
        policies=[policy("P", account=ACCOUNT), policy("Q", account=other)],
    )
    snapshot = opened(tmp_path / "a.json", content)
    assert [node.label for node in principals(snapshot).roots()] == [ACCOUNT, other]
    assert lines(policies(snapshot), depth=2)[:5] == [
        "Customer managed 2",
        f"  {ACCOUNT}",
        "    P not used",
        f"  {other}",
        "    Q not used",
    ]


@pytest.mark.parametrize("tree", [principals, policies])
def test_every_node_is_where_the_tree_says_it_is(tree: object, snapshot: Snapshot) -> None:
    source: TreeSource = tree(snapshot)  # type: ignore[operator]
    seen = 0

    def walk(nodes: object, above: tuple[str, ...]) -> None:
        nonlocal seen
        for node in nodes:  # type: ignore[attr-defined]
            subject = subject_of(node.key)
            if subject is not None and subject == node.key and (path := source.path_to(subject)):
                assert tuple(path) == (*above, node.key)
                seen += 1
            if node.has_children:
                walk(source.children(node.key), (*above, node.key))

    walk(source.roots(), ())
    assert seen >= 4


def test_a_change_is_marked_on_the_node_and_on_all_above_it(snapshot: Snapshot) -> None:
    tree = principals(snapshot, frozenset({ALICE}))
    assert [line.strip() for line in lines(tree) if CHANGED in line] == [
        f"● {ACCOUNT}",
        "● Users 2",
        "● /staff/ 1",
        "● alice ◇ boundary",
    ]


def test_a_changed_inline_policy_is_marked_in_the_policies_and_below_its_owner(snapshot: Snapshot) -> None:
    changed = frozenset({SubjectKey.inline(ALICE, "own")})
    marked = [line.strip() for line in lines(policies(snapshot, changed)) if CHANGED in line]
    assert marked == ["● Inline 2", "● alice user · 1", "● own"]
    assert "        ● own inline" in lines(principals(snapshot, changed))


def test_a_role_is_a_service_role_by_what_its_trust_policy_says(tmp_path: Path) -> None:
    escaped = json.dumps(trust({"Service": "ec2.amazonaws.com"})).replace("Service", "Serv\\u0069ce")
    roles = [role("hidden"), role("named-Service")]
    text = json.dumps(export(roles=roles)).replace(json.dumps(trust({"AWS": ACCOUNT})), escaped, 1)
    snapshot = opened(tmp_path / "a.json", text)  # type: ignore[arg-type]
    assert lines(principals(snapshot))[3:7] == [
        "  Roles 1",
        "    named-Service no policies",
        "  Service roles 1",
        "    hidden no policies",
    ]


NAMES = st.text(min_size=1, max_size=8).filter(lambda name: not name.endswith("/"))
"""Names that an ARN can end in; the reader tells of others, and leaves them out."""


@settings(max_examples=15)
@given(st.lists(NAMES, unique_by=str.lower, min_size=1, max_size=6))
def test_names_of_any_kind_give_a_tree_with_unique_keys(
    tmp_path_factory: pytest.TempPathFactory, names: list[str]
) -> None:
    users = [user(name.encode("utf-8", "ignore").decode(), inline={"a": {}}) for name in names]
    snapshot = opened(tmp_path_factory.mktemp("x") / "a.json", export(users=users))
    tree = principals(snapshot)
    keys: list[str] = []

    def walk(nodes: object) -> None:
        for node in nodes:  # type: ignore[attr-defined]
            keys.append(node.key)
            if node.has_children:
                walk(tree.children(node.key))

    walk(tree.roots())
    assert len(keys) == len(set(keys))
