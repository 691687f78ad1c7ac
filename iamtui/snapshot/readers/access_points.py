"""S3 access points, one (`s3control get-access-point`) or a list of them (S17); without their policies."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from iamtui.files.source import Source, decode
from iamtui.snapshot.facts import Fact, ResourceFact
from iamtui.snapshot.readers.public_access import Block, block_of
from iamtui.snapshot.readers.reader import Intake, Reader, items_of
from iamtui.snapshot.resource_kinds import ACCESS_POINT

_LIST = "AccessPointList"


class _Vpc(msgspec.Struct, rename="pascal"):
    vpc_id: str | None = None


class _AccessPoint(msgspec.Struct, rename="pascal"):
    name: str
    bucket: str
    bucket_account_id: str | None = None
    access_point_arn: str | None = None
    public_access_block_configuration: Block | None = None
    network_origin: str | None = None
    vpc_configuration: _Vpc | None = None


def _fact(item: _AccessPoint) -> ResourceFact:
    arn = item.access_point_arn
    parts = (arn or "").split(":", 5)
    return ResourceFact(
        kind=ACCESS_POINT,
        name=item.name,
        arn=arn,
        account=parts[4] if len(parts) == 6 else None,
        public_access_block=block_of(item.public_access_block_configuration),
        bucket=item.bucket,
        bucket_account=item.bucket_account_id,
        network_origin=item.network_origin,
        vpc_id=None if item.vpc_configuration is None else item.vpc_configuration.vpc_id,
    )


def _facts(item: _AccessPoint) -> Iterator[Fact]:
    """The access point, and whose the bucket behind it is."""
    yield _fact(item)
    if item.bucket_account_id is not None:
        yield ResourceFact("s3:bucket", item.bucket, account=item.bucket_account_id, only_adds=True)


def _one(source: Source, _: Intake) -> Iterator[Fact]:
    yield from _facts(decode(source.data, _AccessPoint))


def _listed(source: Source, intake: Intake) -> Iterator[Fact]:
    for _, item in items_of(source.members[_LIST], _AccessPoint, f"/{_LIST}", intake):
        yield from _facts(item)


READERS = (
    Reader("access-point", lambda source: {"Name", "Bucket", "NetworkOrigin"} <= source.keys, _one),
    Reader("access-points", lambda source: _LIST in source.keys, _listed),
)
