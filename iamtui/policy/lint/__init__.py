"""Whether a policy document is well said: the findings Q1-Q27 and the quotas of one document (Q40-Q52).

Lint looks at one document and at what the catalogue knows. What needs the account (Q26: is the trusted principal
still there?, Q44-Q46: how many policies has a user?) is asked elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from iamtui.policy.document import Document
from iamtui.policy.lint.characters import check_characters
from iamtui.policy.lint.finding import Finding, FindingSeverity, error, shortened
from iamtui.policy.lint.quotas import PolicyHolder, check_size
from iamtui.policy.parsing import too_deep
from iamtui.policy.positions import Positions
from iamtui.policy.statement import InvalidDocument, PolicyKind
from iamtui.policy.strict_json import load_json

__all__ = ["Finding", "FindingSeverity", "PolicyHolder", "lint"]


def lint(
    document: Document, kind: PolicyKind, holder: PolicyHolder | None = None, size_quota: int | None = None
) -> tuple[Finding, ...]:
    """Everything that is to be said about `document` as a policy of this kind, in the order of its text.

    `holder` says where an identity policy lives, which decides its quota (Q40, Q41).
    `size_quota` is that of the account, in characters, where it is known (I23).
    """
    try:
        found = [*_findings(document, kind), *check_size(document, kind, holder, size_quota)]
    except RecursionError:
        found = [_unreadable(document)]
    if any(finding.line is None for finding in found):
        positions = Positions(document.text)
        found = [_placed(finding, positions) for finding in found]
    return tuple(sorted(found, key=lambda finding: (finding.line or 0, finding.column or 0, finding.rule)))


def _unreadable(document: Document) -> Finding:
    """Q1: what is no JSON, has one name twice in an object, or is nested too deeply."""
    policy = document.policy
    refused = policy if isinstance(policy, InvalidDocument) else too_deep(document.source)
    found = error("Q1", refused.pointer, refused.message, "Correct the JSON; AWS stores no such document.")
    return replace(found, line=refused.line, column=refused.column)


def _findings(document: Document, kind: PolicyKind) -> Iterator[Finding]:
    from iamtui.policy.lint import (  # noqa: PLC0415 - what only names findings, as the first list does, needs no check
        actions,
        condition_keys,
        conditions,
        everybody,
        principals,
        resource_forms,
        resources,
        structure,
        trust,
        variables,
    )

    try:
        value = load_json(document.source)
    except ValueError:
        yield _unreadable(document)
        return
    yield from check_characters(document, kind)
    if not isinstance(value, dict):
        yield error("Q1", "", "a policy document is a JSON object", "Put Version and Statement into an object.")
        return
    yield from structure.check_document(value, kind)
    views = list(structure.statements(value, kind))
    yield from structure.check_statements_together(views, kind)
    yield from everybody.check(views, kind)
    for view in views:
        for check in (
            structure.check_statement,
            actions.check,
            resources.check,
            resource_forms.check,
            principals.check,
            trust.check,
            condition_keys.check,
            conditions.check,
            variables.check,
        ):
            yield from (replace(finding, statement=view.index) for finding in check(view))


def _placed(finding: Finding, positions: Positions) -> Finding:
    if finding.line is not None:
        return finding
    place = positions.name(finding.pointer)
    if place is None:
        return finding
    return replace(finding, pointer=shortened(finding.pointer), line=place.line, column=place.column)
