"""What a Deny on all resources takes away of what Allows grant on some, found without asking about each (WP3).

Such a Deny decides whatever is asked. So all that is open is whether the Allows grant anything: one resource on which
one of them does is enough, and none does where their patterns meet nothing that the action takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import NamedTuple

from iamtui.analysis.queries.actions.denied import OwnDeny
from iamtui.analysis.queries.one_principal.cuttings import Prepare
from iamtui.analysis.queries.resources.cutting import APART_FOR_AWS, Parts, is_told_apart_by_aws
from iamtui.analysis.queries.resources.resource_forms import Form
from iamtui.evaluation.matching.statements import match
from iamtui.policy.cells import common_text
from iamtui.policy.meeting import may_meet
from iamtui.policy.statement import PolicyKind, Statement
from iamtui.policy.truth import Truth

_MOST_TRIED = 4
"""How many resources are tried before all are asked about instead."""


class TakenWhole(NamedTuple):
    """What is taken away by a Deny; by None where the Allows grant nothing that it could take."""

    by: OwnDeny | None


def taken_by(
    deny: OwnDeny, action: str, forms: Sequence[Form], allows: Iterable[Statement], prepare: Prepare
) -> TakenWhole | None:
    """What a Deny takes away that certainly denies all `forms` of resources; None where that is not found out."""
    reached: list[tuple[Statement, Parts, Form]] = []
    for allow in allows:
        if allow.resource is None or allow.resource.negated:
            return None
        patterns = [pattern.widest for pattern in allow.resource.patterns]
        if is_told_apart_by_aws(action) and _meet_some(patterns, APART_FOR_AWS):
            return None  # there AWS may deny whatever policies say
        reached += ((allow, parts, form) for parts in patterns for form in forms if may_meet(parts, form.parts))
    if not reached:
        return TakenWhole(None)
    return TakenWhole(deny) if any(_grants(action, prepare, *one) for one in islice(reached, _MOST_TRIED)) else None


def _meet_some(patterns: Iterable[Parts], others: Sequence[Parts]) -> bool:
    return any(may_meet(one, other) for one in patterns for other in others)


def _grants(action: str, prepare: Prepare, allow: Statement, parts: Parts, form: Form) -> bool:
    """Whether an Allow certainly matches some resource of a form that one of its patterns matches."""
    try:
        resource = common_text(parts, form.parts)
    except ValueError:
        return False
    return (
        resource is not None and match(allow, PolicyKind.IDENTITY, prepare(action, resource).asked).truth is Truth.TRUE
    )
