"""Whom each policy, group and boundary is about: the other way round than everybody's index."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from iamtui.analysis.queries.index.holders import Holders
from iamtui.evaluation.request.caller import CallerKind
from iamtui.snapshot.model import User


class Touched:
    """Places in an index of everybody.

    Attributes:
        by_policy: of those who carry a policy: managed ones by ARN, inline ones by owner and name, each in its account.
        by_boundary: of those who have a permissions boundary, by account and ARN.
        by_group: of the members, by account and the group's name in lower case.
        by_account: of everybody in an account whom SCPs bind.
    """

    def __init__(self, holders: Holders) -> None:
        by_policy: dict[tuple[str, str], dict[int, None]] = defaultdict(dict)
        by_boundary: dict[tuple[str, str], list[int]] = defaultdict(list)
        by_group: dict[tuple[str, str], list[int]] = defaultdict(list)
        by_account: dict[str, list[int]] = defaultdict(list)
        for place, holder in enumerate(holders.all):
            account = holder.frame.account
            for policy in holder.policies:
                owner, name = (account, policy.arn) if policy.arn is not None else (policy.owner or "", policy.name)
                by_policy[owner, name][place] = None
            if holder.frame.boundary is not None:
                by_boundary[account, holder.frame.boundary].append(place)
            for name in holder.entity.groups if isinstance(holder.entity, User) else ():
                by_group[account, name.lower()].append(place)
            if not (holder.frame.is_service_linked and holder.frame.kind is CallerKind.ROLE):
                by_account[account].append(place)
        self.by_policy: Mapping[tuple[str, str], tuple[int, ...]] = {key: tuple(one) for key, one in by_policy.items()}
        self.by_boundary: Mapping[tuple[str, str], tuple[int, ...]] = _tuples(by_boundary)
        self.by_group: Mapping[tuple[str, str], tuple[int, ...]] = _tuples(by_group)
        self.by_account: Mapping[str, tuple[int, ...]] = {key: tuple(one) for key, one in by_account.items()}


def _tuples(found: Mapping[tuple[str, str], list[int]]) -> dict[tuple[str, str], tuple[int, ...]]:
    return {key: tuple(one) for key, one in found.items()}
