"""The IAM action of a recorded call (A1-A3, I90-I103): by its name, or by the table of exceptions."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from iamtui import catalog
from iamtui.trail.records import Record, members_at, text_at

_TABLE = Path(__file__).parents[1] / "data" / "calls.toml"
_API_DATE = re.compile(r"\d{4}_?\d{2}_?\d{2}(v\d+)?$")
_FIRST_WORD = re.compile(r"[A-Z][a-z]+")
_SUFFIX = ".amazonaws.com"
_WITH_VERSION = frozenset(
    (
        "DeleteObject",
        "DeleteObjectTagging",
        "GetObject",
        "GetObjectAcl",
        "GetObjectTagging",
        "PutObjectAcl",
        "PutObjectTagging",
    )
)
"""Calls of S3 that are another action when they name a version (I94, I97)."""


class How(StrEnum):
    """How an action was found."""

    NAME = "name"
    TABLE = "table"
    NONE = "none"


class NamedAction(NamedTuple):
    """An action in AWS's spelling; None where no action is known for the call (A3)."""

    action: str | None
    how: How


_UNKNOWN = (NamedAction(None, How.NONE),)


class _Table(NamedTuple):
    """`calls.toml`: prefixes of event sources, sources without actions, actions of calls and of first words."""

    prefixes: Mapping[str, tuple[str, ...]]
    without: frozenset[str]
    calls: Mapping[tuple[str, str], tuple[str, ...]]
    verbs: Mapping[str, Mapping[str, str]]


@cache
def table() -> _Table:
    """The table of calls whose name is not their action, as data with source and date (A4)."""
    data: dict[str, Any] = tomllib.loads(_TABLE.read_text("utf-8"))
    calls = {
        (group["prefix"], name): tuple(actions) for group in data["calls"] for name, actions in group["actions"].items()
    }
    calls |= {(group["prefix"], name): (action,) for group in data["verbs"] for name, action in group["calls"].items()}
    return _Table(
        {source: tuple(prefixes) for source, prefixes in data["prefixes"]["of"].items()},
        frozenset(data["without_actions"]["sources"]),
        calls,
        {group["prefix"]: group["actions"] for group in data["verbs"]},
    )


def prefixes_of(source: str) -> tuple[str, ...]:
    """The prefixes of actions that calls of an event source can have; none for those of the console (A1)."""
    name = source.removesuffix(_SUFFIX)
    return () if name in table().without else table().prefixes.get(name, (name,))


def named_actions(source: str, name: str) -> tuple[NamedAction, ...]:
    """The actions of a call, by its source and name alone."""
    for prefix in prefixes_of(source):
        for spelling in dict.fromkeys((name, _API_DATE.sub("", name))):
            if (found := catalog.action(f"{prefix}:{spelling}")) is not None:
                return (NamedAction(str(found), How.NAME),)
            listed = table().calls.get((prefix, spelling))
            if listed is not None:
                return tuple(NamedAction(action, How.TABLE) for action in listed)
        word = _FIRST_WORD.match(name)
        verb = table().verbs.get(prefix, {}).get(word[0]) if word is not None else None
        if verb is not None:
            return (NamedAction(verb, How.TABLE),)
    return _UNKNOWN


def actions_of(record: Record) -> tuple[NamedAction, ...]:
    """The actions of a recorded call: S3 tells versions, and the account's public access block, by parameters."""
    source, name = text_at(record, "eventSource") or "", text_at(record, "eventName") or ""
    parameters = members_at(record, "requestParameters")
    if source == f"s3{_SUFFIX}":
        if name in _WITH_VERSION and text_at(parameters, "versionId") is not None:
            return (NamedAction(f"s3:{name.replace('Object', 'ObjectVersion')}", How.TABLE),)
        if "PublicAccessBlock" in name and "s3-control" in (text_at(parameters, "Host") or ""):
            verb = "Get" if name.startswith("Get") else "Put"
            return (NamedAction(f"s3:{verb}AccountPublicAccessBlock", How.TABLE),)
    return named_actions(source, name)
