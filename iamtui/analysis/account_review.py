"""Everything that a review of accounts asks, once: findings, paths, outside access, the matrix, what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TypeVar

from iamtui import catalog
from iamtui.analysis.changes.inputs import statements_in
from iamtui.analysis.findings.hygiene import review
from iamtui.analysis.findings.hygiene_with_lint import linted
from iamtui.analysis.findings.review.hygiene_results import HygieneReview, Mute
from iamtui.analysis.outside_access import OutsideAccess, outside_access
from iamtui.analysis.overlay.placing import MissingThingError
from iamtui.analysis.paths.answer.question import PathQuestion
from iamtui.analysis.paths.answer.results import Paths
from iamtui.analysis.paths.searching.search import find_paths
from iamtui.analysis.placed_documents import documents_of
from iamtui.analysis.queries.access_matrix.matrix import Matrix, MatrixQuestion, matrix
from iamtui.evaluation.request.request import RequestError
from iamtui.snapshot.inventory import Inventory, inventory
from iamtui.snapshot.model import Snapshot

T = TypeVar("T")
PARTS = ("paths", "matrix")
"""What can be left out, because it takes long on many principals."""
MOST_PRINCIPALS = {"paths": 500, "matrix": 500}
"""Of so many users and roles each is asked in a review; of more the command of its own is named."""


_ALWAYS = ("iam", "sts", "organizations", "s3", "kms", "secretsmanager", "ssm", "ec2", "lambda", "dynamodb")
_MOST_SERVICES = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountReview:
    """The answers of a review, all as of one moment; None where a part was left out, or is in `not_asked` with why."""

    at: datetime
    inventory: Inventory
    findings: HygieneReview
    outside: tuple[OutsideAccess, ...]
    paths: Paths | None
    matrix: Matrix | None
    not_asked: tuple[str, ...] = ()


def review_accounts(
    snapshot: Snapshot,
    at: datetime,
    progress: Callable[[int, int], None] | None = None,
    *,
    mutes: Sequence[Mute] = (),
    without: Collection[str] = (),
) -> AccountReview:
    """Ask everything as of `at`, without the parts that are left out."""
    not_asked: list[str] = []

    def asked(part: str, ask: Callable[[], T]) -> T | None:
        if part in without:
            return None
        if (count := _principals(snapshot)) > MOST_PRINCIPALS[part]:
            not_asked.append(f"{part}: of {count:,} users and roles; iamtui {part} asks about some, or all")
            return None
        try:
            return ask()
        except (RequestError, MissingThingError) as error:  # a name in the export that AWS cannot have
            not_asked.append(f"{part}: {error}")
            return None

    services = weighty_services(snapshot)
    paths = asked("paths", lambda: find_paths(snapshot, PathQuestion(at=at), progress))
    return AccountReview(
        at=at,
        inventory=inventory(snapshot),
        findings=review(snapshot, at=at, mutes=mutes, beside=linted(snapshot), paths=paths),
        outside=outside_access(snapshot, at),
        paths=paths,
        matrix=asked("matrix", lambda: matrix(snapshot, MatrixQuestion(at=at, services=services), progress)),
        not_asked=tuple(not_asked),
    )


def _principals(snapshot: Snapshot) -> int:
    return sum(len(account.users or ()) + len(account.roles or ()) for account in snapshot.accounts.values())


def weighty_services(snapshot: Snapshot) -> tuple[str, ...]:
    """The services of the matrix: those of permissions and data first, then those that most documents name."""
    counts: Counter[str] = Counter()
    for placed in documents_of(snapshot):
        statements = () if placed.is_aws_managed else statements_in([placed.document])
        counts.update({pattern.partition(":")[0].lower() for one in statements for pattern in one.action.patterns})
    known = set(catalog.services())
    named = (service for service, _ in sorted(counts.items(), key=lambda one: (-one[1], one[0])) if service in known)
    return tuple(islice(dict.fromkeys((*_ALWAYS, *named)), _MOST_SERVICES))
