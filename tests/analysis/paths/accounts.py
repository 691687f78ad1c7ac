"""The smallest account in which a way is proven, written from its row: a new row is tested at once (section 9)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from iamtui.analysis.paths.ways.catalogue import ACTOR, State, Step, Way, catalogue
from iamtui.policy.document import Document
from iamtui.snapshot.aws_managed import BUNDLED
from iamtui.snapshot.model import (
    AccessKey,
    Account,
    Credentials,
    Exported,
    Group,
    IdentityProvider,
    InlinePolicy,
    InstanceProfile,
    ManagedPolicy,
    Organization,
    OrganizationTarget,
    PolicyVersion,
    Resource,
    Role,
    Snapshot,
    User,
)

OWN = "111122223333"
OTHER = "444455556666"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
PROVIDER = f"arn:aws:iam::{OWN}:saml-provider/idp"
OPEN_KINDS = frozenset(("carrier", "cluster", "instance-profile", "permission-set"))


CARRIERS = {
    "lambda:function": f"arn:aws:lambda:us-east-1:{OWN}:function:there",
    "ec2:instance": f"arn:aws:ec2:us-east-1:{OWN}:instance/i-0123456789abcdef0",
    "codebuild:project": f"arn:aws:codebuild:us-east-1:{OWN}:project/there",
    "cloudformation:stack": f"arn:aws:cloudformation:us-east-1:{OWN}:stack/there/1",
    "states:statemachine": f"arn:aws:states:us-east-1:{OWN}:stateMachine:there",
    "sagemaker:notebook-instance": f"arn:aws:sagemaker:us-east-1:{OWN}:notebook-instance/there",
    "cloudformation:stackset": f"arn:aws:cloudformation:us-east-1:{OWN}:stackset/there:1",
    "ec2:launch-template": f"arn:aws:ec2:us-east-1:{OWN}:launch-template/lt-1",
    "glue:devendpoint": f"arn:aws:glue:us-east-1:{OWN}:devEndpoint/there",
    "glue:job": f"arn:aws:glue:us-east-1:{OWN}:job/there",
    "sagemaker:user-profile": f"arn:aws:sagemaker:us-east-1:{OWN}:user-profile/d-1/there",
    "apprunner:service": f"arn:aws:apprunner:us-east-1:{OWN}:service/there/1",
    "bedrock-agentcore:code-interpreter-custom": f"arn:aws:bedrock-agentcore:us-east-1:{OWN}:code-interpreter-custom/1",
    "bedrock-agentcore:runtime": f"arn:aws:bedrock-agentcore:us-east-1:{OWN}:runtime/1",
    "bedrock-agentcore:browser-custom": f"arn:aws:bedrock-agentcore:us-east-1:{OWN}:browser-custom/1",
    "ecs:task": f"arn:aws:ecs:us-east-1:{OWN}:task/c/1",
    "batch:job-definition": f"arn:aws:batch:us-east-1:{OWN}:job-definition/there:1",
}
"""Things of the types of which exports say with which role they run."""


def document(*statements: Mapping[str, object]) -> Document:
    """A policy document."""
    return Document(json.dumps({"Version": "2012-10-17", "Statement": list(statements)}).encode())


def allow(action: object, resource: object = "*") -> dict[str, object]:
    """An Allow."""
    return {"Effect": "Allow", "Action": action, "Resource": resource}


DENY_CREATE = document({"Effect": "Deny", "Action": "iam:CreateUser", "Resource": "*"})
EVERYTHING = document(allow("*"))


@dataclass(frozen=True)
class Changed:
    """What is taken out of the smallest account: an action, a trust, a fact that is otherwise or not exported."""

    denied: str = ""
    without_trust: str = ""
    turned: str = ""
    not_exported: str = ""


@dataclass
class Smallest:
    """Builds it."""

    way: Way
    actor_kind: str
    changed: Changed = field(default_factory=Changed)

    def snapshot(self) -> Snapshot:
        """The account, with an actor that may do exactly the steps."""
        users = {one.name: one for one in self._users()}
        roles = {one.name: one for one in self._roles()}
        groups = {"g": Group(self.arn("group/g"), "g", "/", "AGPAG", self._group_inline(), self._group_attached())}
        account = Account(
            OWN,
            "aws",
            users,
            groups,
            roles,
            {one.arn: one for one in self._policies()},
            providers={PROVIDER: IdentityProvider(PROVIDER)},
        )
        return Snapshot(
            {OWN: account}, organizations=self._organizations(), resources=self._resources(), aws_managed=BUNDLED
        )

    @staticmethod
    def arn(resource: str) -> str:
        """An ARN of IAM in the account."""
        return f"arn:aws:iam::{OWN}:{resource}"

    @property
    def actor(self) -> str:
        """Who takes the way."""
        return self.arn(f"{self.actor_kind}/actor")

    @property
    def end(self) -> str:
        """Where the way ends, for those that become somebody who is there."""
        name = self.way.outcome.becomes
        bind = self.way.bind.get(name or "")
        return self.actor if bind is None or bind.kind == "new" else self.arn(f"{bind.kind}/{name}")

    def steps(self) -> Iterator[Step]:
        """The steps that are granted: of several lists the first, and those that make a fact so."""
        for step in self.way.steps:
            yield from (step.any_of[0] if step.any_of else (step,))

    def bound(self, name: str) -> str:
        """The resource of a step's own grant."""
        bind = self.way.bind.get(name)
        if name == ACTOR:
            return self.actor
        if bind is None:
            return "*"
        match bind.kind:
            case "user" | "role":
                return self.arn(f"{bind.kind}/{name}")
            case "group":
                return self.arn("group/g")
            case "policy":
                return self.arn("policy/p")
        return "*"

    def _needs_everything(self) -> bool:
        """Whether the actor is an administrator but for what the way takes away."""
        return self.way.outcome.changes is not None and any(
            step.changes is not None and (step.changes.change == "boundary" or step.changes.without is not None)
            for step in self.way.steps
        )

    def _inline(self) -> tuple[InlinePolicy, ...]:
        own = [allow(step.ask, [self.bound(on) for on in step.on]) for step in self.steps() if step.is_own]
        found = []
        if "policy" not in self.way.bind or self.way.bind["policy"].attached_to != ACTOR:
            found.append(InlinePolicy("steps", document(*own)))
        if self._needs_everything():
            found.append(InlinePolicy("everything", EVERYTHING))
        if self.changed.denied:
            denied = {"Effect": "Deny", "Action": self.changed.denied, "Resource": "*"}
            found.append(InlinePolicy("denied", document(denied)))
        if any(bind.kind == "inline" for bind in self.way.bind.values()):
            found.append(InlinePolicy("denies", DENY_CREATE))
        return tuple(found)

    def _attached(self) -> tuple[str, ...]:
        binds = self.way.bind.values()
        own = [self.arn("policy/p")] if any(one.attached_to == ACTOR and one.kind == "policy" for one in binds) else []
        return (
            *own,
            *([self.arn("policy/denies")] if any(one.kind == "managed" and one.denies for one in binds) else []),
        )

    def _boundary(self, of: str) -> str | None:
        for state in self.way.state:
            if state.fact == "boundary" and state.of == of:
                return None if self.changed.turned == "boundary" else self.arn("policy/boundary")
        return None

    def _users(self) -> Iterator[User]:
        if self.actor_kind == "user":
            group = self.way.bind.get("group")
            groups = ("g",) if group is not None and group.member else ()
            yield User(
                self.actor, "actor", "/", "AIDAACTOR", self._inline(), self._attached(), groups, self._boundary(ACTOR)
            )
        for name, bind in self.way.bind.items():
            if bind.kind == "user":
                held = None if self.changed.not_exported else self._credentials()
                yield User(self.arn(f"user/{name}"), name, "/", "AIDAEND", attached=(ADMINISTRATOR,), credentials=held)

    def _credentials(self) -> Credentials:
        said: dict[str, State] = {state.fact: state for state in self.way.state}

        def holds(fact: str) -> bool:
            return (said[fact].holds is True) != (self.changed.turned == fact) if fact in said else False

        keys = said.get("access-keys")
        count = 2 if keys is not None and (keys.at_least is not None) != (self.changed.turned == "access-keys") else 0
        return Credentials(
            console_password=holds("console-password"),
            mfa=holds("mfa-device"),
            access_keys=tuple(AccessKey(f"AKIA{place}", active=True) for place in range(count)),
        )

    def _roles(self) -> Iterator[Role]:
        if self.actor_kind == "role":
            trust = document({"Effect": "Allow", "Principal": {"AWS": OWN}, "Action": "sts:AssumeRole"})
            yield Role(
                self.actor,
                "actor",
                "/",
                "AROAACTOR",
                trust,
                self._inline(),
                self._attached(),
                self._boundary(ACTOR),
            )
        for name, bind in self.way.bind.items():
            if bind.kind != "role":
                continue
            arn = self.arn(f"role/{name}")
            profile = (InstanceProfile(self.arn(f"instance-profile/{name}"), name, "/", "AIPA"),)
            inline = () if name == self.way.outcome.becomes else self._service_inline(name)
            attached = (ADMINISTRATOR,) if name == self.way.outcome.becomes else ()
            if any(one.attached_to == name for one in self.way.bind.values()):
                attached = (*attached, self.arn("policy/p"))
            yield Role(
                arn,
                name,
                "/",
                f"AROA{name}",
                self._trust(name),
                inline,
                attached=attached,
                boundary=self._boundary(name) and self.arn("policy/boundary"),
                instance_profiles=profile,
            )

    def _service_inline(self, name: str) -> tuple[InlinePolicy, ...]:
        own = [allow(step.ask, self.bound(step.on[0])) for step in self.steps() if step.by == f"{{{name}}}"]
        return (InlinePolicy("own", document(*own)),) if own else ()

    def _trust(self, name: str) -> Document:
        statements: list[dict[str, object]] = []
        rewritten = any(step.changes is not None and step.changes.change == "trust" for step in self.way.steps)
        for step in self.steps():
            if step.on == (name,) and step.ask.startswith("sts:"):
                who: dict[str, object] = {"Service": step.by}
                if step.is_own:
                    who = {"AWS": self.actor}
                elif step.ask == "sts:AssumeRoleWithWebIdentity":
                    who = {"Federated": step.by}
                elif step.by == "{provider}":
                    who = {"Federated": PROVIDER}
                elif step.by.startswith("{"):
                    who = {"AWS": self.arn(f"role/{step.by.strip('{}')}")}
                if not (step.is_own and rewritten) and self.changed.without_trust != name:
                    statements.append({"Effect": "Allow", "Principal": who, "Action": step.ask})
        if not statements:
            statements = [
                {"Effect": "Allow", "Principal": {"Service": "nobody.amazonaws.com"}, "Action": "sts:AssumeRole"}
            ]
            carried = self.way.bind[name].carried_by
            if carried is not None and self.changed.without_trust != name:
                service = catalogue().carriers[self.way.bind[carried].type or ""]["service"]
                statements = [{"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}]
        return document(*statements)

    def _group_inline(self) -> tuple[InlinePolicy, ...]:
        group = self.way.bind.get("group")
        return (InlinePolicy("denies", DENY_CREATE),) if group is not None and group.denies else ()

    def _group_attached(self) -> tuple[str, ...]:
        group = self.way.bind.get("group")
        return (ADMINISTRATOR,) if group is not None and group.member is False else ()

    def _policies(self) -> Iterator[ManagedPolicy]:
        own = document(*(allow(step.ask, [self.bound(on) for on in step.on]) for step in self.steps() if step.is_own))
        count = 5 if self.changed.turned == "policy-versions" else 2
        versions = [PolicyVersion("v2", own, is_default=True), PolicyVersion("v1", EVERYTHING, is_default=False)]
        versions += [PolicyVersion(f"v{place}", own, is_default=False) for place in range(3, count + 1)]
        yield self._policy("p", *versions)
        yield self._policy("denies", PolicyVersion("v1", DENY_CREATE, is_default=True))
        narrow = document(*(allow(step.ask) for step in self.steps() if step.is_own), allow("s3:ListAllMyBuckets"))
        yield self._policy("boundary", PolicyVersion("v1", narrow, is_default=True))

    def _policy(self, name: str, *versions: PolicyVersion) -> ManagedPolicy:
        default = next(one.version_id for one in versions if one.is_default)
        return ManagedPolicy(self.arn(f"policy/{name}"), name, "/", f"ANPA{name}", default, versions)

    def _organizations(self) -> dict[str, Organization]:
        targets = {
            "r-1": OrganizationTarget("r-1", "Root", "ROOT", None),
            **{one: OrganizationTarget(one, one, "ACCOUNT", "r-1") for one in (OWN, OTHER)},
        }
        return {"o-1": Organization("o-1", OWN, "r-1", targets, scps_enabled=False, rcps_enabled=False)}

    def _carriers(self) -> dict[str, Resource]:
        """Something that runs with the role that is gained, where an export can say so (EP41)."""
        found = {}
        for bind in self.way.bind.values():
            arn = CARRIERS.get(bind.type or "") if bind.kind == "carrier" else None
            if arn is not None and bind.role is not None and not self.changed.not_exported:
                profile = self.arn(f"instance-profile/{bind.role}")
                role = (
                    profile if bind.type in ("ec2:instance", "ec2:launch-template") else self.arn(f"role/{bind.role}")
                )
                found[arn] = Resource(arn, OWN, (bind.type or "").lower(), role=role)
        return found

    def _resources(self) -> dict[str, Resource]:
        """Those of which a way needs that they exist."""
        found = self._carriers()
        for state in self.way.state:
            kind = self.way.bind[state.of].type if state.of in self.way.bind else None
            if state.fact == "exists" and kind is not None and self.changed.not_exported != "exists":
                arn = f"arn:aws:{kind.partition(':')[0]}:us-east-1:{OWN}:{kind.partition(':')[2]}/there"
                if kind == "ecs:task-definition":
                    arn += ":1"
                if kind == "ecs:service":
                    arn = f"arn:aws:ecs:us-east-1:{OWN}:service/there/there"
                found[arn] = Resource(arn, OWN, kind)
        for bind in self.way.bind.values():
            if bind.kind == "sensitive":
                arn = {
                    "s3:bucket": "arn:aws:s3:::data",
                    "kms:key": f"arn:aws:kms:us-east-1:{OWN}:key/1",
                    "secretsmanager:Secret": f"arn:aws:secretsmanager:us-east-1:{OWN}:secret:s-AbCdEf",
                }[bind.type or ""]
                who = {"Principal": {"AWS": OWN}}
                policy = document({**allow("kms:*"), **who}) if bind.type == "kms:key" else None
                exported = Exported.NONE if policy is None else Exported.PRESENT
                found[arn] = Resource(arn, OWN, bind.type or "", policy, exported)
        return found


def without(smallest: Smallest, **change: str) -> Smallest:
    """The account with something taken out."""
    return replace(smallest, changed=Changed(**change))
