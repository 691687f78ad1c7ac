"""`iamtui trail --replay`: whether the logs and the exported policies agree (J)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from iamtui.analysis.denials.agreement import Agreement
from iamtui.analysis.replay import Replay, replay
from iamtui.cli.errors import InputError, say
from iamtui.cli.trail_options import Given
from iamtui.reports.lines import Line
from iamtui.reports.replay import replay_data, replay_lines
from iamtui.reports.serial import Data
from iamtui.snapshot.model import Snapshot


@dataclass(frozen=True, slots=True)
class Replayed:
    """A replay, as the command writes it; `fails` says whether a call is of a class that was named."""

    replay: Replay
    fails: bool

    @property
    def data(self) -> Data:
        """The `replay` member of the JSON."""
        return replay_data(self.replay)

    @property
    def rows(self) -> list[int]:
        """The events that were decided again."""
        return [call.event.row for call in self.replay.calls]

    def lines(self, limit: int) -> list[Line]:
        """The lines of the text."""
        return [*replay_lines(self.replay, limit=limit)]


def _class_of(name: str) -> Agreement:
    try:
        return Agreement(name)
    except ValueError as error:
        raise InputError(f"--fail-on {name}: expected one of {', '.join(Agreement)}") from error


def _warn_of_other_accounts(found: Given, snapshot: Snapshot) -> None:
    """Say it where no event is of an account that was exported."""
    called = {account for _, account in found.trail.columns.places.in_order if account is not None}
    if called and called.isdisjoint(snapshot.accounts):
        held, seen = ", ".join(sorted(snapshot.accounts)), ", ".join(sorted(called))
        say(f"warning: the exports are of account {held}; the events are of {seen}, so nothing can be compared")


def replayed(found: Given, rows: Sequence[int], at: datetime | None, fail_on: Sequence[str]) -> Replayed:
    """Decide the calls of rows again.

    Raises:
        InputError: no export lies beside the events, or one of `fail_on` is no class of J2.
    """
    classes = [_class_of(name) for name in fail_on]
    if found.snapshot is None:
        raise InputError("--replay: expected an export among the paths, whose policies are compared with the events")
    _warn_of_other_accounts(found, found.snapshot)
    found_again = replay(found.trail, found.snapshot, rows, moment=at)
    return Replayed(found_again, any(found_again.classes[one] for one in classes))
