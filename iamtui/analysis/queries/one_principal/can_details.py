"""What is told of the cells of some actions: an example of each side, what reaches them, what takes them away."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from iamtui.analysis.queries.deciding.answers import Answer, Cell
from iamtui.analysis.queries.deciding.ways import denying_statements
from iamtui.analysis.queries.everybody.results import Examples
from iamtui.analysis.queries.one_principal.can_results import TakenAway
from iamtui.evaluation.decision import Layer
from iamtui.patterns import glob
from iamtui.policy.statement import Effect
from iamtui.policy.truth import Truth


def having(cells: Sequence[Cell]) -> list[Cell]:
    """Those that are allowed, or where there are none those that are so under conditions."""
    allowed = [cell for cell in cells if cell.answer.label == "allowed"]
    return allowed or [cell for cell in cells if cell.answer.label == "conditional"]


def examples(cells: Sequence[Cell], own: Sequence[Cell]) -> Examples:
    """A resource that has the label, and one of the principal's account that has a lesser."""
    found = having(cells)
    label = found[0].answer.label
    lesser = next((cell.resource for cell in own if cell.answer.label != label), None)
    return Examples(found[0].resource, lesser)


def reaches(pattern: str, resource: str) -> bool:
    """Whether a pattern may be what reaches a resource; variables are taken for anything."""
    return "${" in pattern or pattern.count(":") < 5 or glob(pattern)(resource)


def taken_away(action: str, cells: Sequence[Cell]) -> TakenAway | None:
    """What denies an action that the identity policies allow on some cell: what does on all of them, if anything."""
    denied = [cell.answer for cell in cells if _is_allowed_by_identity(cell.answer)]
    if not denied or (situation := denied[0].situation) is None:
        return None
    first, *others = (dict.fromkeys(denying_statements(answer)) for answer in denied)
    everywhere = (one for one in first if all(one in other for other in others))
    layer, statement = next(chain(everywhere, first, *others), (situation.settled.best.decided_by, None))
    return TakenAway(action, layer.value, statement)


def _is_allowed_by_identity(answer: Answer) -> bool:
    own = () if answer.situation is None else answer.matches(answer.holder, Layer.IDENTITY)
    return any(one.statement.effect is Effect.ALLOW and one.truth is Truth.TRUE for one in own)
