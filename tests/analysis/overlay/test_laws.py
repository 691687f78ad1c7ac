"""Edits laid over random pictures: no change, the way back, the patch, and what `decide` says on both sides."""

from __future__ import annotations

import json
from random import Random

import pytest

from iamtui import catalog
from iamtui.analysis.changes.affected import entities_of
from iamtui.analysis.changes.entities import compare_snapshots
from iamtui.analysis.overlay.laying import inverse, laid_over
from iamtui.analysis.overlay.patches import edits_of_patch, patch_of
from tests.analysis.changes.test_effects import compared, covers, label, shares_for
from tests.analysis.overlay.edits import random_edits
from tests.analysis.queries.worlds import _Builder


def _broken(seed: int) -> str | None:
    """A law of overlays that a random picture breaks, if any."""
    rng = Random(seed)  # noqa: S311
    builder = _Builder(rng)
    world, other = builder.world(), builder.world()
    snapshot, request = world.snapshot, world.request
    edits = random_edits(rng, snapshot, other.snapshot)
    picture = laid_over(snapshot, edits)
    held = [edit.as_held(snapshot) for edit in edits]
    if laid_over(snapshot, held) != snapshot and compare_snapshots(snapshot, laid_over(snapshot, held)).objects:
        return f"{seed}: what is so already changed something: {held}"
    back = compare_snapshots(laid_over(picture, inverse(snapshot, edits)), snapshot)
    if back.objects or back.not_compared:
        return f"{seed}: the inverse does not lead back: {back.objects} {edits}"
    patch = json.dumps(patch_of(snapshot, edits)).encode()
    patched = compare_snapshots(laid_over(snapshot, edits_of_patch(snapshot, patch)), picture)
    if any(one.kind != "rewritten" for one in patched.objects):
        return f"{seed}: the patch leads elsewhere: {patched.objects} {edits}"
    changes = compared(snapshot, picture, request.action)
    if changes.complete and not changes.not_compared and catalog.action(request.action) is not None:
        for entity in entities_of(snapshot):
            before, after = (label(side, entity.arn, request.action, request.resource) for side in (snapshot, picture))
            shares = shares_for(changes, entity.arn, gained=after > before)
            if before != after and not covers(shares, request.action):
                return f"{seed}: {entity.arn} {request.action}: {before} → {after} is not told"
    return None


def test_law_edits_are_what_they_say_and_nothing_else() -> None:
    """CH5, EP31."""
    assert [found for seed in range(12) if (found := _broken(seed)) is not None] == []


@pytest.mark.fuzz
def test_law_edits_are_what_they_say_and_nothing_else_at_length() -> None:
    assert [found for seed in range(300) if (found := _broken(seed)) is not None] == []
