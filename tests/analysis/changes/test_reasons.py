"""Causes that follow from what the changes reach are those that leaving each out gives (CH6)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from iamtui.analysis.changes import effects, reasons
from iamtui.analysis.changes.causes import Undoing
from iamtui.analysis.changes.effects import with_effects
from iamtui.analysis.changes.entities import compare_snapshots
from iamtui.analysis.changes.results import Changes
from iamtui.snapshot.model import Snapshot
from tests.analysis.changes.edits import random_days
from tests.analysis.changes.test_effects import AT, allow
from tests.app.exports import ACCOUNT, arn, export, opened, policy, role, trust, user

ROOT = f"arn:aws:iam::{ACCOUNT}:root"
MANAGED = arn("policy", "assume")
ASSUME = "sts:AssumeRole"


def check_causes(seeds: Iterable[int], monkeypatch: pytest.MonkeyPatch) -> int:
    """Hold the effects of random days against those of which each cause was left out; how many undoings were spared."""
    undone = [0]
    without = Undoing.without

    def counting(self: Undoing, places: tuple[int, ...]) -> Snapshot:
        undone[0] += 1
        return without(self, places)

    days = [random_days(Random(seed)) for seed in seeds]  # noqa: S311
    with monkeypatch.context() as patched:
        patched.setattr(Undoing, "without", counting)
        told = [_compared(old, new, request.action) for old, new, request in days]
        few = undone[0]
        patched.setattr(reasons, "all_is_told", lambda _: False)
        patched.setattr(effects, "all_is_told", lambda _: False)
        assert [_compared(old, new, request.action) for old, new, request in days] == told
    return undone[0] - 2 * few


def _compared(old: Snapshot, new: Snapshot, *actions: str) -> Changes:
    actions = tuple(dict.fromkeys((*actions, ASSUME, "iam:PassRole", "s3:GetObject")))
    return with_effects(compare_snapshots(old, new), old, new, at=AT, actions=actions)


def test_law_causes_are_those_that_leaving_each_out_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    assert check_causes(range(200, 212), monkeypatch) > 10


def test_where_one_change_reaches_them_nothing_is_undone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """CH6: neither for what a user's own policy gives, nor for what a trust policy does, which all tell at once."""

    def day(own: dict[str, Any], *trusted: dict[str, Any]) -> Snapshot:
        users = [user("ann", inline={"own": own}), *(user(f"u{place}", attached=[MANAGED]) for place in range(3))]
        roles = [role("r", trusts=trust({"Service": "ec2.amazonaws.com"}, *trusted))]
        managed = policy("assume", allow(ASSUME))
        return opened(tmp_path / "company.json", export(users=users, roles=roles, policies=[managed]))

    monkeypatch.setattr(Undoing, "without", None)
    old, new = day(allow("sqs:SendMessage", ASSUME)), day(allow("sqs:*", ASSUME), {"AWS": ROOT})
    changes = with_effects(compare_snapshots(old, new), old, new, at=AT)
    names = [(changes.objects[place].name for place in effect.because) for effect in changes.effects or ()]
    assert sorted(map(sorted, names)) == [["own"], ["r"]]
    assert max(len(effect.principals) for effect in changes.effects or ()) == 4, "all who may assume roles"


def test_what_only_one_side_exported_is_no_effect_of_the_change_beside_it(tmp_path: Path) -> None:
    """CH8: the boundary of ann is not in the new export, and a policy of hers changed."""
    limit = policy("NotComingWithUs", allow("sqs:*"), account="aws")
    days = []
    for actions, policies in ((["sqs:SendMessage"], [limit]), (["sqs:SendMessage", "sns:Publish"], [])):
        ann = user("ann", inline={"own": allow(*actions)}, boundary=limit["Arn"])
        days.append(opened(tmp_path / "company.json", export(users=[ann], policies=policies)))
    old, new = days
    changes = with_effects(compare_snapshots(old, new), old, new, at=AT)
    assert [share.action for effect in changes.effects or () for share in (*effect.gained, *effect.lost)] == [
        "sns:Publish"
    ]


@pytest.mark.fuzz
def test_law_causes_are_those_that_leaving_each_out_gives_at_length(monkeypatch: pytest.MonkeyPatch) -> None:
    check_causes(range(200_000, 200_600), monkeypatch)
