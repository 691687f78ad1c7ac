"""A trail whose files are followed: what came since is read, and all anew only where a file changed or went (B17)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from iamtui.files.collector import collector_paused
from iamtui.files.finding import Found, LeftOut, find_files
from iamtui.files.reading import Stamp, stamp_of
from iamtui.trail.reading import ReadingCancelledError, ReadProgress, TrailReading
from iamtui.trail.trail import Trail


class FollowedTrail:
    """Reads the same paths again and again, in one thread at a time."""

    def __init__(self, paths: Sequence[Path]) -> None:
        """Nothing is read before `read`."""
        self._paths = paths
        self._begin()

    def _begin(self) -> None:
        self._reading = TrailReading()
        self._stamps: dict[Path, Stamp | None] = {}  # as they were just before the file was read
        self._left_out: set[Path] = set()

    def read(
        self,
        *,
        progress: Callable[[ReadProgress], None] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> Trail | None:
        """The trail as it is now; None if no file differs from those that were read.

        The last files are read first: delivered files are named by time, and what happened last is looked at first.

        Raises:
            ReadingCancelledError: `stop` returned true; what was read by then is kept, and the rest is read next time.
        """
        found = list(find_files(self._paths))
        present = {one.path for one in found if isinstance(one, Found)}
        others = {path for path, stamp in self._stamps.items() if path not in present or stamp_of(path) != stamp}
        if not others.isdisjoint(self._reading.indexed_paths):
            self._begin()  # records of that file are in the index
            others = set()
        news = [one for one in found if isinstance(one, Found) and (one.path not in self._stamps or one.path in others)]
        if self._stamps and not news and not others:
            return None
        self._forget([*others, *(self._left_out & present)])
        self._leave_out(one for one in found if isinstance(one, LeftOut))
        with collector_paused():
            for number, target in enumerate(reversed(news), 1):
                if stop is not None and stop():
                    raise ReadingCancelledError
                self._stamps[target.path] = stamp_of(target.path)
                self._reading.read(target)
                if progress is not None:
                    progress(ReadProgress(number, len(news), len(self._reading.indexer.columns), self._reading.trail))
            return self._reading.trail()

    def _leave_out(self, found: Iterable[LeftOut]) -> None:
        for one in found:
            if one.path not in self._left_out:
                self._left_out.add(one.path)
                self._reading.leave_out(one)

    def _forget(self, paths: Iterable[Path]) -> None:
        """Forget what became of files of which nothing is in the index."""
        for path in paths:
            self._stamps.pop(path, None)
            self._left_out.discard(path)
            self._reading.forget(path)
