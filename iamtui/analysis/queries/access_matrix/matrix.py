"""Who can how much: for each principal and service the highest access level, and the facts behind it (AM1, AM3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import reduce
from operator import or_
from types import MappingProxyType
from typing import Any, NamedTuple

from iamtui import catalog
from iamtui.analysis.queries.access_matrix.composed_labels import ComposedLabels, Labels
from iamtui.analysis.queries.everybody.left_out import left_out
from iamtui.analysis.queries.everybody.questions import QuestionError
from iamtui.analysis.queries.index.action_sets import all_actions, of_names, of_service
from iamtui.analysis.queries.index.holders import Holder, Holders
from iamtui.analysis.queries.one_principal.can import CanQuestion, can, reach_of
from iamtui.analysis.queries.one_principal.ground import Ground, ground_of
from iamtui.analysis.queries.one_principal.letters import letters, rank
from iamtui.evaluation.request.request import Request, Unstated
from iamtui.patterns import glob
from iamtui.policy.keys import KeyValue
from iamtui.snapshot.model import Snapshot

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixQuestion:
    """What is asked: of whom, for which services.

    Attributes:
        principals: patterns of ARNs or names; none: everybody.
        services: prefixes of actions; none: all that somebody reaches.
        by: principal, group, or `tag:NAME` for those who have the same value of a tag.
    """

    principals: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    by: str = "principal"
    context: Mapping[str, KeyValue] = field(default_factory=lambda: MappingProxyType({}))
    unstated: Unstated = Unstated.UNKNOWN
    at: datetime | None = None

    def wants(self, arn: str) -> bool:
        """Whether a principal is asked about."""
        name = arn.rpartition("/")[2]
        return not self.principals or any(glob(one)(arn) or glob(one)(name) for one in self.principals)


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One principal, group or team, and its letter for each service that it reaches."""

    principal: str
    account: str
    kind: str
    cells: Mapping[str, str]

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "principal": self.principal,
            "account": self.account,
            "kind": self.kind,
            "cells": dict(self.cells),
        }


@dataclass(frozen=True, slots=True)
class Matrix:
    """The access matrix: services are those that anybody reaches, or that were asked about.

    `leans_on` says whom it leaves out, as they were not exported (WC4).
    """

    services: tuple[str, ...]
    rows: tuple[MatrixRow, ...]
    leans_on: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `iamtui matrix`."""
        rows = [row.to_dict() for row in self.rows]
        leans_on = {"leans_on": list(self.leans_on)} if self.leans_on else {}
        return {"version": 1, "services": list(self.services), "rows": rows, **leans_on}


class Fact(NamedTuple):
    """An action that a principal can do: what other engines are given (AM3)."""

    account: str
    principal: str
    action: str
    label: str
    extent: str
    ways: str


class _Subject(NamedTuple):
    arn: str
    account: str
    kind: str
    holder: Holder | None = None


def _request_of(question: MatrixQuestion) -> Request:
    return Request("", "", context=question.context, unstated=question.unstated, at=question.at)


def _wanted(question: MatrixQuestion) -> int:
    """The actions that are asked about."""
    return reduce(or_, map(of_service, question.services), 0) if question.services else all_actions()


def matrix(snapshot: Snapshot, question: MatrixQuestion, progress: Progress | None = None) -> Matrix:
    """The highest access level of everybody in every service.

    Raises:
        QuestionError: a service does not exist, or nobody is asked about.
    """
    rows = list(matrix_rows(snapshot, question, progress))
    if question.by.startswith("tag:"):
        rows = list(_teams(snapshot, rows, question.by.partition(":")[2]))
    return matrix_of(snapshot, question, rows)


def matrix_rows(snapshot: Snapshot, question: MatrixQuestion, progress: Progress | None = None) -> Iterator[MatrixRow]:
    """The rows of principals or groups as they are found (WC5).

    Raises:
        QuestionError: a service does not exist, or nobody is asked about.
    """
    question = replace(question, at=question.at or datetime.now(UTC))
    subjects = list(_subjects(snapshot, question))
    with ground_of(snapshot) as ground:
        labels = ComposedLabels(ground, snapshot, _request_of(question), _wanted(question))
        for number, subject in enumerate(subjects):
            if progress is not None:
                progress(number, len(subjects))
            holder = subject.holder
            found = _of_group(snapshot, question, subject) if holder is None else labels.of(holder)
            yield MatrixRow(subject.arn, subject.account, subject.kind, letters(*found))


def matrix_of(snapshot: Snapshot, question: MatrixQuestion, rows: Sequence[MatrixRow]) -> Matrix:
    """The matrix that some rows make: its columns are the services that they reach, if none are asked about."""
    reached = {service for row in rows for service in row.cells}
    return Matrix(question.services or tuple(sorted(reached)), tuple(rows), tuple(left_out(snapshot)))


def facts(snapshot: Snapshot, question: MatrixQuestion, progress: Progress | None = None) -> Iterator[Fact]:
    """Every action that anybody can do, one after another, so that nothing is held."""
    question = replace(question, at=question.at or datetime.now(UTC))
    subjects = list(_subjects(snapshot, question))
    ground = Ground(snapshot)
    for number, subject in enumerate(subjects):
        if progress is not None:
            progress(number, len(subjects))
        found = can(snapshot, _asked_of(question, subject), ground=ground)
        names = [f"{way.origin} {way.policy}#{way.statement}" for way in found.ways]
        for actions in found.services.values():
            for one in actions:
                is_conditional = one.extent == "conditional"
                label = "conditional" if is_conditional else "allowed"
                extent = "" if is_conditional else one.extent
                ways = "; ".join(names[place] for place in one.ways)
                yield Fact(subject.account, subject.arn, one.action, label, extent, ways)


def _subjects(snapshot: Snapshot, question: MatrixQuestion) -> Iterator[_Subject]:
    for service in question.services:
        if service not in catalog.services():
            raise QuestionError(f"{service}: expected a service that exists; nothing is asked")
    if question.by not in ("principal", "group") and not question.by.startswith("tag:"):
        raise QuestionError(f"--by {question.by}: expected principal, group or tag:NAME")
    found = [one for one in _everybody(snapshot, question) if question.wants(one.arn)]
    if not found:
        raise QuestionError(f"{', '.join(question.principals) or question.by}: nobody of the export is meant")
    tag = question.by.removeprefix("tag:")
    if tag != question.by and not any(_value_of(snapshot, one.arn, tag) is not None for one in found):
        raise QuestionError(f"--by {question.by}: nobody of the export carries this tag")
    yield from found


def _everybody(snapshot: Snapshot, question: MatrixQuestion) -> Iterator[_Subject]:
    if question.by == "group":
        for account in snapshot.accounts.values():
            for group in (account.groups or {}).values():
                yield _Subject(group.arn, account.account_id, "group")
        return
    for holder in Holders(snapshot).all:
        yield _Subject(holder.arn, holder.frame.account, holder.kind, holder)


def _of_group(snapshot: Snapshot, question: MatrixQuestion, subject: _Subject) -> Labels:
    """The labels of what a group gives its members."""
    reach = reach_of(snapshot, _asked_of(question, subject))
    actions: dict[str, int] = defaultdict(int)
    for alike in reach.groups(_wanted(question)):
        actions[reach.label(alike)] |= of_names(alike.actions)
    return Labels(actions["allowed"], actions["conditional"])


def _asked_of(question: MatrixQuestion, subject: _Subject) -> CanQuestion:
    return CanQuestion(
        principal=subject.arn,
        services=question.services,
        context=question.context,
        unstated=question.unstated,
        at=question.at,
    )


def _value_of(snapshot: Snapshot, arn: str, tag: str) -> str | None:
    """The value of a tag that a user or role carries."""
    entity = snapshot.user(arn) or snapshot.role(arn)
    return next((each for key, each in (entity.tags if entity is not None else ()) if key == tag), None)


def _teams(snapshot: Snapshot, rows: Sequence[MatrixRow], tag: str) -> Iterator[MatrixRow]:
    """Those with the same value of a tag as one row, with the highest letter of any."""
    teams: dict[tuple[str, str], dict[str, str]] = {}
    for row in rows:
        value = _value_of(snapshot, row.principal, tag)
        if value is not None:
            cells = teams.setdefault((row.account, value), {})
            for service, letter in row.cells.items():
                cells[service] = max(cells.get(service, letter), letter, key=rank)
    for (account, value), cells in sorted(teams.items()):
        yield MatrixRow(value, account, "team", cells)
