"""Causes that follow from what the changes reach are those that leaving each out gives (CH6)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from random import Random

import pytest

from iamtui.analysis.changes import effects, reasons
from iamtui.analysis.changes.causes import Undoing
from iamtui.analysis.changes.effects import with_effects
from iamtui.analysis.changes.entities import compare_snapshots
from iamtui.analysis.changes.labels import Asker, Labelled
from iamtui.analysis.changes.results import Changes
from iamtui.snapshot.model import Snapshot
from tests.analysis.changes.edits import random_days
from tests.analysis.changes.test_effects import AT, allow
from tests.app.exports import arn, export, opened, policy, role, trust, user

ROOT = "arn:aws:iam::111122223333:root"
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


@pytest.mark.fuzz
def test_law_causes_are_those_that_leaving_each_out_gives_at_length(monkeypatch: pytest.MonkeyPatch) -> None:
    check_causes(range(200_000, 200_600), monkeypatch)
