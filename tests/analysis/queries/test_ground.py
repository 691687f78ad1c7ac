"""What is found for the questions of one snapshot goes when another is asked, also out of the collector's sight."""

import gc
import weakref
from pathlib import Path

from iamtui.analysis.queries.one_principal.can import CanQuestion, can
from iamtui.analysis.queries.one_principal.ground import ground_of
from iamtui.snapshot.opening import open_snapshot

SAMPLE = Path(__file__).parents[3] / "samples" / "acme-day1.json"


def made_of(path: Path) -> list[weakref.ref[object]]:
    """Ask something, and tell what was found for it."""
    snapshot = open_snapshot([path])
    role = next(role for account in snapshot.accounts.values() for role in (account.roles or {}).values())
    assert can(snapshot, CanQuestion(principal=role.arn)).services
    with ground_of(snapshot) as ground:
        parts = (ground, ground.without_known, ground.grouping, ground.known)
        return [weakref.ref(part) for part in parts]


def test_nothing_of_the_snapshot_that_was_asked_before_is_left_in_circles() -> None:
    gc.collect()
    gc.disable()
    try:
        made = made_of(SAMPLE)
        assert None not in [one() for one in made]
        with ground_of(open_snapshot([SAMPLE])):
            pass
        assert [one() for one in made] == [None] * len(made)
    finally:
        gc.enable()
