"""What an account names and does not have (I11, I16, I18)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from iamtui.snapshot.model import Account, Group, ManagedPolicy, Role, Severity, SourceProblem, User
from iamtui.snapshot.wording import listed_names


def check_account(account: Account, path: Path, aws_documents: set[str]) -> Iterator[SourceProblem]:
    """What an account names and does not have: documents, groups, pages (I11, I16, I18)."""

    def problem(expected: str, consequence: str, severity: Severity = Severity.WARNING) -> SourceProblem:
        return SourceProblem(path, "", f"account {account.account_id}: {expected}", consequence, severity)

    if not account.is_complete:
        yield problem(
            "expected the whole of get-account-authorization-details, got a part",
            "users, groups, roles or policies may be missing (I11)",
        )
    if account.groups is not None:
        named = {name for user in (account.users or {}).values() for name in user.groups}
        missing = sorted(name for name in named if name.lower() not in account.groups)
        if missing:
            yield problem(
                f"no {listed_names(missing, 'group')}, though users are members", "what they allow or deny is not known"
            )
    attached, bounding = references(account)
    held = account.policies or {}
    missing = sorted(arn for arn in attached | bounding if arn not in held and arn not in aws_documents)
    if missing:
        yield problem(
            f"no document of {listed_names(missing, 'policy')}, though attached or a boundary",
            "what they allow or deny is not known",
        )
    if account.is_complete and None not in (account.users, account.groups, account.roles):
        yield from _check_counts(held.values(), attached, bounding, problem)


def _check_counts(
    policies: Iterable[ManagedPolicy],
    attached: Counter[str],
    bounding: Counter[str],
    problem: Callable[[str, str, Severity], SourceProblem],
) -> Iterator[SourceProblem]:
    for policy in policies:
        for said, seen, word in (
            (policy.attachment_count, attached[policy.arn], "attachments"),
            (policy.boundary_count, bounding[policy.arn], "uses as boundary"),
        ):
            if said is not None and said != seen:
                yield problem(
                    f"expected {said} {word} of {policy.arn}, as the export counts, and found {seen}",
                    "the export may not be complete",
                    Severity.NOTE,
                )


def references(account: Account) -> tuple[Counter[str], Counter[str]]:
    """How often each managed policy is attached, and used as a boundary (I16)."""
    attached: Counter[str] = Counter()
    bounding: Counter[str] = Counter()
    holders: Sequence[Mapping[str, User] | Mapping[str, Role] | Mapping[str, Group] | None] = (
        account.users,
        account.groups,
        account.roles,
    )
    for kind in holders:
        for holder in (kind or {}).values():
            attached.update(holder.attached)
            if not isinstance(holder, Group) and holder.boundary is not None:
                bounding[holder.boundary] += 1
    return attached, bounding
