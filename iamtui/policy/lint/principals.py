"""Principal and NotPrincipal: does every entry name somebody, and is the door too wide (Q8, Q16, Q26)."""

from __future__ import annotations

from collections.abc import Iterator

from iamtui.arn import is_account_id
from iamtui.policy.lint.finding import ConditionLine, Finding, StatementView, Text, error, info, quoted, security
from iamtui.policy.principals import KEYS, EntryKind, parse_entry
from iamtui.policy.statement import PolicyKind

_NARROWS_SERVICE = frozenset(("aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths"))


def check(view: StatementView) -> Iterator[Finding]:
    """The findings on the principals of one statement."""
    for name in ("Principal", "NotPrincipal"):
        yield from _check_form(view, name)
    for key, text in view.principals():
        if key in KEYS:
            yield from _check_entry(key, text, view.kind)
    if view.kind in (PolicyKind.RESOURCE, PolicyKind.KMS_KEY) and view.allows:
        yield from _check_service(view)


def _check_form(view: StatementView, name: str) -> Iterator[Finding]:
    """Q8: `*`, or an object with the keys that there are, in their spelling."""
    given = view.members.get(name)
    if isinstance(given, dict):
        for key in given:
            if key not in KEYS:
                fix = f"Write {', '.join(KEYS)}; keys are case-sensitive."
                yield error("Q8", view.at(name, key), f"{name} has no key {quoted(key)}", fix)
    elif name in view.members and given not in ("*", []):
        yield error("Q8", view.at(name), f"{name} is neither '*' nor an object", 'Write {"AWS": "…"}.')


def _check_entry(key: str, text: Text, kind: PolicyKind) -> Iterator[Finding]:
    entry = parse_entry(key, text.value)
    if key == "Federated" and kind is not PolicyKind.TRUST:
        message = "federated principals stand in role trust policies only"
        yield error("Q8", text.pointer, message, "Name the role that they assume.")
    elif entry.kind is EntryKind.INVALID:
        yield error("Q8", text.pointer, f"{quoted(text.value)} is no principal: {_why(key, text.value)}", _FIXES[key])
    elif entry.kind is EntryKind.UNIQUE_ID:
        message = f"{quoted(text.value)} is the id of a principal that AWS does not find any more"
        yield info("Q26", text.pointer, message, "Remove the entry, or name the principal that is meant.")


_FIXES = {
    "AWS": "Name an account, a user, a role, a session, or * with a condition on aws:PrincipalArn.",
    "Service": "Name the service: lambda.amazonaws.com.",
    "Federated": "Name the provider's ARN, or the provider.",
    "CanonicalUser": "Name the 64 digits of a canonical user id.",
}
_EXPECTED = {
    "AWS": "not an ARN of a user, role, session or account",
    "Service": "not the name of a service",
    "Federated": "not a SAML or OIDC provider",
    "CanonicalUser": "not a canonical user id",
}


def _why(key: str, value: str) -> str:
    if "*" in value or "?" in value:
        return "wildcards are not taken here"  # L51
    if any(f":{kind}/" in value for kind in ("group", "instance-profile", "policy")):
        return "groups, instance profiles and policies are never principals"  # L52
    return _EXPECTED[key]


def _narrows(line: ConditionLine) -> bool:
    """Whether a condition line asks for whose resource the service acts."""
    operator, key = line.operator.lower(), line.key.lower()
    if key not in _NARROWS_SERVICE or "not" in operator or "null" in operator:
        return False
    return bool(line.values) and all(_is_somebodys(key, text.value) for text in line.values)


def _is_somebodys(key: str, value: str) -> bool:
    """Whether a value names an account, or one resource: what begins like one's own may be a stranger's."""
    if "*" not in value and "?" not in value:
        return True
    segments = value.split(":", 5)
    return len(segments) == 6 and is_account_id(segments[4]) if key == "aws:sourcearn" else bool(value.strip("*?"))


def _check_service(view: StatementView) -> Iterator[Finding]:
    """Q16: anybody's resource can make the service call."""
    if any(_narrows(line) for line in view.conditions()):
        return
    for key, text in view.principals():
        if key == "Service":
            message = f"{quoted(text.value)} may act here for resources of any account"
            fix = "Add a condition on aws:SourceArn, aws:SourceAccount or aws:SourceOrgID."
            yield security("Q16", text.pointer, message, fix)
