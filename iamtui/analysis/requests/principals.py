"""Reads what was written for the principal of a request."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from iamtui.evaluation.request.caller import needs_no_arn
from iamtui.evaluation.request.request import RequestError
from iamtui.snapshot.model import Account, Principal, Snapshot, User

_MOST_LISTED = 8
_MOST_ALIKE = 3


def principal_named(snapshot: Snapshot, text: str) -> str:
    """Give the principal that `text` means.

    An ARN, a service, a web identity provider and `anonymous` mean themselves. `root` is the root user of the only
    account. Anything else is the name of a user or role (`dana`, `user/dana`), its path and name (`/eng/dana`), in any
    letter case (Q54), or its unique id.

    Raises:
        RequestError: nobody is called so, or several are; the message lists them, or those that are called alike.
    """
    if text.startswith("arn:"):
        return _existing(snapshot, text)
    if needs_no_arn(text):
        return text
    if text == "root":
        return _only(text, [f"arn:{one.partition}:iam::{one.account_id}:root" for one in snapshot.accounts.values()])
    named = [principal.arn for principal in _namesakes(snapshot, text) if _is_called(principal, text)]
    named = named or [principal.arn for principal in _principals(snapshot) if principal.unique_id == text]
    if named:
        return _only(text, named)
    raise RequestError(f"the export has no user or role called {text}; {_advice(snapshot, text)}")


def _existing(snapshot: Snapshot, arn: str) -> str:
    """The ARN itself, unless it names a user or role that its exported account lacks."""
    segments = arn.split(":", 5)
    account = snapshot.accounts.get(segments[4]) if len(segments) == 6 else None
    if account is None or not account.is_complete or segments[2] != "iam":
        return arn
    kind, _, path = segments[5].partition("/")
    entities = {"user": account.users, "role": account.roles}.get(kind)
    if entities is None:
        return arn
    entity = entities.get(_last(path))
    if entity is not None and entity.arn == arn:
        return arn
    advice = f"it has {entity.arn}" if entity is not None else _alike(snapshot, path)
    raise RequestError(f"account {account.account_id} has no {kind} {arn}; {advice}")


def _principals(snapshot: Snapshot) -> Iterator[Principal]:
    for account in snapshot.accounts.values():
        yield from (account.users or {}).values()
        yield from (account.roles or {}).values()


def _namesakes(snapshot: Snapshot, text: str) -> Iterator[Principal]:
    """The users and roles whose name is the last part of `text`."""
    for account in snapshot.accounts.values():
        for entities in (account.users, account.roles):
            entity = (entities or {}).get(_last(text))
            if entity is not None:
                yield entity


def _last(path: str) -> str:
    return path.rpartition("/")[2].lower()


def _is_called(principal: Principal, text: str) -> bool:
    path = f"{principal.path}{principal.name}".lower()
    kind = "user" if isinstance(principal, User) else "role"
    return text.lower() in (principal.name.lower(), path, path[1:], f"{kind}/{principal.name}".lower(), f"{kind}{path}")


def _only(text: str, named: Sequence[str]) -> str:
    if len(named) == 1:
        return named[0]
    if not named:
        raise RequestError(f"the export holds no account that {text} could be in")
    listed = ", ".join(named[:_MOST_LISTED]) + (" and more" if len(named) > _MOST_LISTED else "")
    raise RequestError(f"{len(named)} principals are called {text}, expected one: {listed}")


def _advice(snapshot: Snapshot, text: str) -> str:
    if any(_has_group(account, text) for account in snapshot.accounts.values()):
        return "a group is no principal, ask for its members (E11)"
    service = "; a service is written like lambda.amazonaws.com" if "." in text else ""
    return _alike(snapshot, text) + service


def _has_group(account: Account, text: str) -> bool:
    return text.lower().removeprefix("group/") in (account.groups or {})


def _alike(snapshot: Snapshot, text: str) -> str:
    names = {principal.name.lower(): principal.arn for principal in _principals(snapshot)}
    alike = difflib.get_close_matches(_last(text), names, _MOST_ALIKE)
    return f"called alike: {', '.join(names[name] for name in alike)}" if alike else "nobody is called alike"
