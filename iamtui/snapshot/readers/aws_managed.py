"""Files that hold documents of AWS managed policies and nothing else, to be opened beside accounts (I12).

`{"source", "date", "policies": [{"name", "arn", "path", "id", "version_id", "document", …}]}`.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from iamtui.files.source import MalformedError, Source
from iamtui.snapshot.facts import AwsManagedFact
from iamtui.snapshot.model import ManagedPolicy, PolicyVersion, Severity
from iamtui.snapshot.readers.reader import Intake, Reader, items_of

_NOT_USED = "this policy is not used"


class _Policy(msgspec.Struct):
    arn: str
    document: msgspec.Raw
    name: str | None = None
    path: str | None = None
    id: str | None = None
    version_id: str | None = None
    create_date: str | float | None = None
    update_date: str | float | None = None


def _read(source: Source, intake: Intake) -> Iterator[AwsManagedFact]:
    found = []
    for place, item in items_of(source.members["policies"], _Policy, "/policies", intake, _NOT_USED):
        try:
            policy = _policy(item, place, intake)
        except MalformedError as error:
            intake.problems.add_malformed(error, _NOT_USED)
            continue
        if policy is not None:
            found.append(policy)
    yield AwsManagedFact(tuple(found))


def _policy(item: _Policy, place: str, intake: Intake) -> ManagedPolicy | None:
    parts = item.arn.split(":", 5)
    if len(parts) < 6 or parts[2] != "iam" or parts[4] != "aws" or not parts[5].startswith("policy/"):
        raise MalformedError(f"{place}/arn", f"expected the ARN of an AWS managed policy, got {item.arn[:200]!r}")
    document = intake.document(item.document, place, "/document")
    if document is None:
        intake.problems.add(f"{place}/document", "expected a policy document", _NOT_USED, Severity.WARNING)
        return None
    version = item.version_id or "v1"
    created, updated = intake.date(item.create_date, place), intake.date(item.update_date, place)
    name = item.name or parts[5].rpartition("/")[2]
    return ManagedPolicy(
        arn=item.arn,
        name=name,
        path=item.path or parts[5].removeprefix("policy").removesuffix(name),
        policy_id=item.id or "",
        default_version_id=version,
        versions=(PolicyVersion(version, document, is_default=True, created=updated or created),),
        created=created,
        updated=updated,
    )


def _recognises(source: Source) -> bool:
    head = bytes(source.members.get("policies", b""))[:4_000]
    return head.startswith(b"[") and b'"arn"' in head and b":iam::aws:policy/" in head


READER = Reader("aws-managed-policies", _recognises, _read)
