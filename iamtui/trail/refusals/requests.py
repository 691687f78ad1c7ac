"""The requests that an account of a denial is about, with all that it states (AT8, AT21)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from iamtui import catalog
from iamtui.arn import Arn, MalformedArnError
from iamtui.evaluation.request.request import Request, Unstated
from iamtui.policy.keys import ABSENT, KeyValue
from iamtui.trail.refusals.context_values import instant_of, key_value
from iamtui.trail.refusals.details import AuthorizationDetails, Evaluation
from iamtui.trail.refusals.refusal import NotARefusalError

_NO_ENTITY = ("assumed-role", "saml-provider", "oidc-provider")
"""What `aws:PrincipalArn` never is, and how iamtui writes callers that no key names (AT25)."""


class StatedRequest(NamedTuple):
    """A request, and what of its account could not be read."""

    request: Request
    notes: tuple[str, ...] = ()


def request_of_evaluation(details: AuthorizationDetails, evaluation: Evaluation) -> StatedRequest:
    """The request of one evaluation: what its context does not hold was absent (AT8).

    Raises:
        NotARefusalError: the context names no caller.
    """
    written = {**details.context, **evaluation.context}
    folded = {key.lower(): value for key, value in written.items()}
    principal = _principal(folded)
    if principal is None:
        raise NotARefusalError("the details name no caller: expected aws:PrincipalArn in their context")
    context, notes = _context(written, principal)
    at = instant_of(folded.get("aws:epochtime")) or instant_of(folded.get("aws:currenttime"))
    owner = folded.get("aws:resourceaccount")
    request = Request(
        principal,
        evaluation.action,
        evaluation.resource or "*",
        resource_account=owner if isinstance(owner, str) and owner.isdigit() else None,
        context=context,
        unstated=Unstated.ABSENT,
        at=at,
    )
    return StatedRequest(request, notes)


def _context(written: Mapping[str, object], principal: str) -> tuple[dict[str, KeyValue], tuple[str, ...]]:
    context: dict[str, KeyValue] = {}
    notes: list[str] = []
    for key, value in written.items():
        folded = key.lower()
        if folded == "aws:principalarn" and value == principal and _names_no_entity(principal):
            continue
        read = key_value(key, value)
        if read is None:
            notes.append(f"the value of {key} is neither a text, a number, a truth value nor a list of these")
        else:
            context[key] = read
    named = {key.lower() for key in written}
    for known in catalog.all_global_keys():
        if known.name.lower() not in named and "$" not in known.name and known.name.lower() not in _OF_CALLER:
            context[known.name] = ABSENT
    return context, tuple(notes)


_OF_CALLER = frozenset(("aws:principalarn", "aws:currenttime", "aws:epochtime"))
"""The keys that follow from the caller or the clock, whatever the context holds."""


def _principal(context: Mapping[str, object]) -> str | None:
    """The caller: a session by its role and the session's part of `aws:userid` (AT8)."""
    arn, user = context.get("aws:principalarn"), context.get("aws:userid")
    if isinstance(arn, str):
        return _session(arn, user if isinstance(user, str) else "") or arn
    if "anonymous" in (str(context.get("aws:principaltype")).lower(), str(context.get("aws:principalaccount")).lower()):
        return "anonymous"
    for key in ("aws:principalservicename", "aws:federatedprovider"):
        if isinstance(name := context.get(key), str):
            return name
    return None


def _session(arn: str, user: str) -> str | None:
    """The session of a role, where the unique id of the caller names one."""
    _, colon, session = user.partition(":")
    try:
        role = Arn.parse(arn)
    except MalformedArnError:
        return None
    if role.resource_type != "role" or not colon or not session:
        return None
    return f"arn:{role.partition}:sts::{role.account}:assumed-role/{role.name}/{session}"


def _names_no_entity(principal: str) -> bool:
    try:
        return Arn.parse(principal).resource_type in _NO_ENTITY
    except MalformedArnError:
        return False
