"""What the changes between two snapshots do: who gained and who lost what, and why (CH5, CH6).

Only what a change can reach is evaluated: principals of whom a document in force, a limit or an attribute differs, for
the actions that the differing statements take; and resources whose own policy differs, for everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

from iamtui import catalog
from iamtui.analysis.changes.action_classes import classes_of
from iamtui.analysis.changes.affected import Reaching, all_is_told
from iamtui.analysis.changes.differing import Comparer
from iamtui.analysis.changes.effect_results import Effect, Share
from iamtui.analysis.changes.grants import Grants
from iamtui.analysis.changes.inputs import inputs_of, rcps_of, statements_in
from iamtui.analysis.changes.labels import Asker
from iamtui.analysis.changes.on_resources import OnResources
from iamtui.analysis.changes.reasons import Reasons
from iamtui.analysis.changes.results import Changes
from iamtui.analysis.changes.shares import Alike, Asked, ClassLabels, alike_of, level_of, shares_of
from iamtui.analysis.changes.sharing import Sharing, Subject
from iamtui.analysis.changes.trust import trust_changes
from iamtui.analysis.changes.unread import policies_unread
from iamtui.analysis.changes.witnesses import Witnesses
from iamtui.analysis.queries.index.action_sets import of_names
from iamtui.files.collector import collector_waiting
from iamtui.policy.document import Document
from iamtui.snapshot.model import Snapshot

Progress = Callable[[int, int], None]


def with_effects(
    changes: Changes,
    old: Snapshot,
    new: Snapshot,
    progress: Progress | None = None,
    *,
    at: datetime | None = None,
    actions: Collection[str] | None = None,
) -> Changes:
    """The changes from `old` to `new` with what they do; `at` is the time of all requests, now if left out.

    `actions` are those to ask about, in AWS's spelling; all if left out.

    Users are asked with `aws:MultiFactorAuthPresent` unknown: they may sign in with MFA or without.
    """
    with collector_waiting():  # a million objects are made, and none dies in circles
        asking = _Effects(old, new, changes, at, actions)
        effects = asking.effects(progress)
    trust = trust_changes(old, new, asking.affected.resources)
    lacking = (*changes.not_compared, *policies_unread(old, new, asking.affected.principals))
    complete = changes.complete and asking.complete
    return replace(changes, effects=effects, trust=trust, not_compared=lacking, complete=complete)


class _Caused(NamedTuple):
    """What one principal gained and lost by the same changes."""

    gained: tuple[Share, ...]
    lost: tuple[Share, ...]
    because: tuple[int, ...]
    administration: str | None


class _Difference(NamedTuple):
    """What was gained of a class of actions, or lost, with a resource on which it was."""

    gained: bool
    example: Asked
    alike: Alike


class _Effects:
    """The effects of the changes between two snapshots."""

    def __init__(
        self,
        old: Snapshot,
        new: Snapshot,
        changes: Changes,
        at: datetime | None,
        actions: Collection[str] | None,
    ) -> None:
        self._old = old
        self._new = new
        self._only = actions
        self._asker = Asker(at or datetime.now(UTC))
        reaching = Reaching(old, new)
        self.affected = reaching.of(changes.objects)
        self._reasons = Reasons(old, new, changes, reaching, self._asker)
        self._differing: dict[str, int] = {}
        self._differences: dict[int, tuple[ClassLabels, Sequence[_Difference]]] = {}
        accounts = tuple(dict.fromkeys((*old.accounts, *new.accounts)))
        self._rcps = rcps_of(old, accounts), rcps_of(new, accounts)
        policies = dict.fromkeys((*_resource_policies(old), *_resource_policies(new)))
        of_resources = tuple(statements_in(policies))
        self._grants = Grants(policies)
        self._comparer = Comparer(of_resources)
        self._witnesses = Witnesses(old, new)
        changed = self.affected.resources if all_is_told(changes) else None
        self._sharing = Sharing(self._witnesses, of_resources, changed)
        self.complete = True

    def effects(self, progress: Progress | None = None) -> tuple[Effect, ...]:
        """All effects, the weightiest first; principals that gained and lost the same by the same changes together."""
        affected = self.affected
        by_principal: dict[str, list[ClassLabels]] = {}
        count = len(affected.principals) + len(affected.resources)
        for arn in _told(affected.principals, 0, count, progress):
            found = list(self._of_principal(arn))
            if found:
                by_principal[arn] = found
        reached = {
            arn: frozenset(action for one in found for action in one.actions) for arn, found in by_principal.items()
        }
        on_resources = OnResources(self._old, self._new, self._asker, self._only)
        resources = _told(affected.resources, len(affected.principals), count, progress)
        for arn, several in on_resources.differences(resources).items():
            asked = reached.get(arn, frozenset())
            left = [_without(one, asked) for one in several]
            by_principal.setdefault(arn, []).extend(one for one in left if one.actions)
        self.complete &= on_resources.complete
        joined: dict[_Caused, list[str]] = {}
        for arn in _told(tuple(by_principal), count, count + len(by_principal), progress):
            for caused in self._by_cause(arn, by_principal[arn]):
                joined.setdefault(caused, []).append(arn)
        effects = (Effect(tuple(sorted(arns)), *caused) for caused, arns in joined.items())
        return tuple(sorted(effects, key=_weight))

    def _of_principal(self, arn: str) -> Iterator[ClassLabels]:
        """What a principal can do otherwise, class by class."""
        snapshots = (self._old, self._new)
        entities = [snapshot.user(arn) or snapshot.role(arn) for snapshot in snapshots]
        old, new = map(inputs_of, snapshots, entities, self._rcps)
        differing = self._comparer.differing(old, new)
        self._differing[arn] = differing.actions
        if old is not None and new is not None:
            differing = differing._replace(actions=self._grants.among(differing.actions, old, new))
        actions = differing.actions if self._only is None else differing.actions & of_names(self._only)
        if not actions:
            return
        subject = Subject(self._asker, arn, snapshots, (old, new), self._witnesses.entities)
        for asked in classes_of(actions, subject.statements, self._witnesses.actions_on_known):
            found = self._sharing.labels(subject, asked, differing)
            self.complete &= found.complete
            beside = self._sharing.taking(asked.actions[0]) if differing.beside else ()
            labels = ClassLabels(asked.actions, found.asked, (*differing.statements, *beside), account=subject.account)
            if labels.is_changed:
                yield labels

    def _by_cause(self, arn: str, found: Sequence[ClassLabels]) -> Iterator[_Caused]:
        """What a principal gained and lost, cut by what caused it."""
        shares: dict[tuple[int, ...], dict[bool, dict[Alike, list[str]]]] = {}
        caused: dict[Hashable, tuple[int, ...] | None] = {}
        for one in found:
            for gained, example, alike in self._differences_of(one):
                key = (example.alike, gained)
                if key not in caused:
                    action = one.actions[0]
                    is_own = bool(self._differing.get(arn, 0) & of_names((action,)))
                    caused[key] = self._reasons.because(arn, action, example, gained=gained, is_own=is_own)
                because = caused[key]
                if because is not None:
                    both = shares.setdefault(because, {True: {}, False: {}})
                    both[gained].setdefault(alike, []).extend(one.actions)
        for because, both in shares.items():
            gained_all, lost_all = (
                tuple(share for alike, actions in both[side].items() for share in shares_of(alike, actions))
                for side in (True, False)
            )
            yield _Caused(gained_all, lost_all, because, _administration(gained_all, lost_all))

    def _differences_of(self, found: ClassLabels) -> Sequence[_Difference]:
        """What was gained of a class, and lost; of what many share it is found once."""
        if id(found) not in self._differences:
            changed = ((gained, found.changed(gained=gained)) for gained in (True, False))
            told = (_Difference(gained, some[0], alike_of(found, gained=gained)) for gained, some in changed if some)
            self._differences[id(found)] = found, tuple(told)
        return self._differences[id(found)][1]


def _without(found: ClassLabels, actions: Collection[str]) -> ClassLabels:
    """The same without some actions, which were asked about already."""
    left = tuple(name for name in found.actions if name not in actions)
    return found if left == found.actions else replace(found, actions=left)


def _told(arns: Sequence[str], begun: int, count: int, progress: Progress | None) -> Iterator[str]:
    """The ARNs one by one; before each it is told how many are done."""
    for place, arn in enumerate(arns, begun):
        if progress is not None:
            progress(place, count)
        yield arn


_ADMINISTRATION = ("iam:AttachUserPolicy", "iam:AttachGroupPolicy", "iam:PutUserPolicy")
"""Who can do these to everybody can do everything."""


def _administration(gained: Sequence[Share], lost: Sequence[Share]) -> str | None:
    """Whether somebody became an administrator, if only under conditions, or is none any more."""
    for word, shares in (("gained", gained), ("lost", lost)):
        whole = [share.action for share in shares if share.resources == ("*",)]
        if all(any(action in catalog.matching(pattern) for pattern in whole) for action in _ADMINISTRATION):
            return word
    return None


def _weight(effect: Effect) -> tuple[object, ...]:
    """Everything first, then what was gained, by access level, then by how many."""
    levels = [level_of(share.action) for share in (*effect.gained, *effect.lost)]
    return (
        effect.administration is None,
        not effect.gained,
        min(levels, default=9),
        -len(effect.principals),
        effect.principals,
    )


def _resource_policies(snapshot: Snapshot) -> Iterator[Document | None]:
    for account in snapshot.accounts.values():
        yield from (role.trust for role in (account.roles or {}).values())
    yield from (resource.policy for resource in snapshot.resources.values())
