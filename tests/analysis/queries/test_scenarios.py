"""One table of scenarios through every way to decide: each way says of each case what `decide` says.

What the files expect is held by `tests/cli/test_check.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

from iamtui import catalog
from iamtui.analysis.denials.explaining import explain_denial
from iamtui.analysis.paths.requests.asking import Desk
from iamtui.analysis.queries.access_matrix.matrix import MatrixQuestion, matrix
from iamtui.analysis.queries.everybody.questions import Question, QuestionError
from iamtui.analysis.queries.everybody.rows import Rows
from iamtui.analysis.queries.index.holders import Holders
from iamtui.analysis.queries.one_principal.can import CanQuestion, can
from iamtui.analysis.queries.one_principal.ground import Ground
from iamtui.analysis.queries.one_principal.letters import ALL, LETTERS, levels_of
from iamtui.analysis.scenarios.cases import Case
from iamtui.analysis.scenarios.running import load_scenarios
from iamtui.evaluation.brief import decide_briefly
from iamtui.evaluation.decide import (
    decide,
    decide_policies,
    judge,
    judge_policies,
    prepare_for,
    prepare_given,
    settle_question,
)
from iamtui.evaluation.decision import Decision, Outcome, Verdict
from iamtui.evaluation.request.request import Request, RequestError, Unstated
from iamtui.trail.refusals.decoded import DecodedDenial
from iamtui.trail.refusals.refusal import Refusal
from tests.tables import every_row

ROOT = Path(__file__).parents[3]
FILES = [
    *sorted((ROOT / "tests" / "scenarios").glob("*.json")),
    *sorted((ROOT / "samples" / "scenarios").glob("*.json")),
]
WITH_POLICIES = [path for path in FILES if b'"policies"' in path.read_bytes()]
AGAINST_EXPORTS = [path for path in FILES if b'"snapshot"' in path.read_bytes()]
AT = datetime(2026, 11, 23, 14, tzinfo=UTC)
EXTENTS = {"everywhere": "allowed", "conditional": "conditional", None: "denied"}
"""What `can` says of one resource, in the words of a label."""
MATRIX = (*LETTERS.values(), ALL)
"""The letters of the matrix, the least first."""


def unexplained(decision: Decision) -> Decision:
    """What is left of a decision for one row of many: of its notes that on how the caller signed in (K35)."""
    notes = tuple(note for note in decision.notes if "(K35" in note)
    return replace(decision, layers=(), notes=notes, blockers=(), missing_context=(), aws_message=None)


def word(decision: Decision) -> str:
    """The label of a decision."""
    if decision.outcome is not None and decision.outcome.verdict is Verdict.ALLOWED:
        return "allowed"
    return "denied" if decision.is_denied else "conditional"


def label(best: Outcome, worst: Outcome) -> str:
    """The label of what may come of a request."""
    if worst.verdict is Verdict.ALLOWED:
        return "allowed"
    return "conditional" if best.verdict is Verdict.ALLOWED else "denied"


def by_judging(holders: Holders, request: Request) -> str:
    """The bounds without a trace."""
    best, worst, *_ = judge(holders.snapshot, request)
    return label(best, worst)


def by_settling(holders: Holders, request: Request) -> str:
    """The best and the worst outcome alone, as questions over everybody ask."""
    settled = settle_question(prepare_for(holders.snapshot, request))
    return label(settled.best, settled.worst)


def by_who_can(holders: Holders, request: Request) -> str | None:
    """The principal's row of the answer to who can; a session has none."""
    if request.principal not in holders.places:
        return None
    question = Question(
        actions=(request.action,),
        resources=(request.resource,),
        context=request.context,
        resource_account=request.resource_account,
        unstated=request.unstated,
        at=AT,
        show_denied=True,
    )
    rows = Rows(holders, question).answer().principals
    return next(row.decision for row in rows if row.arn == request.principal)


@cache
def ground_of(holders: Holders) -> Ground:
    """What is found in a snapshot once, as a matrix has it."""
    return Ground(holders.snapshot)


def by_what_one_can(holders: Holders, request: Request) -> str | None:
    """What the principal can do on the resource; whose that is cannot be said there."""
    if request.resource_account is not None:
        return None
    question = CanQuestion(
        principal=request.principal,
        actions=(request.action,),
        services=(request.action.partition(":")[0].lower(),),  # else all actions of AWS are looked through each time
        resource=None if request.resource == "*" else request.resource,
        context=request.context,
        unstated=request.unstated,
        at=AT,
    )
    told = [
        one
        for actions in can(holders.snapshot, question, ground=ground_of(holders)).services.values()
        for one in actions
    ]
    return EXTENTS[told[0].extent if told else None]


def by_matrix(holders: Holders, request: Request) -> str | None:
    """Denied where the cell is below the level of the action; one that is not says of no single resource.

    So what is denied agrees with every cell, and is not looked up.
    """
    known = catalog.action(request.action)
    if known is None or request.principal not in holders.places or request.resource_account is not None:
        return None
    judged = by_judging(holders, request)
    if judged == "denied":
        return judged
    service = request.action.partition(":")[0]
    question = MatrixQuestion(
        principals=(request.principal,),
        services=(service,),
        context=request.context,
        unstated=request.unstated,
        at=AT,
    )
    cell = matrix(holders.snapshot, question).rows[0].cells.get(service, "")
    level = max(MATRIX.index(LETTERS[one]) for one in levels_of(known.access_level))
    return "denied" if not cell or MATRIX.index(cell.upper()) < level else judged


def by_why_denied(holders: Holders, request: Request) -> str:
    """Our decision beside the word of AWS, had AWS refused the request."""
    refusal = Refusal(principal=request.principal, action=request.action, resource=request.resource)
    decision = explain_denial(DecodedDenial(refusal, request), holders.snapshot).first.decision
    assert decision is not None
    return word(decision)


def by_a_step_of_a_path(holders: Holders, request: Request) -> str | None:
    """The label of the request as a step, where nobody chose a key or made a session for it (EP11, EP13)."""
    if request.session_policies is not None or request.resource_account is not None:
        return None
    desk = Desk(holders.snapshot, {}, AT)
    asked = desk.ask(holders.snapshot, request.principal, request.action, request.resource, request.context)
    if asked.by_session or asked.request.context.keys() - request.context.keys() - {"aws:TokenIssueTime"}:
        return None
    return "conditional" if asked.label == "possible" else asked.label


WAYS: dict[str, Callable[[Holders, Request], str | None]] = {
    "judge": by_judging,
    "settle": by_settling,
    "who can": by_who_can,
    "can": by_what_one_can,
    "matrix": by_matrix,
    "why denied": by_why_denied,
    "paths": by_a_step_of_a_path,
}
CARRY_NO_SESSION_POLICIES = ("who can", "can", "matrix")


class Decided(NamedTuple):
    """A case that asks an export, with the principals of that export and what `decide` says."""

    name: str
    holders: Holders
    request: Request
    word: str


@cache
def decided(path: Path, unstated: Unstated | None) -> list[Decided]:
    """The cases of a file that ask an export; `unstated` in place of what they say of keys that they do not state."""
    return list(_decided(path, unstated))


def _decided(path: Path, unstated: Unstated | None) -> Iterator[Decided]:
    run = load_scenarios([path], at=AT)
    for file in run.files:
        if file.snapshot is None:
            continue
        holders = Holders(run.snapshots[file.snapshot.resolve()])
        for case in file.cases:
            if isinstance(case, Case) and case.policies is None:
                request = replace(case.request, at=AT, unstated=unstated or case.request.unstated)
                yield Decided(case.name, holders, request, word(decide(holders.snapshot, request)))


@every_row("path", AGAINST_EXPORTS, ids=lambda path: path.stem)
@every_row("way", WAYS)
def test_every_way_says_of_a_case_what_is_decided(way: str, path: Path) -> None:
    compared = 0
    for case in decided(path, Unstated.UNKNOWN if way == "paths" else None):
        if case.request.session_policies is not None and way in CARRY_NO_SESSION_POLICIES:
            continue
        try:
            got = WAYS[way](case.holders, case.request)
        except QuestionError:  # the case is about an action that AWS does not list
            continue
        if got is not None:
            assert got == case.word, case.name
            compared += 1
    assert compared > 0


@every_row("path", WITH_POLICIES, ids=lambda path: path.stem)
def test_policies_without_an_export_are_judged_and_settled_as_decided(path: Path) -> None:
    compared = 0
    for file in load_scenarios([path]).files:
        for case in file.cases:
            if isinstance(case, Case) and case.policies is not None:
                request = replace(case.request, at=AT)
                try:
                    decision = decide_policies(case.policies, request)
                except RequestError:
                    continue
                briefly = decide_briefly(prepare_given(case.policies, request))
                assert briefly == unexplained(decision), case.name
                assert judge_policies(case.policies, request)[:2] == (decision.best, decision.worst), case.name
                compared += 1
    assert compared > 0
