"""The resources of a set that the snapshot knows: each has an owner, a policy and tags of its own (WC17)."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import fields
from typing import NamedTuple

from iamtui import catalog
from iamtui.analysis.queries.resource_forms import Form
from iamtui.patterns import Part, Wild, matcher_of
from iamtui.policy.document import Document
from iamtui.policy.statement import PolicyDocument
from iamtui.snapshot.model import Account, Resource, Role, Snapshot, User


class Known(NamedTuple):
    """A resource, or all that lies in it: the objects of a bucket, the versions of a function.

    `signature` is all that a decision can see of it but its ARN.
    """

    arn: str
    account: str
    region: str
    parts: tuple[Part, ...]
    signature: Hashable
    policy: Document | None

    @property
    def is_single(self) -> bool:
        """Whether it is one resource, not all that lies in one."""
        return len(self.parts) == 1


def known_resources(snapshot: Snapshot, action: catalog.Action) -> tuple[Known, ...]:
    """What the snapshot knows that can be of the types that `action` takes."""
    return tuple(known for known in _all(snapshot, action.service) if _may_be(action, known))


def _may_be(action: catalog.Action, known: Known) -> bool:
    """Whether the action is authorized on it, or on something in it."""
    example = "".join(part if isinstance(part, str) else "x" for part in known.parts)
    return catalog.fits(action, example)


def _all(snapshot: Snapshot, service: str) -> Iterator[Known]:
    for resource in snapshot.resources.values():
        if resource.arn.split(":", 3)[2:3] == [service]:
            yield from _of_resource(resource)
    if service in ("iam", "sts"):
        for account in snapshot.accounts.values():
            yield from _of_account(account)


def _of_resource(resource: Resource) -> Iterator[Known]:
    signature = tuple(getattr(resource, one.name) for one in fields(Resource) if one.name not in ("arn", "grants"))
    region = resource.arn.split(":", 4)[3]
    insides = {"s3:bucket": "/", "s3:accesspoint": "/object/", "lambda:function": ":"}
    yield Known(resource.arn, resource.account, region, (resource.arn,), signature, resource.policy)
    if (inside := insides.get(resource.kind)) is not None:
        parts = (f"{resource.arn}{inside}", Wild.ONE, Wild.ANY)
        yield Known(f"{resource.arn}{inside}", resource.account, region, parts, signature, resource.policy)


def _of_account(account: Account) -> Iterator[Known]:
    number = account.account_id
    entities: tuple[User | Role, ...] = (*(account.users or {}).values(), *(account.roles or {}).values())
    for entity in entities:
        trust = entity.trust if isinstance(entity, Role) else None
        signature = (number, type(entity).__name__, trust, entity.tags, entity.boundary)
        yield Known(entity.arn, number, "", (entity.arn,), signature, trust)
    for group in (account.groups or {}).values():
        yield Known(group.arn, number, "", (group.arn,), (number, "Group"), None)
    for policy in (account.policies or {}).values():
        if not policy.is_aws_managed:
            yield Known(policy.arn, number, "", (policy.arn,), (number, "ManagedPolicy"), None)


def own_patterns(known: Known) -> Iterator[tuple[Part, ...]]:
    """The resource patterns of its own policy."""
    content = None if known.policy is None else known.policy.policy
    if isinstance(content, PolicyDocument):
        for statement in content.statements:
            for pattern in statement.resource.patterns if statement.resource is not None else ():
                yield pattern.widest


def is_of(form: Form, known: Known) -> bool:
    """Whether it, or something in it, has the form."""
    return matcher_of(form.parts)("".join(part if isinstance(part, str) else "x" for part in known.parts))
