"""The picture that a step leaves: what it changes, laid over the picture before it (EP30, EP31)."""

from __future__ import annotations

import json
from collections.abc import Mapping

from iamtui.analysis.overlay.laying import Edit, laid_over
from iamtui.analysis.overlay.policy_edits import SetDefaultVersion, SetDocument, SetResourcePolicy
from iamtui.analysis.overlay.principal_edits import (
    SetAttachment,
    SetBearer,
    SetBoundary,
    SetInlinePolicy,
    SetMembership,
    SetTrust,
)
from iamtui.analysis.paths.ways.catalogue import ACTOR, Change
from iamtui.arn import Arn
from iamtui.policy.document import Document
from iamtui.snapshot.model import Role, Snapshot, User

EVERYTHING = Document(b'{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}')
"""What a way writes where it may write any policy."""

ADDED = "AddedByThePath"
"""The inline policy that a way gives."""


def overlaid(snapshot: Snapshot, change: Change, binds: Mapping[str, str]) -> Snapshot:
    """The picture after a change; `binds` gives the ARN of each variable, of an inline policy or a version its name."""
    if binds["account"] not in snapshot.accounts:
        return snapshot
    return laid_over(snapshot, (edit_of(snapshot, change, binds),))


def edit_of(snapshot: Snapshot, change: Change, binds: Mapping[str, str]) -> Edit:
    """What a change makes of the picture before it."""
    target, is_given = binds[change.of], change.without is None
    lost = "" if change.without is None else binds.get(change.without, "")
    match change.change:
        case "created":
            made = User(target, _name(target), _path(target), f"AIDA{_name(target)}", boundary=_given(change, binds))
            return SetBearer(target, made)
        case "trust":
            return _trusting(snapshot, target, binds[change.names or ACTOR], _given(change, binds))
        case "document":
            return SetDocument(target, EVERYTHING)
        case "default":
            return SetDefaultVersion(target, binds[change.to or ""])
        case "resource_policy":
            return _letting_in(snapshot, change, binds)
        case "member":
            return SetMembership(binds[ACTOR], _name(target), member=is_given)
        case "boundary":
            return SetBoundary(target, _given(change, binds))
        case "inline":
            return SetInlinePolicy(target, ADDED, EVERYTHING) if is_given else SetInlinePolicy(target, lost, None)
        case "attached":
            return SetAttachment(target, binds["managed"] if is_given else lost, attached=is_given)


def _name(arn: str) -> str:
    return arn.rpartition("/")[2]


def _path(arn: str) -> str:
    return Arn.parse(arn).path


def _given(change: Change, binds: Mapping[str, str]) -> str | None:
    """The boundary that somebody has after a change."""
    return binds.get(change.to or "") or None


def _trusting(snapshot: Snapshot, arn: str, who: str, boundary: str | None) -> Edit:
    trust = _document({"Effect": "Allow", "Principal": {"AWS": who}, "Action": "sts:AssumeRole"})
    if snapshot.role(arn) is not None:
        return SetTrust(arn, trust)
    return SetBearer(arn, Role(arn, _name(arn), _path(arn), f"AROA{_name(arn)}", trust, boundary=boundary))


def _document(*statements: object) -> Document:
    return Document(
        json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, separators=(",", ":")).encode()
    )


def _letting_in(snapshot: Snapshot, change: Change, binds: Mapping[str, str]) -> Edit:
    arn = binds[change.of]
    inside = f"{arn}/*" if ":s3:::" in arn else "*" if ":kms:" in arn or ":secretsmanager:" in arn else arn
    who = {"AWS": binds[change.names or ACTOR]}
    added = {"Effect": "Allow", "Principal": who, "Action": change.allows, "Resource": inside}
    held = snapshot.resources.get(arn)
    kept = _statements(None if held is None else held.policy)
    return SetResourcePolicy(arn, _document(*kept, added), account=binds["account"])


def _statements(document: Document | None) -> list[object]:
    """The statements of a policy that is there; none of one that cannot be read."""
    if document is None:
        return []
    try:
        found = json.loads(document.source)["Statement"]
    except (ValueError, KeyError, TypeError):
        return []
    return found if isinstance(found, list) else [found]
