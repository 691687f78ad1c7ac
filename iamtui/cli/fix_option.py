"""`--fix RULE=SUBJECT` of `iamtui what-if`: the remedy of a finding as edits, tried on a copy of the picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import click

from iamtui.analysis.findings.checks import RULES
from iamtui.analysis.findings.hygiene import review
from iamtui.analysis.findings.thorough import THOROUGH
from iamtui.analysis.overlay.laying import Edit
from iamtui.analysis.remedies.offering import OFFERS, remedies_of
from iamtui.analysis.remedies.remedy import Finding, Remedy
from iamtui.analysis.remedies.trying import Tried, tried
from iamtui.cli.errors import InputError
from iamtui.snapshot.model import Snapshot


class Fix(NamedTuple):
    """The edits of a remedy, and what became of its finding."""

    edits: tuple[Edit, ...]
    tried: Tried


def fix_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option."""
    said = "The remedy of a finding of iamtui findings: the first that makes it clear."
    return click.option("--fix", "fixes", multiple=True, metavar="RULE=SUBJECT", help=said)(command)


def fixes_of(snapshot: Snapshot, fixes: tuple[str, ...]) -> tuple[Fix, ...]:
    """For each the remedy that makes the finding clear; of several the first, else the first that there is.

    Raises:
        InputError: no such finding, or its fix is no edit.
    """
    return tuple(fix for text in fixes for fix in _fixes(snapshot, text))


def _fixes(snapshot: Snapshot, text: str) -> Iterator[Fix]:
    rule, _, subject = text.partition("=")
    rule = rule.strip().upper()
    if rule not in RULES | THOROUGH or not subject:
        raise InputError(f"--fix {text}: expected RULE=SUBJECT, such as FI43=alice; nothing is decided")
    if rule not in OFFERS:
        raise InputError(f"--fix {text}: what mends {rule} is no edit of a picture; nothing is decided")
    named = [one for one in review(snapshot, rules=(rule,)).findings if subject in (one.subject.arn, one.subject.name)]
    if not named:
        raise InputError(f"--fix {text}: {rule} finds nothing of {subject}; nothing is decided")
    for one in named:
        finding = Finding(one.rule, one.subject.arn, one.message, one.rows)
        remedies = remedies_of(snapshot, finding)
        if not remedies:
            raise InputError(f"--fix {text}: no edit mends it: {one.fix}; nothing is decided")
        yield _first(snapshot, finding, remedies)


def _first(snapshot: Snapshot, finding: Finding, remedies: tuple[Remedy, ...]) -> Fix:
    """The first that makes the finding clear; else the first."""
    fixes = (Fix(remedy.edits, tried(snapshot, finding, remedy)) for remedy in remedies)
    first = next(fixes)
    return first if first.tried.is_clear else next((fix for fix in fixes if fix.tried.is_clear), first)
