"""What people call the ends of paths: principals, resources by ARN, pattern or tag (EP46)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from iamtui.analysis.paths.answer.question import PathError
from iamtui.analysis.paths.walks.direct_reads import readings
from iamtui.analysis.requests.principals import principal_named
from iamtui.evaluation.request.request import RequestError
from iamtui.patterns import glob, is_plain
from iamtui.snapshot.model import Snapshot
from iamtui.snapshot.resource_kinds import kind_of

ADMINISTRATORS = "admin"
_TAG = "tag:"


class Targets(NamedTuple):
    """Principals to become, and resources to read; none of both: administrators."""

    ends: tuple[str, ...]
    reads: tuple[str, ...]


def targets(snapshot: Snapshot, texts: Iterable[str]) -> Targets:
    """What some texts name: `admin`, a principal as in requests, an ARN, a pattern of ARNs, or `tag:KEY=VALUE`.

    Raises:
        PathError: nothing is called so, or what is cannot be read.
    """
    given = tuple(dict.fromkeys(texts))
    if ADMINISTRATORS in given:
        if len(given) > 1:
            raise PathError(f"{ADMINISTRATORS} stands alone: ask for other ends by themselves")
        return Targets((), ())
    ends: dict[str, None] = {}
    reads: dict[str, None] = {}
    for text in given:
        if text.startswith(_TAG):
            reads.update(dict.fromkeys(_tagged(snapshot, text)))
        elif text.startswith("arn:") and ":iam:" not in text and ":sts:" not in text:
            reads.update(dict.fromkeys(_resources(snapshot, text)))
        else:
            ends[_principal(snapshot, text)] = None
    return Targets(tuple(ends), tuple(reads))


def _principal(snapshot: Snapshot, text: str) -> str:
    try:
        return principal_named(snapshot, text)
    except RequestError as error:
        raise PathError(str(error)) from error


def _tagged(snapshot: Snapshot, text: str) -> list[str]:
    key, equals, value = text.removeprefix(_TAG).partition("=")
    if not equals or not key:
        raise PathError(f"{text}: expected {_TAG}KEY=VALUE")
    found = [one.arn for one in snapshot.resources.values() if (key, value) in (one.tags or ())]
    return _readable(found, text, "no exported resource that can be read has this tag")


def _resources(snapshot: Snapshot, text: str) -> list[str]:
    if is_plain(text):
        return _readable([text], text, "expected a user, a role, or something that can be read")
    matches = glob(text)
    return _readable(filter(matches, snapshot.resources), text, "no exported resource that can be read matches")


def _readable(arns: Iterable[str], text: str, otherwise: str) -> list[str]:
    known = readings()
    found = [arn for arn in arns if kind_of(arn).lower() in known and arn.split(":", 5)[5]]
    if not found:
        raise PathError(f"{text}: {otherwise}; can be read: {', '.join(known)}")
    return found
