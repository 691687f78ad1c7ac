"""Searches for paths that were made: a screen that is opened again, or compares, need not search anew (EP63)."""

from __future__ import annotations

from collections.abc import Callable

from iamtui.analysis.paths.answer.question import PathQuestion
from iamtui.analysis.paths.answer.results import Paths
from iamtui.analysis.paths.comparisons.choke_statements import choke_statements, with_costs
from iamtui.analysis.paths.comparisons.held import held_back
from iamtui.analysis.paths.searching.search import find_paths
from iamtui.analysis.paths.walks.direct_reads import readings
from iamtui.browsing.queries.paths import EarlyRows, PathBook, Tab
from iamtui.snapshot.model import Snapshot

Progress = Callable[[int, int], None]
_MOST_COMPARED = 500
_MOST_KEPT = 2
"""Answers that are kept: of what is shown, and of what it is compared with."""


def question_about(snapshot: Snapshot, arn: str) -> PathQuestion:
    """Who can read a resource that can be read; of anything else who can become an administrator."""
    resource = snapshot.resources.get(arn)
    is_read = resource is not None and resource.kind.lower() in readings()
    return PathQuestion(reads=(arn,)) if is_read else PathQuestion()


def _is_quick(snapshot: Snapshot) -> bool:
    """Whether there are so few principals that a second search is not felt."""
    held = (len(account.users or ()) + len(account.roles or ()) for account in snapshot.accounts.values())
    return sum(held) <= _MOST_COMPARED


class PathSearches:
    """The last answers; `before` is what the user last took note of, if that was another picture."""

    def __init__(self, question: PathQuestion) -> None:
        """Know no answer to `question` yet."""
        self.question = question
        self.before: Snapshot | None = None
        self._found: list[tuple[Snapshot, Paths]] = []

    def known(self, snapshot: Snapshot) -> PathBook | None:
        """What was found of a picture already; None where that, or what it is compared with, is to be searched."""
        found = self._of(snapshot)
        before = None if self.before is None else self._of(self.before)
        if found is None or (before is None and self.before is not None and _is_quick(self.before)):
            return None
        return PathBook(snapshot, found, before, self.question)

    def find(self, snapshot: Snapshot, progress: Progress, early: Callable[[EarlyRows], object]) -> PathBook:
        """Search what is not known, in a thread; of many principals not what it would be compared with.

        `early` takes the rows of what is there before paths are looked for.
        """
        before = self.before if self.before is not None and _is_quick(self.before) else None
        for picture in (before, snapshot):
            if picture is not None and self._of(picture) is None:
                found = find_paths(picture, self.question, progress, early=lambda each: early(EarlyRows.of(each)))
                self._keep(picture, found)
        return self.known(snapshot) or PathBook(
            snapshot, find_paths(snapshot, self.question, progress), question=self.question
        )

    def further(self, book: PathBook, tab: Tab, progress: Progress) -> PathBook:
        """Look for what another tab shows, in a thread (EP54, EP62).

        What guardrails hold back, or the statements that cut most and what taking each out costs.
        """
        if tab == "held":
            found = held_back(book.snapshot, self.question, book.found, progress)
        else:
            found = choke_statements(book.snapshot, self.question, book.found, progress)
            found = with_costs(book.snapshot, found, progress)
        self._keep(book.snapshot, found)
        return PathBook(book.snapshot, found, book.before, self.question)

    def _of(self, snapshot: Snapshot) -> Paths | None:
        return next((found for known, found in self._found if known is snapshot), None)

    def _keep(self, snapshot: Snapshot, found: Paths) -> None:
        others = [one for one in self._found if one[0] is not snapshot]
        self._found = [*others[-(_MOST_KEPT - 1) :], (snapshot, found)]
