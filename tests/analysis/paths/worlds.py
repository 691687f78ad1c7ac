"""Random accounts around a few ways of the catalogue: what their steps ask is allowed, denied and limited at random."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from iamtui.analysis.paths.ways.catalogue import Way, catalogue
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
    OrganizationPolicy,
    OrganizationTarget,
    PolicyVersion,
    Resource,
    Role,
    Snapshot,
    User,
)
from tests.analysis.paths.accounts import ADMINISTRATOR, CARRIERS, OTHER, OWN, allow, document

USERS, ROLES, POLICIES = ("a", "b", "c"), ("x", "y", "z", "w"), ("p1", "p2")
PATHS = ("/", "/team/", "/service-role/", "/aws-reserved/sso.amazonaws.com/")
VALUES = ("red", "blue", "${aws:PrincipalTag/team}", "${aws:username}", "r*")
TEXTS = ("aws:PrincipalTag/team", "aws:PrincipalTag/owner", "aws:ResourceTag/team", "iam:ResourceTag/team")
ARNS = ("aws:PrincipalArn", "iam:PolicyARN", "iam:PermissionsBoundary", "iam:AssociatedResourceArn", "aws:SourceArn")
TESTS = ("StringEquals", "StringNotEquals", "StringLike", "StringEqualsIfExists", "ForAnyValue:StringLike")
ARN_TESTS = ("ArnLike", "ArnNotLike", "StringLike", "ArnLikeIfExists", "StringNotLike")
OTHERS: Sequence[Mapping[str, object]] = (
    {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
    {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
    {"Null": {"aws:TokenIssueTime": "false"}},
    {"StringEquals": {"aws:RequestTag/team": "red"}},
    {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}},
    {"StringEquals": {"aws:PrincipalOrgID": "o-1"}},
)
GUARDED = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
Statement = dict[str, object]


@dataclass
class World:
    """Makes the account, and now and then a second one and an organization around both."""

    rng: Random
    ways: Sequence[Way]

    @classmethod
    def of(cls, seed: int) -> World:
        """Around some ways, which a seed chooses."""
        rng = Random(seed)  # noqa: S311 - no secret
        inside = [way for way in catalogue().ways if way.kind != "trust"]
        often = [catalogue().by_id[one] for one in ("sts-001", "iam-012", "iam-016", "lambda-001", "own-iam-010")]
        return cls(rng, [*rng.sample(inside, rng.choice((2, 3, 5))), *rng.sample(often, 2)])

    def __post_init__(self) -> None:
        """Note what the ways ask, and whom and what an account has."""
        rng, binds = self.rng, [bind for way in self.ways for bind in way.bind.values()]
        self.actions = sorted({step.ask for way in self.ways for step in way.asked() if step.is_own})
        self.kinds = sorted({bind.type for bind in binds if bind.type})
        running = (catalogue().carriers[kind]["service"] for kind in self.kinds if kind in CARRIERS)
        trusted = (one for bind in binds for one in bind.trusts if "." in one)
        self.services = sorted({*running, *trusted}) or ["ec2.amazonaws.com"]
        self.accounts = (OWN, OTHER)[: rng.choice((1, 1, 2))]
        self.paths = {name: rng.choice(PATHS) if rng.random() < 0.2 else "/" for name in ROLES}
        self.policies = [f"arn:aws:iam::{OWN}:policy/{name}" for name in (*POLICIES, "edge")]
        self.people = [f"arn:aws:iam::{own}:user/{name}" for own in self.accounts for name in USERS]
        self.people += [self.role_arn(own, name) for own in self.accounts for name in (*ROLES, "admin")]
        self.things = {kind: CARRIERS[kind] for kind in self.kinds if kind in CARRIERS and rng.random() < 0.7}

    def role_arn(self, own: str, name: str) -> str:
        """The ARN of a role, with its path."""
        return f"arn:aws:iam::{own}:role{self.paths.get(name, '/')}{name}"

    def snapshot(self) -> Snapshot:
        """All of it."""
        resources = {arn: self._thing(kind, arn) for kind, arn in self.things.items()}
        tagged = [arn for arn in self.policies if self.rng.random() < 0.4]
        resources |= {arn: Resource(arn, OWN, "iam:policy", tags=self._tags()) for arn in tagged}
        accounts = {own: self._account(own) for own in self.accounts}
        organizations = self._organizations() if self.rng.random() < 0.4 else {}
        listed = frozenset((kind.lower(), OWN, "us-east-1") for kind in self.kinds if self.rng.random() < 0.5)
        return Snapshot(accounts, organizations=organizations, resources=resources, aws_managed=BUNDLED, listed=listed)

    def _condition(self) -> Mapping[str, object]:
        rng = self.rng
        if rng.random() < 0.3:
            return rng.choice(OTHERS)
        if rng.random() < 0.5:
            return {rng.choice(TESTS): {rng.choice(TEXTS): rng.choice(VALUES)}}
        some = (*self.people, *self.policies, *self.things.values(), ADMINISTRATOR, f"arn:aws:*:*:{OWN}:*")
        return {rng.choice(ARN_TESTS): {rng.choice(ARNS): rng.choice(some)}}

    def _resource(self) -> object:
        rng = self.rng
        some = (*self.people, *self.policies, *self.things.values(), f"arn:aws:iam::{OWN}:group/g")
        wide = ("role/*", "user/*", "policy/*", "user/${aws:username}", "role/${aws:PrincipalTag/team}*")
        patterns = [f"arn:aws:iam::{OWN}:{one}" for one in wide]
        return rng.choice(("*", "*", rng.choice(some), rng.choice(patterns), rng.sample(some, 2)))

    def _statement(self) -> Statement:
        rng = self.rng
        one = allow(rng.choice((self.actions, rng.sample(self.actions, 1), rng.choice(self.actions), "iam:*")))
        one |= {} if rng.random() > 0.08 else {"NotAction": "s3:*"}
        if "NotAction" in one:
            del one["Action"]
        one["Resource"] = self._resource()
        if rng.random() < 0.08:
            one["NotResource"] = one.pop("Resource")
        if rng.random() < 0.4:
            one["Condition"] = self._condition()
        return {**one, "Effect": "Deny"} if rng.random() < 0.12 else one

    def _trust(self, own: str) -> Document:
        return document(*(self._lets_in(own) for _ in range(self.rng.choice((1, 1, 2)))))

    def _lets_in(self, own: str) -> Statement:
        rng = self.rng
        who: object = rng.choice(({"AWS": own}, {"AWS": rng.choice(self.people)}, {"AWS": "*"}, {"AWS": OTHER}))
        action, condition = rng.choice(("sts:AssumeRole", "sts:AssumeRole", "sts:*")), self._condition()
        if rng.random() < 0.4:
            who, service = {"Service": rng.choice(self.services)}, rng.choice(self.kinds or [""]).partition(":")[0]
            places = (
                f"arn:aws:{service}:*:{OWN}:*",
                f"arn:aws:{service}:us-east-1:{OWN}:*prod*",
                f"arn:aws:*:*:{OWN}:*",
            )
            action, condition = "sts:AssumeRole", {rng.choice(ARN_TESTS): {"aws:SourceArn": rng.choice(places)}}
        elif rng.random() < 0.1:
            who, action = {"Federated": f"arn:aws:iam::{own}:saml-provider/idp"}, "sts:AssumeRoleWithSAML"
        effect = "Deny" if rng.random() < 0.08 else "Allow"
        one: Statement = {"Effect": effect, "Principal": who, "Action": action}
        return {**one, "Condition": condition} if rng.random() < 0.35 else one

    def _thing(self, kind: str, arn: str) -> Resource:
        rng, name = self.rng, self.rng.choice((*ROLES, "admin"))
        has_profile = kind in ("ec2:instance", "ec2:launch-template")
        runs_with = f"arn:aws:iam::{OWN}:instance-profile/{name}" if has_profile else self.role_arn(OWN, name)
        held = Resource(arn, OWN, kind.lower(), role=rng.choice((runs_with, runs_with, None)), tags=self._tags())
        if kind != "lambda:function" or rng.random() < 0.5:
            return replace(held, policy_state=Exported.NONE)
        who = rng.choice(({"AWS": OWN}, {"AWS": rng.choice(self.people)}, "*", {"Service": "events.amazonaws.com"}))
        grant = {
            "Effect": rng.choice(("Allow", "Allow", "Deny")),
            "Principal": who,
            "Action": "lambda:*",
            "Resource": arn,
        }
        return replace(held, policy=document(grant), policy_state=Exported.PRESENT)

    def _tags(self) -> tuple[tuple[str, str], ...]:
        return tuple((key, self.rng.choice(VALUES[:2])) for key in ("team", "owner") if self.rng.random() < 0.5)

    def _inline(self) -> tuple[InlinePolicy, ...]:
        count = self.rng.choice((0, 1, 1, 2))
        return tuple(InlinePolicy(f"i{one}", document(self._statement(), self._statement())) for one in range(count))

    def _attached(self, own: str) -> tuple[str, ...]:
        return tuple(arn for arn in self.policies if own == OWN and self.rng.random() < 0.25)

    def _boundary(self, own: str) -> str | None:
        return self.rng.choice(self.policies) if own == OWN and self.rng.random() < 0.2 else None

    def _account(self, own: str) -> Account:
        home = f"arn:aws:iam::{own}"
        provider = IdentityProvider(f"{home}:saml-provider/idp")
        group = Group(f"{home}:group/g", "g", "/", "AGPAG", self._inline(), self._attached(own))
        policies = {arn: self._policy(arn) for arn in self.policies if own == OWN}
        users = {name: self._user(own, name) for name in USERS}
        roles = {name: self._role(own, name) for name in ROLES}
        everything = allow("*") | ({"Condition": self._condition()} if self.rng.random() < 0.25 else {})
        admin = replace(self._role(own, "admin"), inline=(InlinePolicy("all", document(everything)),), boundary=None)
        return Account(
            own,
            "aws",
            users,
            {"g": group},
            {**roles, "admin": admin},
            policies,
            providers={provider.arn: provider},
        )

    def _user(self, own: str, name: str) -> User:
        rng = self.rng
        keys = tuple(AccessKey(f"AKIA{place}", active=True) for place in range(rng.randint(0, 2)))
        known = Credentials(console_password=rng.random() < 0.5, mfa=rng.random() < 0.5, access_keys=keys)
        return User(
            f"arn:aws:iam::{own}:user/{name}",
            name,
            "/",
            f"AIDA{name.upper()}",
            self._inline(),
            self._attached(own),
            ("g",) if rng.random() < 0.3 else (),
            self._boundary(own),
            self._tags(),
            credentials=rng.choice((None, known, known)),
        )

    def _role(self, own: str, name: str) -> Role:
        profile = InstanceProfile(f"arn:aws:iam::{own}:instance-profile/{name}", name, "/", "AIPA")
        return Role(
            self.role_arn(own, name),
            name,
            self.paths.get(name, "/"),
            f"AROA{name.upper()}",
            self._trust(own),
            self._inline(),
            self._attached(own),
            self._boundary(own),
            self._tags(),
            (profile,) if self.rng.random() < 0.6 else (),
        )

    def _policy(self, arn: str) -> ManagedPolicy:
        name, rng = arn.rpartition("/")[2], self.rng
        own = document(allow(rng.choice(("*", "s3:*", self.actions))), self._statement())
        others = [
            PolicyVersion(f"v{place}", document(allow("*")), is_default=False)
            for place in range(2, rng.choice((2, 3, 6)))
        ]
        versions = () if rng.random() < 0.04 else (PolicyVersion("v1", own, is_default=True), *others)
        return ManagedPolicy(arn, name, "/", f"ANPA{name}", "v1", versions)

    def _organizations(self) -> dict[str, Organization]:
        def denial() -> Statement:
            return {**self._statement(), "Effect": "Deny"}

        guards = {
            "p-s": OrganizationPolicy("p-s", "", "s", "SERVICE_CONTROL_POLICY", document(allow("*"), denial())),
            "p-r": OrganizationPolicy(
                "p-r", "", "r", "RESOURCE_CONTROL_POLICY", document(GUARDED, {**denial(), "Principal": "*"})
            ),
        }
        targets = {"r-1": OrganizationTarget("r-1", "Root", "ROOT", None, ("p-s",), ("p-r",))}
        targets |= {one: OrganizationTarget(one, one, "ACCOUNT", "r-1", ("p-s",), ("p-r",)) for one in self.accounts}
        manager = self.rng.choice(("999999999999", OWN))
        return {"o-1": Organization("o-1", manager, "r-1", targets, guards, scps_enabled=True, rcps_enabled=True)}
