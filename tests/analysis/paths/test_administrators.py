"""Administrators by effect, and paths over several principals (EP3-EP7, EP9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from iamtui.analysis.overlay.policy_edits import SetDefaultVersion
from iamtui.analysis.paths.answer.question import PathError, PathQuestion
from iamtui.analysis.paths.answer.results import Paths
from iamtui.analysis.paths.comparisons.held import held_back
from iamtui.analysis.paths.searching.search import find_paths
from iamtui.policy.document import Document
from iamtui.snapshot.aws_managed import BUNDLED
from iamtui.snapshot.model import (
    Account,
    Group,
    InlinePolicy,
    ManagedPolicy,
    Organization,
    OrganizationPolicy,
    OrganizationTarget,
    PolicyVersion,
    Role,
    Snapshot,
    User,
)
from tests.analysis.paths.accounts import ADMINISTRATOR, EVERYTHING, OWN, allow, document
from tests.tables import every_row

HOME = f"arn:aws:iam::{OWN}"
DENY_ONE = {"Effect": "Deny", "Action": "iam:CreateUser", "Resource": "*"}
WITH_MFA = {**allow("*"), "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}


def user(name: str, *statements: Mapping[str, object], **more: Any) -> User:
    """A user with one inline policy."""
    inline = (InlinePolicy("own", document(*statements)),) if statements else ()
    return User(f"{HOME}:user/{name}", name, "/", f"AIDA{name.upper()}", inline, **more)


def role(name: str, trusted: object, *statements: Mapping[str, object]) -> Role:
    """A role that trusts somebody, with one inline policy."""
    inline = (InlinePolicy("own", document(*statements)),) if statements else ()
    action = "sts:AssumeRoleWithWebIdentity" if "Federated" in str(trusted) else "sts:AssumeRole"
    trust = document({"Effect": "Allow", "Principal": trusted, "Action": action})
    return Role(f"{HOME}:role/{name}", name, "/", f"AROA{name.upper()}", trust, inline)


def account(*entities: User | Role | Group, scp: Document | None = None, **policies: Document | None) -> Snapshot:
    """A snapshot of one account, in an organization with an SCP if one is given."""
    held = {
        f"{HOME}:policy/{name}": ManagedPolicy(
            f"{HOME}:policy/{name}",
            name,
            "/",
            f"ANPA{name}",
            "v1",
            () if text is None else (PolicyVersion("v1", text, is_default=True),),
        )
        for name, text in policies.items()
    }
    users = {one.name: one for one in entities if isinstance(one, User)}
    roles = {one.name: one for one in entities if isinstance(one, Role)}
    groups = {one.name: one for one in entities if isinstance(one, Group)}
    found = Account(OWN, "aws", users, groups, roles, held, in_organization=scp is not None)
    return Snapshot({OWN: found}, organizations={} if scp is None else _organization(scp), aws_managed=BUNDLED)


def _organization(scp: Document) -> dict[str, Organization]:
    policies = {"p-1": OrganizationPolicy("p-1", "", "guard", "SERVICE_CONTROL_POLICY", scp)}
    targets = {
        "r-1": OrganizationTarget("r-1", "Root", "ROOT", None, ("p-1",), ()),
        OWN: OrganizationTarget(OWN, "own", "ACCOUNT", "r-1", ("p-1",), ()),
    }
    return {"o-1": Organization("o-1", "999999999999", "r-1", targets, policies, scps_enabled=True, rcps_enabled=False)}


def administrators(snapshot: Snapshot) -> dict[str, str]:
    """Names and verdicts of those that are administrators, root left out."""
    found = find_paths(snapshot, PathQuestion(ways=("iam-005",))).administrators
    return {one.arn.rpartition("/")[2]: one.verdict for one in found if one.kind != "root"}


REST = [f"{HOME}:{kind}/*" for kind in ("group", "role", "policy")]
GROUP = Group(f"{HOME}:group/g", "g", "/", "AGPAG", attached=(ADMINISTRATOR,))
BOUNDED = {"boundary": f"{HOME}:policy/edge"}


@every_row(
    ("entities", "expected"),
    [
        ((user("a", allow("*")),), "proven"),
        ((user("a", allow("iam:*")),), "proven"),  # the holder gives itself the rest
        ((user("a", {"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}),), "proven"),
        ((user("a", allow("iam:*", f"{HOME}:user/*"), allow("iam:*", REST)),), "proven"),
        ((user("a", allow("iam:*", f"{HOME}:user/*")),), None),
        ((user("a", allow("*"), DENY_ONE),), None),
        ((user("a", WITH_MFA),), "conditional"),
        ((user("a", groups=("g",)), GROUP), "proven"),
        ((user("Administrator", allow("s3:*")),), None),  # a name is no effect
        ((user("a", allow("*", f"{HOME}:user/some-*")),), None),  # Allows on names do not count
        ((user("a", allow("*"), boundary=f"{HOME}:policy/none"),), "possible"),
    ],
    ids=["all", "iam", "NotAction", "split", "users only", "deny", "mfa", "group", "name", "names", "no document"],
)  # fmt: skip
def test_ep3_ep5_an_administrator_is_one_by_effect(entities: tuple[User | Group, ...], expected: str | None) -> None:
    assert set(administrators(account(*entities, none=None)).values()) == ({expected} if expected else set())


@pytest.mark.parametrize(("edge", "expected"), [(EVERYTHING, "proven"), (document(allow("s3:*")), None)])
def test_ep5_a_boundary_counts(edge: Document, expected: str | None) -> None:
    found = administrators(account(user("a", allow("*"), **BOUNDED), edge=edge))
    assert found.get("a") == expected


def test_ep4_what_an_scp_takes_from_everybody_does_not_count() -> None:
    scp = document(allow("*"), DENY_ONE)
    assert administrators(account(user("a", allow("*")), user("b", allow("iam:*"), DENY_ONE), scp=scp)) == {
        "a": "proven",
        "b": "proven",
    }


def test_ep4_where_not_even_the_ideal_may_do_anything_nobody_is() -> None:
    assert administrators(account(user("a", allow("*")), scp=document(allow("s3:*")))) == {}


def chain() -> Snapshot:
    """A user that becomes a role, which becomes an administrator; and one that becomes that role too."""
    deploy = role("deploy", {"AWS": OWN}, allow("sts:AssumeRole", f"{HOME}:role/admin"))
    admin = role("admin", {"AWS": f"{HOME}:role/deploy"}, allow("*"))
    may = allow("sts:AssumeRole", f"{HOME}:role/deploy")
    return account(user("dana", may), user("eve", may), user("fred"), deploy, admin)


def ladders(found: Paths) -> list[list[str]]:
    """The names on each path, its start first."""
    return [
        [path.start.rpartition("/")[2], *(edge.end.rpartition("/")[2] for edge in path.edges)] for path in found.paths
    ]


def test_ep50_ep51_paths_are_found_backwards_from_administrators() -> None:
    found = find_paths(chain(), PathQuestion())
    assert ladders(found) == [["deploy", "admin"], ["dana", "deploy", "admin"], ["eve", "deploy", "admin"]]
    assert {path.verdict for path in found.paths} == {"proven"}


def test_ep6_effective_administrators_are_administrators_and_starts_of_proven_paths() -> None:
    effective = find_paths(chain(), PathQuestion()).effective
    assert {arn.rpartition("/")[2] for arn in effective} == {"admin", "deploy", "dana", "eve"}


def test_ep50_the_paths_of_one_are_those_among_everybodys() -> None:
    everybody = find_paths(chain(), PathQuestion())
    own = find_paths(chain(), PathQuestion(starts=(f"{HOME}:user/dana",)))
    assert ladders(own) == [one for one in ladders(everybody) if one[0] == "dana"]


def test_ep52_a_bound_that_cuts_says_so() -> None:
    found = find_paths(chain(), PathQuestion(most_steps=1))
    assert ladders(found) == [["deploy", "admin"]]
    assert not found.complete


def test_ep53_the_edge_on_every_path_is_a_choke_point_and_cuts_what_it_says() -> None:
    point = find_paths(chain(), PathQuestion()).choke_points[0]
    assert (point.edge.start, point.cuts, point.of) == (f"{HOME}:role/deploy", 3, 3)


def test_ep52_roles_that_trust_each_other_are_no_endless_path() -> None:
    one = role("one", {"AWS": OWN}, allow("sts:AssumeRole"))
    two = role("two", {"AWS": OWN}, allow("sts:AssumeRole"))
    found = find_paths(account(one, two, role("admin", {"AWS": f"{HOME}:role/two"}, allow("*"))), PathQuestion())
    assert ladders(found) == [["two", "admin"], ["one", "two", "admin"]]


def test_ep7_a_policy_attached_to_a_role_whose_boundary_holds_makes_no_administrator() -> None:
    may = allow(["iam:PutRolePolicy", "sts:AssumeRole"])
    target = role("target", {"AWS": OWN})
    free = find_paths(account(user("dana", may), target), PathQuestion())
    assert "target" in {names[-1] for names in ladders(free)}
    bounded = Role(target.arn, "target", "/", "AROAT", target.trust, boundary=f"{HOME}:policy/edge")
    held = find_paths(account(user("dana", may), bounded, edge=document(allow("s3:*"))), PathQuestion())
    assert ladders(held) == []


def test_ep11_a_user_whose_policy_asks_for_a_session_is_conditional_on_one() -> None:
    asked = {**allow("sts:AssumeRole"), "Condition": {"Null": {"aws:TokenIssueTime": "false"}}}
    found = find_paths(account(user("dana", asked), role("admin", {"AWS": OWN}, allow("*"))), PathQuestion())
    assert [path.verdict for path in found.paths] == ["conditional"]
    assert found.paths[0].conditions[0].key == "aws:TokenIssueTime"


@pytest.mark.parametrize(
    ("year", "verdicts"), [("DateGreaterThan", ["proven"]), ("DateLessThan", [])], ids=["issued after", "revoked"]
)
def test_ep12_a_role_acts_in_a_session_made_now(year: str, verdicts: list[str]) -> None:
    asked = {**allow("sts:AssumeRole"), "Condition": {year: {"aws:TokenIssueTime": "2020-01-01T00:00:00Z"}}}
    deploy = role("deploy", {"AWS": OWN}, asked)
    found = find_paths(account(deploy, role("admin", {"AWS": OWN}, allow("*"))), PathQuestion())
    assert [path.verdict for path in found.paths] == verdicts


def test_ep13_what_the_caller_chooses_is_no_condition() -> None:
    asked = {**allow("iam:AttachUserPolicy"), "Condition": {"StringEquals": {"aws:RequestedRegion": "us-east-1"}}}
    found = find_paths(account(user("dana", asked)), PathQuestion())
    assert [path.verdict for path in found.paths] == ["proven"]


def test_ep14_circumstances_stay_conditions_and_can_be_stated() -> None:
    asked = {**allow("iam:PutUserPolicy"), "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}
    snapshot = account(user("dana", asked))
    (path,) = find_paths(snapshot, PathQuestion()).paths
    assert (path.verdict, path.conditions[0].key) == ("conditional", "aws:SourceIp")


def test_ep44_sources_from_outside_are_asked_as_users_of_their_account() -> None:
    outside = role("admin", {"AWS": "777788889999"}, allow("*"))
    provider = role("ci", {"Federated": f"{HOME}:oidc-provider/token.actions.githubusercontent.com"}, allow("*"))
    found = find_paths(account(outside, provider), PathQuestion())
    told = {(path.start, path.edges[0].way.id, path.verdict) for path in found.paths}
    assert ("777788889999", "sts-002", "conditional") in told
    assert any(way == "own-sts-001" for _, way, _ in told)


def test_ep22_ep51_ends_beyond_those_told_are_counted() -> None:
    users = [user(f"u{place}") for place in range(9)]
    may = allow(["iam:PutUserPolicy", "iam:CreateAccessKey"], f"{HOME}:user/u*")
    some = find_paths(account(user("dana", may), *users), PathQuestion())
    every = find_paths(account(user("dana", may), *users), PathQuestion(most_ends=None))
    assert len(every.paths) == 9
    assert len(some.paths) + some.more == 9
    few = find_paths(account(user("dana", may), *users), PathQuestion(most_ends=None, most_paths=3))
    assert (few.paths, few.more) == (every.paths[:3], 6)


def test_ep22_every_older_version_of_every_policy_is_tried() -> None:
    """The first version that may be put in force allows nothing more; the last of the second policy does."""
    texts = (document(allow("iam:SetDefaultPolicyVersion")), document(allow("s3:*")), EVERYTHING)
    versions = [PolicyVersion(f"v{place}", text, is_default=place == 1) for place, text in enumerate(texts, 1)]
    arns = [f"{HOME}:policy/{name}" for name in ("first", "last")]
    held = account(user("dana", attached=tuple(arns)))
    policies = {
        arn: ManagedPolicy(arn, arn.rpartition("/")[2], "/", "ANPA", "v1", tuple(versions[: 2 + place]))
        for place, arn in enumerate(arns)
    }
    snapshot = replace(held, accounts={OWN: replace(held.accounts[OWN], policies=policies)})
    (path,) = find_paths(snapshot, PathQuestion(ways=("own-iam-001",))).paths
    assert dict(path.edges[0].binds) == {"policy": arns[1], "version": "v3"}
    assert path.edges[0].steps[0].edit == SetDefaultVersion(arns[1], "v3")


@pytest.mark.parametrize(
    "question",
    [PathQuestion(starts=(f"{HOME}:user/nobody",)), PathQuestion(ends=("x",)), PathQuestion(ways=("no-way",))],
)
def test_a_question_about_what_is_not_there_is_refused(question: PathQuestion) -> None:
    with pytest.raises(PathError):
        find_paths(chain(), question)


def test_ep8_what_depends_on_all_that_makes_its_start_an_administrator_is_not_told() -> None:
    own = allow(["iam:PutUserPolicy"], f"{HOME}:user/dana")
    assert ladders(find_paths(account(user("dana", WITH_MFA)), PathQuestion())) == []
    without_mfa = find_paths(account(user("dana", WITH_MFA, own)), PathQuestion(ways=("iam-007",)))
    assert [(path.edges[0].way.id, path.verdict) for path in without_mfa.paths] == [("iam-007", "proven")]


def test_ep8_ends_that_say_nothing_new_do_not_use_up_those_that_are_told() -> None:
    others = [user(f"u{place}") for place in range(6)]
    free = allow(["iam:PutUserPolicy", "iam:CreateAccessKey"], f"{HOME}:user/z")
    found = find_paths(account(user("dana", WITH_MFA, free), *others, user("z")), PathQuestion(ways=("iam-018",)))
    assert [path.end.rpartition("/")[2] for path in found.paths] == ["z"]


def test_i7_an_actor_is_asked_in_the_account_that_holds_it_whatever_its_arn_says() -> None:
    """An export can be anonymous, its ARNs of account `aws`, beside things that really are of that name."""
    own = InlinePolicy("own", document(allow("iam:*")))
    held = account(User("arn:aws:iam::aws:user/dana", "dana", "/", "AIDADANA", (own,)), user("eve"))
    empty = Account("aws", "aws", None, None, None, None)
    snapshot = Snapshot({OWN: held.accounts[OWN], "aws": empty}, aws_managed=BUNDLED)
    found = find_paths(snapshot, PathQuestion())
    assert [one.verdict for one in found.administrators if one.arn.endswith("user/dana")] == ["proven"]
    assert found.sources == 1  # eve: an administrator is no source in the account that it administers (EP9)


WRITES = allow("iam:PutUserPolicy")


def test_ep54_what_an_scp_alone_holds_back_is_told() -> None:
    scp = document(allow("*"), {"Effect": "Deny", "Action": "iam:PutUserPolicy", "Resource": "*"})
    snapshot, question = account(user("dana", WRITES), user("eve"), scp=scp), PathQuestion(ways=("iam-007",))
    found = held_back(snapshot, question, find_paths(snapshot, question))
    assert found.paths == ()
    assert [one.statement for one in found.held or ()] == ["guard#1"]
    assert [(one.layer, one.start.rpartition("/")[2], one.way.id) for one in found.held or ()] == [
        ("scp", "dana", "iam-007")
    ]


def test_ep54_what_two_layers_hold_back_is_held_by_none_alone() -> None:
    scp = document(allow("*"), {"Effect": "Deny", "Action": "iam:PutUserPolicy", "Resource": "*"})
    bounded = user("dana", WRITES, **BOUNDED)
    snapshot, question = account(bounded, scp=scp, edge=document(allow("s3:*"))), PathQuestion(ways=("iam-007",))
    assert held_back(snapshot, question, find_paths(snapshot, question)).held == ()


def test_ep54_what_a_boundary_alone_holds_back_is_told() -> None:
    snapshot = account(user("dana", WRITES, **BOUNDED), edge=document(allow("s3:*")))
    question = PathQuestion(ways=("iam-007",))
    found = held_back(snapshot, question, find_paths(snapshot, question))
    assert [(one.layer, one.verdict) for one in found.held or ()] == [("boundary", "proven")]
