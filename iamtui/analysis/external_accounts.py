"""Accounts that no export holds and that documents name: who is let in, trusted or pointed at from outside.

Which documents name an account is found once, by looking through the text of each distinct document; where in a
document it is named, when somebody asks.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import orjson

from iamtui.policy.document import Document
from iamtui.policy.statement import Effect, InvalidDocument, Statement

_NAMED = re.compile(rb'"(?:(\d{12})"|arn:[^:"]*:[^:"]*:[^:"]*:(\d{12}):)')
_IN_TEXT = re.compile(r"(\d{12})|arn:[^:]*:[^:]*:[^:]*:(\d{12}):.*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a document names an account.

    Attributes:
        statement: the index of the statement; None where the document cannot be read.
        effect: what the statement does; None where the document cannot be read.
        element: `Principal`, `Resource`, or a condition key, as the document has it.
        text: the value that names the account.
    """

    statement: int | None
    effect: Effect | None
    element: str
    text: str


def unescaped(document: Document) -> bytes:
    """The JSON of a document with no character escaped that need not be; nothing where it is no JSON."""
    source = document.source
    if b"\\" not in source:
        return source
    try:
        return orjson.dumps(orjson.loads(source))
    except orjson.JSONDecodeError:
        return b""
    except orjson.JSONEncodeError:  # too deep to be written anew: what stands there without an escape is found
        return source


def accounts_named(document: Document) -> frozenset[str]:
    """The accounts that a document names: in an ARN, or by their twelve digits alone."""
    return frozenset((bare or in_arn).decode() for bare, in_arn in _NAMED.findall(unescaped(document)))


def mentions(document: Document, account: str) -> tuple[Mention, ...]:
    """Every place of a document that names an account, in the order of its statements."""
    policy = document.policy
    if isinstance(policy, InvalidDocument):
        found = account in accounts_named(document)
        return (Mention(None, None, "a document that cannot be read", account),) if found else ()
    return tuple(
        Mention(statement.index, statement.effect, element, text)
        for statement in policy.statements
        for element, text in _texts(statement)
        if _account_in(text) == account
    )


def _account_in(text: str) -> str | None:
    found = _IN_TEXT.fullmatch(text)
    return None if found is None else found[1] or found[2]


def _texts(statement: Statement) -> Iterator[tuple[str, str]]:
    if statement.principal is not None:
        name = "NotPrincipal" if statement.principal.negated else "Principal"
        yield from ((name, entry.text) for entry in statement.principal.entries)
    if statement.resource is not None:
        name = "NotResource" if statement.resource.negated else "Resource"
        yield from ((name, pattern.text) for pattern in statement.resource.patterns)
    for test in statement.conditions:
        yield from ((test.key, value.text) for value in test.values)


class ExternalAccountIndex:
    """Gathers who names which account; accounts in `known` are none of its business."""

    def __init__(self, known: Collection[str]) -> None:
        self._known = known
        self._named: dict[Document, tuple[str, ...]] = {}
        self._holders: dict[str, dict[str, None]] = {}

    def add(self, document: Document, holder: str) -> None:
        """Note whom a document names; `holder` is the key of where it lives."""
        named = self._named.get(document)
        if named is None:
            named = tuple(sorted(account for account in accounts_named(document) if account not in self._known))
            self._named[document] = named
        for account in named:
            self._holders.setdefault(account, {})[holder] = None

    def holders(self) -> dict[str, tuple[str, ...]]:
        """For each account the keys of those whose documents name it, in the order in which they came."""
        return {account: tuple(self._holders[account]) for account in sorted(self._holders)}
