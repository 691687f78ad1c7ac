"""Who can do something (WC10-WC21)."""

from __future__ import annotations

from iamtui.analysis.queries.everybody.questions import Question
from iamtui.analysis.queries.everybody.results import WhoCan
from iamtui.analysis.queries.everybody.rows import Progress, Rows
from iamtui.analysis.queries.index.holders import holders_of
from iamtui.snapshot.model import Snapshot


def who_can(snapshot: Snapshot, question: Question, progress: Progress | None = None) -> WhoCan:
    """Who can do what `question` asks.

    Raises:
        QuestionError: an action does not exist, or a pattern matches none.
        RequestError: a resource or a key is malformed.
    """
    return Rows(holders_of(snapshot), question).answer(progress)
