"""What is attached where in an organization: lists by target and lists by policy, put together (I57-I59, T22).

A list that is cut off says what is attached, never what is not: that a target has no other policies is known only from
its own whole list, or where all policies of the kind were listed and each says of the target whether it is attached.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from iamtui.snapshot.organization_facts import AttachmentsFact, OrganizationListedFact, TargetsFact


@dataclass(frozen=True, slots=True)
class _List:
    """The ids of one list, as ordered as its answer; `is_whole` says that there are no others."""

    ids: dict[str, None]
    is_whole: bool


@dataclass(slots=True)
class Attachments:
    """Takes the lists of one organization, the newest first, and says what is attached to a target."""

    listed: set[tuple[str, str]] = field(default_factory=set)  # as in `Organization`
    _pages_at: dict[tuple[str, str], list[AttachmentsFact]] = field(default_factory=lambda: defaultdict(list))
    _pages_of: dict[str, list[TargetsFact]] = field(default_factory=lambda: defaultdict(list))
    _targets: dict[str, _List] = field(default_factory=dict)  # of each policy, once somebody asked

    def add(self, fact: AttachmentsFact | TargetsFact | OrganizationListedFact) -> None:
        """Add a list or a page of it, or that all policies of a kind were listed."""
        match fact:
            case AttachmentsFact():
                self._pages_at[fact.target_id, fact.kind].append(fact)
            case TargetsFact():
                self._pages_of[fact.policy_id].append(fact)
            case OrganizationListedFact():
                self.listed.add((fact.kind, fact.parent))

    def listed_at(self, target: str, kind: str) -> tuple[str, ...] | None:
        """The policies of a kind that were listed for a target; None: there is no whole list of them (I58)."""
        pages = self._pages_at.get((target, kind), ())
        own = _joined([(page.policy_ids, page.is_whole) for page in pages])
        return tuple(own.ids) if own.is_whole else None

    def told_by_policies(self, target: str, kind: str, policies: Iterable[str]) -> tuple[str, ...] | None:
        """Which of the known policies of a kind name a target; None: another policy may be attached to it (I57)."""
        if (kind, "") not in self.listed:
            return None
        by_policy = [(policy_id, self._targets_of(policy_id)) for policy_id in policies]
        if not all(found.is_whole or target in found.ids for _, found in by_policy):
            return None
        return tuple(policy_id for policy_id, found in by_policy if target in found.ids)

    def has_all_targets(self, policy_id: str) -> bool:
        """Whether all targets of a policy are known."""
        return self._targets_of(policy_id).is_whole

    def _targets_of(self, policy_id: str) -> _List:
        if policy_id not in self._targets:
            pages = self._pages_of.get(policy_id, ())
            self._targets[policy_id] = _joined([(page.target_ids, page.is_whole) for page in pages])
        return self._targets[policy_id]


def _joined(pages: Sequence[tuple[tuple[str, ...], bool]]) -> _List:
    """The newest of several lists, but all together where one is cut off: they are pages of one list (I11, I59)."""
    if pages and all(is_whole for _, is_whole in pages):
        pages = pages[:1]
    ids = dict.fromkeys(one for page, _ in pages for one in page)
    return _List(ids, any(is_whole for _, is_whole in pages))
