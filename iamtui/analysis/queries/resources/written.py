"""What policies write of accounts, Regions and principals: it tells resources and callers apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from iamtui.analysis.queries.index.accounts import owners_compared
from iamtui.analysis.queries.index.holders import Holders
from iamtui.analysis.queries.index.taking import taking_of
from iamtui.analysis.queries.resources.cutting import Parts
from iamtui.arn import is_account_id
from iamtui.evaluation.applicable.from_snapshot import managed_policy
from iamtui.evaluation.keys.regions import REGION_KEYS
from iamtui.policy.principals import EntryKind
from iamtui.policy.statement import PolicyDocument, Statement


def account_of(parts: Parts) -> str | None:
    """The account that a pattern names."""
    segments = "".join(part if isinstance(part, str) else "*" for part in parts).split(":", 5)
    return segments[4] if len(segments) > 5 and is_account_id(segments[4]) else None


def accounts_written(statements: Iterable[Statement]) -> Iterator[str]:
    """The accounts that resource patterns name, and that conditions compare the owner with."""
    for statement in statements:
        yield from owners_compared(statement)
        for text in statement.resource.texts if statement.resource is not None else ():
            segments = text.split(":", 5)
            if len(segments) > 5 and is_account_id(segments[4]):
                yield segments[4]


def regions_written(holders: Holders, action: str) -> Iterator[str]:
    """The patterns of Regions that policies write: in resources, and in conditions on the Region of a request."""
    for taking in holders.taking(action).values():
        for taken in taking.statements:
            yield from regions_of(taken.statement)
    for frame in holders.frames:
        if frame.boundary is not None:
            boundary = managed_policy(holders.snapshot, frame.account, frame.boundary, "boundary", None).document
            taking_it = None if boundary is None else taking_of(boundary, action.lower())
            for taken in () if taking_it is None else taking_it.statements:
                yield from regions_of(taken.statement)
    for organization in holders.snapshot.organizations.values():
        for policy in organization.policies.values():
            content = None if policy.document is None else policy.document.policy
            if isinstance(content, PolicyDocument):
                for statement in content.statements:
                    yield from regions_of(statement)


def regions_of(statement: Statement) -> Iterator[str]:
    """The patterns of Regions that one statement writes."""
    yield from regions_named(statement.resource.texts if statement.resource is not None else ())
    for test in statement.conditions:
        if test.folded_key in REGION_KEYS:
            yield from (value.text for value in test.values)


def regions_named(resources: Iterable[str]) -> Iterator[str]:
    """The patterns of Regions in ARNs and patterns of them."""
    for text in resources:
        segments = text.split(":", 4)
        if len(segments) > 3:
            yield segments[3]


def names_in(statements: Iterable[Statement]) -> Iterator[str]:
    """The principals that statements of resources' policies name, the roles of sessions by their names."""
    for statement in statements:
        for entry in statement.principal.entries if statement.principal is not None else ():
            yield entry.text
            if entry.kind is EntryKind.ROLE_SESSION:
                yield entry.text.split("/")[1].lower()
