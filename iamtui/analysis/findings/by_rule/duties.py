"""Separation of duties: one principal that may do both halves of what two should do (FI90)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from iamtui.analysis.findings.asking.able import Able
from iamtui.analysis.findings.by_rule.powers import told_elsewhere
from iamtui.analysis.findings.review.hygiene_case import AccountCase
from iamtui.analysis.findings.review.hygiene_results import Answer, Found, Unknown
from iamtui.analysis.findings.review.pairs import Pair, known_pairs
from iamtui.snapshot.model import Role, User

_BOUNDING = ("iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion")


def pairs_of(case: AccountCase) -> tuple[Pair, ...]:
    """The pairs that iamtui knows, and those of the user."""
    return (*known_pairs(), *case.limits.pairs)


class Half(msgspec.Struct, frozen=True):
    """One half that somebody may do: the action, how surely, and on what."""

    action: str
    able: Able


def both_halves(case: AccountCase, principal: User | Role) -> Iterator[Answer]:
    """Each pair of which one principal is allowed both halves (FI90)."""
    elsewhere = told_elsewhere(case, principal)
    if elsewhere is not None:
        yield elsewhere
        return
    told: dict[str, tuple[Half, ...]] = {}
    for pair in pairs_of(case):
        if not case.everybody.is_granted_both(principal.arn, pair.first, pair.second):
            continue  # no Allow of its own, so that nothing here would be told
        firsts = halves(case, principal.arn, pair.first)
        seconds = halves(case, principal.arn, pair.second) if firsts else []
        both = _on_one(case, principal.arn, pair.first, seconds) if pair.same else (*firsts[:1], *seconds[:1])
        if len(both) > 1:
            told[pair.title] = both
    told.update(_own_limit(case, principal))
    yield from _told(principal.arn, told)


def halves(case: AccountCase, arn: str, actions: Sequence[str]) -> list[Half]:
    """What one may do of a half, the surest first."""
    found = [Half(action, able) for action in actions if (able := case.everybody.able(case.account, arn, action))]
    return sorted(found, key=lambda half: _SURENESS[half.able.label])


_SURENESS: Mapping[str, int] = {"allowed": 0, "conditional": 1, "possible": 2}


def _on_one(case: AccountCase, arn: str, actions: Sequence[str], others: Sequence[Half]) -> tuple[Half, ...]:
    """The surest two halves on one resource; nothing where there are none."""
    found = [
        (Half(action, Able(label, other.able.resource)), other)
        for other in others
        for action in actions
        if (label := case.everybody.label(arn, action, other.able.resource)) is not None
    ]
    return min(found, key=lambda both: sorted((_SURENESS[half.able.label] for half in both), reverse=True), default=())


def _told(arn: str, told: Mapping[str, tuple[Half, ...]]) -> Iterator[Answer]:
    """One finding for all pairs of one principal (FI8)."""
    sure = {title: halves for title, halves in told.items() if all(half.able.label != "possible" for half in halves)}
    if sure:
        conditional = any(half.able.label == "conditional" for halves in sure.values() for half in halves)
        rows = tuple(half.able.row(arn, half.action) for halves in sure.values() for half in halves)
        yield Found(f"may {'; '.join(sure)}{', partly where conditions hold' if conditional else ''}", rows)
    elif told:
        yield Unknown()


def _own_limit(case: AccountCase, principal: User | Role) -> Iterator[tuple[str, tuple[Half, ...]]]:
    """Changing the boundary that one is bound by."""
    if principal.boundary is None:
        return
    kind = "Role" if isinstance(principal, Role) else "User"
    asked = [(action, principal.boundary) for action in _BOUNDING if "::aws:" not in principal.boundary]
    asked += [(f"iam:{verb}{kind}PermissionsBoundary", principal.arn) for verb in ("Delete", "Put")]
    found = [
        Half(action, Able(label, resource))
        for action, resource in asked
        if case.everybody.is_granted(principal.arn, action)
        and (label := case.everybody.label(principal.arn, action, resource)) in ("allowed", "possible")
    ]
    if found:
        surest = min(found, key=lambda half: _SURENESS[half.able.label])
        yield "change the boundary that it is bound by", (surest,)
