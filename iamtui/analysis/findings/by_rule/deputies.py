"""Services that act with a role for whomever they are asked by (FI67)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import msgspec

from iamtui.analysis.external_access import external_access
from iamtui.analysis.findings.by_rule.outsiders import asked, stranger_of
from iamtui.analysis.findings.review.hygiene_case import AccountCase
from iamtui.analysis.findings.review.hygiene_results import Answer, Clear, Found, Unknown
from iamtui.evaluation.request.request import Request, Unstated
from iamtui.policy.keys import KeyValue
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
    named = (one.entry.text for one in entries if one.entry.kind is EntryKind.SERVICE and not one.negated)
    stranger = stranger_of(case.snapshot)
    source = {"aws:SourceAccount": KeyValue.of(stranger)}
    for service in dict.fromkeys(one for one in named if one in deputies()):
        request = Request(service, _ASSUME, role.arn, context=source, unstated=Unstated.ABSENT)
        if asked(case.snapshot, request) == "allowed":
            row = f"{service} {_ASSUME} {role.arn} aws:SourceAccount {stranger}"
            yield Found(f"lets {service} take it for any account", (row, deputies()[service]))
