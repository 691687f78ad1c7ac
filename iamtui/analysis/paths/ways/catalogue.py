"""The ways in which a principal gains permissions, as data: a new way is a new row (EP24).

A way is a list of requests that AWS must allow, with the variables that they name and the facts that must hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

_DATA = Path(__file__).parent / "data" / "ways.json"

ACTOR = "actor"
"""The variable that is whoever takes the way."""

ActorKind = Literal["user", "role", "outside-account", "anyone", "oidc-provider", "saml-provider"]
BindKind = Literal[
    "user",
    "role",
    "group",
    "policy",
    "managed",
    "boundary",
    "version",
    "inline",
    "new",
    "some",
    "carrier",
    "cluster",
    "instance-profile",
    "provider",
    "permission-set",
    "member-account",
    "sensitive",
]
ChangeKind = Literal[
    "created", "inline", "attached", "document", "default", "member", "trust", "boundary", "resource_policy"
]

MAKING: frozenset[ChangeKind] = frozenset(("created", "inline", "attached", "document", "default", "boundary"))
"""Changes that can make an administrator of who was none."""


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a step leaves changed for the steps after it (EP30).

    `of` is the variable that is changed; `without` is what it loses, `to` what it gets instead (a boundary without `to`
    is removed; who is made has `to` as its boundary), `names` whom a policy lets in and `allows` what.
    """

    change: ChangeKind
    of: str
    without: str | None = None
    to: str | None = None
    names: str | None = None
    allows: str | None = None


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A request: `ask` on each of `on`, by the actor, a service, or a variable in braces; or one list of `any_of`."""

    ask: str = ""
    on: tuple[str, ...] = ()
    context: dict[str, tuple[str, ...]] = {}
    by: str = ACTOR
    changes: Change | None = None
    any_of: tuple[tuple[Step, ...], ...] = ()

    @property
    def is_own(self) -> bool:
        """Whether the actor itself asks."""
        return self.by == ACTOR


class Bind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a variable may be; `made` says of `some` that the way makes it, so that it is nothing that is there.

    A `boundary` is what is set on somebody new: nothing, or a managed policy.
    """

    kind: BindKind = msgspec.field(name="is")
    type: str | None = None
    of: str | None = None
    attached_to: str | None = None
    assigned_to: str | None = None
    carried_by: str | None = None
    member: bool | None = None
    denies: bool = False
    trusts: tuple[str, ...] = ()
    instance_profile: bool = False
    role: str | None = None
    administration: str | None = None
    made: bool = False


class State(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fact that must hold of a variable; `unless` is a step that makes it so where it is not."""

    fact: str
    of: str
    holds: bool | None = msgspec.field(name="is", default=None)
    below: int | None = None
    at_least: int | None = None
    unless: Step | None = None


class Ending(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a way ends: at another principal, at a changed actor, or at something that can be read."""

    becomes: str | None = None
    changes: str | None = None
    reads: str | None = None
    session: Literal["console"] | None = None


class Way(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A way, under its stable id."""

    id: str
    name: str
    kind: Literal[
        "self-escalation", "principal-access", "new-passrole", "existing-passrole", "trust", "resource-policy"
    ]
    source: str
    actor: tuple[ActorKind, ...]
    steps: tuple[Step, ...]
    outcome: Ending
    bind: dict[str, Bind] = {}
    state: tuple[State, ...] = ()
    exports: tuple[str, ...] = ()
    variant_of: str | None = None
    closed: str | None = None
    unconfirmed: str | None = None
    note: str | None = None

    @property
    def makes(self) -> bool:
        """Whether it can make an administrator of who was none."""
        return any(step.changes is not None and step.changes.change in MAKING for step in self.asked())

    @property
    def strengthens(self) -> bool:
        """Whether who is there at the end may be allowed more than before (EP33)."""
        changes = (step.changes for step in self.asked() if step.changes is not None)
        return any(one.change in MAKING or one.change == "member" for one in changes)

    @property
    def rewrites(self) -> bool:
        """Whether it changes what a policy says that others may carry too."""
        changes = (step.changes for step in self.asked() if step.changes is not None)
        return any(one.change in ("document", "default") for one in changes)

    def asked(self) -> Iterator[Step]:
        """Every request of it, those of `any_of` and of facts too."""
        for step in self.steps:
            yield from _flat(step)
        for state in self.state:
            if state.unless is not None:
                yield state.unless


def _flat(step: Step) -> Iterator[Step]:
    if not step.any_of:
        yield step
    for steps in step.any_of:
        for one in steps:
            yield from _flat(one)


class Fact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fact in words, and the calls that tell it."""

    says: str
    calls: tuple[str, ...] = msgspec.field(name="from")


class Sensitive(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A type of resource that is worth reading, and the requests that read it: action and resource (EP46)."""

    type: str
    reads: tuple[tuple[str, str], ...]


class Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All ways; `control` are the requests that make an administrator (EP3)."""

    control: tuple[Step, ...]
    chosen_keys: tuple[str, ...]
    sensitive: tuple[Sensitive, ...]
    facts: dict[str, Fact]
    carriers: dict[str, dict[str, str]]
    ways: tuple[Way, ...]

    @property
    def by_id(self) -> Mapping[str, Way]:
        """The ways under their ids."""
        return {way.id: way for way in self.ways}


@cache
def control_actions() -> tuple[str, ...]:
    """What one is asked that may be an administrator (EP3)."""
    return tuple(dict.fromkeys(step.ask for step in catalogue().control))


@cache
def catalogue() -> Catalogue:
    """The bundled catalogue.

    Raises:
        msgspec.ValidationError: the file has another form than these types; a test holds that it has not.
    """
    return msgspec.json.decode(_DATA.read_bytes(), type=Catalogue)
