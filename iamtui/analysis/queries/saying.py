"""What the layers of one holder say to a request, in the few words that its decision is made of."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

from iamtui.analysis.queries.holders import Taken, Taking
from iamtui.analysis.queries.statements import Relevance
from iamtui.evaluation.applicable.policies import AppliedLayer
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.policy.statement import Effect, Statement
from iamtui.policy.truth import Truth


class Said(NamedTuple):
    """What one layer says to a holder, and the statements that leave it open."""

    denies: Truth
    allows: Truth
    unknown: tuple[Statement, ...]


DENIES, ALLOWS = 1, 2
CERTAIN = [
    Said(Truth.TRUE if bits & DENIES else Truth.FALSE, Truth.TRUE if bits & ALLOWS else Truth.FALSE, ())
    for bits in range(4)
]
"""What a layer says of which nothing is open, by bits."""
SILENT = CERTAIN[0]


class SaidByDocuments(NamedTuple):
    """For each place what its documents say for certain, as bits, and those that have to be asked for it alone."""

    flags: dict[int, int]
    varying: dict[int, list[Taking]]


class Member(NamedTuple):
    """A holder, and what its own layers say to it."""

    place: int
    identity: Said
    boundary: Said


class Others(NamedTuple):
    """A question of one of a kind and account, and what statements of other layers can tell these apart."""

    question: PreparedRequest
    telling: tuple[tuple[AppliedLayer, Taken], ...]


class Boundary(NamedTuple):
    """What a boundary says, None where there is none; `is_open` where it cannot be read."""

    known: Relevance | None
    is_open: bool


def certain_of(known: Relevance) -> Said | None:
    """What a document says to everybody; None where that hangs on who it is, or on what is unknown."""
    if known.unknown or known.varying or known.by_name:
        return None
    return CERTAIN[bool(known.denying) * DENIES | bool(known.allowing) * ALLOWS]


def said(found: int, unknown: Sequence[Statement]) -> Said:
    """What follows from what is certain, as bits, and from statements that are open."""
    if not unknown:
        return CERTAIN[found]
    maybe = {statement.effect for statement in unknown}
    denies = Truth.TRUE if found & DENIES else Truth.UNKNOWN if Effect.DENY in maybe else Truth.FALSE
    allows = Truth.TRUE if found & ALLOWS else Truth.UNKNOWN if Effect.ALLOW in maybe else Truth.FALSE
    return Said(denies, allows, tuple(unknown))


def content_of(undecided: Sequence[Statement], question: PreparedRequest) -> tuple[Hashable, ...]:
    """What of open statements can matter: effect and conditions, where nothing else can be open."""
    return tuple(
        (statement.effect, *map(id, statement.conditions))
        if question.asked.unlisted is None and _has_fixed_resources(statement)
        else id(statement)
        for statement in undecided
    )


def _has_fixed_resources(statement: Statement) -> bool:
    """Whether the Resource element matches or not whoever asks: a statement that is open then does match by it."""
    element = statement.resource
    return element is None or not any(pattern.variables for pattern in element.patterns)
