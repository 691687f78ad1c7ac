"""What a step of a path is, and how sure: a request as it was decided, with conditions, needs and grants (EP1, EP2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from iamtui.analysis.overlay.laying import Edit
from iamtui.analysis.paths.ways.catalogue import Change
from iamtui.evaluation.request.request import Request

Sureness = Literal["proven", "conditional", "possible"]

SURENESS: tuple[Sureness, ...] = ("proven", "conditional", "possible")
"""The surest first (EP2)."""


def worst(*given: Sureness) -> Sureness:
    """The least sure of some verdicts; proven of none."""
    return max(given, key=SURENESS.index, default="proven")


class Condition(NamedTuple):
    """What must be so for a step, counted from 1, to be allowed; steps of a path are counted over all its edges."""

    step: int
    key: str
    when: str


class Need(NamedTuple):
    """A fact that no export says, of what, and the calls that would tell."""

    fact: str
    of: str
    exports: tuple[str, ...]


DOCUMENT = "document"
"""The fact of a need that is a policy without its document."""


class Grant(NamedTuple):
    """An Allow on which a step rests: in which layer, whose, of which managed policy if it is of one (WC14).

    `owner` is what the policy lives in; of a managed policy that is the policy itself.
    """

    layer: str
    owner: str
    arn: str | None
    policy: str
    statement: str
    index: int  # type: ignore[assignment]  # not the method of tuples


@dataclass(frozen=True, slots=True)
class StepTaken:
    """A request of an edge as `decide` answers it in the picture that the steps before it leave.

    `decision` is allowed, conditional, or unknown where a document that was not exported turns it; `edit` is what the
    step leaves changed for the steps of its edge after it (EP30), `request` what is asked.
    """

    principal: str
    action: str
    resource: str
    context: Mapping[str, tuple[str, ...]]
    decision: Literal["allowed", "conditional", "unknown"]
    decided_by: str
    matched: tuple[str, ...]
    conditions: tuple[tuple[str, str], ...] = ()
    changes: Change | None = None
    edit: Edit | None = None
    grants: tuple[Grant, ...] = ()
    request: Request | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class FactHeld:
    """A fact of an edge: whether it holds, None where no export says."""

    fact: str
    of: str
    holds: bool | None


class Brief(NamedTuple):
    """What the paths of an edge need of it: how many steps it has, and what it depends on."""

    steps: int
    conditions: tuple[Condition, ...]
    needs: tuple[Need, ...]


class Told(NamedTuple):
    """How an edge is proved: what its variables are bound to, its requests, facts, conditions and needs."""

    binds: Mapping[str, str]
    steps: tuple[StepTaken, ...]
    state: tuple[FactHeld, ...]
    conditions: tuple[Condition, ...]
    needs: tuple[Need, ...]
