"""Resources, endpoints and settings of the accounts of a store (I111, I112, I116)."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

import msgspec

from iamtui.files.source import MalformedError
from iamtui.snapshot.facts import AccountFact, EndpointFact, Fact, ResourceFact
from iamtui.snapshot.model import Exported, VpcEndpoint
from iamtui.snapshot.readers.iam_collect.folder import Folder, Metadata
from iamtui.snapshot.readers.public_access import Block, block_of
from iamtui.snapshot.readers.reader import Intake
from iamtui.snapshot.resource_kinds import kind_of, name_in


class _Bucket(msgspec.Struct, rename="camel"):
    account_id: str
    region: str | None = None


def facts_of_account(folder: Folder, intake: Intake) -> Iterator[Fact]:
    """What a folder below `accounts/ACCOUNT` says, IAM apart."""
    partition, _, account, *place = folder.place
    if not place:
        block = block_of(_block(folder, "s3-bpa"))
        yield AccountFact(account=account, public_access_block=block, in_organization="organization" in folder)
        return
    if "metadata" not in folder and "policy" not in folder:
        return
    metadata = folder.metadata()
    if len(place) == 1 and metadata.arn is None:
        raise MalformedError("", "expected a folder for each resource below that of its service")
    if place[0] == "ec2" and "vpc-endpoint" in place:
        yield _endpoint(folder, metadata, account, intake)
        return
    arn = metadata.arn or _arn(partition, account, tuple(place), metadata.name)
    document = intake.document(folder.raw("policy"), "policy.json")
    yield ResourceFact(
        kind=kind_of(arn),
        name=name_in(arn),
        arn=arn,
        account=account,
        region=metadata.region,
        policy=document,
        policy_state=Exported.NONE if document is None else Exported.PRESENT,
        tags=folder.tags(),
        public_access_block=block_of(_block(folder, "bpa")),
        bucket=metadata.bucket,
        bucket_account=metadata.bucket_account,
    )


def _endpoint(folder: Folder, metadata: Metadata, account: str, intake: Intake) -> EndpointFact:
    return EndpointFact(
        VpcEndpoint(
            endpoint_id=metadata.id or folder.place[-1],
            vpc_id=(metadata.vpc or "").rpartition("/")[2] or None,
            service_name=metadata.service_name or "",
            endpoint_type=metadata.type or "Gateway",
            owner=account,
            policy=intake.document(folder.raw("endpoint-policy"), "endpoint-policy.json"),
        )
    )


def facts_of_indexes(folder: Folder) -> Iterator[Fact]:
    """Which account owns a bucket that no folder shows (I116)."""
    for name, bucket in (folder.get("buckets-to-accounts", dict[str, _Bucket]) or {}).items():
        yield ResourceFact("s3:bucket", name, account=bucket.account_id, region=bucket.region)


def _arn(partition: str, account: str, place: tuple[str, ...], name: str | None) -> str:
    """The ARN that the folders stand for (I112); paths are in lower case, so a name inside counts first."""
    service, *middle, last = place
    resource = unquote(last)
    if name is not None and name.lower() == resource.lower():
        resource = name
    if service == "s3" and not middle:
        return f"arn:{partition}:s3:::{resource}"
    region = middle[0] if middle else ""
    separator = ":" if service in ("lambda", "secretsmanager") else "/"
    typed = separator.join((*middle[1:], resource))
    return f"arn:{partition}:{service}:{region}:{account}:{typed}"


def _block(folder: Folder, aspect: str) -> Block | None:
    settings = folder.get(aspect, dict[str, bool | None])
    if settings is None:
        return None
    spelled = {key[:1].upper() + key[1:]: value for key, value in settings.items()}
    return msgspec.convert(spelled, Block)
