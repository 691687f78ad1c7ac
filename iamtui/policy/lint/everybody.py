"""Allow statements that let everybody in: Principal `*` with nothing that says who or from where (FI62, S13)."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence
from dataclasses import replace

from iamtui.arn import is_account_id
from iamtui.patterns import glob
from iamtui.policy.conditions import SetOperator, condition_test
from iamtui.policy.lint.finding import ConditionLine, Finding, StatementView, Text, security
from iamtui.policy.principals import EntryKind, parse_entry
from iamtui.policy.statement import PolicyKind
from iamtui.policy.values import read_network

_NAMES_WHO = frozenset((PolicyKind.TRUST, PolicyKind.RESOURCE, PolicyKind.KMS_KEY))
"""Policies in which Principal gives access; in those of endpoints and organizations a star only keeps nobody out."""

_OF_WHOM = frozenset(
    (
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalisawsservice",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:principalservicename",
        "aws:principalservicenameslist",
        "aws:federatedprovider",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
        "aws:sourceowner",
        "aws:userid",
        "kms:calleraccount",
        "kms:grantisforawsresource",
        "lambda:sourcefunctionarn",
        "s3:dataaccesspointaccount",
        "s3:dataaccesspointarn",
    )
)
_FROM_WHERE = frozenset(
    (
        "aws:ec2instancesourcevpc",
        "aws:sourceip",
        "aws:sourcevpc",
        "aws:sourcevpcarn",
        "aws:sourcevpce",
        "aws:vpceaccount",
        "aws:vpceorgid",
        "aws:vpceorgpaths",
        "aws:vpcsourceip",
        "elasticfilesystem:accessedviamounttarget",
        "elasticfilesystem:accesspointarn",
    )
)
_ARNS_OF_ANY_ACCOUNT = frozenset(("aws:principalarn", "aws:sourcearn", "lambda:sourcefunctionarn"))
_CALLS_OF_AWS = frozenset(
    ("aws:calledvia", "aws:calledviafirst", "aws:calledvialast", "aws:principalisawsservice", "aws:viaawsservice")
)
_OTHERS_CHOOSE = frozenset(("sts:externalid", "sts:rolesessionname", "aws:referer", "aws:useragent"))


def check(views: Sequence[StatementView], kind: PolicyKind) -> Iterator[Finding]:
    """The statements that let everybody in, unless a Deny of the same policy keeps all but some out."""
    if kind not in _NAMES_WHO:
        return
    denies = [view for view in views if _keeps_others_out(view)]
    for view in views:
        star = _star(view)
        if star is None or not view.allows or any(_says_who(line) for line in view.conditions()):
            continue
        if not any(_covers(deny, view) for deny in denies):
            yield replace(_finding(view, star), statement=view.index)


def _finding(view: StatementView, star: Text) -> Finding:
    let_in = "anybody, in any account, can assume the role" if view.kind is PolicyKind.TRUST else "everybody is let in"
    who = f"{let_in}, as far as this policy goes"  # what else may keep them out is decided in a review
    if not any(view.conditions()):
        message = f"{who}: the principal is '*', and there is no condition"
    elif any(line.key.lower() in _OTHERS_CHOOSE for line in view.conditions()):
        message = f"{who}: the principal is '*', and the condition is on what the caller chooses"
    else:
        message = f"{who}: the principal is '*', and no condition says who or from where"
    return security("FI62", star.pointer, message, "Name the principals, or add a condition on aws:PrincipalOrgID.")


def _star(view: StatementView) -> Text | None:
    """The entry of Principal that means everybody."""
    if not view.has("Principal"):
        return None
    entries = ((text, parse_entry(key, text.value)) for key, text in view.principals())
    return next((text for text, entry in entries if entry.kind is EntryKind.EVERYONE), None)


def _says_who(line: ConditionLine) -> bool:
    """Whether only some callers, or callers from some places, pass: a key that is absent must not pass (C12, C14)."""
    test = condition_test(line.operator, line.key, (), variables=False)
    if test.operator is None or test.operator.negated or test.if_exists or test.set_operator is SetOperator.ALL:
        return False
    return test.operator.name != "Null" and bool(line.values) and _names_some(line)


def _names_some(line: ConditionLine) -> bool:
    key = line.key.lower()
    return key in _OF_WHOM | _FROM_WHERE and all(_is_some(key, text.value) for text in line.values)


def _is_some(key: str, value: str) -> bool:
    """Whether a value means some callers or places, not whatever anybody can bring about."""
    if value.lower() in ("true", "false"):
        return value.lower() == "true"
    if key in ("aws:sourceip", "aws:vpcsourceip"):
        return _is_narrow(value)
    if key in _ARNS_OF_ANY_ACCOUNT and ("*" in value or "?" in value):
        segments = value.split(":", 5)
        return len(segments) == 6 and is_account_id(segments[4])
    return bool(value.strip("*?"))


def _is_narrow(text: str) -> bool:
    """No broader than /8 for IPv4 or /32 for IPv6 (S13)."""
    network = read_network(text)
    if network is None:
        return True  # it never matches
    least = 8 if isinstance(network, ipaddress.IPv4Network) else 32
    return network.prefixlen >= least or network.is_private


def _keeps_others_out(view: StatementView) -> bool:
    """Whether a Deny stops everybody but some: negated tests of who or from where, and at most calls of AWS spared."""
    lines = list(view.conditions())
    excepting = [line for line in lines if _excepts_some(line)]
    rest = {line.key.lower() for line in lines if line not in excepting}
    return view.denies and _star(view) is not None and bool(excepting) and rest <= _CALLS_OF_AWS


def _excepts_some(line: ConditionLine) -> bool:
    test = condition_test(line.operator, line.key, (), variables=False)
    return test.operator is not None and test.operator.negated and bool(line.values) and _names_some(line)


def _covers(deny: StatementView, allow: StatementView) -> bool:
    """Whether a Deny is about all that an Allow gives."""
    if allow.has("NotAction", "NotResource") or deny.has("NotAction", "NotResource"):
        return False
    return _all_covered(deny.texts("Action"), allow.texts("Action"), fold=True) and (
        not deny.has("Resource") or _all_covered(deny.texts("Resource"), allow.texts("Resource"), fold=False)
    )


def _all_covered(wide: Sequence[Text], narrow: Sequence[Text], *, fold: bool) -> bool:
    patterns = [glob(text.value.lower() if fold else text.value) for text in wide]
    return all(any(matches(text.value.lower() if fold else text.value) for matches in patterns) for text in narrow)
