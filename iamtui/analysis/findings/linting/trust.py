"""Principals of trust policies that are no more (Q26, L56)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from iamtui.policy.document import Document
from iamtui.policy.lint import Finding
from iamtui.policy.lint.finding import StatementView, info
from iamtui.policy.lint.structure import statements
from iamtui.policy.principals import EntryKind, PrincipalEntry, parse_entry
from iamtui.policy.statement import PolicyKind
from iamtui.policy.strict_json import load_json
from iamtui.snapshot.model import Account, Role, Snapshot, User

_NAMES_SOMEBODY = re.compile(rb'"(?:arn:[^"]*:(?:user|assumed-role|role)/|A(?:IDA|ROA)[A-Z0-9]+")|\\')
"""What no trust policy lacks that this is about; a document without it need not be read again."""

_MEMBER = "/AssumeRolePolicyDocument"
_REMOVE = "Remove the principal; if it was made anew, name it again, so that AWS stores its new id."


class TrustChecker:
    """Looks through trust policies; each distinct one once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._known: dict[Document, tuple[Finding, ...]] = {}

    def check(self, trust: Document) -> tuple[Finding, ...]:
        """Every principal of a trust policy that the snapshot shows to be missing."""
        found = self._known.get(trust)
        if found is None:
            found = tuple(self._findings(trust)) if _NAMES_SOMEBODY.search(trust.source) else ()
            self._known[trust] = found
        return found

    def _findings(self, trust: Document) -> Iterator[Finding]:
        try:
            value = load_json(trust.source)
        except (ValueError, RecursionError):
            return
        if not isinstance(value, dict):
            return
        for view in statements(value, PolicyKind.TRUST):
            yield from self._of_statement(view)

    def _of_statement(self, view: StatementView) -> Iterator[Finding]:
        for key, text in view.principals():
            message = self._missing(parse_entry(key, text.value)) if key == "AWS" else None
            if message is not None:
                found = info("Q26", f"{_MEMBER}{text.pointer}", message, _REMOVE)
                yield replace(found, statement=view.index)

    def _missing(self, entry: PrincipalEntry) -> str | None:
        """Why the entry names nobody any more; None if it does, or if the export cannot tell."""
        match entry.kind:
            case EntryKind.UNIQUE_ID if entry.text.startswith(("AIDA", "AROA")) and entry.text not in self._unique_ids:
                kind = "user" if entry.text.startswith("AIDA") else "role"
                return f"{entry.text} is the id of a {kind} that was deleted: AWS shows the ARN of a living one (L56)"
            case EntryKind.USER | EntryKind.ROLE:
                return self._missing_entity(entry)
            case EntryKind.ROLE_SESSION:
                role = entry.text.split("/")[1]
                held = self._held(entry, "role")
                if held is not None and role.lower() not in held:
                    return f"the exported account {entry.account} has no role {role} that could have this session (L56)"
        return None

    def _missing_entity(self, entry: PrincipalEntry) -> str | None:
        kind = entry.kind.value
        held = self._held(entry, kind)
        if held is None:
            return None
        living = held.get(entry.text.rpartition("/")[2].lower())
        if living is None:
            return f"the exported account {entry.account} has no {kind} {entry.text} (L56)"
        if living.arn == entry.text:
            return None
        return f"{entry.text} is not there; the {kind} of that name is {living.arn} (L56)"

    def _held(self, entry: PrincipalEntry, kind: str) -> Mapping[str, User] | Mapping[str, Role] | None:
        """The account's users or roles by name in lower case; None unless all of them were exported (I12)."""
        account = self._snapshot.accounts.get(entry.account)
        if account is None or not account.is_complete or account.partition != entry.partition:
            return None
        return account.users if kind == "user" else account.roles

    @cached_property
    def _unique_ids(self) -> frozenset[str]:
        return frozenset(
            entity.unique_id for account in self._snapshot.accounts.values() for entity in _principals(account)
        )


def _principals(account: Account) -> Iterator[User | Role]:
    yield from (account.users or {}).values()
    yield from (account.roles or {}).values()
