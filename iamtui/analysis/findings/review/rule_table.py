"""The rules of findings as one table: what each means, how grave it is, what to do, and which export tells it (FI1)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from iamtui.policy.lint import FindingSeverity
from iamtui.rules import UnknownRuleError, rule

_DATA = Path(__file__).parent / "data" / "rules.toml"

EXPORTS = {
    "GA": "iam get-account-authorization-details",
    "CR": "iam get-credential-report",
    "SU": "iam get-account-summary",
    "PW": "iam get-account-password-policy",
    "IP": "iam list-saml-providers",
    "OR": "organizations describe-organization, list-roots, list-policies and what they name",
    "FE": "iam list-organizations-features",
    "RP": "the policies of resources",
    "SC": "iam list-server-certificates",
    "VM": "iam list-virtual-mfa-devices",
    "LA": "iam generate-service-last-accessed-details",
}
"""What a rule needs, by its code in the table, as the calls that export it."""


class _Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: str
    why: str
    severity: FindingSeverity
    fix: str
    references: tuple[str, ...]
    needs: tuple[str, ...]


class FindingRule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule by which things are found.

    Attributes:
        number: `FI20`, `Q6`.
        title: what is found, in a few words.
        why: why it matters, in a sentence that a beginner understands; may be empty.
        severity: how grave it is where the finding does not say it; None where each finding does.
        fix: what to do in general; empty where each finding says it.
        references: numbers of CIS AWS Foundations and of AWS Foundational Security Best Practices, or pages.
        needs: the exports that tell it, as calls.
    """

    number: str
    title: str
    why: str = ""
    severity: FindingSeverity | None = None
    fix: str = ""
    references: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


@cache
def hygiene_rules() -> dict[str, FindingRule]:
    """The rules that iamtui looks for in accounts, by number, in their order."""
    rows = msgspec.toml.decode(_DATA.read_bytes(), type=dict[str, _Row])
    return {
        number: FindingRule(
            number=number,
            title=row.title,
            why=row.why,
            severity=row.severity,
            fix=row.fix,
            references=row.references,
            needs=tuple(EXPORTS[code] for code in row.needs),
        )
        for number, row in rows.items()
    }


@cache
def _titles() -> dict[str, str]:
    """What findings about documents, names and quotas are called."""
    return msgspec.toml.decode((_DATA.parent / "titles.toml").read_bytes(), type=dict[str, str])


def finding_rule(number: str) -> FindingRule:
    """The row of a rule; for findings about documents, names and quotas it is made of what `explain` says.

    Raises:
        UnknownRuleError: there is no such rule.
    """
    row = hygiene_rules().get(number)
    if row is not None:
        return row
    said = rule(number)
    pages = tuple(page.address or page.title for page in said.pages)
    title = _titles().get(number, said.sentence)
    why = " ".join(one for one in (said.sentence, said.consequence) if one != title)
    return FindingRule(number=number, title=title, why=why.strip(), references=pages)


def is_rule(number: str) -> bool:
    """Whether a rule of this number exists."""
    try:
        finding_rule(number)
    except (UnknownRuleError, ValueError):
        return False
    return True
