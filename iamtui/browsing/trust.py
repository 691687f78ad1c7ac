"""A trust policy in words: who may assume the role, how, and under which conditions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from iamtui.analysis.relations import entry_key
from iamtui.policy.conditions import ConditionTest
from iamtui.policy.document import Document
from iamtui.policy.principals import EntryKind, PrincipalEntry
from iamtui.policy.statement import Effect, InvalidDocument, Statement, forbidden_element
from iamtui.policy.statement import PolicyKind as Kind

_SERVICE_NAMES = {
    "ec2.amazonaws.com": "EC2 instances",
    "lambda.amazonaws.com": "Lambda functions",
    "ecs-tasks.amazonaws.com": "ECS tasks",
    "pods.eks.amazonaws.com": "EKS pods",
}
_HOW = {
    "sts:assumerole": "AssumeRole",
    "sts:assumerolewithsaml": "SAML sign-in",
    "sts:assumerolewithwebidentity": "web identity",
    "sts:tagsession": "pass session tags",
    "sts:setsourceidentity": "set a source identity",
    "sts:setcontext": "set a context",
}


@dataclass(frozen=True, slots=True)
class TrustLine:
    """One entry of a trust policy: `who` in words, `key` to look it up, and the statement that says it."""

    statement: int
    effect: Effect
    who: str
    key: str
    entry: str
    how: str
    conditions: tuple[str, ...]
    problem: str = ""


def trust_lines(trust: Document) -> tuple[TrustLine, ...] | InvalidDocument:
    """Every principal entry of a trust policy, in the order of the document."""
    policy = trust.policy
    if isinstance(policy, InvalidDocument):
        return policy
    return tuple(line for statement in policy.statements for line in _of_statement(statement))


def _of_statement(statement: Statement) -> Iterator[TrustLine]:
    how = ", ".join(_HOW.get(action.lower(), action) for action in statement.action.patterns)
    if statement.action.negated:
        how = f"everything but {how}"
    conditions = tuple(condition_words(test) for test in statement.conditions)
    problem = forbidden_element(statement, Kind.TRUST) or ""
    principal = statement.principal
    if principal is None:
        yield TrustLine(statement.index, statement.effect, "nobody", "", "", how, conditions, problem)
        return
    if principal.negated:  # one line: each entry for itself would let in the others
        who = f"everybody but {' and '.join(principal_words(entry) for entry in principal.entries)}"
        yield TrustLine(statement.index, statement.effect, who, "", "", how, conditions, problem)
        return
    for entry in principal.entries:
        key = entry_key(entry) or ""
        yield TrustLine(
            statement.index, statement.effect, principal_words(entry), key, entry.text, how, conditions, problem
        )


_PRINCIPALS = {
    EntryKind.EVERYONE: "anybody, in any account",
    EntryKind.ACCOUNT: "account {account}: anyone there whose own policies allow it",
    EntryKind.USER: "user {name} of {account}",
    EntryKind.ROLE: "role {name} of {account}",
    EntryKind.ROLE_SESSION: "session {session} of {account}",
    EntryKind.FEDERATED_USER: "federated user {name} of {account}",
    EntryKind.SERVICE: "the service {text}",
    EntryKind.PROVIDER: "users of the provider {name}",
    EntryKind.UNIQUE_ID: "nobody: {text} is a user or role that was deleted, or known by its id only",
    EntryKind.CANONICAL_USER: "the canonical user {text}",
    EntryKind.OTHER: "nobody who signs requests of this kind: {text}",
    EntryKind.INVALID: "nobody: {text} is no valid principal",
}


def principal_words(entry: PrincipalEntry) -> str:
    """What one principal entry means."""
    known = _SERVICE_NAMES.get(entry.text.lower()) if entry.kind is EntryKind.SERVICE else None
    if known is not None:
        return f"{known} ({entry.text})"
    parts = entry.text.split("/")
    return _PRINCIPALS[entry.kind].format(
        name=parts[-1], session="/".join(parts[-2:]), account=entry.account, text=entry.text
    )


_PLAIN_OPERATORS = {
    "stringequals": "is",
    "stringnotequals": "is not",
    "stringlike": "is like",
    "stringnotlike": "is not like",
    "stringequalsignorecase": "is, letter case aside,",
    "bool": "is",
    "arnequals": "is like",
    "arnlike": "is like",
    "arnnotequals": "is not like",
    "arnnotlike": "is not like",
    "ipaddress": "is in",
    "notipaddress": "is not in",
    "numericlessthan": "is less than",
    "numericlessthanequals": "is at most",
    "numericgreaterthan": "is more than",
    "numericgreaterthanequals": "is at least",
    "numericequals": "is",
    "numericnotequals": "is not",
    "datelessthan": "is before",
    "datelessthanequals": "is at or before",
    "dategreaterthan": "is after",
    "dategreaterthanequals": "is at or after",
}


def condition_words(test: ConditionTest) -> str:
    """One condition line in words; an operator without words is written as it stands."""
    values = " or ".join(value.text for value in test.values) or "nothing"
    prefix, colon, name = test.spelling.rpartition(":")
    base = name.lower().removesuffix("ifexists")
    words = _PLAIN_OPERATORS.get(base)
    if base == "null":
        return f"{test.key} {'is not there' if values.lower() == 'true' else 'is there'}"
    if words is None:
        return f"{test.spelling} {test.key} {values}"
    quantity = {"forallvalues": "each value of ", "foranyvalue": "a value of "}.get(prefix.lower(), "") if colon else ""
    may_lack = " (or it is absent)" if test.if_exists else ""
    return f"{quantity}{test.key} {words} {values}{may_lack}"
