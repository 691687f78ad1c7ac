"""The Python interface, for notebooks and checks: `import iamtui` offers what stands here (questions.md, section 7).

>>> import iamtui
>>> snapshot = iamtui.open_snapshot("samples/acme-day1.json")
>>> answer = iamtui.who_can(snapshot, "iam:CreateAccessKey", "arn:aws:iam::111122223333:user/dana")
    >>> [row.arn.split(":")[5] for row in answer.principals][:2]
    ['role/OrganizationAccountAccessRole', 'role/break-glass']
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias

from iamtui.analysis.changes.effects import with_effects
from iamtui.analysis.changes.entities import compare_snapshots
from iamtui.analysis.changes.results import Changes
from iamtui.analysis.queries.access_matrix.matrix import Matrix, MatrixQuestion
from iamtui.analysis.queries.access_matrix.matrix import matrix as _matrix
from iamtui.analysis.queries.everybody.questions import Question
from iamtui.analysis.queries.everybody.results import WhoCan
from iamtui.analysis.queries.everybody.who_can import who_can as _who_can
from iamtui.analysis.queries.one_principal.can import CanQuestion
from iamtui.analysis.queries.one_principal.can import can as _can
from iamtui.analysis.queries.one_principal.can_results import Can
from iamtui.analysis.requests.context import key_value
from iamtui.evaluation.decide import decide as _decide
from iamtui.evaluation.decision import Decision
from iamtui.evaluation.request.request import Request, Unstated
from iamtui.policy.keys import ABSENT, KeyValue
from iamtui.reports.decision_data import decision_data
from iamtui.snapshot.model import Snapshot
from iamtui.snapshot.opening import open_snapshot as _open_snapshot

__all__ = [
    "Can",
    "Changes",
    "Decided",
    "Matrix",
    "Request",
    "Snapshot",
    "WhoCan",
    "can",
    "changes",
    "decide",
    "matrix",
    "open_snapshot",
    "who_can",
]

Context: TypeAlias = Mapping[str, str | Sequence[str] | KeyValue | None]
"""Condition keys of a request: a value, several of them, or None for a key that the request has not."""


class Decided(Decision):
    """A decision with its trace, as `iamtui simulate --format json` prints it."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `iamtui simulate`."""
        return dict(decision_data(self))


def open_snapshot(*paths: str | Path) -> Snapshot:
    """Read exports: files, and folders that are searched.

    Raises:
        iamtui.snapshot.opening.SnapshotError: nothing usable was found; it says why, with file and place.

    >>> sorted(open_snapshot("samples/acme-day1.json").accounts)
    ['111122223333']
    """
    return _open_snapshot([Path(path) for path in paths])


def decide(snapshot: Snapshot, request: Request) -> Decided:
    """Decide one request, with the full trace.

    Raises:
        ValueError: the request is malformed.

    >>> snapshot = open_snapshot("samples/acme-day1.json")
    >>> heidi = "arn:aws:iam::111122223333:user/finance/heidi"
    >>> decided = decide(snapshot, Request(heidi, "s3:DeleteBucket", "arn:aws:s3:::acme-ledger"))
    >>> decided.word, decided.to_dict()["decided_by"]
    ('explicitDeny', 'identity')
    """
    found = _decide(snapshot, request)
    return Decided(**{field.name: getattr(found, field.name) for field in fields(found)})


def who_can(  # noqa: PLR0913 - one for each option of the command
    snapshot: Snapshot,
    actions: str | Iterable[str],
    resources: str | Iterable[str] = (),
    *,
    context: Context | None = None,
    via: int | Literal["any"] = 0,
    only: str | Iterable[str] | None = None,
    all: bool = False,  # noqa: A002 - the name that the command has
    resource_account: str | None = None,
    missing: Literal["unknown", "absent"] = "unknown",
    at: datetime | None = None,
) -> WhoCan:
    """Everybody who can do something, decided as `decide` decides for each; the options are those of the command.

    Args:
        snapshot: what was opened.
        actions: names, or patterns such as `s3:Get*`.
        resources: ARNs or patterns, several as one set; none asks who can on some resource.
        context: the condition keys that are stated.
        via: through how many roles one may reach it.
        only: who alone should be able to; the others are named.
        all: show the denied too.
        resource_account: who owns the resource, where its ARN does not say.
        missing: what keys are that nobody states.
        at: the instant of the request; None: now.

    Raises:
        ValueError: an action does not exist, a pattern matches nothing, a resource or key is malformed.

    >>> snapshot = open_snapshot("samples/acme-day1.json")
    >>> answer = who_can(snapshot, "s3:DeleteBucket", "arn:aws:s3:::acme-ledger")
    >>> answer.to_dict()["version"], answer.complete
    (1, True)
    """
    question = Question(
        actions=_several(actions),
        resources=_several(resources),
        context={name: _value(name, given) for name, given in (context or {}).items()},
        resource_account=resource_account,
        unstated=Unstated(missing),
        at=at,
        only=None if only is None else _several(only),
        show_denied=all,
        via=via,
    )
    return _who_can(snapshot, question)


def can(  # noqa: PLR0913 - one for each option of the command
    snapshot: Snapshot,
    principal: str,
    *,
    services: str | Iterable[str] = (),
    actions: str | Iterable[str] = (),
    resource: str | None = None,
    level: str | None = None,
    context: Context | None = None,
    missing: Literal["unknown", "absent"] = "unknown",
    at: datetime | None = None,
) -> Can:
    """What a principal or a group can do, each claim one that `decide` makes; the options are those of the command.

    Args:
        snapshot: what was opened.
        principal: the ARN of a principal, or of a group for what it gives its members.
        services: prefixes of actions; none: all.
        actions: patterns of actions; none: all.
        resource: on which resource; None: on any.
        level: an access level, such as Write.
        context: the condition keys that are stated.
        missing: what keys are that nobody states.
        at: the instant of the requests; None: now.

    Raises:
        ValueError: what is asked about does not exist, or is malformed.

    >>> snapshot = open_snapshot("samples/acme-day1.json")
    >>> answer = can(snapshot, "arn:aws:iam::111122223333:user/dana", services="sts")
    >>> [one.action for one in answer.services["sts"]]
    ['sts:GetCallerIdentity', 'sts:GetSessionToken']
    """
    question = CanQuestion(
        principal=principal,
        services=_several(services),
        actions=_several(actions),
        resource=resource,
        level=level,
        context={name: _value(name, given) for name, given in (context or {}).items()},
        unstated=Unstated(missing),
        at=at,
    )
    return _can(snapshot, question)


def changes(old: Snapshot, new: Snapshot, *, effect: bool = False, at: datetime | None = None) -> Changes:
    """What changed from one snapshot to another, the weightiest first; the option is that of `iamtui diff`.

    Args:
        old: what was opened before.
        new: what was opened now.
        effect: ask also what the changes do: who gained and lost what, and because of which of them.
        at: the instant of the requests; None: now.

    >>> days = (open_snapshot("samples/acme-day1.json"), open_snapshot("samples/acme-day2.json"))
    >>> [(one.kind.value, one.name) for one in changes(*days).objects][:2]
    [('changed', 'DeveloperAccess'), ('added', 'aws-support-sync')]
    """
    found = compare_snapshots(old, new)
    return with_effects(found, old, new, at=at) if effect else found


def matrix(
    snapshot: Snapshot,
    *,
    principals: str | Iterable[str] = (),
    services: str | Iterable[str] = (),
    by: str = "principal",
    context: Context | None = None,
    missing: Literal["unknown", "absent"] = "unknown",
    at: datetime | None = None,
) -> Matrix:
    """The highest access level of everybody in every service; the options are those of the command.

    Raises:
        ValueError: a service does not exist, or nobody is meant.

    >>> snapshot = open_snapshot("samples/acme-day1.json")
    >>> matrix(snapshot, principals="dana", services=["sts", "sns"]).rows[0].cells
    {'sts': 'R'}
    """
    question = MatrixQuestion(
        principals=_several(principals),
        services=_several(services),
        by=by,
        context={name: _value(name, given) for name, given in (context or {}).items()},
        unstated=Unstated(missing),
        at=at,
    )
    return _matrix(snapshot, question)


def _several(given: str | Iterable[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _value(name: str, given: str | Sequence[str] | KeyValue | None) -> KeyValue:
    if given is None:
        return ABSENT
    if isinstance(given, KeyValue):
        return given
    is_list = not isinstance(given, str)
    return key_value(name, _several(given), is_list=is_list)
