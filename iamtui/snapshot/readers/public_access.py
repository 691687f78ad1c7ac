"""S3 Block Public Access of a bucket or an account, and whether AWS calls a bucket public (I31-I33)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from iamtui.arn import is_account_id
from iamtui.files.source import MalformedError, Source, decode
from iamtui.snapshot.facts import AccountFact, Fact, ResourceFact
from iamtui.snapshot.model import PublicAccessBlock
from iamtui.snapshot.readers.file_names import Naming
from iamtui.snapshot.readers.reader import Intake, Reader
from iamtui.snapshot.resource_kinds import ACCESS_POINT

BUCKET = "s3:bucket"


class Block(msgspec.Struct, rename="pascal"):
    """The four settings; missing ones are off, and null is missing (I6)."""

    block_public_acls: bool | None = None
    ignore_public_acls: bool | None = None
    block_public_policy: bool | None = None
    restrict_public_buckets: bool | None = None


class _Status(msgspec.Struct, rename="pascal"):
    is_public: bool


def block_of(block: Block | None) -> PublicAccessBlock | None:
    """The settings as the model has them."""
    if block is None:
        return None
    return PublicAccessBlock(
        block.block_public_acls is True,
        block.ignore_public_acls is True,
        block.block_public_policy is True,
        block.restrict_public_buckets is True,
    )


def _block(source: Source, _: Intake) -> Iterator[Fact]:
    key = "PublicAccessBlockConfiguration"
    block = block_of(decode(source.members[key], Block, f"/{key}"))
    naming = Naming.of(source.path)
    subject = naming.subject
    if naming.service == "s3control" or (subject is not None and is_account_id(subject)):
        account = subject if subject is not None and is_account_id(subject) else None
        yield AccountFact(account=account, public_access_block=block)
    else:
        yield ResourceFact(BUCKET, _bucket(naming), public_access_block=block, doubt=naming.doubt)


def _status(source: Source, _: Intake) -> Iterator[Fact]:
    status = decode(source.members["PolicyStatus"], _Status, "/PolicyStatus")
    naming = Naming.of(source.path)
    kind = ACCESS_POINT if naming.call == "get-access-point-policy-status" else BUCKET
    yield ResourceFact(kind, _bucket(naming), is_public=status.is_public, doubt=naming.doubt)


def _bucket(naming: Naming) -> str:
    if naming.subject is None:
        raise MalformedError("", "expected the bucket's name as the name of the file")
    return naming.subject


READERS = (
    Reader("public-access-block", lambda source: "PublicAccessBlockConfiguration" in source.keys, _block),
    Reader("bucket-policy-status", lambda source: "PolicyStatus" in source.keys, _status),
)
