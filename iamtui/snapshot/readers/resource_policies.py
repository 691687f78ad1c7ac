"""A bare `{"Policy": …}` as S3, KMS, Lambda and others print it, and a manifest that says whose it is (I30-I40)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec

from iamtui.arn import Arn, MalformedArnError
from iamtui.files.source import Source
from iamtui.policy.document import Document
from iamtui.snapshot.bearers import bearer_of
from iamtui.snapshot.facts import Fact, ManifestFact, ResourceFact
from iamtui.snapshot.model import Exported
from iamtui.snapshot.readers.file_names import Naming
from iamtui.snapshot.readers.reader import Intake, Reader, items_of
from iamtui.snapshot.resource_kinds import ACCESS_POINT, kind_of, name_in

_KINDS = {
    "get-bucket-policy": "s3:bucket",
    "get-key-policy": "kms:key",
    "get-access-point-policy": ACCESS_POINT,
}
_POLICY_ALONE = {"Policy", "PolicyName", "RevisionId"}


class _Entry(msgspec.Struct):
    arn: str
    account: str | None = None
    policy_file: str | None = None
    public_access_block_file: str | None = None


def _read(source: Source, intake: Intake) -> Iterator[Fact]:
    alone = "Statement" in source.keys
    document = intake.document(source.data.strip() if alone else source.members["Policy"], "" if alone else "/Policy")
    naming, kind = Naming.of(source.path), _kind_of_call(source)
    own = own_arn(document, kind)
    arn = naming.subject if (naming.subject or "").startswith("arn:") else own
    if arn is not None:
        kind = kind_of(arn)
    elif kind is None and ("PolicyName" in source.keys or _is_key_policy(document)):
        kind = "kms:key"
    name = naming.subject if arn is None else name_in(arn)
    yield ResourceFact(
        kind=kind or "",
        name=name or "",
        arn=arn,
        policy=document,
        policy_state=Exported.NONE if document is None else Exported.PRESENT,
        doubt=_doubt(naming, own, kind),
    )


def _kind_of_call(source: Source) -> str | None:
    """The kind of resource that the call in a file's name is about."""
    naming = Naming.of(source.path)
    if naming.service == "lambda" and naming.call == "get-policy":
        return "lambda:function"
    return _KINDS.get(naming.call or "")


def _doubt(naming: Naming, own: str | None, kind: str | None) -> str | None:
    """What the name of the file and the policy's own words leave open."""
    if own is None:
        return naming.doubt
    named = naming.subject
    if named is None or naming.call is None or (kind != "s3:bucket" and not named.startswith("arn:")):
        return None
    said = own if named.startswith("arn:") else name_in(own)
    return None if named == said else f"the file is named {named}, the policy names {said}"


def own_arn(document: Document | None, kind: str | None) -> str | None:
    """The one resource that all statements name, by itself or its parts: a bucket by its objects (I30, I37)."""
    found: set[str] = set()
    for text in _strings(document, ("Resource", "NotResource")):
        try:
            arn = Arn.parse(text)
        except MalformedArnError:
            continue
        whole = bearer_of(arn) or text
        if kind is None or kind_of(whole) == kind or (arn.service == "s3" and kind_of(whole) != ACCESS_POINT):
            found.add(whole)
    only = found.pop() if len(found) == 1 else None
    return only if only is not None and not set("*?$") & set(only) else None


def _is_key_policy(document: Document | None) -> bool:
    actions = list(_strings(document, ("Action",)))
    return bool(actions) and all(action.lower().startswith("kms:") for action in actions)


def _strings(document: Document | None, elements: tuple[str, ...]) -> Iterator[str]:
    try:
        policy: object = json.loads(document.source) if document is not None else None
    except (ValueError, RecursionError):
        return
    statements = policy.get("Statement") if isinstance(policy, dict) else None
    for statement in statements if isinstance(statements, list) else [statements]:
        for element in elements:
            value = statement.get(element) if isinstance(statement, dict) else None
            for text in value if isinstance(value, list) else [value]:
                if isinstance(text, str):
                    yield text


def _recognises(source: Source) -> bool:
    """An answer, also without policy, or the document alone in a file that is named after the call and a resource."""
    if {"Version", "Statement"} <= source.keys:
        return _kind_of_call(source) is not None and Naming.of(source.path).subject is not None
    if "Policy" not in source.keys or not source.keys <= _POLICY_ALONE:
        return False
    raw = bytes(source.members["Policy"])
    is_document = raw.startswith(b'"') or (raw.startswith(b"{") and b'"Statement"' in raw)
    return is_document or _kind_of_call(source) is not None


def _manifest(source: Source, intake: Intake) -> Iterator[Fact]:
    for place, entry in items_of(source.members["resources"], _Entry, "/resources", intake):
        for name in (entry.policy_file, entry.public_access_block_file):
            if name is not None and intake.is_arn(entry.arn, f"{place}/arn"):
                yield ManifestFact(Path(source.path.parent, name), entry.arn, entry.account)


def _is_manifest(source: Source) -> bool:
    entries = bytes(source.members.get("resources", b""))
    return b'"arn"' in entries and (b'"policy_file"' in entries or b'"public_access_block_file"' in entries)


READERS = (
    Reader("resource-policy", _recognises, _read),
    Reader("manifest", _is_manifest, _manifest),
)
