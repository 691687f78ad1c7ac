"""What a row says of a principal beside its label: conditions, layer, sort of role."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from iamtui.analysis.queries.deciding.answers import Answer, Situation
from iamtui.analysis.queries.everybody.results import ActionLabel, Condition, Examples, Row
from iamtui.analysis.queries.everybody.targets import Found, Target
from iamtui.evaluation.decide import Settled
from iamtui.evaluation.decision import UnknownKey, Verdict
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.evaluation.request.unlisted_resources import notes_of_paths
from iamtui.patterns import is_plain
from iamtui.policy.elements import ANY_RESOURCE
from iamtui.snapshot.bearers import bearer_of

SESSION_NAME = "sts:RoleSessionName"
"""The key that tells sessions of a role apart (WC11)."""


class Who(NamedTuple):
    """Who a row is of; `outside` if no export holds it."""

    arn: str
    kind: str
    account: str | None
    mark: str | None = None
    outside: bool = False

    def row(self) -> Row:
        """The row before its label is known."""
        return Row(
            arn=self.arn, kind=self.kind, account=self.account, decision="", mark=self.mark, outside=self.outside
        )


class Said(NamedTuple):
    """What a row says beside its label, whoever it is of."""

    decided_by: str | None
    actions: tuple[ActionLabel, ...] | None
    extent: str | None
    examples: Examples | None
    conditions: tuple[Condition, ...]
    unknown_data: tuple[str, ...]


def said_of(found: Sequence[Found], best: Found, *, several: bool) -> Said:
    """What a row says for what was found of each action; `several` were asked about."""
    answer = best.best
    settled = None if answer is None or answer.situation is None else answer.situation.settled
    able = [one for one in found if one.label != "denied"]
    decided = best.label != "conditional" and settled is not None and settled.best == settled.worst
    return Said(
        decided_by=settled.best.decided_by.value if decided and settled is not None else None,
        actions=tuple(ActionLabel(one.action, one.label) for one in able) if several else None,
        extent=best.extent,
        examples=best.examples,
        conditions=tuple(dict.fromkeys(one for each in able for one in conditions_of(each))),
        unknown_data=() if settled is None or best.label != "conditional" else settled.unknown_data,
    )


def conditions_of(found: Found) -> Iterator[Condition]:
    """Each way that the unknown keys of a conditional answer can be (T31), and the sessions that differ (WC11)."""
    if found.label == "conditional" and found.best is not None:
        yield from conditions_of_answer(found.best)


def conditions_of_answer(answer: Answer) -> Iterator[Condition]:
    """Each way that the unknown keys of one conditional answer can be."""
    if answer.situation is not None:
        for key in answer.situation.settled.unknown_keys:
            yield from branches_of(key)
    for name, session in answer.sessions:
        yield Condition(SESSION_NAME, f"is {name}", _word(session.settled))


def branches_of(key: UnknownKey) -> Iterator[Condition]:
    """Each way that an unknown key can be, and what follows."""
    for branch in key.branches:
        if branch.outcome.verdict is branch.worst.verdict:
            then = branch.outcome.verdict.value
        else:
            then = "conditional" if branch.outcome.verdict is Verdict.ALLOWED else "denied"
        yield Condition(key.key, branch.state, then)


def _word(settled: Settled) -> str:
    return settled.best.verdict.value if settled.best == settled.worst else "conditional"


def layer_of(situation: Situation | None) -> str:
    """The layer at which the best outcome of a situation was found."""
    return "none" if situation is None else situation.settled.best.decided_by.value


def in_general(assumed: Iterable[str], question: PreparedRequest, resource: str | None = None) -> Iterator[str]:
    """What an answer leans on, without the names of resources that only stand for others (WC4).

    `resource` is the one that the answer is for, where it is not that of the question.
    """
    subject = question.subject
    names = [] if subject.resource_arn is None else [subject.resource]
    if subject.resource_arn is not None and (bearer := bearer_of(subject.resource_arn)) is not None:
        names.append(bearer)
    is_known = subject.snapshot is not None and any(name in subject.snapshot.resources for name in names)
    for text in assumed:
        if not is_known and text.endswith("taken as none") and any(name in text for name in names):
            service = (resource or subject.resource).split(":", 3)[2]
            yield f"the policies of {service} resources that the export lacks: taken as none"
        else:
            yield text


def paths_left_open(targets: Iterable[Target], resources: Iterable[str]) -> Iterator[str]:
    """What is not asked of lists that a call may restrict to a path, where no such path is stated (L36)."""
    if not any(is_plain(text) and text != ANY_RESOURCE for text in resources):
        yield from notes_of_paths(target.action for target in targets)
