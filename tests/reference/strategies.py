"""Scenario cases at random, with alphabets so small that things match.

Every generator takes a `random.Random`, so that the same code serves hypothesis and long runs from a seed:

    @given(scenario_cases())                     # shrinks
    def test_product_agrees(case): ...

    for case in cases_from_seed(7, 100_000): ... # fast

A case has its own `policies` and is what `reference_decide` takes. Three kinds of cases:

* `random_case`: the whole engine, every layer and principal kind. About 27 % are allowed, 23 % explicit denies.
* `random_condition_case`: one identity policy with one rich condition: operators, sets, missing keys, variables.
* `random_resource_case`: one policy with one resource pattern over an alphabet of colons and wildcards.

What the specification leaves open is not generated (the final word on such a case is nobody's): session policies
on a bare role or a user, an empty `session`, NotPrincipal with Deny for a role without session name or for a
federated user, `*` in a trust policy for an external identity, a bare `*` action in an RCP, tags as lists in
variables with defaults, an empty list of values with
a negated IfExists, with ForAnyValue…IfExists, with ArnNotEquals, or for a multivalued key without set operator.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from hypothesis import strategies as st

HOME, AWAY, MANAGEMENT = "111122223333", "444455556666", "777788889999"
USER = f"arn:aws:iam::{HOME}:user/alice"
ROLE = f"arn:aws:iam::{HOME}:role/app"
SESSION = f"arn:aws:sts::{HOME}:assumed-role/app/s1"
FEDERATED = f"arn:aws:sts::{HOME}:federated-user/alice"
ROOT = f"arn:aws:iam::{HOME}:root"
LINKED = f"arn:aws:iam::{HOME}:role/aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup"
SERVICE = "lambda.amazonaws.com"
SAML = f"arn:aws:iam::{HOME}:saml-provider/corp"
OIDC = f"arn:aws:iam::{HOME}:oidc-provider/issuer.example"
CALLERS = [USER, USER, USER, SESSION, SESSION, SESSION, ROLE, FEDERATED, FEDERATED, ROOT, SERVICE, "anonymous", LINKED]
EXTERNAL = {
    SAML: "sts:AssumeRoleWithSAML",
    OIDC: "sts:AssumeRoleWithWebIdentity",
    "accounts.google.com": "sts:AssumeRoleWithWebIdentity",
}
ENTRIES: list[Any] = [
    "*",
    *(
        {"AWS": value}
        for value in ("*", HOME, ROOT, AWAY, USER, ROLE, SESSION, FEDERATED, [USER, ROLE], [HOME, SESSION])
    ),
    *({"AWS": value} for value in (f"arn:aws:iam::{HOME}:user/bob", f"arn:aws:iam::{HOME}:role/*", LINKED)),
    *({"Service": value} for value in (SERVICE, "ec2.amazonaws.com", [SERVICE, "s3.amazonaws.com"])),
    {"Service": SERVICE, "AWS": USER},
    {"Federated": "graph.facebook.com"},
    {"AWS": f"arn:aws:iam::{HOME}:role/data/app"},
    {"AWS": [f"arn:aws:iam::{HOME}:role/data/APP", USER]},
]
SPARED: list[Any] = [
    *({"AWS": value} for value in ([USER, ROOT], [SESSION, ROLE, HOME], [SESSION, HOME], USER, HOME, [USER, SESSION])),
    {"Service": SERVICE},
    {"AWS": [USER, SESSION, ROLE, HOME], "Service": SERVICE},
]
FULL = {
    "name": "FullAWSAccess",
    "document": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]},
}


class Scene:
    """What a case is about: its action, its resource and the patterns that may meet them."""

    def __init__(self, action: str, resource: str, *, others: tuple[str, ...] = (), near: tuple[Any, ...] = ()) -> None:
        self.action = action
        self.resource = resource
        prefix, _, verb = action.partition(":")
        self.prefix = prefix
        self.actions: list[Any] = [
            action,
            action,
            f"{prefix}:*",
            f"{prefix}:*",
            "*",
            f"{prefix.upper()}:{verb[:3]}*",
            [action, "ec2:*"],
        ]
        self.actions += [f"{prefix}:?{verb[1:]}", f"{prefix}:{verb[:-1]}", *others]
        self.resources: list[Any] = [
            "*",
            "*",
            "*",
            resource,
            *near,
            [resource, "arn:aws:ec2:*:*:instance/*"],
            "arn:aws:s3:::nowhere/*",
        ]


def scenes(account: str) -> list[Scene]:
    """The scenes whose resource belongs to this account."""
    queue = f"arn:aws:sqs:eu-central-1:{account}:alice"
    key = f"arn:aws:kms:eu-central-1:{account}:key/k1"
    target = f"arn:aws:iam::{account}:role/target"
    bucket = (
        *("arn:aws:s3:::b/*", "arn:aws:s3:::b/alice/?", "arn:aws:s3:::*", "arn:aws:s3:::b/${aws:username}/*"),
        *(
            "arn:aws:s3:::b/${aws:PrincipalTag/team, 'alice'}/x",
            "arn:aws:s3:::b",
            ["arn:aws:s3:::b", "arn:aws:s3:::b/*"],
        ),
    )
    queues = (
        f"arn:aws:sqs:*:{account}:*",
        "arn:aws:sqs:eu-*-1:*:alice",
        "arn:aws:sqs:*:*:${aws:username}",
        f"arn:aws:sqs:*:{account}",
    )
    return [
        Scene("s3:GetObject", "arn:aws:s3:::b/alice/x", others=("s3:Put*", "s3:*Object"), near=bucket),
        Scene("s3:GetObject", "arn:aws:s3:::b/alice/x", others=("s3:Put*", "s3:*Object"), near=bucket),
        Scene("s3:PutBucketPolicy", "arn:aws:s3:::b", others=("s3:*Policy", "s3:Get*"), near=bucket),
        Scene("sqs:SendMessage", queue, others=("sqs:Send*", "sns:*"), near=queues),
        Scene("kms:Decrypt", key, others=("kms:De*", "kms:Describe*"), near=(f"arn:aws:kms:*:{account}:key/*",)),
        Scene("sts:AssumeRole", target, others=("sts:Tag*", "sts:*"), near=(f"arn:aws:iam::{account}:role/*",)),
        Scene("kms:PutKeyPolicy", key, others=("kms:Put*",), near=(f"arn:aws:kms:*:{account}:key/*",)),
        Scene("kinesis:StartStreamEncryption", key, others=("kms:*",), near=(f"arn:aws:kms:*:{account}:key/*",)),
        Scene("sqs:SetQueueAttributes", queue, others=("sqs:Set*",), near=queues),
    ]


def small_scenes() -> list[Scene]:
    """Scenes within the caller's account that no resource policy concerns, and those that no policy decides."""
    return [
        Scene("s3:ListAllMyBuckets", "*", others=("s3:List*",)),
        Scene("iam:GetUser", USER, near=(f"arn:aws:iam::{HOME}:user/*", f"arn:aws:iam::{HOME}:user/${{aws:username}}")),
        Scene("iam:ListUsers", "*", near=(f"arn:aws:iam::{HOME}:user/*", "arn:aws:iam::*:*", f"arn:aws:iam::{AWAY}:*")),
        Scene(
            "logs:DescribeLogGroups", "*", near=(f"arn:aws:logs:*:{HOME}:log-group:*", "arn:aws:logs", "arn:aws:iam")
        ),
        Scene("iam:PutRolePolicy", LINKED, near=(f"arn:aws:iam::{HOME}:role/*",)),
        Scene("sts:GetCallerIdentity", "*"),
        Scene("sts:GetSessionToken", "*"),
        Scene("ec2:StopInstances", f"arn:aws:ec2:eu-central-1:{HOME}:instance/i-1", near=("arn:aws:ec2",)),
    ]


def one(rng: Random, *choices: Any) -> Any:
    """One of the choices."""
    return choices[rng.randrange(len(choices))]


def chance(rng: Random, percent: int) -> bool:
    """True in so many of a hundred cases."""
    return rng.randrange(100) < percent


# --- conditions -------------------------------------------------------------------------------------------

TEXTS = ["red", "Red", "blue", "r*", "re?", "alice", "a/b:c", "${aws:username}", "${aws:PrincipalTag/none}", "${*}"]
TEXTS += ["${aws:PrincipalTag/team, 'red'}", "*", "x${aws:username}"]
NUMBERS = ["1", "2", "10", "10.0", "-3", "1.5", "many", 2]
DATES = [
    "2026-01-01T00:00:00Z",
    "2026-01-01",
    "2025-12-31T23:59:59Z",
    "2026-01-01T02:00:00+02:00",
    "1767225600",
    "never",
]
NETWORKS = ["203.0.113.0/24", "203.0.113.7", "203.0.0.0/8", "198.51.100.0/24", "2001:db8::/32", "0.0.0.0/0", "nowhere"]
ARNS = [
    USER,
    ROLE,
    f"arn:aws:iam::{HOME}:*",
    f"arn:aws:iam::{HOME}:user/*",
    "arn:aws:iam::*:role/a?p",
    "*",
    "arn:aws:iam",
    "arn:*:app",
]
ARNS += ["arn:aws:iam::${aws:PrincipalAccount}:user/${aws:username}", f"arn:aws:sts::{HOME}:federated-user/*"]
BOOLEANS: list[Any] = ["true", "false", "True", True, False]
STRING_OPERATORS = [
    "StringEquals",
    "StringNotEquals",
    "StringLike",
    "StringNotLike",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
]
ORDERS = ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"]
FAMILIES: list[tuple[list[str], list[Any]]] = [
    (STRING_OPERATORS, TEXTS),
    (["Numeric" + order for order in ORDERS], NUMBERS),
    (["Date" + order for order in ORDERS], DATES),
    (["Bool"], BOOLEANS),
    (["IpAddress", "NotIpAddress"], NETWORKS),
    (["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"], ARNS),
    (["BinaryEquals"], ["cmVk", "Ymx1ZQ==", "?"]),
]
TYPED_KEYS: list[tuple[str, int]] = [
    *(("aws:PrincipalTag/team", 0), ("aws:username", 0), ("aws:RequestTag/k", 0), ("AWS:principaltag/TEAM", 0)),
    *(("aws:MultiFactorAuthAge", 1), ("aws:CurrentTime", 2), ("aws:EpochTime", 1), ("aws:EpochTime", 2)),
    *(("aws:MultiFactorAuthPresent", 3), ("aws:SecureTransport", 3), ("aws:PrincipalIsAWSService", 3)),
    *(("aws:SourceIp", 4), ("aws:PrincipalArn", 5), ("aws:TagKeys", 0), ("aws:RequestTag/k", 6)),
]
PUBLIC_LINES: list[dict[str, Any]] = [
    {"StringEquals": {"aws:PrincipalOrgID": "o-1"}},
    {"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}},
    {"StringLike": {"aws:PrincipalOrgID": "o-*"}},
    {"IpAddress": {"aws:SourceIp": "203.0.0.0/8"}},
    {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "128.0.0.0/6"]}},
    {"IpAddress": {"aws:SourceIp": ["2001:db8::/32", "fc00::/7"]}},
    {"IpAddress": {"aws:SourceIp": "2600::/31"}},
    {"StringEqualsIfExists": {"aws:SourceVpce": "vpce-1"}},
    {"StringEquals": {"aws:PrincipalAccount": HOME}, "Bool": {"aws:SecureTransport": "true"}},
]
"""Conditions by which S13 and S14 judge; a bucket under RestrictPublicBuckets gets no others."""


def random_values(rng: Random, pool: list[Any]) -> Any:
    """One value, or a list of up to three; now and then a dozen, which are compared at once."""
    if chance(rng, 55):
        return one(rng, *pool)
    if chance(rng, 10):
        return [one(rng, *pool) for _ in range(12)]
    return [one(rng, *pool) for _ in range(one(rng, 0, 1, 1, 2, 2, 3))]


def random_line(rng: Random) -> tuple[str, str, Any]:
    """An operator, a key and values; now and then of types that do not fit each other."""
    key, family = one(rng, *TYPED_KEYS)
    operators, pool = FAMILIES[family if chance(rng, 92) else rng.randrange(len(FAMILIES))]
    if chance(rng, 8):
        return "Null", key, random_values(rng, ["true", "false", True])
    operator, values = one(rng, *operators), random_values(rng, pool)
    quantifier = one(rng, "ForAllValues:", "ForAnyValue:") if chance(rng, 75 if key == "aws:TagKeys" else 8) else ""
    if values == [] and (operator.startswith("ArnNot") or (key == "aws:TagKeys" and not quantifier)):
        values = ["*"]
    if_exists = chance(rng, 20) and not (values == [] and (quantifier or "Not" in operator))
    name = f"{quantifier}{operator}{'IfExists' if if_exists else ''}"
    return name.lower() if chance(rng, 3) else name, key, values


def random_condition(rng: Random, lines: int = 2) -> dict[str, Any]:
    """A condition block of at least one line."""
    condition: dict[str, dict[str, Any]] = {}
    for _ in range(rng.randrange(lines) + 1):
        operator, key, values = random_line(rng)
        block = condition.setdefault(operator, {})
        if key.lower() not in {known.lower() for known in block}:
            block[key] = values
    return condition


def random_context(rng: Random, *, service: bool = False) -> dict[str, Any]:
    """What the request states. The clock is always given, so that no two evaluators disagree on it."""
    context: dict[str, Any] = {
        "aws:CurrentTime": one(rng, *DATES[:4]),
        "aws:EpochTime": one(rng, 1767225600, 1767225599, "2026-01-01T00:00:00Z"),
    }

    def maybe(percent: int, key: str, *values: Any) -> None:
        if chance(rng, percent):
            context[key] = one(rng, *values)

    maybe(55, one(rng, "aws:PrincipalTag/team", "aws:PrincipalTag/Team"), "red", "blue", "Red", "*", "", None, "alice")
    maybe(40, "aws:SourceIp", "203.0.113.7", "198.51.100.1", "2001:db8::1", "?")
    maybe(25, "aws:MultiFactorAuthPresent", "true", "false", None)
    maybe(30, "aws:MultiFactorAuthAge", "2", 10, "1.5", "old")
    maybe(40, "aws:TagKeys", [], ["red"], ["red", "blue"], ["alice", "x"], [""])
    maybe(30, "aws:RequestTag/k", "red", "cmVk", "alice", "a/b:c", "")
    maybe(15, "aws:SecureTransport", "false", True)
    maybe(6, "aws:username", "bob", None)
    maybe(4, "aws:TokenIssueTime", "2026-01-01T00:00:00Z")
    maybe(25, "aws:PrincipalOrgID", "o-1", "o-2")
    if service:
        maybe(50, "aws:SourceAccount", HOME, AWAY)
    return context


# --- statements and documents -----------------------------------------------------------------------------


def random_principal(rng: Random, caller: str) -> Any:
    """A Principal element, leaning towards the caller."""
    if chance(rng, 55):
        own: dict[str, Any] = {
            USER: {"AWS": USER},
            SESSION: one(rng, {"AWS": SESSION}, {"AWS": ROLE}),
            ROLE: {"AWS": ROLE},
            FEDERATED: one(rng, {"AWS": FEDERATED}, {"AWS": USER}),
            ROOT: {"AWS": HOME},
            SERVICE: {"Service": SERVICE},
            LINKED: {"AWS": LINKED},
            "anonymous": "*",
        }
        return own.get(caller, {"Federated": caller})
    if caller in EXTERNAL and chance(rng, 50):
        return {"Federated": one(rng, *EXTERNAL)}
    return one(rng, *ENTRIES)


def put_principal(statement: dict[str, Any], rng: Random, kind: str, caller: str) -> None:
    """Add the element that says whom a statement of a resource-based policy means."""
    denies = statement["Effect"] == "Deny"
    strict = caller in (USER, SESSION, ROOT, SERVICE, "anonymous")
    if kind == "rcp":
        statement["Principal"] = "*"
    elif kind == "resource" and chance(rng, 12) and (strict or not denies) and caller not in EXTERNAL:
        statement["NotPrincipal"] = one(rng, *SPARED)
    else:
        statement["Principal"] = random_principal(rng, caller)
        if (
            caller in EXTERNAL
            and not denies
            and "*"
            in (
                statement["Principal"],
                statement["Principal"].get("AWS", "") if isinstance(statement["Principal"], dict) else "",
            )
        ):
            statement["Principal"] = {"Federated": caller}


def random_statement(
    rng: Random, kind: str, scene: Scene, caller: str, *, denying: int = 22, public: bool = False
) -> dict[str, Any]:
    """One statement that its policy type takes; `kind` is the layer, or `trust`."""
    statement: dict[str, Any] = {"Effect": "Deny" if kind == "rcp" or chance(rng, denying) else "Allow"}
    if kind in ("resource", "trust", "rcp", "vpc_endpoint"):
        put_principal(statement, rng, kind, caller)
    if kind != "rcp" and chance(rng, 10):
        statement["NotAction"] = one(rng, *scene.actions, "iam:*", ["ec2:*", "iam:Get*"])
    else:
        actions = [pattern for pattern in scene.actions if kind != "rcp" or pattern != "*"]
        statement["Action"] = (
            one(rng, *actions, "ec2:*") if chance(rng, 92) else one(rng, [], "s3", "*:*", f"{scene.prefix}:Get*")
        )
        if kind == "rcp" and statement["Action"] == "*:*":
            statement["Action"] = scene.action
    if kind != "trust":
        element = "NotResource" if chance(rng, 10) else "Resource"
        statement[element] = one(rng, *scene.resources)
    if chance(rng, 40 if statement["Effect"] == "Allow" else 45):
        statement["Condition"] = one(rng, *PUBLIC_LINES) if public else random_condition(rng)
    return statement


def random_document(
    rng: Random, kind: str, scene: Scene, caller: str, *, broad: int = 0, public: bool = False
) -> dict[str, Any]:
    """A document of one to three statements; in `broad` of a hundred the first one allows everything."""
    statements = [random_statement(rng, kind, scene, caller, public=public) for _ in range(one(rng, 1, 1, 2, 3))]
    if chance(rng, broad):
        wide: dict[str, Any] = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        if kind == "vpc_endpoint":
            wide["Principal"] = "*"
        statements[0] = wide
    version = "2012-10-17" if kind in ("scp", "rcp") or chance(rng, 85) else one(rng, "2008-10-17", None)
    document: dict[str, Any] = {"Version": version} if version else {}
    document["Statement"] = statements[0] if len(statements) == 1 and chance(rng, 15) else statements
    return document


def named(rng: Random, kind: str, scene: Scene, caller: str, *, count: int, broad: int = 0) -> list[dict[str, Any]]:
    """Documents with names that are unique in a case."""
    return [
        {"name": f"{kind}-{i}", "document": random_document(rng, kind, scene, caller, broad=broad)}
        for i in range(count)
    ]


def random_levels(rng: Random, kind: str, scene: Scene, caller: str) -> list[dict[str, Any]]:
    """One to three levels of an organization, root first."""
    levels = []
    for depth in range(one(rng, 1, 2, 3)):
        policies = [FULL] if kind == "scp" and chance(rng, 88) else []
        more = named(rng, kind, scene, caller, count=one(rng, 0, 0, 1))
        policies += [{"name": f"{policy['name']}-{depth}", "document": policy["document"]} for policy in more]
        levels.append({"target": f"level-{depth}", "policies": policies})
    return levels


# --- cases ------------------------------------------------------------------------------------------------


def random_case(rng: Random) -> dict[str, Any]:
    """A whole case: any principal, any layer."""
    caller = one(rng, *CALLERS)
    owner = one(rng, HOME, HOME, AWAY)
    scene = one(rng, *scenes(owner)) if chance(rng, 85) else one(rng, *small_scenes())
    trust = scene.action == "sts:AssumeRole"
    if trust and chance(rng, 30):
        caller = one(rng, *EXTERNAL, "anonymous")
        call = EXTERNAL.get(caller, "sts:AssumeRoleWithSAML")
        scene = Scene(call, scene.resource, others=("sts:AssumeRole*",))
    request: dict[str, Any] = {"principal": caller, "action": scene.action}
    if scene.resource != "*" or chance(rng, 50):
        request["resource"] = scene.resource
    if ":s3:::" in scene.resource:
        request["resource_account"] = owner
    elif caller in (SERVICE, "anonymous", *EXTERNAL) and scene.resource == "*":
        request["resource_account"] = HOME
    request["context"] = random_context(rng, service=caller == SERVICE)
    return {
        "name": "random",
        "request": request,
        "policies": random_policies(rng, scene, caller, trust=trust),
        "expect": "denied",
    }


def random_policies(rng: Random, scene: Scene, caller: str, *, trust: bool) -> dict[str, Any]:
    """The `policies` of a case; among them some that do not concern its principal."""
    policies: dict[str, Any] = {}
    private = scene.prefix == "s3" and chance(rng, 40)
    if chance(rng, 88):
        policies["identity"] = named(rng, "identity", scene, caller, count=one(rng, 1, 1, 2), broad=20)
    if chance(rng, 25):
        policies["permissions_boundary"] = named(
            rng, "permissions_boundary", scene, caller, count=one(rng, 0, 1, 1, 1, 1), broad=60
        )
    if (caller == SESSION and chance(rng, 35)) or (caller == FEDERATED and chance(rng, 75)):
        policies["session"] = named(rng, "session", scene, caller, count=one(rng, 1, 1, 2), broad=60)
    if (trust or ":" in scene.resource) and scene.prefix != "iam" and chance(rng, 88):
        policies["resource"] = random_document(rng, "trust" if trust else "resource", scene, caller, public=private)
    if chance(rng, 22):
        policies["scps"] = random_levels(rng, "scp", scene, caller)
    if chance(rng, 20):
        policies["rcps"] = random_levels(rng, "rcp", scene, caller)
    if chance(rng, 15):
        policies["vpc_endpoint"] = named(rng, "vpc_endpoint", scene, caller, count=one(rng, 0, 1, 1, 1, 1, 2), broad=75)
    if private:
        policies["s3_block_public_access"] = True
    if chance(rng, 12):
        policies["management_account"] = one(rng, [HOME], [AWAY], [MANAGEMENT], [HOME, AWAY])
    return policies


def random_condition_case(rng: Random) -> dict[str, Any]:
    """One identity policy whose condition decides; every operator, set operator and state of a key."""
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": random_condition(rng, 1)}
    document: dict[str, Any] = {
        "Version": one(rng, "2012-10-17", "2012-10-17", "2012-10-17", "2008-10-17"),
        "Statement": [statement],
    }
    if document["Version"] == "2008-10-17" and "${*}" in str(statement):
        document["Version"] = "2012-10-17"
    request = {
        "principal": one(rng, USER, SESSION, FEDERATED),
        "action": "s3:GetObject",
        "resource": "arn:aws:s3:::b/x",
        "context": random_context(rng),
    }
    policies: dict[str, Any] = {"identity": [{"name": "p", "document": document}]}
    if request["principal"] == FEDERATED:
        policies["session"] = [FULL]
    return {"name": "condition", "request": request, "policies": policies, "expect": "denied"}


SEGMENTS = ["", "a", "ab", "*", "a*", "*b", "a*b", "?", "a?", "*?", "?*a"]


def random_resource_case(rng: Random) -> dict[str, Any]:
    """One resource pattern against one ARN over a tiny alphabet (L30-L38)."""
    arn = "arn:aws:" + ":".join(one(rng, "a", "ab", "b", "") if i else one(rng, "a", "ab") for i in range(3)) + ":"
    arn += "".join(one(rng, "a", "b", ":", "/", "a:b") for _ in range(rng.randrange(5) + 1))
    if chance(rng, 50):
        pattern = "".join(one(rng, char, char, char, "*", "?", "") if i > 7 else char for i, char in enumerate(arn))
    else:
        pattern = ":".join(
            [
                "arn",
                one(rng, "aws", "aws", "*", "a*"),
                *(one(rng, *SEGMENTS) for _ in range(one(rng, 1, 2, 3, 4, 4, 4, 5))),
            ]
        )
    statement = {"Effect": "Allow", "Action": "*", one(rng, "Resource", "Resource", "NotResource"): pattern}
    policy = {"name": "p", "document": {"Version": "2012-10-17", "Statement": [statement]}}
    request = {"principal": SESSION, "action": "x:Y", "resource": arn, "resource_account": HOME, "context": {}}
    policies: dict[str, Any] = {"identity": [policy]}
    if chance(rng, 40):
        policies = {"identity": [FULL], one(rng, "session", "permissions_boundary"): [policy]}
    elif chance(rng, 25):
        policies = {"identity": [FULL], "scps": [{"target": "r", "policies": [policy]}]}
    return {"name": "resource", "request": request, "policies": policies, "expect": "denied"}


GENERATORS: tuple[Callable[[Random], dict[str, Any]], ...] = (random_case, random_condition_case, random_resource_case)


def cases_from_seed(seed: int, count: int) -> Iterator[dict[str, Any]]:
    """A reproducible stream: half whole cases, a quarter each of the two narrow kinds."""
    rng = Random(seed)  # noqa: S311 - test data, not secrets
    for number in range(count):
        generate = (random_case, random_condition_case, random_case, random_resource_case)[number % 4]
        yield generate(rng)


def scenario_cases() -> st.SearchStrategy[dict[str, Any]]:
    """Whole cases for hypothesis, each of its own, so that a test may change it."""
    return st.randoms(use_true_random=False).map(random_case).map(copy.deepcopy)


def condition_cases() -> st.SearchStrategy[dict[str, Any]]:
    """Cases that one condition decides, for hypothesis."""
    return st.randoms(use_true_random=False).map(random_condition_case)


def resource_cases() -> st.SearchStrategy[dict[str, Any]]:
    """Cases that one resource pattern decides, for hypothesis."""
    return st.randoms(use_true_random=False).map(random_resource_case)
