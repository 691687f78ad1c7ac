"""What SQS, SNS, Secrets Manager, ECR, KMS, Lambda and S3 say of their resources beside bare policies (I30-I38)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from iamtui.arn import is_account_id
from iamtui.files.source import MalformedError, Source, decode, says_more_follows
from iamtui.snapshot.facts import Fact, ListedFact, ResourceFact
from iamtui.snapshot.model import Exported
from iamtui.snapshot.readers.account_settings import Tag, tags_of
from iamtui.snapshot.readers.file_names import QUEUE_URL, Naming
from iamtui.snapshot.readers.listings import REGION, listed
from iamtui.snapshot.readers.reader import Intake, Reader, items_of
from iamtui.snapshot.readers.resource_policies import own_arn
from iamtui.snapshot.resource_kinds import kind_of, name_in

_NULL = msgspec.Raw(b"null")
_OF_POLICY = {"ARN", "Name", "ResourcePolicy"}


class _Attributes(msgspec.Struct, rename="pascal"):
    """Of a queue or a topic; of a subscription they decide nothing."""

    queue_arn: str | None = None
    topic_arn: str | None = None
    policy: msgspec.Raw = _NULL


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


def _attributes(source: Source, intake: Intake) -> Iterator[Fact]:
    """Queue or topic (I35, I36).

    One that was not asked for its ARN is told by the Resource of its policy, or by the URL in the file's name.
    """
    item = decode(source.members["Attributes"], _Attributes, "/Attributes")
    document = intake.document(item.policy, "/Attributes/Policy")
    state = Exported.NONE if document is None else Exported.PRESENT
    url = QUEUE_URL.search(Naming.of(source.path).subject or "")
    arn = item.queue_arn or item.topic_arn or (own_arn(document, None) if url is None else None)
    if arn is not None:
        yield ResourceFact(kind_of(arn), name_in(arn), arn, policy=document, policy_state=state)
    elif url is not None:
        yield ResourceFact("sqs:queue", url["name"], None, url["account"], url["region"], document, state)
    else:
        raise MalformedError("/Attributes", "expected QueueArn or TopicArn")


def _queues(source: Source, intake: Intake) -> Iterator[Fact]:
    """`list-queues`: that they exist; the region is in the URL, or else the file is named after it."""
    named = Naming.of(source.path).subject
    places: list[str] = []
    for _, text in items_of(source.members["QueueUrls"], str, "/QueueUrls", intake):
        url = QUEUE_URL.search(text)
        region = named if url is None else url["region"] or named
        parts = text.rsplit("/", 2)
        if region is not None and len(parts) == 3 and is_account_id(parts[1]):
            places.append(f"arn:aws:sqs:{region}:{parts[1]}:{parts[2]}")
            yield ResourceFact("sqs:queue", parts[2], account=parts[1], region=region)
    yield from listed("sqs:queue", source, places)


def _secret(source: Source, intake: Intake) -> Iterator[Fact]:
    """`get-resource-policy`: no policy is none (I38)."""
    item = decode(source.data, _Secret)
    document = intake.document(item.policy, "/ResourcePolicy")
    state = Exported.NONE if document is None else Exported.PRESENT
    yield ResourceFact("secretsmanager:secret", name_in(item.arn), item.arn, policy=document, policy_state=state)


def _described_secret(source: Source, _: Intake) -> Iterator[Fact]:
    """`describe-secret`: nothing of its policy."""
    item = decode(source.data, _Secret)
    yield ResourceFact("secretsmanager:secret", name_in(item.arn), item.arn, tags=tags_of(item.tags))


def _secrets(source: Source, intake: Intake) -> Iterator[Fact]:
    found = [item for _, item in items_of(source.members["SecretList"], _Secret, "/SecretList", intake)]
    for item in found:
        yield ResourceFact("secretsmanager:secret", name_in(item.arn), item.arn, tags=tags_of(item.tags))
    yield from listed("secretsmanager:secret", source, [item.arn for item in found])


def _repository(source: Source, intake: Intake) -> Iterator[Fact]:
    item = decode(source.data, _Repository)
    document = intake.document(item.policy_text, "/policyText")
    yield ResourceFact(
        "ecr:repository",
        item.repository_name,
        account=item.registry_id,
        policy=document,
        policy_state=Exported.NONE if document is None else Exported.PRESENT,
    )


def _aliases(source: Source, intake: Intake) -> Iterator[Fact]:
    """`list-aliases`: of all keys, or of the one that the file is named after."""
    found = [item for _, item in items_of(source.members["Aliases"], _Alias, "/Aliases", intake)]
    naming = Naming.of(source.path)
    if naming.call is None or naming.subject is None or REGION.fullmatch(naming.subject):
        yield from listed("kms:alias", source, [one.alias_arn for one in found])
    for item in found:
        parts = item.alias_arn.split(":", 5)
        if item.target_key_id is not None and len(parts) == 6:
            yield ResourceFact(
                "kms:key",
                item.target_key_id,
                f"arn:{parts[1]}:kms:{parts[3]}:{parts[4]}:key/{item.target_key_id}",
                aliases=(item.alias_name,),
                only_adds=item.alias_name.startswith("alias/aws/"),
            )


def _grants(source: Source, intake: Intake) -> Iterator[Fact]:
    """Grants are counted and never evaluated (S22); how many there are is not known of a list that is cut off."""
    items = [item for _, item in items_of(source.members["Grants"], _Grant, "/Grants", intake)]
    names = {item.key_id.rpartition("/")[2] for item in items if item.key_id is not None}
    name = names.pop() if len(names) == 1 else Naming.of(source.path).subject
    if name is None:
        raise MalformedError("/Grants", "expected the grants of one key, or its id as the name of the file")
    count = len(items) if says_more_follows(source.members) is None else None
    yield ResourceFact("kms:key", name.rpartition("/")[2], grants=count)


def _key(source: Source, _: Intake) -> Iterator[Fact]:
    item = decode(source.members["KeyMetadata"], _Key, "/KeyMetadata")
    if item.arn is not None:
        yield ResourceFact("kms:key", name_in(item.arn), item.arn)


def _keys(source: Source, intake: Intake) -> Iterator[Fact]:
    items = [item.key_arn for _, item in items_of(source.members["Keys"], _Key, "/Keys", intake)]
    arns = [arn for arn in items if arn is not None]
    yield from (ResourceFact("kms:key", name_in(arn), arn) for arn in arns)
    yield from listed("kms:key", source, arns)


def _buckets(source: Source, intake: Intake) -> Iterator[Fact]:
    for _, item in items_of(source.members["Buckets"], _Named, "/Buckets", intake):
        yield ResourceFact("s3:bucket", item.name)
    is_filtered = bytes(source.members.get("Prefix", _NULL)) not in (b"null", b'""')
    if not is_filtered and says_more_follows(source.members) is None:
        yield ListedFact("s3:bucket", None, "")


def _arns(key: str, member: str, kind: str) -> Callable[[Source, Intake], Iterator[Fact]]:
    """A reader for a list of objects with an ARN each."""

    def read(source: Source, intake: Intake) -> Iterator[Fact]:
        arns: list[str] = []
        for place, item in items_of(source.members[key], dict[str, msgspec.Raw], f"/{key}", intake):
            try:
                arn = decode(item[member], str, f"{place}/{member}")
            except (KeyError, MalformedError):
                intake.problems.add(place, f"expected the member {member}", "this resource is not shown")
                continue
            arns.append(arn)
            yield ResourceFact(kind_of(arn), name_in(arn), arn)
        yield from listed(kind, source, [arn for arn in arns if kind_of(arn) == kind])

    return read


def _has(key: str, member: bytes) -> Callable[[Source], bool]:
    def recognises(source: Source) -> bool:
        raw = bytes(source.members.get(key, b""))
        return member in raw or (raw.startswith(b"[") and raw[1:].strip() == b"]")

    return recognises


READERS = (
    Reader(
        "queue-or-topic-attributes",
        lambda source: (
            source.keys == {"Attributes"} and b'"SubscriptionArn"' not in bytes(source.members["Attributes"])
        ),
        _attributes,
    ),
    Reader("queues", lambda source: source.keys <= {"QueueUrls", "NextToken"} and "QueueUrls" in source.keys, _queues),
    Reader("secret-policy", lambda source: {"ARN", "Name"} <= source.keys <= _OF_POLICY, _secret),
    Reader("secret", lambda source: {"ARN", "Name", "VersionIdsToStages"} <= source.keys, _described_secret),
    Reader("secrets", lambda source: "SecretList" in source.keys, _secrets),
    Reader("repository-policy", lambda source: {"registryId", "repositoryName"} <= source.keys, _repository),
    Reader("kms-aliases", _has("Aliases", b'"AliasArn"'), _aliases),
    Reader("kms-grants", lambda source: "Grants" in source.keys and "Owner" not in source.keys, _grants),
    Reader("kms-key", lambda source: "KeyMetadata" in source.keys, _key),
    Reader("kms-keys", _has("Keys", b'"KeyArn"'), _keys),
    Reader("buckets", lambda source: "Buckets" in source.keys, _buckets),
    Reader("topics", _has("Topics", b'"TopicArn"'), _arns("Topics", "TopicArn", "sns:topic")),
    Reader(
        "repositories",
        _has("repositories", b'"repositoryArn"'),
        _arns("repositories", "repositoryArn", "ecr:repository"),
    ),
)
