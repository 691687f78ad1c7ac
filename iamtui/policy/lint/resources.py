"""Resource and NotResource: is every pattern an ARN that can match something (Q7, Q21, L30-L36)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from iamtui.policy.lint.finding import Finding, StatementView, Text, error, quoted, suggestion, warning
from iamtui.policy.lint.redundancy import repeated_and_covered
from iamtui.policy.statement import PolicyKind

_COMPLETES_SHORT = frozenset((PolicyKind.IDENTITY, PolicyKind.BOUNDARY))
_OF_OWN_API = "execute-api:/"
"""How the policy of an API may name its own stages and methods; API Gateway completes it (S30)."""
_PARTITION = re.compile(r"aws[-a-z]*", re.ASCII)
_SERVICE = re.compile(r"[a-z0-9-]+", re.ASCII)
_REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-\d+", re.ASCII)
_ACCOUNT = re.compile(r"\d{12}|aws|cloudfront|third-party", re.ASCII)


def check(view: StatementView) -> Iterator[Finding]:
    """The findings on the resources of one statement."""
    if view.kind is PolicyKind.TRUST:
        return
    for text in view.texts("Resource", "NotResource"):
        if text.value != "*":
            yield from _check_pattern(text, view.kind)
    for name in ("Resource", "NotResource"):
        for text, other in repeated_and_covered(view.texts(name), fold=False):
            message = f"{quoted(text.value)} is covered by {quoted(other.value)}"
            yield suggestion("Q21", text.pointer, message, "Remove it.")


def _check_pattern(text: Text, kind: PolicyKind) -> Iterator[Finding]:
    """Q7. Wildcards may stand anywhere but in the service (L33); variables there are Q20's."""
    segments = text.value.split(":", 5)
    if kind is PolicyKind.RESOURCE and text.value.startswith(_OF_OWN_API):
        return
    if segments[0] != "arn":
        fix = "Write arn:partition:service:region:account:resource, or *."
        yield error("Q7", text.pointer, f"{quoted(text.value)} is no ARN", fix)
        return
    if len(segments) < 6 and kind not in _COMPLETES_SHORT and not text.value.endswith("*"):
        fix = "Write all six segments; only identity policies and boundaries are completed."
        yield error("Q7", text.pointer, f"{quoted(text.value)} has fewer than six segments, so it never matches", fix)
    if "${" in ":".join(segments[:5]):
        return
    _, partition, service, region, account, *_ = (*segments, "", "", "", "", "")
    if not _plain_or_wild(partition, _PARTITION):
        yield _bad(text, "partition", partition, "Write aws, aws-cn, aws-us-gov or a wildcard.")
    if "*" in service or "?" in service:
        if len(segments) > 3 or not text.value.endswith("*"):
            yield error("Q7", text.pointer, f"the service {quoted(service)} has a wildcard", "Name the service.")
    elif len(segments) > 2 and not _SERVICE.fullmatch(service):
        yield _bad(text, "service", service, "Write the service in lower case.")
    if region and not _plain_or_wild(region, _REGION):
        yield _bad(text, "region", region, "Write a Region such as eu-west-1, a wildcard, or nothing.")
    if account and not _plain_or_wild(account, _ACCOUNT):
        yield _bad(text, "account", account, "Write the twelve digits of an account, a wildcard, or nothing.")
    if len(segments) == 6 and not segments[5]:
        message = f"{quoted(text.value)} names no resource, so it matches none"
        yield warning("Q7", text.pointer, message, "Write the resource, or a wildcard.")  # AWS stores it


def _plain_or_wild(segment: str, expected: re.Pattern[str]) -> bool:
    return "*" in segment or "?" in segment or expected.fullmatch(segment) is not None


def _bad(text: Text, name: str, value: str, fix: str) -> Finding:
    return error("Q7", text.pointer, f"{quoted(value)} is no {name}", fix)
