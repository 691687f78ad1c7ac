"""Reading recorded events, and again what came since; runs in a thread, which imports this after the first frame."""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable, Sequence
from pathlib import Path

from iamtui.app.loading.giving_way import GivingWay
from iamtui.app.loading.messages import EventsRead
from iamtui.browsing.trail.news import TrailNews
from iamtui.browsing.trail.rows import firsts_of
from iamtui.content.numbers import number_of
from iamtui.trail.callers import Caller
from iamtui.trail.columns import Columns
from iamtui.trail.following import FollowedTrail
from iamtui.trail.reading import ReadingCancelledError, ReadProgress
from iamtui.trail.trail import Trail
from iamtui.trail.views.first_seen import FirstRows

_PARTIAL_AFTER = 0.5
"""Seconds of reading between two partial trails, or as many times what the last one took as `_SHARE` says."""
_SHARE = 8


class EventReading:
    """Reads the events at some paths whenever it is told to, in one thread at a time."""

    def __init__(self, paths: Sequence[Path], way: GivingWay) -> None:
        """After the first part of all, reading goes on when `way` is free."""
        self._way = way
        self._followed = FollowedTrail(paths)
        self._news = TrailNews()
        self._firsts = FirstRows(Columns())
        self._rows, self._order = 0, array("I")  # how many rows there were, and which of them were events
        self._is_whole = False

    def read(
        self,
        tell: Callable[[EventsRead], object],
        is_watched: Callable[[Caller], bool],
        stop: Callable[[], bool],
        is_given_up: Callable[[], bool],
    ) -> None:
        """Tell what was read: parts until all was read once, then the whole if it differs from before, with its news.

        After `stop` the part that was read counts; where `is_given_up`, nobody wants it any more.
        """
        was_whole = self._is_whole
        parts = _Parts(tell, self._way, is_wanted=not was_whole)
        try:
            trail = self._followed.read(progress=parts, stop=lambda: stop() or is_given_up())
            if trail is None:
                return
            said, self._is_whole = number_of(trail.read.files, "file"), True
        except ReadingCancelledError:
            latest = parts.latest
            if is_given_up() or latest is None:
                return
            trail, said = (
                latest.so_far(),
                f"stopped after {latest.done:,} of {number_of(latest.total, 'file')} · R goes on",
            )
        problems = len(trail.problems)
        said += f" · {number_of(problems, 'problem')}" if problems else ""
        news = self._news.take(trail, self._added_to(trail), is_watched)
        tell(EventsRead(trail, said, firsts_of(self._firsts), news if was_whole else ()))

    def _added_to(self, trail: Trail) -> array[int]:
        """The events that were not there before; what callers showed first is looked for anew where one is gone."""
        if trail.columns is not self._firsts.columns:  # all was read anew
            self._rows, self._order = 0, array("I")
        before, added = trail.apart(self._rows)
        if not self._rows or before != self._order:
            self._firsts = FirstRows(trail.columns)
            self._firsts.take(trail.order)
        else:
            self._firsts.take(added)
        self._rows, self._order = len(trail.columns), trail.order
        return added


class _Parts:
    """Tells now and then of what was read by then."""

    def __init__(self, tell: Callable[[EventsRead], object], way: GivingWay, *, is_wanted: bool) -> None:
        self._tell = tell
        self._way = way
        self._is_wanted = is_wanted
        self._due = 0.0
        self.latest: ReadProgress | None = None

    def __call__(self, progress: ReadProgress) -> None:
        self.latest = progress
        begun = time.monotonic()
        if self._is_wanted and progress.events and progress.done < progress.total and begun > self._due:
            said = f"read {progress.done:,} of {number_of(progress.total, 'file')}"
            self._tell(EventsRead(progress.so_far(), said, is_part=True))
            taken = time.monotonic() - begun
            self._way.give()
            self._due = time.monotonic() + max(_PARTIAL_AFTER, _SHARE * taken)
