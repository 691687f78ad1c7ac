"""How callers are taken to have signed in, where a statement in play reads that and nobody states it (K35, E81)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from iamtui.analysis.queries.index.statements import can_match
from iamtui.analysis.queries.index.taking import Taking, keys_tested
from iamtui.evaluation.answer.session_notes import KEYS_OF_SIGN_IN, notes_of_sign_in
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.evaluation.request.caller import CallerKind
from iamtui.policy.statement import Statement

_MANY = {CallerKind.USER: "users", CallerKind.ROLE: "roles", CallerKind.ROOT: "root users"}


def keys_of_sign_in(statements: Iterable[Statement]) -> set[str]:
    """The keys that tell how a caller signed in, of those that some statements test."""
    return {key for statement in statements for key in keys_tested(statement) if key in KEYS_OF_SIGN_IN}


class SignIn:
    """What one request of everybody takes for granted of them, by their kind."""

    def __init__(self) -> None:
        self._read: defaultdict[CallerKind, set[str]] = defaultdict(set)

    def hear_document(self, taking: Taking, question: PreparedRequest) -> None:
        """Note what a document of some of them reads."""
        if not KEYS_OF_SIGN_IN.isdisjoint(taking.keys):
            self.hear([taken.statement for taken in taking.statements], question)

    def hear(self, statements: Iterable[Statement], question: PreparedRequest) -> None:
        """Note what statements read that may match but for their conditions."""
        for statement in statements:
            read = keys_of_sign_in((statement,))
            if read and can_match(statement, question):
                self._read[question.subject.caller.kind] |= read

    def notes(self, question: PreparedRequest) -> Iterator[str]:
        """What is taken for granted of all who are of the kind of the request's caller."""
        kind = question.subject.caller.kind
        for text in notes_of_sign_in(question, self._read[kind]):
            yield f"{_MANY.get(kind, kind.value)} are each {text}"
