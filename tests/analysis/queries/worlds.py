"""Random snapshots: several accounts in and out of an organization, with every layer that a decision can meet."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any, NamedTuple

from iamtui.evaluation.request.request import Request, Unstated
from iamtui.policy.document import Document, DocumentTable
from iamtui.snapshot.model import (
    Account,
    Exported,
    Group,
    InlinePolicy,
    ManagedPolicy,
    Organization,
    OrganizationPolicy,
    OrganizationTarget,
    PolicyVersion,
    PublicAccessBlock,
    Resource,
    Role,
    Snapshot,
    Tags,
    User,
)
from tests.evaluation.building import value
from tests.reference.strategies import (
    AWAY,
    FULL,
    HOME,
    LINKED,
    ROLE,
    SERVICE,
    SESSION,
    USER,
    Scene,
    chance,
    one,
    random_context,
    random_document,
    scenes,
    small_scenes,
)

_KINDS = {"scp": "SERVICE_CONTROL_POLICY", "rcp": "RESOURCE_CONTROL_POLICY"}
CALLERS = (USER, ROLE, SESSION, LINKED, SERVICE, "anonymous")


class World(NamedTuple):
    """A snapshot, and a request that its policies are about; the principal of the request is nobody's."""

    snapshot: Snapshot
    request: Request
    scene: Scene


class _Builder:
    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.owner = one(rng, HOME, HOME, AWAY)
        self.scene: Scene = one(rng, *scenes(self.owner)) if chance(rng, 90) else one(rng, *small_scenes())
        self.trust = Scene("sts:AssumeRole", f"arn:aws:iam::{self.owner}:role/target", others=("sts:*",))
        self.documents = DocumentTable()

    def document(self, kind: str, *, broad: int = 0) -> Document:
        rng = self.rng
        caller = one(rng, *CALLERS)
        is_trust = kind == "trust" or (kind == "identity" and chance(rng, 25))
        return self.intern(random_document(rng, kind, self.trust if is_trust else self.scene, caller, broad=broad))

    def intern(self, raw: object) -> Document:
        return self.documents.intern(json.dumps(raw).encode())

    def inline(self) -> tuple[InlinePolicy, ...]:
        count = one(self.rng, 0, 0, 0, 1, 2)
        return tuple(InlinePolicy(f"inline-{i}", self.document("identity", broad=15)) for i in range(count))

    def tags(self) -> Tags:
        tags: Tags = one(self.rng, (), (), (("team", "red"),), (("Team", "blue"),), (("team", "Red"), ("k", "alice")))
        return tags

    def managed(self, account: str) -> dict[str, ManagedPolicy]:
        found = {}
        for i in range(3):
            arn = f"arn:aws:iam::{account}:policy/p{i}"
            version = PolicyVersion("v1", self.document("identity", broad=30), is_default=True)
            versions = () if chance(self.rng, 5) else (version,)
            found[arn] = ManagedPolicy(arn, f"p{i}", "/", f"ANPA{i}", "v1", versions)
        return found

    def account(self, number: str) -> Account:
        rng = self.rng
        policies = self.managed(number)
        arns = list(policies)

        def attached() -> tuple[str, ...]:
            return tuple(arn for arn in arns if chance(rng, 25))

        def boundary() -> str | None:
            return one(rng, *arns) if chance(rng, 20) else None

        groups = {
            name: Group(f"arn:aws:iam::{number}:group/{name}", name, "/", f"AGPA{name}", self.inline(), attached())
            for name in ("g", "h")
        }
        users = {
            name: User(
                f"arn:aws:iam::{number}:user/{name}",
                name,
                "/",
                f"AIDA{name.upper():0<12}{number[:4]}",
                self.inline(),
                attached(),
                tuple(group for group in groups if chance(rng, 30)),
                boundary(),
                self.tags(),
            )
            for name in ("alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi")
        }
        roles = {
            name.lower(): Role(
                f"arn:aws:iam::{number}:role{path}{name}",
                name,
                path,
                f"AROA{name.upper()[:10]:0<12}{number[:4]}",
                self.document("trust"),
                self.inline(),
                attached(),
                None if path != "/" else boundary(),
                self.tags(),
            )
            for name, path in (
                ("app", "/"),
                ("target", "/"),
                ("worker", "/"),
                ("AWSServiceRoleForBackup", "/aws-service-role/backup.amazonaws.com/"),
            )
        }
        return Account(number, "aws", users, groups, roles, policies, in_organization=one(rng, None, None, False))

    def organization(self) -> Organization:
        rng = self.rng
        policies: dict[str, OrganizationPolicy] = {}

        def attached(kind: str, name: str) -> tuple[str, ...]:
            ids = []
            for i in range(one(rng, 0, 0, 1)):
                policy_id = f"p-{kind}{name}{i}"
                document = None if chance(rng, 5) else self.document(kind)
                policies[policy_id] = OrganizationPolicy(
                    policy_id, f"arn:{policy_id}", policy_id, _KINDS[kind], document
                )
                ids.append(policy_id)
            if kind == "scp" and chance(rng, 88):
                policies["p-full"] = OrganizationPolicy(
                    "p-full", "arn:p-full", "Full", _KINDS["scp"], self.intern(FULL["document"])
                )
                ids.append("p-full")
            return tuple(ids)

        def target(name: str, kind: str, parent: str | None) -> OrganizationTarget:
            return OrganizationTarget(name, name, kind, parent, attached("scp", name), attached("rcp", name))

        targets = [target("r-1", "ROOT", None), target("ou-1", "ORGANIZATIONAL_UNIT", "r-1")]
        targets += [target(HOME, "ACCOUNT", "ou-1"), target(AWAY, "ACCOUNT", one(rng, "r-1", "ou-1"))]
        return Organization(
            "o-1",
            one(rng, None, HOME, AWAY),
            "r-1",
            {found.target_id: found for found in targets if found.target_id != AWAY or chance(rng, 80)},
            policies,
            scps_enabled=one(rng, True, True, None),
            rcps_enabled=one(rng, True, True, None),
        )

    def resources(self) -> Iterator[Resource]:
        rng, arn = self.rng, self.scene.resource
        if arn == "*" or ":role/" in arn or ":user/" in arn or chance(rng, 10):
            return
        if ":s3:::" in arn:
            arn = "arn:aws:s3:::b"
        state = one(rng, Exported.PRESENT, Exported.PRESENT, Exported.PRESENT, Exported.NONE, Exported.UNKNOWN)
        yield Resource(
            arn,
            self.owner,
            {"s3": "s3:bucket", "sqs": "sqs:queue", "kms": "kms:key"}.get(arn.split(":")[2], "ec2:instance"),
            self.document("resource"),
            state,
            tags=one(rng, None, (), (("team", "red"),)),
            public_access_block=PublicAccessBlock(restrict_public_buckets=chance(rng, 15)),
        )

    def world(self) -> World:
        rng = self.rng
        accounts = {number: self.account(number) for number in (HOME, AWAY)}
        if chance(rng, 20):
            del accounts[AWAY if self.owner == HOME else HOME]
        organizations = {"o-1": self.organization()} if chance(rng, 60) else {}
        snapshot = Snapshot(accounts, organizations, {found.arn: found for found in self.resources()})
        stated: dict[str, Any] = random_context(rng) if chance(rng, 60) else {}
        context = {key: value(given) for key, given in stated.items() if given is not None and chance(rng, 50)}
        owner = self.owner if ":s3:::" in self.scene.resource and chance(rng, 50) else None
        unstated = one(rng, Unstated.UNKNOWN, Unstated.UNKNOWN, Unstated.ABSENT)
        request = Request("anonymous", self.scene.action, self.scene.resource, owner, context, unstated=unstated)
        return World(snapshot, request, self.scene)

    def neighbours(self) -> Iterator[Account]:
        """Accounts that own nothing of what is asked about; often one is like the other."""
        first = self.account("222233334444")
        yield first
        yield self.account("333344445555") if chance(self.rng, 50) else as_account("333344445555", first)


def as_account(number: str, like: Account) -> Account:
    """Another account with the same principals, who carry the same."""

    def moved(entity: Any) -> Any:
        arn = entity.arn.replace(like.account_id, number)
        named = ("attached", "boundary")
        own = {name: getattr(entity, name) for name in named if hasattr(entity, name)}
        if "attached" in own:
            own["attached"] = tuple(one.replace(like.account_id, number) for one in own["attached"])
        if own.get("boundary"):
            own["boundary"] = own["boundary"].replace(like.account_id, number)
        return replace(entity, arn=arn, **own)

    policies = {found.arn: found for found in map(moved, (like.policies or {}).values())}
    users, groups, roles = (
        {name: moved(one) for name, one in (found or {}).items()} for found in (like.users, like.groups, like.roles)
    )
    return Account(number, "aws", users, groups, roles, policies, in_organization=like.in_organization)


def random_world(rng: Random) -> World:
    """A snapshot and a request at random."""
    return _Builder(rng).world()


def crowded_world(rng: Random) -> World:
    """The same with two accounts more, whose principals a request often meets alike."""
    builder = _Builder(rng)
    world = builder.world()
    snapshot = world.snapshot
    beside = {account.account_id: account for account in builder.neighbours()}
    organizations = {
        name: replace(
            found,
            targets={
                **found.targets,
                **{number: OrganizationTarget(number, number, "ACCOUNT", "ou-1", (), ()) for number in beside},
            },
        )
        for name, found in snapshot.organizations.items()
    }
    crowded = Snapshot({**snapshot.accounts, **beside}, organizations, snapshot.resources)
    return world._replace(snapshot=crowded)
