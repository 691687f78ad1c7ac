"""What `who_can` answers, and what all questions share: plain data, the same for screen, files and Python (WC6)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, TypeAlias

from iamtui.evaluation.request.request import Request
from iamtui.patterns import glob

Data: TypeAlias = dict[str, Any]
"""What `to_dict` gives: the JSON of the command."""

LABELS = ("denied", "conditional", "allowed")
"""The labels, the best last (WC1)."""

MARKS = ("service-linked", "identity-center", "service-role")
"""What marks a role that nobody of the account made for people or programs of its own (WC11)."""


@dataclass(frozen=True, slots=True)
class ActionLabel:
    """An action of several, and its label."""

    action: str
    decision: str

    def to_dict(self) -> Data:
        """As JSON has it."""
        return {"action": self.action, "decision": self.decision}


@dataclass(frozen=True, slots=True)
class Condition:
    """What follows if an unknown key is so (T31)."""

    key: str
    when: str
    then: str

    def to_dict(self) -> Data:
        """As JSON has it."""
        return {"key": self.key, "when": self.when, "then": self.then}


@dataclass(frozen=True, slots=True)
class Examples:
    """A resource that has the label of the row, and one that has a lesser; None where there is none (WC17)."""

    allowed: str | None = None
    denied: str | None = None

    def to_dict(self) -> Data:
        """As JSON has it."""
        named = {"allowed": self.allowed, "denied": self.denied}
        return {name: arn for name, arn in named.items() if arn is not None}


class Row(NamedTuple):
    """One principal, and what it can do of what was asked; there are many, so they are cheap to make.

    Attributes:
        kind: user, role, root, service, account, organization, organizational_unit, provider, canonical_user or
            everyone; what is not exported is `outside`.
        decision: allowed, conditional or denied (WC1).
        decided_by: the layer at which evaluation ended; None for a conditional row.
        actions: the actions that it can do, where several were asked (WC16).
        extent: every or some of the resources, where several were asked (WC17).
        conditions: for each unknown key that turns the decision, each way it can be.
        unknown_data: what was not exported and could turn it.
        ways: places in the list of ways.
        via: the roles that it becomes one after another (WC19).
        statement: for an explicit deny the statement that denies (WC15).
        mark: service-linked, identity-center or service-role, where a role is such (WC11).
        request: what was asked for one outside, who stands for all whom the policy names so (WC13).
    """

    arn: str
    kind: str
    account: str | None
    decision: str
    decided_by: str | None = None
    actions: tuple[ActionLabel, ...] | None = None
    extent: str | None = None
    examples: Examples | None = None
    conditions: tuple[Condition, ...] = ()
    unknown_data: tuple[str, ...] = ()
    ways: tuple[int, ...] = ()
    via: tuple[str, ...] = ()
    statement: str | None = None
    mark: str | None = None
    outside: bool = False
    request: Request | None = None

    def to_dict(self) -> Data:
        """As JSON has it; members that the question had no use for are left out."""
        data: Data = {
            "arn": self.arn,
            "kind": self.kind,
            "account": self.account,
            "decision": self.decision,
            "decided_by": self.decided_by,
        }
        if self.actions is not None:
            data["actions"] = [one.to_dict() for one in self.actions]
        if self.extent is not None:
            data["extent"] = self.extent
        if self.examples is not None:
            data["examples"] = self.examples.to_dict()
        data["conditions"] = [one.to_dict() for one in self.conditions]
        data["ways"] = list(self.ways)
        data["via"] = list(self.via)
        for name, value in (("statement", self.statement), ("mark", self.mark)):
            if value is not None:
                data[name] = value
        if self.unknown_data:
            data["unknown_data"] = list(self.unknown_data)
        return data


class Way(NamedTuple):
    """A statement that grants, why it applies, and to how many (WC14); there are many, so they are cheap to make.

    `only_way_of` counts the rows that would be denied without it.
    """

    policy: str
    statement: str
    origin: str
    owner: str | None
    principals: int
    only_way_of: int

    def to_dict(self) -> Data:
        """As JSON has it."""
        return {
            "policy": self.policy,
            "statement": self.statement,
            "origin": self.origin,
            "owner": self.owner,
            "principals": self.principals,
            "only_way_of": self.only_way_of,
        }


@dataclass(frozen=True, slots=True)
class Grants:
    """Who the policies of the resource let in and the export does not hold (WC10, WC13)."""

    accounts: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    organizational_units: tuple[str, ...] = ()
    principals: tuple[str, ...] = ()
    services: tuple[str, ...] = ()

    def joined(self, other: Grants) -> Grants:
        """These and those of another, each once."""
        return Grants(
            *(tuple(dict.fromkeys((*mine, *its))) for mine, its in zip(self._lists, other._lists, strict=True))
        )

    @property
    def _lists(self) -> tuple[tuple[str, ...], ...]:
        return (self.accounts, self.organizations, self.organizational_units, self.principals, self.services)

    def to_dict(self) -> Data:
        """As JSON has it."""
        return {
            "accounts": list(self.accounts),
            "organizations": list(self.organizations),
            "organizational_units": list(self.organizational_units),
            "principals": list(self.principals),
            "services": list(self.services),
        }


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked, in words."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    context: Mapping[str, Any] = field(default_factory=dict)
    unstated: str = "unknown"
    via: int | str = 0

    def to_dict(self) -> Data:
        """As JSON has it."""
        return {
            "actions": list(self.actions),
            "resources": list(self.resources),
            "context": dict(self.context),
            "unstated": self.unstated,
            "via": self.via,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoCan:
    """Who can do what was asked.

    Attributes:
        any: how many users and roles can do at least one of several actions, conditionals included; `every`: all.
        others: who can and is not among those that alone should (WC20); None where that was not asked.
        denied: how many users and roles are denied, by the layer that denies (WC15).
        leans_on: what was not exported and was taken as not there (WC4), and how callers are taken to have signed in.
        complete: False where a limit was met, so that there may be more.
        hidden: how many rows are left out for their mark (WC11); `any`, `every` and `denied` count them.
    """

    request: Asked
    principals: tuple[Row, ...]
    ways: tuple[Way, ...]
    any: int | None
    every: int | None
    others: tuple[str, ...] | None
    grants: Grants
    denied: Mapping[str, int]
    leans_on: tuple[str, ...]
    complete: bool
    hidden: int = 0

    def without(self, marks: Collection[str]) -> WhoCan:
        """The same without the rows of roles that are marked so; `others` still has them."""
        shown = tuple(row for row in self.principals if row.mark not in marks)
        return replace(self, principals=shown, hidden=self.hidden + len(self.principals) - len(shown))

    def to_dict(self) -> Data:
        """The JSON of `iamtui who-can`."""
        data: Data = {
            "version": 1,
            "request": self.request.to_dict(),
            "principals": [row.to_dict() for row in self.principals],
            "ways": [way.to_dict() for way in self.ways],
        }
        if self.any is not None:
            data |= {"any": self.any, "every": self.every}
        if self.others is not None:
            data["others"] = list(self.others)
        return data | {
            "grants": self.grants.to_dict(),
            "denied": dict(self.denied),
            "leans_on": list(self.leans_on),
            "complete": self.complete,
            **({"hidden": self.hidden} if self.hidden else {}),
        }


def others_than(only: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """Who can, and none of the patterns names: roots do not count, outsiders do (WC20)."""
    for row in rows:
        if row.kind != "root" and row.decision != "denied" and not any(glob(one)(row.arn) for one in only):
            yield row.arn
