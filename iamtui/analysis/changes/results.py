"""What a comparison of two snapshots is answered with: plain data, the same for the screen, the files and Python."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from iamtui.analysis.changes.effect_results import Effect, PathChange, Trust

Data: TypeAlias = Any
"""What JSON can hold."""


class ChangeKind(StrEnum):
    """What became of a thing."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    RECREATED = "recreated"  # deleted and made again under the same name (CH2)
    REWRITTEN = "rewritten"  # only written differently, proved to have no effect (CH3, CH4)


class EntityKind(StrEnum):
    """What kind of thing it is, in the order in which changes of one weight are told."""

    USER = "user"
    ROLE = "role"
    GROUP = "group"
    POLICY = "policy"
    INLINE_POLICY = "inline policy"
    RESOURCE = "resource"
    ORGANIZATION_POLICY = "organization policy"
    ORGANIZATION_TARGET = "organization target"
    ORGANIZATION = "organization"
    ENDPOINT = "VPC endpoint"
    PROVIDER = "identity provider"
    ACCOUNT = "account"


class Weight(StrEnum):
    """How much a change can matter, the weightiest first."""

    EVERYTHING = "everything"  # somebody may do everything, or may no longer
    ACCESS = "access"
    IDENTITY = "identity"  # who somebody is: tags, unique id
    DETAIL = "detail"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Aspect:
    """What differs in one respect.

    Attributes:
        aspect: as the model names it: `trust`, `attached`, `boundary`, `document`.
        before, after: as JSON holds it; None where there is nothing.
        lines: the difference in words, member by member, each with a sign: `Action: + s3:DeleteBucket`.
        rewritten: whether it is only written differently; None where that was not proved (CH4).
    """

    aspect: str
    before: Data
    after: Data
    lines: tuple[str, ...] = ()
    rewritten: bool | None = False

    def to_dict(self) -> Data:
        """As JSON has it; `rewritten` is told where it is so, or was not proved."""
        data = {"aspect": self.aspect, "before": self.before, "after": self.after, "differences": list(self.lines)}
        return data if self.rewritten is False else {**data, "rewritten": self.rewritten}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs.

    Attributes:
        kind: what became of it.
        thing: what it is.
        key: its ARN or id; for an inline policy as `SubjectKey.inline` makes it.
        name: what people call it.
        aspects: what differs; of what was added or removed, all that there is to say.
        owner: the ARN of who carries an inline policy; None for everything else.
    """

    kind: ChangeKind
    thing: EntityKind
    key: str
    name: str
    aspects: tuple[Aspect, ...] = ()
    weight: Weight = Weight.ACCESS
    owner: str | None = None

    def to_dict(self) -> Data:
        """As JSON has it."""
        data = {
            "kind": self.kind.value,
            "thing": self.thing.value,
            "key": self.key if self.owner is None else f"{self.owner}#{self.name}",
            "name": self.name,
            "aspects": [aspect.to_dict() for aspect in self.aspects],
        }
        return data if self.owner is None else {**data, "owner": self.owner}


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """All that differs from one snapshot to another.

    Attributes:
        objects: the weightiest first.
        not_compared: what one of the two did not export (CH8), each said once.
        noise: how many things differ without meaning: last uses, counters, the order of lists (CH1).
        complete: False where two documents may say the same and it was not proved (CH4), or a limit was met.
        effects: who gained and lost what (CH5); None where that was not asked.
        trust: whom policies of resources and roles let in, and no longer do; None where that was not asked.
        paths: paths to administrators that are new or gone (EP55); None where that was not asked.
    """

    objects: tuple[Change, ...] = ()
    effects: tuple[Effect, ...] | None = None
    trust: tuple[Trust, ...] | None = None
    paths: tuple[PathChange, ...] | None = None
    not_compared: tuple[str, ...] = ()
    noise: int = 0
    complete: bool = True

    def to_dict(self) -> Data:
        """The JSON of `iamtui diff`."""
        data: Data = {"version": 1, "objects": [change.to_dict() for change in self.objects]}
        if self.effects is not None:
            data["effects"] = [effect.to_dict() for effect in self.effects]
        if self.trust is not None:
            data["trust"] = [one.to_dict() for one in self.trust]
        if self.paths is not None:
            data["paths"] = [one.to_dict() for one in self.paths]
        return data | {
            "not_compared": list(self.not_compared),
            "noise": self.noise,
            "complete": self.complete,
        }


def summary(changes: Iterable[Change]) -> str:
    """Count changes in words: `2 policies, 1 role changed; 1 user added`."""
    counts = Counter((change.kind, change.thing) for change in changes)
    parts: list[str] = []
    for kind in (ChangeKind.CHANGED, ChangeKind.ADDED, ChangeKind.REMOVED, ChangeKind.RECREATED, ChangeKind.REWRITTEN):
        words = [_counted(counts[kind, thing], thing) for thing in EntityKind if counts[kind, thing]]
        if words:
            parts.append(f"{', '.join(words)} {kind.value}")
    return "; ".join(parts)


def _counted(count: int, thing: EntityKind) -> str:
    plural = f"{thing.value[:-1]}ies" if thing.value.endswith("policy") else f"{thing.value}s"
    return f"{count:,} {thing.value if count == 1 else plural}"
