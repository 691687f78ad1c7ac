"""What is to be said of the policy documents of a snapshot (Q1-Q27, Q40-Q52)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from iamtui.analysis.findings.linting.reviewed import Reviewed
from iamtui.analysis.placed_documents import PlacedDocument
from iamtui.policy.document import Document
from iamtui.policy.lint import Finding, PolicyHolder, lint
from iamtui.policy.statement import PolicyKind


@dataclass(frozen=True, slots=True)
class LintedDocument:
    """A document with what is to be said of it, in the order of its text."""

    placed: PlacedDocument
    findings: tuple[Finding, ...]

    @property
    def checked(self) -> Reviewed:
        """The same for a list in which not all are documents."""
        return Reviewed(self.placed.name, self.placed.kind.value, self.placed.owner, self.findings)


KnownFindings: TypeAlias = dict[tuple[Document, PolicyKind, PolicyHolder | None, int | None], tuple[Finding, ...]]
"""What is to be said of a document of one kind, in one place, under one quota."""


def lint_documents(documents: Iterator[PlacedDocument], known: KnownFindings | None = None) -> Iterator[LintedDocument]:
    """Lint documents; equal ones of one kind are looked at once, those in `known` not at all; it takes in the rest."""
    known = {} if known is None else known
    for placed in documents:
        key = (placed.document, placed.kind, placed.holder, placed.size_quota)
        if key not in known:
            known[key] = lint(*key)
        yield LintedDocument(placed, known[key])
