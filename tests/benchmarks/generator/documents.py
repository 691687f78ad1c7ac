"""Policy documents as accounts have them: wildcards, variables, conditions, denies, NotAction."""

from __future__ import annotations

from random import Random
from typing import Any

Json = dict[str, Any]

USED = {
    "s3": (("GetObject", "PutObject", "DeleteObject", "List*", "Get*"), "arn:aws:s3:::{name}/*"),
    "sqs": (("SendMessage", "ReceiveMessage", "Get*"), "arn:aws:sqs:eu-central-1:{account}:{name}"),
    "sns": (("Publish", "Subscribe", "List*"), "arn:aws:sns:*:{account}:{name}"),
    "dynamodb": (("GetItem", "PutItem", "Query", "BatchGet*"), "arn:aws:dynamodb:eu-central-1:{account}:table/{name}"),
    "lambda": (("InvokeFunction", "UpdateFunctionCode", "List*"), "arn:aws:lambda:*:{account}:function:{name}"),
    "kms": (("Decrypt", "GenerateDataKey*", "Describe*"), "arn:aws:kms:eu-central-1:{account}:key/*"),
    "logs": (("CreateLogStream", "PutLogEvents"), "arn:aws:logs:*:{account}:log-group:/aws/{name}:*"),
    "secretsmanager": (("GetSecretValue",), "arn:aws:secretsmanager:*:{account}:secret:{name}-*"),
    "ec2": (("Describe*", "StartInstances", "StopInstances"), "*"),
    "iam": (("Get*", "List*", "PassRole"), "arn:aws:iam::{account}:role/{name}"),
}
CONDITIONS: tuple[Json, ...] = (
    {"StringEquals": {"aws:RequestedRegion": ["eu-central-1", "eu-west-1"]}},
    {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
    {"IpAddress": {"aws:SourceIp": ["192.0.2.0/24", "2001:db8::/32"]}},
    {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}},
    {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/service-*"}},
)
NAMES = ("orders", "ledger", "media", "audit", "search", "b")


def document(*statements: Json) -> Json:
    """Statements as a policy."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def permissions(random: Random, account: str, most: int = 9) -> Json:
    """One to `most` statements that allow, now and then one that denies or says what it does not mean."""
    return document(*(_statement(random, account, number) for number in range(random.randint(1, most))))


def _statement(random: Random, account: str, number: int) -> Json:
    service = random.choice(list(USED))
    names, resource = USED[service]
    chosen = random.sample(names, random.randint(1, len(names)))
    statement: Json = {"Sid": f"{service.title()}{number}", "Effect": "Deny" if random.random() < 0.06 else "Allow"}
    element = "NotAction" if random.random() < 0.02 else "Action"
    statement[element] = [f"{service}:{name}" for name in chosen]
    targets = random.sample(NAMES, random.randint(1, 3))
    statement["Resource"] = sorted({resource.format(account=account, name=name) for name in targets})
    if random.random() < 0.3:
        statement["Condition"] = random.choice(CONDITIONS)
    return statement


def boundary() -> Json:
    """What no developer can go beyond."""
    allowed = [f"{service}:*" for service in USED if service != "iam"]
    return document(
        {"Sid": "Services", "Effect": "Allow", "Action": allowed, "Resource": "*"},
        {"Sid": "Read", "Effect": "Allow", "Action": ["iam:Get*", "iam:List*"], "Resource": "*"},
    )


def trust(random: Random, account: str) -> Json:
    """Who may assume a role: a service, the account, another one with an external id, or a provider of tokens."""
    action, condition = "sts:AssumeRole", None
    principal: Json = {
        "Service": random.choice(("lambda.amazonaws.com", "ec2.amazonaws.com", "ecs-tasks.amazonaws.com"))
    }
    way = random.random()
    if way < 0.2:
        principal = {"AWS": f"arn:aws:iam::{account}:root"}
    elif way < 0.3:
        principal = {"AWS": "arn:aws:iam::999988887777:root"}
        condition = {"StringEquals": {"sts:ExternalId": f"{random.randrange(10**6):06}"}}
    elif way < 0.35:
        host = "token.actions.githubusercontent.com"
        principal, action = (
            {"Federated": f"arn:aws:iam::{account}:oidc-provider/{host}"},
            "sts:AssumeRoleWithWebIdentity",
        )
        condition = {"StringLike": {f"{host}:sub": "repo:example/shop:*"}}
    statement: Json = {"Effect": "Allow", "Principal": principal, "Action": action}
    return document(statement if condition is None else {**statement, "Condition": condition})
