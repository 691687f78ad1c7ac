"""Whether a bucket policy is public in the eyes of S3 Block Public Access (S11-S14)."""

from __future__ import annotations

import ipaddress

from iamtui.arn import is_account_id
from iamtui.policy.conditions import ConditionTest
from iamtui.policy.principals import EntryKind
from iamtui.policy.statement import Effect, PolicyDocument, Statement
from iamtui.policy.values import read_network

_FIXING = frozenset(
    (
        "aws:principalorgid",
        "aws:sourcearn",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:sourceowner",
        "aws:sourceaccount",
        "aws:userid",
        "s3:dataaccesspointarn",
        "s3:dataaccesspointaccount",
    )
)
"""Keys that S3 names as fixing who is let in (S13)."""

_FIXING_TOO = frozenset(
    (
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgpaths",
        "aws:principalservicename",
        "aws:principalisawsservice",
        "aws:sourcevpcarn",
        "aws:vpceaccount",
        "aws:vpceorgid",
        "aws:vpceorgpaths",
    )
)
"""Keys that are treated so as well (S14, UNCONFIRMED)."""

_OPEN_TO_ANYBODY = frozenset((EntryKind.EVERYONE, EntryKind.PROVIDER))
"""Anybody can sign up with a web identity provider: AWS's own example of a public policy (S13)."""

_POSITIVE = frozenset(
    ("StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike", "Bool", "IpAddress")
)


def is_public(policy: PolicyDocument) -> bool:
    """A policy is public unless every Allow grants to fixed values only (S13)."""
    return any(_makes_public(statement) for statement in policy.statements)


def public_statements(policy: PolicyDocument) -> tuple[Statement, ...]:
    """The statements that make a policy public; none if it is not."""
    return tuple(filter(_makes_public, policy.statements))


def _makes_public(statement: Statement) -> bool:
    return statement.effect is Effect.ALLOW and statement.invalid is None and not _is_fixed(statement)


def _is_fixed(statement: Statement) -> bool:
    principal = statement.principal
    if principal is None:
        return True
    if principal.negated:
        return False
    if all(entry.kind not in _OPEN_TO_ANYBODY for entry in principal.entries):
        return True
    return any(_fixes(test) for test in statement.conditions)


def _fixes(test: ConditionTest) -> bool:
    """A positive test of a key that says who calls or from where, with plain values."""
    if test.operator is None or test.operator.name not in _POSITIVE or test.if_exists or not test.values:
        return False
    if test.set_operator is not None and test.set_operator.value == "ForAllValues":
        return False  # true for an absent key, so it fixes nothing
    key = test.folded_key
    values = [value.text for value in test.values]
    if key == "aws:sourceip":
        return all(_is_narrow(text) for text in values)
    if any("${" in text for text in values) or key not in _FIXING | _FIXING_TOO:
        return False
    if key == "aws:principalisawsservice":
        return all(text.lower() == "true" for text in values)
    return all(_is_fixed_value(key, text) for text in values)


def _is_fixed_value(key: str, text: str) -> bool:
    if "*" not in text and "?" not in text:
        return True
    if key in ("aws:principalarn", "s3:dataaccesspointarn", "aws:sourcearn"):
        segments = text.split(":", 5)
        account_is_fixed = len(segments) == 6 and is_account_id(segments[4])
        return account_is_fixed and key != "aws:sourcearn"
    if key == "aws:principalorgpaths":
        organization = text.partition("/")[0]
        return organization.startswith("o-") and "*" not in organization and "?" not in organization
    return False


def _is_narrow(text: str) -> bool:
    """No broader than /8 for IPv4 or /32 for IPv6; private ranges let nobody in from outside."""
    network = read_network(text)
    if network is None:
        return False
    least = 8 if isinstance(network, ipaddress.IPv4Network) else 32
    return network.prefixlen >= least or network.is_private
