"""What the changes between two snapshots do: who gained and who lost what, and why (CH5, CH6).

Only what a change can reach is evaluated: principals of whom a document in force, a limit or an attribute differs, for
the actions that the differing statements take; and resources whose own policy differs, for everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from iamtui import catalog
from iamtui.analysis.changes.action_classes import classes_of, taken_by
from iamtui.analysis.changes.affected import affected_by
from iamtui.analysis.changes.both_sides import BothSides
from iamtui.analysis.changes.causes import Undoing, causes_of
from iamtui.analysis.changes.effect_results import Effect, Share
from iamtui.analysis.changes.inputs import Inputs, differing_statements, inputs_of, rcps_of, statements_in
from iamtui.analysis.changes.labels import ABSENT, Asker
from iamtui.analysis.changes.on_resources import OnResources
from iamtui.analysis.changes.results import Change, Changes
from iamtui.analysis.changes.shares import Alike, Asked, ClassLabels, alike_of, level_of, shares_of
from iamtui.analysis.changes.trust import trust_changes
from iamtui.analysis.changes.unread import policies_unread
from iamtui.analysis.changes.witnesses import Witnesses
from iamtui.files.collector import collector_waiting
from iamtui.policy.document import Document
from iamtui.policy.principals import PrincipalEntry
from iamtui.policy.statement import PolicyDocument, Statement
from iamtui.snapshot.model import Role, Snapshot, User

Progress = Callable[[int, int], None]

_Found = tuple[ClassLabels, ...]


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
        asking = _Effects(old, new, changes.objects, at, actions)
        effects = asking.effects(progress)
    trust = trust_changes(old, new, asking.affected.resources)
    lacking = (*changes.not_compared, *policies_unread(old, new, asking.affected.principals))
    complete = changes.complete and asking.complete
    return replace(changes, effects=effects, trust=trust, not_compared=lacking, complete=complete)


class _Effects:
    """The effects of the changes between two snapshots."""

    def __init__(
        self,
        old: Snapshot,
        new: Snapshot,
        changes: Sequence[Change],
        at: datetime | None,
        actions: Collection[str] | None,
    ) -> None:
        self._old = old
        self._new = new
        self._changes = changes
        self._only = actions
        self._asker = Asker(at or datetime.now(UTC))
        self._witnesses = Witnesses(old, new)
        self._undoing = Undoing(old, new, changes)
        self._named = frozenset(_named_by_resources(old)) | frozenset(_named_by_resources(new))
        self._alike: dict[Hashable, tuple[_Found, bool]] = {}
        self.affected = affected_by(changes, old, new)
        self._reach = [affected_by((change,), old, new) for change in changes]
        accounts = tuple(dict.fromkeys((*old.accounts, *new.accounts)))
        self._rcps = rcps_of(old, accounts), rcps_of(new, accounts)
        self._of_resources = tuple(statements_in(one for side in (old, new) for one in _resource_policies(side)))
        self.complete = True

    def effects(self, progress: Progress | None = None) -> tuple[Effect, ...]:
        """All effects, the weightiest first; principals that gained and lost the same by the same changes together."""
        affected = self.affected
        by_principal: dict[str, list[ClassLabels]] = {}
        count = len(affected.principals) + len(affected.resources)
        for place, arn in enumerate(affected.principals):
            if progress is not None:
                progress(place, count)
            found, _ = self._of_principal(arn)
            if found:
                by_principal.setdefault(arn, []).extend(found)
        reached = {
            arn: frozenset(action for one in found for action in one.actions) for arn, found in by_principal.items()
        }
        on_resources = OnResources(self._old, self._new, self._asker, self._only)
        for arn, several in on_resources.differences(affected.resources).items():
            asked = reached.get(arn, frozenset())
            left = [replace(one, actions=tuple(name for name in one.actions if name not in asked)) for one in several]
            by_principal.setdefault(arn, []).extend(one for one in left if one.actions)
        self.complete &= on_resources.complete
        return tuple(self._joined(by_principal))

    def _of_principal(self, arn: str) -> tuple[_Found, bool]:
        sides = [snapshot.user(arn) or snapshot.role(arn) for snapshot in (self._old, self._new)]
        old = inputs_of(self._old, sides[0], self._rcps[0])
        new = inputs_of(self._new, sides[1], self._rcps[1])
        differing = differing_statements(old, new)
        if not differing and None not in sides:
            return (), False
        if None in sides or old.limits != new.limits or old.own != new.own:
            differing = (*differing, *self._of_resources)
        key = None if self._is_named(*sides) else _key(arn, old, new, sides)
        if key is not None and key in self._alike and not self._alike[key][1]:
            return self._alike[key]
        found = self._classes(arn, sides, differing, [*old.documents, *new.documents])
        is_own = any(asked.old.is_own or asked.new.is_own for one in found for asked in one.asked)
        if key is not None:
            self._alike[key] = found, is_own
        return found, is_own

    def _is_named(self, *sides: User | Role | None) -> bool:
        return any(one is not None and not self._named.isdisjoint((one.arn, one.unique_id)) for one in sides)

    def _classes(
        self, arn: str, sides: Sequence[User | Role | None], differing: Sequence[Statement], documents: Sequence[object]
    ) -> _Found:
        in_play = tuple(_statements(documents))
        there = [None if entity is None else side for side, entity in zip((self._old, self._new), sides, strict=True)]
        principal = BothSides(self._asker, there, arn)
        found: list[ClassLabels] = []
        for actions, taking in classes_of(taken_by(differing, self._only), in_play, self._witnesses.actions_on_known):
            resources = self._witnesses.of(actions[0], principal.prepared(actions[0], "*"), taking)
            self.complete &= resources.complete
            asked = tuple(principal.labelled(actions[0], resources.resources, taking))
            labels = ClassLabels(actions, asked, tuple(differing), account=arn.split(":", 5)[4])
            if labels.changed(gained=True) or labels.changed(gained=False):
                found.append(labels)
        return tuple(found)

    def _joined(self, by_principal: dict[str, list[ClassLabels]]) -> Iterator[Effect]:
        joined: dict[Hashable, list[str]] = {}
        for arn, found in by_principal.items():
            for because, gained, lost, administration in self._by_cause(arn, found):
                joined.setdefault((gained, lost, because, administration), []).append(arn)
        effects = [Effect(tuple(sorted(arns)), *key) for key, arns in joined.items()]  # type: ignore[misc]
        yield from sorted(effects, key=_weight)

    def _by_cause(
        self, arn: str, found: Sequence[ClassLabels]
    ) -> Iterator[tuple[tuple[int, ...], tuple[Share, ...], tuple[Share, ...], str | None]]:
        """What a principal gained and lost, cut by what caused it."""
        shares: dict[tuple[int, ...], dict[bool, dict[Alike, list[str]]]] = {}
        caused: dict[Hashable, tuple[int, ...] | None] = {}
        for one in found:
            for gained in (True, False):
                changed = one.changed(gained=gained)
                if changed:
                    key = (changed[0].alike, gained)
                    if key not in caused:
                        caused[key] = self._because(arn, one.actions[0], changed[0], gained=gained)
                    because = caused[key]
                    if because is None:
                        continue
                    alike = shares.setdefault(because, {True: {}, False: {}})[gained]
                    alike.setdefault(alike_of(one, gained=gained), []).extend(one.actions)
        for because, both in shares.items():
            gained_all, lost_all = (
                tuple(share for alike, actions in both[side].items() for share in shares_of(alike, actions))
                for side in (True, False)
            )
            yield because, gained_all, lost_all, _administration(gained_all, lost_all)

    def _because(self, arn: str, action: str, example: Asked, *, gained: bool) -> tuple[int, ...] | None:
        def is_there(places: tuple[int, ...]) -> bool:
            snapshot = self._undoing.without(places)
            exists = snapshot.user(arn) or snapshot.role(arn)
            label = self._asker.label(snapshot, arn, action, example.resource) if exists else ABSENT
            return label.label > example.old.label if gained else label.label < example.old.label

        return causes_of(self._candidates(arn, example.resource), is_there)

    def _candidates(self, arn: str, resource: str) -> tuple[int, ...]:
        """The places of the changes that can have a say on a principal and a resource."""
        return tuple(
            place
            for place, reach in enumerate(self._reach)
            if arn in reach.principals or any(resource.startswith(one) for one in reach.resources)
        )


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


def _key(arn: str, old: Inputs, new: Inputs, sides: Sequence[User | Role | None]) -> Hashable:
    """What principals share whose decisions read nothing of their own."""
    layers = [
        tuple(
            None if levels is None else tuple(tuple(map(id, level)) for level in levels)
            for levels in (side.identity, *side.limits)
        )
        for side in (old, new)
    ]
    kinds = [(type(one).__name__, isinstance(one, Role) and one.is_service_linked) for one in sides]
    return arn.split(":", 5)[4], tuple(layers), tuple(kinds)


def _statements(documents: Sequence[object]) -> Iterator[Statement]:
    seen: set[int] = set()
    for document in documents:
        policy = getattr(document, "policy", None)
        if isinstance(policy, PolicyDocument) and id(policy) not in seen:
            seen.add(id(policy))
            yield from policy.statements


def _resource_policies(snapshot: Snapshot) -> Iterator[Document | None]:
    for account in snapshot.accounts.values():
        yield from (role.trust for role in (account.roles or {}).values())
    yield from (resource.policy for resource in snapshot.resources.values())


def _named_by_resources(snapshot: Snapshot) -> Iterator[str]:
    """Whom the policies of resources and roles name themselves."""
    for document in _resource_policies(snapshot):
        for statement in _statements([document]):
            entries: tuple[PrincipalEntry, ...] = () if statement.principal is None else statement.principal.entries
            yield from (entry.text for entry in entries)
