"""What SQS, SNS, Secrets Manager, ECR, KMS, Lambda and S3 say of their resources beside bare policies (I30-I38)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import msgspec

from iamtui.arn import is_account_id
from iamtui.snapshot.facts import Fact, ResourceFact
from iamtui.snapshot.model import Exported, Tags
from iamtui.snapshot.naming import Naming
from iamtui.snapshot.readers.account_settings import Tag, tags_of
from iamtui.snapshot.reading import Intake, MalformedError, Reader, Source, decode
from iamtui.snapshot.resources import kind_of, name_in

_NULL = msgspec.Raw(b"null")
_QUEUE_URL = re.compile(
    r"https://(?:sqs\.(?P<region>[a-z0-9-]+)|(?:[a-z0-9-]+\.)?queue)\.amazonaws\.com[.cn]*/(?P<account>\d{12})/(?P<name>[^/]+)"
)


class _Attributes(msgspec.Struct, rename="pascal"):
    queue_arn: str | None = None
    topic_arn: str | None = None
    policy: msgspec.Raw = _NULL


class _Queues(msgspec.Struct, rename="pascal"):
    queue_urls: list[str] | None = None


class _Secret(msgspec.Struct):
    arn: str = msgspec.field(name="ARN")
    tags: list[Tag] | None = msgspec.field(name="Tags", default=None)
    policy: msgspec.Raw = msgspec.field(name="ResourcePolicy", default=_NULL)


class _Repository(msgspec.Struct, rename="camel"):
    registry_id: str
    repository_name: str
    policy_text: msgspec.Raw = _NULL


class _Alias(msgspec.Struct, rename="pascal"):
    alias_name: str
    alias_arn: str
    target_key_id: str | None = None


class _Grant(msgspec.Struct, rename="pascal"):
    key_id: str | None = None


class _Key(msgspec.Struct, rename="pascal"):
    arn: str | None = None
    key_arn: str | None = None


class _Named(msgspec.Struct, rename="pascal"):
    name: str


class _KeyTag(msgspec.Struct, rename="pascal"):
    tag_key: str
    tag_value: str | None = None


class _Tagged(msgspec.Struct):
    arn: str = msgspec.field(name="ResourceARN")
    tags: list[Tag] | None = msgspec.field(name="Tags", default=None)


def _with_policy(arn: str, raw: msgspec.Raw, intake: Intake, tags: Tags | None = None) -> ResourceFact:
    document = intake.documents.of(raw)
    state = Exported.NONE if document is None else Exported.PRESENT
    return ResourceFact(kind_of(arn), name_in(arn), arn, policy=document, policy_state=state, tags=tags)


def _attributes(source: Source, intake: Intake) -> Iterator[Fact]:
    """Queue or topic; a queue that was not asked for its ARN is told by the URL in the file's name (I35, I36)."""
    item = decode(source.members["Attributes"], _Attributes, "/Attributes")
    arn = item.queue_arn or item.topic_arn
    if arn is not None:
        yield _with_policy(arn, item.policy, intake)
        return
    url = _QUEUE_URL.search(Naming.of(source.path).subject or "")
    document = intake.documents.of(item.policy)
    if url is None:
        raise MalformedError("/Attributes", "expected QueueArn or TopicArn")
    yield ResourceFact(
        "sqs:queue",
        url["name"],
        account=url["account"],
        region=url["region"],
        policy=document,
        policy_state=Exported.NONE if document is None else Exported.PRESENT,
    )


def _queues(source: Source, _: Intake) -> Iterator[Fact]:
    """`list-queues`: that they exist; the region is in the URL, or else the file is named after it."""
    named = Naming.of(source.path).subject
    for text in decode(source.data, _Queues).queue_urls or ():
        url = _QUEUE_URL.search(text)
        region = named if url is None else url["region"] or named
        parts = text.rsplit("/", 2)
        if region is not None and len(parts) == 3 and is_account_id(parts[1]):
            yield ResourceFact("sqs:queue", parts[2], account=parts[1], region=region)


def _secret(source: Source, intake: Intake) -> Iterator[Fact]:
    item = decode(source.data, _Secret)
    yield _with_policy(item.arn, item.policy, intake)


def _secrets(source: Source, _: Intake) -> Iterator[Fact]:
    for item in decode(source.members["SecretList"], list[_Secret], "/SecretList"):
        yield ResourceFact("secretsmanager:secret", name_in(item.arn), item.arn, tags=tags_of(item.tags))


def _repository(source: Source, intake: Intake) -> Iterator[Fact]:
    item = decode(source.data, _Repository)
    document = intake.documents.of(item.policy_text)
    yield ResourceFact(
        "ecr:repository",
        item.repository_name,
        account=item.registry_id,
        policy=document,
        policy_state=Exported.NONE if document is None else Exported.PRESENT,
    )


def _aliases(source: Source, _: Intake) -> Iterator[Fact]:
    for item in decode(source.members["Aliases"], list[_Alias], "/Aliases"):
        parts = item.alias_arn.split(":", 5)
        if item.target_key_id is not None and len(parts) == 6:
            yield ResourceFact(
                "kms:key",
                item.target_key_id,
                f"arn:{parts[1]}:kms:{parts[3]}:{parts[4]}:key/{item.target_key_id}",
                aliases=(item.alias_name,),
                only_adds=item.alias_name.startswith("alias/aws/"),
            )


def _grants(source: Source, _: Intake) -> Iterator[Fact]:
    """Grants are counted and never evaluated (S22)."""
    items = decode(source.members["Grants"], list[_Grant], "/Grants")
    names = {item.key_id.rpartition("/")[2] for item in items if item.key_id is not None}
    name = names.pop() if len(names) == 1 else Naming.of(source.path).subject
    if name is None:
        raise MalformedError("/Grants", "expected the grants of one key, or its id as the name of the file")
    yield ResourceFact("kms:key", name.rpartition("/")[2], grants=len(items))


def _key(source: Source, _: Intake) -> Iterator[Fact]:
    item = decode(source.members["KeyMetadata"], _Key, "/KeyMetadata")
    if item.arn is not None:
        yield ResourceFact("kms:key", name_in(item.arn), item.arn)


def _keys(source: Source, _: Intake) -> Iterator[Fact]:
    for item in decode(source.members["Keys"], list[_Key], "/Keys"):
        if item.key_arn is not None:
            yield ResourceFact("kms:key", name_in(item.key_arn), item.key_arn)


def _buckets(source: Source, _: Intake) -> Iterator[Fact]:
    for item in decode(source.members["Buckets"], list[_Named], "/Buckets"):
        yield ResourceFact("s3:bucket", item.name)


def _bucket_tags(source: Source, _: Intake) -> Iterator[Fact]:
    subject = Naming.of(source.path).subject
    if subject is None:
        raise MalformedError("", "expected the bucket's name as the name of the file")
    yield ResourceFact("s3:bucket", subject, tags=tags_of(decode(source.members["TagSet"], list[Tag], "/TagSet")))


def _key_tags(source: Source, _: Intake) -> Iterator[Fact]:
    subject = Naming.of(source.path).subject
    if subject is None:
        raise MalformedError("", "expected the key's id as the name of the file")
    items = decode(source.members["Tags"], list[_KeyTag], "/Tags")
    tags = tuple((item.tag_key, item.tag_value or "") for item in items)
    yield ResourceFact("kms:key", subject.rpartition("/")[2], tags=tags)


def _is_key_tags(source: Source) -> bool:
    raw = bytes(source.members.get("Tags", b""))
    return b'"TagKey"' in raw or (raw == b"[]" and Naming.of(source.path).call == "list-resource-tags")


def _tagged(source: Source, _: Intake) -> Iterator[Fact]:
    for item in decode(source.members["ResourceTagMappingList"], list[_Tagged], "/ResourceTagMappingList"):
        yield ResourceFact(kind_of(item.arn), name_in(item.arn), item.arn, tags=tags_of(item.tags))


def _arns(key: str, member: str) -> Callable[[Source, Intake], Iterator[Fact]]:
    """A reader for a list of objects with an ARN each."""

    def read(source: Source, intake: Intake) -> Iterator[Fact]:
        for index, item in enumerate(decode(source.members[key], list[dict[str, msgspec.Raw]], f"/{key}")):
            if member not in item:
                intake.problems.add(f"/{key}/{index}", f"expected {member}", "this resource is not shown")
                continue
            arn = decode(item[member], str, f"/{key}/{index}/{member}")
            yield ResourceFact(kind_of(arn), name_in(arn), arn)

    return read


def _has(key: str, member: bytes) -> Callable[[Source], bool]:
    def recognises(source: Source) -> bool:
        raw = bytes(source.members.get(key, b""))
        return member in raw or (raw.startswith(b"[") and raw[1:].strip() == b"]")

    return recognises


READERS = (
    Reader(
        "queue-or-topic-attributes",
        lambda source: source.keys == {"Attributes"},
        _attributes,
    ),
    Reader("queues", lambda source: source.keys <= {"QueueUrls", "NextToken"} and "QueueUrls" in source.keys, _queues),
    Reader("secret-policy", lambda source: {"ARN", "Name"} <= source.keys, _secret),
    Reader("secrets", lambda source: "SecretList" in source.keys, _secrets),
    Reader("repository-policy", lambda source: {"registryId", "repositoryName"} <= source.keys, _repository),
    Reader("kms-aliases", _has("Aliases", b'"AliasArn"'), _aliases),
    Reader("kms-grants", lambda source: "Grants" in source.keys and "Owner" not in source.keys, _grants),
    Reader("kms-key", lambda source: "KeyMetadata" in source.keys, _key),
    Reader("kms-keys", _has("Keys", b'"KeyArn"'), _keys),
    Reader("buckets", lambda source: "Buckets" in source.keys, _buckets),
    Reader("bucket-tags", lambda source: "TagSet" in source.keys, _bucket_tags),
    Reader("key-tags", _is_key_tags, _key_tags),
    Reader("tagged-resources", lambda source: "ResourceTagMappingList" in source.keys, _tagged),
    Reader("functions", _has("Functions", b'"FunctionArn"'), _arns("Functions", "FunctionArn")),
    Reader("topics", _has("Topics", b'"TopicArn"'), _arns("Topics", "TopicArn")),
    Reader("repositories", _has("repositories", b'"repositoryArn"'), _arns("repositories", "repositoryArn")),
)
