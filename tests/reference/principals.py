"""Who asks: kinds of principals, and how an entry of a Principal element covers them (E7-E9, E40-E46)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.reference.conditions import as_list

WEB_IDENTITY = (
    "accounts.google.com",
    "graph.facebook.com",
    "www.amazon.com",
    # In all partitions, in GovCloud West and East, and in Beijing.
    "cognito-identity.amazonaws.com",
    "cognito-identity-us-gov.amazonaws.com",
    "cognito-identity.us-gov-east-1.amazonaws.com",
    "cognito-identity.cn-north-1.amazonaws.com.cn",
)


@dataclass(frozen=True)
class Caller:
    """The principal of a request. `account` and `partition` are empty for services and strangers (E3)."""

    kind: str  # user, role, session, federated, root, service, anonymous, saml, oidc
    text: str
    account: str = ""
    partition: str = ""
    name: str = ""

    @property
    def external(self) -> bool:
        """Whether it is a SAML or OIDC identity (E69)."""
        return self.kind in ("saml", "oidc")

    @property
    def role_arn(self) -> str | None:
        """The role of a session: without a snapshot no path is known (E7)."""
        if self.kind == "role":
            return self.text
        return f"arn:{self.partition}:iam::{self.account}:role/{self.name}" if self.kind == "session" else None

    @property
    def parent_user(self) -> str | None:
        """The user behind a federated session: the one of the same name (E9)."""
        if self.kind != "federated":
            return None
        return f"arn:{self.partition}:iam::{self.account}:user/{self.name}"

    @property
    def service_linked(self) -> bool:
        """Whether the role's path says that a service owns it (E24)."""
        return self.role_arn is not None and ":role/aws-service-role/" in self.role_arn


def read_caller(text: str) -> Caller:
    """Read the `principal` of a scenario's request."""
    if text == "anonymous":
        return Caller("anonymous", text)
    if text in WEB_IDENTITY:
        return Caller("oidc", text)
    if not text.startswith("arn:"):
        return Caller("service", text)
    _, partition, service, _, account, rest = text.split(":", 5)
    kind, _, name = rest.partition("/")
    last = name.rpartition("/")[2]
    if service == "sts":
        if kind == "assumed-role":
            return Caller("session", text, account, partition, name.partition("/")[0])
        return Caller("federated", text, account, partition, name)
    kinds = {"user": "user", "role": "role", "root": "root", "saml-provider": "saml", "oidc-provider": "oidc"}
    return Caller(kinds[kind], text, account, partition, last)


def entries(principal: Any) -> list[tuple[str, str]]:
    """The (key, value) pairs of a Principal element; the text `*` has the key `*`."""
    if isinstance(principal, str):
        return [("*", principal)]
    if isinstance(principal, list):
        return []  # L9
    return [(key, value) for key, values in principal.items() for value in as_list(values)]


def names_account(value: str, caller: Caller) -> bool:
    """Whether an AWS entry names the caller's account, by its id or as `…:root`."""
    return value in (caller.account, f"arn:{caller.partition}:iam::{caller.account}:root") and caller.account != ""


def entry_class(key: str, value: str, caller: Caller, *, grants: bool) -> str | None:
    """The class of one entry for one caller: direct, parent, account or none (table of 5.1).

    `grants` marks an Allow that can grant: of a resource or trust policy, not of a filter.
    """
    if key in ("*", "AWS") and value == "*":
        # E69: an external identity is granted by a Federated entry alone; anything else for everyone is for it too.
        return None if caller.external and grants else "direct"
    if key == "Service":
        return "direct" if caller.kind == "service" and value == caller.text else None
    if key == "Federated":
        return "direct" if caller.external and value == caller.text else None
    if key != "AWS" or caller.kind in ("service", "anonymous") or caller.external:
        return None
    return account_entry_class(value, caller)


def account_entry_class(value: str, caller: Caller) -> str | None:
    """The class of an entry under `AWS` for a principal that belongs to an account."""
    if names_account(value, caller):
        return "direct" if caller.kind == "root" else "account"
    if caller.kind in ("user", "session", "federated") and value == caller.text:
        return "direct"
    if value in (caller.role_arn, caller.parent_user) or names_role_of_session(value, caller):
        return "parent"
    return None


def names_role_of_session(value: str, caller: Caller) -> bool:
    """E7: a session's ARN lacks the path of its role, and names are unique."""
    parts = value.split(":", 5)
    if caller.kind != "session" or parts[:5] != ["arn", caller.partition, "iam", "", caller.account]:
        return False
    return parts[5].startswith("role/") and parts[5].rpartition("/")[2].lower() == caller.name.lower()


def best_class(principal: Any, caller: Caller, *, grants: bool) -> str | None:
    """The best class among the entries, which are alternatives (L50)."""
    found = {entry_class(key, value, caller, grants=grants) for key, value in entries(principal)}
    return next((name for name in ("direct", "parent", "account") if name in found), None)


def spared(not_principal: Any, caller: Caller) -> bool:
    """L54, the strict reading: whether a Deny with NotPrincipal leaves this caller alone."""
    listed = entries(not_principal)
    aws = [value for key, value in listed if key == "AWS"]
    account = any(names_account(value, caller) for value in aws)
    if caller.kind == "root":
        return account
    if caller.kind == "service":
        return ("Service", caller.text) in listed
    if caller.external:
        return ("Federated", caller.text) in listed
    if caller.kind in ("user", "federated"):
        return account and caller.text in aws
    if caller.kind == "session":
        return account and any(names_role_of_session(value, caller) for value in aws) and caller.text in aws
    return False  # anonymous; and a role without a session name, which no entry can name (E8)
