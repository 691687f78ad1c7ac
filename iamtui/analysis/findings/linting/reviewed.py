"""What was looked at, with what is to be said of it: the one shape that lists of findings are made of."""

from __future__ import annotations

from dataclasses import dataclass

from iamtui.policy.lint import Finding


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A policy document, an IAM entity, a resource, or a part of an organization, and its findings.

    Attributes:
        name: of the policy or the entity.
        kind: what it is, in AWS's words: `role trust policy`, `user`, `organizational unit`.
        owner: its ARN or id, or that of what a policy lives in; None for a document by itself.
        findings: their pointers lead into the document, or into the entity as IAM's own export spells it.
        reach: how far it reaches, where it is a principal, the farthest first (FI3).
    """

    name: str
    kind: str
    owner: str | None
    findings: tuple[Finding, ...]
    reach: int = 9
