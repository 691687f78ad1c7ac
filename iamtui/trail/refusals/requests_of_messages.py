"""The request that a message alone is about (AT21): what it does not state is unknown."""

from __future__ import annotations

import re

from iamtui import catalog
from iamtui.arn import Arn, MalformedArnError
from iamtui.evaluation.request.request import Request
from iamtui.snapshot.model import Account, Snapshot
from iamtui.trail.refusals.refusal import NotARefusalError, Refusal
from iamtui.trail.refusals.requests import StatedRequest

_VERSION = re.compile(r" version v\d+$")
_ENTITIES = ("user", "role", "group")


def request_of_refusal(refusal: Refusal, snapshot: Snapshot | None = None) -> StatedRequest:
    """The request that a refusal states; names become ARNs of the caller's account (N3).

    Args:
        refusal: as parsed from a message.
        snapshot: knows the paths of users, roles and groups.

    Raises:
        NotARefusalError: the refusal does not name the caller or the action; the message says which.
    """
    lacking = [name for name, value in (("caller", refusal.principal), ("action", refusal.action)) if value is None]
    if refusal.principal is None or refusal.action is None:
        raise NotARefusalError(f"the refusal does not name its {' or its '.join(lacking)}")
    resource, note = _resource(refusal, refusal.principal, refusal.action, snapshot)
    action = catalog.action(refusal.action)
    spelled = str(action) if action is not None else refusal.action
    return StatedRequest(Request(refusal.principal, spelled, resource), () if note is None else (note,))


def _resource(refusal: Refusal, principal: str, action: str, snapshot: Snapshot | None) -> tuple[str, str | None]:
    """The ARN of what the refusal names, with what is not certain of it."""
    written = refusal.resource
    if written == "*":
        return "*", None
    if written is None:
        return "*", "the refusal names no resource: decided for *" if _takes_resource(action) else None
    if written.startswith("arn:"):
        return written, None
    try:
        caller = Arn.parse(principal)
    except MalformedArnError:
        return "*", f"{written!r} is no ARN: decided for *"
    kind, _, name = written.partition(" ")
    if kind == "policy" and name.startswith("arn:"):
        return _VERSION.sub("", name), None
    if kind == "instance":
        kind, name = "instance-profile", name.removeprefix("profile").strip()
    if kind in (*_ENTITIES, "policy", "instance-profile") and name:
        return _entity(caller, kind, name, snapshot)
    if kind in _ENTITIES or not written:
        return "*", "the refusal names no resource: decided for *"
    return "*", f"{written} is no ARN: decided for *"


def _takes_resource(action: str) -> bool:
    found = catalog.action(action)
    return found is None or bool(found.resource_types)


def _entity(caller: Arn, kind: str, name: str, snapshot: Snapshot | None) -> tuple[str, str | None]:
    """The ARN of an IAM entity, with its path as the snapshot has it."""
    account = None if snapshot is None else snapshot.accounts.get(caller.account)
    known = None if account is None else _named(account, kind, name)
    if known is not None:
        return known, None
    arn = f"arn:{caller.partition}:iam::{caller.account}:{kind}/{name}"
    return arn, f"the path of the {kind} {name} is not known: taken as /"


def _named(account: Account, kind: str, name: str) -> str | None:
    entities = {"user": account.users, "role": account.roles, "group": account.groups}.get(kind)
    entity = (entities or {}).get(name.lower())
    return None if entity is None else entity.arn
