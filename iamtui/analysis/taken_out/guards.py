"""The guardrails of a picture: SCPs, RCPs, boundaries, endpoint policies, and Denies wherever they stand (FI95)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from iamtui.analysis.overlay.laying import Edit
from iamtui.analysis.overlay.policy_edits import (
    SetEndpointPolicy,
    SetOrganizationDocument,
    SetResourcePolicy,
    SetVersions,
)
from iamtui.analysis.overlay.principal_edits import SetBoundary, SetInlinePolicy, SetTrust
from iamtui.analysis.taken_out.dropping import in_force
from iamtui.analysis.taken_out.ground import TakenOutGround
from iamtui.analysis.taken_out.part import Part
from iamtui.analysis.taken_out.pictures import allows_of, harmless
from iamtui.evaluation.applicable.endpoints import services_through
from iamtui.evaluation.request.services import RCP_SERVICES
from iamtui.policy.document import Document, statements_written
from iamtui.policy.elements import ANY_RESOURCE
from iamtui.policy.keys import KeyValue
from iamtui.policy.statement import Effect, PolicyDocument, PolicyKind, Statement
from iamtui.snapshot.model import Exported, Group, ManagedPolicy, OrganizationPolicy, Role, Snapshot, User


def organization_guards(ground: TakenOutGround) -> Iterator[Part]:
    """The SCPs and RCPs that are attached somewhere and that somebody wrote: each Deny, or a list of Allows whole."""
    for organization in ground.snapshot.organizations.values():
        for policy in organization.policies.values():
            holders, others = bound_by(ground, policy)
            if policy.document is None or policy.aws_managed or not holders:
                continue
            kind = PolicyKind.RCP if policy.kind == "RESOURCE_CONTROL_POLICY" else PolicyKind.SCP
            for one, edits in _each_deny(policy.document):
                without, alone = (SetOrganizationDocument(policy.arn, document) for document in edits)
                services = RCP_SERVICES if kind is PolicyKind.RCP else None
                yield Part(
                    policy.arn,
                    named(one),
                    kind,
                    (without,),
                    (alone,),
                    (one,),
                    holders,
                    binds_others=others,
                    services=services,
                )
            if kind is PolicyKind.SCP and any(map(_is_narrow, statements_written(policy.document))):
                free = SetOrganizationDocument(policy.arn, harmless(policy))
                held = SetOrganizationDocument(policy.arn, allows_of(policy.document))
                yield Part(
                    policy.arn, "what it does not allow", kind, (free,), (held,), None, holders, binds_others=others
                )


def _is_narrow(statement: Statement) -> bool:
    """Whether an Allow leaves something out."""
    element = statement.resource
    is_all = element is not None and not element.negated and ANY_RESOURCE in element.texts
    takes_all = not statement.action.negated and "*" in statement.action.patterns
    return statement.effect is Effect.ALLOW and not (takes_all and is_all and not statement.conditions)


class Bound(NamedTuple):
    """Whom an SCP or RCP is over: places of those of the export, and whether there are others."""

    holders: tuple[int, ...]
    binds_others: bool


def bound_by(ground: TakenOutGround, policy: OrganizationPolicy) -> Bound:
    """Whom an SCP binds; an RCP is over resources, whoever asks."""
    accounts = dict.fromkeys(_accounts_under(ground.snapshot, policy))
    if policy.kind == "RESOURCE_CONTROL_POLICY":
        return Bound(tuple(range(len(ground.holders.all))) if accounts else (), binds_others=True)
    exported = [ground.snapshot.accounts.get(account) for account in accounts]
    binds_others = any(one is None or one.users is None or one.roles is None for one in exported)
    by_account = ground.touched.by_account
    return Bound(tuple(place for account in accounts for place in by_account.get(account, ())), binds_others)


def _accounts_under(snapshot: Snapshot, policy: OrganizationPolicy) -> Iterator[str]:
    """The accounts on whose way from the root a policy is attached; none holds in the management account (E24)."""
    for organization in snapshot.organizations.values():
        if policy.policy_id not in organization.policies:
            continue
        listed = (number for number, target in organization.targets.items() if target.kind == "ACCOUNT")
        for account in dict.fromkeys((*listed, *snapshot.accounts)):
            levels = () if account == organization.management_account else organization.levels(account) or ()
            if any(
                policy.policy_id in (level.scps or ()) or policy.policy_id in (level.rcps or ()) for level in levels
            ):
                yield account


def boundary_guards(ground: TakenOutGround) -> Iterator[Part]:
    """The policies that are somebody's permissions boundary."""
    for (account, arn), holders in ground.touched.by_boundary.items():
        policy = ground.snapshot.policy(account, arn)
        entities = [ground.holders.all[place].arn for place in holders]
        if policy is None or policy.default is None:
            continue
        whole: tuple[Edit, ...] = ()
        if not policy.is_aws_managed:
            whole = (SetVersions(arn, policy.default_version_id, policy.versions),)
        yield Part(
            owner=arn,
            words="the permissions boundary",
            kind=PolicyKind.BOUNDARY,
            edits=tuple(SetBoundary(one, None) for one in entities),
            alone=(*whole, *(SetBoundary(one, arn) for one in entities)),
            statements=None,
            holders=holders,
        )


def endpoint_guards(ground: TakenOutGround) -> Iterator[Part]:
    """The policies of VPC endpoints, of requests that come through them."""
    for endpoint in ground.snapshot.endpoints.values():
        if endpoint.policy is not None:
            yield Part(
                owner=endpoint.endpoint_id,
                words="the endpoint policy",
                kind=PolicyKind.VPC_ENDPOINT,
                edits=(SetEndpointPolicy(endpoint.endpoint_id, None),),
                alone=(SetEndpointPolicy(endpoint.endpoint_id, endpoint.policy),),
                statements=None,
                holders=tuple(range(len(ground.holders.all))),
                stated={"aws:SourceVpce": KeyValue.of(endpoint.endpoint_id)},
                services=services_through(endpoint),
            )


def denying_statements(ground: TakenOutGround) -> Iterator[Part]:
    """The Denies of policies that somebody carries: inline, managed, of resources, of trusts."""
    for account in ground.snapshot.accounts.values():
        for bearers in (account.users, account.groups, account.roles):
            for bearer in (bearers or {}).values():
                yield from _denies_of_bearer(ground, bearer)
        for policy in (account.policies or {}).values():
            if not policy.is_aws_managed:
                yield from _denies_of_policy(ground, account.account_id, policy)
    everybody = tuple(range(len(ground.holders.all)))
    for resource in ground.snapshot.resources.values():
        kind = PolicyKind.KMS_KEY if resource.kind == "kms:key" else PolicyKind.RESOURCE
        for one, edits in _each_deny(resource.policy) if resource.policy_state is Exported.PRESENT else ():
            yield Part(
                owner=resource.arn,
                words=named(one),
                kind=kind,
                edits=(SetResourcePolicy(resource.arn, edits[0]),),
                alone=(SetResourcePolicy(resource.arn, edits[1]),),
                statements=(one,),
                holders=everybody,
                resource=resource.arn,
            )


def _denies_of_bearer(ground: TakenOutGround, bearer: User | Group | Role) -> Iterator[Part]:
    for policy in bearer.inline:
        holders = ground.touched.by_policy.get((bearer.arn, policy.name), ())
        for one, edits in _each_deny(policy.document) if holders else ():
            yield Part(
                owner=bearer.arn,
                words=f"{named(one)} of the inline policy {policy.name}",
                kind=PolicyKind.IDENTITY,
                edits=(SetInlinePolicy(bearer.arn, policy.name, edits[0]),),
                alone=(SetInlinePolicy(bearer.arn, policy.name, edits[1]),),
                statements=(one,),
                holders=holders,
            )
    for one, edits in _each_deny(bearer.trust) if isinstance(bearer, Role) else ():
        yield Part(
            owner=bearer.arn,
            words=f"{named(one)} of the trust policy",
            kind=PolicyKind.TRUST,
            edits=(SetTrust(bearer.arn, edits[0]),),
            alone=(SetTrust(bearer.arn, edits[1]),),
            statements=(one,),
            holders=tuple(range(len(ground.holders.all))),
            resource=bearer.arn,
        )


def _denies_of_policy(ground: TakenOutGround, account: str, policy: ManagedPolicy) -> Iterator[Part]:
    held = policy.default
    place, touched = (account, policy.arn), ground.touched
    holders = tuple(dict.fromkeys((*touched.by_policy.get(place, ()), *touched.by_boundary.get(place, ()))))
    for one, edits in _each_deny(held.document) if held is not None and holders else ():
        without, alone = (in_force(policy, document) for document in edits)
        yield Part(
            owner=policy.arn,
            words=named(one),
            kind=PolicyKind.IDENTITY,
            edits=(without,),
            alone=(alone,),
            statements=(one,),
            holders=holders,
        )


def _each_deny(document: Document | None) -> Iterator[tuple[Statement, tuple[Document, Document]]]:
    """Each Deny, with its document without it, and with it as the only Deny."""
    if document is None or not isinstance(document.policy, PolicyDocument):
        return
    for one in statements_written(document):
        if one.effect is Effect.DENY:
            yield one, (document.without(one.index), allows_of(document, one.index))


def named(statement: Statement) -> str:
    """A statement by its Sid, or its place in the document."""
    return f"the statement {statement.label}"
