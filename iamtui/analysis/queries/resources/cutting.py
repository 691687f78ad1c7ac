"""How the policies in play for one caller cut a set of resources into cells, and what stands for each (WC17)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from iamtui.analysis.queries.index.statements import statements_of
from iamtui.analysis.queries.index.taking import keys_named
from iamtui.analysis.queries.resources.known import Known, own_patterns, own_statements
from iamtui.analysis.queries.resources.known_in_form import KnownInForm
from iamtui.analysis.queries.resources.resource_forms import Form
from iamtui.analysis.queries.resources.resource_reads import Reads, reads_of
from iamtui.evaluation.applicable.policies import AppliedLayer
from iamtui.evaluation.decision import Layer
from iamtui.evaluation.matching.statements import COMPLETING
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.evaluation.request.caller import Caller
from iamtui.patterns import Part, Wild, matcher_of, merge
from iamtui.policy.cells import ANYTHING, Cell, Cells, PatternSet, cells_of_sets
from iamtui.policy.elements import ANY_RESOURCE, ResourcePattern
from iamtui.policy.meeting import may_meet
from iamtui.policy.statement import PolicyKind, Statement

Parts = tuple[Part, ...]


@dataclass(slots=True)
class Witnesses:
    """Resources that stand for the cells of a set, those that the snapshot knows apart; `complete` but for limits."""

    known: dict[str, None] = field(default_factory=dict)
    others: dict[str, None] = field(default_factory=dict)
    complete: bool = True


_OF_IAM = ("arn:", Wild.ANY_IN_SEGMENT, ":iam::")
TOLD_APART_BY_AWS = ("iam", "sts")
"""The services of which AWS decides some resources otherwise than their neighbours."""

APART_FOR_AWS: tuple[Parts, ...] = (
    (*_OF_IAM, Wild.ANY_IN_SEGMENT, ":role/aws-reserved/", Wild.ANY),
    (*_OF_IAM, Wild.ANY_IN_SEGMENT, ":role/aws-service-role/", Wild.ANY),
    (*_OF_IAM, "aws:policy/", Wild.ANY),
)
"""What AWS decides otherwise than its neighbours, whatever policies say (S8, E35)."""


def is_told_apart_by_aws(action: str) -> bool:
    """Whether AWS decides the action on some resources otherwise than on their neighbours."""
    return action.partition(":")[0] in TOLD_APART_BY_AWS


def is_apart_for_aws(resource: str) -> bool:
    """Whether it is one of those resources."""
    return any(matcher_of(parts)(resource) for parts in APART_FOR_AWS)


def patterns_in_play(question: PreparedRequest, identity: Iterable[Statement]) -> Iterator[PatternSet]:
    """The resource patterns of each statement that takes the action, with the caller's values in place."""
    if question.subject.service in TOLD_APART_BY_AWS:
        yield from ((parts,) for parts in APART_FOR_AWS)
    for statement in identity:
        yield from _resolved(statement, PolicyKind.IDENTITY, question)
    for layer in question.applicable.layers:
        if layer.layer not in (Layer.IDENTITY, Layer.RESOURCE, Layer.TRUST, Layer.BUCKET):
            yield from _of_layer(layer, question)


def own_in_play(known: KnownInForm, question: PreparedRequest) -> Iterator[PatternSet]:
    """What policies of known resources say with a value of the caller in it (V4): no resource need be called so."""
    for one in known.others:
        for statement in own_statements(one):
            if statement.resource is not None and any(pattern.variables for pattern in statement.resource.patterns):
                yield from _resolved(statement, PolicyKind.RESOURCE, question)


def reads_in_play(question: PreparedRequest, identity: Iterable[Statement], caller: Caller | None = None) -> Reads:
    """What the statements that take the action can read of a resource; a trust policy is read by `caller` alone."""
    beside = (statement for layer in question.applicable.layers for _, statement in statements_of(layer, question))
    keys = (key for statement in (*identity, *beside) for key in keys_named(statement))
    return reads_of(question.subject.folded_action, keys, caller, question.asked.context)


def _of_layer(layer: AppliedLayer, question: PreparedRequest) -> Iterator[PatternSet]:
    for _, statement in statements_of(layer, question):
        yield from _resolved(statement, layer.kind, question)


def _resolved(statement: Statement, kind: PolicyKind, question: PreparedRequest) -> Iterator[PatternSet]:
    """What tells resources apart: whether a pattern certainly matches, and which may, by a value nobody knows."""
    if statement.resource is None or ANY_RESOURCE in statement.resource.texts:
        return
    certain: dict[Parts, None] = {}
    for pattern in statement.resource.patterns:
        parts, unknown = _parts_of(pattern, kind, question)
        if unknown:
            yield (merge(parts),)
        elif parts:
            certain[merge(parts)] = None
    if certain:
        yield tuple(certain)


def _parts_of(pattern: ResourcePattern, kind: PolicyKind, question: PreparedRequest) -> tuple[Parts, bool]:
    """What a pattern matches, nothing if there are no parts; and whether a value in it is unknown."""
    if pattern.short and kind not in COMPLETING:
        return pattern.bare, False
    if pattern.static is not None:
        return pattern.widest, False
    found = pattern.rest.resolve_parts(question.asked.context)
    return ((), False) if found is None else ((*pattern.head, *found[0]), found[2])


def meeting(sets: Iterable[PatternSet], form: Form) -> tuple[PatternSet, ...]:
    """Of each set the patterns that meet a form; sets of which none does are left out."""
    found = (tuple(parts for parts in patterns if may_meet(parts, form.parts)) for patterns in sets)
    return tuple(dict.fromkeys(filter(None, found)))


def cut(form: Form, asked: Parts, patterns: Sequence[PatternSet], known: KnownInForm, reads: Reads) -> Witnesses:
    """Resources that stand for all of `form` that `asked` matches; `reads` says what in play reads of known ones."""
    found = Witnesses()
    if not patterns and not known.all and asked == ANYTHING:
        found.others[shortest(form.parts)] = None
        return found
    found.known.update(dict.fromkeys(known.standing_for_all(asked, patterns, reads)))
    _add_known(found, asked, patterns, (known.others, reads))
    others = cells_of_sets((form.parts, asked), patterns)
    found.complete &= others.complete
    for cell in others.cells:
        witness: str | None = cell.witness
        if known.has(cell.witness):
            witness = _unknown_like(cell, (form.parts, asked), patterns, known)
        if witness is not None:
            found.others[witness] = None
    return found


def shortest(parts: Parts) -> str:
    """A shortest text that a pattern matches."""
    return "".join(part if isinstance(part, str) else _TEXTS.get(part, "") for part in parts)


_TEXTS = dict.fromkeys((Wild.ONE, Wild.ONE_IN_SEGMENT, Wild.ONE_IN_PART), "x")


def _unknown_like(
    like: Cell, within: tuple[Parts, ...], patterns: Sequence[PatternSet], known: KnownInForm
) -> str | None:
    """A resource of the same cell that the snapshot does not know."""
    alone = (patterns[place] for place in like.matched if len(patterns[place]) == 1)
    inside = (*within, *(one[0] for one in alone))
    if any(len(parts) == 1 and isinstance(parts[0], str) for parts in inside):
        return None  # there is but the one
    taken = tuple(known.like(like.matched, patterns))
    found = cells_of_sets(inside, (*patterns, taken)).cells
    return next((cell.witness for cell in found if cell.matched == like.matched), None)


def _add_known(
    found: Witnesses, asked: Parts, patterns: Sequence[PatternSet], known: tuple[Sequence[Known], Reads]
) -> None:
    """One of those with patterns of their own, or of all that lies in them, that the same patterns match."""
    seen: set[object] = set()
    for one in known[0]:
        if one.is_single and not matcher_of(asked)(one.arn):
            continue
        cutting = (*patterns, *own_patterns(one))
        if one.is_single:
            matched = frozenset(
                place for place, each in enumerate(cutting) if any(matcher_of(p)(one.arn) for p in each)
            )
            cells = Cells((Cell(matched, one.arn),), complete=True)
        else:
            cells = cells_of_sets((one.parts, asked), cutting)
        found.complete &= cells.complete
        for cell in cells.cells:
            key = (one.signature(known[1]), one.is_single, cell.matched)
            if key not in seen:
                seen.add(key)
                found.known[cell.witness] = None
