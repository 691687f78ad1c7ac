"""The decisions of an answer as cases of a scenario file, which `iamtui check` runs again (B20)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import prod

import msgspec
import orjson

from iamtui.analysis.requests.spelling import misspellings
from iamtui.analysis.scenarios.cases import Case, CaseReader
from iamtui.evaluation.applicable.policies import AppliedLayer
from iamtui.evaluation.decide import decide, decide_policies, prepare_for
from iamtui.evaluation.decision import Decision, Outcome, UnknownKey
from iamtui.evaluation.request.request import NamedPolicy, Request, RequestError, Unstated
from iamtui.policy.document import DocumentTable
from iamtui.policy.keys import KeyState, KeyValue
from iamtui.policy.statement import PolicyDocument
from iamtui.reports.serial import Data
from iamtui.snapshot.model import Snapshot
from iamtui.trail.times import written

_MOST_BRANCHES = 16
"""Beyond so many combinations of unknown keys each key is branched by itself."""


@dataclass(frozen=True, slots=True)
class PackedCase:
    """One decision as a case, and the decision itself; one with its own policies is decided without the exports."""

    data: dict[str, Data]
    decision: Decision

    @property
    def has_own_policies(self) -> bool:
        """Whether the case is decided on policies that stand in it."""
        return "policies" in self.data


def cases_of(snapshot: Snapshot | None, picture: Snapshot | None, name: str, request: Request) -> Iterator[PackedCase]:
    """The cases of a request: one, or one a branch where it depends on keys that are not known.

    Args:
        snapshot: the exports, on which `iamtui check` decides.
        picture: what the answer was decided on, if not the exports alone.
        name: what the case is called.
        request: what was asked.
    """
    if snapshot is None:
        return
    stated = {key: value for key, value in request.context.items() if value.state is not KeyState.UNKNOWN}
    if request.at is not None:
        stated.setdefault("aws:CurrentTime", KeyValue.of(written(request.at), "the event"))
    asked = replace(request, context=stated, at=None)
    try:
        for said, values in _branches(decide(picture or snapshot, asked).unknown_keys):
            with_branch = replace(asked, context={**stated, **values})
            yield from _case(snapshot, picture or snapshot, ", ".join((name, *said)), with_branch)
    except RequestError:
        return


def _branches(unknown: Sequence[UnknownKey]) -> Iterator[tuple[Sequence[str], Mapping[str, KeyValue]]]:
    """What unknown keys may be, every combination; each in words and as context."""
    choices = [
        [(f"{key.key} {branch.state}", key.key, branch.value) for branch in key.branches if branch.value is not None]
        for key in unknown
    ]
    choices = [choice for choice in choices if choice]
    if prod(map(len, choices)) <= _MOST_BRANCHES:
        combinations = [*product(*choices)]
    else:
        combinations = [(one,) for choice in choices for one in choice]
    for combination in combinations:
        yield [said for said, _, _ in combination], {key: value for _, key, value in combination}


def _case(snapshot: Snapshot, picture: Snapshot, name: str, request: Request) -> Iterator[PackedCase]:
    """A request with its context written out, decided as `iamtui check` will decide it."""
    request = replace(request, unstated=Unstated.ABSENT)
    decision = decide(picture, request)
    outcome = decision.outcome
    if outcome is None:
        return
    data: dict[str, Data] = {
        "name": name,
        "request": _request(request),
        "expect": decision.word,
        "decided_by": outcome.decided_by.value,
    }
    if any(misspellings(request)):
        data["as_written"] = True  # the value of a branch that stands for any other
    if picture is snapshot or _is_so(decide(snapshot, request).outcome, outcome):
        data |= {"session_policies": _given(request.session_policies)} if request.session_policies else {}
    else:
        data["policies"] = _policies(picture, request)
        case = CaseReader(DocumentTable()).case(0, msgspec.Raw(orjson.dumps(data)))
        if not (isinstance(case, Case) and case.policies is not None):
            return
        if not _is_so(decide_policies(case.policies, case.request).outcome, outcome):
            return  # it rests on more than these policies
    yield PackedCase(data, decision)


def _is_so(found: Outcome | None, wanted: Outcome) -> bool:
    return found is not None and (found.verdict, found.decided_by) == (wanted.verdict, wanted.decided_by)


def _policies(picture: Snapshot, request: Request) -> dict[str, Data]:
    """The policies of the caller's side as the picture has them: what events changed of them is in no export."""
    applicable = prepare_for(picture, request).applicable
    found: dict[str, Data] = {"identity": _documents(applicable.identity)}
    if applicable.permissions_boundary.applies:
        found["permissions_boundary"] = _documents(applicable.permissions_boundary)
    if request.session_policies:
        found["session"] = _given(request.session_policies)
    return found


def _documents(layer: AppliedLayer) -> list[Data]:
    policies = (policy for level in layer.levels for policy in level.policies)
    return [
        {"name": policy.name, "document": orjson.loads(policy.document.source)}
        for policy in policies
        if policy.document is not None and isinstance(policy.document.policy, PolicyDocument)
    ]


def _given(policies: Sequence[NamedPolicy]) -> list[Data]:
    return [{"name": policy.name, "document": orjson.loads(policy.document.source)} for policy in policies]


def _request(request: Request) -> dict[str, Data]:
    data: dict[str, Data] = {"principal": request.principal, "action": request.action, "resource": request.resource}
    if request.resource_account is not None:
        data["resource_account"] = request.resource_account
    data["context"] = {key: _value(value) for key, value in sorted(request.context.items())}
    return data


def _value(value: KeyValue) -> Data:
    if value.state is not KeyState.PRESENT:
        return None
    return list(value.values) if value.is_list else value.values[0]
