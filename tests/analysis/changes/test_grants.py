"""What no policy grants is denied on both sides, and not asked about (CH5, E40-E51)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from iamtui.analysis.changes.effect_results import Effect
from iamtui.analysis.changes.effects import with_effects
from iamtui.analysis.changes.entities import compare_snapshots
from iamtui.analysis.changes.grants import Grants
from iamtui.analysis.changes.labels import Asker, Labelled
from iamtui.snapshot.model import Snapshot
from tests.analysis.changes.edits import random_days
from tests.analysis.changes.test_effects import AT, shares_for
from tests.app.exports import arn, export, opened, user

ANN = arn("user", "ann")


def statement(effect: str, resource: str = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Resource": resource, **more}


def asked_and_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *held: dict[str, Any], denied: str
) -> tuple[set[str], set[str]]:
    """The services of the actions that are asked about, and what is lost, where a Deny comes beside what is held."""
    asked: set[str] = set()
    label = Asker.label

    def noting(self: Asker, side: Snapshot, principal: str, action: str, resource: str) -> Labelled:
        asked.add(action.partition(":")[0])
        return label(self, side, principal, action, resource)

    monkeypatch.setattr(Asker, "label", noting)
    deny = statement("Deny", Action=denied)
    old, new = (
        opened(
            tmp_path / "company.json",
            export(users=[user("ann", inline={"own": {"Version": "2012-10-17", "Statement": [*held, *more]}})]),
        )
        for more in ((), (deny,))
    )
    changes = with_effects(compare_snapshots(old, new), old, new, at=AT)
    return asked, {share.action for share in shares_for(changes, ANN, gained=False)}


QUEUES = statement("Allow", Action="sqs:SendMessage")
ALL_BUT_ONE_ON_A_TABLE = statement(
    "Allow", "arn:aws:dynamodb:us-east-1:111122223333:table/t", NotAction="dynamodb:GetItem"
)


@pytest.mark.parametrize(
    ("held", "denied", "asked", "lost"),
    [
        pytest.param([QUEUES], "ec2:*", set(), set(), id="nothing of it is allowed"),
        pytest.param([ALL_BUT_ONE_ON_A_TABLE], "ec2:*", set(), set(), id="nor is it by what is about tables"),
        pytest.param([QUEUES], "sqs:*", {"sqs"}, {"sqs:SendMessage"}, id="one of them is"),
        pytest.param([QUEUES], "elasticfilesystem:*", {"elasticfilesystem"}, {"elasticfilesystem:Client*"}, id="S26"),
    ],
)
def test_what_nobody_grants_is_not_asked(
    held: list[dict[str, Any]],
    denied: str,
    asked: set[str],
    lost: set[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert asked_and_lost(tmp_path, monkeypatch, *held, denied=denied) == (asked, lost)


def check_grants(seeds: Iterable[int], monkeypatch: pytest.MonkeyPatch) -> int:
    """Hold the effects of random days against those where nothing is left out; how many actions were."""
    left = [0]
    among = Grants.among

    def counting(self: Grants, actions: int, *sides: Any) -> int:
        found = among(self, actions, *sides)
        assert not found & ~actions
        left[0] += (actions & ~found).bit_count()
        return found

    days = [random_days(Random(seed)) for seed in seeds]  # noqa: S311
    with monkeypatch.context() as patched:
        patched.setattr(Grants, "among", counting)
        told = [_effects(old, new, request.action) for old, new, request in days]
        patched.setattr(Grants, "among", lambda _, actions, *__: actions)
        assert [_effects(old, new, request.action) for old, new, request in days] == told
    return left[0]


def _effects(old: Snapshot, new: Snapshot, action: str) -> tuple[Effect, ...] | None:
    found = ("sts:AssumeRole", "kms:Decrypt", "s3:GetObject", "lambda:InvokeFunction", "sqs:SendMessage")
    told = with_effects(compare_snapshots(old, new), old, new, at=AT, actions=dict.fromkeys((action, *found)))
    return told.effects


def test_law_what_is_left_out_has_no_effect(monkeypatch: pytest.MonkeyPatch) -> None:
    assert check_grants(range(300, 312), monkeypatch) > 100


@pytest.mark.fuzz
def test_law_what_is_left_out_has_no_effect_at_length(monkeypatch: pytest.MonkeyPatch) -> None:
    check_grants(range(300_000, 300_600), monkeypatch)
