"""A resource whose own policy changed: of those in the same situation one is asked, for all (CH5, WC2)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from iamtui.analysis.changes import on_resources
from iamtui.analysis.changes.labels import ALLOWED, CONDITIONAL, DENIED, Asker
from iamtui.analysis.changes.on_resources import OnResources
from iamtui.analysis.queries.deciding.asking import Asking
from iamtui.analysis.queries.index.holders import Holders
from iamtui.evaluation.request.request import Request
from tests.analysis.changes.test_seen_entities import Counting
from tests.app.exports import ACCOUNT, arn, export, opened, role, trust, user

AT = datetime(2026, 1, 1, tzinfo=UTC)
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
FROM_OFFICE = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}
ALLOW = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}}


def test_everybody_has_the_label_of_each_alone_and_few_are_asked(tmp_path: Path) -> None:
    """Some are let in, some under a condition, some not at all, as their tags and policies have it."""
    users = [user(f"red{place}", tags={"team": "red"}, inline={"own": ALLOW}) for place in range(4)]
    users += [user(f"blue{place}", tags={"team": "blue"}, inline={"own": ALLOW}) for place in range(4)]
    users += [user(f"green{place}", tags={"team": "green"}, inline={"own": ALLOW}) for place in range(2)]
    users += [user(f"idle{place}", tags={"team": "red"}) for place in range(4)]
    conditions = (
        {"StringEquals": {"aws:PrincipalTag/team": "red"}},
        {**FROM_OFFICE, "StringEquals": {"aws:PrincipalTag/team": "blue"}},
        {"StringEquals": {"aws:PrincipalTag/team": "green", "aws:UserAgent": "ours"}},
    )
    now = trust()
    now["Statement"] = [one for each in conditions for one in trust({"AWS": ROOT}, Condition=each)["Statement"]]
    days = [
        export(users=users, roles=[role("r", trusts=one)]) for one in (trust({"Service": "ec2.amazonaws.com"}), now)
    ]
    old, new = (opened(tmp_path / "company.json", day) for day in days)
    asker = Counting(AT)
    asked = OnResources(old, new, asker, ("sts:AssumeRole",)).differences([arn("role", "r")])
    count = asker.count
    alone = {one["Arn"]: asker.label(new, one["Arn"], "sts:AssumeRole", arn("role", "r")) for one in users}
    found = {principal: several[0].asked[0].new for principal, several in asked.items()}
    assert {one: (label.label, label.conditions) for one, label in found.items()} == {
        one: (label.label, label.conditions) for one, label in alone.items() if label.label != DENIED
    }
    assert [found[arn("user", name)].label for name in ("red0", "blue0")] == [ALLOWED, CONDITIONAL]
    assert count == 6, "one of each of three situations, on both sides"


def test_nobody_is_asked_about_a_statement_that_speaks_to_none_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To a service, a provider, or an account that is not exported; to one that is, somebody is."""
    users = [user("ann", inline={"own": ALLOW})]
    asked: list[str] = []

    class Noting(Asking):
        def __init__(self, holders: Holders, request: Request) -> None:
            asked.append(request.resource)
            super().__init__(holders, request)

    monkeypatch.setattr(on_resources, "Asking", Noting)
    others = (
        {"Service": "ec2.amazonaws.com"},
        {"Federated": f"arn:aws:iam::{ACCOUNT}:saml-provider/okta"},
        {"AWS": "arn:aws:iam::444455556666:root"},
        {"AWS": ROOT},
    )
    for place, other in enumerate(others):
        ours = {"AWS": arn("user", "ann")}
        old, new = (
            opened(tmp_path / "company.json", export(users=users, roles=[role("r", trusts=trust(*trusted))]))
            for trusted in ((ours,), (ours, other))
        )
        OnResources(old, new, Asker(AT), None).differences([arn("role", "r")])
        assert bool(asked) is (place == 3), other


def test_a_policy_that_comes_is_asked_about_whomever_it_speaks_to(tmp_path: Path) -> None:
    """The trust policy of a role that was not there before names a service alone: ann, who was told nothing, cannot."""
    own = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:*", "Resource": "*"}}
    made = role("r", trusts=trust({"Service": "ec2.amazonaws.com"}))
    old, new = (
        opened(tmp_path / "company.json", export(users=[user("ann", inline={"own": own})], roles=roles))
        for roles in ([], [made])
    )
    asker = Asker(AT)
    labels = [asker.label(side, arn("user", "ann"), "sts:AssumeRole", arn("role", "r")) for side in (old, new)]
    told = OnResources(old, new, asker, ("sts:AssumeRole",)).differences([arn("role", "r")])
    assert bool(told) is (labels[0].label != labels[1].label)
