"""How one statement meets one request, with every element and comparison shown, whatever the others say (T4-T8)."""

from __future__ import annotations

from itertools import islice

from iamtui.evaluation.decision import Comparison, ElementKind, ElementTrace, MatchClass, StatementTrace
from iamtui.evaluation.matching.principals import PrincipalMatch, match_entry
from iamtui.evaluation.matching.statements import COMPLETING, MatchContext, match_pattern, match_resource
from iamtui.policy.conditions import ConditionTest
from iamtui.policy.elements import ANY_RESOURCE, ResourceElement, ResourcePattern
from iamtui.policy.keys import KeyState, KeyValue
from iamtui.policy.policy_values import PolicyValue
from iamtui.policy.principals import PrincipalElement
from iamtui.policy.statement import PolicyKind, Statement, forbidden_element
from iamtui.policy.truth import Truth
from iamtui.policy.variables import Resolved

_MOST_PATTERNS = 400
"""How many patterns of one element a trace lists; the rest is counted."""


def explain(statement: Statement, kind: PolicyKind, asked: MatchContext, policy: str) -> StatementTrace:
    """Match a statement, and show all that was compared."""
    ignored = forbidden_element(statement, kind)
    if statement.invalid is not None:
        return StatementTrace(
            policy, statement.index, statement.sid, statement.effect, Truth.FALSE, (), ignored=ignored
        )
    principal = asked.match_principal(statement)
    elements: list[ElementTrace] = []
    if statement.principal is not None:
        elements.append(_explain_principal(statement.principal, principal, asked))
    elements.append(_explain_action(statement, asked))
    if statement.resource is not None:
        elements.append(_explain_resource(statement.resource, kind, asked))
    if statement.conditions:
        elements.append(_explain_conditions(statement.conditions, asked))
    truth = Truth.FALSE if ignored else min(element.truth for element in elements)
    return StatementTrace(
        policy,
        statement.index,
        statement.sid,
        statement.effect,
        truth,
        tuple(elements),
        match_class=principal.match_class,
        ignored=ignored,
    )


_CLASS_NOTES = {
    MatchClass.DIRECT: None,
    MatchClass.PARENT: "names the role or user behind the session: boundary and session policy still limit (E41)",
    MatchClass.ACCOUNT: "names the account: an identity-based policy must allow as well (E42)",
}


def _explain_principal(element: PrincipalElement, found: PrincipalMatch, asked: MatchContext) -> ElementTrace:
    compared = tuple(
        Comparison(
            pattern=entry.text if entry.key in ("AWS", "*") else f"{entry.key}: {entry.text}",
            value=asked.caller.text,
            truth=entry_match.truth,
            note=entry_match.note or (str(entry_match.match_class) if entry_match.match_class else None),
        )
        for entry in islice(element.entries, _MOST_PATTERNS)
        for entry_match in (match_entry(entry, asked.caller),)
    )
    name = "NotPrincipal" if element.negated else "Principal"
    note = found.note or (_CLASS_NOTES[found.match_class] if found.truth and found.match_class else None)
    return ElementTrace(ElementKind.PRINCIPAL, name, found.truth, compared, note)


def _explain_action(statement: Statement, asked: MatchContext) -> ElementTrace:
    element = statement.action
    name = "NotAction" if element.negated else "Action"
    matched = element.matches(asked.folded_action, asked.service)
    truth = Truth.TRUE if matched else Truth.FALSE
    if matched is element.negated:  # no pattern takes the action
        note = None if element.patterns else "the list is empty: the statement has no effect (L9)"
        return _of_missed(ElementKind.ACTION, name, truth, element.patterns, (asked.action, note))
    taking = element.matching_patterns(asked.folded_action)
    compared = tuple(Comparison(pattern, asked.action, Truth.TRUE) for pattern in taking)
    return ElementTrace(ElementKind.ACTION, name, truth, compared)


def _of_missed(
    kind: ElementKind, name: str, truth: Truth, patterns: tuple[str, ...], told: tuple[str, str | None]
) -> ElementTrace:
    """An element of which no pattern matched; `told` is the request's value and a note."""
    value, note = told
    if len(patterns) > _MOST_PATTERNS:
        note = f"{len(patterns) - _MOST_PATTERNS} more patterns are not listed"
        patterns = patterns[:_MOST_PATTERNS]
    return ElementTrace(kind, name, truth, (), note, patterns, value)


def _explain_resource(element: ResourceElement, kind: PolicyKind, asked: MatchContext) -> ElementTrace:
    name = "NotResource" if element.negated else "Resource"
    truth = match_resource(element, kind, asked)
    note = _note_on_resource(element, truth, asked)
    if truth is (Truth.TRUE if element.negated else Truth.FALSE) and element.is_plain:
        return _of_missed(ElementKind.RESOURCE, name, truth, element.texts, (asked.resources[0], note))
    listed = [(pattern, _truth_of(pattern, kind, asked)) for pattern in element.patterns[:_MOST_PATTERNS]]
    matching = [one for one in listed if one[1] is Truth.TRUE]
    compared = tuple([_compare_pattern(pattern, found, kind, asked) for pattern, found in matching or listed])
    return ElementTrace(ElementKind.RESOURCE, name, truth, compared, note)


def _truth_of(pattern: ResourcePattern, kind: PolicyKind, asked: MatchContext) -> Truth:
    return max([match_pattern(pattern, resource, kind, asked) for resource in asked.resources])


def _note_on_resource(element: ResourceElement, truth: Truth, asked: MatchContext) -> str | None:
    if not element.patterns:
        return "the list is empty: no effect (L9)"
    if asked.left_open is not None and truth is Truth.UNKNOWN:
        return asked.left_open.note
    if asked.resources[0] == ANY_RESOURCE and truth is Truth.FALSE and not element.negated:
        return "the request names no resource: only * matches; some resources may match (L37)"
    return None


def _compare_pattern(pattern: ResourcePattern, truth: Truth, kind: PolicyKind, asked: MatchContext) -> Comparison:
    substituted, note = _substitution(pattern, asked)
    if pattern.short and pattern.text != ANY_RESOURCE:
        note = "completed with * for the missing segments (L34)" if kind in COMPLETING else "not an ARN (L34)"
    return Comparison(pattern.text, asked.resources[0], truth, substituted, note=note)


def _substitution(pattern: ResourcePattern, asked: MatchContext) -> tuple[str | None, str | None]:
    """The pattern with values in place, and what became of variables without one (T7, V8)."""
    if not pattern.variables:
        return None, None
    resolved = pattern.resolve(asked.context)
    if resolved.text is None:
        lacking = [variable for variable in pattern.variables if variable.default is None]
        empty = [variable.key for variable in lacking if asked.context.lookup(variable.folded).values == ("",)]
        if empty:
            return None, f"{', '.join(empty)} is empty, which counts as no value (V8, C25, UNCONFIRMED for tags)"
        missing = ", ".join(variable.key for variable in lacking if _has_no_value(variable.folded, asked))
        return None, f"{missing} has no value: the pattern matches nothing (V8)"
    return resolved.text, "a variable's value is unknown (T25)" if resolved.unknown else None


def _has_no_value(key: str, asked: MatchContext) -> bool:
    return asked.context.lookup(key).state is KeyState.ABSENT


_WHY = {
    "C5": "a set operator decides Null alone",
    "C6": "no such operator: the condition is false",
    "C7": "the list of values is empty",
    "C10": "the key is absent: a positive operator is false",
    "C11": "the key is absent: a negated operator is true",
    "C12": "the key is absent: IfExists is true",
    "C14": "the key is absent: ForAllValues is true",
    "C15": "the key is absent: ForAnyValue is false",
    "C16": "the key is absent: IfExists is true",
    "C21": "every value of the key must satisfy the test",
    "C22": "one value of the key must satisfy the test",
    "C23": "a multivalued key without ForAllValues or ForAnyValue matches nothing",
    "C26": "both true and false are accepted",
    "C46": "the policy's value cannot be read, so that it matches nothing",
    "C47": "a value of the request cannot be read for the operator: a positive one is false, a negated one true",
    "C48": "a value of the request is no ARN: the operator is false, a negated one too",
    "K19": "which session calls is not said, and every value that the key can have decides alike",
    "T24": "the key is unknown",
}


_COMPARED = frozenset(("C1", "C2", "C21", "C22"))
"""The rules that say that values were compared."""


def _explain_conditions(tests: tuple[ConditionTest, ...], asked: MatchContext) -> ElementTrace:
    compared = tuple(_explain_condition(test, asked) for test in tests)
    return ElementTrace(ElementKind.CONDITION, "Condition", min(line.truth for line in compared), compared)


def _explain_condition(test: ConditionTest, asked: MatchContext) -> Comparison:
    judgement = test.judge(asked.context)
    value = asked.context.lookup(test.folded_key)
    rule = judgement.rule
    if rule in _COMPARED:
        rule = test.unread(value) or rule
    shown = _resolved_values(test, asked)
    original = tuple(policy.text for policy in test.values)
    return Comparison(
        pattern=f"{test.spelling} {test.key}",
        value=_describe(value),
        truth=judgement.truth,
        substituted=", ".join(shown) if shown != original else None,
        rule=rule,
        note=_WHY.get(rule),
        key=test.key,
        key_state=value.state,
        policy_values=original,
        values=value.values,
        source=value.source if value.state is KeyState.PRESENT else None,
    )


def _resolved_values(test: ConditionTest, asked: MatchContext) -> tuple[str, ...]:
    shown: list[str] = []
    for policy in test.values:
        resolved = Resolved(policy.text, None) if policy.template is None else policy.template.resolve(asked.context)
        shown.append(_valueless(policy, asked) if resolved.text is None else resolved.text)
    return tuple(shown)


def _valueless(policy: PolicyValue, asked: MatchContext) -> str:
    variables = () if policy.template is None else policy.template.variables
    if any(asked.context.lookup(variable.folded).values == ("",) for variable in variables):
        return "(an empty value: matches nothing, V9, UNCONFIRMED for tags)"
    return "(no value: matches nothing, V9)"


def _describe(value: KeyValue) -> str | None:
    if value.state is not KeyState.PRESENT:
        return None
    return f"[{', '.join(value.values)}]" if value.is_list else value.values[0]


def names_particular_resources(statement: Statement, trace: StatementTrace) -> bool:
    """Whether a statement, all else given, speaks of some resources only: a request for `*` does not ask it (L37)."""
    element = statement.resource
    if trace.ignored or element is None or any(pattern.text == ANY_RESOURCE for pattern in element.patterns):
        return False
    others = (one for one in trace.elements if one.kind is not ElementKind.RESOURCE)
    return bool(element.patterns) and all(one.truth is not Truth.FALSE for one in others)


def consulted_and_absent(statement: Statement, trace: StatementTrace, asked: MatchContext) -> list[str]:
    """The absent keys that a statement asked for, whose principal, action and resource matched (E88)."""
    others = (element for element in trace.elements if element.kind is not ElementKind.CONDITION)
    if trace.ignored or any(element.truth is Truth.FALSE for element in others):
        return []
    variables = [] if statement.resource is None else [v for p in statement.resource.patterns for v in p.variables]
    keys: list[str] = []
    for test in statement.conditions:
        if test.judge(asked.context).rule != "K19":
            keys.append(test.key)
        for policy in test.values:
            variables.extend(policy.template.variables if policy.template is not None else ())
    keys.extend(variable.key for variable in variables if variable.default is None)
    return [key for key in keys if _has_no_value(key.lower(), asked)]


def keys_asked_for(statement: Statement) -> list[str]:
    """The keys that a statement's conditions and patterns ask for, as it spells them."""
    keys = [test.key for test in statement.conditions]
    templates = [policy.template for test in statement.conditions for policy in test.values]
    for pattern in statement.resource.patterns if statement.resource is not None else ():
        keys.extend(variable.key for variable in pattern.variables)
    for template in templates:
        keys.extend(variable.key for variable in (template.variables if template is not None else ()))
    return keys


def unknown_keys(statement: Statement, asked: MatchContext) -> list[str]:
    """Of the keys that a statement asks for those of unknown state or value."""
    unknown = (KeyState.UNKNOWN, KeyState.UNKNOWN_VALUE)
    return [key for key in keys_asked_for(statement) if asked.context.lookup(key.lower()).state in unknown]
