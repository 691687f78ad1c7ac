"""Services that act with a role for whomever they are asked by (FI67)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import msgspec

from iamtui.analysis.external_access import external_access
from iamtui.analysis.findings.asking.ways_in import asked, foreign_sources, row_of
from iamtui.analysis.findings.review.hygiene_case import AccountCase
from iamtui.analysis.findings.review.hygiene_results import Answer, Clear, Found, Unknown
from iamtui.analysis.queries.everybody.strangers import unused_account
from iamtui.evaluation.request.request import Request, Unstated
from iamtui.policy.principals import EntryKind
from iamtui.policy.statement import PolicyKind
from iamtui.snapshot.model import Role

_DATA = Path(__file__).parent / "data" / "deputies.toml"
_ASSUME = "sts:AssumeRole"


@cache
def deputies() -> Mapping[str, str]:
    """The services that say for which account they take a role, each with the page that says so."""
    return msgspec.toml.decode(_DATA.read_bytes(), type=dict[str, str])


def taken_for_anybody(case: AccountCase, role: Role) -> Iterator[Answer]:
    """A role that a service may take for a stranger's account, by decision (FI67)."""
    if role.is_made_by_aws:
        yield Clear("AWS made it")
        return
    if role.trust is None:
        yield Unknown()
        return
    entries = external_access(role.trust, case.account.account_id, PolicyKind.TRUST)
    stranger, told = unused_account(case.snapshot), set[str]()
    for access in entries:
        service = access.entry.text
        if access.entry.kind is not EntryKind.SERVICE or access.negated or service not in deputies() or service in told:
            continue
        for source in foreign_sources(access.statement, stranger):
            request = Request(service, _ASSUME, role.arn, context=source, unstated=Unstated.ABSENT, at=case.at)
            if asked(case.snapshot, request) == "allowed":
                told.add(service)
                yield Found(f"lets {service} take it for any account", (row_of(request), deputies()[service]))
                break
