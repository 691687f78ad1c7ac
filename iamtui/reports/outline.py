"""A decision as the one tree of lines that the trace pane, the text report and the Markdown report all show (T1-T11).

Lines hold true text; whoever draws them makes it visible. Children are made when they are first asked for, so that a
trace of thousands of comparisons costs only what is looked at. Keys are made of what a line is about (layer, policy,
statement, element), never of its place, so that a pane that shows the next decision keeps what is unfolded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial

from iamtui.analysis.calls import further_actions
from iamtui.evaluation.decision import Blocker, Decision, LayerEffect, LayerTrace, LevelTrace, PolicyTrace, UnknownKey
from iamtui.policy.truth import Truth
from iamtui.reports.lines import Keys, Line, StatementRef, find, open_keys
from iamtui.reports.statement_lines import REST, is_worth_showing, rank, statement_lines
from iamtui.reports.words import (
    EFFECTS,
    LAYERS,
    branch_words,
    deciding,
    deciding_statements,
    outcome_words,
    sentence,
    words_of,
)

__all__ = ["Line", "StatementRef", "find", "open_keys", "outline"]


def outline(decision: Decision) -> tuple[Line, ...]:
    """The tree of a decision: the decision itself, then a block for each layer in the order of T1."""
    words = words_of(decision)
    keys = Keys("layer")
    return (
        Line(
            "decision",
            words.word,
            sentence(decision),
            words.tone,
            words.glyph,
            open=True,
            grow=partial(_about, decision) if _says_more(decision) else None,
        ),
        *(_layer_line(layer, keys.of(layer.layer.value), decision) for layer in decision.layers),
    )


# The decision


def _says_more(decision: Decision) -> bool:
    return bool(
        decision.is_conditional
        or decision.matched
        or decision.blockers
        or decision.missing_context
        or decision.unknown_data
        or decision.unknown_keys
        or decision.assumed
        or decision.aws_message
        or decision.notes
        or further_actions(decision.request.action)
        or _keys_that_do_not_matter(decision)
    )


def _about(decision: Decision) -> Iterator[Line]:
    keys = Keys("decision")
    yield from _about_unknowns(decision, keys)
    if decision.matched:
        yield _decisive(decision, keys.of("matched"))
    for blocker in _blockers(decision):
        concerned = ", ".join(blocker.statements)
        yield Line(keys.of("blocker", blocker.layer.value, blocker.text), blocker.text, concerned, "bad", "→")
    if decision.assumed:
        yield _assumptions(decision, keys.of("assumed"))
    if decision.missing_context:
        yield Line(keys.of("absent"), "absent, and consulted", ", ".join(decision.missing_context), "muted", "·")
    if decision.aws_message is not None:
        yield Line(keys.of("aws"), "AWS would say", decision.aws_message, "muted", "·")
    for related in further_actions(decision.request.action):
        yield Line(
            keys.of("further", related.action), f"the call also needs {related.action}", related.when, "muted", "·"
        )
    for note in decision.notes:
        yield Line(keys.of("note", note), "note", note, "muted", "·")


def _blockers(decision: Decision) -> Sequence[Blocker]:
    """What is in the way; nothing where the verdict, and below it what is decisive, say just that."""
    said = (sentence(decision), deciding_statements(decision))
    return () if [(one.text, one.statements) for one in decision.blockers] == [said] else decision.blockers


def _decisive(decision: Decision, key: str) -> Line:
    """What decides: one statement is led to at once, several are listed below."""

    def each() -> Iterator[Line]:
        keys = Keys(key)
        for name, policy, statement in found:
            reference = StatementRef(policy, statement.index)
            yield Line(keys.of(name), name, policy.origin, "accent", "→", reference)

    found = deciding(decision)
    only = StatementRef(found[0].policy, found[0].statement.index) if len(found) == 1 else None
    names = ", ".join(deciding_statements(decision))
    return Line(key, "decisive", names, "accent", "●", only, grow=each if len(found) > 1 else None)


def _about_unknowns(decision: Decision, keys: Keys) -> Iterator[Line]:
    """What the decision depends on, or that it does not depend on it (T27-T31)."""
    if decision.outcome is not None and (idle := _keys_that_do_not_matter(decision)):
        yield Line(keys.of("whatever"), "the same whatever these keys are", ", ".join(idle), "accent", "●")
    if decision.is_conditional:
        yield Line(keys.of("best"), "at best", outcome_words(decision.best), "warn", "↑")
        yield Line(keys.of("worst"), "at worst", outcome_words(decision.worst), "warn", "↓")
    for unknown in decision.unknown_keys:
        yield _unknown_key(unknown, keys.of("key", unknown.key.lower()))
    for missing in decision.unknown_data:
        yield Line(keys.of("data", missing), missing, "and matters", "warn", "?")
    if decision.may_be_wider:
        text = "the range may be wider than what is really possible"
        yield Line(keys.of("wider"), text, "too many unknown keys to try every combination", "warn", "?")


def _assumptions(decision: Decision, key: str) -> Line:
    """What was not exported and was taken as not there, so that the answer leans on it (T22)."""

    def each() -> Iterator[Line]:
        keys = Keys(key)
        for assumption in decision.assumed:
            yield Line(keys.of(assumption), assumption, "", "warn", "⚠")

    count = len(decision.assumed)
    return Line(key, f"{count} missing export{'s' * (count != 1)} could change this", "", "warn", "⚠", grow=each)


def _keys_that_do_not_matter(decision: Decision) -> list[str]:
    """The unknown keys that leave a statement undecided though the decision stands (T28)."""
    undecided = (
        statement
        for layer in decision.layers
        for policy in layer.policies
        for statement in policy.statements
        if statement.truth is Truth.UNKNOWN
    )
    found = {
        comparison.key.lower(): comparison.key
        for statement in undecided
        for element in statement.elements
        for comparison in element.detailed
        if comparison.key is not None and comparison.truth is Truth.UNKNOWN
    }
    return list(found.values())


def _unknown_key(unknown: UnknownKey, key: str) -> Line:
    def branches() -> Iterator[Line]:
        keys = Keys(key)
        for branch in unknown.branches:
            words = branch_words(branch)
            said = outcome_words(branch.outcome)
            if branch.outcome.verdict is not branch.worst.verdict:
                said = f"{words.word}: at best {said}; at worst {outcome_words(branch.worst)}"
            yield Line(keys.of(branch.state), branch.state, said, words.tone, words.glyph)

    said = "unknown, and matters" if unknown.branches else "unknown, and may matter: not tried"
    return Line(key, unknown.key, said, "warn", "?", open=True, grow=branches)


# The layers


def _layer_line(layer: LayerTrace, key: str, decision: Decision) -> Line:
    words = EFFECTS[layer.effect]
    facts = [words.word]
    if layer.reason is not None:
        facts = [layer.reason] if layer.effect is LayerEffect.NOT_APPLICABLE else [*facts, layer.reason]
    if layer.account is not None and layer.effect is not LayerEffect.NOT_APPLICABLE:
        facts.append(f"account {layer.account}")
    if not layer.reached:
        facts.append("not reached")
    decided = decision.outcome is not None and decision.outcome.decided_by is layer.layer
    says = layer.effect in (LayerEffect.DENIES, LayerEffect.ALLOWS, LayerEffect.UNDECIDED)
    return Line(
        key,
        LAYERS[layer.layer],
        " · ".join(facts),
        words.tone if layer.reached else "muted",
        words.glyph,
        open=decided or says or layer.effect is LayerEffect.SILENT,
        grow=partial(_levels, layer, key) if layer.levels else None,
    )


def _levels(layer: LayerTrace, key: str) -> Iterator[Line]:
    """The levels of an organization; the documents themselves where there is one level without a name (T3)."""
    keys = Keys(key)
    for level in layer.levels:
        if level.name or level.target_id:
            level_key = keys.of(level.target_id or level.name)
            words = EFFECTS[level.effect]
            yield Line(
                level_key,
                level.name or level.target_id,
                " · ".join(part for part in (level.target_id if level.name else "", words.word) if part),
                words.tone,
                words.glyph,
                open=True,
                grow=partial(_policies, level, level_key) if level.policies else None,
            )
        else:
            yield from _policies(level, key)


def _policies(level: LevelTrace, above: str) -> Iterator[Line]:
    """The documents: first those with a matching Deny, then a matching Allow, then undecided ones (T9)."""
    keys = Keys(above)
    ordered = sorted(level.policies, key=_policy_rank)
    called = Counter(policy.name for policy in ordered)
    lines = [
        _policy_line(
            policy,
            keys.of(policy.arn or policy.owner, policy.origin, policy.name),
            with_place=called[policy.name] > 1,
        )
        for policy in ordered
    ]
    said = sum(_policy_rank(policy) < _SILENT_RANK for policy in ordered)
    yield from lines[:said]
    if len(lines) - said > REST:
        text = f"{len(lines) - said} policies say nothing to this request"
        yield Line(keys.of("the rest"), text, tone="muted", glyph="○", grow=lambda: lines[said:])
    else:
        yield from lines[said:]


_SILENT_RANK = 4


def _policy_rank(policy: PolicyTrace) -> int:
    if policy.problem is not None or policy.document is None:
        return 2
    return min((rank(statement) for statement in policy.statements), default=_SILENT_RANK)


def _policy_line(policy: PolicyTrace, key: str, *, with_place: bool) -> Line:
    """A document with what it says and how it is attached; `with_place` tells it from others of its name (T2)."""
    words = EFFECTS[policy.effect]
    facts = [words.word, policy.origin]
    if policy.version is not None:
        facts.append(policy.version)
    if with_place:
        facts.append(policy.arn or (f"of {policy.owner}" if policy.owner is not None else ""))
    if policy.problem is not None:
        facts.append(f"cannot be read: {policy.problem}")
    elif policy.document is None:
        facts.append("its document is not in the export")
    return Line(
        key,
        policy.name,
        " · ".join(fact for fact in facts if fact),
        words.tone,
        words.glyph,
        open=any(is_worth_showing(statement) for statement in policy.statements),
        grow=partial(statement_lines, policy, key) if policy.statements else None,
    )
