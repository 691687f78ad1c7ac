"""The actions of which the policies of known resources say the same, so that one is asked for all (AM1, WC17)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence

from iamtui import catalog
from iamtui.analysis.queries.actions.alike import Alike, listed_of, nature_of, types_of
from iamtui.analysis.queries.index.taking import keys_named
from iamtui.analysis.queries.one_principal.ground import Ground
from iamtui.analysis.queries.resources.known import Known
from iamtui.policy.statement import PolicyDocument, Statement


class SaidOfKnown:
    """Finds what the policies of the known resources say of actions that take these."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._taking: dict[str, tuple[Statement, ...]] = {}
        self._keys: dict[Hashable, Hashable] = {}

    def taking(self, action: catalog.Action) -> tuple[Statement, ...] | None:
        """The statements that take an action, those of each document once; None where no policies are asked."""
        name = f"{action.service}:{action.name}"
        if name not in self._taking:
            if not self._ground.known.have_policies(action):
                return None
            self._taking[name] = tuple(_taking(self._ground.known.of(action), name))
        return self._taking[name]

    def joined(self, found: Sequence[Alike]) -> Sequence[Alike]:
        """Actions that are alike, those together that only policies of known resources might tell apart but do not."""
        if all(one.kind is not None for one in found):
            return found
        groups: dict[Hashable, list[Alike]] = defaultdict(list)
        for one in found:
            told = self._told_by(one)
            groups[one.actions if told is None else told].append(one)
        return [_one_of(members) for members in groups.values()]

    def _told_by(self, alike: Alike) -> Hashable:
        """All by which decisions tell an action from others that its statements take; None for one in a group."""
        if alike.kind is not None:
            return None
        action, tested = alike.actions[0], self._ground.grouping.tested(alike.statements)
        key = action, tested
        if key not in self._keys:
            self._keys[key] = self._found(action, tested)
        told = self._keys[key]
        return None if told is None else (told, tuple(map(id, alike.statements)))

    def _found(self, action: str, tested: Sequence[str]) -> Hashable:
        """What rules see in its name, what it takes, who says something of it, and which of the keys it is sent with.

        Nothing else of an action is read on what is known: its policies match it by their statements alone, and the
        policies in force without one are told by its name.
        """
        known, nature = catalog.action(action), nature_of(action)
        taking = None if known is None else self.taking(known)
        if nature is None or taking is None:
            return None
        saying = (*self._ground.protecting(action), *taking)
        keys = tuple(sorted({*tested, *(key for one in saying for key in keys_named(one))}))
        return nature, types_of(action), listed_of(action, keys), tuple(map(id, saying))


def _one_of(members: Sequence[Alike]) -> Alike:
    if len(members) == 1:
        return members[0]
    return members[0]._replace(actions=tuple(name for one in members for name in one.actions))


def _taking(known: Iterable[Known], action: str) -> Iterator[Statement]:
    """The statements of the policies of some resources that take an action, those of each document once."""
    documents = {id(one.policy): one.policy for one in known if one.policy is not None}
    service, folded = action.partition(":")[0], action.lower()
    for document in documents.values():
        if isinstance(document.policy, PolicyDocument):
            yield from document.policy.taking(folded, service)
