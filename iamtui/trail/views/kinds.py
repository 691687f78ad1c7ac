"""Which recorded calls change access, and how (H1, H2, H4): a table of data, and the access level of actions."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from iamtui import catalog
from iamtui.trail.columns import Call
from iamtui.trail.requests.actions import named_actions

_TABLE = Path(__file__).parents[1] / "data" / "changes.toml"
_API_DATE = re.compile(r"\d{4}_?\d{2}_?\d{2}(v\d+)?$")
_WORD = re.compile(r"[A-Z][a-z]+")


class ChangeKind(StrEnum):
    """What a change does (H2)."""

    GRANT = "grant"
    REVOKE = "revoke"
    TRUST = "trust"
    CREDENTIAL = "credential"
    ENTITY = "entity"
    GUARDRAIL = "guardrail"
    VISIBILITY = "visibility"
    FOOTHOLD = "foothold"


class _Table(NamedTuple):
    """`changes.toml`: the kind of each call, the services whose every write counts, the kinds of first words."""

    calls: Mapping[tuple[str, str], ChangeKind]
    services: frozenset[str]
    words: Mapping[str, ChangeKind]


@cache
def table() -> _Table:
    """The table of changes, with source and date in its file."""
    data: dict[str, Any] = tomllib.loads(_TABLE.read_text("utf-8"))
    calls = {
        (service, name): ChangeKind(kind)
        for service, kinds in data["kinds"].items()
        for kind, names in kinds.items()
        for name in names
    }
    words = {word: ChangeKind(kind) for kind, listed in data["words"].items() for word in listed}
    return _Table(calls, frozenset(data["services"]), words)


@lru_cache(4096)
def kind_of(call: Call) -> ChangeKind | None:
    """What a call changes; None where it changes no access. Whether it succeeded is another question (H1)."""
    service, name = call.source.removesuffix(".amazonaws.com"), _API_DATE.sub("", call.name)
    listed = table().calls.get((service, name))
    if listed is not None:
        return listed
    if call.read_only is True or call.type in ("AwsServiceEvent", "AwsConsoleSignIn"):
        return None
    manages = any(
        "Permissions management" in action.access_level
        for named in named_actions(call.source, call.name)
        if named.action is not None and (action := catalog.action(named.action)) is not None
    )
    if service not in table().services and not manages:
        return None
    if service in table().services and call.read_only is None and name.startswith(("Get", "List", "Describe")):
        return None
    word = _WORD.match(name)
    return table().words.get(word[0] if word is not None else "", ChangeKind.ENTITY)
