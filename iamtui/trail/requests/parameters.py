"""Resources that the parameters of a call name, service by service (A6); names become ARNs of the call's place (A7)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import unquote

from iamtui import catalog
from iamtui.snapshot.model import Snapshot
from iamtui.trail.records import Members, items_at, strings_in, text_at
from iamtui.trail.requests.places import Where

_VARIABLE = re.compile(r"\$\{(\w+)\}")
_EC2_ID = re.compile(r"([a-z]+(?:-[a-z]+)*)-[0-9a-f]{8}(?:[0-9a-f]{9})?")
_EC2_TYPES = MappingProxyType(
    {
        "acl": "network-acl",
        "ami": "image",
        "eni": "network-interface",
        "fl": "vpc-flow-log",
        "i": "instance",
        "igw": "internet-gateway",
        "lt": "launch-template",
        "nat": "natgateway",
        "rtb": "route-table",
        "sg": "security-group",
        "snap": "snapshot",
        "subnet": "subnet",
        "vol": "volume",
        "vpc": "vpc",
        "vpce": "vpc-endpoint",
        "eipalloc": "elastic-ip",
    }
)
_OWNERLESS = ("image", "snapshot")  # their ARNs have no account


class Named(NamedTuple):
    """A resource that a call names; `note` says what of its ARN is not certain."""

    arn: str
    note: str | None = None
    owner: str | None = None


class ActionCall(NamedTuple):
    """A call as its parameters are read: the action, its parameters and response, its place, the caller's name."""

    action: catalog.Action
    parameters: Members
    where: Where
    user: str | None
    snapshot: Snapshot | None


def named_by_parameters(call: ActionCall) -> list[Named]:
    """The resources that the parameters name, each once; none where they name none that the action takes."""
    reader = _READERS.get(call.action.service, _by_template)
    found = list(dict.fromkeys(reader(call)))
    return found or list(dict.fromkeys(_by_template(call)))


def iam_arn(call: ActionCall, kind: str, name: str) -> Named:
    """The ARN of a user, role, group or profile with its path, where the snapshot knows it (A7)."""
    holder = call.snapshot.accounts.get(call.where.account) if call.snapshot is not None else None
    known = {"user": holder.users, "role": holder.roles, "group": holder.groups}.get(kind) if holder else None
    entity = known.get(name.lower()) if known is not None else None
    if entity is not None:
        return Named(entity.arn)
    return Named(call.where.arn("iam", f"{kind}/{name}", region=False), f"the path of {kind} {name} is not known")


def _s3(call: ActionCall) -> Iterator[Named]:
    bucket = text_at(call.parameters, "bucketName")
    if bucket is None:
        return
    base = bucket if bucket.startswith("arn:") else f"arn:{call.where.partition}:s3:::{bucket}"
    key = text_at(call.parameters, "key")
    takes_object = any(kind.name == "object" for kind in call.action.resource_types)
    if takes_object:
        yield Named(f"{base}/{key if key is not None else '*'}", None if key else "which objects is not recorded")
    else:
        yield Named(base)


def copy_source(parameters: Members, partition: str) -> str | None:
    """The ARN of the object that a copy reads."""
    source = text_at(parameters, "x-amz-copy-source")
    if source is None:
        return None
    plain = unquote(source).lstrip("/").partition("?versionId=")[0]
    return plain if plain.startswith("arn:") else f"arn:{partition}:s3:::{plain}"


def _iam(call: ActionCall) -> Iterator[Named]:
    parameters, kinds = call.parameters, {kind.name for kind in call.action.resource_types}
    for member, kind in (("userName", "user"), ("roleName", "role"), ("groupName", "group")):
        name = text_at(parameters, member)
        if name is not None and (kind in kinds or not kinds):
            yield iam_arn(call, kind, name)
            return
    if (profile := text_at(parameters, "instanceProfileName")) is not None:
        yield iam_arn(call, "instance-profile", profile)
        return
    for name in ("policyArn", "serialNumber", *(name for name in parameters if name.lower().endswith("providerarn"))):
        value = text_at(parameters, name)
        if value is not None and value.startswith("arn:"):
            yield Named(value)
            return
    if "user" in kinds and call.user is not None:
        yield iam_arn(call, "user", call.user)  # without a name IAM takes the caller's


def _sts(call: ActionCall) -> Iterator[Named]:
    for member in ("roleArn", "targetPrincipal"):
        if (value := text_at(call.parameters, member)) is not None and value.startswith("arn:"):
            yield Named(value)
    name = text_at(call.parameters, "name")
    if call.action.name == "GetFederationToken" and name is not None:
        yield Named(call.where.arn("sts", f"federated-user/{name}", region=False))


def _ec2(call: ActionCall) -> Iterator[Named]:
    taken = {kind.name for kind in call.action.resource_types}
    for text in strings_in(call.parameters):
        found = _EC2_ID.fullmatch(text)
        kind = _EC2_TYPES.get(found[1]) if found is not None else None
        if kind is not None and kind in taken:
            yield Named(call.where.arn("ec2", f"{kind}/{text}", account=kind not in _OWNERLESS))
    key = text_at(call.parameters, "keyName")
    if key is not None and "key-pair" in taken:
        yield Named(call.where.arn("ec2", f"key-pair/{key}"))
    if call.action.name == "RunInstances":
        made = ("instance", "network-interface", "volume")
        yield from (Named(call.where.arn("ec2", f"{kind}/*"), "made by the call") for kind in made)


def _kms(call: ActionCall) -> Iterator[Named]:
    key = text_at(call.parameters, "keyId")
    if key is None:
        return
    arn = key if key.startswith("arn:") else call.where.arn("kms", key if key.startswith("alias/") else f"key/{key}")
    yield _key_behind(call, arn) if ":alias/" in arn else Named(arn)


def _key_behind(call: ActionCall, alias: str) -> Named:
    found = None if call.snapshot is None else call.snapshot.key_behind(alias)
    return Named(alias, f"which key {alias} stands for is not known") if found is None else Named(found.arn)


def _secretsmanager(call: ActionCall) -> Iterator[Named]:
    names = [text_at(call.parameters, "secretId"), *items_at(call.parameters, "secretIdList")]
    for name in names:
        if isinstance(name, str) and name:
            if name.startswith("arn:"):
                yield Named(name)
            else:
                arn = call.where.arn("secretsmanager", f"secret:{name}-??????")
                yield Named(arn, "the last six characters of the secret's ARN are not recorded")


def _ssm(call: ActionCall) -> Iterator[Named]:
    taken = {kind.name for kind in call.action.resource_types}
    for name in (text_at(call.parameters, "name"), *items_at(call.parameters, "names")):
        if isinstance(name, str) and name and "parameter" in taken:
            arn = call.where.arn("ssm", f"parameter/{name.lstrip('/')}")
            yield Named(name if name.startswith("arn:") else arn)
    document = text_at(call.parameters, "documentName")
    if document is not None and "document" in taken:
        is_aws = document.startswith(("AWS-", "AWSSupport-", "AWSEC2-"))
        arn = call.where.arn("ssm", f"document/{document}", account=not is_aws)
        yield Named(document if document.startswith("arn:") else arn)
    for instance in items_at(call.parameters, "instanceIds"):
        if isinstance(instance, str) and instance.startswith("i-"):
            yield Named(call.where.arn("ec2", f"instance/{instance}"))


def _sqs(call: ActionCall) -> Iterator[Named]:
    url = text_at(call.parameters, "queueUrl")
    parts = url.rstrip("/").split("/") if url is not None else []
    if len(parts) >= 2:
        yield Named(f"arn:{call.where.partition}:sqs:{call.where.region}:{parts[-2]}:{parts[-1]}")
    elif (name := text_at(call.parameters, "queueName")) is not None:
        yield Named(call.where.arn("sqs", name))


def _lambda(call: ActionCall) -> Iterator[Named]:
    name = text_at(call.parameters, "functionName")
    if name is None or not any(kind.name.startswith("function") for kind in call.action.resource_types):
        return
    if name.startswith("arn:"):
        yield Named(":".join(name.split(":")[:7]))  # without its qualifier
        return
    account, _, rest = name.rpartition(":function:") if ":function:" in name else ("", "", name)
    where = call.where if not account else Where(call.where.partition, call.where.region, account)
    yield Named(where.arn("lambda", f"function:{rest.partition(':')[0]}"))


def _rds(call: ActionCall) -> Iterator[Named]:
    for member, kind in _RDS:
        name = text_at(call.parameters, member)
        if name is not None:
            yield Named(name if name.startswith("arn:") else call.where.arn("rds", f"{kind}:{name}"))


_RDS = (
    ("dBSnapshotIdentifier", "snapshot"),
    ("dBClusterSnapshotIdentifier", "cluster-snapshot"),
    ("dBInstanceIdentifier", "db"),
    ("dBClusterIdentifier", "cluster"),
)


def _logs(call: ActionCall) -> Iterator[Named]:
    group = text_at(call.parameters, "logGroupName")
    if group is None:
        return
    stream = text_at(call.parameters, "logStreamName")
    if stream is not None and any(kind.name == "log-stream" for kind in call.action.resource_types):
        yield Named(call.where.arn("logs", f"log-group:{group}:log-stream:{stream}"))
    else:
        yield Named(call.where.arn("logs", f"log-group:{group}:*"))


def _cloudtrail(call: ActionCall) -> Iterator[Named]:
    name = text_at(call.parameters, "name") or text_at(call.parameters, "trailName")
    if name is not None:
        yield Named(name if name.startswith("arn:") else call.where.arn("cloudtrail", f"trail/{name}"))


def _ecr(call: ActionCall) -> Iterator[Named]:
    name = text_at(call.parameters, "repositoryName")
    if name is not None:
        where = Where(
            call.where.partition, call.where.region, text_at(call.parameters, "registryId") or call.where.account
        )
        yield Named(where.arn("ecr", f"repository/{name}"))


def _by_template(call: ActionCall) -> Iterator[Named]:
    """Parameters that are ARNs of what the action takes, or are called as the part of a resource type's ARN."""
    given = {name.lower(): value for name, value in call.parameters.items() if isinstance(value, str) and value}
    for kind in call.action.resource_types:
        found = catalog.resource_type(call.action.service, kind.name)
        if found is None:
            continue
        known = {"partition": call.where.partition, "region": call.where.region, "account": call.where.account}
        for name in _VARIABLE.findall(found.arn_template):
            value = given.get(name.lower().removesuffix("withpath"))
            if value is not None and not value.startswith("arn:"):
                known.setdefault(name.lower(), value)
        if all(name.lower() in known for name in _VARIABLE.findall(found.arn_template)):
            yield Named(_VARIABLE.sub(lambda part, known=known: known[part[1].lower()], found.arn_template))  # type: ignore[misc]
    for value in given.values():
        if value.startswith("arn:") and call.action.resource_types and catalog.fits(call.action, value):
            yield Named(value)


_READERS: Mapping[str, Callable[[ActionCall], Iterator[Named]]] = MappingProxyType(
    {
        "cloudtrail": _cloudtrail,
        "ec2": _ec2,
        "ecr": _ecr,
        "iam": _iam,
        "kms": _kms,
        "lambda": _lambda,
        "logs": _logs,
        "rds": _rds,
        "s3": _s3,
        "secretsmanager": _secretsmanager,
        "sqs": _sqs,
        "ssm": _ssm,
        "sts": _sts,
    }
)
