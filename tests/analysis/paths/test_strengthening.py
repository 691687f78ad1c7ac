"""Who is become keeps what the edge to it changed of it, and leads on as that (EP33)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from iamtui.analysis.paths.answer.question import PathQuestion
from iamtui.analysis.paths.searching.search import find_paths
from iamtui.browsing.queries.paths import PathBook
from iamtui.evaluation.decide import decide
from iamtui.reports.paths.data import paths_as_json
from iamtui.reports.paths.graphml import paths_as_graphml
from iamtui.reports.paths.text import paths_as_markdown, paths_as_text
from iamtui.snapshot.model import AccessKey, Credentials, Role, User
from tests.analysis.paths.accounts import OWN, allow, document
from tests.analysis.paths.test_administrators import BOUNDED, DENY_ONE, HOME, account, ladders, role, user
from tests.analysis.paths.test_witnesses import pictures
from tests.tables import every_row

EDGE = document(allow(["sts:AssumeRole", "iam:PutRolePolicy", "s3:*"]))
"""The boundary: within it one may become a role that administers, and is no administrator."""

OWN_EDGE = document(allow(["sts:AssumeRole", "iam:PutUserPolicy"]))
ONE = document({"Effect": "Allow", "Principal": {"AWS": f"{HOME}:role/one"}, "Action": "sts:AssumeRole"})
ADMIN = role("admin", {"AWS": OWN}, allow("*"))
READS = allow("s3:*")
ONE_KEY = Credentials(console_password=False, mfa=False, access_keys=(AccessKey("AKIA1", active=True),))


def bounded(name: str, *statements: Mapping[str, object]) -> Role:
    """A role under the boundary."""
    return replace(role(name, {"AWS": OWN}, *(statements or (READS,))), boundary=BOUNDED["boundary"])


def may(action: str, *names: str) -> dict[str, object]:
    """An Allow of actions on things of the account."""
    return allow([*action.split(), "sts:AssumeRole"], [f"{HOME}:{name}" for name in names])


DENYING = bounded("dev", READS, {**allow("sts:*"), "Effect": "Deny"})
PUTS = user("ci", may("iam:PutRolePolicy", "role/dev"))
KEYED = replace(user("dana", READS, **BOUNDED), credentials=ONE_KEY)
TAKES = allow("sts:AssumeRole", ADMIN.arn)
UNDER = {"Condition": {"StringEquals": {"iam:PermissionsBoundary": f"{HOME}:policy/wide"}}}
MAKES = {**allow(["iam:CreateUser", "iam:PutUserPolicy"], f"{HOME}:user/x"), **UNDER}
CLOSED = replace(bounded("dev", TAKES), boundary=f"{HOME}:policy/shut")

FREEING = ["iam:PutUserPolicy", "iam:DeleteUserPermissionsBoundary", "iam:DeleteRolePermissionsBoundary"]
BOUNDARIES = {
    "shut": document(allow("s3:*")),
    "wide": document(allow("*"), DENY_ONE),
    "freeing": document(allow(FREEING)),
}
"""Of who has the second, only one action keeps it from being an administrator; the third can be taken away."""

CASES: Mapping[str, tuple[tuple[User | Role, ...], list[list[str]]]] = {
    "an inline policy": ((PUTS, bounded("dev")), [["ci", "dev", "admin"]]),
    "a Deny of its own holds": ((PUTS, DENYING), []),
    "who is an administrator then needs no more": ((PUTS, role("dev", {"AWS": OWN}, READS)), [["ci", "dev"]]),
    "a policy attached": (
        (user("ci", may("iam:AttachRolePolicy", "role/dev")), bounded("dev")),
        [["ci", "dev", "admin"]],
    ),
    "oneself": (
        (replace(user("dana", allow("iam:PutUserPolicy")), boundary=f"{HOME}:policy/own"),),
        [["dana", "dana", "admin"]],
    ),
    "oneself, and then out of one's boundary": (
        (replace(user("dana", allow("iam:PutUserPolicy")), boundary=f"{HOME}:policy/freeing"),),
        [["dana", "dana", "dana"]],
    ),
    "who then takes its own boundary away": (
        (PUTS, replace(bounded("dev"), boundary=f"{HOME}:policy/freeing")),
        [["ci", "dev", "dev"]],
    ),
    "a user, by a new key": (
        (user("ci", allow(["iam:PutUserPolicy", "iam:CreateAccessKey"], KEYED.arn)), KEYED),
        [["ci", "dana", "admin"]],
    ),
    "one who makes another stronger": (
        (user("ci", may("iam:PutRolePolicy", "role/one")), bounded("one"), replace(bounded("two"), trust=ONE)),
        [["ci", "one", "admin"]],
    ),
    "without its boundary": (
        (user("ci", may("iam:DeleteRolePermissionsBoundary", "role/dev")), CLOSED),
        [["ci", "dev", "admin"]],
    ),
    "somebody new under a boundary": (
        (user("ci", MAKES, allow("iam:CreateAccessKey", f"{HOME}:user/x")),),
        [["ci", "x", "admin"]],
    ),
}


@every_row("case", tuple(CASES))
def test_ep33_who_is_made_stronger_leads_on(case: str) -> None:
    people, expected = CASES[case]
    snapshot = account(*people, ADMIN, edge=EDGE, own=OWN_EDGE, **BOUNDARIES)
    found = find_paths(snapshot, PathQuestion())
    assert ladders(found) == expected
    for path in found.paths:
        assert path.verdict == "proven"
        assert path.start in found.effective
        for edge in path.edges:
            for step, picture in pictures(snapshot, edge):
                assert step.request and decide(picture, step.request).word == "allowed"


def test_ep33_what_one_edge_changed_ends_with_the_next() -> None:
    """one makes two stronger and is become by it: what ci changed of one is not there any more."""
    steps = [["ci", "one", "two", "admin"]]
    one = replace(bounded("one"), boundary=f"{HOME}:policy/near")
    near = document(may("iam:PutRolePolicy", "role/two"))
    snapshot = account(
        user("ci", may("iam:PutRolePolicy", "role/one")), one, bounded("two"), ADMIN, edge=EDGE, near=near
    )
    found = find_paths(snapshot, PathQuestion())
    assert ladders(found) == steps
    assert [[edge.kept for edge in path.edges] for path in found.paths] == [
        [(), found.paths[0].edges[0].edits, found.paths[0].edges[1].edits]
    ]
    assert ladders(find_paths(snapshot, PathQuestion(most_steps=2))) == []


def test_ep33_choke_points_count_what_was_made_stronger() -> None:
    eve, edge = user("eve", may("iam:PutRolePolicy", "role/dev")), document(allow("sts:AssumeRole"))
    snapshot = account(PUTS, eve, bounded("dev"), ADMIN, edge=edge)
    found = find_paths(snapshot, PathQuestion())
    told = [(one.edge.key, one.cuts, one.of) for one in found.choke_points]
    assert told[0] == ((f"{HOME}:role/dev", "sts-001", ADMIN.arn), 2, 2)
    assert found.graph.starts() == (PUTS.arn, eve.arn)
    assert found.graph.starts(found.choke_points[0].edge) == ()
    assert found.graph.starts(found.paths[0].edges[0]) == (eve.arn,)


def test_ep33_reports_say_what_a_step_is_asked_with() -> None:
    snapshot = account(PUTS, bounded("dev"), ADMIN, edge=document(allow("sts:AssumeRole")))
    found = find_paths(snapshot, PathQuestion())
    says = "role/dev: inline policy AddedByThePath"
    edges = json.loads(b"".join(paths_as_json(found)))["edges"]
    assert [edge["keeps"] for edge in edges] == [[], [says]]
    assert says in b"".join(paths_as_graphml(found)).decode()
    assert "as left before" in "".join(paths_as_text(found))
    assert "[iam-017]; " in "".join(paths_as_markdown(found))
    book = PathBook(snapshot, found)
    trace = book.trace("path0\x1f1\x1f1")
    assert trace is not None
    assert trace.assumed == found.paths[0].edges[1].kept == book.edits_at("path0\x1f1")
    assert [line.detail for line in trace.lines if line.text == "assumes"] == [says]
    assert any("allowed" in f"{line.text} {line.detail}".lower() for line in trace.lines)
