"""From what a user types to the principal that is meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from itertools import chain

from iamtui.cli.errors import InputError
from iamtui.snapshot.model import Account, Principal, Snapshot, User

_MOST_LISTED = 8


def principal_named(snapshot: Snapshot, text: str) -> str:
    """The principal that `text` means.

    An ARN, a service, a provider or `anonymous` means itself. Anything else is the name, path and name, or unique id
    of a user or role, or `root`.

    Raises:
        InputError: nothing is called so, or several are; near matches are listed.
    """
    if text.startswith("arn:"):
        return _known(snapshot, text)
    if text == "root":
        roots = [f"arn:{account.partition}:iam::{account.account_id}:root" for account in snapshot.accounts.values()]
        return _the_one(text, roots)
    found = [principal.arn for principal in _principals(snapshot) if _is_called(principal, text)]
    if found:
        return _the_one(text, found)
    if text == "anonymous" or "." in text:
        return text
    raise InputError(f"--principal {text}: expected a user or role of the snapshot; {_near(snapshot, text)}")


def _known(snapshot: Snapshot, arn: str) -> str:
    """The ARN itself, unless it names a user or role that its exported account lacks."""
    parts = arn.split(":", 5)
    kind, _, rest = parts[5].partition("/") if len(parts) == 6 else ("", "", "")
    account = snapshot.accounts.get(parts[4]) if len(parts) == 6 else None
    if account is None or not account.is_complete or parts[2] != "iam" or kind not in ("user", "role"):
        return arn
    names = account.users if kind == "user" else account.roles
    entity = None if names is None else names.get(rest.rpartition("/")[2].lower())
    if names is None or (entity is not None and entity.arn == arn):
        return arn
    near = f"it has {entity.arn}" if entity is not None else _near(snapshot, rest.rpartition("/")[2])
    raise InputError(f"--principal {arn}: account {account.account_id} has no such {kind}; {near}")


def _principals(snapshot: Snapshot) -> Iterator[Principal]:
    return chain.from_iterable(_of(account) for account in snapshot.accounts.values())


def _of(account: Account) -> Iterator[Principal]:
    yield from (account.users or {}).values()
    yield from (account.roles or {}).values()


def _is_called(principal: Principal, text: str) -> bool:
    """Names are unique regardless of letter case (Q54); unique ids are exact."""
    name, path = principal.name.lower(), f"{principal.path}{principal.name}".lower()
    kind = "user" if isinstance(principal, User) else "role"
    spellings = (name, path, path[1:], f"{kind}/{name}", f"{kind}{path}")
    return text.lower() in spellings or text == principal.unique_id


def _the_one(text: str, found: Sequence[str]) -> str:
    if len(found) == 1:
        return found[0]
    if not found:
        raise InputError(f"--principal {text}: the snapshot holds no account; nothing is decided")
    listed = ", ".join(found[:_MOST_LISTED]) + (" and more" if len(found) > _MOST_LISTED else "")
    raise InputError(f"--principal {text}: expected one principal, {len(found)} are called so: {listed}")


def _near(snapshot: Snapshot, text: str) -> str:
    names = {principal.name.lower(): principal.arn for principal in _principals(snapshot)}
    near = difflib.get_close_matches(text.rpartition("/")[2].lower(), names, 5)
    if not near:
        return "nothing is called alike"
    return f"called alike: {', '.join(names[name] for name in near)}"
