"""What is asked about at all, and of whom (CH5): no more than can be decided otherwise, and once for all alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import Any

import pytest

from iamtui.analysis.changes.action_classes import ActionClass
from iamtui.analysis.changes.differing import Comparer, Differing
from iamtui.analysis.changes.effects import with_effects
from iamtui.analysis.changes.entities import compare_snapshots
from iamtui.analysis.changes.inputs import inputs_of, rcps_of, statements_in
from iamtui.analysis.changes.labels import Asker, Labelled
from iamtui.analysis.changes.results import Changes
from iamtui.analysis.changes.sharing import Labels, Sharing, Subject
from iamtui.analysis.queries.index.action_sets import all_actions, names_in
from iamtui.analysis.queries.index.situations import Made
from iamtui.snapshot.model import Organization, OrganizationTarget, Snapshot
from tests.analysis.changes.edits import random_days
from tests.analysis.changes.test_effects import AT, allow
from tests.app.exports import ACCOUNT, arn, export, group, opened, policy, user

ANN = arn("user", "ann")


def asked(old: Snapshot, new: Snapshot, principal: str = ANN) -> list[str]:
    """The actions that are asked about."""
    sides = [inputs_of(side, side.user(principal) or side.role(principal), rcps_of(side, ())) for side in (old, new)]
    trusts = [one.trust for side in (old, new) for one in (side.accounts[ACCOUNT].roles or {}).values()]
    found = Comparer(tuple(statements_in(trusts))).differing(*sides).actions
    return ["*"] if found == all_actions() else list(names_in(found))


def day(*statements: dict[str, Any], **extra: Any) -> dict[str, Any]:
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    limits = [policy("All", allow("*")), policy("NoQueues", not_actions("sqs:*"))]
    return export(users=[user("ann", inline={"own": document}, **extra)], policies=limits)


def not_actions(*actions: str) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [statement("Allow", NotAction=list(actions))]}


def statement(effect: str, **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Resource": "*", **more}


SEND, PURGE = "sqs:SendMessage", "sqs:PurgeQueue"
BOTH = statement("Allow", Action=[SEND, PURGE])
RED = {"StringEquals": {"aws:PrincipalTag/team": "red"}}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param(day(statement("Allow", Action=SEND)), day(BOTH), [PURGE], id="an action more"),
        pytest.param(
            day(BOTH), day(statement("Allow", Action=SEND), statement("Allow", Action=PURGE)), [], id="split in two"
        ),
        pytest.param(
            day(statement("Deny", NotAction=[SEND])), day(statement("Deny", NotAction=[SEND, PURGE])), [PURGE], id="not"
        ),
        pytest.param(day(BOTH), day(BOTH, boundary=arn("policy", "All")), [], id="a boundary that lets all through"),
        pytest.param(day(BOTH, tags={"team": "red"}), day(BOTH), [], id="a tag that nobody reads"),
        pytest.param(
            day(BOTH, statement("Deny", Action=PURGE, Condition=RED), tags={"team": "red", "cost": "1"}),
            day(BOTH, statement("Deny", Action=PURGE, Condition=RED), tags={"team": "blue", "cost": "1"}),
            [PURGE],
            id="a tag that one statement reads",
        ),
    ],
)
def test_only_what_can_be_decided_otherwise_is_asked(
    old: dict[str, Any], new: dict[str, Any], expected: list[str], tmp_path: Path
) -> None:
    """CH5, CH3."""
    path = tmp_path / "company.json"
    assert asked(opened(path, old), opened(path, new)) == expected


def test_a_boundary_that_comes_is_asked_about_where_it_does_not_allow(tmp_path: Path) -> None:
    """E47."""
    path = tmp_path / "company.json"
    found = asked(opened(path, day(BOTH)), opened(path, day(BOTH, boundary=arn("policy", "NoQueues"))))
    assert found
    assert all(action.startswith("sqs:") for action in found)


def test_where_an_account_stands_is_asked_about_where_statements_read_it(tmp_path: Path) -> None:
    """K13: nothing of ann and none of her policies changed."""
    inside = {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-1/r-1/ou-1/"}}
    world = opened(tmp_path / "company.json", day(statement("Allow", Action=SEND, Condition=inside)))
    units = {name: OrganizationTarget(name, name, "ORGANIZATIONAL_UNIT", "r-1") for name in ("ou-1", "ou-2")}

    def under(parent: str) -> Snapshot:
        account = OrganizationTarget(ACCOUNT, "acme", "ACCOUNT", parent)
        targets = {"r-1": OrganizationTarget("r-1", "root", "ROOT", None), **units, ACCOUNT: account}
        organization = Organization("o-1", None, "r-1", MappingProxyType(targets))
        return replace(world, organizations=MappingProxyType({"o-1": organization}))

    assert asked(under("ou-1"), under("ou-2")) == [SEND]


def test_who_are_alike_are_asked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """WC2: what their other policies say does not tell members of a group apart."""

    def asked_about(*actions: str, members: int) -> Snapshot:
        users = [
            user(f"u{place}", GroupList=["G"], inline={"own": allow(f"ec2:Run{place}*", "s3:Get*")})
            for place in range(members)
        ]
        groups = [group("G", inline={"shared": allow(*actions)})]
        return opened(tmp_path / "company.json", export(users=users, groups=groups))

    counted: list[str] = []
    label = Asker.label

    def counting(asker: Asker, side: Snapshot, principal: str, action: str, resource: str) -> Labelled:
        counted.append(action)
        return label(asker, side, principal, action, resource)

    monkeypatch.setattr(Asker, "label", counting)
    labels = []
    for members in (2, 12):
        old, new = (asked_about(*actions, members=members) for actions in ((SEND,), (SEND, PURGE)))
        found = with_effects(compare_snapshots(old, new), old, new, at=AT)
        assert [len(effect.principals) for effect in found.effects or ()] == [members]
        labels.append(len(counted) - 2 * members)  # of each it is asked why
        counted.clear()
    assert labels[0] >= labels[1]


def with_twins(world: Snapshot) -> Snapshot:
    """The same, and beside each user and role one who carries the same policies, with the tags of another."""
    accounts = {}
    for number, account in world.accounts.items():
        lists: dict[str, Any] = {}
        for kind in ("users", "roles"):
            held: dict[str, Any] = getattr(account, kind) or {}
            tags = [*[one.tags for one in held.values()][1:], ()]
            twins = {
                f"{name}2": replace(
                    one, name=f"{one.name}2", arn=f"{one.arn}2", unique_id=f"{one.unique_id}2", tags=other
                )
                for (name, one), other in zip(held.items(), tags, strict=False)
            }
            lists[kind] = {**held, **twins}
        accounts[number] = replace(account, **lists)
    return replace(world, accounts=accounts)


def _compared(old: Snapshot, new: Snapshot, action: str) -> Changes:
    return with_effects(compare_snapshots(old, new), old, new, at=AT, actions=[action])


def _days(seeds: Iterable[int]) -> list[tuple[Snapshot, Snapshot, str]]:
    found = (random_days(Random(seed)) for seed in seeds)  # noqa: S311
    return [(with_twins(old), with_twins(new), request.action) for old, new, request in found]


def check_sharing(seeds: Iterable[int], monkeypatch: pytest.MonkeyPatch) -> int:
    """Hold the effects of random days against those found where each is asked alone; how many shared an answer."""
    days = _days(seeds)
    called: Counter[str] = Counter()
    labels, ask = Sharing.labels, Sharing._ask

    def counting(self: Sharing, subject: Subject, *asked: Any) -> Labels:
        called["wanted"] += 1
        return labels(self, subject, *asked)

    def asking(self: Sharing, *asked: Any) -> Made[Labels]:
        called["asked"] += 1
        return ask(self, *asked)

    def alone(self: Sharing, subject: Subject, one: ActionClass, differing: Differing) -> Labels:
        telling = self._telling(one.actions[0], differing)
        return ask(self, subject, one, telling).result

    with monkeypatch.context() as patched:
        patched.setattr(Sharing, "labels", counting)
        patched.setattr(Sharing, "_ask", asking)
        shared = [_compared(*one) for one in days]
        patched.setattr(Sharing, "labels", alone)
        assert [_compared(*one) for one in days] == shared
    return called["wanted"] - called["asked"]


def test_law_shared_answers_are_those_of_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """WC2."""
    assert check_sharing(range(40, 52), monkeypatch) > 5


@pytest.mark.fuzz
def test_law_shared_answers_are_those_of_each_at_length(monkeypatch: pytest.MonkeyPatch) -> None:
    check_sharing(range(100_000, 100_600), monkeypatch)
