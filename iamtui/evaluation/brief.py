"""A decision without its trace, for one row of many: the outcome, what it depends on, and what decides."""

from __future__ import annotations

from iamtui.evaluation.answer.assembly import decisive_layers
from iamtui.evaluation.answer.session_notes import notes_of_sign_in
from iamtui.evaluation.decide import Settled, settle_question
from iamtui.evaluation.decision import Decision, Outcome, Verdict
from iamtui.evaluation.preparing import PreparedRequest


def decide_briefly(question: PreparedRequest) -> Decision:
    """Decide as `decide` does, and explain nothing: no trace, nothing of what is missing.

    The one note is how the caller is taken to have signed in, which may turn every row of a table (K35, E81).
    """
    settled = settle_question(question)
    outcome = settled.best if settled.best == settled.worst else None
    return Decision(
        request=question.request,
        outcome=outcome,
        best=settled.best,
        worst=settled.worst,
        layers=(),
        matched=_matched(question, settled, outcome),
        unknown_keys=settled.unknown_keys,
        unknown_data=settled.unknown_data,
        assumed=settled.assumed,
        notes=tuple(notes_of_sign_in(question, question.asked.context.consulted)),
        may_be_wider=settled.may_be_wider,
    )


def _matched(question: PreparedRequest, settled: Settled, outcome: Outcome | None) -> tuple[str, ...]:
    """The references of the decisive statements (E87)."""
    if outcome is None or outcome.verdict is Verdict.IMPLICIT_DENY:
        return ()
    if settled.resolved is None:
        return ("built-in#0",) if outcome.verdict is Verdict.ALLOWED else ()
    effect, layers = decisive_layers(outcome, question.setting, settled.resolved)
    references = [
        f"{policy}#{statement.label}"
        for partial in settled.partials
        if partial.layer.layer in layers
        for policy, statement in partial.matching
        if statement.effect is effect
    ]
    return tuple(dict.fromkeys(references))
