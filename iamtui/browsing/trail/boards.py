"""The card of a key and the containment board of a caller, as the commands print them (B13, B15)."""

from __future__ import annotations

from collections.abc import Sequence

from iamtui.analysis.containment import contain, newest_moment, subject_of
from iamtui.analysis.key_cards import key_card
from iamtui.reports.lines import Line
from iamtui.reports.trail.containment import containment_lines
from iamtui.reports.trail.keys import key_lines, keys_data
from iamtui.snapshot.model import Snapshot
from iamtui.trail.trail import Trail


def key_card_lines(trail: Trail, snapshot: Snapshot | None, key: str) -> Sequence[Line]:
    """Whose a key is, what came of it and what it can do; reads files, so not on the event loop.

    Raises:
        GoneError: a file changed since it was read.
    """
    return key_lines(keys_data([key_card(key, trail, snapshot)], trail, snapshot))


def containment_board(trail: Trail, snapshot: Snapshot | None, who: str) -> Sequence[Line]:
    """Whether who took over `who` is contained at the newest moment that is known; not on the event loop.

    Raises:
        SubjectError: `who` names no one.
        GoneError: a file changed since it was read.
    """
    at = newest_moment(trail, snapshot)
    if at is None:
        return ()
    return containment_lines(contain(subject_of(who, trail, snapshot), at, None, trail, snapshot))
