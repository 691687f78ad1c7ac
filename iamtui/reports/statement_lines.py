"""The lines of a policy's statements, their elements, and what was compared (T4-T9)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from iamtui.evaluation.decision import Comparison, ElementKind, ElementTrace, MatchClass, PolicyTrace, StatementTrace
from iamtui.policy.keys import KeyState
from iamtui.policy.statement import Effect
from iamtui.policy.truth import Truth
from iamtui.reports.lines import Keys, Line, StatementRef
from iamtui.reports.words import TRUTHS, Words

REST = 6
"""So many statements, policies or patterns that do not match are listed; more are folded into one line."""

_CLASSES = {
    MatchClass.DIRECT: "names the requester",
    MatchClass.PARENT: "names the parent of the session: its boundary and session policies must allow too",
    MatchClass.ACCOUNT: "names the account only: an identity-based policy must allow too",
}
_APPLIES_DENY = Words("applies", "✖", "bad")
_APPLIES_ALLOW = Words("applies", "✔", "good")
_UNDECIDED = Words("undecided", "?", "warn")
_NO_MATCH = Words("does not match", "○", "muted")


def rank(statement: StatementTrace) -> int:
    """The order on show: a Deny that matches, an Allow that does, undecided ones, near misses, the rest (T9)."""
    if statement.truth is Truth.TRUE:
        return 0 if statement.effect is Effect.DENY else 1
    if statement.truth is Truth.UNKNOWN:
        return 2
    return 3 if is_near_miss(statement) else 4


def is_near_miss(statement: StatementTrace) -> bool:
    """Whether one element alone, not the action, keeps it from matching: what the reader of a deny looks for first."""
    false = [element.kind for element in statement.elements if element.truth is Truth.FALSE]
    return len(false) == 1 and false != [ElementKind.ACTION]


def is_worth_showing(statement: StatementTrace) -> bool:
    """Whether it matches, is undecided, or nearly matches."""
    return rank(statement) < 4


def statement_lines(policy: PolicyTrace, above: str) -> Iterator[Line]:
    """The statements of a policy; many that do not match are one line."""
    keys = Keys(above)
    ordered = sorted(policy.statements, key=rank)
    lines = [
        _statement_line(policy, statement, keys.of(statement.sid or str(statement.index))) for statement in ordered
    ]
    shown = sum(is_worth_showing(statement) for statement in ordered)
    yield from lines[:shown]
    if len(lines) - shown > REST:
        more = "more " if shown else ""
        text = f"{len(lines) - shown} {more}statements do not match"
        yield Line(keys.of("the rest"), text, tone="muted", glyph="○", grow=lambda: lines[shown:])
    else:
        yield from lines[shown:]


def _statement_line(policy: PolicyTrace, statement: StatementTrace, key: str) -> Line:
    words = _statement_words(statement)
    reference = StatementRef(policy, statement.index)
    return Line(
        key,
        " ".join(part for part in (statement.effect.value, statement.sid, f"#{statement.index}") if part),
        " · ".join(_statement_facts(statement, words)),
        words.tone,
        words.glyph,
        reference,
        open=is_worth_showing(statement),
        grow=partial(_elements, statement, reference, key) if statement.elements else None,
    )


def _statement_words(statement: StatementTrace) -> Words:
    if statement.truth is Truth.TRUE:
        return _APPLIES_DENY if statement.effect is Effect.DENY else _APPLIES_ALLOW
    return _UNDECIDED if statement.truth is Truth.UNKNOWN else _NO_MATCH


def _statement_facts(statement: StatementTrace, words: Words) -> Iterator[str]:
    if statement.ignored is not None:
        yield f"ignored: {statement.ignored}"
        return
    yield f"{words.word}, decisive" if statement.decisive else words.word
    if statement.match_class is not None and statement.truth is not Truth.FALSE:
        yield _CLASSES[statement.match_class]
    if (failed := statement.failed_first) is not None:
        yield f"failed first: {failed.name}"
    elif (undecided := statement.undecided_by) is not None:
        yield f"undecided by: {undecided.name}"


# Elements


def _elements(statement: StatementTrace, reference: StatementRef, above: str) -> Iterator[Line]:
    keys = Keys(above)
    failed = statement.failed_first
    for element in statement.elements:
        key = keys.of(element.name)
        words = TRUTHS[element.truth]
        yield Line(
            key,
            element.name,
            " · ".join(_element_facts(element, words, is_first=element is failed)),
            "bad" if element is failed else words.tone,
            words.glyph,
            reference,
            open=element.truth is not Truth.TRUE or element.kind is ElementKind.CONDITION,
            grow=partial(_comparisons, element, reference, key) if element.detailed or element.missed else None,
        )


def _element_facts(element: ElementTrace, words: Words, *, is_first: bool) -> Iterator[str]:
    yield f"{words.word}, failed first" if is_first else words.word
    if element.note is not None:
        yield element.note
    if element.kind is ElementKind.CONDITION:
        return
    hit = next((comparison for comparison in element.detailed if comparison.truth is Truth.TRUE), None)
    tried = len(element.detailed) + len(element.missed)
    if hit is not None:
        yield f"{hit.pattern}, excludes it" if is_negated(element) else hit.pattern
    elif tried > 1 and element.truth is not Truth.UNKNOWN:
        yield f"none of {tried}"


def is_negated(element: ElementTrace) -> bool:
    """Whether it is a NotPrincipal, NotAction or NotResource, in which a pattern that matches excludes the request."""
    return element.name.startswith("Not")


def _comparisons(element: ElementTrace, reference: StatementRef, above: str) -> Iterator[Line]:
    """What was compared: what matched and what is unknown first; many that did not match are one line."""
    keys = Keys(above)
    if element.kind is ElementKind.CONDITION:
        for comparison in element.compared:
            yield _condition_line(comparison, reference, keys.of(comparison.pattern))
        return
    negated = is_negated(element)
    ordered = sorted(element.compared, key=lambda comparison: -comparison.truth)
    lines = [_pattern_line(entry, reference, keys.of(entry.pattern), negated=negated) for entry in ordered]
    hits = sum(comparison.truth is not Truth.FALSE for comparison in ordered)
    yield from lines[:hits]
    if len(lines) - hits > REST:
        more = "more " if hits else ""
        text = f"{len(lines) - hits} {more}patterns do not match"
        yield Line(keys.of("the rest"), text, tone="muted", glyph="○", statement=reference, grow=lambda: lines[hits:])
    else:
        yield from lines[hits:]


def _pattern_line(comparison: Comparison, reference: StatementRef, key: str, *, negated: bool) -> Line:
    words = TRUTHS[comparison.truth]
    tone, glyph = words.tone, words.glyph
    said = words.word if comparison.value is None else f"{words.word} {comparison.value}"
    if comparison.truth is Truth.UNKNOWN:
        said = "unknown" if comparison.value is None else f"unknown whether it matches {comparison.value}"
    elif comparison.truth is Truth.TRUE and negated:
        tone, said = "bad", f"{said}, so the request is excluded"
    return Line(key, _written(comparison), " · ".join([said, *_why(comparison)]), tone, glyph, reference)


def _written(comparison: Comparison) -> str:
    """The pattern, and what its variables made of it (T7)."""
    if comparison.substituted is None or comparison.substituted == comparison.pattern:
        return comparison.pattern
    return f"{comparison.pattern} = {comparison.substituted}"


def _why(comparison: Comparison) -> Iterator[str]:
    if comparison.note is not None:
        yield f"{comparison.note} [{comparison.rule}]" if comparison.rule is not None else comparison.note
    elif comparison.rule is not None:
        yield f"[{comparison.rule}]"


# Conditions


def _condition_line(comparison: Comparison, reference: StatementRef, key: str) -> Line:
    """One operator and key: what the request has, what the policy wants, what follows and why (T8)."""
    words = TRUTHS[comparison.truth]
    facts = [f"request: {_requested(comparison)}"]
    if comparison.policy_values:
        facts.append(f"policy: {_listed(comparison.policy_values)}")
    if comparison.substituted is not None:
        facts.append(f"that is {comparison.substituted}")
    tone = "bad" if comparison.truth is Truth.FALSE else words.tone
    many = max(len(comparison.policy_values), len(comparison.values)) > _LISTED
    grow = partial(_condition_values, comparison, reference, key) if many else None
    return Line(
        key,
        comparison.pattern,
        " · ".join([words.word, *facts, *_why(comparison)]),
        tone,
        words.glyph,
        reference,
        grow=grow,
    )


def _requested(comparison: Comparison) -> str:
    state = comparison.key_state
    if state is None or state is KeyState.PRESENT:
        has = _listed(comparison.values) if comparison.values else comparison.value or "an empty list"
        derived = comparison.source is not None and comparison.source != "request"
        return f"{has} ({comparison.source})" if derived else has
    return state.value


_LISTED = 4


def _listed(values: tuple[str, ...]) -> str:
    shown = ", ".join(f'"{value}"' for value in values[:_LISTED])
    return shown if len(values) <= _LISTED else f"{shown} and {len(values) - _LISTED} more"


def _condition_values(comparison: Comparison, reference: StatementRef, above: str) -> Iterator[Line]:
    keys = Keys(above)
    for value in comparison.values:
        yield Line(keys.of("request", value), f'"{value}"', "request", statement=reference)
    for value in comparison.policy_values:
        yield Line(keys.of("policy", value), f'"{value}"', "policy", statement=reference)
