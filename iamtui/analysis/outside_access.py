"""Whom trust and resource policies let in from outside, each decided (WC10, WC13)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from iamtui import catalog
from iamtui.analysis.changes.shares import level_of
from iamtui.analysis.external_access import ExternalAccess, external_access
from iamtui.analysis.paths.requests.asking import Asked, conditions_of
from iamtui.analysis.queries.everybody.outside import let_in
from iamtui.evaluation.decide import prepare_for, settle_question
from iamtui.evaluation.request.request import Request, RequestError
from iamtui.policy.principals import EntryKind
from iamtui.policy.statement import PolicyKind, Statement
from iamtui.snapshot.model import Resource, Snapshot

_ASSUMING = ("sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity")
_MOST_ACTIONS = 40


@dataclass(frozen=True, slots=True)
class OutsideAccess:
    """Somebody outside who is let in, whatever the outsider's own account says of it.

    Attributes:
        resource: the ARN of the role or resource.
        who: as the policy names it; `*` is everybody.
        kind: `account`, `user`, `role`, `everyone`, `provider`, `organization`, ….
        action: the gravest that is not denied; there may be more.
        label: `allowed`, or `conditional` on unknown keys.
        conditions: the unknown keys, each with a state that allows.
    """

    resource: str
    who: str
    kind: str
    action: str
    label: Literal["allowed", "conditional"]
    conditions: tuple[tuple[str, str], ...] = ()


def outside_access(snapshot: Snapshot, at: datetime) -> tuple[OutsideAccess, ...]:
    """Everybody outside whom policies of roles and resources let in, everyone first; services of AWS are left out."""
    found: dict[tuple[str, str], OutsideAccess] = {}
    for account in snapshot.accounts.values():
        for role in (account.roles or {}).values():
            if role.trust is not None and _outsiders_in(
                external_access(role.trust, account.account_id, PolicyKind.TRUST)
            ):
                for action in _ASSUMING:
                    _note(snapshot, role.arn, Request("anonymous", action, role.arn, at=at), found)
    for resource in snapshot.resources.values():
        for request in _requests(resource, at):
            _note(snapshot, resource.arn, request, found)
    return tuple(sorted(found.values(), key=lambda one: (one.kind != "everyone", one.resource, one.who)))


def _outsiders_in(entries: tuple[ExternalAccess, ...]) -> list[ExternalAccess]:
    return [one for one in entries if one.negated or one.entry.kind is not EntryKind.SERVICE]


def _requests(resource: Resource, at: datetime) -> Iterator[Request]:
    """What outsiders could do by each Allow that names some: the gravest actions first, on the resource and within."""
    if resource.policy is None:
        return
    kind = PolicyKind.KMS_KEY if resource.kind == "kms:key" else PolicyKind.RESOURCE
    entries = _outsiders_in(external_access(resource.policy, resource.account, kind))
    for statement in {id(one.statement): one.statement for one in entries}.values():
        for action in _actions(resource.arn, statement):
            for target in (resource.arn, f"{resource.arn}/any"):
                yield Request("anonymous", action, target, resource.account, at=at)


def _actions(arn: str, statement: Statement) -> list[str]:
    service = arn.split(":", 3)[2].lower()
    names = (f"{service}:{name}" for name in catalog.actions(service))
    taken = [name for name in names if statement.action.matches(name.lower(), service)]
    return sorted(taken, key=lambda name: (level_of(name), name))[:_MOST_ACTIONS]


def _note(snapshot: Snapshot, resource: str, request: Request, found: dict[tuple[str, str], OutsideAccess]) -> None:
    for outsider in let_in(snapshot, request)[0]:
        key = (resource, outsider.arn)
        if outsider.kind != "service" and (key not in found or found[key].label != "allowed"):
            asked = (_decided(snapshot, resource, outsider.arn, outsider.kind, one) for one in outsider.requests)
            access = next((one for one in asked if one is not None), None)
            if access is not None and (key not in found or access.label == "allowed"):
                found[key] = access


def _decided(snapshot: Snapshot, resource: str, who: str, kind: str, request: Request) -> OutsideAccess | None:
    try:
        settled = settle_question(prepare_for(snapshot, request))
    except RequestError:
        return None
    if settled.is_denied:
        return None
    label: Literal["allowed", "conditional"] = "allowed" if settled.is_allowed else "conditional"
    asked = Asked(label, request, settled.unknown_keys)
    return OutsideAccess(resource, who, kind, request.action, label, conditions_of(asked))
