"""A recorded call as requests that can be decided: principal, context and parts, and what of them is not known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from iamtui.evaluation.request.request import NamedPolicy, Request, Unstated
from iamtui.policy.document import DocumentTable
from iamtui.policy.keys import KeyValue
from iamtui.policy.statement import InvalidDocument
from iamtui.snapshot.model import Snapshot
from iamtui.trail.callers import Caller, CallerKind, caller_of, is_console
from iamtui.trail.records import AUTHORIZED_TYPES, Record, items_at, members_at, text_at
from iamtui.trail.refusals import Refusal
from iamtui.trail.requests.context import context_of, tags_in
from iamtui.trail.requests.parts import Part, parts_of
from iamtui.trail.times import parse_time

FindIssuing = Callable[[str], Record | None]
"""Finds the record of the event that handed out an access key id (Y7)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedCall:
    """What one record says of the request that AWS decided.

    Attributes:
        caller: who called, as the record names it.
        principal: the principal of the request; None where there is no request to decide, and `reason` says why.
        parts: each authorization of the call.
        context: the condition keys that are known, with those that are known to be absent.
        at: when it was.
        leans_on: what is not known and could turn a decision, in words (U14).
        session_policies: those that the issuing event shows.
    """

    caller: Caller
    principal: str | None
    reason: str | None
    parts: tuple[Part, ...]
    context: Mapping[str, KeyValue]
    at: datetime
    leans_on: tuple[str, ...] = ()
    session_policies: tuple[NamedPolicy, ...] | None = None

    def requests(self) -> tuple[tuple[Part, Request], ...]:
        """The request of each part that has an action; none where there is no principal."""
        if self.principal is None:
            return ()
        return tuple((part, self._request(self.principal, part)) for part in self.parts if part.action is not None)

    def _request(self, principal: str, part: Part) -> Request:
        context = dict(self.context)
        if part.passed_to is not None:
            context["iam:PassedToService"] = KeyValue.of(part.passed_to, "the service called")
        return Request(
            principal,
            part.action or "",
            part.resource,
            resource_account=part.owner,
            context=MappingProxyType(context),
            session_policies=self.session_policies,
            unstated=Unstated.UNKNOWN,
            at=self.at,
        )


def recorded_call(
    record: Record,
    snapshot: Snapshot | None = None,
    refusal: Refusal | None = None,
    find_issuing: FindIssuing | None = None,
) -> RecordedCall:
    """The request behind a record.

    Args:
        record: the whole record.
        snapshot: knows paths, aliases, and whose a unique id is.
        refusal: what AWS says of it, where it refused.
        find_issuing: finds the event that handed out the key, which tells of session tags and policies (U14).
    """
    console = is_console(record.get("sessionCredentialFromConsole"), text_at(record, "userAgent"))
    caller = caller_of(members_at(record, "userIdentity"), console=console)
    principal, reason = _principal(record, caller, snapshot)
    issuing = find_issuing(caller.key) if find_issuing is not None and caller.key is not None else None
    context = {**_session_tags(issuing), **context_of(record, caller)}
    policies, leans_on = _session_policies(caller, issuing, snapshot)
    if issuing is None and _is_of_service(record, caller):
        leans_on = ()
    return RecordedCall(
        caller=caller,
        principal=principal,
        reason=reason,
        parts=parts_of(record, snapshot, refusal),
        context=MappingProxyType(context),
        at=parse_time(text_at(record, "eventTime") or ""),
        leans_on=leans_on,
        session_policies=policies,
    )


def _principal(record: Record, caller: Caller, snapshot: Snapshot | None) -> tuple[str | None, str | None]:
    if text_at(record, "eventType") not in AUTHORIZED_TYPES:
        return (
            None,
            f"an event of type {text_at(record, 'eventType') or 'unknown'} is history: no request stands behind it",
        )
    match caller.kind:
        case CallerKind.EXTERNAL:
            provider = _provider(record, caller)
            return (provider, None) if provider is not None else (None, "the record does not name the provider")
        case CallerKind.ACCOUNT:
            return _seen_from_outside(caller, snapshot)
        case CallerKind.UNKNOWN | CallerKind.IDENTITY_CENTER:
            return None, "the record names no principal of IAM"
    if caller.principal is None:
        return None, "the record does not name the caller"
    return caller.principal, None


def _provider(record: Record, caller: Caller) -> str | None:
    """The provider of a federated caller, from the first place that names it (U6)."""
    named = text_at(record, "requestParameters", "principalArn")
    if named is not None:
        return named
    for entry in items_at(record, "resources"):
        arn = text_at(entry, "ARN") if isinstance(entry, dict) else None
        if arn is not None and ("-provider/" in arn):
            return arn
    return caller.principal


def _seen_from_outside(caller: Caller, snapshot: Snapshot | None) -> tuple[str | None, str | None]:
    """U8: another account's principal; its unique id says who it is where its account was exported."""
    if caller.principal is not None:
        return caller.principal, None
    unique_id, _, session = (caller.unique_id or "").partition(":")
    for account in snapshot.accounts.values() if snapshot is not None else ():
        for user in (account.users or {}).values():
            if user.unique_id == unique_id:
                return user.arn, None
        for role in (account.roles or {}).values():
            if role.unique_id == unique_id and session:
                return f"arn:{account.partition}:sts::{account.account_id}:assumed-role/{role.name}/{session}", None
    return None, f"which principal of account {caller.account} called is not recorded on this side"


def _session_tags(issuing: Record | None) -> dict[str, KeyValue]:
    """Session tags, which only the issuing event tells (U14)."""
    if issuing is None:
        return {}
    parameters = members_at(issuing, "requestParameters")
    found: dict[str, str] = {}
    for member in ("incomingTransitiveTags", "principalTags", "tags"):
        found.update(tags_in(parameters.get(member)))
    return {f"aws:PrincipalTag/{name}": KeyValue.of(value, "the event that issued it") for name, value in found.items()}


def _is_of_service(record: Record, caller: Caller) -> bool:
    """Whether a service made the session for what it runs, or for itself: such a one has no session policy (U14)."""
    identity = members_at(record, "userIdentity")
    delivered = text_at(identity, "sessionContext", "ec2RoleDelivery")
    runs = text_at(identity, "inScopeOf", "credentialsIssuedTo")
    return "/aws-service-role/" in (caller.role or "") or delivered is not None or runs is not None


def _session_policies(
    caller: Caller, issuing: Record | None, snapshot: Snapshot | None
) -> tuple[tuple[NamedPolicy, ...] | None, tuple[str, ...]]:
    """The session policies that the issuing event shows, and what of the session no event tells (U14)."""
    if not caller.has_session or caller.kind is CallerKind.USER:
        return None, ()
    if issuing is None:
        return None, ("no event that issued the session was read: its session tags and policies are not known",)
    parameters = members_at(issuing, "requestParameters")
    found: list[NamedPolicy] = []
    unknown: list[str] = []
    if (inline := text_at(parameters, "policy")) is not None:
        document = DocumentTable().intern(inline.encode(errors="replace"))
        if isinstance(document.policy, InvalidDocument):
            unknown.append("the session policy is not recorded whole")
        else:
            found.append(NamedPolicy("session policy", document))
    for entry in items_at(parameters, "policyArns"):
        arn = (text_at(entry, "arn") if isinstance(entry, dict) else None) or ""
        policy = snapshot.policy(caller.account or "", arn) if snapshot is not None else None
        if policy is None or policy.default is None:
            unknown.append(f"the session policy {arn} was not exported")
        else:
            found.append(NamedPolicy(policy.name, policy.default.document))
    return tuple(found) or None, tuple(unknown)
