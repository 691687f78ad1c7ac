"""Tags of resources, as each service lists them (S32)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from iamtui.files.source import MalformedError, Source, decode
from iamtui.snapshot.facts import Fact, ResourceFact
from iamtui.snapshot.model import Tags
from iamtui.snapshot.readers.account_settings import Tag, tags_of
from iamtui.snapshot.readers.file_names import QUEUE_URL, Naming
from iamtui.snapshot.readers.reader import Intake, Reader, items_of
from iamtui.snapshot.resource_kinds import kind_of, name_in

_CALLS = ("list-tags", "list-tags-for-resource", "list-queue-tags")


class _KeyTag(msgspec.Struct, rename="pascal"):
    tag_key: str
    tag_value: str | None = None


class _Tagged(msgspec.Struct):
    arn: str = msgspec.field(name="ResourceARN")
    tags: list[Tag] | None = msgspec.field(name="Tags", default=None)


def _of_bucket(source: Source, intake: Intake) -> Iterator[Fact]:
    naming = Naming.of(source.path)
    if naming.subject is None:
        raise MalformedError("", "expected the bucket's name as the name of the file")
    tags = tags_of([item for _, item in items_of(source.members["TagSet"], Tag, "/TagSet", intake)])
    yield ResourceFact("s3:bucket", naming.subject, tags=tags, doubt=naming.doubt)


class _Abac(msgspec.Struct, rename="pascal"):
    status: str


def _abac_of_bucket(source: Source, _: Intake) -> Iterator[Fact]:
    """Whether the tags of a bucket count in decisions (S32)."""
    naming = Naming.of(source.path)
    if naming.subject is None:
        raise MalformedError("", "expected the bucket's name as the name of the file")
    abac = decode(source.members["AbacStatus"], _Abac, "/AbacStatus")
    yield ResourceFact("s3:bucket", naming.subject, abac=abac.status == "Enabled", doubt=naming.doubt)


def _of_key(source: Source, intake: Intake) -> Iterator[Fact]:
    subject = Naming.of(source.path).subject
    if subject is None:
        raise MalformedError("", "expected the key's id as the name of the file")
    items = items_of(source.members["Tags"], _KeyTag, "/Tags", intake)
    tags = tuple((item.tag_key, item.tag_value or "") for _, item in items)
    yield ResourceFact("kms:key", subject.rpartition("/")[2], tags=tags)


def _is_of_key(source: Source) -> bool:
    raw = bytes(source.members.get("Tags", b""))
    return b'"TagKey"' in raw or (raw == b"[]" and Naming.of(source.path).call == "list-resource-tags")


def _of_resource(source: Source, intake: Intake) -> Iterator[Fact]:
    """Of the queue, topic, function or repository whose ARN, or URL, the file is named after."""
    subject = Naming.of(source.path).subject or ""
    tags = _tags(source, intake)
    if (url := QUEUE_URL.search(subject)) is not None:
        yield ResourceFact("sqs:queue", url["name"], None, url["account"], url["region"], tags=tags)
    else:
        yield ResourceFact(kind_of(subject), name_in(subject), subject, tags=tags)


def _tags(source: Source, intake: Intake) -> Tags:
    """A list of tags, which ECR calls `tags`, or an object; null is none."""
    member = "Tags" if "Tags" in source.keys else "tags"
    raw = source.members[member]
    if bytes(raw).startswith(b"{"):
        return tuple((key, value or "") for key, value in decode(raw, dict[str, str | None], f"/{member}").items())
    return tags_of([item for _, item in items_of(raw, Tag, f"/{member}", intake)])


def _is_of_resource(source: Source) -> bool:
    naming = Naming.of(source.path)
    subject = naming.subject or ""
    is_named = subject.startswith("arn:") or QUEUE_URL.search(subject) is not None
    return bool(source.keys & {"Tags", "tags"}) and naming.call in _CALLS and is_named


def _of_many(source: Source, intake: Intake) -> Iterator[Fact]:
    for _, item in items_of(source.members["ResourceTagMappingList"], _Tagged, "/ResourceTagMappingList", intake):
        yield ResourceFact(kind_of(item.arn), name_in(item.arn), item.arn, tags=tags_of(item.tags))


READERS = (
    Reader("bucket-tags", lambda source: "TagSet" in source.keys, _of_bucket),
    Reader("bucket-abac", lambda source: "AbacStatus" in source.keys, _abac_of_bucket),
    Reader("key-tags", _is_of_key, _of_key),
    Reader("resource-tags", _is_of_resource, _of_resource),
    Reader("tagged-resources", lambda source: "ResourceTagMappingList" in source.keys, _of_many),
)
