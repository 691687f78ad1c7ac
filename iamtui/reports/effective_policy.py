"""What one can really do as a policy document, and in words where no policy says it (WP4)."""

from __future__ import annotations

from collections.abc import Iterator

from iamtui.analysis.queries.one_principal.effective_policy import EffectivePolicy, LeftOut
from iamtui.content.numbers import number_of
from iamtui.reports.serial import json_bytes
from iamtui.reports.words import LAYERS

EXACT = "exact: decided alone, this policy gives the same answer for each of these actions on every resource"
INCOMPLETE = "not all was held against it: a limit was met"
LONGEST = 6_144
"""The characters that AWS takes in a managed policy, white space left out."""
_MOST_LEANED_ON = 4
_MOST_SHOWN = 4


def policy_as_json(answer: EffectivePolicy) -> bytes:
    """The document, indented."""
    return json_bytes(answer.document)


def policy_in_words(answer: EffectivePolicy) -> Iterator[str]:
    """How far the document is what is in force, a line for each thing that it is not."""
    if not answer.left_out and answer.complete:
        yield EXACT
    yield from map(_left_out, answer.left_out)
    if not answer.complete:
        yield INCOMPLETE
    if long := too_long(answer):
        yield long
    for text in answer.leans_on[:_MOST_LEANED_ON]:
        yield f"could change this: {text}"
    if len(answer.leans_on) > _MOST_LEANED_ON:
        yield f"could change this: {len(answer.leans_on) - _MOST_LEANED_ON} more such things"


def too_long(answer: EffectivePolicy) -> str:
    """That AWS does not take so long a policy; empty where it does."""
    size = len(b"".join(policy_as_json(answer).split()))
    return f"{size:,} characters without white space: AWS takes {LONGEST:,} in a managed policy" * (size > LONGEST)


def reason_of(one: LeftOut) -> str:
    """Why something is so that the policy does not say: what was not exported, or the layer that decides."""
    return LAYERS[one.by] if one.missing is None else one.missing


def _left_out(one: LeftOut) -> str:
    """`left out: 3 actions are allowed in truth (Resource-based policy), this policy alone says denied: …`."""
    shown = ", ".join(one.actions[:_MOST_SHOWN])
    more = f" and {len(one.actions) - _MOST_SHOWN:,} more" if len(one.actions) > _MOST_SHOWN else ""
    count = number_of(len(one.actions), "action")
    return (
        f"left out: {count} {one.truly} in truth ({reason_of(one)}), {one.said} by this policy "
        f"alone: {shown}{more}; {one.actions[0]} is so on {one.resource}"
    )
