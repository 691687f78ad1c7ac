"""Values with which a policy variable fits what is asked: the ones that stand in the resource itself (T25, T29)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from iamtui.evaluation.unknowns.sample_values import SampleValue
from iamtui.policy.keys import Context
from iamtui.policy.statement import Statement
from iamtui.policy.variables import Piece, Variable

_MOST_ENDINGS = 4
"""How many occurrences of what follows a variable are taken as its end."""


def values_in_request(
    folded: str, undecided: Sequence[Statement], resources: Sequence[str], context: Context
) -> Iterator[SampleValue]:
    """The texts that a key could have so that a pattern with its variable takes what is asked.

    Args:
        folded: the key, in lower case.
        undecided: the statements that unknown keys leave open.
        resources: what is asked about.
        context: the condition keys of the request.
    """
    for statement in undecided:
        for pattern in statement.resource.patterns if statement.resource is not None else ():
            for resource in resources:
                yield from _values(pattern.rest.pieces, folded, resource.split(":", 5)[-1], context)
        for test in statement.conditions:
            templates = [policy.template for policy in test.values if policy.template is not None]
            for text in context.lookup(test.folded_key).values:
                for template in templates:
                    yield from _values(template.pieces, folded, text, context)


def _values(pieces: Sequence[Piece], folded: str, text: str, context: Context) -> Iterator[SampleValue]:
    """What stands in `text` where a template has the variable, if all before it is known."""
    start = 0
    for position, piece in enumerate(pieces):
        if isinstance(piece, Variable) and piece.folded == folded:
            for end in islice(_endings(text, start, pieces[position + 1 :]), _MOST_ENDINGS):
                if end > start:
                    yield SampleValue(text[start:end], text[start:end])
            return
        known = piece if isinstance(piece, str) else _known(piece, context)
        if known is None or not text.startswith(known, start):
            return
        start += len(known)


def _known(piece: Piece, context: Context) -> str | None:
    return context.lookup(piece.folded).as_variable if isinstance(piece, Variable) else None


def _endings(text: str, start: int, following: Sequence[Piece]) -> Iterator[int]:
    """Where the value may end: before each occurrence of the literal that follows, else with the text."""
    literal = following[0] if following and isinstance(following[0], str) else ""
    if not literal:
        yield len(text)
        return
    found = text.find(literal, start)
    while found >= 0:
        yield found
        found = text.find(literal, found + 1)
