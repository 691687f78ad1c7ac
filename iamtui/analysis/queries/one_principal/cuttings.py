"""What of the statements in play for one principal tells resources apart, found once for actions alike (WC17)."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import NamedTuple

from iamtui.analysis.queries.actions.alike import Alike
from iamtui.analysis.queries.index.statements import statements_of
from iamtui.analysis.queries.resources.cutting import patterns_in_play, reads_in_play, shortest
from iamtui.analysis.queries.resources.resource_forms import Form
from iamtui.analysis.queries.resources.resource_reads import READS_ALL, Reads
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.policy.cells import PatternSet

Prepare = Callable[[str, str], PreparedRequest]
"""Makes the principal's request for an action on a resource ready."""


class Cutting(NamedTuple):
    """What of the statements in play tells resources apart."""

    patterns: tuple[PatternSet, ...]
    reads: Reads
    question: PreparedRequest


class Cuttings:
    """Finds it by the account of the resources; where it `reads_all`, nothing that is known of them is left out."""

    def __init__(self, prepare: Prepare, *, reads_all: bool) -> None:
        self._prepare = prepare
        self._reads_all = reads_all
        self._found: dict[Hashable, Cutting] = {}

    def of(self, form: Form, alike: Alike) -> Cutting:
        """What tells the resources apart that are of a form's account."""
        key = (alike.key, form.account)
        if key not in self._found:
            self._found[key] = self._anew(form, alike)
        return self._found[key]

    def _anew(self, form: Form, alike: Alike) -> Cutting:
        question = self._prepare(alike.actions[0], shortest(form.parts))
        statements = [statement for _, statement in statements_of(question.applicable.identity, question)]
        reads = READS_ALL if self._reads_all else reads_in_play(question, statements, question.subject.caller)
        return Cutting(tuple(dict.fromkeys(patterns_in_play(question, statements))), reads, question)
