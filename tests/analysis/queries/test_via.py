"""Chains through roles, against every chain that there is (WC19)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from iamtui.analysis.queries.everybody.questions import Question
from iamtui.analysis.queries.everybody.results import LABELS, Row
from iamtui.analysis.queries.everybody.rows import Rows
from iamtui.analysis.queries.everybody.who_can import who_can
from iamtui.analysis.queries.index.holders import Holders
from iamtui.evaluation.decide import decide
from iamtui.evaluation.request.request import RequestError
from iamtui.policy.keys import KeyValue
from tests.analysis.queries.test_who_can import AT, label
from tests.analysis.queries.worlds import World, random_world
from tests.evaluation.building import ACCOUNT, allow, arn, role, snapshot, trust, user

MFA = ("aws:multifactorauthpresent", "aws:multifactorauthage")


class Graph:
    """Everything that chains are made of, one decision after another."""

    def __init__(self, world: World) -> None:
        self.snapshot = world.snapshot
        self.request = replace(world.request, at=AT)
        self.alone = {key: found for key, found in self.request.context.items() if key.lower() not in MFA}
        self.roles = [r.arn for a in world.snapshot.accounts.values() for r in (a.roles or {}).values()]

    def can(self, principal: str, *, first: bool) -> str:
        """The label of the request itself."""
        context = self.request.context if first else self.alone
        return label(decide(self.snapshot, replace(self.request, principal=principal, context=context)))

    def becomes(self, principal: str, role_arn: str, *, first: bool) -> str:
        """The label of one step."""
        context = self.request.context if first else self.alone
        step = replace(
            self.request,
            principal=principal,
            action="sts:AssumeRole",
            resource=role_arn,
            context=context,
            resource_account=None,
        )
        try:
            return label(decide(self.snapshot, step))
        except RequestError:
            return "denied"

    def chains(self, principal: str, most: int) -> Iterator[tuple[int, str]]:
        """Length and label of every chain of roles without a cycle."""
        ends = {one: self.can(one, first=False) for one in self.roles}
        steps = {(a, b): self.becomes(a, b, first=False) for a in self.roles for b in self.roles}
        paths: list[tuple[tuple[str, ...], str]] = [((one,), found) for one, found in ends.items() if found != "denied"]
        for length in range(1, most + 1):
            for path, found in paths:
                step = self.becomes(principal, path[0], first=True)
                yield length, min(step, found, key=LABELS.index)
            paths = [
                ((one, *path), min(found, steps[one, path[0]], key=LABELS.index))
                for path, found in paths
                for one in self.roles
                if one not in path and steps[one, path[0]] != "denied"
            ]


def disagreement(world: World, most: int) -> str | None:
    """What the rows say otherwise than all chains do."""
    graph = Graph(world)
    request = graph.request
    question = Question(
        actions=(request.action,),
        resources=(request.resource,),
        context=request.context,
        resource_account=request.resource_account,
        unstated=request.unstated,
        at=AT,
        via=most,
        show_denied=True,
    )
    answer = Rows(Holders(world.snapshot), question).answer()
    if any(one.key == "sts:RoleSessionName" for row in answer.principals for one in row.conditions):
        return None  # sessions of a role differ, of which `decide` for the role knows nothing
    for row in answer.principals:
        if not row.outside and (problem := _difference(row, graph, most)) is not None:
            return f"{row.arn}: {problem}"
    return None


def _difference(row: Row, graph: Graph, most: int) -> str | None:
    own = graph.can(row.arn, first=True)
    if own != "denied":
        return None if (row.decision, row.via) == (own, ()) else f"{row.decision} via {row.via}, {own} expected"
    chains = [(length, found) for length, found in graph.chains(row.arn, most) if found != "denied"]
    best = max((found for _, found in chains), key=LABELS.index, default="denied")
    shortest = min((length for length, found in chains if found == best), default=0)
    got = (row.decision, len(row.via))
    return None if got == (best, shortest) else f"{got}, {(best, shortest)} expected"


def check(seed: int, count: int) -> None:
    """Compare on so many random worlds."""
    for number in range(seed, seed + count):
        problem = disagreement(random_world(Random(number)), 2)  # noqa: S311 - test data, not secrets
        assert problem is None, f"world {number}: {problem}"


def test_chains_are_the_best_and_shortest_that_there_are() -> None:
    check(20_261_129, 3)


@pytest.mark.fuzz
@pytest.mark.parametrize("seed", range(5_000_000, 6_000_000, 100_000))
def test_chains_are_the_best_and_shortest_that_there_are_at_length(seed: int) -> None:
    check(seed, 40)


def test_a_chain_is_shown_with_the_conditions_of_its_steps(tmp_path: Path) -> None:
    """A session of a role has no MFA, whatever was stated of the one who started the chain."""
    mfa = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    office = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    me = {"AWS": arn("root")}
    world = snapshot(
        tmp_path,
        UserDetailList=[user("ann", allow("sts:AssumeRole"))],
        RoleDetailList=[
            role("first", trust(me, Condition=mfa), allow("sts:AssumeRole", Condition=office)),
            role("second", trust(me), allow("s3:GetObject")),
            role("third", trust(me, Condition=mfa), allow("s3:GetObject")),
        ],
    )
    question = Question(
        actions=("s3:GetObject",),
        resources=("arn:aws:s3:::a/x",),
        context={"aws:MultiFactorAuthPresent": KeyValue.of("true")},
        via="any",
    )
    rows = {row.arn: row for row in who_can(world, question).principals}
    assert rows[arn("user/ann")].via == (arn("role/second"),)
    assert rows[arn("role/first")].via == (arn("role/second"),)
    assert rows[arn("role/first")].decision == "conditional"
    assert {one.key for one in rows[arn("role/first")].conditions} == {"aws:SourceIp"}
    assert rows[arn("role/third")].via == ()


def test_one_step_more_reaches_further_and_cycles_end(tmp_path: Path) -> None:
    def trusting(name: str) -> object:
        return trust({"AWS": arn(name)})

    world = snapshot(
        tmp_path,
        UserDetailList=[user("ann", allow("sts:AssumeRole"))],
        RoleDetailList=[
            role("a", trust({"AWS": [arn("user/ann"), arn("role/b")]}), allow("sts:AssumeRole")),
            role("b", trusting("role/a"), allow("sts:AssumeRole")),
            role("c", trusting("role/b"), allow("s3:GetObject")),
        ],
    )

    def reached(via: int) -> dict[str, tuple[str, ...]]:
        question = Question(actions=("s3:GetObject",), resources=("arn:aws:s3:::a/x",), via=via)
        return {row.arn: row.via for row in who_can(world, question).principals if row.kind != "root"}

    assert reached(0) == {arn("role/c"): ()}
    assert reached(1) == {arn("role/c"): (), arn("role/b"): (arn("role/c"),)}
    assert reached(3)[arn("user/ann")] == (arn("role/a"), arn("role/b"), arn("role/c"))
    assert reached(9) == reached(3)


def test_whom_a_trust_policy_lets_in_from_outside_can_come_too(tmp_path: Path) -> None:
    other = "444455556666"
    world = snapshot(tmp_path, RoleDetailList=[role("a", trust({"AWS": other}), allow("s3:GetObject"))])
    question = Question(actions=("s3:GetObject",), resources=("arn:aws:s3:::a/x",), via=1)
    row = next(row for row in who_can(world, question).principals if row.outside)
    assert (row.kind, row.account, row.decision, row.via) == ("account", other, "conditional", (arn("role/a"),))
    assert other != ACCOUNT


def test_chains_tell_how_far_they_are_and_end_when_told_to(tmp_path: Path) -> None:
    """WC5: each role that can is a step of the work."""
    roles = [role(name, trust({"AWS": arn("user/ann")}), allow("sqs:PurgeQueue")) for name in ("a", "b", "c")]
    world = snapshot(tmp_path, UserDetailList=[user("ann")], RoleDetailList=roles)
    question = Question(actions=("sqs:PurgeQueue",), resources=(f"arn:aws:sqs:eu-west-1:{ACCOUNT}:q",), via="any")
    told: list[tuple[int, int]] = []
    who_can(world, question, lambda done, count: told.append((done, count)))
    assert told[-3:] == [(0, 3), (1, 3), (2, 3)]

    def stop(done: int, count: int) -> None:
        if (done, count) == (1, 3):
            raise InterruptedError

    with pytest.raises(InterruptedError):
        who_can(world, question, stop)
