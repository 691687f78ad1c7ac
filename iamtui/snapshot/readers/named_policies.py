"""Policies in answers that name their resource, of Backup, EFS, OpenSearch and others: a table of their forms (S26)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import msgspec

from iamtui.files.source import Source, decode
from iamtui.snapshot.facts import Fact, ResourceFact
from iamtui.snapshot.model import Exported
from iamtui.snapshot.readers.reader import Intake, Reader
from iamtui.snapshot.readers.resource_policies import own_arn
from iamtui.snapshot.resource_kinds import kind_of, name_in

_NULL = msgspec.Raw(b"null")


class _Answer(NamedTuple):
    """Where an answer holds the ARN and the policy: in the member `within`, if there is one, or by themselves."""

    arn: str
    policy: str
    within: str = ""
    like: str = ""  # what the ARN holds, where the names of the members say too little


_ANSWERS = (
    _Answer("BackupVaultArn", "Policy"),  # backup get-backup-vault-access-policy
    _Answer("SinkArn", "Policy"),  # oam get-sink-policy
    _Answer("ResourceArn", "ResourcePolicy"),  # cloudtrail get-resource-policy
    _Answer("Arn", "Policy", like=":event-bus/"),  # events describe-event-bus
    _Answer("resourceArn", "document", within="policy"),  # codeartifact get-…-permissions-policy
    _Answer("resourceArn", "policy", within="resourcePolicy"),  # redshift-serverless get-resource-policy
    _Answer("ARN", "AccessPolicies", within="DomainStatus"),  # opensearch describe-domain
)
"""API References of the services, 2026."""

_FILE_SYSTEM = "elasticfilesystem:file-system"


def _members(source: Source, answer: _Answer) -> Mapping[str, msgspec.Raw]:
    if not answer.within:
        return source.members
    return decode(source.members[answer.within], dict[str, msgspec.Raw], f"/{answer.within}")


def _of(source: Source) -> _Answer | None:
    """The form that an answer has; a bus without policy has no such member."""
    for answer in _ANSWERS:
        if answer.within:
            raw = bytes(source.members.get(answer.within, b""))
            if raw.startswith(b"{") and all(f'"{name}"'.encode() in raw for name in (answer.arn, answer.policy)):
                return answer
        elif answer.arn in source.keys and (
            answer.like.encode() in bytes(source.members[answer.arn]) if answer.like else answer.policy in source.keys
        ):
            return answer
    return None


def _read(source: Source, intake: Intake) -> Iterator[Fact]:
    answer = _of(source)
    if answer is None:
        return
    members, place = _members(source, answer), f"/{answer.within}" * bool(answer.within)
    arn = decode(members[answer.arn], str, f"{place}/{answer.arn}")
    document = intake.document(members.get(answer.policy, _NULL), place, f"/{answer.policy}")
    state = Exported.NONE if document is None else Exported.PRESENT
    yield ResourceFact(kind_of(arn), name_in(arn), arn, policy=document, policy_state=state)


def _file_system(source: Source, intake: Intake) -> Iterator[Fact]:
    """`efs describe-file-system-policy`: the ARN is in the policy's Resource, if it has one."""
    name = decode(source.members["FileSystemId"], str, "/FileSystemId")
    document = intake.document(source.members["Policy"], "", "/Policy")
    arn = own_arn(document, _FILE_SYSTEM)
    yield ResourceFact(_FILE_SYSTEM, name, arn, policy=document, policy_state=Exported.PRESENT)


READERS = (
    Reader("named-policy", lambda source: _of(source) is not None, _read),
    Reader("file-system-policy", lambda source: source.keys == {"FileSystemId", "Policy"}, _file_system),
)
