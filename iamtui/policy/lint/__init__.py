"""Whether a policy document is well said: the findings Q1-Q27 and the quotas of one document (Q40-Q52).

Lint looks at one document and at what the catalogue knows. What needs the account (Q26: is the trusted principal
still there?, Q44-Q46: how many policies has a user?) is asked elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from iamtui.policy.document import Document
from iamtui.policy.lint import actions, conditions, principals, resources, structure, trust, variables
from iamtui.policy.lint.finding import Finding, FindingSeverity, error
from iamtui.policy.lint.quotas import PolicyHolder, check_size
from iamtui.policy.parsing import JsonValue, load_json
from iamtui.policy.positions import Positions
from iamtui.policy.statement import InvalidDocument, PolicyKind

__all__ = ["Finding", "FindingSeverity", "PolicyHolder", "lint"]


def lint(
    document: Document, kind: PolicyKind, holder: PolicyHolder | None = None, size_quota: int | None = None
) -> tuple[Finding, ...]:
    """Everything that is to be said about `document` as a policy of this kind, in the order of its text.

    `holder` says where an identity policy lives, which decides its quota (Q40, Q41); without it the largest counts.
    `size_quota` is that of the account, in characters, where it is known (I23).
    """
    text = document.text
    try:
        value = load_json(document.source)
    except (ValueError, RecursionError):
        return _unreadable(document, text)
    found = [*_document_findings(value, kind), *check_size(document, kind, holder, size_quota)]
    if not found:
        return ()
    positions = Positions(text)
    placed = [_placed(finding, positions) for finding in found]
    return tuple(sorted(placed, key=lambda finding: (finding.line or 0, finding.column or 0, finding.rule)))


def _unreadable(document: Document, text: str) -> tuple[Finding, ...]:
    """Q1: what is no JSON, or has one name twice in an object."""
    policy = document.policy
    message = policy.message if isinstance(policy, InvalidDocument) else "not valid JSON"
    fix = "Correct the JSON; AWS stores no such document."
    line, column = (policy.line, policy.column) if isinstance(policy, InvalidDocument) else (None, None)
    pointer = ""
    if line is None:
        positions = Positions(text)
        if positions.duplicate is not None:
            pointer = positions.duplicate
            place = positions.name(pointer)
            line, column = (place.line, place.column) if place is not None else (None, None)
    return (replace(error("Q1", pointer, message, fix), line=line, column=column),)


def _document_findings(value: JsonValue, kind: PolicyKind) -> Iterator[Finding]:
    if not isinstance(value, dict):
        yield error("Q1", "", "a policy document is a JSON object", "Put Version and Statement into an object.")
        return
    yield from structure.check_document(value, kind)
    views = list(structure.statements(value, kind))
    yield from structure.check_statements_together(views, kind)
    for view in views:
        for check in (
            structure.check_statement,
            actions.check,
            resources.check,
            principals.check,
            trust.check,
            conditions.check,
            variables.check,
        ):
            yield from (replace(finding, statement=view.index) for finding in check(view))


def _placed(finding: Finding, positions: Positions) -> Finding:
    place = positions.name(finding.pointer)
    return finding if place is None else replace(finding, line=place.line, column=place.column)
