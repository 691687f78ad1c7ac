"""A decision as plain data: what `--format json` prints.

The form is stable: members are added, never renamed or removed, within version 1. Its top level:

    version           1
    request           what was asked: principal, action, resource, resource_account, context, unstated, at
    decision          allowed, explicitDeny, implicitDeny, denied (one of both) or conditional
    decided_by        the kind of policy at which evaluation ended (E84-E86); null if conditional
    best              {"decision", "decided_by"}: the upper bound of a conditional decision, else the decision (T27)
    worst             the same: the lower bound
    matched           the decisive statements, "POLICY NAME#SID" or "POLICY NAME#INDEX" (E87)
    missing_context   keys that are absent and were consulted (E88)
    unknown_keys      [{"key", "branches": [{"state", "decision", "decided_by", "best", "worst"}]}] (T29, T31)
    unknown_data      what was not exported and could turn the decision (T22)
    assumed           what was not exported and was taken as not there (T22)
    may_be_wider      whether the range may be wider than what is really possible (T30)
    warnings          actions, keys and values of the request that AWS does not know: decided as they are written
    notes             what the reader must know besides
    blockers          [{"layer", "text", "statements"}]: the least that is missing or in the way (T10)
    aws_message       the sentence that AWS would answer with (T11); null where it is allowed or conditional
    further_actions   [{"action", "when"}]: what the call needs besides, each decided by itself (E70)
    layers            the trace, in the order of T1 (T1-T8):

    layers            [{"layer", "account", "effect", "reason", "reached", "levels"}]
    levels            [{"name", "target_id", "effect", "policies"}]; one without name where a layer has no levels
    policies          [{"name", "arn", "origin", "owner", "version", "exported", "problem", "effect", "statements"}]
    statements        [{"index", "sid", "effect", "matches", "decisive", "match_class", "failed_first", "undecided_by",
                      "ignored", "elements"}]
    elements          [{"kind", "name", "matches", "note", "compared"}]
    compared          [{"pattern", "substituted", "value", "matches", "rule", "note"}], and in a condition
                      {"key", "key_state", "policy_values", "values", "source"} besides

`matches` is true, false, or null for unknown. The effect of a layer, a level or a policy is `denies`, `allows`,
`silent`, `undecided` or `not applicable`; that of a statement `Allow` or `Deny`.

Of several resources, or with `--also`, the parts of one call come as {"version", "decision", "decisions"}: the
strictest decision, then each part. Of an action with wildcards come {"version", "decisions"}, each without its layers.
"""

from __future__ import annotations

from iamtui.analysis.calls import further_actions
from iamtui.analysis.requests.spelling import misspellings
from iamtui.evaluation.decision import (
    Branch,
    Comparison,
    Decision,
    ElementTrace,
    LayerTrace,
    LevelTrace,
    Outcome,
    PolicyTrace,
    StatementTrace,
    Verdict,
)
from iamtui.evaluation.request.request import Request
from iamtui.policy.truth import Truth
from iamtui.reports.serial import Data

VERSION = 1

_MATCHES = {Truth.TRUE: True, Truth.FALSE: False, Truth.UNKNOWN: None}


def decision_data(decision: Decision) -> dict[str, Data]:
    """The decision with its full trace."""
    return {"version": VERSION, **summary_data(decision), "layers": [_layer(layer) for layer in decision.layers]}


def summary_data(decision: Decision) -> dict[str, Data]:
    """The decision without its trace."""
    return {
        "request": request_data(decision.request),
        "decision": decision.word,
        "decided_by": decision.outcome.decided_by.value if decision.outcome is not None else None,
        "best": outcome_data(decision.best),
        "worst": outcome_data(decision.worst),
        "matched": decision.matched,
        "missing_context": decision.missing_context,
        "unknown_keys": [
            {
                "key": unknown.key,
                "branches": [_branch(branch) for branch in unknown.branches],
            }
            for unknown in decision.unknown_keys
        ],
        "unknown_data": decision.unknown_data,
        "assumed": decision.assumed,
        "may_be_wider": decision.may_be_wider,
        "warnings": tuple(misspellings(decision.request)),
        "notes": decision.notes,
        "blockers": [
            {"layer": blocker.layer.value, "text": blocker.text, "statements": blocker.statements}
            for blocker in decision.blockers
        ],
        "aws_message": decision.aws_message,
        "further_actions": [
            {"action": related.action, "when": related.when} for related in further_actions(decision.request.action)
        ],
    }


def request_data(request: Request) -> dict[str, Data]:
    """What was asked; each context key with its state and values."""
    return {
        "principal": request.principal,
        "action": request.action,
        "resource": request.resource,
        "resource_account": request.resource_account,
        "context": {
            key: {"state": value.state.value, "values": value.values, "multivalued": value.is_list}
            for key, value in request.context.items()
        },
        "unstated": request.unstated.value,
        "session_policies": None
        if request.session_policies is None
        else [policy.name for policy in request.session_policies],
        "at": request.at.isoformat() if request.at is not None else None,
    }


def outcome_data(outcome: Outcome) -> dict[str, Data]:
    """A verdict and what decided it."""
    return {"decision": outcome.verdict.value, "decided_by": outcome.decided_by.value}


def _branch(branch: Branch) -> dict[str, Data]:
    best, worst = outcome_data(branch.outcome), outcome_data(branch.worst)
    settled = best
    if branch.outcome.verdict is not branch.worst.verdict:
        word = "conditional" if branch.outcome.verdict is Verdict.ALLOWED else "denied"
        settled = {"decision": word, "decided_by": None}
    return {"state": branch.state, **settled, "best": best, "worst": worst}


def _layer(layer: LayerTrace) -> dict[str, Data]:
    return {
        "layer": layer.layer.value,
        "account": layer.account,
        "effect": layer.effect.value,
        "reason": layer.reason,
        "reached": layer.reached,
        "levels": [_level(level) for level in layer.levels],
    }


def _level(level: LevelTrace) -> dict[str, Data]:
    return {
        "name": level.name,
        "target_id": level.target_id,
        "effect": level.effect.value,
        "policies": [_policy(policy) for policy in level.policies],
    }


def _policy(policy: PolicyTrace) -> dict[str, Data]:
    return {
        "name": policy.name,
        "arn": policy.arn,
        "origin": policy.origin,
        "owner": policy.owner,
        "version": policy.version,
        "exported": policy.document is not None,
        "problem": str(policy.problem) if policy.problem is not None else None,
        "effect": policy.effect.value,
        "statements": [_statement(statement) for statement in policy.statements],
    }


def _statement(statement: StatementTrace) -> dict[str, Data]:
    failed, undecided = statement.failed_first, statement.undecided_by
    return {
        "index": statement.index,
        "sid": statement.sid,
        "effect": statement.effect.value,
        "matches": _MATCHES[statement.truth],
        "decisive": statement.decisive,
        "match_class": statement.match_class.value if statement.match_class is not None else None,
        "failed_first": failed.name if failed is not None else None,
        "undecided_by": undecided.name if undecided is not None else None,
        "ignored": statement.ignored,
        "elements": [_element(element) for element in statement.elements],
    }


def _element(element: ElementTrace) -> dict[str, Data]:
    return {
        "kind": element.kind.value,
        "name": element.name,
        "matches": _MATCHES[element.truth],
        "note": element.note,
        "compared": [_comparison(comparison) for comparison in element.compared],
    }


def _comparison(comparison: Comparison) -> dict[str, Data]:
    data: dict[str, Data] = {
        "pattern": comparison.pattern,
        "substituted": comparison.substituted,
        "value": comparison.value,
        "matches": _MATCHES[comparison.truth],
        "rule": comparison.rule,
        "note": comparison.note,
    }
    if comparison.key is not None:
        data |= {
            "key": comparison.key,
            "key_state": comparison.key_state.value if comparison.key_state is not None else None,
            "policy_values": comparison.policy_values,
            "values": comparison.values,
            "source": comparison.source,
        }
    return data
