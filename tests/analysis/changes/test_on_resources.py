"""A resource whose own policy changed: of those in the same situation one is asked, for all (CH5, WC2)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from iamtui.analysis.changes.labels import ALLOWED, CONDITIONAL, DENIED
from iamtui.analysis.changes.on_resources import OnResources
from tests.analysis.changes.test_seen_entities import Counting
from tests.app.exports import arn, export, opened, role, trust, user

AT = datetime(2026, 1, 1, tzinfo=UTC)
ROOT = "arn:aws:iam::111122223333:root"
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
