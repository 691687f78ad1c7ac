"""From what a user types to the principal that is meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from types import MappingProxyType
from typing import NamedTuple

from iamtui.arn import Arn, MalformedArnError
from iamtui.cli.errors import InputError
from iamtui.evaluation.request.request import Unstated
from iamtui.policy.keys import ABSENT, UNKNOWN, KeyValue
from iamtui.snapshot.model import Account, Principal, Snapshot, User

_MOST_LISTED = 8

_EXAMPLE_ACCOUNT = "123456789012"
_OF_THE_CALLER = ("aws:PrincipalArn", "aws:PrincipalAccount", "aws:PrincipalType", "aws:userid", "aws:username")


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
    group = any(text.lower() in (name, f"group/{name}") for name in _groups(snapshot))
    near = "a group is no principal, ask for its members (E11)" if group else _near(snapshot, text)
    raise InputError(f"--principal {text}: expected a user or role of the snapshot; {near}")


class Caller(NamedTuple):
    """Who asks, with the context keys that are to be taken as known or unknown of them unless the user states them."""

    principal: str
    keys: Mapping[str, KeyValue] = MappingProxyType({})

    def context(self, stated: Mapping[str, KeyValue]) -> dict[str, KeyValue]:
        """What is stated, and the keys of the caller that are not; names are compared without letter case."""
        named = {key.lower() for key in stated}
        return {**{key: value for key, value in self.keys.items() if key.lower() not in named}, **stated}


def unnamed_caller(resources: Sequence[str], owner: str | None, missing: Unstated) -> Caller:
    """Some user of the account that owns the resource, for policies that are asked without a caller.

    Nothing is known of it: the keys that would follow from it are what all keys are that nobody states.
    """
    arns = [_arn_or_none(resource) for resource in resources]
    partition = next((arn.partition for arn in arns if arn is not None), "aws")
    account = owner or next((arn.account for arn in arns if arn is not None and arn.account.isdigit()), None)
    keys = _OF_THE_CALLER if account is not None else (*_OF_THE_CALLER, "aws:ResourceAccount")
    state = ABSENT if missing is Unstated.ABSENT else UNKNOWN
    return Caller(f"arn:{partition}:iam::{account or _EXAMPLE_ACCOUNT}:user/somebody", dict.fromkeys(keys, state))


def _arn_or_none(text: str) -> Arn | None:
    try:
        return Arn.parse(text)
    except MalformedArnError:
        return None


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


def _groups(snapshot: Snapshot) -> Iterator[str]:
    for account in snapshot.accounts.values():
        yield from (group.name.lower() for group in (account.groups or {}).values())


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
