"""How the policies in play for one caller cut a set of resources into cells, and what stands for each (WC17)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from iamtui.analysis.queries.known_resources import Known, own_patterns
from iamtui.analysis.queries.resource_forms import Form
from iamtui.analysis.queries.statements import statements_of
from iamtui.evaluation.applicable.policies import AppliedLayer
from iamtui.evaluation.decision import Layer
from iamtui.evaluation.matching.statements import COMPLETING
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.patterns import Part, Wild, matcher_of, split_wildcards
from iamtui.policy.cells import ANYTHING, Cell, Cells, cells_of
from iamtui.policy.elements import ANY_RESOURCE, ResourcePattern
from iamtui.policy.statement import PolicyKind, Statement

Parts = tuple[Part, ...]


@dataclass(slots=True)
class Witnesses:
    """Resources that stand for the cells of a set, those that the snapshot knows apart; `complete` but for limits."""

    known: dict[str, None] = field(default_factory=dict)
    others: dict[str, None] = field(default_factory=dict)
    complete: bool = True


_TOLD_APART_BY_AWS = tuple(
    split_wildcards(text)
    for text in ("arn:*:iam::*:role/aws-reserved/*", "arn:*:iam::*:role/aws-service-role/*", "arn:*:iam::aws:policy/*")
)
"""What AWS decides otherwise than its neighbours, whatever policies say (S8, E35)."""


def patterns_in_play(question: PreparedRequest, identity: Iterable[Statement]) -> Iterator[Parts]:
    """The resource patterns of all statements that take the action, with the caller's values in place."""
    if question.subject.service in ("iam", "sts"):
        yield from _TOLD_APART_BY_AWS
    for statement in identity:
        yield from _resolved(statement, PolicyKind.IDENTITY, question)
    for layer in question.applicable:
        if layer.layer not in (Layer.IDENTITY, Layer.RESOURCE, Layer.TRUST, Layer.BUCKET):
            yield from _of_layer(layer, question)


def _of_layer(layer: AppliedLayer, question: PreparedRequest) -> Iterator[Parts]:
    for _, statement in statements_of(layer, question):
        yield from _resolved(statement, layer.kind, question)


def _resolved(statement: Statement, kind: PolicyKind, question: PreparedRequest) -> Iterator[Parts]:
    for pattern in statement.resource.patterns if statement.resource is not None else ():
        parts = _parts_of(pattern, kind, question)
        if parts is not None:
            yield parts


def _parts_of(pattern: ResourcePattern, kind: PolicyKind, question: PreparedRequest) -> Parts | None:
    """What a pattern matches; None for nothing, and for everything, which cuts nothing."""
    if pattern.text == ANY_RESOURCE:
        return None
    if pattern.short and kind not in COMPLETING:
        return pattern.bare or None
    if pattern.static is not None:
        return pattern.widest
    found = pattern.rest.resolve_parts(question.asked.context)
    return None if found is None else (*pattern.head, *found[0])


def cut(form: Form, asked: Parts, patterns: Sequence[Parts], known: Sequence[Known]) -> Witnesses:
    """Resources that stand for all of `form` that `asked` matches."""
    found = Witnesses()
    if not patterns and not known and asked == ANYTHING:
        found.others[_shortest(form.parts)] = None
        return found
    _add_known(found, asked, patterns, known)
    others = cells_of((form.parts, asked), patterns)
    found.complete &= others.complete
    taken = [one.parts for one in known]
    for cell in others.cells:
        witness: str | None = cell.witness
        if any(matcher_of(parts)(cell.witness) for parts in taken):
            witness = _unknown_like(cell.matched, (form.parts, asked), patterns, taken)
        if witness is not None:
            found.others[witness] = None
    return found


def _shortest(parts: Parts) -> str:
    """A shortest text that a pattern matches."""
    return "".join(part if isinstance(part, str) else _TEXTS.get(part, "") for part in parts)


_TEXTS = dict.fromkeys((Wild.ONE, Wild.ONE_IN_SEGMENT, Wild.ONE_IN_PART), "x")


def _unknown_like(
    matched: frozenset[int], within: tuple[Parts, ...], patterns: Sequence[Parts], taken: Sequence[Parts]
) -> str | None:
    """A resource of the same cell that the snapshot does not know."""
    inside = (*within, *(patterns[place] for place in matched))
    outside = (*(parts for place, parts in enumerate(patterns) if place not in matched), *taken)
    return next((cell.witness for cell in cells_of(inside, outside).cells if not cell.matched), None)


def _add_known(found: Witnesses, asked: Parts, patterns: Sequence[Parts], known: Sequence[Known]) -> None:
    """One of those that are alike in all but their ARN, which the same patterns match."""
    seen: set[object] = set()
    for one in known:
        if one.is_single and not matcher_of(asked)(one.arn):
            continue
        cutting = (*patterns, *own_patterns(one))
        if one.is_single:
            matched = frozenset(place for place, parts in enumerate(cutting) if matcher_of(parts)(one.arn))
            cells = Cells((Cell(matched, one.arn),), complete=True)
        else:
            cells = cells_of((one.parts, asked), cutting)
        found.complete &= cells.complete
        for cell in cells.cells:
            key = (one.signature, one.is_single, cell.matched)
            if key not in seen:
                seen.add(key)
                found.known[cell.witness] = None
